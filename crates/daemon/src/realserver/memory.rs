//! What was done to this machine, kept in a file, so that all of it can be undone.
use super::plan::{Method, Step, Target};
use model::holdings::AddressKey;
use model::{InterfaceName, Prefix};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;
use std::path::Path;

/// All that is ours here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The boot that the rest is about: with the next one the kernel has forgotten it.
    pub boot: String,
    /// What is set up.
    pub vips: Target,
    /// Addresses that were not there before.
    pub addresses: BTreeSet<AddressKey>,
    /// Links that did not exist before.
    pub made: BTreeSet<InterfaceName>,
    /// Links that were down before.
    pub raised: BTreeSet<InterfaceName>,
    /// Kernel variables by path.
    pub settings: BTreeMap<String, Setting>,
    /// Whether the machine does it again by itself at its start.
    pub persistent: bool,
}

/// A kernel variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its value before us.
    pub before: String,
    /// What we have set.
    pub ours: String,
}

impl Memory {
    /// Reads the file; without one, nothing was done. What an earlier boot had is gone with it.
    ///
    /// # Errors
    /// When it cannot be read or is damaged: then nobody knows what to undo.
    pub fn load(path: &Path, boot: &str) -> io::Result<Self> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { boot: boot.to_owned(), ..Self::default() });
            }
            Err(error) => return Err(error),
        };
        let memory = serde_json::from_str(&text).ok().and_then(|value| Self::of_json(&value));
        let memory =
            memory.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "is damaged; delete it to begin anew"))?;
        if memory.boot == boot {
            return Ok(memory);
        }
        Ok(Self { boot: boot.to_owned(), vips: memory.vips, persistent: memory.persistent, ..Self::default() })
    }

    /// Writes the file beside and puts it in place; without anything to undo there is none.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        if *self == (Self { boot: self.boot.clone(), ..Self::default() }) {
            return match std::fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        if let Some(directory) = path.parent() {
            std::fs::create_dir_all(directory)?;
        }
        let beside = path.with_extension("new");
        std::fs::write(&beside, format!("{:#}\n", self.to_json()))?;
        std::fs::rename(&beside, path)
    }

    /// A step was refused: what it was to make is not ours, what it was to undo still is.
    pub fn refused(&mut self, step: &Step, before: &Self) {
        match step {
            Step::Make(kind) => self.made.retain(|name| name.as_str() != kind.fallback()),
            Step::Raise(name) => drop(self.raised.remove(name)),
            Step::Add(address) => drop(self.addresses.remove(&AddressKey::of(address))),
            Step::Remove(key) => drop(self.addresses.insert(key.clone())),
            Step::Lower(name) => drop(self.raised.insert(name.clone())),
            Step::Delete(name) => drop(self.made.insert(name.clone())),
            Step::Set { name, .. } => match before.settings.get(name) {
                Some(setting) => drop(self.settings.insert(name.clone(), setting.clone())),
                None => drop(self.settings.remove(name)),
            },
        }
    }

    fn to_json(&self) -> Value {
        let texts = |names: &BTreeSet<InterfaceName>| names.iter().map(|n| json!(n.as_str())).collect::<Value>();
        let vips = self.vips.iter().map(|(vip, method)| (vip.to_string(), json!(method.word())));
        let address =
            |key: &AddressKey| json!({ "link": key.interface.as_str(), "address": key.prefix.address().to_string() });
        let setting = |(name, s): (&String, &Setting)| (name.clone(), json!({ "before": s.before, "ours": s.ours }));
        json!({
            "boot": self.boot,
            "vips": vips.collect::<Map<_, _>>(),
            "addresses": self.addresses.iter().map(address).collect::<Value>(),
            "made": texts(&self.made),
            "raised": texts(&self.raised),
            "settings": self.settings.iter().map(setting).collect::<Map<_, _>>(),
            "persistent": self.persistent,
        })
    }

    fn of_json(value: &Value) -> Option<Self> {
        let links = |name: &str| value.get(name)?.as_array()?.iter().map(link).collect::<Option<BTreeSet<_>>>();
        let vip = |(vip, word): (&String, &Value)| Some((vip.parse().ok()?, Method::of(word.as_str()?)?));
        let text = |value: &Value, name: &str| Some(value.get(name)?.as_str()?.to_owned());
        let setting = |(name, s): (&String, &Value)| {
            Some((name.clone(), Setting { before: text(s, "before")?, ours: text(s, "ours")? }))
        };
        Some(Self {
            boot: text(value, "boot")?,
            vips: value.get("vips")?.as_object()?.iter().map(vip).collect::<Option<_>>()?,
            addresses: value.get("addresses")?.as_array()?.iter().map(address).collect::<Option<_>>()?,
            made: links("made")?,
            raised: links("raised")?,
            settings: value.get("settings")?.as_object()?.iter().map(setting).collect::<Option<_>>()?,
            persistent: value.get("persistent")?.as_bool()?,
        })
    }
}

fn link(value: &Value) -> Option<InterfaceName> {
    InterfaceName::new(value.as_str()?).ok()
}

fn address(value: &Value) -> Option<AddressKey> {
    let address: IpAddr = value.get("address")?.as_str()?.parse().ok()?;
    Some(AddressKey { interface: link(value.get("link")?)?, prefix: Prefix::host(address) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_until_the_next_boot() {
        let directory = std::env::temp_dir().join(format!("evenkeel-realserver-{}", std::process::id()));
        let path = directory.join("state").join("realserver.json");
        assert_eq!(Memory::load(&path, "b1").expect("none").vips, Target::new());
        let lo = InterfaceName::new("lo").expect("a name");
        let vip = IpAddr::from([192, 0, 2, 1]);
        let memory = Memory {
            boot: "b1".into(),
            vips: [(vip, Method::DirectRoute), ("2001:db8::1".parse().expect("one"), Method::Tunnel)].into(),
            addresses: [AddressKey { interface: lo.clone(), prefix: Prefix::host(vip) }].into(),
            made: [InterfaceName::new("tunl0").expect("a name")].into(),
            raised: [lo].into(),
            settings: [("a/b".to_owned(), Setting { before: "0".into(), ours: "1".into() })].into(),
            persistent: true,
        };
        memory.save(&path).expect("kept");
        assert_eq!(Memory::load(&path, "b1").expect("read"), memory);
        let later = Memory::load(&path, "b2").expect("read");
        let expected = Memory { boot: "b2".into(), vips: memory.vips, persistent: true, ..Memory::default() };
        assert_eq!(later, expected);
        std::fs::write(&path, "{}").expect("a file");
        assert!(Memory::load(&path, "b1").is_err());
        Memory { boot: "b1".into(), ..Memory::default() }.save(&path).expect("removed");
        assert!(!path.exists());
        std::fs::remove_dir_all(&directory).expect("gone");
    }
}
