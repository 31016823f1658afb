//! A client that asks for a page at a steady rate, each time over a new connection.
use super::report::{Answer, Report, Try};
use crate::error::{Doing, Result};
use crate::room::Room;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tokio::time::{MissedTickBehavior, interval};

/// How long a person waits before the request counts as lost. Shorter than a second, after which TCP asks again by
/// itself and a lost packet would look like a slow server.
const PATIENCE: Duration = Duration::from_millis(800);

type Tries = Arc<Mutex<Vec<Try>>>;

/// A running client.
#[derive(Debug)]
pub struct HttpClient {
    tries: Tries,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl HttpClient {
    /// Starts to ask `http://address/` once per `period`.
    pub fn start(room: &Room, address: Ipv4Addr, period: Duration) -> Result<Self> {
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            .pool_max_idle_per_host(0)
            .http1_only()
            .build()
            .doing("making an HTTP client")?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().doing("making a runtime")?;
        let (tries, stop) = (Tries::default(), Arc::new(AtomicBool::new(false)));
        let (list, end) = (Arc::clone(&tries), Arc::clone(&stop));
        let work = move || runtime.block_on(ask_steadily(client, format!("http://{address}/"), period, list, end));
        // A thread started in the room stays in the room.
        let start = move || thread::Builder::new().name("client".into()).spawn(work);
        let thread = room.run(start)?.doing("starting a thread")?;
        Ok(Self { tries, stop, thread: Some(thread) })
    }

    /// What it noticed between two instants; requests of the last second may still be under way.
    pub fn report(&self, from: Instant, to: Instant) -> Report {
        Report::of(&self.tries.lock().unwrap_or_else(PoisonError::into_inner), from, to)
    }

    /// The same up to now, after waiting until each of these requests has its result.
    pub fn settled_report(&self, from: Instant) -> Report {
        let to = Instant::now();
        crate::wait::until(PATIENCE * 2, || self.settled(to).then_some(()));
        self.report(from, to)
    }

    fn settled(&self, to: Instant) -> bool {
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        tries.iter().filter(|one| one.sent < to).all(|one| one.answer != Answer::Pending)
    }

    /// The answers in order: when each came and from whom.
    pub fn answers(&self, since: Instant) -> Vec<(Instant, String)> {
        let tries = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        let of_interest = |one: &Try| match &one.answer {
            Answer::Got(at, server) if one.sent >= since => Some((*at, server.clone())),
            _ => None,
        };
        tries.iter().filter_map(of_interest).collect()
    }
}

impl Drop for HttpClient {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn ask_steadily(client: reqwest::Client, url: String, period: Duration, tries: Tries, end: Arc<AtomicBool>) {
    let mut tick = interval(period);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !end.load(Ordering::Relaxed) {
        tick.tick().await;
        let sent = Instant::now();
        let number = {
            let mut tries = tries.lock().unwrap_or_else(PoisonError::into_inner);
            tries.push(Try { sent, answer: Answer::Pending });
            tries.len() - 1
        };
        let (request, tries) = (client.get(&url).header("connection", "close").send(), Arc::clone(&tries));
        tokio::spawn(async move {
            let answer = answer(request).await;
            if let Some(one) = tries.lock().unwrap_or_else(PoisonError::into_inner).get_mut(number) {
                one.answer = answer;
            }
        });
    }
}

async fn answer(request: impl Future<Output = reqwest::Result<reqwest::Response>>) -> Answer {
    let page = async { request.await?.error_for_status()?.text().await };
    match page.await {
        Ok(page) => Answer::Got(Instant::now(), page.trim().to_owned()),
        Err(error) if error.is_timeout() => Answer::Lost("timed out".into()),
        Err(error) if error.is_connect() => Answer::Lost("not connected".into()),
        Err(error) if error.is_status() => Answer::Lost("refused by the server".into()),
        Err(_) => Answer::Lost("broken off".into()),
    }
}
