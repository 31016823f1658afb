//! Problems of what the words mean: keywords, values, names, and how blocks fit together; one file for each subject.
mod daemon;
mod keywords;
mod routers;
mod scripts;
mod servers;
mod values;

use super::Code;

/// Every row, subject by subject.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    [daemon::CODES, keywords::CODES, values::CODES, routers::CODES, scripts::CODES, servers::CODES]
        .into_iter()
        .flatten()
}
