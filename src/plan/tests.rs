//! The generated tests: an engine that is the same in every service, and the spec that it reads.

mod acts;
mod approvals;
mod each;
mod effective;
mod erasure;
mod expect;
mod expression;
mod keys;
mod numbers;
mod quotas;
mod settled;
#[path = "../../templates/tests/support/spec.rs"]
mod spec;
mod steps;
mod table;

use super::File;
use crate::model::Model;
use crate::tree::Ownership;

macro_rules! support {
    ($($file:literal)*) => {
        &[$(($file, include_str!(concat!("../../templates/tests/support/", $file)))),*]
    };
}

const SUPPORT: &[(&str, &str)] = support! {
    "agreed.rs"
    "approvals.rs"
    "approver.rs"
    "assertion.rs"
    "audit.rs"
    "bounds.rs"
    "calls.rs"
    "copies.rs"
    "caps.rs"
    "counters.rs"
    "database.rs"
    "deletes.rs"
    "erasure.rs"
    "erasure_kept.rs"
    "erasure_race.rs"
    "doors.rs"
    "each.rs"
    "effective.rs"
    "eval.rs"
    "exclusions.rs"
    "far.rs"
    "find.rs"
    "flight.rs"
    "gave.rs"
    "hooks.rs"
    "http.rs"
    "identity.rs"
    "in_force.rs"
    "locks.rs"
    "mod.rs"
    "moves.rs"
    "numbers.rs"
    "oracle.rs"
    "overwritten.rs"
    "paths.rs"
    "permissions.rs"
    "picked.rs"
    "picks.rs"
    "quotas.rs"
    "postgres.rs"
    "race.rs"
    "reads.rs"
    "repeats.rs"
    "requests.rs"
    "reviser.rs"
    "reuse.rs"
    "rights.rs"
    "routes.rs"
    "rows.rs"
    "rules.rs"
    "running.rs"
    "seal.rs"
    "service.rs"
    "settle.rs"
    "spec.rs"
    "statements.rs"
    "step_up.rs"
    "steps.rs"
    "subject.rs"
    "tables.rs"
    "timers.rs"
    "tokens.rs"
    "totals.rs"
    "value.rs"
    "way.rs"
    "world.rs"
};

/// Everything below `tests/generated/`.
pub fn files(model: &Model) -> Vec<File> {
    let spec = serde_json::to_string_pretty(&expect::spec(model)).expect("a spec is plain data");
    let file = |path: String, text: String| File {
        path: format!("tests/generated/{path}"),
        text,
        ownership: Ownership::Generated,
        origin: "service".to_owned(),
    };
    let mut files = vec![
        file("main.rs".to_owned(), main(&model.service.name)),
        file("permissions.json".to_owned(), table::text(model)),
        file("spec.json".to_owned(), format!("{spec}\n")),
    ];
    for (name, text) in SUPPORT {
        files.push(file(format!("support/{name}"), (*text).to_owned()));
    }
    files
}

fn main(service: &str) -> String {
    format!(
        "//! What the service promises, tried from outside on a real PostgreSQL.
//!
//! `cargo test --test generated -- --list` names every test, `-- door/everybody/` runs some.

#[rustfmt::skip]
mod support;

use std::process::ExitCode;

// The one name in these tests that differs from service to service.
use {service} as service;

fn main() -> ExitCode {{
    let (spec, table) = (include_str!(\"spec.json\"), include_str!(\"permissions.json\"));
    support::run(spec, table, env!(\"CARGO_BIN_EXE_{service}\")).exit_code()
}}
"
    )
}

#[cfg(test)]
mod own {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    #[test]
    fn every_file_of_the_engine_is_emitted() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/tests/support");
        let there: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let emitted: BTreeSet<String> =
            SUPPORT.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(there, emitted);
    }

    #[test]
    fn entities_come_after_what_they_refer_to() {
        let spec = expect::spec(&crate::plan::example::projects());
        let place = |name: &str| spec.entities.iter().position(|entity| entity.name == name);
        assert!(place("Project") < place("Task"));
        assert!(place("Team") < place("Member"));
        assert!(place("User") < place("Member"));
    }
}
