//! What may be written within an expression: also behind a dot, and where a value is compared.

use super::complete::List;
use crate::expr::FUNCTIONS;
use crate::resolve::index::{Index, Lead};

/// What an expression has besides names and functions.
const WORDS: &[&str] =
    &["is", "is set", "is unset", "not", "in", "actor", "this", "input", "true", "false"];

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Within<'i> {
    pub index: &'i Index,
    /// Of whose row it speaks; none: of none.
    pub entity: Option<&'i str>,
    /// The path of the action, the command or the hook whose inputs it may name.
    pub owner: Option<&'i str>,
}

impl Within<'_> {
    /// The path of what these names lead to, one behind a dot of the other.
    fn path(self, names: &[&str]) -> Option<String> {
        let (owner, entity) = (self.owner.unwrap_or_default(), self.entity.unwrap_or_default());
        let (mut path, rest) = match names {
            ["input", name, rest @ ..] => (format!("{owner}.input.{name}"), rest),
            [name, rest @ ..] => {
                let made = format!("{owner}.as.{name}");
                let is_made = self.index.symbol(&made).is_some();
                let field = || format!("entities.{entity}.fields.{name}");
                (if is_made { made } else { field() }, rest)
            }
            [] => return None,
        };
        for name in rest {
            path = match self.index.lead(&path)? {
                Lead::Row(entity) => format!("entities.{entity}.fields.{name}"),
                Lead::Answer(hook) => format!("hooks.{hook}.output.{name}"),
                Lead::Range => return None,
            };
        }
        Some(path)
    }

    /// The entity whose state the last of these names is.
    fn whose_state(self, names: &[&str]) -> Option<String> {
        match names {
            ["state"] => self.entity.map(str::to_owned),
            [row @ .., "state"] => match self.index.lead(&self.path(row)?)? {
                Lead::Row(entity) => Some(entity.clone()),
                Lead::Answer(_) | Lead::Range => None,
            },
            _ => None,
        }
    }
}

/// Parts a text into what is whole, and the name that is being written.
fn current(written: &str) -> (&str, &str) {
    let is_part = |one: char| one.is_ascii_alphanumeric() || one == '_';
    let name = written.len() - written.chars().rev().take_while(|one| is_part(*one)).count();
    written.split_at(name)
}

/// The names with which a text ends, parted by dots.
fn last(text: &str) -> Vec<&str> {
    let is_part = |one: char| one.is_ascii_alphanumeric() || one == '_' || one == '.';
    let length = text.chars().rev().take_while(|one| is_part(*one)).count();
    let names = &text[text.len() - length..];
    names.split('.').filter(|name| !name.is_empty()).collect()
}

impl List {
    /// What stands behind a dot; whether there is one.
    pub fn behind_a_dot(&mut self, within: Within<'_>, written: &str) -> bool {
        let (whole, _) = current(written);
        let Some(chain) = whole.strip_suffix('.') else { return false };
        let names = last(chain);
        if let (["input"], Some(owner)) = (names.as_slice(), within.owner) {
            self.below(within.index, &format!("{owner}.input"));
            return true;
        }
        let lead = within.path(&names).and_then(|path| within.index.lead(&path));
        match lead {
            Some(Lead::Row(entity)) => self.columns(within.index, entity),
            Some(Lead::Answer(hook)) => self.below(within.index, &format!("hooks.{hook}.output")),
            Some(Lead::Range) => {
                self.add("start", 5, "when it begins", None);
                self.add("end", 5, "when it is over", None);
            }
            None => {}
        }
        true
    }

    fn columns(&mut self, index: &Index, entity: &str) {
        self.below(index, &format!("entities.{entity}.fields"));
        if index.below(&format!("entities.{entity}.states")).next().is_some() {
            self.add("state", 5, "field", None);
        }
        for name in ["created_at", "updated_at", "id"] {
            self.add(name, 5, "field", None);
        }
    }

    pub fn expression(&mut self, within: Within<'_>, written: &str) {
        if self.behind_a_dot(within, written) {
            return;
        }
        self.compared(within, current(written).0.trim_end());
        if let Some(owner) = within.owner {
            self.below(within.index, &format!("{owner}.as"));
        }
        if let Some(entity) = within.entity {
            self.columns(within.index, entity);
        }
        for function in FUNCTIONS {
            let call = if function == "now" { "now()".to_owned() } else { format!("{function}(") };
            self.add(function, 3, "function", Some(&call));
        }
        for word in WORDS {
            self.add(word, 14, "", None);
        }
    }

    /// The values of what a value is compared with.
    fn compared(&mut self, within: Within<'_>, before: &str) {
        let mut before = before;
        // Others may stand before it: `kind is a | b |`.
        while let Some(rest) = before.strip_suffix('|') {
            before = current(rest.trim_end()).0.trim_end();
        }
        let sign = ["==", "!=", " is", " in"].into_iter().find(|sign| before.ends_with(sign));
        let Some(sign) = sign else { return };
        let names = last(before[..before.len() - sign.len()].trim_end());
        if names.is_empty() {
            return;
        }
        if let Some(entity) = within.whose_state(&names) {
            self.below(within.index, &format!("entities.{entity}.states"));
            self.below(within.index, &format!("entities.{entity}.groups"));
        } else if let Some(path) = within.path(&names) {
            self.below(within.index, &format!("{path}.values"));
        }
        if sign == " is" {
            self.add("set", 14, "it is there", None);
            self.add("unset", 14, "it is not there", None);
        }
    }
}
