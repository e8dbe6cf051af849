//! Somebody can come to act in every context.

use super::ground::Ground;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::ContextKind;

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    for context in &ground.model.contexts {
        let path = format!("identity.contexts.{}", context.name);
        let closed = matches!(context.kind, ContextKind::Tenant { founder: None, .. });
        if closed {
            let message = format!("nobody can come to act in `{}`", context.name);
            out.push(
                Diagnostic::new(codes::CLOSED_CONTEXT, ground.place(&path), message)
                    .reason("a tenant is made by whoever founds it")
                    .next("add `founder:` with the role of whoever founds one"),
            );
        }
    }
}
