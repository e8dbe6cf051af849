//! What one lowering carries along: the model, the guards met, and what the doors turned out to need.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;

use super::names;
use crate::expr::typed;
use crate::model::{
    Context, ContextId, ContextKind, Entity, EntityId, EntityKind, Field, FieldId, Model, Origin,
    Scope,
};

pub struct Cx<'m> {
    pub model: &'m Model,
    without: Option<&'m str>,
    guards: RefCell<IndexSet<String>>,
    needs: RefCell<BTreeMap<(EntityId, ContextId), Needs>>,
    /// Sets of an entity's fields that its children copy.
    copied: BTreeMap<EntityId, Vec<Vec<FieldId>>>,
    held: RefCell<BTreeSet<(ContextId, ContextId)>>,
    holding: RefCell<BTreeSet<(EntityId, ContextId)>>,
}

/// What the doors of a context do with a table: which columns they touch, by their rank in it.
#[derive(Debug, Clone, Default)]
pub struct Needs {
    /// Some door looks whether the caller may read a row of it.
    pub refers: bool,
    /// Some door keeps rows of it from changing while it looks at them.
    pub locks: bool,
    /// Some door takes rows of it away.
    pub deletes: bool,
    /// Steps make rows of it that may be another's.
    pub makes_others: bool,
    /// Steps change rows of it that may be another's.
    pub changes_others: bool,
    pub select: BTreeSet<usize>,
    pub insert: BTreeSet<usize>,
    pub update: BTreeSet<usize>,
}

/// What a column of a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slot {
    Id,
    /// The token's subject, of the user's table alone.
    Subject,
    Field(FieldId),
    State,
    Version,
    CreatedAt,
    UpdatedAt,
}

impl<'m> Cx<'m> {
    pub fn new(model: &'m Model, without: Option<&'m str>) -> Self {
        Cx {
            model,
            without,
            guards: RefCell::default(),
            needs: RefCell::default(),
            copied: copied(model),
            held: RefCell::default(),
            holding: RefCell::default(),
        }
    }

    /// Notes a guard. False where it is the one to be left out.
    pub fn guard(&self, id: impl Into<String>) -> bool {
        let id = id.into();
        let kept = self.without != Some(id.as_str());
        self.guards.borrow_mut().insert(id);
        kept
    }

    pub fn into_guards(self) -> Vec<String> {
        self.guards.into_inner().into_iter().collect()
    }

    /// `<service>_<what>`, unquoted.
    pub fn role(&self, what: &str) -> String {
        format!("{}_{what}", self.model.service.name)
    }

    pub fn login(&self, context: ContextId) -> String {
        self.role(&self.model[context].name)
    }

    pub fn door(&self, context: ContextId) -> String {
        self.role(&format!("{}_door", self.model[context].name))
    }

    /// Contexts in which some action has a door.
    pub fn contexts_with_doors(&self) -> Vec<ContextId> {
        let open: BTreeSet<ContextId> = self
            .model
            .entities
            .iter()
            .flat_map(|entity| {
                entity.actions.iter().flat_map(|action| action.doors(self.model, entity))
            })
            .map(|door| door.context)
            .collect();
        open.into_iter().collect()
    }

