//! What a run found, kept as a file: each guard and the test that dies without it.
//!
//! A line is `guard<TAB>test`; a guard that nothing missed has `survived` in the test's place, and
//! may have a third column, written by people, with the reason why it stays. Sorted by guard.

use super::{Guard, Outcome, Verdict};
use std::collections::BTreeMap;

/// In the place of a test's name.
const SURVIVED: &str = "survived";
/// What stands at the head of the file.
const HEAD: &str = "# Each guard and the first test that failed without it, as `blueprint mutate --record` found.\n";

/// One line of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The test that died.
    Killed(String),
    /// Why it stays, where somebody has said so.
    Survived(Option<String>),
}

/// By the id of the guard.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record(pub BTreeMap<String, Fate>);

impl Record {
    /// The error names the line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut fates = BTreeMap::new();
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let columns: Vec<&str> = line.split('\t').collect();
            let fate = match columns.as_slice() {
                [_, SURVIVED] => Fate::Survived(None),
                [_, SURVIVED, reason] => Fate::Survived(Some((*reason).to_owned())),
                [_, test] if !test.is_empty() => Fate::Killed((*test).to_owned()),
                _ => return Err(format!("line {}: no guard and its test", number + 1)),
            };
            if fates.insert(columns[0].to_owned(), fate).is_some() {
                return Err(format!("line {}: `{}` stands here twice", number + 1, columns[0]));
            }
        }
        Ok(Self(fates))
    }

    /// Puts in what was found and leaves out what is no guard any more. A reason outlives the run.
    pub fn update(&mut self, guards: &[Guard], outcomes: &[Outcome]) {
        for Outcome { guard, verdict } in outcomes {
            let fate = match verdict {
                Verdict::Killed(test) | Verdict::KilledElsewhere(test) => {
                    Fate::Killed(test.clone())
                }
                // Nothing was seen.
                Verdict::Broken(_) => {
                    self.0.remove(&guard.id);
                    continue;
                }
                Verdict::Survived | Verdict::Hung => {
                    let before = self.0.get(&guard.id);
                    let reason = match before {
                        Some(Fate::Survived(reason)) => reason.clone(),
                        _ => None,
                    };
                    Fate::Survived(reason)
                }
            };
            self.0.insert(guard.id.clone(), fate);
        }
        self.0.retain(|id, _| guards.iter().any(|guard| guard.id == *id));
    }

    pub fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for (id, fate) in &self.0 {
            text += &match fate {
                Fate::Killed(test) => format!("{id}\t{test}\n"),
                Fate::Survived(None) => format!("{id}\t{SURVIVED}\n"),
                Fate::Survived(Some(reason)) => format!("{id}\t{SURVIVED}\t{reason}\n"),
            };
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate::Layer;

    fn guard(id: &str) -> Guard {
        Guard { id: id.to_owned(), layer: Layer::Database }
    }

    fn found(id: &str, verdict: Verdict) -> Outcome {
        Outcome { guard: guard(id), verdict }
    }

    #[test]
    fn a_record_comes_back_as_it_was_written() {
        let text = format!("{HEAD}a.b\tdoor/x\nc\tsurvived\nd\tsurvived\tfor show\n");
        assert_eq!(Record::parse(&text).unwrap().text(), text);
    }

    #[test]
    fn a_run_over_some_guards_keeps_the_others() {
        let mut record = Record::parse("a\told\nb\tx\nc\tsurvived\tfor show\n").unwrap();
        let outcomes =
            [found("a", Verdict::Killed("new".to_owned())), found("c", Verdict::Survived)];
        record.update(&[guard("a"), guard("c"), guard("b")], &outcomes);
        assert_eq!(record.text(), format!("{HEAD}a\tnew\nb\tx\nc\tsurvived\tfor show\n"));
        record.update(&[guard("c")], &[]);
        assert_eq!(record.text(), format!("{HEAD}c\tsurvived\tfor show\n"));
    }

    #[test]
    fn what_is_no_line_is_said() {
        assert_eq!(Record::parse("a\n").unwrap_err(), "line 1: no guard and its test");
        assert_eq!(Record::parse("a\tx\na\ty\n").unwrap_err(), "line 2: `a` stands here twice");
    }
}
