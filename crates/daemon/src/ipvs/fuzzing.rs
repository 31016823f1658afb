//! A door for the fuzz targets, in no other build: saved tables, the daemon's own status, and the list of services.
use super::names::{Names, Services};
use super::owned::Owned;
use super::restoring;
use evenkeel_ipvs::{Family, Protocol};
use std::net::IpAddr;

/// Nobody has a name.
struct Nameless;

impl Names for Nameless {
    fn address(&self, _: &str, _: Option<Family>) -> Option<IpAddr> {
        None
    }

    fn host(&self, _: IpAddr) -> Option<String> {
        None
    }

    fn port(&self, _: &str, _: Protocol) -> Option<u16> {
        None
    }

    fn service(&self, _: u16, _: Protocol) -> Option<String> {
        None
    }
}

/// Reads a text as each of them.
pub fn read(text: &str) {
    if let Err((line, _)) = restoring::lines(text, &Nameless).map(drop) {
        assert!((1..=text.lines().count()).contains(&line), "a mistake in line {line}");
    }
    let _ = Owned::read(text);
    let _ = Services::read(text);
}
