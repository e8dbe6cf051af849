//! Rows that are made and never changed: nothing else says that they are.

use super::deletion;
use super::draft::Draft;
use crate::diagnostics::{Diagnostic, Diagnostics, codes, is_slip};
use crate::model::EntityKind;

const CREATE: &str = "create";

pub fn check(draft: &Draft<'_>, out: &mut Diagnostics) {
    let Some(declared) = draft.declared else { return };
    let Some(here) = declared.append_only else { return };
    if draft.kind != EntityKind::Plain {
        let message = format!("rows of `{}` cannot be append-only", draft.name);
        out.push(
            Diagnostic::new(codes::WRONG_KIND, here, message)
                .reason("people, tenants and grants change: a grant is revoked in its row")
                .next("remove it, and freeze the fields that never change"),
        );
        return;
    }
    if let Some(states) = &declared.states {
        let message =
            format!("`{}` is append-only, and its rows would go through states", draft.name);
        out.push(
            Diagnostic::new(codes::WRONG_KIND, states.span, message)
                .also(here, "says that they never change")
                .next("remove one of the two, or keep what happens to a row as rows of another entity"),
        );
    }
    for (name, field) in declared.fields.iter() {
        if let Some(frozen) = field.frozen {
            let message =
                format!("`{name}` is frozen already: no field of `{}` changes", draft.name);
            out.push(
                Diagnostic::new(codes::TWICE_IN_LIST, frozen, message)
                    .also(here, "says so of all")
                    .next("remove `frozen`"),
            );
        }
    }
    let of_deletion = |name: &str| name == deletion::DELETE && declared.delete.is_some();
    let others = declared.actions.iter().filter(|(name, _)| name.value != CREATE);
    for (name, _) in others.filter(|(name, _)| !of_deletion(name.as_str())) {
        let message = format!("`{}` is append-only, and `{name}` would change a row", draft.name);
        let told = Diagnostic::new(codes::WRONG_ACTION, name.span, message)
            .also(here, "says that rows never change");
        let slip = is_slip(&name.value, CREATE) && declared.actions.get(CREATE).is_none();
        out.push(match slip {
            true => told.meant(&name.value, [CREATE]),
            false => told.next("let a `create` record what changes, or remove `append_only`"),
        });
    }
}
