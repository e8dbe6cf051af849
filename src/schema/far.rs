//! The rows of others that conditions speak of: read under a lock that keeps them as they are, in one
//! order everywhere, (rank of the entity, id), so that crossing actions wait for each other and none
//! for both.
//!
//! A row whose reference stands in a row that is locked later is named by a look without a lock, and
//! where the reference may change, it is compared afterwards.

use std::collections::BTreeSet;

use super::calls::Lock;
use super::change;
use super::cx::Slot;
use super::doors::DoorCx;
use super::each::EachRows;
use super::hooks::HookRows;
use super::layout::fill;
use super::pieces::{Step, refuse};
use super::totals;
use super::who::Row;
use crate::expr::typed::{Column, Expr, Node};
use crate::model::{Entity, EntityId, FieldId, MOST};

/// A row that a reference names.
#[derive(Debug, Clone)]
pub struct FarRow {
    pub entity: EntityId,
    /// The reference.
    pub of: Expr,
    /// The same as SQL.
    pub id: String,
    pub used: BTreeSet<Slot>,
    /// Whether the action changes it.
    pub changes: bool,
}

impl FarRow {
    /// The record that holds the n-th, counted from 0.
    pub fn record(at: usize) -> String {
        format!("far_{}", at + 1)
    }
}

/// What is locked before and after the door's own row.
#[derive(Default)]
pub struct Prologue {
    pub declare: Vec<String>,
    pub before: Vec<Step>,
    pub after: Vec<Step>,
}

/// A row to be locked: the door's own, or the n-th of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Locked {
    Own,
    Far(usize),
    /// The n-th of those which a hook is given.
    Hook(usize),
    /// The rows that a step finds, the n-th of such.
    Each(usize),
}

/// The locks of all rows that `row` has spoken of; `own` names the door's row where it is there.
pub fn prologue(it: &DoorCx<'_>, row: &Row<'_>, own: Option<&str>) -> Prologue {
    let mut far: Vec<FarRow> = row.far.borrow().clone();
    if own.is_none() {
        counted_on(it, &mut far);
    }
    let mut out = Prologue::default();
    let mut order: Vec<Locked> = (0..far.len()).map(Locked::Far).collect();
    if own.is_some() {
        order.insert(0, Locked::Own);
    }
    let given: Vec<HookRows> = row.hook_rows.borrow().clone();
    if !it.looks {
        // One row that is locked for another reason needs no second lock.
        let locked = |by: &Expr| far.iter().any(|far| far.of == *by);
        let open = (0..given.len()).filter(|at| !given[*at].by.as_ref().is_some_and(locked));
        let kept = |at: &usize| it.guard(&format!("locks.{}", given[*at].name));
        order.extend(open.filter(kept).map(Locked::Hook));
    }
    let each: Vec<EachRows> = row.each_rows.borrow().clone();
    order.extend((0..each.len()).map(Locked::Each));
    let rank = |of: &Locked| match of {
        Locked::Each(at) => each[*at].entity,
        Locked::Own => it.entity,
        Locked::Far(at) => far[*at].entity,
        Locked::Hook(at) if given[*at].own => given[*at].entity.max(it.entity),
        Locked::Hook(at) => given[*at].entity,
    };
    order.sort_by_key(rank);
    let mut locking = Locking {
        it,
        row,
        own,
        far: &far,
        given: &given,
        each: &each,
        known: Vec::new(),
        looked: Vec::new(),
    };
    out.declare.extend((0..far.len()).map(|at| format!("{} record", FarRow::record(at))));
    let mut steps = &mut out.before;
    for (place, one) in order.iter().enumerate() {
        let together: Vec<Locked> =
            order.iter().copied().filter(|other| rank(other) == rank(one)).collect();
        let first = !order[..place].iter().any(|other| rank(other) == rank(one));
        if first && together.len() > 1 && !it.looks {
            locking.several(&together, steps);
        }
        match one {
            Locked::Own => steps = &mut out.after,
            Locked::Far(at) => locking.lock(*at, steps),
            Locked::Hook(at) => locking.lock_given(*at, steps),
            Locked::Each(at) => locking.lock_each(*at, steps),
        }
        locking.known.push(*one);
    }
    let locks = order.iter().map(|one| match one {
        Locked::Each(at) => each[*at].told(),
        one => locked(it, &far, &given, *one),
    });
    it.locks.replace(locks.collect());
    out.after.extend(locking.looked_at_again());
    out
}

fn locked(it: &DoorCx<'_>, far: &[FarRow], given: &[HookRows], one: Locked) -> Lock {
    match one {
        Locked::Own | Locked::Each(_) => {
            Lock { entity: it.entity, of: None, changes: true, reads: Vec::new(), each: None }
        }
        Locked::Far(at) => {
            let FarRow { entity, of, changes, used, .. } = &far[at];
            let reads = used.iter().filter(|slot| **slot != Slot::Id);
            let reads = reads.map(|slot| it.cx.bare_column(*entity, *slot)).collect();
            Lock { entity: *entity, of: Some(of.clone()), changes: *changes, reads, each: None }
        }
        Locked::Hook(at) => {
            let HookRows { entity, by, .. } = &given[at];
            Lock { entity: *entity, of: by.clone(), changes: false, reads: Vec::new(), each: None }
        }
    }
}

