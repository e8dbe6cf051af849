//! `explain` without anything: what can be asked.

use super::super::terminal::{Colour, Format, Terminal, paint};
use serde_json::json;

/// What is asked, and what is answered.
const QUESTIONS: &[(&str, &str)] = &[
    ("E009", "the page of a diagnostic"),
    ("codes", "all of them"),
    ("entities", "what there is; so too roles, routes, settings, identity"),
    ("Task", "all that an entity stands for, defaults included"),
    ("Task.title", "a field: its type, who reads it, what changes it, what speaks of it"),
    ("Task.finish", "an action, with the guards that keep it"),
    ("Task.states.done", "a state: what leads in and out"),
    ("lead", "a role: how one comes to have it, and all that it may"),
    ("who may Task.finish", "who may run an action, and when"),
    ("who may read Project.budget", "who sees a field; `read Project` for rows"),
    ("who may", "the whole permission table; with `--format json` for programs"),
    ("why lead may Task.reopen", "the chain of what allows it, each link with its place"),
    ("why not member Task.reopen", "the first thing that is missing, and what one would write"),
];

pub(super) fn run(terminal: &mut Terminal) {
    if terminal.format == Format::Json {
        let questions: Vec<_> =
            QUESTIONS.iter().map(|(ask, answer)| json!({ "ask": ask, "answer": answer })).collect();
        return terminal.document(json!({ "version": 1, "questions": questions }));
    }
    terminal.out("What can be asked:\n\n");
    for (ask, answer) in QUESTIONS {
        let ask = format!("blueprint explain {ask}");
        let ask = paint(&format!("{ask:46}"), Colour::Bold, terminal.colour.out);
        terminal.out(format_args!("  {ask} {answer}\n"));
    }
    terminal.out("\nNames are those of your blueprint: ./blueprint.yaml, or the one named last.\n");
}
