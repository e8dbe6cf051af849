//! Whose personal data rows hold, and what stands in its place once the person is erased.

use super::{Entity, EntityId, FieldId, Model, Origin, Type};

/// Rows of an entity that hold personal data of one person each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    pub entity: EntityId,
    /// The column that names the person; none: the row is the person.
    pub of: Option<FieldId>,
    /// Those that are overwritten.
    pub fields: Vec<FieldId>,
}

/// What stands where something personal stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replacement {
    Absent,
    Fixed(String),
    /// Of the row's id, written without hyphens, so that no two rows share it.
    OfId {
        before: &'static str,
        after: &'static str,
        /// At least so many characters.
        width: u32,
    },
}

/// Characters of an id without its hyphens.
const ID: u32 = 32;

const ERASED: &str = "erased";

impl Entity {
    /// Its fields that say something of a person.
    pub fn personal(&self) -> Vec<FieldId> {
        let fields = (0..self.fields.len()).map(FieldId);
        fields.filter(|id| self.fields[id.0].personal).collect()
    }

    /// Columns of parties in a person's own context: whose row it may be.
    pub fn whose(&self) -> Vec<FieldId> {
        let own = self.parties.iter().filter(|party| party.context == Model::SELF);
        let mut columns: Vec<FieldId> = own.filter_map(|party| party.column).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Whether a column names one person, for ever.
    pub fn names_for_ever(&self, column: FieldId) -> bool {
        let field = &self.fields[column.0];
        let copied = matches!(field.origin, Origin::Copied { .. });
        !field.optional && (copied || field.frozen && !field.is_frozen_later())
    }

    /// Whether no two rows may hold the same there.
    fn is_apart(&self, field: FieldId) -> bool {
        self.uniques.iter().any(|unique| unique.fields.contains(&field))
            || self.exclusions.iter().any(|one| one.same.contains(&field))
    }

    /// What stands in the field's place; none where nothing can.
    pub fn replacement(&self, id: FieldId) -> Option<Replacement> {
        let field = &self.fields[id.0];
        if field.optional {
            return Some(Replacement::Absent);
        }
        let apart = self.is_apart(id);
        let of_id = |before, after| Some(Replacement::OfId { before, after, width: 0 });
        match &field.ty {
            Type::Text { min, max } if apart => {
                let width = *min;
                (*max >= ID).then_some(Replacement::OfId { before: "", after: "", width })
            }
            Type::Text { min, max } => {
                let (min, max) = (*min as usize, *max as usize);
                let text: String = ERASED.chars().take(max).collect();
                Some(Replacement::Fixed(format!("{text:.<min$}")))
            }
            Type::Slug => of_id("erased-", ""),
            Type::Email => of_id("", "@erased.invalid"),
            Type::Url => of_id("https://erased.invalid/", ""),
            Type::Phone if !apart => Some(Replacement::Fixed("+10000000".to_owned())),
            _ => None,
        }
    }
}

impl Model {
    /// The field that says since when a person is erased, where persons are.
    pub fn erased_at(&self) -> Option<FieldId> {
        self[self.identity.user].erased_at()
    }

    /// What is overwritten when a person is erased: his own row first.
    pub fn erasures(&self) -> Vec<Erasure> {
        let user = self.identity.user;
        if self.erased_at().is_none() {
            return Vec::new();
        }
        let others = self.entity_ids().filter(|id| *id != user);
        std::iter::once(user).chain(others).filter_map(|id| self.erasure(id)).collect()
    }

    /// The same of one entity; none where it holds nothing personal.
    pub fn erasure(&self, entity: EntityId) -> Option<Erasure> {
        self.erased_at()?;
        let it = &self[entity];
        let fields = it.personal();
        if entity == self.identity.user {
            return Some(Erasure { entity, of: None, fields });
        }
        let of = it.whose().first().copied().filter(|_| !fields.is_empty())?;
        Some(Erasure { entity, of: Some(of), fields })
    }
}
