//! References that a caller gives: to what he may read, else they are answered like ones to nothing.

use super::cx::Slot;
use super::doors::DoorCx;
use super::names::ident;
use super::pieces::{Step, refuse};
use super::who::{Gate, Place, Row, read_by_all, readers};
use crate::model::{ContextId, EntityId, FieldId, Model, ReadGrant, Type};

impl DoorCx<'_> {
    /// For whom, of those who may run the action, rows of `target` are that may be referred to: what
    /// the context reads, and what anyone reads.
    pub fn may_refer(&self, target: EntityId) -> Gate {
        let context = self.door.context;
        let entity = &self.cx.model[target];
        let of = |context: ContextId| -> Vec<&ReadGrant> {
            entity
                .reads
                .iter()
                .filter(|grant| self.cx.model.context_of(entity, grant.who) == context)
                .collect()
        };
        let anyone = of(Model::ANYONE);
        if read_by_all(self.cx, &self.door.by, of(context)) {
            return Gate::Everybody;
        }
        readers(self.cx, target, context, of(context).into_iter().chain(anyone))
    }

    /// Refuses a reference to a row that the caller may not read. None where its foreign key already
    /// says all: the row is there, and all who entered read what is there.
    pub fn readable(&self, field: FieldId, tenant: &str, given_if: Option<String>) -> Option<Step> {
        let it = &self.it().fields[field.0];
        let value = self.argument(field);
        let path = self.field_path(field);
        let mut when: Vec<String> = given_if.into_iter().collect();
        if it.optional {
            when.push(format!("{value} IS NOT NULL"));
        }
        let test = match it.ty {
            Type::UserIn(context) => {
                if !self.guard(&format!("granted.{}", it.name)) {
                    return None;
                }
                self.cx.asks_who_holds(context, self.door.context);
                let gate = ident(&format!("holds_{}", self.cx.model[context].name));
                let tenant = match self.cx.model[context].tenant() {
                    Some(_) => format!("{tenant}, "),
                    None => String::new(),
                };
                format!("rt.{gate}({tenant}{value}) IS NOT TRUE")
            }
            Type::Ref(target) => {
                let found = self.visible(target, field, tenant)?;
                format!("NOT EXISTS (\n  SELECT FROM {found}\n)")
            }
            _ => return None,
        };
        when.push(test);
        Some(refuse(when.join(" AND "), path, "BP404"))
    }

    /// `app.listing r WHERE …`: the referred row, if the caller may read it. None where that says no
    /// more than the foreign key.
    fn visible(&self, target: EntityId, field: FieldId, tenant: &str) -> Option<String> {
        let row = Row::new(self.cx, target, "r.", Place::Door);
        let gate = self.may_refer(target);
        if gate.is_everybody() {
            return None;
        }
        let condition = gate.whole(&row)?;
        let name = &self.it().fields[field.0].name;
        if !self.guard(&format!("readable.{name}")) {
            return None;
        }
        let mut all = Vec::new();
        if super::keys::is_within_tenant(self.cx, self.entity, field)
            && let Some((_, column)) = self.cx.model[target].scope.tenant()
        {
            all.push(format!("{} = {tenant}", row.slot(Slot::Field(column))));
        }
        all.push(format!("{} = {}", row.slot(Slot::Id), self.argument(field)));
        all.push(condition);
        self.note(target, &row);
        Some(format!("{} r\n  WHERE {}", self.cx.table(target), all.join(" AND ")))
    }

    /// The door's role may read what the conditions on `row` name.
    pub fn note(&self, target: EntityId, row: &Row<'_>) {
        for slot in row.used.borrow().iter() {
            self.cx.selects(target, self.door.context, *slot);
        }
        if target != self.entity || row.prefix == "r." {
            self.cx.refers(target, self.door.context);
        }
    }
}
