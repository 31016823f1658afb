//! The connection table as text or JSON, line by line: it can have millions.
use super::endpoint::Printer;
use super::listing::protocol_name;
use super::order::ConnectionView;
use evenkeel_ipvs::{Connection, ConnectionError, Protocol};
use serde_json::Value;
use std::io::{self, Write};

/// Why connections were not all printed.
pub(super) enum Broken {
    /// They could not be read.
    Table(ConnectionError),
    /// They could not be written.
    Output(io::Error),
}

/// Prints connections in ipvsadm's columns. One that cannot be read is told at the end, behind the others.
pub(super) fn print(
    table: impl Iterator<Item = Result<Connection, ConnectionError>>,
    view: ConnectionView,
    printer: Printer<'_>,
    out: &mut dyn Write,
) -> Result<(), Broken> {
    let more = match view {
        ConnectionView::Plain => "",
        ConnectionView::Engine => "        pe name          pe_data",
        ConnectionView::Origin => "        origin",
    };
    let heading = "pro expire state       source             virtual            destination";
    writeln!(out, "IPVS connection entries\n{heading}{more}").map_err(Broken::Output)?;
    each(table, |connection| writeln!(out, "{}", line(connection, view, printer)))
}

/// Prints connections as a JSON array, one on a line.
pub(super) fn print_json(
    table: impl Iterator<Item = Result<Connection, ConnectionError>>,
    out: &mut dyn Write,
) -> Result<(), Broken> {
    let mut before = "[";
    let printed = each(table, |connection| {
        let separator = std::mem::replace(&mut before, ",");
        write!(out, "{separator}\n  {}", object(connection))
    });
    let end = if before == "[" { "[]\n" } else { "\n]\n" };
    out.write_all(end.as_bytes()).map_err(Broken::Output)?;
    printed
}

fn each(
    table: impl Iterator<Item = Result<Connection, ConnectionError>>,
    mut print: impl FnMut(&Connection) -> io::Result<()>,
) -> Result<(), Broken> {
    let mut broken = None;
    for connection in table {
        match connection {
            Ok(connection) => print(&connection).map_err(Broken::Output)?,
            Err(error) => broken = broken.or(Some(error)),
        }
    }
    broken.map_or(Ok(()), |error| Err(Broken::Table(error)))
}

fn line(connection: &Connection, view: ConnectionView, printer: Printer<'_>) -> String {
    let named = Some(connection.protocol).filter(|protocol| *protocol != Protocol(0));
    let place = |at: std::net::SocketAddr| printer.endpoint(at.ip(), at.port(), named);
    let expires = format!("{:02}:{:02}", connection.expires / 60, connection.expires % 60);
    let start = format!(
        "{:<3} {expires:<6} {:<11} {:<18} {:<18}",
        protocol_name(connection.protocol),
        connection.state,
        place(connection.client),
        place(connection.service)
    );
    let destination = place(connection.destination);
    match (view, &connection.engine, connection.origin) {
        (ConnectionView::Engine, Some(engine), _) => {
            format!("{start} {destination:<16} {:<18} {}", engine.engine.as_str(), engine.data)
        }
        (ConnectionView::Origin, _, Some(origin)) => format!("{start} {destination:<18} {origin}"),
        _ => format!("{start} {destination}"),
    }
}

fn object(connection: &Connection) -> Value {
    let engine = connection.engine.as_ref();
    let rows = [
        ("protocol", Some(protocol_name(connection.protocol).to_lowercase().into())),
        ("fwmark", connection.mark().map(|mark| mark.get().into())),
        ("client", Some(connection.client.to_string().into())),
        ("service", Some(connection.service.to_string().into())),
        ("destination", Some(connection.destination.to_string().into())),
        ("state", Some(connection.state.as_str().into())),
        ("expires_seconds", Some(connection.expires.into())),
        ("engine", engine.map(|engine| engine.engine.as_str().into())),
        ("engine_data", engine.map(|engine| engine.data.as_str().into())),
        ("origin", connection.origin.map(|origin| origin.to_string().into())),
    ];
    rows.into_iter().filter_map(|(name, value)| value.map(|value: Value| (name.to_owned(), value))).collect()
}

#[cfg(test)]
mod tests;
