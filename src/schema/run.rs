//! An action of another row, which a step runs: checked behind its locks as if somebody had called it, but for who.

use super::cx::Slot;
use super::doors::DoorCx;
use super::names::{literal, literals};
use super::pieces::{self, refuse};
use super::who::Row;
use crate::expr::typed::{Column, Expr, Far, Literal, Node, Ty};
use crate::expr::{decide, sql};
use crate::model::{Action, Entity, EntityId, FieldId};

/// An action of another row.
pub struct Run<'a> {
    pub it: &'a DoorCx<'a>,
    pub row: &'a Row<'a>,
    pub entity: EntityId,
    pub action: usize,
    pub of: &'a Expr,
    pub accept: &'a [(FieldId, Expr)],
    pub input: &'a [Option<Expr>],
    /// Only then it is run.
    pub when: Option<&'a Expr>,
}

impl Run<'_> {
    fn target(&self) -> &Entity {
        &self.it.cx.model[self.entity]
    }

    fn action(&self) -> &Action {
        &self.target().actions[self.action]
    }

    fn path(&self) -> String {
        self.action().path(self.target())
    }

    /// What the action asks of its row, whoever runs it.
    pub fn checks(&self) -> Vec<pieces::Step> {
        let guard = |what: &str| {
            let running = self.it.path();
            self.it.cx.guard(format!("{running}.runs.{}.{what}@{}", self.path(), self.it.context()))
        };
        self.row.changes(self.of);
        let mut out = Vec::new();
        let states: Vec<&str> = match &self.target().states {
            Some(states) => states.list.iter().map(|state| state.name.as_str()).collect(),
            None => Vec::new(),
        };
        let from: Vec<&str> = self.action().from.iter().map(|state| states[state.0]).collect();
        if !from.is_empty()
            && from.len() < states.len()
            && !self.is_said(&self.in_one_of(&states, &from))
            && guard("from")
        {
            let state = self.row.of(self.of, Slot::State);
            let wrong = match from.as_slice() {
                [one] => format!("{state} IS DISTINCT FROM {}", literal(one)),
                several => {
                    format!("({state} IN ({})) IS NOT TRUE", literals(several.iter().copied()))
                }
            };
            out.push(refuse(wrong, format!("{}.from", self.path()), "BP409"));
        }
        for one in &self.action().require {
            let holds = self.moved(&one.holds);
            if !self.is_said(&holds) && guard(&one.part()) {
                let holds = sql::print(&holds, self.row);
                let path = format!("{}.{}", self.path(), one.part());
                out.push(refuse(format!("({holds}) IS NOT TRUE"), path, "BP409"));
            }
        }
        out
    }

    /// Whether `when` says it already: asking twice would be a guard that no test could miss.
    fn is_said(&self, condition: &Expr) -> bool {
        self.when.is_some_and(|when| decide::follows(condition, when))
    }

    /// That the row is in one of these states.
    fn in_one_of(&self, states: &[&str], from: &[&str]) -> Expr {
        let names = states.iter().map(|name| (*name).to_owned()).collect();
        let far = Far { column: Column::State, name: "state".to_owned() };
        let node = Node::Path(Box::new(self.of.clone()), far);
        let state = Expr { node, ty: Ty::Names(names), nullable: false };
        let list = from.iter().map(|name| Literal::Name((*name).to_owned())).collect();
        Expr { node: Node::OneOf(Box::new(state), list), ty: Ty::Bool, nullable: false }
    }

    /// What the action says of its row, said of the row that is named here.
    fn moved(&self, expr: &Expr) -> Expr {
        let node = match &expr.node {
            Node::Column(Column::Id) => return self.of.clone(),
            Node::Column(column) => {
                let name = match column {
                    Column::Field(at) => self.target().fields[*at].name.clone(),
                    Column::Id => "id".to_owned(),
                    Column::State => "state".to_owned(),
                    Column::Version => "version".to_owned(),
                    Column::CreatedAt => "created_at".to_owned(),
                    Column::UpdatedAt => "updated_at".to_owned(),
                };
                Node::Path(Box::new(self.of.clone()), Far { column: *column, name })
            }
            Node::Input(at) => match &self.input[*at] {
                Some(given) => return given.clone(),
                None => unreachable!("resolved: every input is given"),
            },
            _ => return expr.map(&|part| self.moved(part)),
        };
        Expr { node, ..expr.clone() }
    }

    pub fn write(&self) -> Vec<pieces::Step> {
        let (cx, context) = (self.it.cx, self.it.door.context);
        let mut set = Vec::new();
        let mut update = |slot: Slot, value: String| {
            cx.updates(self.entity, context, slot);
            set.push(format!("{} = {value}", cx.column(self.entity, slot)));
        };
        if let (Some(to), Some(states)) = (self.action().to, &self.target().states) {
            update(Slot::State, literal(&states.list[to.0].name));
        }
        for (field, value) in self.accept {
            update(Slot::Field(*field), sql::print(value, self.row));
        }
        if set.is_empty() {
            cx.updates(self.entity, context, Slot::UpdatedAt);
            set.push("updated_at = clock_timestamp()".to_owned());
        }
        cx.changes_others(self.entity, context);
        let mut named = Vec::new();
        if let Some((_, column)) = self.target().scope.tenant() {
            cx.selects(self.entity, context, Slot::Field(column));
            let own = self.row.of(self.of, Slot::Field(column));
            named.push(format!("x.{} = {own}", cx.column(self.entity, Slot::Field(column))));
        }
        cx.selects(self.entity, context, Slot::Id);
        named.push(format!("x.id = {}", self.row.of(self.of, Slot::Id)));
        vec![pieces::Step::Run(format!(
            "UPDATE {} x\nSET {}\nWHERE {};",
            cx.table(self.entity),
            set.join(",\n    "),
            named.join(" AND ")
        ))]
    }
}
