//! Rows that hold for a time, and references to those that held.

use super::At;
use super::said::Said;
use crate::model::FieldId;
use crate::phrase::{self, phrase};

impl At<'_> {
    pub fn effective(self) -> Option<Said> {
        let effective = self.entity.effective.as_ref()?;
        let mut said = Said::new("promise");
        let during = self.field_name(effective.during);
        said.say("rows", format!("hold in their {during}, and are never rewritten or taken away"));
        let by: Vec<String> = effective.by.iter().map(|field| self.field_name(*field)).collect();
        let absent = effective.by.iter().any(|field| self.entity.fields[field.0].optional);
        let absent = if absent { ", where none is one too" } else { "" };
        said.say("one at a time", format!("of each {}{absent}", by.join(" and ")));
        let begins = match effective.future {
            true => "in the future, by the database's clock",
            false => "where nothing held before, also in the past",
        };
        said.say("begins", begins);
        said.say("ends", "as it says, or where a step `revise` begins the next: never in the past");
        said.say("at once", "whoever revises waits for who revises or picks the same");
        said.say("otherwise", format!("409, naming {}", self.path("effective")));
        Some(said)
    }

    pub fn pick(self, name: &str) -> Option<Said> {
        let all = self.entity.picks.iter();
        let at = all.map(|pick| pick.field).find(|at| self.entity.fields[at.0].name == name)?;
        let pick = self.entity.picks.iter().find(|pick| pick.field == at)?;
        let mut said = Said::new("pick");
        said.say("is", self.what_pick(at));
        for key in &pick.by {
            said.say("by", phrase::key(self.model, self.entity, pick, key));
        }
        for copy in &pick.takes {
            let value = phrase(&copy.value, self.entity, None);
            said.say("copies", format!("{}: {value}", self.field_name(copy.field)));
        }
        said.say("written by", "nobody: the database finds it, and it never changes");
        said.say("waits", "for whoever revises a row that could be it");
        said.say(
            "without one",
            match pick.clear {
                true => "it stays absent".to_owned(),
                false => format!("409, naming {}", self.path(&format!("pick.{name}"))),
            },
        );
        Some(said)
    }

    pub fn picks(self) -> Said {
        let each = self.entity.picks.iter();
        Said::section(
            "pick",
            each.map(|one| {
                format!("{}: {}", self.field_name(one.field), self.what_pick(one.field))
            }),
        )
    }

    /// What was in force, and when.
    pub fn what_pick(self, at: FieldId) -> String {
        let Some(pick) = self.entity.picks.iter().find(|pick| pick.field == at) else {
            return String::new();
        };
        let states = self.entity.states.as_ref();
        let when = pick.to.zip(states).map(|(to, states)| &states.list[to.0].name);
        let when = when.map_or("is made".to_owned(), |to| format!("comes to {to}"));
        format!("the {} in force when the row {when}", self.model[pick.from].name)
    }
}
