//! A small site: two directors with one configuration file, two web servers behind them, a client in front.
use crate::client::HttpClient;
use crate::error::{Error, Result};
use crate::net::Lan;
use crate::pair::{Director, PREFIX, Pair, Place, VIP};
use crate::program::{Kind, Options};
use crate::room::Room;
use crate::wait;
use crate::web::Web;
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The web servers' own addresses.
pub const WEBS: [Ipv4Addr; 2] = [Ipv4Addr::new(10, 77, 0, 21), Ipv4Addr::new(10, 77, 0, 22)];

/// The whole of it.
#[derive(Debug)]
pub struct Site {
    /// The directors, the network and the client.
    pub pair: Pair,
    /// The web servers.
    pub webs: [Web; 2],
}

impl Site {
    /// The configuration file that both directors read.
    pub fn config() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("site.conf")
    }

    /// Builds it, with this daemon on the directors; the web servers run, the directors do not yet.
    pub fn build(kind: &Kind) -> Result<Self> {
        let options = |place: Place| {
            let arguments = vec!["-i".to_owned(), place.config_id().to_owned()];
            (kind.clone(), Options { arguments, config: Some(Self::config()), ..Options::default() })
        };
        let pair = Pair::build(options, |_| String::new())?;
        let [one, two] = WEBS;
        let webs = [web(&pair.lan, "web1", one)?, web(&pair.lan, "web2", two)?];
        Ok(Self { pair, webs })
    }

    /// Starts a client that asks the virtual address.
    pub fn start_client(&self, period: Duration) -> Result<HttpClient> {
        HttpClient::start(&self.pair.client, VIP, period)
    }
}

fn web(lan: &Lan, name: &str, address: Ipv4Addr) -> Result<Web> {
    let room = Arc::new(Room::new(name)?);
    lan.plug(&room, address, PREFIX)?;
    let mut web = Web::new(&room, address)?;
    web.serve_directly(VIP)?;
    web.start()?;
    Ok(web)
}

/// The real servers of a director's service on the virtual address, and their weights, by `ipvsadm`.
pub fn real_servers(director: &Director) -> Result<BTreeMap<Ipv4Addr, u32>> {
    Ok(parse(&director.room().command(&["ipvsadm", "-Sn"])?))
}

/// Waits until exactly these web servers get connections from a director, and returns when that was.
pub fn wait_for_real_servers(director: &Director, expected: &[Ipv4Addr], within: Duration) -> Result<Instant> {
    let right = || {
        let live = real_servers(director).ok()?.into_iter().filter(|(_, weight)| *weight > 0);
        live.map(|(server, _)| server).eq(expected.iter().copied()).then(Instant::now)
    };
    wait::until(within, right).ok_or_else(|| {
        let (name, table) = (director.place.name(), real_servers(director));
        Error::new(format!("{name}: the IPVS table has not become {expected:?} within {within:?}: {table:?}"))
    })
}

/// From lines as `-a -t 10.77.0.100:80 -r 10.77.0.21:80 -g -w 1`.
fn parse(saved: &str) -> BTreeMap<Ipv4Addr, u32> {
    let after = |words: &[&str], flag: &str| {
        let at = words.iter().position(|word| *word == flag)?;
        words.get(at + 1).map(ToString::to_string)
    };
    let server = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let address = after(&words, "-r")?.split(':').next()?.parse().ok()?;
        Some((address, after(&words, "-w")?.parse().ok()?))
    };
    saved.lines().filter(|line| line.starts_with("-a ")).filter_map(server).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_from_what_ipvsadm_saves() {
        let saved = "-A -t 10.77.0.100:80 -s rr\n-a -t 10.77.0.100:80 -r 10.77.0.21:80 -g -w 0\n\
                     -a -t 10.77.0.100:80 -r 10.77.0.22:80 -g -w 3\n";
        let [one, two] = WEBS;
        assert_eq!(parse(saved), BTreeMap::from([(one, 0), (two, 3)]));
    }
}
