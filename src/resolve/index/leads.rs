//! What stands behind a dot: to what a name of a field, an input or a step leads.

use super::Index;
use crate::source::Spanned;
use crate::syntax::{FieldType, Name, Step};

/// What a name leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lead {
    /// A row of this entity.
    Row(String),
    /// What this hook gives.
    Answer(String),
    /// A stretch, which has a start and an end.
    Range,
}

impl Index {
    /// To what the name at a path leads; none where nothing stands behind a dot there.
    pub fn lead(&self, path: &str) -> Option<&Lead> {
        self.leads.get(path)
    }

    pub(super) fn leads_to(&mut self, path: &str, lead: Lead) {
        self.leads.insert(path.to_owned(), lead);
    }

    /// Where its type lets a name lead.
    pub(super) fn leads_by(&mut self, path: &str, ty: Option<&Spanned<FieldType>>) {
        match ty.map(|ty| &ty.value) {
            Some(FieldType::Ref { entity, .. }) => {
                self.leads_to(path, Lead::Row(entity.value.clone()));
            }
            Some(FieldType::RangeOfDate | FieldType::RangeOfTimestamp) => {
                self.leads_to(path, Lead::Range);
            }
            _ => {}
        }
    }

    /// To the row that a step makes, or to what a hook gives it.
    pub(super) fn leads_from(&mut self, path: &str, step: &Step) {
        let made = step.makes().map(|entity| Lead::Row(entity.value.clone()));
        let asked = |hook: &Name| Lead::Answer(hook.value.clone());
        if let Some(lead) = made.or_else(|| step.call.as_ref().map(asked)) {
            self.leads_to(path, lead);
        }
    }
}
