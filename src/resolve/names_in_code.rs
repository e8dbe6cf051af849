//! Names stay apart when the code writes them in its own way: `a_1` and `a1` are both `A1` there.

use std::collections::BTreeMap;

use heck::ToPascalCase;

use super::draft::Draft;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::syntax::{Document, FieldType, Name};

/// Contexts and roles.
pub fn across(document: &Document, out: &mut Diagnostics) {
    apart("contexts", document.identity.contexts.iter().map(|(name, _)| name), out);
    apart("roles", document.roles.iter().map(|(name, _)| name), out);
}

/// States, actions and the values of each enumeration.
pub fn within(draft: &Draft<'_>, out: &mut Diagnostics) {
    let Some(declared) = draft.declared else { return };
    if let Some(states) = &declared.states {
        apart("states", &states.list, out);
    }
    apart("actions", declared.actions.iter().map(|(name, _)| name), out);
    for (_, field) in declared.fields.iter() {
        if let Some(FieldType::OneOf(names)) = field.ty.as_ref().map(|ty| &ty.value) {
            apart("values", names, out);
        }
    }
}

fn apart<'d>(what: &str, names: impl IntoIterator<Item = &'d Name>, out: &mut Diagnostics) {
    let mut seen: BTreeMap<String, &Name> = BTreeMap::new();
    for name in names {
        let written = name.value.to_pascal_case();
        // A context `self` is built in, and says nothing in the code.
        if written == "Self" && what != "contexts" {
            let message = format!("`{name}` cannot be a name in the code");
            out.push(
                Diagnostic::new(codes::RESERVED_NAME, name.span, message).next("name it otherwise"),
            );
            continue;
        }
        match seen.get(&written) {
            Some(first) if first.value != name.value => {
                let message = format!(
                    "the {what} `{first}` and `{name}` would both be `{written}` in the code"
                );
                out.push(
                    Diagnostic::new(codes::NAME_COLLISION, name.span, message)
                        .also(first.span, "the first")
                        .next("rename one"),
                );
            }
            _ => drop(seen.insert(written, name)),
        }
    }
}
