//! Problems of what the words mean: keywords, values, names, and how blocks fit together; one file for each subject.
mod checks;
mod daemon;
mod keywords;
mod links;
mod routers;
mod routing;
mod scripts;
mod servers;
mod services;
mod trackers;
mod unicast;
mod values;

use super::Code;

/// Every row, subject by subject.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    let all = [
        daemon::CODES,
        keywords::CODES,
        values::CODES,
        routers::CODES,
        routing::CODES,
        links::CODES,
        unicast::CODES,
        trackers::CODES,
        scripts::CODES,
        servers::CODES,
        services::CODES,
        checks::CODES,
    ];
    all.into_iter().flatten()
}
