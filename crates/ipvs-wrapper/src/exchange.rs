//! Requests and their answers over anything that carries netlink messages: batches, dumps, single questions.
//!
//! The kernel handles a request to a generic netlink family within the call that sends it. So an answer is there as soon as
//! the send returns, the answers of a batch come in its order, and the acknowledgement of the last request says that all
//! before it are through: only that one asks for it, the others are heard of only when they fail.
use crate::attribute::{Attributes, Header, Malformed, messages, put_message};
use crate::command::Command;
use crate::error::Problem;
use crate::wire::{put_command, refusal};
use neli::consts::nl::{NlmF, Nlmsg};
use std::io;

/// Requests in one send. Beyond this the cost of one is flat; 64 refusals fit into any receive buffer.
pub(crate) const BATCH: usize = 64;
/// Bytes of the receive buffer: the kernel fills up to 32 KiB of it once it has seen its size.
const ANSWER_BYTES: usize = 64 << 10;
/// Leftover datagrams that are thrown away after a failure; the socket's buffer holds fewer.
const LEFTOVERS: usize = 10_000;

/// Carries datagrams.
pub(crate) trait Transport {
    /// Sends one.
    fn send(&self, bytes: &[u8]) -> io::Result<()>;
    /// Receives one, and says how long it is; it is cut when the buffer is shorter. `WouldBlock` when there is none.
    fn receive(&self, buffer: &mut [u8]) -> io::Result<usize>;
    /// Lets an answer that is late by whatever reason come; `false` when it has been long enough.
    fn wait(&self, attempt: u32) -> bool;
}

/// A conversation with the kernel.
pub(crate) struct Exchange<T> {
    pub(crate) transport: T,
    sequence: u32,
    requests: Vec<u8>,
    answer: Vec<u8>,
}

/// One message of the kernel.
enum Answer<'a> {
    /// Something that was asked for.
    Payload { sequence: u32, payload: &'a [u8], interrupted: bool },
    /// Success or failure of a request, or the end of a dump.
    Outcome { sequence: u32, errno: i32, text: Option<String>, interrupted: bool },
}

/// What to do after an answer.
enum Next<R> {
    Continue,
    Finished(R),
}

impl<T: Transport> Exchange<T> {
    pub(crate) fn new(transport: T) -> Self {
        Self { transport, sequence: 0, requests: Vec::new(), answer: vec![0; ANSWER_BYTES] }
    }

    /// Carries out commands in batches; a result for each.
    pub(crate) fn apply(&mut self, family: u16, commands: &[Command]) -> Vec<Result<(), Problem>> {
        let mut results = Vec::with_capacity(commands.len());
        for batch in commands.chunks(BATCH) {
            self.apply_batch(family, batch, &mut results);
        }
        results
    }

    fn apply_batch(&mut self, family: u16, batch: &[Command], results: &mut Vec<Result<(), Problem>>) {
        let start = results.len();
        results.resize(start + batch.len(), Ok(()));
        let first = self.sequence.wrapping_add(1);
        let last = self.put_batch(family, batch);
        let outcome = self.exchange(|answer| {
            let Answer::Outcome { sequence, errno, text, .. } = answer else { return Ok(Next::Continue) };
            let index = usize::try_from(sequence.wrapping_sub(first)).unwrap_or(usize::MAX);
            if let (Some(command), true) = (batch.get(index), errno != 0)
                && let Some(result) = results.get_mut(start.saturating_add(index))
            {
                *result = Err(Problem::of_command(command, errno, text));
            }
            Ok(if sequence == last { Next::Finished(()) } else { Next::Continue })
        });
        if let Err(problem) = outcome {
            // What was refused was refused; of the others nobody knows.
            for result in results.iter_mut().skip(start).filter(|result| result.is_ok()) {
                *result = Err(problem.clone());
            }
        }
    }

    /// Fills the request buffer; the sequence number of the last request.
    fn put_batch(&mut self, family: u16, batch: &[Command]) -> u32 {
        self.requests.clear();
        for (index, command) in batch.iter().enumerate() {
            let last = index + 1 == batch.len();
            let flags = if last { NlmF::REQUEST | NlmF::ACK } else { NlmF::REQUEST };
            let (op, attributes) = put_command(command);
            self.put_request(family, flags, op, attributes);
        }
        self.sequence
    }