    /// Contexts that a request enters through a gate.
    pub fn entered(&self) -> impl Iterator<Item = (ContextId, &'m Context)> + '_ {
        self.model
            .context_ids()
            .map(|id| (id, &self.model.contexts[id.0]))
            .filter(|(_, context)| context.kind != ContextKind::Anyone)
    }

    /// Columns of the entity's table, in their order.
    pub fn slots(&self, entity: EntityId) -> Vec<Slot> {
        let it = &self.model[entity];
        let mut slots = vec![Slot::Id];
        if it.kind == EntityKind::User {
            slots.push(Slot::Subject);
        }
        let tenant = it.scope.tenant().map(|(_, column)| column);
        slots.extend(tenant.map(Slot::Field));
        let others = (0..it.fields.len()).map(FieldId).filter(|id| Some(*id) != tenant);
        slots.extend(others.map(Slot::Field));
        if it.states.is_some() {
            slots.push(Slot::State);
        }
        slots.extend([Slot::Version, Slot::CreatedAt, Slot::UpdatedAt]);
        slots
    }

    /// Name of a column, quoted where it must be.
    pub fn column(&self, entity: EntityId, slot: Slot) -> String {
        names::ident(&self.bare_column(entity, slot))
    }

    pub fn bare_column(&self, entity: EntityId, slot: Slot) -> String {
        match slot {
            Slot::Id => "id".to_owned(),
            Slot::Subject => "subject".to_owned(),
            Slot::Field(field) => names::column(&self.model[entity].fields[field.0]),
            Slot::State => "state".to_owned(),
            Slot::Version => "version".to_owned(),
            Slot::CreatedAt => "created_at".to_owned(),
            Slot::UpdatedAt => "updated_at".to_owned(),
        }
    }

    /// `app.task`.
    pub fn table(&self, entity: EntityId) -> String {
        format!("app.{}", names::ident(&names::table(&self.model[entity].name)))
    }

    fn rank(&self, entity: EntityId, slot: Slot) -> usize {
        let slots = self.slots(entity);
        slots.iter().position(|one| *one == slot).expect("every slot stands in the table")
    }

    pub fn selects(&self, entity: EntityId, context: ContextId, slot: Slot) {
        let rank = self.rank(entity, slot);
        self.needs.borrow_mut().entry((entity, context)).or_default().select.insert(rank);
    }

    pub fn inserts(&self, entity: EntityId, context: ContextId, slot: Slot) {
        let rank = self.rank(entity, slot);
        self.needs.borrow_mut().entry((entity, context)).or_default().insert.insert(rank);
    }

    pub fn updates(&self, entity: EntityId, context: ContextId, slot: Slot) {
        let rank = self.rank(entity, slot);
        self.needs.borrow_mut().entry((entity, context)).or_default().update.insert(rank);
    }

    /// A door takes rows of the entity away.
    pub fn deletes(&self, entity: EntityId, context: ContextId) {
        self.needs.borrow_mut().entry((entity, context)).or_default().deletes = true;
    }

    /// A door looks whether the caller may read a row of the entity.
    pub fn refers(&self, entity: EntityId, context: ContextId) {
        self.needs.borrow_mut().entry((entity, context)).or_default().refers = true;
    }

    /// Sets of the entity's fields that its children copy.
    pub fn copied_from(&self, parent: EntityId) -> &[Vec<FieldId>] {
        self.copied.get(&parent).map_or(&[], Vec::as_slice)
    }

    /// A door keeps rows of the entity from changing while it looks at them.
    pub fn locks(&self, entity: EntityId, context: ContextId) {
        self.needs.borrow_mut().entry((entity, context)).or_default().locks = true;
    }

    /// A step makes rows of the entity that may be another's than who acts.
    pub fn makes_others(&self, entity: EntityId, context: ContextId) {
        self.needs.borrow_mut().entry((entity, context)).or_default().makes_others = true;
    }

    /// A step changes rows of the entity that may be another's than who acts.
    pub fn changes_others(&self, entity: EntityId, context: ContextId) {
        self.needs.borrow_mut().entry((entity, context)).or_default().changes_others = true;
    }

    pub fn needs(&self, entity: EntityId, context: ContextId) -> Option<Needs> {
        self.needs.borrow().get(&(entity, context)).cloned()
    }

    /// A door of `context` locks rows of the entity, on which it counts children.
    pub fn holds(&self, parent: EntityId, context: ContextId) {
        self.holding.borrow_mut().insert((parent, context));
    }

    /// Doors' roles that do, unquoted.
    pub fn holding(&self, parent: EntityId) -> Vec<String> {
        let all = self.holding.borrow();
        let own = all.iter().filter(|(of, _)| *of == parent);
        own.map(|(_, context)| self.door(*context)).collect()
    }

    /// A door of `asking` asks whether somebody holds an unrevoked grant in `context`.
    pub fn asks_who_holds(&self, context: ContextId, asking: ContextId) {
        self.held.borrow_mut().insert((context, asking));
    }

    /// Contexts whose doors ask it.
    pub fn asking_who_holds(&self, context: ContextId) -> Vec<ContextId> {
        let held = self.held.borrow();
        held.iter().filter(|(of, _)| *of == context).map(|(_, asking)| *asking).collect()
    }
}

/// The column by which a row belongs to the tenant of `context`; none where it does not.
pub fn anchor(model: &Model, entity: &Entity, context: ContextId) -> Option<Slot> {
    let tenant = model[context].tenant()?;
    match entity.scope {
        _ if entity.kind == EntityKind::Tenant(context) => Some(Slot::Id),
        Scope::Platform => None,
        Scope::Tenant { tenant: of, column } | Scope::Through { tenant: of, column, .. } => {
            (of == tenant).then_some(Slot::Field(column))
        }
    }
}

/// The field that `identity` adds under this name: `user`, `role`, `revoked_at` of grants.
pub fn implied(entity: &Entity, name: &str) -> FieldId {
    let found = entity.fields.iter().position(|field| field.name == name);
    FieldId(found.expect("grants have user, role and revoked_at"))
}

/// Parent's fields that are copied into the entity: through which field, from which, into which.
pub fn copies(entity: &Entity) -> Vec<(FieldId, FieldId, FieldId)> {
    (0..entity.fields.len())
        .filter_map(|index| match entity.fields[index].origin {
            Origin::Copied { through, field } => Some((through, field, FieldId(index))),
            _ => None,
        })
        .collect()
}

fn copied(model: &Model) -> BTreeMap<EntityId, Vec<Vec<FieldId>>> {
    let mut all: BTreeMap<EntityId, Vec<Vec<FieldId>>> = BTreeMap::new();
    for child in &model.entities {
        let mut through: BTreeMap<FieldId, Vec<FieldId>> = BTreeMap::new();
        for (by, from, _) in copies(child) {
            through.entry(by).or_default().push(from);
        }
        for (by, set) in through {
            let crate::model::Type::Ref(parent) = child.fields[by.0].ty else { continue };
            let sets = all.entry(parent).or_default();
            if !sets.contains(&set) {
                sets.push(set);
            }
        }
    }
    all
}

pub fn is_range(field: &Field) -> bool {
    range_of(&field.ty).is_some()
}

/// Constructor of a range type and the type of its ends.
pub fn range_of(ty: &crate::model::Type) -> Option<(&'static str, super::calls::SqlType)> {
    use super::calls::SqlType;
    match ty {
        crate::model::Type::RangeOfTimestamp => Some(("tstzrange", SqlType::Timestamptz)),
        crate::model::Type::RangeOfDate => Some(("daterange", SqlType::Date)),
        _ => None,
    }
}

impl From<typed::Column> for Slot {
    fn from(column: typed::Column) -> Slot {
        match column {
            typed::Column::Id => Slot::Id,
            typed::Column::State => Slot::State,
            typed::Column::Version => Slot::Version,
            typed::Column::CreatedAt => Slot::CreatedAt,
            typed::Column::UpdatedAt => Slot::UpdatedAt,
            typed::Column::Field(index) => Slot::Field(FieldId(index)),
        }
    }
}
