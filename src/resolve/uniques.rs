//! Unique keys.

use super::conditions::Names;
use super::draft::World;
use super::unknown::{unknown_in, words};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::scope::Place;
use crate::model::{EntityId, FieldId, Origin, Type, Unique};
use crate::syntax::{self, Name};

pub fn uniques(world: &World<'_>, id: EntityId, out: &mut Diagnostics) -> Vec<Unique> {
    let draft = &world.drafts[id.0];
    let Some(declared) = draft.declared else { return Vec::new() };
    let entity = &world.entities[id.0];
    let names = Names::of(world, id);
    let mut uniques = Vec::new();
    for (name, unique) in declared.unique.iter() {
        let mut fields = Vec::new();
        for field in &unique.fields {
            let at = entity.fields.iter().position(|other| other.name == field.value);
            match at {
                Some(at) if entity.scope.tenant().is_some_and(|(_, column)| column.0 == at) => {
                    let message = format!("`{field}` leads every unique key of a tenant's rows");
                    out.push(
                        Diagnostic::new(codes::TWICE_IN_LIST, field.span, message)
                            .next("remove it"),
                    );
                }
                Some(at) if is_range(&entity.fields[at].ty) => {
                    let message =
                        format!("`{field}` is a range, and those are kept apart, not unique");
                    out.push(
                        Diagnostic::new(codes::WRONG_KIND, field.span, message)
                            .next(instead(name, unique, field)),
                    );
                }
                Some(at) if entity.fields[at].origin == Origin::Total => {
                    let message = format!("`{field}` is a total, which changes with other rows");
                    out.push(
                        Diagnostic::new(codes::WRONG_KIND, field.span, message)
                            .reason("a key that nobody writes could only refuse what was not asked")
                            .next("hold it by a rule: `rules: { few: open_tasks <= 20 }`"),
                    );
                }
                Some(at) if entity.fields[at].origin == Origin::Number => {
                    let message = format!("no two rows of a series share `{field}` anyway");
                    out.push(
                        Diagnostic::new(codes::NO_NUMBER, field.span, message).next("remove it"),
                    );
                }
                Some(at) => fields.push(FieldId(at)),
                None => {
                    let known = entity.fields.iter().map(|field| field.name.as_str());
                    unknown_in(out, field, "field", &entity.name, known, world.lost(id));
                }
            }
        }
        let filter = unique.filter.as_ref();
        let filter = filter.and_then(|filter| names.check(Place::UniqueWhere, filter, &[], out));
        let lost = world.tenants_lost();
        if let (Some(global), None, false) = (&unique.global, entity.scope.tenant(), lost) {
            let message =
                format!("`{}` is no tenant's, so its keys are global as they are", entity.name);
            out.push(Diagnostic::new(codes::WRONG_SCOPE, global.span, message).next("remove it"));
        }
        uniques.push(Unique {
            name: name.value.clone(),
            fields,
            filter,
            global: unique.global.as_ref().map(words),
        });
    }
    uniques
}

/// The exclusion that was meant.
fn instead(name: &Name, unique: &syntax::Unique, range: &Name) -> String {
    let others = unique.fields.iter().filter(|field| field.value != range.value);
    let same: Vec<&str> = others.map(|field| field.as_str()).collect();
    let same = match same.is_empty() {
        true => String::new(),
        false => format!("same: [{}], ", same.join(", ")),
    };
    format!("write `exclude: {{ {name}: {{ {same}overlapping: {range} }} }}`")
}

/// A key of ranges would only refuse those that are equal.
pub fn is_range(ty: &Type) -> bool {
    matches!(ty, Type::RangeOfTimestamp | Type::RangeOfDate)
}
