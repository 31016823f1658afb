//! Commands and the users that run them: split, looked up on the host, and judged by the script security of `global_defs`.
use super::reader::Reader;
use crate::command::{self, CommandError, CommandLine};
use crate::diagnostic::{Diagnostic, Severity};
use crate::schema::{Args, Row};
use crate::source::Program;
use crate::span::Origin;
use crate::tree::{Statement, Word};
use crate::value::shown;
use model::Name;
use model::config::global::{Command, Global, User};

/// A command as it was spoken, not yet looked up.
#[derive(Clone)]
pub(crate) struct Spoken {
    keyword: &'static str,
    argv: Vec<String>,
    line: String,
    /// A missing `vrrp_script` is an error; keepalived only logs any other missing script.
    needed: bool,
    /// Who runs it, where that was said.
    pub(crate) user: Option<User>,
    /// Where it stands.
    pub(crate) origin: Origin,
}

/// What scripts may do.
#[derive(Default)]
pub(crate) struct Scripts {
    policy: Option<Policy>,
    unsecured: bool,
}

#[derive(Clone, Copy)]
struct Policy {
    secure: bool,
    default_user: bool,
}

/// Directories in which a program named without a slash is looked for.
const PATH: [&str; 6] = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// Reads the raw line of a command keyword.
pub(crate) fn spoken(reader: &mut Reader<'_>, row: &'static Row, statement: &Statement) -> Option<Spoken> {
    let place = statement.words.get(1).map_or(statement.origin, Word::origin);
    let CommandLine { argv, line, rest } = match command::split(statement.raw) {
        Ok(line) => line,
        Err(error) => {
            reader.report(refused(row, place, error));
            return None;
        }
    };
    let user = match (rest.as_slice(), row.args) {
        ([], _) => None,
        (_, Args::CommandAlone) => {
            quote_it(reader, row, statement);
            None
        }
        ([user, group @ ..], _) => {
            let found = named_user(user, group.first().map(String::as_str));
            if !known_user(reader, row.keyword, &found, place, "the script is ignored") {
                return None;
            }
            Some(found)
        }
    };
    let needed = row.keyword == "script";
    Some(Spoken { keyword: row.keyword, argv, line, needed, user, origin: place })
}

fn refused(row: &Row, place: Origin, error: CommandError) -> Diagnostic {
    let (message, help) = match error {
        CommandError::Missing => (format!("{} has no command", row.keyword), None),
        CommandError::Unbalanced(quote) => (
            format!("{} has a quote that is not closed", row.keyword),
            Some(format!("add the closing {quote}; keepalived 2.4.3 crashes on such a line")),
        ),
        CommandError::Empty => (format!("{} has an empty command", row.keyword), None),
        CommandError::Zero => (format!("{} has a zero byte in its command", row.keyword), None),
        CommandError::TooMany => (format!("{} takes one command", row.keyword), None),
    };
    let mut problem = Diagnostic::new("bad-command", Severity::Error, message)
        .at(place, "this is not a command")
        .meanwhile("the line is ignored");
    problem.help = help;
    problem
}

fn quote_it(reader: &mut Reader<'_>, row: &Row, statement: &Statement) {
    let place = statement.words.get(2).map_or(statement.origin, Word::origin);
    reader.report(
        Diagnostic::new(
            "command-not-quoted",
            Severity::Warning,
            format!("{} takes its command as one word", row.keyword),
        )
        .at(place, "this is not part of the command")
        .meanwhile("the command is run without these arguments")
        .help("put the whole command in double quotes"),
    );
}

fn named_user(user: &str, group: Option<&str>) -> User {
    User { user: Name::new(user), group: group.map(Name::new) }
}

/// Reads `USER [GROUP]`.
pub(crate) fn user(reader: &mut Reader<'_>, keyword: &str, words: &[Word]) -> Option<User> {
    let user = words.first()?;
    let found = named_user(user.text(), words.get(1).map(Word::text));
    known_user(reader, keyword, &found, user.origin(), "the line is ignored").then_some(found)
}

/// Whether the host knows the user and group, as far as it can say.
pub(crate) fn known_user(reader: &mut Reader<'_>, keyword: &str, user: &User, place: Origin, meanwhile: &str) -> bool {
    let missing = if reader.host.user_exists(user.user.as_str()) == Some(false) {
        Some(format!("user {} does not exist", shown(user.user.as_str())))
    } else {
        let group = user.group.as_ref().filter(|group| reader.host.group_exists(group.as_str()) == Some(false));
        group.map(|group| format!("group {} does not exist", shown(group.as_str())))
    };
    let Some(missing) = missing else { return true };
    reader.report(
        Diagnostic::new("unknown-user", Severity::Error, missing)
            .at(place, format!("named by {keyword}"))
            .meanwhile(meanwhile),
    );
    false
}

