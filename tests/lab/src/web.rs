//! Real servers: nginx in a room, with a page that says which one it is.
use crate::error::{Doing, Error, Result};
use crate::room::Room;
use crate::scratch::Scratch;
use crate::wait;
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A web server. Every page but `/health` answers with the room's name.
#[derive(Debug)]
pub struct Web {
    room: Arc<Room>,
    files: Scratch,
    address: Ipv4Addr,
    child: Option<Child>,
}

impl Web {
    /// Prepares nginx on port 80 of the room, which has this address; it does not run yet.
    pub fn new(room: &Arc<Room>, address: Ipv4Addr) -> Result<Self> {
        let files = Scratch::new(room.name())?;
        files.write("nginx.conf", configuration(room.name(), &files.path().display().to_string()))?;
        Ok(Self { room: Arc::clone(room), files, address, child: None })
    }

    /// Makes the room a real server of direct routing: it takes packets for the virtual address, but never says on the
    /// network that it has it.
    pub fn serve_directly(&self, vip: Ipv4Addr) -> Result<()> {
        self.room.sysctl(&[("net/ipv4/conf/all/arp_ignore", "1"), ("net/ipv4/conf/all/arp_announce", "2")])?;
        self.room.ip(&[format!("address add {vip}/32 dev lo")])
    }

    /// The room that it runs in.
    pub fn room(&self) -> &Arc<Room> {
        &self.room
    }

    /// Its own address.
    pub fn address(&self) -> Ipv4Addr {
        self.address
    }

    /// Starts it and waits until it accepts connections; returns when it did.
    pub fn start(&mut self) -> Result<Instant> {
        let config = self.files.path().join("nginx.conf");
        let log = std::fs::File::create(self.files.path().join("log")).doing("opening nginx's log")?;
        let spawn = move || {
            let mut command = Command::new("setpriv");
            command.args(["--pdeathsig", "KILL", "/usr/sbin/nginx", "-e", "stderr", "-c"]).arg(config);
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn()
        };
        self.child = Some(self.room.run(spawn)?.doing(format!("starting nginx in {}", self.room.name()))?);
        self.wait_until_it_answers()
    }

    /// Ends it at once: its port is closed, as after a crash of the server program.
    pub fn stop(&mut self) -> Instant {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        Instant::now()
    }

    fn wait_until_it_answers(&self) -> Result<Instant> {
        let to = SocketAddr::from((self.address, 80));
        let connect = move || {
            let answers = || TcpStream::connect_timeout(&to, Duration::from_secs(1)).ok().map(|_| Instant::now());
            wait::until(Duration::from_secs(30), answers)
        };
        self.room.run(connect)?.ok_or_else(|| {
            let log = std::fs::read_to_string(self.files.path().join("log")).unwrap_or_default();
            Error::new(format!("nginx in {} does not answer: {}", self.room.name(), log.trim()))
        })
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.stop();
    }
}

/// One process, so that one signal ends it; everything that it writes is below its own directory.
fn configuration(name: &str, directory: &str) -> String {
    let six = if Path::new("/proc/sys/net/ipv6").exists() { " listen [::]:80;" } else { "" };
    format!(
        "daemon off; master_process off; pid {directory}/pid; error_log stderr;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n  access_log off; default_type text/plain;\n  \
         client_body_temp_path {directory}/a; proxy_temp_path {directory}/b; fastcgi_temp_path {directory}/c;\n  \
         uwsgi_temp_path {directory}/d; scgi_temp_path {directory}/e;\n  \
         server {{\n    listen 80;{six}\n    location / {{ return 200 \"{name}\\n\"; }}\n    \
         location = /health {{ return 200 \"healthy\\n\"; }}\n  }}\n}}\n"
    )
}
