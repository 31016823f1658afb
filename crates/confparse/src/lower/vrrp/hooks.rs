//! The hooks that instances and groups have in common, as they were spoken.
use crate::lower::item::{Item, Value};
use crate::lower::reader::Reader;
use crate::lower::script::Spoken;
use crate::lower::webhook;
use model::config::global::Webhook;
use model::config::vrrp::Notify;

/// Commands not judged yet, and where to post.
#[derive(Default)]
pub(crate) struct Hooks {
    master: Option<Box<Spoken>>,
    backup: Option<Box<Spoken>>,
    fault: Option<Box<Spoken>>,
    stop: Option<Box<Spoken>>,
    any: Option<Box<Spoken>>,
    master_rx_lower_pri: Option<Box<Spoken>>,
    report_deleted: bool,
    deleted: Option<Box<Spoken>>,
    webhook: Option<Box<Webhook>>,
}

impl Hooks {
    pub(super) fn keyword(&mut self, reader: &mut Reader<'_>, item: Item<'_>) {
        let slot = match item.row.keyword {
            "notify_master" => &mut self.master,
            "notify_backup" => &mut self.backup,
            "notify_fault" => &mut self.fault,
            "notify_stop" => &mut self.stop,
            "notify" => &mut self.any,
            "notify_master_rx_lower_pri" => &mut self.master_rx_lower_pri,
            "notify_deleted" => {
                self.report_deleted = true;
                if !matches!(item.value, Value::Command(_)) {
                    return;
                }
                &mut self.deleted
            }
            "notify_webhook" => {
                self.webhook = webhook::webhook(reader, &item).map(Box::new).or(self.webhook.take());
                return;
            }
            _ => return,
        };
        *slot = item.hook();
    }

    /// Those that can be run; the webhook is `otherwise` where none was said.
    pub(crate) fn judged(self, reader: &mut Reader<'_>, otherwise: Option<&Webhook>) -> Notify {
        let mut judge = |spoken| reader.hook(spoken);
        Notify {
            master: judge(self.master),
            backup: judge(self.backup),
            fault: judge(self.fault),
            stop: judge(self.stop),
            any: judge(self.any),
            master_rx_lower_pri: judge(self.master_rx_lower_pri),
            report_deleted: self.report_deleted,
            deleted: judge(self.deleted),
            webhook: self.webhook.or_else(|| otherwise.cloned().map(Box::new)),
        }
    }
}
