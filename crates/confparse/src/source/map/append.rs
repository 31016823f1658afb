//! Two readings in one source map, so that a problem between them can show places of both.
use super::{ExpansionId, ExpansionKind, KindId, Sources, Step};
use crate::span::{FileId, Origin, Span};

/// Where what was appended begins.
#[derive(Clone, Copy, Debug)]
pub struct Appended {
    files: u32,
    expansions: usize,
}

impl Appended {
    /// A place of the appended reading in the common map.
    #[must_use]
    pub fn moved(&self, origin: Origin) -> Origin {
        let file = FileId(origin.span.file.0.saturating_add(self.files));
        let expansion = origin.expansion.map(|id| ExpansionId::at(id.index().saturating_add(self.expansions)));
        Origin { span: Span { file, ..origin.span }, expansion }
    }
}

impl Sources {
    /// Adds all files and expansions of another reading.
    pub fn append(&mut self, other: Self) -> Appended {
        let files = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let kinds = u32::try_from(self.kinds.len()).unwrap_or(u32::MAX);
        let by = Appended { files, expansions: self.expansions.len() };
        self.files.extend(other.files);
        self.kinds.extend(other.kinds.into_iter().map(|kind| match kind {
            ExpansionKind::Parameter { name, definition, defined } => {
                ExpansionKind::Parameter { name, definition, defined: by.moved(defined) }
            }
            ExpansionKind::Turn(_) | ExpansionKind::Include => kind,
        }));
        self.expansions.extend(
            other
                .expansions
                .into_iter()
                .map(|step| Step { kind: KindId(step.kind.0.saturating_add(kinds)), used: by.moved(step.used) }),
        );
        by
    }
}

#[cfg(test)]
mod tests {
    use crate::source::{Context, MemoryLoader};

    #[test]
    fn places_of_both_readings_are_found() {
        let context = Context { config_id: "a".into(), host_name: "a".into(), all_include_checks: false };
        let loader = MemoryLoader::new().file("a.conf", "one 1\n").file("b.conf", "$N=x\n\ntwo $N\n");
        let arena = crate::tree::Arena::default();
        let (a, b) =
            (crate::read("a.conf", &loader, &context, &arena), crate::read("b.conf", &loader, &context, &arena));
        let word = b.tree.statements[0].words[1].origin();
        let mut sources = a.sources;
        let by = sources.append(b.sources);
        assert_eq!(sources.place(a.tree.statements[0].origin.span), "a.conf:1:1");
        assert_eq!(sources.place(by.moved(word).span), "b.conf:1:4");
        let used: Vec<String> = sources.chain(by.moved(word)).map(|one| sources.place(one.used.span)).collect();
        assert_eq!(used, ["b.conf:3:5"]);
    }
}
