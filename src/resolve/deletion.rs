//! Rows are deleted by an action `delete`, where the entity says what that means.

use super::draft::{Draft, World};
use crate::diagnostics::{Diagnostic, Diagnostics, Edit, Fix, codes, is_slip};
use crate::model::{Deletion, Entity, EntityId, EntityKind, Field, FieldId, Origin, Type};
use crate::source::{Span, Spanned};
use crate::syntax::{Delete, Deleted};

/// The action that deletes.
pub const DELETE: &str = "delete";

/// The field that says since when a row is deleted.
const DELETED_AT: &str = "deleted_at";

/// The field that says since when a person is erased.
const ERASED_AT: &str = "erased_at";

/// That field, where deleted rows stay.
pub fn field(draft: &Draft<'_>) -> Option<&'static str> {
    let written = draft.declared.and_then(|declared| declared.delete.as_ref())?;
    let name = match written.value {
        Delete::Soft => DELETED_AT,
        Delete::Anonymise => ERASED_AT,
        Delete::Never | Delete::Restrict => return None,
    };
    cannot(draft, written).is_none().then_some(name)
}

pub fn deletion(draft: &Draft<'_>, fields: &[Field], out: &mut Diagnostics) -> Deletion {
    let written = draft.declared.and_then(|declared| declared.delete.as_ref());
    let Some(written) = written.filter(|written| written.value != Delete::Never) else {
        return Deletion::Never;
    };
    if let Some(fault) = cannot(draft, written) {
        out.push(fault);
        return Deletion::Never;
    }
    let acts = draft.declared.is_some_and(|declared| declared.actions.get(DELETE).is_some());
    if !acts && !draft.incomplete() {
        let message = format!("no action deletes rows of `{}`", draft.name);
        let told = Diagnostic::new(codes::WRONG_ACTION, written.span, message)
            .reason("only actions write rows");
        let slip = draft.declared.and_then(|declared| {
            declared.actions.iter().map(|(name, _)| name).find(|name| is_slip(&name.value, DELETE))
        });
        out.push(match slip {
            Some(name) => told
                .also(name.span, "nearly `delete`")
                .next("did you mean `delete`?")
                .fixed_by(Fix::new("write `delete`", vec![Edit::new(name.span, DELETE)])),
            None => told.next("add one named `delete` under `actions`, or remove this"),
        });
    }
    let at = field(draft).and_then(|name| {
        let implied = |one: &Field| one.name == name && one.origin == Origin::Implied;
        fields.iter().position(implied)
    });
    match (at, written.value) {
        (Some(at), Delete::Anonymise) => Deletion::Anonymise(FieldId(at)),
        (Some(at), _) => Deletion::Soft(FieldId(at)),
        (None, _) => Deletion::Restrict,
    }
}

/// What references say of rows that are deleted fits what becomes of these.
pub fn references(world: &World<'_>, id: EntityId, entity: &Entity, out: &mut Diagnostics) {
    let Some(declared) = world.drafts[id.0].declared else { return };
    for field in &entity.fields {
        let written = declared.fields.get(&field.name).and_then(|one| one.deleted.as_ref());
        let (Some(written), Type::Ref(target)) = (written, &field.ty) else { continue };
        let to = &world.drafts[target.0];
        let (message, next) = match (written.value, stays(to)) {
            (Deleted::Restrict, true) => (
                format!("a deleted row of `{}` stays, and so may what refers to it", to.name),
                "keep",
            ),
            (Deleted::Keep, false) => {
                (format!("a deleted row of `{}` would be gone", to.name), "restrict")
            }
            _ => continue,
        };
        out.push(
            Diagnostic::new(codes::WRONG_VALUE, written.span, message)
                .next(format!("write `deleted: {next}`, or leave it out")),
        );
    }
}

/// Deleted rows that stay are in no key, keep nobody apart, and are seen by nobody, nor by the clock.
pub fn hide(entity: &mut Entity) {
    if entity.deleted_at().is_none() {
        return;
    }
    let mut reads = std::mem::take(&mut entity.reads);
    let mut uniques = std::mem::take(&mut entity.uniques);
    let mut exclusions = std::mem::take(&mut entity.exclusions);
    let all = reads.iter_mut().map(|one| &mut one.when);
    let all = all.chain(uniques.iter_mut().map(|one| &mut one.filter));
    for condition in all.chain(exclusions.iter_mut().map(|one| &mut one.filter)) {
        *condition = entity.of_those_there(condition.take());
    }
    (entity.reads, entity.uniques, entity.exclusions) = (reads, uniques, exclusions);
    let mut actions = std::mem::take(&mut entity.actions);
    for timer in actions.iter_mut().filter_map(|action| action.timer.as_mut()) {
        timer.when = entity.of_those_there(timer.when.take());
    }
    entity.actions = actions;
}

/// They count nowhere.
pub fn uncount(entities: &mut [Entity]) {
    for at in 0..entities.len() {
        let mut totals = std::mem::take(&mut entities[at].totals);
        for total in &mut totals {
            // A row of itself has its own totals taken out meanwhile, not what says that it is deleted.
            total.filter = entities[total.child.0].of_those_there(total.filter.take());
        }
        entities[at].totals = totals;
        let mut quotas = std::mem::take(&mut entities[at].quotas);
        for quota in &mut quotas {
            quota.filter = entities[quota.child.0].of_those_there(quota.filter.take());
        }
        entities[at].quotas = quotas;
    }
}

/// Whether deleted rows stay.
fn stays(draft: &Draft<'_>) -> bool {
    self::field(draft).is_some()
}

fn cannot(draft: &Draft<'_>, written: &Spanned<Delete>) -> Option<Diagnostic> {
    let here = written.span;
    if written.value == Delete::Anonymise {
        return (draft.kind != EntityKind::User).then(|| {
            let message = format!("rows of `{}` are no people", draft.name);
            Diagnostic::new(codes::WRONG_KIND, here, message)
                .reason("what is personal in other rows is erased with the person whose they are")
                .next("say it of the entity that `identity.user` names")
        });
    }
    if draft.kind != EntityKind::Plain {
        let message = format!("rows of `{}` cannot be deleted", draft.name);
        return Some(
            Diagnostic::new(codes::WRONG_KIND, here, message)
                .reason("people, tenants and grants stand behind what others did")
                .next(match draft.kind {
                    EntityKind::User => "write `delete: anonymise`, or remove it",
                    _ => {
                        "remove it: a grant is revoked in its row, a tenant can have a final state"
                    }
                }),
        );
    }
    let append_only = draft.declared.and_then(|declared| declared.append_only)?;
    let message = format!("`{}` is append-only, and its rows would be deleted", draft.name);
    Some(
        Diagnostic::new(codes::WRONG_KIND, here, message)
            .also(append_only, "says that they never change")
            .next("remove one of the two"),
    )
}

/// What the action `delete` may not say; none where nothing deletes rows of the entity.
pub fn action(draft: &Draft<'_>, name: Span, out: &mut Diagnostics) -> Option<()> {
    let declared = draft.declared?;
    let Some(written) = declared.delete.as_ref().filter(|one| one.value != Delete::Never) else {
        // A mode that could not be read was reported.
        if !draft.incomplete() {
            let message = format!("rows of `{}` are never deleted", draft.name);
            out.push(
                Diagnostic::new(codes::WRONG_ACTION, name, message)
                    .reason("what becomes of the row is said by the entity")
                    .next(match draft.kind {
                        EntityKind::User => "write `delete: anonymise` there, or name the action otherwise",
                        _ => "write `delete: restrict` or `delete: soft` there, or name the action otherwise",
                    }),
            );
        }
        return None;
    };
    if cannot(draft, written).is_some() {
        return None;
    }
    let repeats = declared.actions.get(DELETE).and_then(|action| action.idempotency.as_ref());
    if let (Delete::Anonymise, Some(repeats)) = (written.value, repeats) {
        let message = "a person is erased once".to_owned();
        out.push(
            Diagnostic::new(codes::WRONG_ACTION, repeats.span, message)
                .reason("what he was answered goes too, and he cannot ask again")
                .next("remove `idempotency`"),
        );
    }
    let step = declared.actions.get(DELETE).and_then(|action| action.steps.first());
    if let Some(step) = step {
        let message = "an action that deletes its row does nothing besides".to_owned();
        out.push(
            Diagnostic::new(codes::NOT_SUPPORTED_YET, step.span, message)
                .next("remove `do`, or let another action do it before"),
        );
    }
    Some(())
}
