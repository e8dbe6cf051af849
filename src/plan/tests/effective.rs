//! Rows that hold for a time and references to those that held, as the tests' engine knows them.

use super::expression::expr;
use super::spec;
use crate::model::{Effective, Entity, FieldId, Model, Pick};

pub fn effective(entity: &Entity, one: &Effective, tenant: Option<FieldId>) -> spec::Effective {
    let name = |id: &FieldId| entity.fields[id.0].name.clone();
    spec::Effective {
        by: tenant.iter().chain(&one.by).map(name).collect(),
        during: name(&one.during),
        future: one.future,
    }
}

pub fn pick(model: &Model, entity: &Entity, one: &Pick) -> spec::Pick {
    let (name, from) = (|id: FieldId| entity.fields[id.0].name.clone(), &model[one.from]);
    let given = |name: String, value| spec::Given { name, value: expr(entity, None, value) };
    let states = entity.states.as_ref().map_or(&[][..], |states| &states.list);
    spec::Pick {
        field: name(one.field),
        from: from.name.clone(),
        to: one.to.and_then(|to| states.get(to.0)).map(|state| state.name.clone()),
        by: one
            .by
            .iter()
            .map(|key| {
                let (field, value) = key.0.as_ref()?;
                Some(given(from.fields[field.0].name.clone(), value))
            })
            .collect(),
        clear: one.clear,
        takes: one.takes.iter().map(|copy| given(name(copy.field), &copy.value)).collect(),
    }
}