    fn put_request(&mut self, family: u16, flags: NlmF, op: u8, body: impl FnOnce(&mut Attributes<'_>)) -> u32 {
        self.sequence = self.sequence.wrapping_add(1);
        let header = Header { kind: family, flags: flags.bits(), sequence: self.sequence };
        put_message(&mut self.requests, header, op, body);
        self.sequence
    }

    /// Asks for one thing; the error number is 0 when the kernel only acknowledged.
    pub(crate) fn ask<R>(
        &mut self,
        family: u16,
        op: u8,
        body: impl FnOnce(&mut Attributes<'_>),
        read: impl Fn(&[u8]) -> Result<R, Malformed>,
    ) -> Result<R, Problem> {
        self.requests.clear();
        let asked = self.put_request(family, NlmF::REQUEST, op, body);
        self.exchange(|answer| match answer {
            Answer::Payload { sequence, payload, .. } if sequence == asked => Ok(Next::Finished(read(payload)?)),
            Answer::Outcome { sequence, errno, text, .. } if sequence == asked => Err(question_failed(errno, text)),
            _ => Ok(Next::Continue),
        })
    }

    /// Asks for a list; `each` is given every entry. `true` when the kernel says that the list changed meanwhile.
    pub(crate) fn list(
        &mut self,
        family: u16,
        op: u8,
        body: impl FnOnce(&mut Attributes<'_>),
        mut each: impl FnMut(&[u8]) -> Result<(), Malformed>,
    ) -> Result<bool, Problem> {
        self.requests.clear();
        let asked = self.put_request(family, NlmF::REQUEST | NlmF::DUMP, op, body);
        let mut changed = false;
        self.exchange(|answer| match answer {
            Answer::Payload { sequence, payload, interrupted } if sequence == asked => {
                changed |= interrupted;
                each(payload)?;
                Ok(Next::Continue)
            }
            Answer::Outcome { sequence, errno: 0, interrupted, .. } if sequence == asked => {
                Ok(Next::Finished(changed | interrupted))
            }
            Answer::Outcome { sequence, errno, text, .. } if sequence == asked => Err(question_failed(errno, text)),
            _ => Ok(Next::Continue),
        })
    }

    /// Sends what is in the request buffer and hands on the answers until the last, or until something goes wrong; then
    /// throws away what may still come, so that the next exchange starts clean.
    fn exchange<R>(&mut self, each: impl FnMut(Answer<'_>) -> Result<Next<R>, Problem>) -> Result<R, Problem> {
        let sent = self.transport.send(&self.requests).map_err(|error| socket_failed(&error));
        let result = sent.and_then(|()| self.answers(each));
        if result.is_err() {
            self.discard();
        }
        result
    }

    fn answers<R>(&mut self, mut each: impl FnMut(Answer<'_>) -> Result<Next<R>, Problem>) -> Result<R, Problem> {
        loop {
            let length = self.receive()?;
            let datagram = self.answer.get(..length).ok_or(Malformed::Truncated)?;
            for message in messages(datagram) {
                let (header, payload) = message?;
                if let Some(answer) = read_answer(header, payload)?
                    && let Next::Finished(result) = each(answer)?
                {
                    return Ok(result);
                }
            }
        }
    }

    fn receive(&mut self) -> Result<usize, Problem> {
        let mut attempt = 0;
        loop {
            match self.transport.receive(&mut self.answer) {
                Ok(length) => return Ok(length),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !self.transport.wait(attempt) {
                        return Err(Problem::Unanswered);
                    }
                    attempt += 1;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(socket_failed(&error)),
            }
        }
    }

    fn discard(&mut self) {
        for _ in 0..LEFTOVERS {
            if self.transport.receive(&mut self.answer).is_err() {
                return;
            }
        }
    }
}

/// Sorts a message; `None` for one that says nothing.
fn read_answer(header: Header, payload: &[u8]) -> Result<Option<Answer<'_>>, Malformed> {
    let sequence = header.sequence;
    let flags = NlmF::from_bits_truncate(header.flags);
    let interrupted = flags.contains(NlmF::DUMP_INTR);
    let outcome = |(errno, text)| Some(Answer::Outcome { sequence, errno, text, interrupted });
    match Nlmsg::from(header.kind) {
        Nlmsg::Noop => Ok(None),
        Nlmsg::Error => refusal(payload, flags.contains(NlmF::CAPPED), flags.contains(NlmF::ACK_TLVS)).map(outcome),
        // Without a number in old kernels; text would need the request, which is not in it.
        Nlmsg::Done if payload.is_empty() => Ok(outcome((0, None))),
        Nlmsg::Done => refusal(payload, true, false).map(outcome),
        _ => Ok(Some(Answer::Payload { sequence, payload, interrupted })),
    }
}

fn question_failed(errno: i32, text: Option<String>) -> Problem {
    // Neither a question nor a dump is ever answered by "success" alone.
    if errno == 0 { Problem::Unanswered } else { Problem::of_question(errno, text) }
}

fn socket_failed(error: &io::Error) -> Problem {
    Problem::Socket { errno: error.raw_os_error().unwrap_or(libc::EIO) }
}

impl From<Malformed> for Problem {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

#[cfg(test)]
mod tests;
