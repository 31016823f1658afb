//! The chunked transfer coding (RFC 9112 section 7.1), decoded as it arrives; keeps no bytes.
use model::limits::HTTP_HEAD_BYTES;

/// Hex digits of a chunk size that cannot overflow 64 bits.
const SIZE_DIGITS: u32 = 15;

/// A decoder between two bytes of the body.
#[derive(Clone, Debug, Default)]
pub struct Chunked {
    state: State,
    /// Bytes of the size line or of the trailer section so far.
    framing: usize,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Size { size: u64, digits: u32 },
    Extension { size: u64 },
    Data { left: u64 },
    DataEnd,
    Trailer { empty: bool },
    End,
}

impl Default for State {
    fn default() -> Self {
        Self::Size { size: 0, digits: 0 }
    }
}

/// The bytes are not the chunked coding, or their framing has no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl Chunked {
    /// Decodes `bytes`, hands the data to `sink` in pieces, and says whether the body is complete. What follows the
    /// end is not looked at.
    ///
    /// # Errors
    /// At the first byte that cannot stand where it stands.
    pub fn feed(&mut self, mut bytes: &[u8], mut sink: impl FnMut(&[u8])) -> Result<bool, Malformed> {
        while let Some((&byte, rest)) = bytes.split_first() {
            if let State::Data { left } = self.state {
                let here = usize::try_from(left).unwrap_or(usize::MAX).min(bytes.len());
                let (data, after) = bytes.split_at_checked(here).ok_or(Malformed)?;
                sink(data);
                let left = left.saturating_sub(u64::try_from(here).unwrap_or(left));
                self.state = if left == 0 { State::DataEnd } else { State::Data { left } };
                bytes = after;
                continue;
            }
            if matches!(self.state, State::End) {
                break;
            }
            self.framing(byte)?;
            bytes = rest;
        }
        Ok(matches!(self.state, State::End))
    }

    fn framing(&mut self, byte: u8) -> Result<(), Malformed> {
        self.framing += 1;
        if self.framing > HTTP_HEAD_BYTES {
            return Err(Malformed);
        }
        self.state = match self.state {
            State::Size { size, digits } => self.size(byte, size, digits)?,
            State::Extension { size } if byte == b'\n' => self.data(size),
            State::Extension { size } => State::Extension { size },
            State::DataEnd => match byte {
                b'\r' => State::DataEnd,
                b'\n' => State::default(),
                _ => return Err(Malformed),
            },
            State::Trailer { empty } => match byte {
                b'\n' if empty => State::End,
                b'\n' => State::Trailer { empty: true },
                b'\r' => State::Trailer { empty },
                _ => State::Trailer { empty: false },
            },
            state @ (State::Data { .. } | State::End) => state,
        };
        Ok(())
    }

    fn size(&mut self, byte: u8, size: u64, digits: u32) -> Result<State, Malformed> {
        match char::from(byte).to_digit(16) {
            Some(digit) if digits < SIZE_DIGITS => {
                Ok(State::Size { size: size * 16 + u64::from(digit), digits: digits + 1 })
            }
            None if digits == 0 => Err(Malformed),
            None if byte == b'\n' => Ok(self.data(size)),
            None if matches!(byte, b'\r' | b';' | b' ' | b'\t') => Ok(State::Extension { size }),
            Some(_) | None => Err(Malformed),
        }
    }

    fn data(&mut self, size: u64) -> State {
        self.framing = 0;
        if size == 0 { State::Trailer { empty: true } } else { State::Data { left: size } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;
    use alloc::vec::Vec;

    fn decode(bytes: &[u8], piece: usize) -> Result<(bool, String), Malformed> {
        let (mut chunked, mut body, mut done) = (Chunked::default(), Vec::new(), false);
        for part in bytes.chunks(piece) {
            done = chunked.feed(part, |data| body.extend_from_slice(data))?;
        }
        Ok((done, String::from_utf8(body).expect("test bodies are text")))
    }

    #[test]
    fn decodes_what_the_rfc_allows() {
        for (bytes, done, body) in [
            ("0\r\n\r\n", true, ""),
            ("5\r\nhello\r\n0\r\n\r\n", true, "hello"),
            ("5\nhello\n0\n\n", true, "hello"),
            ("5\r\nhello\r\n1;name=\"v\"\r\n!\r\n000\r\nA: b\r\nC: d\r\n\r\nrest", true, "hello!"),
            ("A \r\n0123456789\r\n0\r\n\r\n", true, "0123456789"),
            ("5\r\nhel", false, "hel"),
            ("5\r\nhello\r\n0\r\n", false, "hello"),
            ("5\r\nhello\r\n0\r\nA: b\r\n", false, "hello"),
        ] {
            for piece in [1, 2, 3, 1_000] {
                assert_eq!(decode(bytes.as_bytes(), piece), Ok((done, body.into())), "{bytes:?} by {piece}");
            }
        }
    }

    #[test]
    fn refuses_what_is_not_chunked() {
        for bytes in ["hello", "\r\n", ";x\r\n", "5\r\nhello!", "5x\r\n", "-1\r\n", "1111111111111111\r\n"] {
            for piece in [1, 1_000] {
                assert_eq!(decode(bytes.as_bytes(), piece), Err(Malformed), "{bytes:?}");
            }
        }
    }

    #[test]
    fn endless_framing_ends() {
        let mut line = Vec::from(&b"0;"[..]);
        line.resize(HTTP_HEAD_BYTES + 1, b'x');
        assert_eq!(decode(&line, 1_000), Err(Malformed));
        let mut trailer = Vec::from(&b"0\r\n"[..]);
        trailer.resize(HTTP_HEAD_BYTES + 10, b'x');
        assert_eq!(decode(&trailer, 1_000), Err(Malformed));
    }

    #[test]
    fn limits_are_for_each_line_and_the_trailer_not_for_the_whole() {
        let mut many = b"1\r\nx\r\n".repeat(HTTP_HEAD_BYTES / 4);
        many.extend_from_slice(b"0\r\n\r\n");
        assert_eq!(decode(&many, 1_000), Ok((true, "x".repeat(HTTP_HEAD_BYTES / 4))));
        let mut long = Vec::from(&b"0;"[..]);
        long.resize(HTTP_HEAD_BYTES - 10, b'x');
        long.extend_from_slice(b"\r\nName: of some length\r\n\r\n");
        assert_eq!(decode(&long, 1_000), Ok((true, String::new())));
    }
}
