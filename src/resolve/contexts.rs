//! In what a request can act.

use super::draft::Drafts;
use super::unknown::{summary, unknown_in};
use super::{plurals, step_up};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{Context, ContextKind, Role};
use crate::syntax::{self, Document};

/// Contexts that are always there: `anyone` and `self`.
pub const BUILT_IN: usize = 2;

/// Those of `identity.contexts` that are not built in, in the order declared.
pub fn declared(document: &Document) -> impl Iterator<Item = (&syntax::Name, &syntax::Context)> {
    let all = document.identity.contexts.iter();
    all.filter(|(name, context)| {
        !is_built_in(name.as_str()) && (context.tenant.is_some() || context.grants.is_some())
    })
}

fn is_built_in(name: &str) -> bool {
    matches!(name, "self" | "anyone")
}

/// All contexts. A tenant's founder is not known yet.
pub fn contexts(document: &Document, drafts: &Drafts<'_>, out: &mut Diagnostics) -> Vec<Context> {
    let mut built_in = |name: &str, kind: ContextKind, path: &str| {
        let written = document.identity.contexts.get(name);
        let summary = summary(written.and_then(|context| context.summary.as_ref()));
        let asked = written.and_then(|context| context.step_up.as_ref());
        let step_up = step_up::seconds(asked, out);
        Context { name: name.into(), summary, kind, path: path.into(), step_up }
    };
    let mut contexts = vec![
        built_in("anyone", ContextKind::Anyone, ""),
        built_in("self", ContextKind::Person, "me"),
    ];
    for (name, context) in document.identity.contexts.iter() {
        check_shape(name, context, out);
    }
    for (name, context) in declared(document) {
        let grants = context.grants.as_ref().and_then(|grants| drafts.find(&grants.value));
        let tenant = context.tenant.as_ref().and_then(|tenant| drafts.find(&tenant.value));
        let kind = match (tenant, grants) {
            (Some(tenant), Some(grants)) => ContextKind::Tenant { tenant, grants, founder: None },
            (None, Some(grants)) => ContextKind::Staff { grants },
            // Reported as a shape; nothing can act in it.
            (_, None) => ContextKind::Person,
        };
        let path = match (&context.path, tenant) {
            (Some(path), _) => plurals::kebab(&path.value),
            (None, Some(tenant)) => plurals::kebab(&plurals::plural(&drafts[tenant.0])),
            (None, None) => plurals::kebab(&name.value),
        };
        contexts.push(Context {
            name: name.value.clone(),
            summary: summary(context.summary.as_ref()),
            kind,
            path,
            step_up: step_up::seconds(context.step_up.as_ref(), out),
        });
    }
    paths_unique(document, &contexts, out);
    contexts
}

fn check_shape(name: &syntax::Name, context: &syntax::Context, out: &mut Diagnostics) {
    let has = context.tenant.is_some() || context.grants.is_some();
    if let (Some(asked), "anyone") = (&context.step_up, name.as_str()) {
        let message = "nobody signs in to act as `anyone`";
        out.push(Diagnostic::new(codes::WRONG_STEP_UP, asked.span, message).next("remove this"));
    }
    if is_built_in(name.as_str()) {
        let word = context.tenant.as_ref().or(context.grants.as_ref());
        if let Some(word) = word.or(context.founder.as_ref()).or(context.path.as_ref()) {
            let message = format!("the context `{name}` is always there and takes nothing");
            out.push(Diagnostic::new(codes::WRONG_KIND, word.span, message).next("remove this"));
        }
        return;
    }
    if context.grants.is_none() && !context.incomplete {
        let message = if has {
            format!("the context `{name}` has a tenant and no grants")
        } else {
            format!("the context `{name}` says nobody who may act in it")
        };
        out.push(
            Diagnostic::new(codes::MISSING_WORD, name.span, message)
                .reason("who may act in a context is read from its grants, row by row")
                .next("add `grants: Member`, with the name that the entity shall have"),
        );
    }
    if let (Some(founder), None) = (&context.founder, &context.tenant) {
        let message = "only a context with a tenant has a founder";
        out.push(
            Diagnostic::new(codes::WRONG_KIND, founder.span, message)
                .next("the first of the staff is granted by the operator: `service staff grant`"),
        );
    }
}

fn paths_unique(document: &Document, contexts: &[Context], out: &mut Diagnostics) {
    let places = declared(document).map(|(name, context)| context.path.as_ref().unwrap_or(name));
    let places: Vec<&syntax::Name> = places.collect();
    for (at, context) in contexts.iter().enumerate().skip(BUILT_IN) {
        let place = places[at - BUILT_IN];
        let Some(first) = contexts[..at].iter().position(|other| other.path == context.path) else {
            continue;
        };
        let message = format!("two contexts have their routes under `/{}`", context.path);
        let diagnostic = Diagnostic::new(codes::NAME_COLLISION, place.span, message);
        let diagnostic = match first.checked_sub(BUILT_IN) {
            Some(first) => diagnostic.also(places[first].span, "the first"),
            None => diagnostic,
        };
        out.push(diagnostic.next("give one of them another `path:`"));
    }
}

/// The contexts with their founders.
pub fn founders(
    document: &Document,
    mut contexts: Vec<Context>,
    roles: &[Role],
    out: &mut Diagnostics,
) -> Vec<Context> {
    for (at, (name, context)) in declared(document).enumerate() {
        let Some(founder) = &context.founder else { continue };
        let here = |role: &Role| role.context.0 == at + BUILT_IN;
        let role = roles.iter().position(|role| role.name == founder.value && here(role));
        match (role, &mut contexts[at + BUILT_IN].kind) {
            (Some(role), ContextKind::Tenant { founder, .. }) => {
                *founder = Some(crate::model::RoleId(role));
            }
            (None, ContextKind::Tenant { .. }) => {
                let known = roles.iter().filter(|role| here(role)).map(|role| role.name.as_str());
                unknown_in(out, founder, "role", name.as_str(), known, document.incomplete);
            }
            _ => {}
        }
    }
    contexts
}
