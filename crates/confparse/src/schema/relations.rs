//! What holds between words: which one takes over what another says, which hold secrets, which may stand many times; data
//! only, and how it is looked up.

/// A word that takes over what others say where it is silent, nearest first; these are blocks with their word behind.
pub(super) type Heir = (&'static str, &'static str, &'static [&'static str]);

const REAL: &str = "virtual_server/real_server";

/// In a block whose path ends in `/*`, the word of every block directly in it.
pub(super) const HEIRS: &[Heir] = &[
    ("global_defs", "smtp_alert_vrrp", &["global_defs/smtp_alert"]),
    ("global_defs", "smtp_alert_checker", &["global_defs/smtp_alert"]),
    ("global_defs", "vrrp_garp_lower_prio_delay", &["global_defs/vrrp_garp_master_delay"]),
    ("global_defs", "vrrp_garp_lower_prio_repeat", &["global_defs/vrrp_garp_master_repeat"]),
    ("global_defs", "vmac_addr_prefix", &["global_defs/vmac_prefix"]),
    ("vrrp_sync_group", "notify_webhook", &["global_defs/notify_webhook"]),
    ("vrrp_sync_group", "smtp_alert", &["global_defs/smtp_alert_vrrp", "global_defs/smtp_alert"]),
    ("vrrp_sync_group", "notify_priority_changes", &["global_defs/vrrp_notify_priority_changes"]),
    ("vrrp_script", "user", &["global_defs/script_user"]),
    ("vrrp_instance", "check_unicast_src", &["global_defs/vrrp_check_unicast_src"]),
    ("vrrp_instance", "mcast_dst_ip", &["global_defs/vrrp_mcast_group4", "global_defs/vrrp_mcast_group6"]),
    ("vrrp_instance", "version", &["global_defs/vrrp_version"]),
    ("vrrp_instance", "v3_checksum_as_v2", &["global_defs/v3_checksum_as_v2"]),
    ("vrrp_instance", "skip_check_adv_addr", &["global_defs/vrrp_skip_check_adv_addr"]),
    ("vrrp_instance", "strict_mode", &["global_defs/vrrp_strict"]),
    ("vrrp_instance", "notify_webhook", &["global_defs/notify_webhook"]),
    ("vrrp_instance", "smtp_alert", &["global_defs/smtp_alert_vrrp", "global_defs/smtp_alert"]),
    (
        "vrrp_instance",
        "notify_priority_changes",
        &["vrrp_sync_group/notify_priority_changes", "global_defs/vrrp_notify_priority_changes"],
    ),
    ("vrrp_instance", "garp_master_delay", &["global_defs/vrrp_garp_master_delay"]),
    ("vrrp_instance", "garp_master_refresh", &["global_defs/vrrp_garp_master_refresh"]),
    ("vrrp_instance", "garp_master_repeat", &["global_defs/vrrp_garp_master_repeat"]),
    ("vrrp_instance", "garp_master_refresh_repeat", &["global_defs/vrrp_garp_master_refresh_repeat"]),
    (
        "vrrp_instance",
        "garp_lower_prio_delay",
        &["global_defs/vrrp_garp_lower_prio_delay", "global_defs/vrrp_garp_master_delay"],
    ),
    (
        "vrrp_instance",
        "garp_lower_prio_repeat",
        &["global_defs/vrrp_garp_lower_prio_repeat", "global_defs/vrrp_garp_master_repeat"],
    ),
    ("vrrp_instance", "garp_extra_if", &["global_defs/vrrp_garp_extra_if"]),
    ("vrrp_instance", "down_timer_adverts", &["global_defs/vrrp_down_timer_adverts"]),
    ("vrrp_instance", "lower_prio_no_advert", &["global_defs/vrrp_lower_prio_no_advert"]),
    ("vrrp_instance", "higher_prio_send_advert", &["global_defs/vrrp_higher_prio_send_advert"]),
    ("vrrp_instance", "owner_ignore_adverts", &["global_defs/vrrp_owner_ignore_adverts"]),
    ("vrrp_instance", "accept", &["vrrp_instance/strict_mode", "global_defs/vrrp_strict"]),
    ("virtual_server", "smtp_alert", &["global_defs/smtp_alert_checker", "global_defs/smtp_alert"]),
    ("virtual_server", "sorry_server_lvs_method", &["virtual_server/lvs_method"]),
    (REAL, "smtp_alert", &["global_defs/smtp_alert_checker", "global_defs/smtp_alert"]),
    (REAL, "lvs_method", &["virtual_server/lvs_method"]),
    (REAL, "weight", &["virtual_server/weight"]),
    (REAL, "inhibit_on_failure", &["virtual_server/inhibit_on_failure"]),
    (REAL, "alpha", &["virtual_server/alpha"]),
    (REAL, "retry", &["virtual_server/retry"]),
    (REAL, "delay_before_retry", &["virtual_server/delay_before_retry"]),
    (REAL, "warmup", &["virtual_server/warmup"]),
    (REAL, "connect_timeout", &["virtual_server/connect_timeout"]),
    (REAL, "delay_loop", &["virtual_server/delay_loop"]),
    (REAL, "virtualhost", &["virtual_server/virtualhost"]),
    ("virtual_server/real_server/*", "retry", &["virtual_server/real_server/retry", "virtual_server/retry"]),
    (
        "virtual_server/real_server/*",
        "delay_before_retry",
        &["virtual_server/real_server/delay_before_retry", "virtual_server/delay_before_retry"],
    ),
    (
        "virtual_server/real_server/*",
        "warmup",
        &[
            "virtual_server/real_server/warmup",
            "virtual_server/warmup",
            "virtual_server/real_server/delay_loop",
            "virtual_server/delay_loop",
        ],
    ),
    (
        "virtual_server/real_server/*",
        "delay_loop",
        &["virtual_server/real_server/delay_loop", "virtual_server/delay_loop"],
    ),
    ("virtual_server/real_server/*", "alpha", &["virtual_server/real_server/alpha", "virtual_server/alpha"]),
    (
        "virtual_server/real_server/*",
        "connect_timeout",
        &["virtual_server/real_server/connect_timeout", "virtual_server/connect_timeout"],
    ),
    ("virtual_server/real_server/*", "log_all_failures", &["global_defs/checker_log_all_failures"]),
    (
        "virtual_server/real_server/MISC_CHECK",
        "misc_timeout",
        &["virtual_server/real_server/delay_loop", "virtual_server/delay_loop"],
    ),
    ("virtual_server/real_server/MISC_CHECK", "user", &["global_defs/script_user"]),
    (
        "virtual_server/real_server/*",
        "virtualhost",
        &["virtual_server/real_server/virtualhost", "virtual_server/virtualhost"],
    ),
    (
        "virtual_server/real_server/HTTP_GET/url",
        "virtualhost",
        &[
            "virtual_server/real_server/HTTP_GET/virtualhost",
            "virtual_server/real_server/virtualhost",
            "virtual_server/virtualhost",
        ],
    ),
    (
        "virtual_server/real_server/SSL_GET/url",
        "virtualhost",
        &[
            "virtual_server/real_server/SSL_GET/virtualhost",
            "virtual_server/real_server/virtualhost",
            "virtual_server/virtualhost",
        ],
    ),
];

