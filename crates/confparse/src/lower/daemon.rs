//! The words of `global_defs` and of the root that say how the daemon itself runs: mail, tables, agents, files, threads.
use super::arguments::diagnose;
use super::item::{Item, Value};
use super::process;
use super::reader::Reader;
use super::script::Spoken;
use crate::diagnostic::{Diagnostic, Severity};
use crate::tree::Word;
use crate::value::{self, shown};
use model::config::global::{Global, IpvsNamespace, LimitedCommand, MailServer, ReceiveBuffer};
use model::{Interval, Name};

/// The settings of the daemon as far as they were said.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) global: Global,
    startup: RunOnce,
    shutdown: RunOnce,
    vmac_prefix: Option<String>,
    vmac_addr_prefix: Option<String>,
    rs_stats_age: Option<Interval>,
}

/// `startup_script` or `shutdown_script`.
#[derive(Default)]
struct RunOnce {
    command: Option<Spoken>,
    timeout: Option<Interval>,
}

/// Limit of `startup_script` and `shutdown_script` unless written.
const RUN_ONCE_TIMEOUT: Interval = Interval::from_secs(10);
/// What `nftables` means without an argument, and what `vrrp_iptables` means.
const TABLE: &str = "keepalived";
/// What `nftables_ipvs` means without an argument.
const IPVS_TABLE: &str = "keepalived_ipvs";
/// `NFT_NAME_MAXLEN` (linux/netfilter/nf_tables.h) less the final zero.
const TABLE_BYTES: usize = 255;

impl Settings {
    /// Takes a word of `global_defs`; hands back what it does not know.
    pub(crate) fn keyword<'t>(&mut self, reader: &mut Reader<'_>, item: Item<'t>) -> Option<Item<'t>> {
        let item = process::keyword(reader, &mut self.global, item)?;
        let item = self.mail(reader, item)?;
        let item = self.routers(reader, item)?;
        let item = self.switches(item)?;
        let item = self.files(reader, item)?;
        self.named(reader, item)
    }

    /// The commands, and what depends on several words: everything else of `global_defs` is known.
    pub(crate) fn finish(self, reader: &mut Reader<'_>, global: &mut Global) {
        let prefix = self.vmac_prefix.unwrap_or_else(|| global.vrrp.vmac_prefix.clone());
        global.vrrp.vmac_addr_prefix = self.vmac_addr_prefix.unwrap_or_else(|| prefix.clone());
        global.vrrp.vmac_prefix = prefix;
        global.agents.rs_stats_age = self.rs_stats_age.unwrap_or(global.agents.vs_stats_age);
        global.startup = self.startup.judged(reader);
        global.shutdown = self.shutdown.judged(reader);
    }

    fn mail<'t>(&mut self, reader: &mut Reader<'_>, item: Item<'t>) -> Option<Item<'t>> {
        let mail = &mut self.global.mail;
        match item.row.keyword {
            "notification_email" => {
                let words = item.body.iter().flat_map(|line| line.words);
                mail.to.extend(words.map(|word| word.text().to_owned()));
                if item.body.is_empty() {
                    reader.empty(&item, "nobody gets mail");
                }
            }
            "notification_email_from" => mail.from = first_word(reader, &item),
            "smtp_server" => mail.server = relay(reader, &item).or(mail.server.take()),
            "smtp_helo_name" => mail.helo = text(&item).or(mail.helo.take()),
            "smtp_connect_timeout" => mail.timeout = at_least_a_second(reader, &item).unwrap_or(mail.timeout),
            "no_email_faults" => mail.no_faults = true,
            "no_checker_emails" => mail.no_checkers = item.on(),
            _ => return Some(item),
        }
        None
    }

