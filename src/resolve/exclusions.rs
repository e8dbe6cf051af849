//! Exclusions: every operand is there in each row that counts, so that no NULL lets one by.

use super::conditions::Names;
use super::draft::World;
use super::uniques::is_range;
use super::unknown::unknown_in;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::scope::Place;
use crate::expr::typed::{Column, Expr, Node, Op};
use crate::model::{Entity, EntityId, Exclusion, FieldId, Origin, Type};
use crate::syntax::Name;

pub fn exclusions(world: &World<'_>, id: EntityId, out: &mut Diagnostics) -> Vec<Exclusion> {
    let Some(declared) = world.drafts[id.0].declared else { return Vec::new() };
    let entity = &world.entities[id.0];
    let names = Names::of(world, id);
    let mut exclusions = Vec::new();
    for (name, written) in declared.exclude.iter() {
        let filter = written.filter.as_ref();
        let checked = filter.map(|filter| names.check(Place::ExcludeWhere, filter, &[], out));
        // Of a filter that was reported nobody knows what it would have said.
        let lost = matches!(checked, Some(None));
        let filter = checked.flatten();
        let there = |field: &Name, at: FieldId, out: &mut Diagnostics| {
            if entity.fields[at.0].optional && !lost && !proves(filter.as_ref(), at) {
                out.push(may_be_absent(field, filter.is_some()));
            }
        };
        let mut same = Vec::new();
        for field in &written.same {
            let Some(at) = find(world, id, field, out) else { continue };
            let ty = &entity.fields[at.0].ty;
            if entity.scope.tenant().is_some_and(|(_, column)| column == at) {
                let message = format!("`{field}` leads every exclusion of a tenant's rows");
                out.push(
                    Diagnostic::new(codes::TWICE_IN_LIST, field.span, message).next("remove it"),
                );
            } else if let Some(why) = not_the_same(entity.fields[at.0].origin, ty) {
                let message = format!("`{field}` is {why}, which is not shared here");
                out.push(
                    Diagnostic::new(codes::WRONG_KIND, field.span, message).next(
                        "share a reference, a text, a number, a date or one of several names",
                    ),
                );
            } else {
                there(field, at, out);
                same.push(at);
            }
        }
        let Some(at) = find(world, id, &written.overlapping, out) else { continue };
        if !is_range(&entity.fields[at.0].ty) {
            if world.type_lost(id, &written.overlapping.value) {
                continue;
            }
            out.push(no_range(entity, &written.overlapping));
            continue;
        }
        there(&written.overlapping, at, out);
        exclusions.push(Exclusion { name: name.value.clone(), same, overlapping: at, filter });
    }
    exclusions
}

fn find(world: &World<'_>, id: EntityId, field: &Name, out: &mut Diagnostics) -> Option<FieldId> {
    let entity = &world.entities[id.0];
    let at = entity.fields.iter().position(|other| other.name == field.value);
    if at.is_none() {
        let known = entity.fields.iter().map(|field| field.name.as_str());
        unknown_in(out, field, "field", &entity.name, known, world.lost(id));
    }
    at.map(FieldId)
}

/// What has no equality in the index, or none that anybody would mean.
pub fn not_the_same(origin: Origin, ty: &Type) -> Option<&'static str> {
    match ty {
        _ if origin == Origin::Total => Some("a total"),
        _ if origin == Origin::Number => Some("never the same"),
        Type::RangeOfDate | Type::RangeOfTimestamp => Some("a range"),
        Type::Bool => Some("true or false"),
        _ => None,
    }
}

/// Whether the filter holds only of rows in which the field is there.
pub fn proves(filter: Option<&Expr>, field: FieldId) -> bool {
    match filter.map(|filter| &filter.node) {
        Some(Node::Binary(Op::And, left, right)) => {
            proves(Some(left), field) || proves(Some(right), field)
        }
        Some(Node::IsSet(of)) => of.node == Node::Column(Column::Field(field.0)),
        _ => false,
    }
}

fn may_be_absent(field: &Name, filtered: bool) -> Diagnostic {
    let message = format!("`{field}` may be absent, and a row without it is kept apart from none");
    let next = match filtered {
        true => format!("put `{field} is set &&` before the `where`"),
        false => format!("say that such rows do not count: `where: {field} is set`"),
    };
    Diagnostic::new(codes::OPTIONAL_UNGUARDED, field.span, message)
        .reason("what is left out would go round the rule without anybody having said so")
        .next(next)
}

fn no_range(entity: &Entity, field: &Name) -> Diagnostic {
    let message = format!("`{field}` is no range, and only those overlap");
    let mut ranges = entity.fields.iter().filter(|field| is_range(&field.ty));
    let next = match ranges.next() {
        Some(range) => format!("name `{}`", range.name),
        None => "name a field of type `range of timestamp` or `range of date`; \
                 where rows shall only not be equal, write `unique`"
            .to_owned(),
    };
    Diagnostic::new(codes::WRONG_KIND, field.span, message).next(next)
}
