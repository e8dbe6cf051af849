//! What an apply is about to do, written down before it is done.
//!
//! The staging folder holds `journal`, the new texts under `after/<n>` and the old ones, linked, under
//! `before/<n>`, where n counts the steps. Until the journal stands under its name nothing outside the staging
//! folder has changed; once it stands, either end can be reached from it.

use crate::tree::is_plain;
use std::fmt::Write;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub path: String,
    /// Digest of what stands there before; none: nothing does.
    pub old: Option<String>,
    /// Digest of what stands there afterwards; none: nothing does.
    pub new: Option<String>,
}

/// Last line, so that half a journal is none.
const END: &str = "end";

pub(super) fn write(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        let old = step.old.as_deref().unwrap_or("-");
        let new = step.new.as_deref().unwrap_or("-");
        writeln!(text, "{old} {new} {}", step.path)
            .expect("a string takes all that is written to it");
    }
    text + END + "\n"
}

/// None where it is not whole.
pub(super) fn read(text: &str) -> Option<Vec<Step>> {
    let lines = text.strip_suffix("end\n")?;
    lines
        .lines()
        .map(|line| {
            let mut words = line.split(' ');
            let mut digest =
                || Some(words.next()?).map(|word| (word != "-").then(|| word.to_owned()));
            let (old, new) = (digest()?, digest()?);
            let path = words.next().filter(|path| is_plain(path))?.to_owned();
            Some(Step { path, old, new })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Step, read, write};

    #[test]
    fn half_a_journal_is_none() {
        let steps = vec![
            Step { path: "src/a.rs".into(), old: None, new: Some("12".into()) },
            Step { path: "b.md".into(), old: Some("34".into()), new: None },
        ];
        let text = write(&steps);
        assert_eq!(read(&text), Some(steps));
        for length in 0..text.len() {
            assert_eq!(read(&text[..length]), None, "{:?}", &text[..length]);
        }
    }

    #[test]
    fn leads_nowhere_else() {
        assert_eq!(read("- 12 ../../etc/passwd\nend\n"), None);
        assert_eq!(read("- 12 /etc/passwd\nend\n"), None);
    }
}