    fn routers<'t>(&mut self, reader: &mut Reader<'_>, item: Item<'t>) -> Option<Item<'t>> {
        let vrrp = &mut self.global.vrrp;
        match item.row.keyword {
            "default_interface" => vrrp.default_interface = item.interface(),
            "disable_local_igmp" => vrrp.disable_local_igmp = true,
            "log_unknown_vrids" => vrrp.log_unknown_vrids = true,
            "vrrp_startup_delay" => vrrp.startup_delay = item.interval().unwrap_or(vrrp.startup_delay),
            "vrrp_delay_after_boot" => vrrp.delay_after_boot = item.interval().unwrap_or(vrrp.delay_after_boot),
            "vmac_prefix" => self.vmac_prefix = text(&item),
            "vmac_addr_prefix" => self.vmac_addr_prefix = text(&item),
            "vrrp_rx_bufs_policy" => vrrp.receive_buffer = policy(reader, &item).unwrap_or(vrrp.receive_buffer),
            "vrrp_rx_bufs_multiplier" => vrrp.receive_multiplier = item.unsigned().unwrap_or(vrrp.receive_multiplier),
            _ => return Some(item),
        }
        None
    }

    /// Words that only switch something on, or off.
    fn switches<'t>(&mut self, item: Item<'t>) -> Option<Item<'t>> {
        let on = item.on();
        let Global { firewall, agents, reading, .. } = &mut self.global;
        match item.row.keyword {
            "use_symlink_paths" => self.global.symlink_paths = on,
            "fifo_write_vrrp_states_on_reload" => self.global.fifo_states_on_reload = on,
            "nftables_ifindex" => firewall.match_index = on,
            "nftables_counters" => firewall.counters = on,
            "enable_traps" => agents.traps = on,
            "enable_snmp_vrrp" | "enable_snmp_keepalived" => agents.snmp_vrrp = on,
            "enable_snmp_rfc" => (agents.snmp_rfc_v2, agents.snmp_rfc_v3) = (on, on),
            "enable_snmp_rfcv2" => agents.snmp_rfc_v2 = on,
            "enable_snmp_rfcv3" => agents.snmp_rfc_v3 = on,
            "enable_snmp_checker" => agents.snmp_checker = on,
            "enable_dbus" => agents.dbus = on,
            "reload_repeat" => reading.reload_repeat = on,
            "data_use_instance" => reading.dump_by_instance = on,
            _ => return Some(item),
        }
        None
    }

    /// Words that name a file or directory.
    fn files<'t>(&mut self, reader: &mut Reader<'_>, item: Item<'t>) -> Option<Item<'t>> {
        let reading = &mut self.global.reading;
        let one = match item.row.keyword {
            "reload_check_config" => {
                reading.check_on_reload = Some(text(&item).unwrap_or_default());
                return None;
            }
            "reload_file" => {
                reading.reload_file = Some(text(&item).unwrap_or_default());
                return None;
            }
            "config_save_dir" => {
                reading.save_directory = text(&item);
                return None;
            }
            "tmp_config_directory" => {
                reading.temporary_directory = text(&item);
                return None;
            }
            "reload_time_file" => &mut reading.reload_time_file,
            "iproute_usr_dir" => &mut reading.iproute_usr,
            "iproute_etc_dir" => &mut reading.iproute_etc,
            "state_dump_file" => &mut reading.state_dump,
            "stats_dump_file" => &mut reading.stats_dump,
            "json_dump_file" => &mut reading.json_dump,
            _ => return Some(item),
        };
        if let Some(word) = only_word(reader, &item) {
            *one = Some(word.text().to_owned());
        }
        None
    }

    /// Words with a name or a number.
    fn named<'t>(&mut self, reader: &mut Reader<'_>, item: Item<'t>) -> Option<Item<'t>> {
        let Global { firewall, agents, reading, .. } = &mut self.global;
        match item.row.keyword {
            "nftables" => firewall.nftables = table(reader, &item, TABLE).or(firewall.nftables.take()),
            "vrrp_iptables" => drop(firewall.nftables.get_or_insert_with(|| TABLE.to_owned())),
            "vrrp_ipsets" => {}
            "nftables_priority" => firewall.nftables_priority = int32(&item).unwrap_or(firewall.nftables_priority),
            "nftables_ipvs" => firewall.ipvs_table = table(reader, &item, IPVS_TABLE).or(firewall.ipvs_table.take()),
            "nftables_ipvs_priority" => firewall.ipvs_priority = int32(&item).unwrap_or(firewall.ipvs_priority),
            "nftables_ipvs_start_fwmark" => {
                firewall.ipvs_first_mark = item.unsigned().unwrap_or(firewall.ipvs_first_mark);
            }
            "snmp_socket" => {
                if let Some(word) = only_word(reader, &item) {
                    word.text().clone_into(&mut agents.snmp_socket);
                }
            }
            "snmp_vs_stats_update_interval" => agents.vs_stats_age = item.interval().unwrap_or(agents.vs_stats_age),
            "snmp_rs_stats_update_interval" => self.rs_stats_age = item.interval(),
            "dbus_service_name" => agents.dbus_name = text(&item)?,
            "dbus_no_interface_name" => agents.dbus_no_interface = text(&item),
            "json_version" => reading.json_version = super::global::small(&item).unwrap_or(reading.json_version),
            "startup_script_timeout" => self.startup.timeout = item.interval(),
            "shutdown_script_timeout" => self.shutdown.timeout = item.interval(),
            "startup_script" => self.startup.command = item.command(),
            "shutdown_script" => self.shutdown.command = item.command(),
            _ => return Some(item),
        }
        None
    }
}

