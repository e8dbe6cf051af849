//! The command line: one file per subcommand. Nothing else in the library prints.

mod check;
mod compile;
mod completions;
mod context;
mod diagnosed;
mod exit;
mod explain;
mod files;
mod findings;
mod fix;
mod fmt;
mod graph;
mod in_the_way;
mod instead;
mod lsp;
mod mutate;
mod new;
mod owned;
mod place;
mod rename;
mod schema;
mod signals;
mod terminal;
mod texts;
mod was;
mod words;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use exit::{Exit, Fault};
use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use terminal::{Chosen, Terminal};

pub use explain::said;
pub use terminal::Format;

#[derive(Parser)]
#[command(
    name = "blueprint",
    version,
    about = "Compiles a blueprint of a backend into a Rust service whose database keeps its promises",
    after_help = "Without arguments a command works on ./blueprint.yaml and its folder.\n\
                  Exit codes: 0 done or up to date; 1 errors in the blueprint, output that is not up to \
                  date, or a file in the way; 2 wrong usage or a fault of the environment.",
    subcommand_required = true,
    arg_required_else_help = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,

    /// For whom to write: people or programs
    #[arg(long, global = true, value_parser = Chosen::texts(), default_value = "human", value_name = "FORMAT")]
    format: Chosen,
}

#[derive(Subcommand)]
enum Command {
    New(new::Arguments),
    Compile(compile::Arguments),
    Check(check::Arguments),
    Fix(fix::Arguments),
    Fmt(fmt::Arguments),
    Rename(rename::Arguments),
    Lsp(lsp::Arguments),
    Mutate(mutate::Arguments),
    Schema(schema::Arguments),
    Explain(explain::Arguments),
    Context(context::Arguments),
    Graph(graph::Arguments),
    Completions(completions::Arguments),
}

/// Runs one command, from its arguments (the program's name first) to its exit code. Does not panic.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    // Without a terminal lines are as long as they are.
    let command = Arguments::command().term_width(terminal::columns().unwrap_or(0));
    let parsed = command
        .try_get_matches_from(arguments)
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(usage) => {
            if let Some(answer) = instead::of(&usage) {
                Terminal::new(Format::Human).fault(&Fault::Usage(answer));
                return Exit::Fault.into();
            }
            // Help that was asked for is no error; a closed pipe is none either.
            let told = match usage.print() {
                Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Exit::Fault,
                _ if usage.use_stderr() => Exit::Fault,
                _ => Exit::Done,
            };
            return told.into();
        }
    };
    let mut terminal = Terminal::new(arguments.format.text);
    let outcome = catch_unwind(AssertUnwindSafe(|| arguments.command.run(&mut terminal)));
    match outcome {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(fault)) => {
            terminal.fault(&fault);
            Exit::Fault.into()
        }
        Err(_) => {
            terminal.note(
                "this is a mistake of blueprint, not of yours. Please report it with \
                 the lines above and the blueprint",
            );
            Exit::Fault.into()
        }
    }
}

impl Command {
    fn run(self, terminal: &mut Terminal) -> Result<Exit, Fault> {
        match self {
            Command::New(arguments) => new::run(&arguments, terminal),
            Command::Compile(arguments) => compile::run(&arguments, terminal),
            Command::Check(arguments) => check::run(&arguments, terminal),
            Command::Fix(arguments) => fix::run(&arguments, terminal),
            Command::Fmt(arguments) => fmt::run(&arguments, terminal),
            Command::Rename(arguments) => rename::run(&arguments, terminal),
            Command::Lsp(arguments) => lsp::run(&arguments),
            Command::Mutate(arguments) => mutate::run(&arguments, terminal),
            Command::Schema(arguments) => schema::run(&arguments, terminal),
            Command::Explain(arguments) => explain::run(&arguments, terminal),
            Command::Context(arguments) => context::run(&arguments, terminal),
            Command::Graph(arguments) => graph::run(arguments, terminal),
            Command::Completions(arguments) => completions::run(&arguments, terminal),
        }
    }
}
