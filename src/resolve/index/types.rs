//! The names in types.

use crate::source::Spanned;
use crate::syntax::{Document, FieldType, Input, Name, Output};

/// Each reference in a type of a field or an input: the entity, and the context of whoever is meant.
pub fn each_type(document: &Document, mut each: impl FnMut(&Name, Option<&Name>)) {
    for (_, entity) in document.entities.iter() {
        let fields = entity.fields.iter().map(|(_, field)| &field.ty);
        let actions = entity.actions.iter();
        let inputs =
            actions.flat_map(|(_, action)| action.input.iter().map(|(_, input)| &input.ty));
        for ty in fields.chain(inputs).flatten() {
            of(ty, &mut each);
        }
    }
    for (_, hook) in document.hooks.iter() {
        let several: Vec<&Input> = match &hook.output {
            Output::Lost => Vec::new(),
            Output::One(one) => vec![one],
            Output::Several(several) => several.iter().map(|(_, one)| one).collect(),
        };
        let input = hook.input.iter().map(|(_, input)| input);
        for ty in input.chain(several).filter_map(|one| one.ty.as_ref()) {
            of(ty, &mut each);
        }
    }
    for (_, command) in document.commands.iter() {
        for ty in command.input.iter().filter_map(|(_, input)| input.ty.as_ref()) {
            of(ty, &mut each);
        }
    }
}

fn of(ty: &Spanned<FieldType>, each: &mut impl FnMut(&Name, Option<&Name>)) {
    if let FieldType::Ref { entity, within } = &ty.value {
        each(entity, within.as_ref());
    }
}

/// The values of an enumeration.
pub fn values(ty: Option<&Spanned<FieldType>>) -> &[Name] {
    match ty.map(|ty| &ty.value) {
        Some(FieldType::OneOf(values)) => values,
        _ => &[],
    }
}
