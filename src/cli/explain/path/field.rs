//! A field: what it holds, who sees it, what writes it, what speaks of it.

use super::At;
use super::mentions::mentions;
use super::said::Said;
use crate::expr::typed::{Column, Expr};
use crate::model::{
    Action, Default, Does, EntityKind, Field, FieldId, Model, Origin, Provision, Scope, Type,
};
use crate::permissions::What;
use crate::phrase::{phrase, type_words, value};

impl At<'_> {
    pub fn field(self, name: &str) -> Option<Said> {
        let Some(at) = self.entity.fields.iter().position(|field| field.name == name) else {
            return self.system(name);
        };
        let field = &self.entity.fields[at];
        let mut said = Said::new("field");
        said.say("summary", &field.summary);
        let word = if field.origin.is_kept() { "is" } else { "implied" };
        said.say(word, self.why_implied(at));
        said.stands_at = match field.origin {
            Origin::Total => Some(self.path(&format!("totals.{name}"))),
            Origin::Picked => Some(self.path(&format!("pick.{name}"))),
            _ => None,
        };
        said.say("type", bounded(self.model, &field.ty));
        said.say("there", if field.optional { "optional: a row may have none" } else { "always" });
        let default = self.default_of(field).or_else(|| self.filled(FieldId(at)));
        said.say("default", default.unwrap_or("none".to_owned()));
        said.say("in SQL", stored(self.entity, field));
        said.say("in JSON", json(field));
        self.readers(at, &mut said);
        self.writers(at, &mut said);
        self.mentioned(at, &mut said);
        Some(said)
    }

    /// What every row has without saying so.
    fn system(self, name: &str) -> Option<Said> {
        let what = match name {
            "id" => "a uuid, made by the service when the row is made; it never changes",
            "version" => {
                "a number that grows with every change; who changes a row names it (If-Match)"
            }
            "created_at" => "when the row was made",
            "updated_at" => "when the row was changed last",
            "state" if self.entity.states.is_some() => {
                "one of the states; only actions with `to` change it"
            }
            _ => return None,
        };
        let mut said = Said::new("field");
        said.say("holds", what);
        said.say("implied", "every row has it");
        let readers = self.may(&self.permissions(), What::Read);
        for reader in readers {
            said.say("read by", reader);
        }
        said.stands_at = Some(format!("entities.{}", self.entity.name));
        Some(said)
    }

    fn why_implied(self, at: usize) -> String {
        let field = &self.entity.fields[at];
        match field.origin {
            Origin::Declared => String::new(),
            Origin::Total => self.what_total(at),
            Origin::Number => self.what_number(),
            Origin::Picked => self.what_pick(FieldId(at)),
            Origin::Copied { through, field } => {
                let (through, ty) =
                    (&self.entity.fields[through.0].name, &self.entity.fields[through.0].ty);
                let Type::Ref(parent) = ty else {
                    return format!("as in the row that `{through}` names");
                };
                let parent = &self.model[*parent];
                format!(
                    "as in the {} that `{through}` names: its `{}`",
                    parent.name, parent.fields[field.0].name
                )
            }
            Origin::Implied => match (self.entity.scope.tenant(), self.entity.kind) {
                (Some((_, FieldId(column))), _) if column == at => {
                    "by the scope: whose row it is".to_owned()
                }
                _ if self.entity.erased_at() == Some(FieldId(at)) => {
                    "by `delete: anonymise`: since when the person is erased".to_owned()
                }
                _ if self.entity.deleted_at() == Some(FieldId(at)) => {
                    "by `delete: soft`: since when the row is deleted".to_owned()
                }
                (_, EntityKind::Grants(_)) => "every grant has it".to_owned(),
                _ => "by identity".to_owned(),
            },
        }
    }

    /// `draft`, `actor: the person who makes the row`.
    pub fn default_of(self, field: &Field) -> Option<String> {
        Some(match field.default.as_ref()? {
            Default::Actor => "actor, the person who acts".to_owned(),
            Default::Now => "now".to_owned(),
            Default::Value(of) => value(of, &field.ty),
        })
    }

    /// What fills it where nobody gives it.
    pub fn filled(self, at: FieldId) -> Option<String> {
        let field = &self.entity.fields[at.0];
        if let Provision::FirstToken(fields) = &self.model.identity.provision
            && self.entity.kind == EntityKind::User
            && let Some((_, claim)) = fields.iter().find(|(field, _)| *field == at)
        {
            return Some(format!("the token's claim `{claim}`, when the person's row is made"));
        }
        if field.origin == Origin::Total {
            return Some("nobody gives it; it changes with the rows that it is of".to_owned());
        }
        if field.origin == Origin::Number {
            return Some("nobody gives it: the next of its series".to_owned());
        }
        if field.origin == Origin::Picked {
            return Some("nobody gives it: the database finds it".to_owned());
        }
        if let Origin::Copied { .. } = field.origin {
            return Some(self.why_implied(at.0));
        }
        match self.entity.scope {
            Scope::Tenant { column, tenant } if column == at => Some(format!(
                "the {} in which one acts; elsewhere that of the rows that are named",
                self.model[tenant].name
            )),
            Scope::Through { column, through, .. } if column == at => {
                let through = &self.entity.fields[through.0].name;
                Some(format!("as in the row that `{through}` names"))
            }
            _ => None,
        }
    }

    fn readers(self, at: usize, said: &mut Said) {
        let readers = self.may(&self.permissions(), What::See(FieldId(at)));
        if readers.is_empty() {
            said.say("read by", "nobody");
        }
        for reader in readers {
            said.say("read by", reader);
        }
    }

    fn writers(self, at: usize, said: &mut Said) {
        let field = &self.entity.fields[at];
        let writers =
            self.entity.actions.iter().filter(|action| action.accept.contains(&FieldId(at)));
        let mut changing: Vec<&str> = Vec::new();
        for action in writers {
            if action.kind.on_existing_row() {
                changing.push(&action.name);
            }
            said.say("accepted by", format!("{}, by {}", action.name, self.people(&action.by)));
        }
        for action in self.entity.actions.iter().filter(|action| sets(action, FieldId(at))) {
            if action.kind.on_existing_row() && !changing.contains(&action.name.as_str()) {
                changing.push(&action.name);
            }
            said.say("set by", format!("{}, by {}", action.name, self.people(&action.by)));
        }
        let changes = match (field.frozen, changing.is_empty()) {
            _ if self.entity.append_only => "never: no row of it changes".to_owned(),
            (true, _) => "never: `frozen`, it is written when the row is made".to_owned(),
            (false, false) => format!("by {}", changing.join(", ")),
            (false, true) if field.origin == Origin::Declared => "by no action".to_owned(),
            (false, true) => return,
        };
        said.say("changes", changes);
        if field.personal {
            said.say("personal", "masked in the audit");
        }
    }

    /// Everything that speaks of it.
    fn mentioned(self, at: usize, said: &mut Said) {
        let own = |expr: &Expr| mentions(expr, Column::Field(at));
        let entity = self.entity;
        for rule in entity.rules.iter().filter(|rule| own(&rule.holds)) {
            said.say("rule", format!("{}: {}", rule.name, phrase(&rule.holds, entity, None)));
        }
        for unique in &entity.uniques {
            if unique.fields.contains(&FieldId(at)) || unique.filter.as_ref().is_some_and(own) {
                said.say("unique", format!("part of {}", unique.name));
            }
        }
        for one in &entity.exclusions {
            let operand = one.overlapping.0 == at || one.same.contains(&FieldId(at));
            if operand || one.filter.as_ref().is_some_and(own) {
                said.say("exclude", format!("part of {}", one.name));
            }
        }
        for action in &entity.actions {
            for require in action.require.iter().filter(|require| own(&require.holds)) {
                let holds = phrase(&require.holds, entity, Some(action));
                said.say("required", format!("{}.{}: {holds}", action.name, require.name()));
            }
        }
        for grant in &entity.reads {
            if let Some(when) = grant.when.as_ref().filter(|when| own(when)) {
                let when = phrase(when, entity, None);
                said.say("decides", format!("what {} sees: when {when}", self.who(grant.who)));
            }
        }
        for party in entity.parties.iter().filter(|party| party.column == Some(FieldId(at))) {
            said.say("makes", format!("whom it names `{}`, a party of the row", party.name));
        }
    }

    pub fn value(self, name: &str, value: &str) -> Option<Said> {
        let at = self.entity.fields.iter().position(|field| field.name == name)?;
        let Type::OneOf(values) = &self.entity.fields[at].ty else { return None };
        let own = values.iter().find(|own| *own == value)?;
        let mut said = Said::new("value");
        said.stands_at = Some(self.path(&format!("fields.{name}")));
        said.say("of", format!("{name}: {}", type_words(self.model, &self.entity.fields[at].ty)));
        let named = |expr: &Expr| super::mentions::names(expr, Column::Field(at), own);
        for rule in self.entity.rules.iter().filter(|rule| named(&rule.holds)) {
            said.say("rule", format!("{}: {}", rule.name, phrase(&rule.holds, self.entity, None)));
        }
        Some(said)
    }
}

