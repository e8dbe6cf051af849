//! Totals: which children they are of, and that each can be kept under the lock of one row.

use super::conditions::Names;
use super::draft::World;
use super::exclusions::proves;
use super::unknown::{summary, unknown_in};
use super::{entities, quotas, types};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::scope::Place;
use crate::expr::typed::{Expr, Literal};
use crate::model::{self, Adds, Entity, EntityId, Field, FieldId, Origin, Quota, Total, Type};
use crate::syntax::{self, Name};

/// What a total of whole numbers can be.
const WHOLE: Type = Type::Int { min: i64::MIN, max: i64::MAX };

/// The columns, before it is known whether the children are there.
pub fn fields(world: &World<'_>, id: EntityId) -> Vec<Field> {
    let Some(declared) = world.drafts[id.0].declared else { return Vec::new() };
    let kept = declared.totals.iter().filter(|(_, total)| total.per.is_none());
    let columns = kept.map(|(name, total)| Field {
        name: name.value.clone(),
        summary: summary(total.summary.as_ref()),
        ty: ty(world, total),
        optional: matches!(total.of, syntax::Adds::Max(_)),
        default: match total.of {
            syntax::Adds::Max(_) => None,
            _ => Some(model::Default::Value(Literal::Int(0))),
        },
        frozen: false,
        taken: None,
        personal: false,
        origin: Origin::Total,
    });
    columns.collect()
}

/// The type of the field that is read, without its bounds. What is wrong with it is reported there.
fn ty(world: &World<'_>, total: &syntax::Total) -> Type {
    let Some(field) = total.of.field() else { return WHOLE };
    let child = world.drafts.find(&total.of.child().value);
    let declared = child.and_then(|child| world.drafts[child.0].declared);
    let written = declared.and_then(|child| child.fields.get(&field.value));
    match written.and_then(|one| types::ty(world, one.ty.as_ref(), &mut Diagnostics::new())) {
        Some(Type::Int { .. }) => WHOLE,
        Some(other) => other,
        None if field.value == "revoked_at" => Type::Timestamp,
        None => types::BROKEN,
    }
}

/// Those that are columns, and those that begin anew with each window.
pub fn totals(world: &World<'_>, id: EntityId, out: &mut Diagnostics) -> (Vec<Total>, Vec<Quota>) {
    let Some(declared) = world.drafts[id.0].declared else { return Default::default() };
    if let (Some(here), Some((name, _))) = (declared.append_only, declared.totals.iter().next()) {
        let message =
            format!("`{name}` would change rows of `{}`, which never change", name_of(world, id));
        out.push(
            Diagnostic::new(codes::NO_TOTAL, name.span, message)
                .also(here, "says that they never change")
                .next("keep the total in another entity to which the children refer, or remove `append_only`"),
        );
        return Default::default();
    }
    let (mut totals, mut quotas) = (Vec::new(), Vec::new());
    for (name, total) in declared.totals.iter() {
        let counted = counted(world, id, total, out);
        match total.per.is_some() {
            true => {
                let cap = quotas::cap(world, id, total, counted.as_ref(), out);
                let quota = counted.zip(cap);
                quotas.extend(quota.map(|(of, cap)| quotas::quota(name, total, of, cap)));
            }
            false => totals.extend(counted.and_then(|of| kept(world, id, name, of))),
        }
    }
    quotas::names(world, id, declared, out);
    (totals, quotas)
}

/// What is made of which children.
pub struct Counted {
    pub child: EntityId,
    pub by: FieldId,
    pub adds: Adds,
    pub filter: Option<Expr>,
}

fn kept(world: &World<'_>, id: EntityId, name: &Name, of: Counted) -> Option<Total> {
    let fields = &world.entities[id.0].fields;
    let field = fields
        .iter()
        .position(|field| field.origin == Origin::Total && field.name == name.value)?;
    let Counted { child, by, adds, filter } = of;
    Some(Total { field: FieldId(field), child, by, adds, filter })
}

fn counted(
    world: &World<'_>,
    id: EntityId,
    total: &syntax::Total,
    out: &mut Diagnostics,
) -> Option<Counted> {
    let child = entities::named(world.document, &world.drafts, total.of.child(), out)?;
    let by = reference(world, id, child, total, out);
    let names = Names::of(world, child);
    let filter = total.filter.as_ref();
    let checked = filter.map(|filter| names.check(Place::TotalWhere, filter, &[], out));
    let lost = matches!(checked, Some(None));
    let filter = checked.flatten();
    let adds = adds(world, child, total, out);
    if let (Some(written), Some(field)) = (total.of.field(), adds.and_then(Adds::field))
        && world.entities[child.0].fields[field.0].optional
        && !lost
        && !proves(filter.as_ref(), field)
    {
        let message = format!("`{written}` may be absent, and says nothing then");
        let next = match filter.is_some() {
            true => format!("put `{written} is set &&` before the `where`"),
            false => format!("say that such rows do not count: `where: {written} is set`"),
        };
        out.push(
            Diagnostic::new(codes::OPTIONAL_UNGUARDED, written.span, message)
                .reason("what is left out would go round the total without anybody having said so")
                .next(next),
        );
    }
    Some(Counted { child, by: by?, adds: adds?, filter })
}

