//! An entity as a whole, whose rows they are, and its parties.

use super::identity::starred;
use super::said::Said;
use super::{At, routes};
use crate::model::{
    ContextId, Deletion, Entity, EntityKind, FieldId, Model, Origin, PartyId, Scope, Who,
};
use crate::phrase::type_words;

pub fn all(model: &Model) -> Said {
    let mut said = Said::new("section");
    for entity in &model.entities {
        let summary = if entity.summary.is_empty() { "" } else { ": " };
        said.say("entity", format!("{}{summary}{}", entity.name, entity.summary));
    }
    said
}

impl At<'_> {
    pub fn whole(self) -> Said {
        let mut said = Said::new("entity");
        let entity = self.entity;
        said.say("summary", &entity.summary);
        said.say("is", self.kind());
        said.say("scope", self.whose());
        said.say("table", crate::schema::table(entity));
        if let Some(rows) = self.effective() {
            said.lines.extend(rows.lines.into_iter().take(1));
        }
        if let Some(rows) = self.append_only() {
            said.lines.extend(rows.lines.into_iter().take(1));
        }
        if let Some(deletion) = self.deletion() {
            said.lines.extend(deletion.lines.into_iter().take(1));
        }
        said.lines.extend(self.fields().lines);
        self.told_parties(&mut said);
        for states in [self.states(), self.groups()].into_iter().flatten() {
            said.lines.extend(states.lines);
        }
        let (keys, apart, totals) = (self.uniques(), self.exclusions(), self.totals());
        for section in [keys, apart, totals, self.rules(), self.reads(), self.actions()] {
            said.lines.extend(section.listed());
        }
        routes::told(self.model, &mut said, |route| route.entity == self.id);
        said
    }

    fn kind(self) -> String {
        let name = |context: ContextId| &self.model[context].name;
        match self.entity.kind {
            EntityKind::Plain => String::new(),
            EntityKind::User => {
                "the people who sign in; `subject`, which nobody reads, is the token's".to_owned()
            }
            EntityKind::Tenant(context) => {
                format!("the tenants of `{}`: people act within one of them", name(context))
            }
            EntityKind::Grants(context) => {
                format!("the grants of `{}`: a row makes a person something there", name(context))
            }
        }
    }

    fn whose(self) -> String {
        let column = |at: crate::model::FieldId| &self.entity.fields[at.0].name;
        match self.entity.scope {
            Scope::Platform => match self.entity.kind {
                EntityKind::Tenant(_) => "platform: each row is a tenant by itself".to_owned(),
                _ => "platform: no tenant's".to_owned(),
            },
            Scope::Tenant { tenant, column: at } => {
                format!(
                    "{}: each row is one tenant's, which `{}` names",
                    self.model[tenant].name,
                    column(at)
                )
            }
            Scope::Through { tenant, column: at, through } => format!(
                "through {}: a row is of the same {} as the row that `{}` names; `{}` has it",
                column(through),
                self.model[tenant].name,
                column(through),
                column(at)
            ),
        }
    }

    pub fn scope(self) -> Said {
        let mut said = Said::new("scope");
        said.say("scope", self.whose());
        if self.entity.scope.tenant().is_some() {
            said.say("keeps", "who acts in a tenant reaches the rows of that tenant and no others");
            said.say("changes", "never: a row stays with its tenant");
        } else if self.entity.kind == EntityKind::Plain {
            said.say(
                "keeps",
                "all tenants share these rows, so no tenant changes them: the staff does",
            );
        }
        said
    }

    pub fn append_only(self) -> Option<Said> {
        let mut said = Said::new("promise");
        said.say("rows", "are made and never changed or taken away, whoever writes");
        said.say(
            "keeps",
            "the database: it refuses each UPDATE, DELETE and TRUNCATE, also of no rows",
        );
        said.say("otherwise", format!("409, naming {}", self.path("append_only")));
        self.entity.append_only.then_some(said)
    }

    pub fn deletion(self) -> Option<Said> {
        let mut said = Said::new("promise");
        match self.entity.deletion {
            Deletion::Never => return None,
            Deletion::Restrict => {
                said.say("deleted", "a row is gone, unless another refers to it");
                let referring = self.model.referring_to(self.id).into_iter();
                let referring = referring.map(|(child, field)| {
                    let child = &self.model[child];
                    format!("entities.{}.fields.{}", child.name, child.fields[field.0].name)
                });
                for reference in referring {
                    said.say("kept by", reference);
                }
                said.say("keeps", "the database: a foreign key, also of rows made at that moment");
                said.say("otherwise", "409, naming the reference");
                said.say("leaves", "what the row was in the audit, personal data masked");
            }
            Deletion::Anonymise(at) => self.erased(at, &mut said),
            Deletion::Soft(at) => {
                let at = &self.entity.fields[at.0].name;
                said.say(
                    "deleted",
                    format!("a row stays, `{at}` says since when, and nobody sees it"),
                );
                said.say(
                    "keeps",
                    "references to it; a new one is answered 404, and it is in no key",
                );
            }
        }
        said.say("by", self.path("actions.delete"));
        Some(said)
    }

    fn erased(self, at: FieldId, said: &mut Said) {
        let at = &self.entity.fields[at.0].name;
        said.say(
            "deleted",
            format!("the person's row stays, `{at}` says since when, and nobody signs in as him"),
        );
        for erasure in self.model.erasures() {
            let it = &self.model[erasure.entity];
            let names = erasure.fields.iter().map(|field| it.fields[field.0].name.as_str());
            let names: Vec<&str> = names.collect();
            let whose = erasure.of.map_or(String::new(), |of| {
                format!(" of rows whose `{}` he is", it.fields[of.0].name)
            });
            if !names.is_empty() {
                let path = format!("entities.{}", it.name);
                said.say("overwrites", format!("{path}: {}{whose}", names.join(", ")));
            }
        }
        said.say(
            "keeps",
            "everything else: ids, money, totals, states, also of rows that never change",
        );
        said.say("otherwise", "409 to whoever writes anything personal of him again");
    }

    pub fn fields(self) -> Said {
        let mut said = Said::new("section");
        for field in &self.entity.fields {
            let optional = if field.optional { "optional " } else { "" };
            let ty = type_words(self.model, &field.ty);
            let default =
                self.default_of(field).map_or(String::new(), |it| format!(", by default {it}"));
            let frozen = if field.frozen { ", never changes" } else { "" };
            let implied = if field.origin == Origin::Declared { "" } else { ", implied" };
            said.say("field", format!("{}: {optional}{ty}{default}{frozen}{implied}", field.name));
        }
        said.say("always", system(self.entity).join(", "));
        said
    }

    fn told_parties(self, said: &mut Said) {
        for party in &self.entity.parties {
            let context = &self.model[party.context].name;
            said.say(
                "party",
                format!("{} in {context}: {}", party.name, self.named_by(party.column)),
            );
        }
    }

    fn named_by(self, column: Option<crate::model::FieldId>) -> String {
        match column {
            Some(field) => format!("the person whom `{}` names", self.entity.fields[field.0].name),
            None => "the person whose row it is".to_owned(),
        }
    }

    pub fn parties(self) -> Said {
        let mut said = Said::new("section");
        self.told_parties(&mut said);
        if said.lines.is_empty() {
            said.say("party", "none: nobody is something because a row names him");
        }
        said
    }

    pub fn party(self, name: &str) -> Option<Said> {
        let at = self.entity.parties.iter().position(|party| party.name == name)?;
        let party = &self.entity.parties[at];
        let mut said = Said::new("party");
        said.say("who", self.named_by(party.column));
        said.say("in", &self.model[party.context].name);
        said.say("reaches", "the rows that name him, and no others as that");
        said.say("may", self.all_that(Who::Party(PartyId(at))));
        starred(&mut said);
        Some(said)
    }
}

/// What every row has.
pub fn system(entity: &Entity) -> Vec<&'static str> {
    let mut names = vec!["id", "version", "created_at", "updated_at"];
    if entity.states.is_some() {
        names.push("state");
    }
    names
}