/// The type and what it bounds.
pub fn bounded(model: &Model, ty: &Type) -> String {
    let bounds = match ty {
        Type::Bool => "true or false".to_owned(),
        Type::Int { min, max } => match (*min, *max) {
            (i64::MIN, i64::MAX) => "a whole number of 64 bits".to_owned(),
            (min, i64::MAX) => format!("a whole number, {min} or more"),
            (i64::MIN, max) => format!("a whole number, {max} or less"),
            (min, max) => format!("a whole number from {min} to {max}"),
        },
        Type::Decimal { scale } => format!("{scale} digits after the point, 28 in all"),
        Type::Money(currency) => {
            format!("an amount of {}, kept in its smallest unit", currency.code)
        }
        Type::Bps => "basis points, 0 to 10,000".to_owned(),
        Type::Text { min, max } => format!("{min} to {max} characters"),
        Type::Email => "an address, at most 254 characters".to_owned(),
        Type::Phone => "a number in E.164, such as +442071234567".to_owned(),
        Type::Url => "an absolute http or https address, at most 2048 characters".to_owned(),
        Type::Slug => "a-z, 0-9 and single hyphens, at most 100".to_owned(),
        Type::Date => "a day".to_owned(),
        Type::Timestamp => "an instant".to_owned(),
        Type::Duration => "whole seconds, not negative".to_owned(),
        Type::RangeOfTimestamp | Type::RangeOfDate => {
            "from one to another, the end excluded, never empty".to_owned()
        }
        Type::OneOf(_) => "one of these names".to_owned(),
        Type::Ref(to) => match model[*to].scope.tenant() {
            Some((tenant, _)) => {
                format!("a row of {} of the same {}", model[*to].name, model[tenant].name)
            }
            None => format!("a row of {}", model[*to].name),
        },
        Type::UserIn(context) => {
            format!(
                "a person who has a grant in the row's `{}` that is not revoked",
                model[*context].name
            )
        }
    };
    format!("{}: {bounds}", type_words(model, ty))
}

fn stored(entity: &crate::model::Entity, field: &Field) -> String {
    let stored = crate::schema::stored(entity, field);
    let null = if field.optional { "" } else { " NOT NULL" };
    let bounds = stored.bounds.map_or(String::new(), |bounds| format!(", CHECK ({bounds})"));
    format!("{}.{} {}{null}{bounds}", stored.table, stored.column, stored.ty)
}

/// `"due": "2026-03-01"`.
pub fn json(field: &Field) -> String {
    let member = crate::plan::json_member(&field.name, &field.ty);
    let value = match &field.ty {
        Type::Text { .. } => "\"…\"".to_owned(),
        ty => crate::plan::json_example(ty, &field.name).to_string(),
    };
    format!("\"{member}\": {value}")
}

/// Whether a step of its writes the field of its own row.
fn sets(action: &Action, field: FieldId) -> bool {
    action.steps.iter().any(|step| match &step.does {
        Does::Set(given) => given.iter().any(|(of, _)| *of == field),
        _ => false,
    })
}