impl RunOnce {
    fn judged(self, reader: &mut Reader<'_>) -> Option<LimitedCommand> {
        let command = reader.command(self.command?)?;
        Some(LimitedCommand { command, timeout: self.timeout.unwrap_or(RUN_ONCE_TIMEOUT) })
    }
}

/// Takes a word that stands outside all blocks.
pub(crate) fn root(global: &mut Global, item: &Item<'_>) {
    match item.row.keyword {
        "linkbeat_use_polling" => global.poll_links = true,
        "namespace_with_ipsets" => global.namespace_ipsets = true,
        "use_pid_dir" => global.pid_directory = true,
        "child_wait_time" => {
            let stop_limit = &mut global.processes.stop_limit;
            *stop_limit = item.interval().unwrap_or(*stop_limit);
        }
        // Files of several daemons on one host must not meet.
        "net_namespace" => {
            global.namespace = item.text().map(|word| Name::new(word.text()));
            global.pid_directory = true;
        }
        "instance" => {
            global.instance = item.text().map(|word| Name::new(word.text()));
            global.pid_directory = true;
        }
        "net_namespace_ipvs" => {
            let name = item.text().map(|word| Name::new(word.text()));
            global.ipvs_namespace = name.map_or(IpvsNamespace::Original, IpvsNamespace::Named);
        }
        _ => {}
    }
}

/// The text behind a keyword.
pub(super) fn text(item: &Item<'_>) -> Option<String> {
    item.text().map(|word| word.text().to_owned())
}

fn int32(item: &Item<'_>) -> Option<i32> {
    item.number().and_then(|number| i32::try_from(number).ok())
}

/// The one word behind a keyword that takes exactly one, which is not empty.
fn only_word<'t>(reader: &mut Reader<'_>, item: &Item<'t>) -> Option<&'t Word<'t>> {
    let (word, problem) = match item.words() {
        [word] if !word.text().is_empty() => return Some(word),
        [word] => (word, Diagnostic::new("missing-value", Severity::Error, format!("{} is empty", item.row.keyword))),
        [_, extra, ..] => {
            let message = format!("{} takes one argument", item.row.keyword);
            (extra, Diagnostic::new("extra-words", Severity::Error, message))
        }
        [] => return None,
    };
    reader.report(problem.at(word.origin(), "not a single word that says something").meanwhile("the line is ignored"));
    None
}

