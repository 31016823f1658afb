//! Trackers: what was defined so far, by name, and the lines that follow it.
mod bfd;
mod file;
mod lines;
mod process;
mod script;
mod weight;

pub(crate) use lines::{Line, Trackers};
pub(crate) use script::ScriptDraft;

use super::item::Item;
use super::lookups::Definitions;
use super::reader::Reader;
use crate::diagnostic::{Diagnostic, Severity};
use crate::span::Origin;
use model::Name;
use model::config::bfd::BfdInstance;
use model::config::track::{File, Process, Weight};
use std::collections::HashMap;

/// A definition that others follow by name.
pub(crate) struct Defined<T> {
    pub(crate) name: Name,
    pub(crate) thing: T,
    /// The weight for those who say none.
    pub(crate) weight: Weight,
    pub(crate) place: Origin,
}

/// Definitions of one kind, in file order; of two with one name the first counts.
pub(crate) struct Registry<T> {
    list: Vec<Defined<T>>,
    places: HashMap<Name, usize>,
}

impl<T> Default for Registry<T> {
    fn default() -> Self {
        Self { list: Vec::new(), places: HashMap::new() }
    }
}

impl<T> Registry<T> {
    /// Adds a definition; a second one with its name is reported, with this severity, and dropped.
    fn add(&mut self, reader: &mut Reader<'_>, what: &str, severity: Severity, defined: Defined<T>) {
        if let Some(before) = self.get(defined.name.as_str()) {
            reader.report(
                Diagnostic::new("duplicate-name", severity, format!("{what} {} stands twice", defined.name))
                    .at(defined.place, "second")
                    .with(before.place, "first")
                    .meanwhile("the first one is tracked"),
            );
            return;
        }
        self.places.insert(defined.name.clone(), self.list.len());
        self.list.push(defined);
    }

    /// The definition with this name.
    pub(crate) fn get(&self, name: &str) -> Option<&Defined<T>> {
        self.list.get(*self.places.get(&Name::new(name))?)
    }

    /// Its name and weight.
    pub(crate) fn follow(&self, name: &str) -> Option<(Name, Weight)> {
        self.get(name).map(|defined| (defined.name.clone(), defined.weight))
    }

    /// Remembers a block that was read and came to nothing.
    fn expect(&self, reader: &mut Reader<'_>, block: &'static str, item: &Item<'_>) {
        if let Some(word) = item.text().filter(|word| self.get(word.text()).is_none()) {
            let why = "not defined, because something is wrong with its block";
            reader.lookups.lost(block, Name::new(word.text()), word.origin(), why);
        }
    }

    fn definitions(&self) -> Definitions {
        self.list.iter().map(|defined| (defined.name.clone(), defined.place)).collect()
    }

    /// All of them, in file order.
    pub(crate) fn into_list(self) -> Vec<Defined<T>> {
        self.list
    }

    /// The things alone, in file order.
    pub(crate) fn into_things(self) -> Vec<T> {
        self.list.into_iter().map(|defined| defined.thing).collect()
    }
}

/// Everything that can be followed by name, as far as it has been read.
#[derive(Default)]
pub(crate) struct Watched {
    pub(crate) scripts: Registry<ScriptDraft>,
    pub(crate) files: Registry<File>,
    pub(crate) processes: Registry<Process>,
    pub(crate) bfd: Registry<BfdInstance>,
}

impl Watched {
    /// Reads a block that defines something to follow; `false` when it is another block.
    pub(crate) fn define(&mut self, reader: &mut Reader<'_>, item: &Item<'_>) -> bool {
        match item.row.keyword {
            "vrrp_script" => {
                script::define(reader, item, &mut self.scripts);
                self.scripts.expect(reader, "vrrp_script", item);
            }
            "track_file" | "vrrp_track_file" => {
                file::define(reader, item, &mut self.files);
                self.files.expect(reader, "track_file", item);
            }
            "vrrp_track_process" => {
                process::define(reader, item, &mut self.processes);
                self.processes.expect(reader, "vrrp_track_process", item);
            }
            "bfd_instance" => {
                bfd::define(reader, item, &mut self.bfd);
                self.bfd.expect(reader, "bfd_instance", item);
            }
            _ => return false,
        }
        true
    }

    /// What the blocks of a keyword define.
    pub(crate) fn definitions(&self, block: &str) -> Definitions {
        match block {
            "vrrp_script" => self.scripts.definitions(),
            "track_file" => self.files.definitions(),
            "vrrp_track_process" => self.processes.definitions(),
            "bfd_instance" => self.bfd.definitions(),
            _ => Definitions::new(),
        }
    }
}

/// Reports a block without the keyword that it cannot do without.
fn incomplete(reader: &mut Reader<'_>, item: &Item<'_>, name: &Name, keyword: &str) {
    let block = item.row.keyword;
    reader.report(
        Diagnostic::new("incomplete-block", Severity::Error, format!("{block} {name} has no usable {keyword}"))
            .at(item.place(), format!("needs {keyword}"))
            .meanwhile("nothing can follow it"),
    );
}
