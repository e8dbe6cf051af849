//! Where text goes: results to standard output, everything else to standard error.

use super::exit::Fault;
use std::fmt;
use std::io::{self, ErrorKind, IsTerminal, Write};

/// For whom to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Human,
    Json,
    /// Workflow commands, which GitHub shows beside the lines of a change.
    Github,
    /// SARIF 2.1.0.
    Sarif,
}

pub(super) struct Terminal {
    pub format: Format,
    pub colour: Colours,
}

/// Whether each stream takes colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Colours {
    pub out: bool,
    pub err: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colour {
    Red,
    Bold,
}

impl Terminal {
    pub(super) fn new(format: Format) -> Terminal {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let wanted = format == Format::Human && !set("NO_COLOR") && !dumb;
        let colour = Colours {
            out: wanted && io::stdout().is_terminal(),
            err: wanted && io::stderr().is_terminal(),
        };
        Terminal { format, colour }
    }

    /// A result.
    pub(super) fn out(&mut self, text: impl fmt::Display) {
        write(&mut io::stdout().lock(), text);
    }

    /// What is wrong, for people.
    pub(super) fn err(&mut self, text: impl fmt::Display) {
        write(&mut io::stderr().lock(), text);
    }

    /// One line beside the results.
    pub(super) fn note(&mut self, text: impl fmt::Display) {
        let head = paint("note:", Colour::Bold, self.colour.err);
        self.err(format_args!("{head} {text}\n"));
    }

    /// A fault of the environment, in the format asked for.
    pub(super) fn fault(&mut self, fault: &Fault) {
        match self.format {
            Format::Human | Format::Sarif => {
                let head = paint("error:", Colour::Red, self.colour.err);
                self.err(format_args!("{head} {fault}\n"));
            }
            Format::Json => {
                let value = serde_json::json!({ "result": "fault", "message": fault.to_string() });
                self.out(format_args!("{value}\n"));
            }
            Format::Github => {
                let text = super::words::github(&fault.to_string());
                self.out(format_args!("::error::{text}\n"));
            }
        }
    }
}

/// The text in a colour, where colour is taken.
pub(super) fn paint(text: &str, colour: Colour, on: bool) -> String {
    let code = match colour {
        Colour::Red => "1;31",
        Colour::Bold => "1",
    };
    if on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Whoever closes a pipe has read enough. A stream that cannot be written to leaves nobody to tell.
fn write(stream: &mut impl Write, text: impl fmt::Display) {
    match write!(stream, "{text}").and_then(|()| stream.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let _ = writeln!(io::stderr(), "error: cannot write the result: {error}");
            std::process::exit(2);
        }
        _ => {}
    }
}
