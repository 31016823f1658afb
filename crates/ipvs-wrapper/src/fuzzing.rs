//! A door for the fuzz targets, in no other build: the client over a socket that says whatever it is given.
use crate::client::Client;
use crate::command::Command;
use crate::exchange::Transport;
use crate::types::{Destination, Forwarding, Name, Protocol, Service, ServiceKey};
use std::cell::Cell;
use std::io;
use std::rc::Rc;

/// Says these datagrams, then nothing.
struct Script<'a> {
    left: Rc<Cell<&'a [u8]>>,
    /// The kernel's answers carry the numbers of the requests; so do these, where they say 0xffff_ffff.
    sent: Cell<u32>,
}

impl Transport for Script<'_> {
    fn send(&self, bytes: &[u8]) -> io::Result<()> {
        let sequence = bytes.get(8..12).and_then(|bytes| bytes.try_into().ok());
        self.sent.set(sequence.map_or(0, u32::from_ne_bytes));
        Ok(())
    }

    fn receive(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let end = left.windows(2).position(|pair| pair == [0xfe, 0xfe]);
        let (datagram, rest) = left.split_at(end.unwrap_or(left.len()));
        self.left.set(rest.get(2..).unwrap_or_default());
        let length = datagram.len().min(buffer.len());
        for (to, from) in buffer.iter_mut().zip(datagram) {
            *to = *from;
        }
        if let Some(place) = buffer.get_mut(8..12).filter(|place| *place == [0xff; 4]) {
            place.copy_from_slice(&self.sent.get().to_ne_bytes());
        }
        Ok(length)
    }

    fn wait(&self, _: u32) -> bool {
        false
    }
}

/// Asks everything there is to ask; the first byte says of which family the service is.
pub fn answers(input: &[u8]) {
    let (first, datagrams) = input.split_first().unwrap_or((&0, &[]));
    let address = if first & 1 == 0 { [192, 0, 2, 1].into() } else { std::net::Ipv6Addr::LOCALHOST.into() };
    let key = ServiceKey::Address { protocol: Protocol::TCP, address, port: 80 };
    let script = Rc::new(Cell::new(datagrams));
    // Each question is answered by the same datagrams; a number of the family that was forgotten is asked for again.
    let again = || script.set(datagrams);
    let transport = Script { left: Rc::clone(&script), sent: Cell::new(0) };
    let mut client = Client::of_family(transport, 0x1c);
    let destination = Destination::new(address, 8080, Forwarding::Masquerade);
    let commands = [
        Name::new("rr").ok().map(|name| Command::AddService(Service::new(key, name))),
        Some(Command::AddDestination(key, destination)),
    ];
    let commands: Vec<Command> = commands.into_iter().flatten().collect();
    assert_eq!(client.apply(&commands).len(), commands.len(), "a result for each");
    again();
    let _ = client.timeouts();
    again();
    let _ = client.sync_daemons();
    again();
    let _ = client.ask_info();
    again();
    let _ = client.list_services();
    again();
    let _ = client.list_destinations(&key);
    again();
    let _ = client.services_in_order();
    again();
    let _ = client.destinations_in_order(&key);
    again();
    client.forget_family();
    let _ = client.find_family();
}
