//! Roles, each in one context, with what they include.

use super::contexts::BUILT_IN;
use super::unknown::{summary, unknown};
use crate::diagnostics::{Diagnostic, Diagnostics, codes, nearest};
use crate::model::{Context, ContextId, Role, RoleId};
use crate::syntax::{self, Document, Name};

pub fn roles(document: &Document, contexts: &[Context], out: &mut Diagnostics) -> Vec<Role> {
    let mut roles: Vec<Role> = document
        .roles
        .iter()
        .map(|(name, role)| {
            if matches!(name.as_str(), "anyone" | "user") {
                let message = format!("`{name}` is built in and cannot be a role");
                let told = Diagnostic::new(codes::RESERVED_NAME, name.span, message);
                out.push(told.next("name it otherwise"));
            }
            let context = role.context.as_ref().and_then(|context| {
                let at = contexts.iter().position(|other| other.name == context.value);
                match at {
                    Some(at) if at >= BUILT_IN => return Some(ContextId(at)),
                    Some(_) => {
                        let message = format!("nobody is granted a role in `{context}`");
                        out.push(
                            Diagnostic::new(codes::WRONG_KIND, context.span, message)
                                .next("grant to `anyone`, `user` or a party instead"),
                        );
                    }
                    None => {
                        let known = contexts[BUILT_IN..].iter().map(|one| one.name.as_str());
                        unknown(out, context, "context", known, document.incomplete);
                    }
                }
                None
            });
            let context = context.unwrap_or_else(|| likely(contexts, document, name));
            Role {
                name: name.value.clone(),
                summary: summary(role.summary.as_ref()),
                context,
                includes: Vec::new(),
            }
        })
        .collect();
    let direct = includes(document, &roles, out);
    for (at, role) in roles.iter_mut().enumerate() {
        role.includes = reached(&direct, at);
    }
    roles
}

/// What was probably meant where a context was reported, so that nothing follows from the mistake.
fn likely(contexts: &[Context], document: &Document, name: &Name) -> ContextId {
    let declared = || contexts[BUILT_IN..].iter().map(|one| one.name.as_str());
    let known = |written: &Name| declared().find(|context| *context == written.value);
    let role = document.roles.get(&name.value);
    let written = role.and_then(|role| role.context.as_ref());
    let near = written.and_then(|name| nearest(&name.value, declared()));
    let only = || declared().next().filter(|_| contexts.len() == BUILT_IN + 1);
    // What includes a role, or is included by it, is of its context.
    let tied = || {
        let has = |one: &syntax::Role, other: &str| one.includes.iter().any(|it| it.value == other);
        let mut others = document.roles.iter().filter(|(other, one)| {
            has(one, &name.value) || role.is_some_and(|role| has(role, &other.value))
        });
        others.find_map(|(_, one)| known(one.context.as_ref()?))
    };
    let meant = near.or_else(only).or_else(tied);
    let at = meant.and_then(|meant| contexts.iter().position(|one| one.name == meant));
    ContextId(at.unwrap_or(1))
}

/// What each role names in `includes`.
fn includes(document: &Document, roles: &[Role], out: &mut Diagnostics) -> Vec<Vec<usize>> {
    let mut direct: Vec<Vec<usize>> = roles.iter().map(|_| Vec::new()).collect();
    for (at, (name, role)) in document.roles.iter().enumerate() {
        for include in &role.includes {
            let Some(other) = roles.iter().position(|other| other.name == include.value) else {
                let known = roles.iter().map(|role| role.name.as_str());
                unknown(out, include, "role", known, document.incomplete);
                continue;
            };
            if roles[other].context != roles[at].context {
                let message = format!("`{include}` is a role of another context than `{name}`");
                out.push(
                    Diagnostic::new(codes::WRONG_KIND, include.span, message)
                        .reason("a request acts in one context, and rights never cross")
                        .next("include roles of the same context"),
                );
            } else if other == at || reached(&direct, other).contains(&RoleId(at)) {
                let message = format!("`{name}` would include itself");
                let told = Diagnostic::new(codes::GOES_IN_A_CIRCLE, include.span, message);
                let (theirs, included) = &document.roles.iter().nth(other).expect("as many");
                // Where the circle is of two, both ends are shown.
                let back = included.includes.iter().find(|one| one.value == name.value);
                out.push(
                    match back.filter(|_| other != at) {
                        Some(back) => told.also(back.span, format!("`{theirs}` includes `{name}`")),
                        None => told,
                    }
                    .next("remove one of the names in the circle"),
                );
            } else {
                direct[at].push(other);
            }
        }
    }
    direct
}

/// All that a role includes, each once, without itself.
fn reached(direct: &[Vec<usize>], from: usize) -> Vec<RoleId> {
    let mut seen = vec![false; direct.len()];
    seen[from] = true;
    let mut next = vec![from];
    while let Some(role) = next.pop() {
        for other in &direct[role] {
            if !std::mem::replace(&mut seen[*other], true) {
                next.push(*other);
            }
        }
    }
    let reached = (0..direct.len()).filter(|role| seen[*role] && *role != from);
    reached.map(RoleId).collect()
}