impl Reader<'_> {
    /// From here on commands can be judged.
    pub(crate) fn scripts_run_under(&mut self, global: &Global) {
        let default_user = global.script_user.is_some() || self.host.user_exists("keepalived_script") != Some(false);
        self.scripts.policy = Some(Policy { secure: global.script_security, default_user });
    }

    /// A hook that can be run, where one was said; `None`, with a report, when it must not or cannot be.
    pub(crate) fn hook(&mut self, spoken: Option<Box<Spoken>>) -> Option<Box<Command>> {
        self.command(*spoken?).map(Box::new)
    }

    /// A command that can be run; `None`, with a report, when it must not or cannot be.
    pub(crate) fn command(&mut self, mut spoken: Spoken) -> Option<Command> {
        let policy = self.scripts.policy.unwrap_or(Policy { secure: false, default_user: true });
        if spoken.user.is_none() && policy.secure && !policy.default_user {
            self.report(no_default_user(&spoken));
            return None;
        }
        if !self.runnable(&mut spoken, policy) {
            return None;
        }
        let opens_only = spoken.argv.first().is_some_and(|name| name.starts_with(['<', '>']));
        if !policy.secure && !opens_only && !std::mem::replace(&mut self.scripts.unsecured, true) {
            self.report(not_secured(&spoken));
        }
        Some(Command { argv: spoken.argv, line: spoken.line, user: spoken.user })
    }

    /// Looks the program up, writes its full path into the command, and reports what is wrong with it.
    fn runnable(&mut self, spoken: &mut Spoken, policy: Policy) -> bool {
        let name = spoken.argv.first().cloned().unwrap_or_default();
        let severity = if spoken.needed { Severity::Error } else { Severity::Warning };
        let problem = match self.program(&name, spoken) {
            Program::Unknown | Program::Safe => return true,
            Program::Missing => unusable(spoken, "script-missing", severity, format!("{name} does not exist")),
            Program::NotExecutable => {
                unusable(spoken, "script-missing", severity, format!("{name} cannot be executed"))
            }
            Program::Unsafe(reason) => {
                let problem = unusable(spoken, "script-unsafe", Severity::Security, format!("{name} is not safe"));
                let problem = problem.help(format!("{reason}; whoever can change it becomes the user that runs it"));
                if policy.secure {
                    problem
                } else {
                    problem.meanwhile("it is run, as enable_script_security is not set")
                }
            }
        };
        let kept = problem.code == "script-unsafe" && !policy.secure;
        self.report(problem);
        kept
    }

    fn program(&self, name: &str, spoken: &mut Spoken) -> Program {
        if name.starts_with(['<', '>']) {
            return Program::Unknown;
        }
        if name.contains('/') {
            return self.host.program(name);
        }
        for directory in PATH {
            let path = format!("{directory}/{name}");
            match self.host.program(&path) {
                Program::Missing | Program::NotExecutable => {}
                Program::Unknown => return Program::Unknown,
                found => {
                    if let Some(first) = spoken.argv.first_mut() {
                        *first = path;
                    }
                    return found;
                }
            }
        }
        Program::Missing
    }
}

fn unusable(spoken: &Spoken, code: &'static str, severity: Severity, message: String) -> Diagnostic {
    Diagnostic::new(code, severity, message)
        .at(spoken.origin, format!("named by {}", spoken.keyword))
        .meanwhile("the script is not run")
}

fn no_default_user(spoken: &Spoken) -> Diagnostic {
    Diagnostic::new("no-script-user", Severity::Error, "there is nobody to run this script")
        .at(spoken.origin, format!("named by {}", spoken.keyword))
        .meanwhile("the script is not run")
        .help("enable_script_security is set and user keepalived_script does not exist: set script_user in global_defs")
}

fn not_secured(spoken: &Spoken) -> Diagnostic {
    Diagnostic::new("scripts-not-secured", Severity::Security, "scripts are run and enable_script_security is not set")
        .at(spoken.origin, "the first script")
        .meanwhile("scripts are run, whoever can change them")
        .help("add enable_script_security and script_user to global_defs")
}
