//! An instance as the reader would give it, for tests of this crate.
use model::config::vrrp::{Instance, Notify};
use model::{InterfaceName, Vrid};

/// An instance without addresses, with these hooks.
pub(crate) fn instance(notify: Notify) -> Instance {
    let interface = InterfaceName::new("eth0").expect("a name");
    Instance { notify, ..Instance::plain("VI_1".into(), interface, Vrid::new(1).expect("in range")) }
}
