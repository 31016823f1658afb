//! Network namespaces for one test: made in its own thread, gone with it.
use evenkeel_kernel::linux::LinuxKernel;
use evenkeel_kernel::ports::{Event, ReceivedPacket};
use model::holdings::AddressKey;
use model::net::{Advert, Endpoint, Link, PROTOCOL_VRRP};
use model::{InterfaceName, Prefix};
use nix::sched::{CloneFlags, setns, unshare};
use std::fs::File;
use std::net::IpAddr;
use std::os::fd::AsRawFd;
use std::process::Command;
use std::time::Duration;
use tokio::time::timeout;

/// Longer than anything here takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Runs a test in a thread of its own with a runtime of its own; says so when that cannot be.
pub(crate) fn run<F: Future<Output = ()> + 'static>(test: fn() -> F) {
    if !nix::unistd::geteuid().is_root() {
        println!("skipped: network namespaces need root");
        return;
    }
    let ended = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async { timeout(3 * PATIENCE, test()).await.expect("the test is stuck") });
    })
    .join();
    if let Err(panic) = ended {
        std::panic::resume_unwind(panic);
    }
}

/// A network namespace. Sockets stay in the one in which they were made.
pub(crate) struct Space(File);

impl Space {
    /// Makes one and enters it.
    pub(crate) fn new() -> Self {
        unshare(CloneFlags::CLONE_NEWNET).expect("a namespace");
        ip("link set lo up");
        Self(File::open("/proc/thread-self/ns/net").expect("a namespace file"))
    }

    /// Makes this thread, and the programs that it starts, be in it.
    pub(crate) fn enter(&self) {
        setns(&self.0, CloneFlags::CLONE_NEWNET).expect("the namespace is entered");
    }

    /// Where ip(8) finds it.
    pub(crate) fn path(&self) -> String {
        format!("/proc/{}/fd/{}", std::process::id(), self.0.as_raw_fd())
    }
}

/// Two namespaces with a cable: `a` (10.0.0.1/24) in the first, which is entered, `b` (10.0.0.2/24) in the second.
pub(crate) fn two_spaces() -> (Space, Space) {
    let first = Space::new();
    let second = Space::new();
    first.enter();
    ip(&format!("link add name a type veth peer name b netns {}", second.path()));
    ip("addr add 10.0.0.1/24 dev a");
    ip("link set dev a up");
    second.enter();
    ip("addr add 10.0.0.2/24 dev b");
    ip("link set dev b up");
    until_running("b");
    first.enter();
    until_running("a");
    (first, second)
}

/// One namespace with a cable from `a` to `b`, both up, no addresses.
pub(crate) fn one_space() -> Space {
    let space = Space::new();
    cable("a", "b");
    space
}

/// A cable between two links of this namespace, both up.
pub(crate) fn cable(one: &str, other: &str) {
    ip(&format!("link add name {one} type veth peer name {other}"));
    // No addresses that nobody asked for.
    for name in [one, other] {
        ip(&format!("link set dev {name} addrgenmode none"));
        ip(&format!("link set dev {name} up"));
    }
    [one, other].into_iter().for_each(until_running);
}