/// The first word behind a keyword that takes one.
fn first_word(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<String> {
    let (first, rest) = item.words().split_first()?;
    if let Some(extra) = rest.first() {
        reader.report(too_much(item, extra, first.text()));
    }
    Some(first.text().to_owned())
}

fn too_much(item: &Item<'_>, extra: &Word<'_>, used: &str) -> Diagnostic {
    Diagnostic::new("extra-words", Severity::Error, format!("{} takes one argument", item.row.keyword))
        .at(extra.origin(), "this is too much")
        .meanwhile(format!("{used} is used"))
}

/// `HOST [PORT]`.
fn relay(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<MailServer> {
    let (host, rest) = item.words().split_first()?;
    let port = match rest.first() {
        None => 25,
        Some(word) => match value::int(word, 1, 65_535, "", true) {
            Ok(port) => u16::try_from(port).ok()?,
            Err(bad) => {
                reader.report(diagnose("the port of smtp_server", word, &bad, "the line is ignored"));
                return None;
            }
        },
    };
    Some(MailServer { host: host.text().to_owned(), port })
}

fn at_least_a_second(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<Interval> {
    if item.number() != Some(0) {
        return item.interval();
    }
    reader.report(
        Diagnostic::new("number-out-of-range", Severity::Error, format!("{} is at least 1 s", item.row.keyword))
            .at(item.place(), "this is 0")
            .meanwhile("1 s is used"),
    );
    Some(Interval::from_secs(1))
}

/// The name of a table, as written or as it is without an argument.
fn table(reader: &mut Reader<'_>, item: &Item<'_>, bare: &str) -> Option<String> {
    let Some(word) = item.text() else { return Some(bare.to_owned()) };
    if (1..=TABLE_BYTES).contains(&word.text().len()) {
        return Some(word.text().to_owned());
    }
    reader.report(
        Diagnostic::new("bad-table-name", Severity::Error, format!("{} is 1 to {TABLE_BYTES} bytes", item.row.keyword))
            .at(word.origin(), format!("this has {}", word.text().len()))
            .meanwhile("the line is ignored"),
    );
    None
}

/// `MTU`, `ADVERT` or a number of bytes. Of several the number goes before `MTU`, and that before `ADVERT`.
fn policy(reader: &mut Reader<'_>, item: &Item<'_>) -> Option<ReceiveBuffer> {
    let Value::Words(words @ [first, rest @ ..]) = &item.value else { return None };
    let says = |name: &str| words.iter().any(|word| word.text().eq_ignore_ascii_case(name));
    let found = if first.text().starts_with(|c: char| c.is_ascii_digit()) {
        match value::int(first, 1, i64::from(u32::MAX), item.row.unit, true) {
            Ok(bytes) => ReceiveBuffer::Bytes(u32::try_from(bytes).ok()?),
            Err(bad) => {
                reader.report(diagnose(item.row.keyword, first, &bad, "the line is ignored"));
                return None;
            }
        }
    } else if says("MTU") {
        ReceiveBuffer::Mtu
    } else if says("ADVERT") {
        ReceiveBuffer::Advert
    } else {
        let message = format!("{} is MTU, ADVERT or a number of bytes", item.row.keyword);
        reader.report(
            Diagnostic::new("unknown-word", Severity::Error, message)
                .at(first.origin(), format!("this is {}", shown(first.text())))
                .meanwhile("the line is ignored"),
        );
        return None;
    };
    if let Some(extra) = rest.first() {
        reader.report(too_much(item, extra, &name_of(found)));
    }
    Some(found)
}

/// How a size of receive buffers is written.
fn name_of(policy: ReceiveBuffer) -> String {
    match policy {
        ReceiveBuffer::Kernel => String::new(),
        ReceiveBuffer::Mtu => "MTU".to_owned(),
        ReceiveBuffer::Advert => "ADVERT".to_owned(),
        ReceiveBuffer::Bytes(bytes) => bytes.to_string(),
    }
}
