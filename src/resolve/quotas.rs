//! Totals that begin anew with each window: what they may reach, and what they may be called.

use super::conditions::Names;
use super::draft::World;
use super::totals::Counted;
use super::types;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr;
use crate::expr::scope::Place;
use crate::expr::typed::{Expr, Ty};
use crate::model::{EntityId, Lowered, Per, Quota, is_fixed};
use crate::syntax::{self, Adds, Name};

/// What a window may reach; none: why not was reported.
pub fn cap(
    world: &World<'_>,
    id: EntityId,
    total: &syntax::Total,
    counted: Option<&Counted>,
    out: &mut Diagnostics,
) -> Option<Expr> {
    let text = total.cap.as_ref()?;
    if let Adds::Max(path) = &total.of {
        let message = format!("`{}.{}` is no amount that is used up", path.entity, path.field);
        out.push(
            Diagnostic::new(codes::NO_TOTAL, path.field.span, message)
                .reason(
                    "a cap is for what children use together; the greatest of them is one child's",
                )
                .next("bound the child itself by a rule, or say `sum` or `count`"),
        );
        return None;
    }
    let counted = counted?;
    let child = &world.entities[counted.child.0];
    let ty = match counted.adds.field() {
        Some(field) => types::in_expressions(world, &child.fields[field.0].ty)?,
        None => Ty::Int,
    };
    let names = Names::of(world, id);
    let cap = expr::value(text, &ty, &names.scope(Place::Rule, &[], &[], &[]), out)?;
    if let Some(lowered) = total.when_lowered.as_ref().filter(|_| is_fixed(&cap)) {
        let message = "this cap is the same for every row, and nobody lowers it";
        out.push(
            Diagnostic::new(codes::NO_TOTAL, lowered.span, message)
                .also(text.span, "speaks of no field")
                .next("remove `when_lowered`, or keep the cap in a field"),
        );
        return None;
    }
    Some(cap)
}

pub fn quota(name: &Name, total: &syntax::Total, of: Counted, cap: Expr) -> Quota {
    let Counted { child, by, adds, filter } = of;
    Quota {
        name: name.value.clone(),
        summary: super::unknown::summary(total.summary.as_ref()),
        child,
        by,
        adds,
        filter,
        per: match total.per.as_ref().map(|per| per.value) {
            None | Some(syntax::Per::Day) => Per::Day,
            Some(syntax::Per::Week) => Per::Week,
            Some(syntax::Per::Month) => Per::Month,
            Some(syntax::Per::Year) => Per::Year,
        },
        cap,
        when_lowered: match total.when_lowered.as_ref().map(|one| one.value) {
            Some(syntax::Lowered::Refuse) => Lowered::Refuse,
            None | Some(syntax::Lowered::KeepUsed) => Lowered::KeepUsed,
        },
        paid: total.status.as_ref().is_some_and(|status| status.value == 402),
    }
}

/// What is said of a field under the same name would be said of two things.
pub fn names(world: &World<'_>, id: EntityId, declared: &syntax::Entity, out: &mut Diagnostics) {
    let fields = &world.entities[id.0].fields;
    for (name, _) in declared.totals.iter().filter(|(_, total)| total.per.is_some()) {
        if fields.iter().any(|field| field.name == name.value) {
            let message = format!("`{name}` is a field of the row too");
            let told = Diagnostic::new(codes::NAME_COLLISION, name.span, message);
            out.push(
                told.reason("what windows add up to stands beside the row").next("rename one"),
            );
        }
    }
}