/// The child's field that refers to the row.
fn reference(
    world: &World<'_>,
    id: EntityId,
    child: EntityId,
    total: &syntax::Total,
    out: &mut Diagnostics,
) -> Option<FieldId> {
    let (parent, entity) = (name_of(world, id), &world.entities[child.0]);
    // What is copied follows from another reference.
    let kept = |field: &Field| !matches!(field.origin, Origin::Copied { .. });
    let refers = |field: &Field| field.ty == Type::Ref(id) && kept(field);
    let by = match &total.by {
        Some(written) => {
            let at = entity.fields.iter().position(|field| field.name == written.value);
            let Some(at) = at else {
                let known = entity.fields.iter().filter(|field| refers(field));
                let known = known.map(|field| field.name.as_str());
                unknown_in(out, written, "field", &entity.name, known, world.lost(child));
                return None;
            };
            if entity.fields[at].ty != Type::Ref(id) {
                if world.type_lost(child, &written.value) {
                    return None;
                }
                let message = format!("`{written}` does not refer to `{parent}`");
                let told = Diagnostic::new(codes::NO_TOTAL, written.span, message)
                    .reason("children are counted on the row that they refer to");
                let known = entity.fields.iter().filter(|field| refers(field));
                out.push(
                    told.or_known(known.map(|field| field.name.as_str()))
                        .or_next(format!("name a field of type `ref {parent}`")),
                );
                return None;
            }
            at
        }
        None => {
            let all = (0..entity.fields.len()).filter(|at| refers(&entity.fields[*at]));
            match all.collect::<Vec<_>>().as_slice() {
                [one] => *one,
                [] if world.lost(child) || world.tenants_lost() => return None,
                [] => {
                    let of = total.of.child();
                    let message = format!("`{of}` has no field that refers to `{parent}`");
                    out.push(
                        Diagnostic::new(codes::NO_TOTAL, of.span, message)
                            .reason("children are counted on the row that they refer to")
                            .next(format!("give `{of}` a field of type `ref {parent}`")),
                    );
                    return None;
                }
                several => {
                    let of = total.of.child();
                    let names: Vec<String> =
                        several.iter().map(|at| format!("`{}`", entity.fields[*at].name)).collect();
                    let message =
                        format!("`{of}` refers to `{parent}` by {}", names.join(" and by "));
                    out.push(
                        Diagnostic::new(codes::NO_TOTAL, of.span, message)
                            .reason("the same child would count on two rows")
                            .next(format!(
                                "say by which: `by: {}`",
                                entity.fields[several[0]].name
                            )),
                    );
                    return None;
                }
            }
        }
    };
    let (own, theirs) = (world.owner(id), world.scopes[child.0].tenant());
    if theirs.is_some() && own.is_none() {
        let of = total.of.child();
        let message = format!("rows of `{of}` are a tenant's, and those of `{parent}` nobody's");
        out.push(
            Diagnostic::new(codes::ACROSS_TENANTS, of.span, message)
                .reason("what one tenant does would show in a row that all tenants share")
                .next("keep the total on a row of the tenant"),
        );
        return None;
    }
    Some(FieldId(by))
}

fn adds(
    world: &World<'_>,
    child: EntityId,
    total: &syntax::Total,
    out: &mut Diagnostics,
) -> Option<Adds> {
    let entity: &Entity = &world.entities[child.0];
    let (written, sum) = match &total.of {
        syntax::Adds::Count(_) => return Some(Adds::Count),
        syntax::Adds::Sum(path) => (&path.field, true),
        syntax::Adds::Max(path) => (&path.field, false),
    };
    let at = entity.fields.iter().position(|field| field.name == written.value);
    let Some(at) = at else {
        let known = entity.fields.iter().map(|field| field.name.as_str());
        unknown_in(
            out,
            written,
            "field",
            &entity.name,
            known,
            world.field_lost(child, &written.value),
        );
        return None;
    };
    let field = &entity.fields[at];
    if field.origin == Origin::Total {
        let message = format!("`{written}` is a total itself");
        out.push(
            Diagnostic::new(codes::NO_TOTAL, written.span, message)
                .reason(
                    "one change would then lock a row after another, up to a row that all share",
                )
                .next("add up what that total is of, on a row to which those children refer"),
        );
        return None;
    }
    // Its type was reported.
    if field.ty == types::BROKEN {
        return None;
    }
    let legal = match field.ty {
        Type::Int { .. } | Type::Money(_) | Type::Duration => true,
        Type::Decimal { .. } | Type::Bps | Type::Date | Type::Timestamp => !sum,
        _ => false,
    };
    if !legal {
        let (what, types) = match sum {
            true => ("added up", "`int`, `money` or `duration`"),
            false => (
                "the greatest",
                "`int`, `decimal`, `money`, `bps`, `duration`, `date` or `timestamp`",
            ),
        };
        let message = format!("`{written}` cannot be {what}");
        out.push(
            Diagnostic::new(codes::WRONG_KIND, written.span, message)
                .next(format!("name a field of type {types}, or `count` the rows")),
        );
        return None;
    }
    Some(if sum { Adds::Sum(FieldId(at)) } else { Adds::Max(FieldId(at)) })
}

fn name_of<'w>(world: &'w World<'_>, id: EntityId) -> &'w str {
    world.drafts[id.0].name
}