/// Blocks whose word says what a word of this block amounts to where it is not written, nearest first; `BLOCK/WORD`.
#[must_use]
pub fn takes_over(block: &str, word: &str) -> &'static [&'static str] {
    let outer = block.rsplit_once('/').map_or("", |(outer, _)| outer);
    let fits = |path: &str| path == block || path.strip_suffix("/*") == Some(outer);
    HEIRS.iter().find(|(path, heir, _)| *heir == word && fits(path)).map_or(&[], |(_, _, from)| *from)
}

/// Words whose last argument is a secret.
const SECRETS: &[(&str, &str)] = &[
    ("vrrp_instance/authentication", "auth_pass"),
    ("vrrp_instance/auth_hmac", "key"),
    ("SSL", "password"),
    ("global_defs/notify_webhook", "secret"),
    ("vrrp_instance/notify_webhook", "secret"),
    ("vrrp_sync_group/notify_webhook", "secret"),
];

/// Whether what stands behind a word must not be seen by everybody.
#[must_use]
pub fn is_secret(block: &str, word: &str) -> bool {
    SECRETS.contains(&(block, word))
}

/// Words without a name of their own that may stand many times in one block, each time for another thing.
const MANY: &[&str] = &[
    "garp_group",
    "MISC_CHECK",
    "SMTP_CHECK",
    "TCP_CHECK",
    "PING_CHECK",
    "UDP_CHECK",
    "HTTP_GET",
    "SSL_GET",
    "DNS_CHECK",
    "FILE_CHECK",
    "BFD_CHECK",
    "url",
    "host",
    "header",
    "nexthop",
];

/// Whether a word may stand many times in one block.
#[must_use]
pub fn may_repeat(block: &str, word: &str) -> bool {
    MANY.contains(&word) || (block == "vrrp_instance/auth_hmac" && word == "key")
}
