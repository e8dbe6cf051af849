//! Read grants: who sees which fields of which rows.

use super::At;
use super::said::Said;
use crate::model::ReadGrant;
use crate::phrase::phrase;

impl At<'_> {
    fn shown(self, grant: &ReadGrant) -> String {
        if grant.fields.len() == self.entity.fields.len() {
            return "all fields".to_owned();
        }
        let names = grant.fields.iter().map(|field| self.entity.fields[field.0].name.as_str());
        names.collect::<Vec<_>>().join(", ")
    }

    fn line(self, grant: &ReadGrant) -> String {
        let when = grant.when.as_ref().map(|when| phrase(when, self.entity, None));
        let when = when.map_or(String::new(), |when| format!(", when {when}"));
        format!("{}: {}{when}", self.who(grant.who), self.shown(grant))
    }

    pub fn reads(self) -> Said {
        Said::section("read", self.entity.reads.iter().map(|grant| self.line(grant)))
    }

    /// `member`, `customer.2`, `customer.2.when`: what comes after `read`.
    pub fn read(self, rest: &[&str]) -> Option<Said> {
        let path = self.path(&format!("read.{}", rest.join(".")));
        if let Some(own) = path.strip_suffix(".when") {
            let grant = self.entity.reads.iter().find(|grant| grant.path == own)?;
            let when = grant.when.as_ref()?;
            let mut said = Said::new("condition");
            said.say("holds", phrase(when, self.entity, None));
            said.say("about", self.about(when));
            said.say("of", self.shown(grant));
            said.say("for", self.who(grant.who));
            said.say("otherwise", "this grant does not show the row; where no other does, 404");
            return Some(said);
        }
        if let Some(grant) = self.entity.reads.iter().find(|grant| grant.path == path) {
            return Some(self.grant(grant));
        }
        // Somebody who has several.
        let own: Vec<&ReadGrant> = self
            .entity
            .reads
            .iter()
            .filter(|grant| {
                grant.path.strip_prefix(&path).is_some_and(|rest| rest.starts_with('.'))
            })
            .collect();
        let first = own.first()?;
        let mut said = Said::new("read grants");
        said.say("for", self.who(first.who));
        for (number, grant) in own.iter().enumerate() {
            let line = self.line(grant);
            let (_, shown) = line.split_once(": ").unwrap_or_default();
            said.say("shows", format!("{}. {shown}", number + 1));
        }
        said.say("row", "is there through any of them; a field through those that show it");
        Some(said)
    }

    fn grant(self, grant: &ReadGrant) -> Said {
        let mut said = Said::new("read grant");
        said.say("for", self.who(grant.who));
        let also: Vec<String> = self
            .permissions()
            .people
            .iter()
            .filter(|one| one.is.contains(&grant.who))
            .map(|one| self.who(one.who))
            .collect();
        said.say("also for", also.join(", "));
        said.say("shows", self.shown(grant));
        said.say("with", super::entity::system(self.entity).join(", "));
        let hidden: Vec<&str> = (0..self.entity.fields.len())
            .filter(|at| !grant.fields.contains(&crate::model::FieldId(*at)))
            .map(|at| self.entity.fields[at].name.as_str())
            .collect();
        said.say("not", hidden.join(", "));
        let when = grant.when.as_ref().map(|when| phrase(when, self.entity, None));
        said.say("when", when.unwrap_or("always".to_owned()));
        said
    }
}
