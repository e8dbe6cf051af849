//! What is said of a path: a kind, and lines of a word and a text.

use std::fmt::Write;

/// All that a path stands for.
#[derive(Debug, Clone)]
pub struct Said {
    /// `field`, `unique key`: what stands there.
    pub kind: &'static str,
    /// The path whose place it has, where that is not its own.
    pub stands_at: Option<String>,
    pub lines: Vec<(&'static str, String)>,
}

/// Where there is none of what a section would list.
const NONE: &str = "none";

impl Said {
    pub fn new(kind: &'static str) -> Self {
        Said { kind, stands_at: None, lines: Vec::new() }
    }

    /// A section: a line for each, or one that says that there is none.
    pub fn section(word: &'static str, each: impl IntoIterator<Item = String>) -> Self {
        let mut said = Said::new("section");
        each.into_iter().for_each(|line| said.say(word, line));
        if said.lines.is_empty() {
            said.say(word, NONE);
        }
        said
    }

    /// The lines of a section, without the one that says that there is none.
    pub fn listed(self) -> impl Iterator<Item = (&'static str, String)> {
        self.lines.into_iter().filter(|(_, text)| text != NONE)
    }

    /// A line, unless there is nothing to say.
    pub fn say(&mut self, word: &'static str, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.lines.push((word, text));
        }
    }

    /// `  word  text`, a line each; a word that is as the one above is not repeated.
    pub fn text(&self) -> String {
        let width = self.lines.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
        let mut text = String::new();
        let mut last = "";
        for (word, line) in &self.lines {
            let shown = if *word == last { "" } else { *word };
            last = word;
            writeln!(text, "  {shown:width$}  {line}")
                .expect("a string takes all that is written to it");
        }
        text
    }
}

/// `a field`, `an action`, `read grants`.
pub fn article(kind: &str) -> String {
    if matches!(kind, "read grants" | "states") {
        return kind.to_owned();
    }
    let vowel = kind.starts_with(['a', 'e', 'i', 'o']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}

/// `a, b`, or what is said instead of nothing.
pub fn listed<T: AsRef<str>>(names: &[T], otherwise: &str) -> String {
    if names.is_empty() {
        return otherwise.to_owned();
    }
    names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", ")
}
