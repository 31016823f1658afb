//! Counts processes: by the kernel's events where they are to be had, else by a look at /proc every second.
use super::Listeners;
use super::matching::counts;
use kernel::linux::processes::{self, ProcessEvent, ProcessEvents};
use model::config::track::Process;
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tracing::{info, warn};

/// How often /proc is looked at where there are no events.
const LOOK: Duration = Duration::from_secs(1);

/// The processes that are watched.
#[derive(Default)]
pub(super) struct Processes {
    task: Option<JoinHandle<()>>,
}

impl Processes {
    /// Watches exactly these.
    pub(super) fn configure(&mut self, processes: &[Process], listeners: &Listeners) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
        if !processes.is_empty() {
            let counts = processes.iter().cloned().map(Count::new).collect();
            self.task = Some(tokio::task::spawn_local(watch(counts, listeners.clone())));
        }
    }
}

async fn watch(mut all: Vec<Count>, listeners: Listeners) {
    let mut events = match ProcessEvents::open().await {
        Ok(events) => Some(events),
        Err(error) => {
            warn!("(track_process) no process events: {error}; /proc is looked at every second");
            None
        }
    };
    look(&mut all);
    loop {
        for count in &mut all {
            if let Some(enough) = count.settled(Instant::now()) {
                info!("(track_process {}) {} process(es), {}", count.name(), count.seen.len(), word(enough));
                listeners.process(count.name(), enough).await;
            }
        }
        let due = all.iter().filter_map(Count::due).min();
        let timer = async {
            match due {
                Some(due) => tokio::time::sleep_until(due).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = timer => {}
            event = next(&mut events) => match event {
                Some(ProcessEvent::Changed(number)) => changed(&mut all, number),
                Some(ProcessEvent::Ended(number)) => all.iter_mut().for_each(|count| count.gone(number)),
                Some(ProcessEvent::Lost) | None => look(&mut all),
            },
        }
    }
}

const fn word(enough: bool) -> &'static str {
    if enough { "as many as wanted" } else { "not as many as wanted" }
}

/// The next event; `None` says that it is time for a look.
async fn next(events: &mut Option<ProcessEvents>) -> Option<ProcessEvent> {
    match events {
        None => {
            tokio::time::sleep(LOOK).await;
            None
        }
        Some(open) => match open.next().await {
            Ok(event) => Some(event),
            Err(error) => {
                warn!("(track_process) process events ended: {error}; /proc is looked at every second");
                *events = None;
                None
            }
        },
    }
}

fn changed(all: &mut [Count], number: u32) {
    let Some(process) = processes::process(number) else {
        return all.iter_mut().for_each(|count| count.gone(number));
    };
    for count in all {
        if counts(&count.wanted, &process) {
            count.seen.insert(number);
        } else {
            count.gone(number);
        }
    }
}

fn look(all: &mut [Count]) {
    all.iter_mut().for_each(|count| count.seen.clear());
    for number in processes::all() {
        changed(all, number);
    }
}

/// One `vrrp_track_process` with what it counts.
struct Count {
    wanted: Process,
    seen: BTreeSet<u32>,
    /// What was told last.
    told: Option<bool>,
    /// When a change that has not settled yet is told.
    due: Option<Instant>,
}

impl Count {
    const fn new(wanted: Process) -> Self {
        Self { wanted, seen: BTreeSet::new(), told: None, due: None }
    }

    const fn name(&self) -> &model::Name {
        &self.wanted.name
    }

    fn gone(&mut self, number: u32) {
        self.seen.remove(&number);
    }

    const fn due(&self) -> Option<Instant> {
        self.due
    }

    fn enough(&self) -> bool {
        let count = u32::try_from(self.seen.len()).unwrap_or(u32::MAX);
        let least = if self.wanted.quorum_max == Some(0) { 0 } else { self.wanted.quorum };
        count >= least && self.wanted.quorum_max.is_none_or(|most| count <= most)
    }

    /// What is to be told now: a state that has lasted as long as it must. The first one is told at once.
    fn settled(&mut self, now: Instant) -> Option<bool> {
        let enough = self.enough();
        if self.told == Some(enough) {
            self.due = None;
            return None;
        }
        let delay = if enough { self.wanted.fork_delay } else { self.wanted.terminate_delay };
        if self.told.is_some() && *self.due.get_or_insert(now + delay.into()) > now {
            return None;
        }
        (self.told, self.due) = (Some(enough), None);
        Some(enough)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Interval;
    use model::config::track::ParameterMatch;

    fn count(quorum: u32, quorum_max: Option<u32>) -> Count {
        Count::new(Process {
            name: "p".into(),
            program: "p".into(),
            parameters: Vec::new(),
            parameter_match: ParameterMatch::Any,
            full_command: false,
            weight: Default::default(),
            quorum,
            quorum_max,
            terminate_delay: Interval::from_secs(2),
            fork_delay: Interval::from_secs(5),
        })
    }

    #[test]
    fn enough_is_between_the_bounds() {
        for (quorum, most, enough) in [
            (1, None, [false, true, true, true]),
            (2, None, [false, false, true, true]),
            (1, Some(2), [false, true, true, false]),
            (1, Some(0), [true, false, false, false]),
        ] {
            for (number, expected) in enough.into_iter().enumerate() {
                let mut count = count(quorum, most);
                count.seen = (0..number as u32).collect();
                assert_eq!(count.enough(), expected, "{number} of {quorum} to {most:?}");
            }
        }
    }

    #[test]
    fn a_change_is_told_when_it_has_lasted() {
        let (start, mut count) = (Instant::now(), count(1, None));
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(count.settled(at(0)), Some(false), "the first at once");
        count.seen.insert(7);
        assert_eq!((count.settled(at(1)), count.due()), (None, Some(at(6))));
        assert_eq!(count.settled(at(5)), None);
        assert_eq!((count.settled(at(6)), count.due()), (Some(true), None));
        count.gone(7);
        assert_eq!((count.settled(at(10)), count.due()), (None, Some(at(12))));
        count.seen.insert(8);
        assert_eq!((count.settled(at(11)), count.due()), (None, None), "it came back in time");
    }

    #[test]
    fn a_process_that_comes_and_goes_is_told() {
        let directory = std::env::temp_dir();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        tokio::task::LocalSet::new().block_on(&runtime, async {
            let (orders, mut heard) = tokio::sync::mpsc::channel(16);
            let (mut processes, listeners) = (Processes::default(), Listeners::new(Some(orders), None));
            let unlikely = format!("{}", 100_000 + std::process::id());
            let mut wanted = count(1, None).wanted;
            (wanted.program, wanted.parameters) = ("sleep".into(), vec![unlikely.clone()]);
            (wanted.terminate_delay, wanted.fork_delay) = (Interval::ZERO, Interval::ZERO);
            processes.configure(&[wanted], &listeners);
            let mut reading = async || {
                let next = tokio::time::timeout(Duration::from_secs(5), heard.recv()).await;
                match next.expect("in time") {
                    Some(crate::channels::VrrpOrder::Fact(vrrp::Fact::Tracked { reading, .. })) => reading,
                    other => panic!("{other:?}"),
                }
            };
            assert_eq!(reading().await, 0);
            let mut child =
                tokio::process::Command::new("sleep").arg(&unlikely).current_dir(&directory).spawn().expect("a child");
            assert_eq!(reading().await, 1);
            child.kill().await.expect("killed");
            assert_eq!(reading().await, 0);
            processes.configure(&[], &listeners);
        });
    }
}
