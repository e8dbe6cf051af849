//! What is overwritten when a person is erased, as the tests' engine knows it.

use super::spec;
use crate::model::{EntityId, Model, Replacement};

pub fn erasure(model: &Model, id: EntityId) -> Option<spec::Erasure> {
    let entity = &model[id];
    let erasure = model.erasure(id)?;
    let fields = erasure.fields.iter().filter_map(|field| {
        let value = match entity.replacement(*field)? {
            Replacement::Absent => spec::Replacement::Absent,
            Replacement::Fixed(text) => spec::Replacement::Fixed { text },
            Replacement::OfId { before, after, width } => spec::Replacement::OfId {
                before: before.to_owned(),
                after: after.to_owned(),
                width: width as usize,
            },
        };
        Some((entity.fields[field.0].name.clone(), value))
    });
    Some(spec::Erasure {
        of: erasure.of.map(|of| entity.fields[of.0].name.clone()),
        fields: fields.collect(),
    })
}
