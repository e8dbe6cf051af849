//! Where text goes: results to standard output, everything else to standard error.

use super::exit::Fault;
use crate::diagnostics::render::wrapped;
use clap::builder::{EnumValueParser, TypedValueParser};
use serde_json::{Value, json};
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

/// What `--format` names: for whom to write, and for pictures in which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chosen {
    pub text: Format,
    pub drawing: Option<Drawing>,
}

/// In which language a picture is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Drawing {
    Mermaid,
    /// Graphviz' language.
    Dot,
    Svg,
    /// Boxes and arrows as data.
    Json,
}

impl Chosen {
    /// What every command takes.
    pub(super) fn texts() -> impl TypedValueParser<Value = Chosen> {
        EnumValueParser::<Format>::new().map(|text| Chosen { text, drawing: None })
    }

    /// What `graph` takes.
    pub(super) fn drawings() -> impl TypedValueParser<Value = Chosen> {
        EnumValueParser::<Drawing>::new().map(|drawing| Chosen {
            text: if drawing == Drawing::Json { Format::Json } else { Format::Human },
            drawing: Some(drawing),
        })
    }
}

pub(super) struct Terminal {
    pub format: Format,
    pub colour: Colours,
    /// Columns for what is said of a blueprint; none where its lines are as long as they are.
    pub columns: Option<usize>,
    /// What was said of the blueprint, for the one document that a program reads; null where nothing was.
    pub warnings: Value,
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
    Green,
    Yellow,
    Dim,
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
        Terminal { format, colour, columns: columns(), warnings: Value::Null }
    }

    /// A result.
    pub(super) fn out(&mut self, text: impl fmt::Display) {
        write(&mut io::stdout().lock(), text);
    }

    /// The one document of a run, for programs.
    pub(super) fn document(&mut self, mut document: Value) {
        let warnings = std::mem::take(&mut self.warnings);
        match self.format {
            Format::Sarif => {
                // A result names a rule of its run.
                for list in ["/results", "/tool/driver/rules"] {
                    let pointer = format!("/runs/0{list}");
                    if let Some(more) = warnings.pointer(&pointer).and_then(Value::as_array)
                        && let Some(all) =
                            document.pointer_mut(&pointer).and_then(Value::as_array_mut)
                    {
                        all.extend(more.iter().cloned());
                    }
                }
            }
            _ => {
                if let Some(diagnostics) = warnings.get("diagnostics") {
                    document["diagnostics"] = diagnostics.clone();
                }
            }
        }
        self.out(format_args!("{document:#}\n"));
    }

    /// What is wrong, for people.
    pub(super) fn err(&mut self, text: impl fmt::Display) {
        write(&mut io::stderr().lock(), text);
    }

    /// One line beside the results.
    pub(super) fn note(&mut self, text: impl fmt::Display) {
        self.tell("note:", Colour::Bold, text);
    }

    /// Lines for people, to the terminal's width: what they are, and behind it what is said.
    pub(super) fn tell(&mut self, head: &str, colour: Colour, text: impl fmt::Display) {
        let text = text.to_string();
        let lines = match self.columns {
            Some(columns) => wrapped(&text, columns.saturating_sub(head.len() + 1)),
            None => vec![text.clone()],
        };
        // What stands behind a line end in the text is shown as it is.
        let own = text.lines().count().saturating_sub(1);
        let prose = lines.len() - if self.columns.is_some() { own } else { 0 };
        let indent = " ".repeat(head.len() + 1);
        let mut said = paint(head, colour, self.colour.err);
        for (at, line) in lines.iter().enumerate() {
            match at {
                0 => said += " ",
                at if at < prose => said += &format!("\n{indent}"),
                _ => said += "\n",
            }
            said += line;
        }
        self.err(format_args!("{said}\n"));
    }

    /// A fault of the environment, in the format asked for.
    pub(super) fn fault(&mut self, fault: &Fault) {
        match self.format {
            Format::Human | Format::Sarif => {
                self.tell("error:", Colour::Red, fault);
            }
            Format::Json => {
                self.document(
                    json!({ "version": 1, "result": "fault", "message": fault.to_string() }),
                );
            }
            Format::Github => {
                let text = super::words::github(&fault.to_string());
                self.out(format_args!("::error::{text}\n"));
            }
        }
    }
}

/// What `COLUMNS` asks for, else the width of the terminal. In a file, a log or a pipe lines are not parted:
/// whoever reads them there wraps them, and whoever searches them finds whole sentences.
pub(super) fn columns() -> Option<usize> {
    let asked = std::env::var("COLUMNS").ok().and_then(|text| text.trim().parse().ok());
    let is = || terminal_size::terminal_size_of(io::stderr()).map(|(width, _)| width.0.into());
    asked.or_else(is).filter(|columns| *columns > 0)
}

/// The text in a colour, where colour is taken.
pub(super) fn paint(text: &str, colour: Colour, on: bool) -> String {
    let code = match colour {
        Colour::Red => "1;31",
        Colour::Green => "32",
        Colour::Yellow => "33",
        Colour::Dim => "2",
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
