//! Fields that stay from a state on, as the tests' engine knows them.

use super::spec;
use crate::model::{Entity, FieldId, Model, Settled, Type};

pub fn settled(model: &Model, entity: &Entity, one: &Settled) -> spec::Settled {
    let name = |id: FieldId| entity.fields[id.0].name.clone();
    let whose = match one.of.map(|of| &entity.fields[of.0].ty) {
        Some(Type::Ref(target)) => &model[*target],
        _ => entity,
    };
    let states = whose.states.as_ref().map_or(&[][..], |states| &states.list);
    spec::Settled {
        fields: one.fields.iter().copied().map(name).collect(),
        from: one.from.iter().map(|state| states[state.0].name.clone()).collect(),
        of: one.of.map(name),
    }
}
