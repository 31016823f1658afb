//! keepalived.conf(5): how the file is written, then a section for each block at the root, with the blocks inside it.
use super::markdown::sentence;
use super::roff::{Roff, arguments, bold};
use confparse::schema::language::TOPICS;
use confparse::schema::{Args, BLOCKS, Block, Row};

/// The page.
pub(super) fn page() -> String {
    let mut page = Roff::new("keepalived.conf", 5, "configuration of Evenkeel and keepalived");
    page.section("SYNOPSIS");
    page.paragraph("/etc/keepalived/keepalived.conf");
    page.section("DESCRIPTION");
    page.prose(
        "The file tells a director which addresses it shares with others (VRRP), which services it balances (IPVS), and\n\
         how it checks the servers behind them. It is the language of keepalived 2.4.3; evenkeel(8) reads the same files.\n\
         \n\
         evenkeel check FILE tells what is wrong with a file, evenkeel fmt FILE brings it into the common layout, and\n\
         evenkeel explain WORD shows the page of one word.\n\
         \n\
         Words that are marked as without effect yet are read and checked, and nothing else.",
    );
    page.section("THE LANGUAGE");
    for topic in TOPICS {
        page.subsection(&sentence(topic.name).replace('.', ""));
        page.prose(topic.text);
    }
    page.section("WORDS");
    page.paragraph(
        "Arguments in brackets may be left out; of those with bars between, one is written. Where nothing is said, the\n\
         last of several uses counts, and a line with a bad argument is ignored and told. Where a keyword without its\n\
         argument stops keepalived, evenkeel -t leaves with its status 2, and reads on.",
    );
    let roots = BLOCKS.iter().filter(|block| !block.path.contains('/') || block.path == "/");
    for root in roots {
        page.section(&title(root));
        rows(&mut page, root);
        let prefix = format!("{}/", root.path);
        for block in BLOCKS.iter().filter(|block| block.path.starts_with(&prefix) && block.path != root.path) {
            inner(&mut page, block);
        }
    }
    page.section("FILES");
    page.item(&bold("/etc/keepalived/keepalived.conf"), "Read unless -f names another file or pattern.");
    page.section("SEE ALSO");
    page.paragraph("evenkeel(8)");
    page.text_of_page()
}

fn title(block: &Block) -> String {
    if block.path == "/" { "OUTSIDE ALL BLOCKS".to_owned() } else { block.path.to_uppercase() }
}

/// A block inside another one; its words only where they are not those of an earlier block.
fn inner(page: &mut Roff, block: &'static Block) {
    page.subsection(block.path);
    let same = |other: &&Block| {
        other.tables.len() == block.tables.len()
            && other.tables.iter().zip(block.tables).all(|(one, other)| std::ptr::eq(*one, *other))
    };
    match BLOCKS.iter().find(same) {
        Some(first) if first.path != block.path => page.paragraph(&format!("The words of {}.", first.path)),
        _ => rows(page, block),
    }
}

fn rows(page: &mut Roff, block: &Block) {
    for row in block.rows() {
        page.item(&head(row), &description(row));
    }
}

fn head(row: &Row) -> String {
    let written = row.arguments();
    let arguments = match row.args {
        // These are written as they stand.
        Args::Word(_) | Args::WordNoCase(_) if row.usage.is_empty() => bold(&written),
        _ => arguments(&written),
    };
    if arguments.is_empty() { bold(row.keyword) } else { format!("{} {arguments}", bold(row.keyword)) }
}

fn description(row: &Row) -> String {
    let facts = row.facts().into_iter().map(|fact| match fact.title {
        "names" | "effect" => sentence(&fact.text),
        title => format!("{}: {}.", sentence(title).replace('.', ""), fact.text),
    });
    std::iter::once(sentence(row.meaning)).chain(facts).collect::<Vec<_>>().join("\n")
}
