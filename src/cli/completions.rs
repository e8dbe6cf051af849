//! `blueprint completions`: for the usual shells.

use super::exit::{Exit, Fault};
use super::terminal::Terminal;
use clap::CommandFactory;

/// Print the completions for a shell
#[derive(clap::Args)]
pub(super) struct Arguments {
    shell: clap_complete::Shell,
}

#[expect(clippy::unnecessary_wraps, reason = "every command ends in the same way")]
pub(super) fn run(arguments: &Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut super::Arguments::command(),
        "blueprint",
        &mut script,
    );
    terminal.out(String::from_utf8_lossy(&script));
    Ok(Exit::Done)
}