/// Waits for the carrier, which the kernel makes known a while after both ends are up; until then it drops packets.
pub(crate) fn until_running(link: &str) {
    let begun = std::time::Instant::now();
    while !ip(&format!("-j link show dev {link}")).contains("\"operstate\":\"UP\"") {
        assert!(begun.elapsed() < PATIENCE, "{link} stays without carrier");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Runs ip(8), which must succeed, and returns what it prints.
pub(crate) fn ip(words: &str) -> String {
    let output = Command::new("ip").args(words.split(' ')).output().expect("ip(8) is installed");
    assert!(output.status.success(), "ip {words}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// What `ip -j addr` says of the addresses of a link.
pub(crate) fn ip_addresses(link: &str) -> Vec<serde_json::Value> {
    let json: serde_json::Value = serde_json::from_str(&ip(&format!("-j addr show dev {link}"))).expect("JSON");
    json[0]["addr_info"].as_array().expect("a list").clone()
}

/// The same as `address/length`, in order.
pub(crate) fn ip_prefixes(link: &str) -> Vec<String> {
    let text = |a: &serde_json::Value| format!("{}/{}", a["local"].as_str().expect("an address"), a["prefixlen"]);
    ip_addresses(link).iter().map(text).collect()
}

/// A name of a link.
pub(crate) fn name(text: &str) -> InterfaceName {
    InterfaceName::new(text).expect("a name")
}

/// `10.0.0.1/24`.
pub(crate) fn prefix(text: &str) -> Prefix {
    let (address, length) = text.split_once('/').expect("a prefix");
    Prefix::new(address.parse().expect("an address"), length.parse().expect("a length")).expect("a prefix")
}

/// The group of VRRP on a link.
pub(crate) fn endpoint(link: &str) -> Endpoint {
    Endpoint { interface: name(link), group: IpAddr::from([224, 0, 0, 18]), protocol: PROTOCOL_VRRP, receive_bytes: 0 }
}

/// An advert from `a` (10.0.0.1) to the group.
pub(crate) fn advert(payload: &[u8]) -> Advert {
    Advert {
        owner: "VI_1".into(),
        interface: name("a"),
        source: IpAddr::from([10, 0, 0, 1]),
        destination: IpAddr::from([224, 0, 0, 18]),
        ttl: 255,
        protocol: PROTOCOL_VRRP,
        identification: 1,
        payload: payload.to_vec(),
    }
}

/// Addresses as text.
pub(crate) fn texts(addresses: &[AddressKey]) -> Vec<String> {
    addresses.iter().map(|key| key.prefix.to_string()).collect()
}

/// What a test waits for.
pub(crate) trait Watch {
    /// The kernel, ready.
    async fn started() -> Self;
    /// The first event that `wanted` takes; the others are dropped.
    async fn wait_for<T>(&mut self, what: &str, wanted: impl FnMut(Event) -> Option<T>) -> T;
    /// The next packet.
    async fn packet(&mut self) -> ReceivedPacket;
    /// The next time that this link is reported.
    async fn link(&mut self, link: &str) -> Link;
    /// The next time that this link has exactly these addresses.
    async fn addresses(&mut self, link: &str, expected: &[&str]);
    /// Everything that comes within a short while.
    async fn all(&mut self) -> Vec<Event>;
}

impl Watch for LinuxKernel {
    async fn started() -> Self {
        Self::open().await.expect("the kernel is there")
    }

    async fn wait_for<T>(&mut self, what: &str, mut wanted: impl FnMut(Event) -> Option<T>) -> T {
        let mut seen = Vec::new();
        let found = timeout(PATIENCE, async {
            loop {
                let event = self.next_event().await;
                seen.push(format!("{event:?}"));
                if let Some(found) = wanted(event) {
                    return found;
                }
            }
        })
        .await;
        found.unwrap_or_else(|_| panic!("waited in vain for {what}; seen: {seen:#?}"))
    }

    async fn packet(&mut self) -> ReceivedPacket {
        self.wait_for("a packet", |event| if let Event::Packet(packet) = event { Some(packet) } else { None }).await
    }

    async fn link(&mut self, wanted: &str) -> Link {
        self.wait_for(wanted, |event| match event {
            Event::Link { interface, link } if interface.as_str() == wanted => Some(link),
            _ => None,
        })
        .await
    }

    async fn addresses(&mut self, link: &str, expected: &[&str]) {
        self.wait_for(&format!("{expected:?} on {link}"), |event| match event {
            Event::Addresses { interface, addresses } if interface.as_str() == link => {
                (texts(&addresses) == expected).then_some(())
            }
            _ => None,
        })
        .await;
    }

    async fn all(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        while let Ok(event) = timeout(Duration::from_millis(200), self.next_event()).await {
            events.push(event);
        }
        events
    }
}

/// The group of VRRP over IPv6 on a link.
pub(crate) fn endpoint6(link: &str) -> Endpoint {
    Endpoint { group: "ff02::12".parse().expect("an address"), ..endpoint(link) }
}

/// The link-local address of a link of this namespace, when duplicate detection is done with it.
pub(crate) fn link_local(link: &str) -> IpAddr {
    let until = std::time::Instant::now() + PATIENCE;
    loop {
        let usable = ip_addresses(link).into_iter().find(|a| a["scope"] == "link" && a.get("tentative").is_none());
        if let Some(address) = usable {
            return address["local"].as_str().expect("an address").parse().expect("an address");
        }
        assert!(std::time::Instant::now() < until, "{link} has no link-local address");
        std::thread::sleep(Duration::from_millis(50));
    }
}
