//! What is asked of nf_tables, and what an answer says about a table of ours: pure.
use super::expressions::name;
use super::wire::{Attributes, Message, attributes};
use model::Family;

/// Something to be looked at.
pub(super) struct Question {
    /// The question.
    pub(super) message: Message,
    /// The name of our table; the kernel tells of all tables.
    table: String,
    /// The attribute that holds a list whose members are pieces.
    list: Option<u16>,
}

impl Question {
    /// What an answer says about our table. The name of the table is attribute 1 of all of them.
    pub(super) fn pieces(&self, answer: &[u8]) -> Vec<Vec<u8>> {
        let ours = [self.table.as_bytes(), &[0]].concat();
        if !attributes(answer).any(|(kind, bytes)| kind == 1 && bytes == ours) {
            return Vec::new();
        }
        match self.list {
            None => vec![answer.to_vec()],
            Some(list) => {
                let lists = attributes(answer).filter(|(kind, _)| *kind == list);
                lists.flat_map(|(_, members)| attributes(members)).map(|(_, member)| member.to_vec()).collect()
            }
        }
    }
}

/// All that tells whether a table is as it was: chains, rules, members of its sets.
pub(super) fn about(family: Family, table: &str, sets: &[&str]) -> Vec<Question> {
    let ask = |kind, list, attributes| Question {
        message: Message::new(kind, 0, family, attributes),
        table: table.to_owned(),
        list,
    };
    let members = |set: &&str| ask(libc::NFT_MSG_GETSETELEM, Some(3), name(1, table).text(2, set));
    let chains = ask(libc::NFT_MSG_GETCHAIN, None, Attributes::default());
    let rules = ask(libc::NFT_MSG_GETRULE, None, name(1, table));
    [chains, rules].into_iter().chain(sets.iter().map(members)).collect()
}

/// Whether there is such a table.
pub(super) fn table(family: Family, table: &str) -> Message {
    Message::new(libc::NFT_MSG_GETTABLE, 0, family, name(1, table))
}

/// Which generation there is.
pub(super) fn generation() -> Message {
    Message::new(libc::NFT_MSG_GETGEN, 0, Family::V4, Attributes::default())
}