/// A new row changes what it is counted on: two that had only shared that row would each wait for the other.
fn counted_on(it: &DoorCx<'_>, far: &mut [FarRow]) {
    let by = totals::counting(it.cx.model, it.entity);
    for one in far {
        let Node::Column(Column::Field(field)) = one.of.node else { continue };
        one.changes |= by.contains(&FieldId(field));
    }
}

struct Locking<'a> {
    it: &'a DoorCx<'a>,
    row: &'a Row<'a>,
    own: Option<&'a str>,
    far: &'a [FarRow],
    given: &'a [HookRows],
    each: &'a [EachRows],
    /// Locked, or looked at.
    known: Vec<Locked>,
    /// Looked at without a lock, so that others could be named.
    looked: Vec<Locked>,
}

impl Locking<'_> {
    /// In what the reference stands; none: the caller gives it.
    fn holder(&self, at: usize) -> Option<Locked> {
        match &self.far[at].of.node {
            Node::Column(_) => self.own.map(|_| Locked::Own),
            Node::Path(of, _) => self.far.iter().position(|far| far.of == **of).map(Locked::Far),
            _ => None,
        }
    }

    /// Looks at what names the n-th, where that is not known.
    fn name(&mut self, at: usize, steps: &mut Vec<Step>) {
        let Some(holder) = self.holder(at).filter(|one| !self.known.contains(one)) else { return };
        let read = match holder {
            Locked::Own => {
                let wanted = self.references_of_own();
                let columns: Vec<String> =
                    wanted.iter().map(|field| format!("x.{}", self.it.column(*field))).collect();
                let named = self.own.unwrap_or_default();
                let table = self.it.cx.table(self.it.entity);
                format!(
                    "{}\nFROM {table} x WHERE {named};",
                    fill("SELECT ", "       ", &columns, " INTO t")
                )
            }
            Locked::Far(holder) => {
                self.name(holder, steps);
                self.read(holder, "")
            }
            Locked::Hook(_) | Locked::Each(_) => unreachable!("no reference stands in one"),
        };
        steps.push(Step::Run(read));
        self.known.push(holder);
        self.looked.push(holder);
    }

    /// Fields of the door's own row that name others.
    fn references_of_own(&self) -> Vec<FieldId> {
        let mut all: Vec<FieldId> = Vec::new();
        for far in self.far {
            if let Node::Column(Column::Field(field)) = far.of.node
                && !all.contains(&FieldId(field))
            {
                all.push(FieldId(field));
            }
        }
        all
    }

    /// Several rows of one entity, by their ids.
    fn several(&mut self, together: &[Locked], steps: &mut Vec<Step>) {
        // What a hook is given is locked together with the others by its own statement.
        let together: Vec<Locked> =
            together.iter().copied().filter(|one| !matches!(one, Locked::Hook(_))).collect();
        if together.len() < 2 {
            return;
        }
        let (mut ids, mut found) = (Vec::new(), Vec::new());
        for one in &together {
            match one {
                Locked::Own => ids.push(self.it.row_of_the_gate().unwrap_or("_id").to_owned()),
                Locked::Far(at) => {
                    self.name(*at, steps);
                    ids.push(self.far[*at].id.clone());
                }
                Locked::Each(at) => {
                    self.look_at(self.each[*at].far, steps);
                    found.push(format!("({})", self.each[*at].filter));
                }
                Locked::Hook(_) => {}
            }
        }
        let (entity, mode) = match together[0] {
            Locked::Each(at) => (self.each[at].entity, change::LOCK),
            Locked::Own => (self.it.entity, change::LOCK),
            Locked::Far(at) => (self.far[at].entity, "FOR SHARE"),
            Locked::Hook(_) => unreachable!("left out above"),
        };
        let changes = |one: &Locked| match one {
            Locked::Far(at) => self.far[*at].changes,
            one => matches!(one, Locked::Each(_)),
        };
        let mode = if together.iter().any(changes) { change::LOCK } else { mode };
        let mut all = self.within(entity);
        all.push(match (ids.as_slice(), found.as_slice()) {
            (_, []) => format!("x.id IN ({})", ids.join(", ")),
            ([], found) => format!("({})", found.join(" OR ")),
            (ids, found) => format!("(x.id IN ({}) OR {})", ids.join(", "), found.join(" OR ")),
        });
        // Of those that are found too many are refused, so that no more need be locked.
        let most = match found.len() {
            0 => String::new(),
            some => format!("LIMIT {} ", ids.len() + some * (MOST + 1)),
        };
        steps.push(Step::Run(format!(
            "PERFORM FROM {} x WHERE {}\nORDER BY x.id {most}{mode};",
            self.it.cx.table(entity),
            all.join(" AND ")
        )));
    }

    /// What a hook is given. Where that depends on rows that are locked later, they are looked at first: if they
    /// have changed by then, so has what the hook is given.
    fn lock_given(&mut self, at: usize, steps: &mut Vec<Step>) {
        let given = &self.given[at];
        given.far.iter().for_each(|far| self.look_at(Some(*far), steps));
        steps.push(Step::Run(format!(
            "PERFORM FROM {} x WHERE {}\nORDER BY x.id FOR SHARE;",
            self.it.cx.table(given.entity),
            given.filter
        )));
    }

    /// Reads a row of which something must be known before it is locked.
    fn look_at(&mut self, far: Option<usize>, steps: &mut Vec<Step>) {
        if let Some(far) = far.filter(|far| !self.known.contains(&Locked::Far(*far))) {
            self.name(far, steps);
            steps.push(Step::Run(self.read(far, "")));
        }
    }

    /// What a step finds. Of whose tenant it is never changes.
    fn lock_each(&mut self, at: usize, steps: &mut Vec<Step>) {
        let each = &self.each[at];
        self.look_at(each.far, steps);
        steps.push(each.lock(self.it));
    }

    fn lock(&mut self, at: usize, steps: &mut Vec<Step>) {
        self.name(at, steps);
        let entity = self.far[at].entity;
        let kept =
            !self.it.looks && self.it.guard(&format!("locks.{}", self.it.cx.model[entity].name));
        let mode = match (kept, self.far[at].changes) {
            (false, _) => String::new(),
            (true, false) => " FOR SHARE".to_owned(),
            (true, true) => format!(" {}", change::LOCK),
        };
        self.it.cx.locks(entity, self.it.door.context);
        steps.push(Step::Run(self.read(at, &mode)));
        steps.extend(self.missing(at));
    }

    /// Refuses a reference to nothing, where no look at what the caller reads has done so.
    fn missing(&self, at: usize) -> Option<Step> {
        let far = &self.far[at];
        let Node::Column(Column::Field(field)) = far.of.node else { return None };
        let seen = !self.it.may_refer(far.entity).is_everybody();
        if self.own.is_some() || seen || !self.it.action().accept.contains(&FieldId(field)) {
            return None;
        }
        let given =
            self.it.it().fields[field].optional.then(|| format!("{} IS NOT NULL AND ", far.id));
        let when = format!("{}NOT FOUND", given.unwrap_or_default());
        Some(refuse(when, self.it.field_path(FieldId(field)), "BP404"))
    }

    fn read(&self, at: usize, mode: &str) -> String {
        let far = &self.far[at];
        let (cx, context) = (self.it.cx, self.it.door.context);
        cx.refers(far.entity, context);
        cx.selects(far.entity, context, Slot::Id);
        let mut slots = far.used.clone();
        slots.insert(Slot::Id);
        let columns: Vec<String> = slots
            .iter()
            .map(|slot| {
                cx.selects(far.entity, context, *slot);
                format!("x.{}", cx.column(far.entity, *slot))
            })
            .collect();
        let mut all = self.within(far.entity);
        all.push(format!("x.id = {}", far.id));
        let into = format!(" INTO {}", FarRow::record(at));
        format!(
            "{}\nFROM {} x WHERE {}{mode};",
            fill("SELECT ", "       ", &columns, &into),
            cx.table(far.entity),
            all.join(" AND ")
        )
    }

    /// The tenant, where it is known and the entity has one: ids are unique within it.
    fn within(&self, entity: EntityId) -> Vec<String> {
        let cx = self.it.cx;
        let Some((tenant, column)) = cx.model[entity].scope.tenant() else { return Vec::new() };
        if cx.model[self.it.door.context].tenant() != Some(tenant) {
            return Vec::new();
        }
        cx.selects(entity, self.it.door.context, Slot::Field(column));
        vec![format!("x.{} = _tenant", cx.column(entity, Slot::Field(column)))]
    }

    /// Whoever was named by a look must still be, now that the reference is locked.
    fn looked_at_again(&self) -> Vec<Step> {
        let stale: Vec<String> = (0..self.far.len())
            .filter(|at| self.holder(*at).is_some_and(|holder| self.looked.contains(&holder)))
            .filter(|at| !self.never_changes(&self.far[*at].of))
            .map(|at| format!("{}.id IS DISTINCT FROM {}", FarRow::record(at), self.far[at].id))
            .collect();
        match stale.is_empty() {
            true => Vec::new(),
            false => vec![Step::Refuse {
                when: stale,
                path: format!("{}.moved", self.it.path()),
                code: "40001",
            }],
        }
    }

    /// Whether a reference stays as it is once its row is there.
    fn never_changes(&self, of: &Expr) -> bool {
        let frozen = |entity: &Entity, column: Column| match column {
            Column::Field(field) => {
                let it = &entity.fields[field];
                let tenant = entity.scope.tenant().is_some_and(|(_, own)| own.0 == field);
                it.frozen && !it.is_frozen_later() || tenant
            }
            _ => true,
        };
        match &of.node {
            Node::Column(column) => frozen(self.it.it(), *column),
            Node::Path(of, far) => {
                let at = self.row.far_row(of);
                frozen(&self.it.cx.model[self.far[at].entity], far.column)
            }
            _ => true,
        }
    }
}
