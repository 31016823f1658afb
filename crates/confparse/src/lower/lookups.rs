//! Names that were not known where they are used. They are told when all has been read: by then it is known whether the block
//! stands further down, could not be read, or was never written.
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::similar;
use crate::span::Origin;
use crate::value::shown;
use model::{Name, limits};
use std::collections::{HashMap, HashSet};

/// A name that nothing defined so far.
pub(crate) struct Unknown {
    pub(crate) code: &'static str,
    /// The keyword of the blocks that could define it.
    pub(crate) block: &'static str,
    pub(crate) name: Name,
    pub(crate) place: Origin,
    pub(crate) meanwhile: &'static str,
}

/// Why nothing of a block was read.
pub(crate) const MISSPELLED: &str = "not read, because its keyword is misspelled";

/// What is known of names that could not be followed.
#[derive(Default)]
pub(crate) struct Lookups {
    unknown: Vec<Unknown>,
    /// Blocks that were not read or came to nothing: what they would have defined, and why they did not.
    lost: HashMap<Name, Vec<(&'static str, Origin, &'static str)>>,
    /// Names that were looked at in search of one that was meant.
    compared: usize,
}

impl Lookups {
    /// Remembers a use.
    pub(crate) fn unknown(&mut self, unknown: Unknown) {
        self.unknown.push(unknown);
    }

    /// Whether as many uses are remembered as can be reported.
    pub(crate) const fn is_full(&self) -> bool {
        self.unknown.len() >= limits::DIAGNOSTICS
    }

    /// The name that was probably meant, as long as not too many had to be looked at.
    pub(crate) fn nearest(&mut self, name: &Name, known: impl ExactSizeIterator<Item = Name>) -> Option<Name> {
        self.compared += known.len();
        if self.compared > limits::COMPARED_NAMES {
            return None;
        }
        let known: Vec<Name> = known.collect();
        similar::closest(name.as_str(), known.iter().map(Name::as_str)).map(Name::new)
    }

    /// Remembers that a block defines nothing, which has been reported at its place.
    pub(crate) fn lost(&mut self, block: &'static str, name: Name, place: Origin, why: &'static str) {
        self.lost.entry(name).or_default().push((block, place, why));
    }

    /// The place of a block that would have defined a name, and why it does not.
    pub(crate) fn find_lost(&self, block: &str, name: &Name) -> Option<(Origin, &'static str)> {
        let found = self.lost.get(name)?.iter().find(|(keyword, ..)| *keyword == block);
        found.map(|(_, place, why)| (*place, *why))
    }

    /// Whether a block was not read that may have used what nobody else uses.
    pub(crate) fn lost_a_user(&self) -> bool {
        let is_user = |block: &str| matches!(block, "vrrp_instance" | "vrrp_sync_group");
        self.lost.values().flatten().any(|(block, _, why)| is_user(block) && *why == MISSPELLED)
    }
}

/// What the blocks of one keyword define, with their places.
pub(crate) type Definitions = HashMap<Name, Origin>;

/// Reports all uses of names that were not known; `defined` is what each kind of block defines in the whole configuration.
/// Returns the names that were used too early or were probably meant, so that nobody calls them unused.
pub(crate) fn finish(reader: &mut Reader<'_>, defined: impl Fn(&str) -> Definitions) -> HashSet<Name> {
    let mut meant = HashSet::new();
    let mut kinds: HashMap<&str, Definitions> = HashMap::new();
    for unknown in std::mem::take(&mut reader.lookups.unknown) {
        let definitions = kinds.entry(unknown.block).or_insert_with(|| defined(unknown.block));
        let found = judged(&mut reader.lookups, &unknown, definitions, &mut meant);
        reader.report(found);
    }
    meant
}

fn judged(
    lookups: &mut Lookups,
    unknown: &Unknown,
    definitions: &Definitions,
    meant: &mut HashSet<Name>,
) -> Diagnostic {
    let Unknown { code, block, name, place, meanwhile } = unknown;
    let told = |severity, message: String, label: &str| {
        Diagnostic::new(code, severity, message).at(*place, label).meanwhile(*meanwhile)
    };
    if let Some(below) = definitions.get(name) {
        meant.insert(name.clone());
        return told(Severity::Error, format!("{block} {name} is defined further down"), "used before it is defined")
            .with(*below, "defined here")
            .help(format!("move the {block} up: it must stand before those who follow it"));
    }
    if let Some((place, why)) = lookups.find_lost(block, name) {
        // The mistake has been told at its place; here is only what comes of it.
        return told(Severity::Note, format!("there is no {block} {name}"), why).with(place, "here it stands");
    }
    let message = format!("no {block} is called {}", shown(name.as_str()));
    let found = told(Severity::Error, message, "not defined anywhere");
    match lookups.nearest(name, definitions.keys().cloned()) {
        Some(near) => {
            let found = found.help(format!("did you mean {near}?"));
            meant.insert(near);
            found
        }
        None => {
            found.help(format!("write {block} {} {{ ... }} above this block, or remove the name", shown(name.as_str())))
        }
    }
}
