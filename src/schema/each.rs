//! An action of each row that a step finds: found by an index, locked in the order of ids, and asked again behind the
//! locks, so that a row which is no longer meant is left as it is.

use super::calls::Lock;
use super::change;
use super::cx::Slot;
use super::doors::DoorCx;
use super::names::{literal, literals};
use super::pieces::{self, refuse};
use super::who::{Place, Row};
use crate::expr::typed::{Column, Expr, Literal, Node, Ty};
use crate::expr::{decide, sql};
use crate::model::{self, Action, Entity, EntityId, MOST, Type};

/// Rows that a step finds, to be locked.
#[derive(Debug, Clone)]
pub struct EachRows {
    pub entity: EntityId,
    /// The action's step, counted from 0.
    pub step: usize,
    /// Over a row `x`.
    pub filter: String,
    /// The row of others that must be known first.
    pub far: Option<usize>,
}

impl EachRows {
    /// The variable that holds their ids.
    pub fn ids(&self) -> String {
        ids(self.step)
    }

    /// As the others of an order of locks.
    pub fn told(&self) -> Lock {
        let each = Some(self.step);
        Lock { entity: self.entity, of: None, changes: true, reads: Vec::new(), each }
    }

    /// Takes them down, locked.
    pub fn lock(&self, it: &DoorCx<'_>) -> pieces::Step {
        pieces::Step::Run(format!(
            "{} := ARRAY(\n  SELECT x.id\n  FROM {} x\n  WHERE {}\n  ORDER BY x.id\n  LIMIT {}\n  {}\n);",
            self.ids(),
            it.cx.table(self.entity),
            self.filter,
            MOST + 1,
            change::LOCK
        ))
    }
}

fn ids(step: usize) -> String {
    format!("each_{}", step + 1)
}

/// The action, and the step of the door that runs it.
pub struct Each<'a> {
    pub it: &'a DoorCx<'a>,
    pub row: &'a Row<'a>,
    pub step: usize,
    pub each: &'a model::Each,
}

