//! The columns of a row as conditions name them, in a policy or in the body of a door.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use super::cx::{Cx, Slot};
use super::each::EachRows;
use super::far::FarRow;
use super::hooks::HookRows;
use super::names::literal;
use super::pieces::Step;
use super::seal;
use crate::expr::sql::{self, Names};
use crate::expr::typed::{Column, Expr, Ty};
use crate::model::{Action, EntityId};

/// Where a condition stands, and so how it says things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A policy of a login or a view: what the gate sealed, in sub-selects, so that it is verified once
    /// for a statement.
    Policy,
    /// The body of a door.
    Door,
}

/// The columns of a row as a condition names them.
pub struct Row<'a> {
    pub cx: &'a Cx<'a>,
    pub entity: EntityId,
    /// `t.`, or nothing.
    pub prefix: &'a str,
    pub place: Place,
    /// Columns that are something else here: the values of a row to be made.
    pub values: BTreeMap<Slot, String>,
    /// What the action's inputs are called here.
    pub inputs: Vec<String>,
    /// What it has named.
    pub used: RefCell<BTreeSet<Slot>>,
    /// Whether the moment is asked for once, behind the locks, and not at each mention.
    pub moment: Cell<bool>,
    /// Whether it was asked for.
    pub asked: Cell<bool>,
    /// The action whose steps make rows.
    pub made_by: Option<&'a Action>,
    /// What the rows hold that steps made.
    pub made: RefCell<BTreeMap<usize, BTreeMap<Slot, String>>>,
    /// The rows that references name, of which it has spoken; one comes after those that lead to it.
    pub far: RefCell<Vec<FarRow>>,
    /// The rows that a hook is given.
    pub hook_rows: RefCell<Vec<HookRows>>,
    /// The rows that steps find.
    pub each_rows: RefCell<Vec<EachRows>>,
    /// What the id of the action's own row is called, in a condition over rows of others.
    pub own: String,
}

impl<'a> Row<'a> {
    pub fn new(cx: &'a Cx<'a>, entity: EntityId, prefix: &'a str, place: Place) -> Self {
        Row {
            cx,
            entity,
            prefix,
            place,
            values: BTreeMap::new(),
            inputs: Vec::new(),
            used: RefCell::default(),
            moment: Cell::new(false),
            asked: Cell::new(false),
            made_by: None,
            made: RefCell::default(),
            far: RefCell::default(),
            hook_rows: RefCell::default(),
            each_rows: RefCell::default(),
            own: String::new(),
        }
    }

    /// Takes the moment, where it is asked for.
    pub fn moment(&self) -> Option<Step> {
        self.asked.get().then(|| Step::Run("moment := clock_timestamp();".to_owned()))
    }

    /// What holds the moment, where it is asked for.
    pub fn declared(&self) -> Option<String> {
        self.asked.get().then(|| "moment timestamptz".to_owned())
    }

    /// The place of the row that a reference names among those known, which it joins.
    pub fn far_row(&self, of: &Expr) -> usize {
        if let Some(at) = self.far.borrow().iter().position(|known| known.of == *of) {
            return at;
        }
        let Ty::Ref(entity) = &of.ty else { unreachable!("checked: a reference") };
        let entity = self.cx.model.entity_named(entity).expect("checked: an entity");
        // What leads to it is told first.
        let id = sql::print(of, self);
        let mut far = self.far.borrow_mut();
        let used = BTreeSet::new();
        far.push(FarRow { entity, of: of.clone(), id, used, changes: false });
        far.len() - 1
    }

    pub fn slot(&self, slot: Slot) -> String {
        if let Some(value) = self.values.get(&slot) {
            return value.clone();
        }
        self.used.borrow_mut().insert(slot);
        format!("{}{}", self.prefix, self.cx.column(self.entity, slot))
    }

    pub fn has(&self, role: &str) -> String {
        match self.place {
            Place::Policy => format!("(SELECT {})", seal::has(role)),
            Place::Door => format!("rt.has({})", literal(role)),
        }
    }
}

impl Names for Row<'_> {
    fn column(&self, column: Column) -> String {
        self.slot(column.into())
    }

    fn far(&self, of: &Expr, column: Column) -> String {
        self.of(of, column.into())
    }

    fn made(&self, step: usize) -> String {
        self.made_by.map_or(String::new(), |action| super::steps::made(action, step))
    }

    fn input(&self, index: usize) -> String {
        self.inputs[index].clone()
    }

    fn own(&self) -> String {
        self.own.clone()
    }

    fn actor(&self) -> String {
        match self.place {
            Place::Policy => format!("(SELECT {})", seal::ME),
            Place::Door => "rt.me()".to_owned(),
        }
    }

    fn now(&self) -> String {
        match self.place {
            Place::Policy => "now()".to_owned(),
            Place::Door if self.moment.get() => {
                self.asked.set(true);
                "moment".to_owned()
            }
            Place::Door => "clock_timestamp()".to_owned(),
        }
    }
}
