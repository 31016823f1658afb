//! Hooks of instances and groups, and webhooks.
use super::global::seconds;
use super::node::Nodes;
use model::config::global::Webhook;
use model::config::vrrp::Notify;

/// The hooks of an instance or a group, in the order of their rows.
pub(super) fn hooks(notify: &Notify, nodes: &mut Nodes) {
    nodes.command("notify_backup", notify.backup.as_deref());
    nodes.command("notify_master", notify.master.as_deref());
    nodes.command("notify_fault", notify.fault.as_deref());
    nodes.command("notify_stop", notify.stop.as_deref());
    nodes.command("notify_deleted", notify.deleted.as_deref());
    nodes.flag("notify_deleted", notify.report_deleted && notify.deleted.is_none());
    nodes.command("notify", notify.any.as_deref());
    nodes.command("notify_master_rx_lower_pri", notify.master_rx_lower_pri.as_deref());
    webhook(notify.webhook.as_deref(), nodes);
}

/// `notify_webhook`.
pub(super) fn webhook(webhook: Option<&Webhook>, nodes: &mut Nodes) {
    let Some(webhook) = webhook else { return };
    let mut words = vec!["notify_webhook".to_owned(), webhook.url.clone()];
    if let Some(secret) = &webhook.secret {
        words.extend(["secret".to_owned(), secret.clone()]);
    }
    words.extend(["timeout".to_owned(), seconds(webhook.timeout)]);
    nodes.line(words);
}
