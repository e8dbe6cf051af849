//! References that a caller gives: to what he may read, else they are answered like ones to nothing.

use super::cx::Slot;
use super::doors::DoorCx;
use super::names::ident;
use super::pieces::{Step, refuse};
use super::who::{Gate, Place, Row, read_by_all, readers, there};
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
        if read_by_all(self.cx, target, &self.door.by, of(context)) {
            return there(self.cx, target, Gate::Everybody);
        }
        readers(self.cx, target, context, of(context).into_iter().chain(anyone))
    }

    /// Refuses a reference to a row that the caller may not read. None where its foreign key already
    /// says all: the row is there, and all who entered read what is there. A hook is asked before that is.
    pub fn readable(&self, field: FieldId, tenant: &str, given_if: Option<String>) -> Option<Step> {
        let it = &self.it().fields[field.0];
        let value = self.argument(field);
        let mut when: Vec<String> = given_if.into_iter().collect();
        if it.optional {
            when.push(format!("{value} IS NOT NULL"));
        }
        let asks = self.action().call().is_some();
        let within = super::keys::is_within_tenant(self.cx, self.entity, field);
        let tenant_of_row = within.then_some(tenant);
        when.push(match it.ty {
            Type::UserIn(context) => self.holds(context, &it.name, tenant, &value)?,
            Type::Ref(target) if !asks && self.may_refer(target).is_everybody() => return None,
            Type::Ref(target) => self.visible(target, &it.name, tenant_of_row, &value)?,
            _ => return None,
        });
        Some(refuse(when.join(" AND "), self.field_path(field), "BP404"))
    }

    /// Refuses what the caller names and may not read: no foreign key speaks of it.
    pub fn readable_inputs(&self) -> Vec<Step> {
        let mut out = Vec::new();
        for input in &self.action().input {
            let value = format!("_input_{}", input.name);
            let tenant = self.in_tenant().then_some("_tenant");
            let test = match input.ty {
                Type::Ref(target) => {
                    let own = self.cx.model[target].scope.tenant().map(|(tenant, _)| tenant);
                    let entered = self.cx.model[self.door.context].tenant();
                    let tenant = tenant.filter(|_| own.is_some() && own == entered);
                    self.visible(target, &input.name, tenant, &value)
                }
                Type::UserIn(context) => {
                    self.holds(context, &input.name, tenant.unwrap_or("NULL"), &value)
                }
                _ => None,
            };
            let Some(test) = test else { continue };
            let when = match input.optional {
                true => format!("{value} IS NOT NULL AND {test}"),
                false => test,
            };
            out.push(refuse(when, format!("{}.input.{}", self.path(), input.name), "BP404"));
        }
        out
    }

    /// Whether nobody of that id holds a grant.
    fn holds(&self, context: ContextId, name: &str, tenant: &str, value: &str) -> Option<String> {
        if !self.guard(&format!("granted.{name}")) {
            return None;
        }
        self.cx.asks_who_holds(context, self.door.context);
        let gate = ident(&format!("holds_{}", self.cx.model[context].name));
        let tenant = match self.cx.model[context].tenant() {
            Some(_) => format!("{tenant}, "),
            None => String::new(),
        };
        Some(format!("rt.{gate}({tenant}{value}) IS NOT TRUE"))
    }

    /// Whether the caller reads no row of that id.
    fn visible(
        &self,
        target: EntityId,
        name: &str,
        tenant: Option<&str>,
        value: &str,
    ) -> Option<String> {
        if !self.guard(&format!("readable.{name}")) {
            return None;
        }
        let row = Row::new(self.cx, target, "r.", Place::Door);
        let mut all = Vec::new();
        if let (Some(tenant), Some((_, column))) = (tenant, self.cx.model[target].scope.tenant()) {
            all.push(format!("{} = {tenant}", row.slot(Slot::Field(column))));
        }
        all.push(format!("{} = {value}", row.slot(Slot::Id)));
        all.extend(self.may_refer(target).whole(&row));
        self.note(target, &row);
        let table = self.cx.table(target);
        Some(format!("NOT EXISTS (\n  SELECT FROM {table} r\n  WHERE {}\n)", all.join(" AND ")))
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
