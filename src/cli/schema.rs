//! `blueprint schema`: what editors complete and check by.

use super::exit::{Exit, Fault};
use super::terminal::Terminal;

/// Print the JSON Schema of blueprints, for editors
#[derive(clap::Args)]
pub(super) struct Arguments {}

#[expect(clippy::unnecessary_wraps, reason = "every command ends in the same way")]
pub(super) fn run(_: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    terminal.out(text());
    Ok(Exit::Done)
}

/// Ends with a line's end.
pub(super) fn text() -> String {
    let text = crate::syntax::schema::text();
    format!("{}\n", text.trim_end())
}
