//! Settings, contexts, roles, and what names them.

use super::types::each_type;
use super::{Index, Kind};
use crate::source::{Span, Spanned};
use crate::syntax::{Document, Source};

pub fn identity(document: &Document, index: &mut Index) {
    for (name, _) in document.settings.iter() {
        index.define(format!("settings.{name}"), Kind::Setting, name);
        if name.value == "OIDC_ISSUER" {
            index.fix("settings.OIDC_ISSUER", "the issuer of tokens is read from this variable");
        }
    }
    for (name, _) in document.identity.contexts.iter() {
        index.define(format!("identity.contexts.{name}"), Kind::Context, name);
    }
    for name in ["self", "anyone"] {
        let path = format!("identity.contexts.{name}");
        index.imply(path.clone(), Kind::Context, name);
        index.fix(&path, format!("the context `{name}` is built in"));
    }
    for (name, _) in document.roles.iter() {
        index.define(format!("roles.{name}"), Kind::Role, name);
    }
    tokens(document, index);
    for (_, context) in document.identity.contexts.iter() {
        if let Some(role) = &context.founder {
            index.refer(&format!("roles.{role}"), role.span);
        }
    }
    for (_, role) in document.roles.iter() {
        if let Some(context) = &role.context {
            index.refer(&format!("identity.contexts.{context}"), context.span);
        }
        for include in &role.includes {
            index.refer(&format!("roles.{include}"), include.span);
        }
    }
    for (_, entity) in document.entities.iter() {
        for (_, party) in entity.parties.iter() {
            if let Some(context) = &party.context {
                index.refer(&format!("identity.contexts.{context}"), context.span);
            }
        }
    }
    each_type(document, |_, within| {
        if let Some(context) = within {
            index.refer(&format!("identity.contexts.{context}"), context.span);
        }
    });
}

fn tokens(document: &Document, index: &mut Index) {
    let tokens = &document.identity.tokens;
    for written in [&tokens.issuer, &tokens.audience].into_iter().flatten() {
        let Spanned { value: Source::Setting(name), span } = written else { continue };
        // Behind the `$`.
        let span = Span { start: span.end.saturating_sub(width(name)), ..*span };
        index.refer(&format!("settings.{name}"), span);
    }
}

fn width(name: &str) -> u32 {
    u32::try_from(name.len()).unwrap_or(0)
}
