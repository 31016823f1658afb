//! Signals as a stream of requests, through signal-hook's self-pipes: nothing happens inside a signal handler.
use signal_hook::consts::{SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGUSR1, SIGUSR2};
use signal_hook::low_level::pipe;
use std::io;
use std::os::unix::net::UnixStream as StdStream;
use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;

/// What a signal asks of the daemon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// HUP.
    Reload,
    /// TERM or INT.
    Stop,
    /// USR1: keepalived writes its data dump.
    DumpData,
    /// USR2: keepalived writes its statistics.
    DumpStatistics,
}

/// The signals that we answer.
pub struct Signals {
    reload: UnixStream,
    stop: UnixStream,
    data: UnixStream,
    statistics: UnixStream,
}

impl Signals {
    /// Takes over the signals; call it early, so that an early HUP does not end the process.
    ///
    /// # Errors
    /// When no pipe can be made.
    pub fn install() -> io::Result<Self> {
        // A reader that went away is seen as an error of the write.
        let (ignored, _) = StdStream::pair()?;
        pipe::register(SIGPIPE, ignored)?;
        Ok(Self {
            reload: listen(&[SIGHUP])?,
            stop: listen(&[SIGTERM, SIGINT])?,
            data: listen(&[SIGUSR1])?,
            statistics: listen(&[SIGUSR2])?,
        })
    }

    /// The next request; several signals of a kind that come together are one.
    pub async fn next(&mut self) -> Request {
        tokio::select! {
            biased;
            () = drained(&mut self.stop) => Request::Stop,
            () = drained(&mut self.reload) => Request::Reload,
            () = drained(&mut self.data) => Request::DumpData,
            () = drained(&mut self.statistics) => Request::DumpStatistics,
        }
    }
}

fn listen(signals: &[i32]) -> io::Result<UnixStream> {
    let (ours, theirs) = StdStream::pair()?;
    ours.set_nonblocking(true)?;
    for signal in signals {
        pipe::register(*signal, theirs.try_clone()?)?;
    }
    UnixStream::from_std(ours)
}

async fn drained(stream: &mut UnixStream) {
    let mut buffer = [0; 64];
    match stream.read(&mut buffer).await {
        Ok(count) if count > 0 => {}
        // The other end lives as long as the process; if it does not, nothing will ever come.
        _ => std::future::pending().await,
    }
}
