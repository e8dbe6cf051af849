//! What may be written in a command, in a step and in a hook.

use super::complete::List;
use super::cursor::Cursor;
use super::expressions::Within;
use crate::resolve::index::Index;

impl List {
    pub fn command(
        &mut self,
        index: &Index,
        command: &str,
        rest: &[&str],
        here: &Cursor,
        before: &str,
    ) {
        let owner = format!("commands.{command}");
        let within = Within { index, entity: None, owner: Some(&owner) };
        match rest {
            ["by"] => {
                self.below(index, "roles");
                self.add("user", 14, "any signed-in person", None);
            }
            ["input", _] | ["input", _, "type"] => self.types(index, &here.prefix),
            ["require", _] => self.expression(within, &here.prefix),
            ["returns"] => self.below(index, &format!("{owner}.as")),
            ["do", rest @ ..] => self.step(within, rest, &here.prefix, before),
            _ => {}
        }
    }

    pub fn hook(&mut self, index: &Index, hook: &str, rest: &[&str], here: &Cursor, before: &str) {
        let owner = format!("hooks.{hook}");
        let of = named(before, &["of:"]).map(|(_, entity)| entity);
        match rest {
            ["input" | "output", _] | ["input" | "output", _, "type"] | ["output"] => {
                self.types(index, &here.prefix);
            }
            ["reads", _, "of"] => self.below(index, "entities"),
            ["reads", _, "fields"] => {
                self.below(index, &format!("entities.{}.fields", of.unwrap_or_default()));
            }
            ["reads", _, "where"] => {
                let within = Within { index, entity: of, owner: Some(&owner) };
                self.expression(within, &here.prefix);
            }
            _ => {}
        }
    }

    pub fn step(&mut self, within: Within<'_>, rest: &[&str], written: &str, before: &str) {
        let index = within.index;
        match rest {
            ["create" | "revise"] => self.below(index, "entities"),
            ["call"] => self.below(index, "hooks"),
            ["run"] => match written.split_once('.') {
                Some((entity, _)) => self.below(index, &format!("entities.{entity}.actions")),
                None => self.below(index, "entities"),
            },
            ["of" | "when"] | ["set" | "with", _] => {
                if let ["set" | "with", name] = rest {
                    self.values_of(within, rest[0], name, before);
                }
                self.expression(within, written);
            }
            _ => {}
        }
    }

    /// The values of what a step gives something to.
    fn values_of(&mut self, within: Within<'_>, word: &str, name: &str, before: &str) {
        for around in given_to(within, word, before) {
            self.below(within.index, &format!("{around}.{name}.values"));
        }
    }

    /// What a step can give something to.
    pub fn keys_of_a_step(&mut self, index: &Index, path: &[&str], before: &str) {
        let (owner, entity, word) = match path {
            ["entities", entity, "actions", action, "do", word @ ("set" | "with")] => {
                (format!("entities.{entity}.actions.{action}"), Some(*entity), *word)
            }
            ["commands", command, "do", word @ "with"] => {
                (format!("commands.{command}"), None, *word)
            }
            _ => return,
        };
        let within = Within { index, entity, owner: Some(&owner) };
        for around in given_to(within, word, before) {
            self.below(index, &around);
        }
    }
}

/// The paths below which the names stand that a step may give something to.
fn given_to(within: Within<'_>, word: &str, before: &str) -> Vec<String> {
    if word == "set" {
        return within
            .entity
            .map(|entity| format!("entities.{entity}.fields"))
            .into_iter()
            .collect();
    }
    let Some((word, name)) = named(before, &["create:", "revise:", "call:", "run:"]) else {
        return Vec::new();
    };
    match word {
        "call:" => vec![format!("hooks.{name}.input")],
        "run:" => {
            let (entity, action) = name.split_once('.').unwrap_or((name, ""));
            vec![
                format!("entities.{entity}.actions.{action}.input"),
                format!("entities.{entity}.fields"),
            ]
        }
        _ => vec![format!("entities.{name}.fields")],
    }
}

/// The last of these words that stands before, and the name behind it: the text may be no YAML yet.
fn named<'t>(before: &'t str, words: &[&'static str]) -> Option<(&'static str, &'t str)> {
    let found = words.iter().filter_map(|word| Some((before.rfind(word)?, *word)));
    let (at, word) = found.max()?;
    let rest = before[at + word.len()..].trim_start();
    let is_part = |one: char| one.is_ascii_alphanumeric() || one == '_' || one == '.';
    Some((word, &rest[..rest.find(|one| !is_part(one)).unwrap_or(rest.len())]))
}
