//! Orders to rtnetlink, in batches: one datagram, one answer for each change, a limit for the time that it takes.
use super::netlink::{Answers, Broken, Message, Netlink};
use super::refusal;
use crate::ports::{Refusal, Ticket};
use model::limits;
use netlink_packet_core::NetlinkPayload;
use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep};

/// A change that can be ordered.
pub(super) trait Order {
    /// What must be known of the machine.
    type World;

    /// The request.
    ///
    /// # Errors
    /// The `errno` that the kernel would give, where it need not be asked.
    fn message(&self, world: &Self::World) -> Result<Message, i32>;

    /// Whether an error is none, because things are already as ordered.
    ///
    /// # Errors
    /// When it is one.
    fn judge(&self, errno: i32, world: &Self::World) -> Result<(), Refusal>;
}

/// Changes with their results, in order.
pub(super) type Results<C> = Vec<(C, Result<(), Refusal>)>;

/// The connection over which changes are ordered.
pub(super) struct Commands<C: Order> {
    line: Option<Netlink>,
    waiting: VecDeque<Submission<C>>,
    running: Option<Submission<C>>,
    /// When the running batch counts as unanswered.
    timer: Pin<Box<Sleep>>,
    lost: bool,
}

/// Changes that belong to one ticket.
struct Submission<C> {
    ticket: Ticket,
    changes: VecDeque<C>,
    /// Those that have been sent, with what came back.
    batch: Vec<(C, Option<Result<(), i32>>)>,
    answers: Option<Answers>,
    results: Results<C>,
}

impl<C: Order> Commands<C> {
    /// # Errors
    /// When the socket cannot be made.
    pub(super) fn open() -> io::Result<Self> {
        Ok(Self {
            line: Some(Netlink::open(&[])?),
            waiting: VecDeque::new(),
            running: None,
            timer: Box::pin(sleep(Duration::ZERO)),
            lost: false,
        })
    }

    /// Asks for something besides all submissions.
    ///
    /// # Errors
    /// When the connection broke.
    pub(super) fn ask(&mut self, message: Message) -> io::Result<Answers> {
        let line = self.line.as_ref().ok_or(io::ErrorKind::NotConnected)?;
        line.request(vec![message]).map_err(|Broken| io::ErrorKind::NotConnected.into())
    }

    /// Sends the changes at once if nothing else is under way. The kernel carries them out within the system call.
    pub(super) fn submit(&mut self, ticket: Ticket, changes: Vec<C>, world: &C::World) {
        let results = Vec::with_capacity(changes.len());
        let changes = VecDeque::from(changes);
        self.waiting.push_back(Submission { ticket, changes, batch: Vec::new(), answers: None, results });
        let mut cx = Context::from_waker(Waker::noop());
        self.start(&mut cx, world);
    }

    /// Takes the answers that have arrived.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) {
        let Some(line) = &mut self.line else { return };
        if line.advance(cx).is_err() {
            self.break_off(libc::ENOTCONN);
            return;
        }
        while let Some(message) = line.unsolicited(cx) {
            if matches!(message.payload, NetlinkPayload::Overrun(_)) {
                self.break_off(libc::ENOBUFS);
                return;
            }
        }
        let Some(running) = &mut self.running else { return };
        running.take_answers(cx);
        if running.is_unanswered() && self.timer.as_mut().poll(cx).is_ready() {
            // Answers that came later would be taken for those of the next batch: the connection ends too.
            self.break_off(0);
        }
    }

    /// Whether answers were lost since this was last asked, so that nobody knows what the kernel holds now.
    pub(super) fn take_lost(&mut self) -> bool {
        std::mem::take(&mut self.lost)
    }

    /// Reports what is complete, and sends what waited for it.
    pub(super) fn finish(
        &mut self,
        cx: &mut Context<'_>,
        world: &C::World,
        mut report: impl FnMut(Ticket, Results<C>),
    ) {
        loop {
            match &mut self.running {
                Some(running) if running.is_unanswered() => return,
                Some(running) => running.settle(world),
                None => {}
            }
            if let Some(done) = self.running.take_if(|running| running.changes.is_empty()) {
                report(done.ticket, done.results);
            }
            if self.running.is_none() && self.waiting.is_empty() {
                return;
            }
            self.start(cx, world);
        }
    }

    /// Sends the next batch, unless one is under way.
    fn start(&mut self, cx: &mut Context<'_>, world: &C::World) {
        if self.running.as_ref().is_some_and(|running| !running.batch.is_empty()) {
            return;
        }
        if self.running.is_none() {
            self.running = self.waiting.pop_front();
        }
        let Some(running) = &mut self.running else { return };
        let messages = running.fill_batch(world);
        if messages.is_empty() {
            return;
        }
        self.timer.as_mut().reset(Instant::now() + Duration::from(limits::NETLINK_TIMEOUT));
        // Polled so that its end wakes whoever waits.
        let _ = self.timer.as_mut().poll(cx);
        if self.send(cx, messages).is_err() {
            self.break_off(libc::ENOTCONN);
        }
    }

    fn send(&mut self, cx: &mut Context<'_>, messages: Vec<Message>) -> Result<(), Broken> {
        if self.line.is_none() {
            self.line = Some(Netlink::open(&[]).map_err(|_| Broken)?);
        }
        let (Some(line), Some(running)) = (&mut self.line, &mut self.running) else { return Err(Broken) };
        running.answers = Some(line.request(messages)?);
        line.advance(cx)
    }

    /// Gives up the connection and what it has not answered.
    fn break_off(&mut self, errno: i32) {
        self.line = None;
        self.lost = true;
        if let Some(running) = &mut self.running {
            running.answers = None;
            for (_, answer) in &mut running.batch {
                answer.get_or_insert(Err(errno));
            }
        }
    }
}

impl<C: Order> Submission<C> {
    /// Takes a batch of changes and makes their messages; where the kernel need not be asked, the answer is given here.
    fn fill_batch(&mut self, world: &C::World) -> Vec<Message> {
        let mut messages = Vec::new();
        let count = self.changes.len().min(limits::NETLINK_BATCH);
        for change in self.changes.drain(..count) {
            let answer = match change.message(world) {
                Ok(message) => {
                    messages.push(message);
                    None
                }
                Err(errno) => Some(Err(errno)),
            };
            self.batch.push((change, answer));
        }
        messages
    }

    fn is_unanswered(&self) -> bool {
        self.batch.iter().any(|(_, answer)| answer.is_none())
    }

    /// The kernel answers in the order of the requests.
    fn take_answers(&mut self, cx: &mut Context<'_>) {
        let Some(answers) = &mut self.answers else { return };
        while let Poll::Ready(Some(message)) = answers.as_mut().poll_next(cx) {
            let NetlinkPayload::Error(error) = message.payload else { continue };
            if let Some((_, answer)) = self.batch.iter_mut().find(|(_, answer)| answer.is_none()) {
                *answer = Some(error.code.map_or(Ok(()), |code| Err(code.get().saturating_abs())));
            }
        }
    }

    /// Turns the answers of a batch into results.
    fn settle(&mut self, world: &C::World) {
        self.answers = None;
        for (change, answer) in self.batch.drain(..) {
            let result = match answer {
                Some(Ok(())) => Ok(()),
                Some(Err(errno)) => change.judge(errno, world),
                None => Err(refusal::no_answer()),
            };
            self.results.push((change, result));
        }
    }
}

#[cfg(test)]
mod tests;
