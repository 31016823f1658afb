//! FRR's vrrpd as the other director: a script that prepares the machine as FRR demands and runs zebra and vrrpd.
//!
//! FRR neither adds nor removes virtual addresses. They are always on a macvlan interface with the virtual router's
//! hardware address, and zebra switches that interface's carrier on for the master and off for everybody else.
use crate::pair::{PREFIX, Place};
use crate::plan::{Family, Plan};
use crate::room::Room;
use std::fmt::Write as _;

/// The interface that carries the addresses, and the carrier.
pub(crate) const MACVLAN: &str = "vrrp-51";

/// What `sh` is to run on a director with this plan. It ends when vrrpd ends.
pub fn script(plan: &Plan, place: Place) -> String {
    // Without a carrier an IPv6 address would stay tentative, and FRR looks away.
    let (kind, word, nodad) = match plan.family {
        Family::V4 => ("01", "ip", ""),
        Family::V6 => ("02", "ipv6", " nodad"),
    };
    // An interface that was down has lost its IPv6 addresses, and vrrpd would be a master that answers nobody.
    let mut lines = String::new();
    for address in plan.addresses() {
        let _ = writeln!(lines, "ip address replace {address}/{PREFIX} dev {MACVLAN}{nodad}");
    }
    let mut config =
        format!("interface eth0\n vrrp 51 version {}\n vrrp 51 priority {}\n", plan.version, place.priority());
    let _ = writeln!(config, " vrrp 51 advertisement-interval {}", plan.interval.as_millis());
    if !plan.preempt {
        config.push_str(" no vrrp 51 preempt\n");
    }
    for address in plan.addresses() {
        let _ = writeln!(config, " vrrp 51 {word} {address}");
    }
    let run = |daemon: &str| {
        format!(
            "setpriv --pdeathsig KILL /usr/lib/frr/{daemon} -u root -g frrvty -f /run/frr/{daemon}.conf -i /run/frr/{daemon}.pid \
             -z /run/frr/zserv.api --vty_socket /run/frr -P 0 --log stdout &"
        )
    };
    format!(
        "mkdir -p /run/frr /var/tmp/frr\n\
         mountpoint -q /var/tmp/frr || mount -t tmpfs tmpfs /var/tmp/frr\n\
         rm -f /run/frr/*\n\
         echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore\n\
         echo 2 > /proc/sys/net/ipv4/conf/all/arp_announce\n\
         if ! ip link show {MACVLAN} 2> /dev/null; then\n    \
             ip link add {MACVLAN} link eth0 type macvlan mode bridge\n    \
             ip link set {MACVLAN} address 00:00:5e:00:{kind}:33\n\
         fi\n\
         {lines}\
         ip link set {MACVLAN} protodown on up\n\
         : > /run/frr/zebra.conf\n\
         cat > /run/frr/vrrpd.conf << 'END'\n{config}END\n\
         {}\nzebra=$!\n\
         while ! [ -S /run/frr/zserv.api ]; do sleep 0.02; done\n\
         {}\nwait $!\n\
         ip link set {MACVLAN} down\n\
         kill $zebra\nwait $zebra\n",
        run("zebra"),
        run("vrrpd"),
    )
}

/// Is it master, as the carrier tells? Without the interface it is not.
pub(crate) fn is_master(room: &Room) -> bool {
    let carrier = || std::fs::read_to_string(format!("/sys/class/net/{MACVLAN}/carrier")).unwrap_or_default();
    room.run(carrier).is_ok_and(|carrier| carrier.trim() == "1")
}
