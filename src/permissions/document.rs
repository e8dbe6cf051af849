//! The table for programs. Its shape is told in docs/explain.md and only ever added to.

use serde::Serialize;

use super::{Cell, Permissions, Row, Somebody, Verdict, What};
use crate::model::{Action, Entity, Model, Who};
use crate::phrase::phrase;

/// The shape's, in each document.
pub const VERSION: u32 = 1;

/// The whole table.
#[derive(Debug, Clone, Serialize)]
pub struct Document {
    /// 1.
    pub version: u32,
    pub entities: Vec<EntityDocument>,
}

#[derive(Debug, Clone, Serialize)]
pub struct EntityDocument {
    pub entity: String,
    pub people: Vec<PersonDocument>,
    pub rows: Vec<RowDocument>,
}

/// Somebody of whom the rows speak.
#[derive(Debug, Clone, Serialize)]
pub struct PersonDocument {
    pub who: String,
    /// `anyone`, `user`, `role` or `party`.
    pub kind: &'static str,
    pub context: String,
    /// What he is besides.
    pub is: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct RowDocument {
    /// `read`, `see` or `run`.
    pub may: &'static str,
    /// The field or the action; null for `read`.
    pub name: Option<String>,
    pub path: String,
    /// Who ever may: whoever of the people is not here may never as that alone.
    pub cells: Vec<CellDocument>,
    /// Who may only as somebody else besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub besides: Vec<BesidesDocument>,
}

/// A party to whom it is granted, and who sees no rows by himself.
#[derive(Debug, Clone, Serialize)]
pub struct BesidesDocument {
    pub who: String,
    pub context: String,
    /// Any of them is enough.
    pub roles: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct CellDocument {
    pub who: String,
    pub context: String,
    /// `always` or `when`.
    pub verdict: &'static str,
    /// Paths of the grants.
    pub by: Vec<String>,
    /// The condition, whole, in the blueprint's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Its parts, all of which must hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<RuleDocument>,
}

/// One part of a condition.
#[derive(Debug, Clone, Serialize)]
pub struct RuleDocument {
    /// Each of them is enough.
    pub any: Vec<OneRuleDocument>,
}

#[derive(Debug, Clone, Serialize)]
pub struct OneRuleDocument {
    pub path: String,
    pub holds: String,
}

impl Document {
    pub fn of(model: &Model, table: &[Permissions]) -> Self {
        let entities = table.iter().map(|part| EntityDocument::of(model, part)).collect();
        Document { version: VERSION, entities }
    }
}

impl EntityDocument {
    pub fn of(model: &Model, part: &Permissions) -> Self {
        let entity = &model[part.entity];
        EntityDocument {
            entity: entity.name.clone(),
            people: part.people.iter().map(|one| PersonDocument::of(model, entity, one)).collect(),
            rows: part.rows.iter().map(|row| RowDocument::of(model, part, row)).collect(),
        }
    }
}

impl PersonDocument {
    pub fn of(model: &Model, entity: &Entity, one: &Somebody) -> Self {
        let name = |who: &Who| model.name_of(entity, *who).to_owned();
        PersonDocument {
            who: name(&one.who),
            kind: match one.who {
                Who::Anyone => "anyone",
                Who::User => "user",
                Who::Role(_) => "role",
                Who::Party(_) => "party",
            },
            context: model[one.context].name.clone(),
            is: one.is.iter().map(name).collect(),
        }
    }
}

impl RowDocument {
    pub fn of(model: &Model, part: &Permissions, row: &Row) -> Self {
        let entity = &model[part.entity];
        let action = row.what.action(entity);
        let (may, name) = match row.what {
            What::Read => ("read", None),
            What::See(field) => ("see", Some(entity.fields[field.0].name.clone())),
            What::Run(_) => ("run", action.map(|action| action.name.clone())),
        };
        let cells = part.people.iter().zip(&row.cells);
        let besides = part.people.iter().enumerate().map(|(at, one)| BesidesDocument {
            who: model.name_of(entity, one.who).to_owned(),
            context: model[one.context].name.clone(),
            roles: part.besides(row, at).iter().map(|role| model[*role].name.clone()).collect(),
        });
        RowDocument {
            may,
            name,
            path: row.path.clone(),
            cells: cells
                .filter(|(_, cell)| cell.verdict.is_possible())
                .map(|(one, cell)| CellDocument::of(model, entity, action, one, cell))
                .collect(),
            besides: besides.filter(|one| !one.roles.is_empty()).collect(),
        }
    }
}

impl CellDocument {
    pub fn of(
        model: &Model,
        entity: &Entity,
        action: Option<&Action>,
        one: &Somebody,
        cell: &Cell,
    ) -> Self {
        let conditions = cell.verdict.conditions();
        let rule = |rule: &super::Rule| OneRuleDocument {
            path: rule.path.clone(),
            holds: phrase(&rule.holds, entity, action),
        };
        CellDocument {
            who: model.name_of(entity, one.who).to_owned(),
            context: model[one.context].name.clone(),
            verdict: match cell.verdict {
                Verdict::Never(_) => "never",
                Verdict::Always => "always",
                Verdict::When(_) => "when",
            },
            by: cell.by.clone(),
            when: cell.verdict.when(entity, action),
            rules: conditions
                .iter()
                .map(|one| RuleDocument { any: one.any.iter().map(rule).collect() })
                .collect(),
        }
    }
}
