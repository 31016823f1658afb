//! The body of an HTTP response on its way into an MD5: framing, limits, digest. Only a body in which a pattern is looked
//! for is kept, and only its beginning.
use super::chunked::{Chunked, Malformed};
use super::head::{Framing, Problem};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt::Write;
use md5::{Digest, Md5};
use model::limits::{HTTP_BODY_BYTES, HTTP_SEARCH_BYTES};

/// A body that is arriving.
#[derive(Clone, Debug)]
pub struct Body {
    frame: Frame,
    digest: Md5,
    received: u64,
    /// What is kept of it, where it is.
    kept: Option<Vec<u8>>,
}

#[derive(Clone, Debug)]
enum Frame {
    Length(u64),
    Chunked(Chunked),
    Close,
}

impl Body {
    /// A body of which nothing came yet; its beginning is kept on request.
    ///
    /// # Errors
    /// When it is announced longer than any body may be.
    pub fn new(framing: Framing, keep: bool) -> Result<Self, Problem> {
        let frame = match framing {
            Framing::Length(length) if length > HTTP_BODY_BYTES => {
                return Err(format!("has a body of {length} bytes, more than {HTTP_BODY_BYTES}"));
            }
            Framing::Length(length) => Frame::Length(length),
            Framing::Chunked => Frame::Chunked(Chunked::default()),
            Framing::Close => Frame::Close,
        };
        Ok(Self { frame, digest: Md5::new(), received: 0, kept: keep.then(Vec::new) })
    }

    /// Takes bytes and says whether the body is complete.
    ///
    /// # Errors
    /// When the framing is broken or the body too long.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<bool, Problem> {
        let Self { frame, digest, received, kept } = self;
        let before = *received;
        let mut take = |data: &[u8]| {
            *received = received.saturating_add(u64::try_from(data.len()).unwrap_or(u64::MAX));
            digest.update(data);
            if let Some(kept) = kept {
                let room = HTTP_SEARCH_BYTES.saturating_sub(kept.len());
                kept.extend_from_slice(data.get(..room).unwrap_or(data));
            }
        };
        let complete = match frame {
            Frame::Length(length) => {
                take(up_to(bytes, length.saturating_sub(before)));
                Ok(*received >= *length)
            }
            Frame::Chunked(chunked) => chunked.feed(bytes, take),
            Frame::Close => {
                take(bytes);
                Ok(false)
            }
        };
        if *received > HTTP_BODY_BYTES {
            return Err(format!("has a body of more than {HTTP_BODY_BYTES} bytes"));
        }
        complete.map_err(|Malformed| "has a body with malformed chunks".to_string())
    }

    /// The peer closed the connection.
    ///
    /// # Errors
    /// When the framing promised more.
    pub fn close(&self) -> Result<(), Problem> {
        let received = self.received;
        match self.frame {
            Frame::Close => Ok(()),
            Frame::Length(length) if received >= length => Ok(()),
            Frame::Length(length) => Err(format!("has a body of {received} bytes, {length} were announced")),
            Frame::Chunked(_) => Err(format!("has a body that ends within its chunks, after {received} bytes")),
        }
    }

    /// Bytes of the body so far.
    #[must_use]
    pub const fn received(&self) -> u64 {
        self.received
    }

    /// Bytes kept.
    #[must_use]
    pub fn kept(&self) -> usize {
        self.kept.as_ref().map_or(0, Vec::len)
    }

    /// The MD5 of the body, and what was kept of it.
    #[must_use]
    pub fn finish(self) -> ([u8; 16], Vec<u8>) {
        (self.digest.finalize().into(), self.kept.unwrap_or_default())
    }
}

fn up_to(bytes: &[u8], limit: u64) -> &[u8] {
    usize::try_from(limit).ok().and_then(|limit| bytes.get(..limit)).unwrap_or(bytes)
}

/// A digest as operators write it: 32 lower-case hex digits.
#[must_use]
pub fn hex(digest: &[u8; 16]) -> String {
    digest.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn digest_of(framing: Framing, bytes: &[u8], piece: usize) -> Result<(bool, String), Problem> {
        let mut body = Body::new(framing, false)?;
        let mut complete = body.feed(&[])?;
        for part in bytes.chunks(piece) {
            if complete {
                break;
            }
            complete = body.feed(part)?;
        }
        if !complete {
            body.close()?;
        }
        Ok((complete, hex(&body.finish().0)))
    }

    #[test]
    fn every_framing_gives_the_digest_of_the_decoded_body() {
        // RFC 1321 appendix A.5.
        const EMPTY: &str = "d41d8cd98f00b204e9800998ecf8427e";
        const ABC: &str = "900150983cd24fb0d6963f7d28e17f72";
        for (framing, bytes, complete, digest) in [
            (Framing::Length(0), "", true, EMPTY),
            (Framing::Length(3), "abcdef", true, ABC),
            (Framing::Close, "", false, EMPTY),
            (Framing::Close, "abc", false, ABC),
            (Framing::Chunked, "1\r\na\r\n2\r\nbc\r\n0\r\n\r\nmore", true, ABC),
        ] {
            for piece in [1, 2, 100] {
                assert_eq!(digest_of(framing, bytes.as_bytes(), piece), Ok((complete, digest.to_string())), "{bytes}");
            }
        }
    }

    #[test]
    fn what_ends_early_or_never_is_refused() {
        let two_mib = vec![b'x'; 2 << 20];
        let mut endless = Body::new(Framing::Close, false).expect("no length announced");
        let problem = (0..64).find_map(|_| endless.feed(&two_mib).err());
        assert_eq!(problem.as_deref(), Some("has a body of more than 67108864 bytes"));
        for (framing, bytes, problem) in [
            (Framing::Length(4), "abc", "has a body of 3 bytes, 4 were announced"),
            (Framing::Length(67_108_865), "", "has a body of 67108865 bytes, more than 67108864"),
            (Framing::Chunked, "3\r\nab", "has a body that ends within its chunks, after 2 bytes"),
            (Framing::Chunked, "3\r\nabcd", "has a body with malformed chunks"),
        ] {
            assert_eq!(digest_of(framing, bytes.as_bytes(), 1), Err(problem.to_string()));
        }
    }

    #[test]
    fn a_body_of_exactly_the_limit_passes() {
        let mut body = Body::new(Framing::Length(HTTP_BODY_BYTES), false).expect("at the limit");
        let two_mib = vec![b'x'; 2 << 20];
        assert_eq!((0..32).filter(|_| body.feed(&two_mib) == Ok(true)).count(), 1);
        assert_eq!(body.received(), HTTP_BODY_BYTES);
    }
}