impl Each<'_> {
    fn target(&self) -> &Entity {
        &self.it.cx.model[self.each.entity]
    }

    fn action(&self) -> &Action {
        &self.target().actions[self.each.action]
    }

    fn path(&self) -> String {
        self.action().path(self.target())
    }

    /// `commands.book.runs.entities.Booking.actions.expire`.
    fn here(&self) -> String {
        format!("{}.runs.{}", self.it.path(), self.path())
    }

    fn guard(&self, what: &str) -> bool {
        self.it.cx.guard(format!("{}.{what}@{}", self.here(), self.it.context()))
    }

    pub fn declared(&self) -> String {
        format!("{} uuid[]", ids(self.step))
    }

    /// Tells the door's row of the rows that are found.
    pub fn find(&self) {
        let (cx, context) = (self.it.cx, self.it.door.context);
        cx.locks(self.each.entity, context);
        cx.refers(self.each.entity, context);
        cx.changes_others(self.each.entity, context);
        let far = match self.each.named.node {
            Node::Input(_) if self.tenant_is_told() => Some(self.row.far_row(&self.each.named)),
            _ => None,
        };
        let filter = self.tenant().into_iter().chain(self.conditions(false));
        let filter = filter.collect::<Vec<_>>().join("\n    AND ");
        let rows = EachRows { entity: self.each.entity, step: self.step, filter, far };
        self.row.each_rows.borrow_mut().push(rows);
    }

    /// Whether the row that is named tells of which tenant they are.
    fn tenant_is_told(&self) -> bool {
        self.target().scope.tenant().is_some_and(|(tenant, column)| {
            let entered = self.it.cx.model[self.it.door.context].tenant() == Some(tenant);
            !entered && self.each.by != column && self.named() != Some(tenant)
        })
    }

    /// The entity to whose row the reference leads.
    fn named(&self) -> Option<EntityId> {
        match self.target().fields[self.each.by.0].ty {
            Type::Ref(target) => Some(target),
            _ => None,
        }
    }

    /// The tenant, where the filter does not say it.
    fn tenant(&self) -> Option<String> {
        let (tenant, column) = self.target().scope.tenant()?;
        let value = match () {
            () if self.it.cx.model[self.it.door.context].tenant() == Some(tenant) => {
                "_tenant".to_owned()
            }
            () if self.each.by == column => return None,
            () => {
                let id = Expr { node: Node::Column(Column::Id), ..self.each.named.clone() };
                let named = if self.each.named.node == Node::Own { &id } else { &self.each.named };
                match self.it.cx.model[self.named()?].scope.tenant() {
                    Some((_, theirs)) => self.row.of(named, Slot::Field(theirs)),
                    None => sql::print(named, self.row),
                }
            }
        };
        let column = self.it.cx.column(self.each.entity, Slot::Field(column));
        Some(format!("x.{column} = {value}"))
    }

    /// Over a row `x`, with what the step gives to the action as its inputs or the door's own.
    fn found(&self, inputs: Vec<String>) -> Row<'_> {
        let own = self.it.row_of_the_gate().unwrap_or("_id").to_owned();
        Row { inputs, own, ..Row::new(self.it.cx, self.each.entity, "x.", Place::Door) }
    }

    /// Which rows they are; `again` once the moment is taken.
    fn conditions(&self, again: bool) -> Vec<String> {
        let x = self.found(self.it.inputs());
        x.moment.set(again && self.row.moment.get());
        let filter = model::Each::conjuncts(&self.each.filter).into_iter();
        let filter = filter.map(|one| sql::conjunct(one, &x)).collect();
        if x.asked.get() {
            self.row.asked.set(true);
        }
        self.selects(&x);
        filter
    }

    fn selects(&self, x: &Row<'_>) {
        let (cx, context) = (self.it.cx, self.it.door.context);
        let tenant = self.target().scope.tenant().map(|(_, column)| Slot::Field(column));
        let used = x.used.borrow();
        for slot in used.iter().copied().chain([Slot::Id]).chain(tenant) {
            cx.selects(self.each.entity, context, slot);
        }
    }

    /// The rows that were locked and are still meant.
    fn still(&self) -> String {
        let locked = format!("x.id = ANY ({})", ids(self.step));
        let all = self.tenant().into_iter().chain([locked]).chain(self.conditions(true));
        all.collect::<Vec<_>>().join("\n  AND ")
    }

    /// That they are not too many, and what the action asks of its row, whoever runs it.
    pub fn checks(&self) -> Vec<pieces::Step> {
        let mut out = Vec::new();
        if self.guard("many") {
            let many = format!("cardinality({}) > {MOST}", ids(self.step));
            out.push(refuse(many, format!("{}.many", self.here()), "BP409"));
        }
        let x = self.found(self.inputs());
        x.moment.set(self.row.moment.get());
        let mut wrong: Vec<(String, String)> = Vec::new();
        wrong.extend(self.elsewhere(&x).map(|wrong| (wrong, "from".to_owned())));
        for one in &self.action().require {
            if !self.is_said(&one.holds) && self.guard(&one.part()) {
                let holds = sql::print(&one.holds, &x);
                wrong.push((format!("({holds}) IS NOT TRUE"), one.part()));
            }
        }
        if x.asked.get() {
            self.row.asked.set(true);
        }
        self.selects(&x);
        out.extend(wrong.into_iter().map(|(wrong, part)| {
            let some = format!(
                "EXISTS (\n  SELECT FROM {} x\n  WHERE {}\n    AND {wrong}\n)",
                self.it.cx.table(self.each.entity),
                self.still().replace('\n', "\n  ")
            );
            refuse(some, format!("{}.{part}", self.path()), "BP409")
        }));
        out
    }

    /// What the step gives to the inputs of the action.
    fn inputs(&self) -> Vec<String> {
        let all = self.each.input.iter();
        let all = all.map(|one| one.as_ref().map_or("NULL".to_owned(), |one| self.given(one)));
        all.collect()
    }

    fn given(&self, value: &Expr) -> String {
        format!("({})", sql::print(value, self.row))
    }

    /// That a row is in a state from which the action does not lead.
    fn elsewhere(&self, x: &Row<'_>) -> Option<String> {
        let states = self.target().states.as_ref()?;
        let name = |at: &model::StateId| states.list[at.0].name.clone();
        let from: Vec<String> = self.action().from.iter().map(name).collect();
        if from.is_empty() || from.len() == states.list.len() {
            return None;
        }
        let names = states.list.iter().map(|state| state.name.clone()).collect();
        let state =
            Expr { node: Node::Column(Column::State), ty: Ty::Names(names), nullable: false };
        let list = from.iter().map(|name| Literal::Name(name.clone())).collect();
        let node = Node::OneOf(Box::new(state), list);
        if self.is_said(&Expr { node, ty: Ty::Bool, nullable: false }) || !self.guard("from") {
            return None;
        }
        let state = x.slot(Slot::State);
        Some(match from.as_slice() {
            [one] => format!("{state} IS DISTINCT FROM {}", literal(one)),
            several => {
                format!(
                    "({state} IN ({})) IS NOT TRUE",
                    literals(several.iter().map(String::as_str))
                )
            }
        })
    }

    /// Whether `where` says it already: asking twice would be a guard that no test could miss.
    fn is_said(&self, condition: &Expr) -> bool {
        !is_given(condition) && decide::follows(condition, &self.each.filter)
    }

    pub fn write(&self) -> Vec<pieces::Step> {
        let (cx, context) = (self.it.cx, self.it.door.context);
        let mut set = Vec::new();
        let mut update = |slot: Slot, value: String| {
            cx.updates(self.each.entity, context, slot);
            set.push(format!("{} = {value}", cx.column(self.each.entity, slot)));
        };
        if let (Some(to), Some(states)) = (self.action().to, &self.target().states) {
            update(Slot::State, literal(&states.list[to.0].name));
        }
        for (field, value) in &self.each.accept {
            update(Slot::Field(*field), sql::print(value, self.row));
        }
        if set.is_empty() {
            cx.updates(self.each.entity, context, Slot::UpdatedAt);
            set.push("updated_at = clock_timestamp()".to_owned());
        }
        vec![pieces::Step::Run(format!(
            "UPDATE {} x\nSET {}\nWHERE {};",
            cx.table(self.each.entity),
            set.join(",\n    "),
            self.still()
        ))]
    }
}

/// Whether it speaks of what the action is given.
fn is_given(expr: &Expr) -> bool {
    matches!(expr.node, Node::Input(_)) || expr.parts().into_iter().any(is_given)
}
