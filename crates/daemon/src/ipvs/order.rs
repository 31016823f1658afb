//! What is written to what is to be done.
use super::mistake::Mistake;
use super::names::Names;
use super::rows::{Opt, Verb, of_opt};
use super::scan::{Spelling, Written, scan};
use super::{server, service, sync};
use evenkeel_ipvs::{Command, ServiceKey};

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Change the kernel.
    Change(Command),
    /// Print something that the kernel has.
    Show(Show),
    /// Print commands that make the table again.
    Save(Save),
    /// Read such commands.
    Restore,
    Help,
    Version,
}

/// An order, and how it was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) order: Order,
    /// Also what belongs to the running daemon.
    pub(super) force: bool,
    /// What should be told before it is done.
    pub(super) note: Option<String>,
}

/// What to print, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Show {
    pub(super) what: What,
    pub(super) names: bool,
    pub(super) json: bool,
}

/// What of IPVS is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Table(TableView),
    Connections(ConnectionView),
    Timeouts,
    Daemons,
}

/// How the table is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TableView {
    /// This service only.
    pub(super) only: Option<ServiceKey>,
    pub(super) columns: Columns,
    /// Counters not rounded.
    pub(super) exact: bool,
    /// Sorted, or in the kernel's order.
    pub(super) sorted: bool,
    /// Mark what belongs to the running daemon.
    pub(super) marked: bool,
}

/// What stands beside a real server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Columns {
    Plain,
    Stats,
    Rate,
    Thresholds,
    Persistent,
    Tunnel,
}

/// What stands beside a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ConnectionView {
    Plain,
    /// Data of persistence engines.
    Engine,
    /// Who made it.
    Origin,
}

/// How the table is saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Save {
    pub(super) names: bool,
    /// With thresholds, which ipvsadm leaves out.
    pub(super) complete: bool,
}

/// Understands a command line without the program's name.
pub(super) fn understand(words: &[String], names: &dyn Names) -> Result<Asked, Mistake> {
    let mut written = scan(words)?;
    if written.spelling == Spelling::Words {
        name_arguments(&mut written)?;
    }
    let takes_arguments = matches!(written.verb, Verb::SetTimeouts | Verb::StartDaemon | Verb::StopDaemon);
    if let (Some(word), false) = (written.arguments.first(), takes_arguments) {
        return Err(Mistake::SpareWord(word.clone()));
    }
    let mut note = None;
    let order = match written.verb {
        Verb::Help => Order::Help,
        Verb::Version => Order::Version,
        Verb::List => Order::Show(show(&written, names)?),
        Verb::Save => Order::Save(Save { names: by_name(&written), complete: written.spelling == Spelling::Words }),
        Verb::Restore => Order::Restore,
        _ => {
            let (command, told) = change(&written, names)?;
            note = told;
            Order::Change(command)
        }
    };
    Ok(Asked { order, force: written.has(Opt::Force), note })
}

/// Behind our words a service is written `tcp ADDRESS`, and a server behind it; they become the options that they mean.
fn name_arguments(written: &mut Written) -> Result<(), Mistake> {
    let mut arguments = std::mem::take(&mut written.arguments).into_iter().peekable();
    let takes = |opt| of_opt(opt).is_some_and(|row| row.with.contains(&written.verb));
    let (of_services, of_servers) = (takes(Opt::Tcp), takes(Opt::Server));
    let mut name = |opt, value: Option<String>| match value {
        None => Ok(()),
        Some(value) if !written.has(opt) => {
            written.options.insert(opt, value);
            Ok(())
        }
        Some(_) => Err(Mistake::Twice(opt, opt)),
    };
    let protocol = arguments.peek().and_then(|word| match word.as_str() {
        "tcp" => Some(Opt::Tcp),
        "udp" => Some(Opt::Udp),
        "sctp" => Some(Opt::Sctp),
        "fwmark" => Some(Opt::Fwmark),
        _ => None,
    });
    if let (true, Some(opt)) = (of_services, protocol) {
        let word = arguments.next().unwrap_or_default();
        let value = arguments.next().ok_or(Mistake::NoValue(word))?;
        name(opt, Some(value))?;
    }
    if of_servers {
        name(Opt::Server, arguments.next())?;
    }
    written.arguments = arguments.collect();
    Ok(())
}

fn by_name(written: &Written) -> bool {
    match written.spelling {
        Spelling::Letters => !written.has(Opt::Numeric),
        Spelling::Words => written.has(Opt::Names),
    }
}

fn show(written: &Written, names: &dyn Names) -> Result<Show, Mistake> {
    let has = |opt| written.has(opt);
    if has(Opt::Origin) && !has(Opt::Connection) {
        return Err(Mistake::OriginNeedsConnections);
    }
    let what = if has(Opt::Timeout) {
        What::Timeouts
    } else if has(Opt::Daemon) {
        What::Daemons
    } else if has(Opt::Connection) {
        What::Connections(connection_view(written))
    } else {
        What::Table(TableView {
            only: service::key(written, names)?,
            columns: columns(written),
            exact: has(Opt::Exact),
            sorted: !has(Opt::NoSort),
            marked: written.spelling == Spelling::Words || has(Opt::Json),
        })
    };
    Ok(Show { what, names: by_name(written), json: has(Opt::Json) })
}

fn connection_view(written: &Written) -> ConnectionView {
    if written.has(Opt::Origin) {
        ConnectionView::Origin
    } else if written.has(Opt::PersistentConn) {
        ConnectionView::Engine
    } else {
        ConnectionView::Plain
    }
}

/// Of several, ipvsadm prints the first in this order.
fn columns(written: &Written) -> Columns {
    [
        (Opt::Stats, Columns::Stats),
        (Opt::Rate, Columns::Rate),
        (Opt::Thresholds, Columns::Thresholds),
        (Opt::PersistentConn, Columns::Persistent),
        (Opt::TunnelInfo, Columns::Tunnel),
    ]
    .into_iter()
    .find(|(opt, _)| written.has(*opt))
    .map_or(Columns::Plain, |(_, columns)| columns)
}

/// The command, and what should be told about it.
fn change(written: &Written, names: &dyn Names) -> Result<(Command, Option<String>), Mistake> {
    let needed = || service::key(written, names)?.ok_or(Mistake::NoService(written.verb));
    let mut note = None;
    let command = match written.verb {
        Verb::AddService => Command::AddService(service::service(written, names)?),
        Verb::EditService => Command::EditService(service::service(written, names)?),
        Verb::DeleteService => Command::RemoveService(needed()?),
        Verb::AddServer | Verb::EditServer => {
            let key = needed()?;
            let (destination, moved) = server::destination(written, key, names)?;
            note = moved.then(|| format!("{}: direct routing and tunnels keep the packet's port", destination.key));
            match written.verb {
                Verb::AddServer => Command::AddDestination(key, destination),
                _ => Command::EditDestination(key, destination),
            }
        }
        Verb::DeleteServer => {
            let key = needed()?;
            Command::RemoveDestination(key, server::key(written, key, names)?)
        }
        Verb::Zero => Command::Zero(service::key(written, names)?),
        Verb::Clear => Command::Flush,
        Verb::SetTimeouts => Command::SetTimeouts(sync::timeouts(&written.arguments)?),
        Verb::StartDaemon => Command::StartSync(sync::daemon(written)?),
        Verb::StopDaemon => Command::StopSync(sync::role(&written.arguments)?),
        Verb::List | Verb::Save | Verb::Restore | Verb::Help | Verb::Version => return Err(Mistake::NoCommand),
    };
    Ok((command, note))
}

#[cfg(test)]
mod tests;
