//! No two things get one name, in the blueprint or in what is made of it.

use std::collections::BTreeMap;

use heck::{ToKebabCase, ToSnakeCase};

use super::draft::{Draft, World};
use super::plurals;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{ActionKind, Entity, EntityKind, Field, Origin, Type, Who};
use crate::source::Span;

/// Cannot be an identifier of Rust in any spelling.
const RUST: [&str; 4] = ["self", "super", "crate", "_"];
/// Columns of every table.
const COLUMNS: [&str; 5] = ["id", "state", "version", "created_at", "updated_at"];
/// Parameters of every list.
const PARAMETERS: [&str; 2] = ["cursor", "limit"];
/// PostgreSQL cuts a longer name off.
const LONGEST: usize = 63;

/// Names of entities, contexts and roles against each other.
pub fn across(world: &World<'_>, out: &mut Diagnostics) {
    let mut tables: BTreeMap<String, &Draft<'_>> = BTreeMap::new();
    let mut collections: BTreeMap<String, &Draft<'_>> = BTreeMap::new();
    for draft in world.drafts.iter() {
        let table = draft.name.to_snake_case();
        not_rust(&table, draft.span, out);
        match tables.get(&table) {
            Some(first) => {
                let told = both(draft, first, &format!("the table `{table}`"));
                out.push(told.next("rename one"));
            }
            None => {
                let plural = plurals::plural(draft).to_kebab_case();
                match collections.get(&plural) {
                    Some(first) => out.push(
                        both(draft, first, &format!("the collection `/{plural}`"))
                            .next("give one of them another `plural:`"),
                    ),
                    None => drop(collections.insert(plural, draft)),
                }
                tables.insert(table, draft);
            }
        }
    }
    roles_fit(world, out);
}

fn both(draft: &Draft<'_>, first: &Draft<'_>, what: &str) -> Diagnostic {
    let message = format!("`{}` and `{}` would both be {what}", first.name, draft.name);
    Diagnostic::new(codes::NAME_COLLISION, draft.span, message).also(first.span, "the first")
}

fn not_rust(name: &str, span: Span, out: &mut Diagnostics) {
    if RUST.contains(&name) {
        let message = format!("`{name}` cannot be a name in the code");
        out.push(Diagnostic::new(codes::RESERVED_NAME, span, message).next("name it otherwise"));
    }
}

/// Roles of the database carry the service's name and the context's.
fn roles_fit(world: &World<'_>, out: &mut Diagnostics) {
    let Some(service) = &world.document.service.name else { return };
    for (name, _) in super::contexts::declared(world.document) {
        let role = format!("{service}_{name}_door");
        if matches!(
            name.as_str(),
            "owner" | "gate" | "facet" | "audit" | "totals" | "clock" | "worker"
        ) {
            let message = format!("the database has a role `{service}_{name}` of its own");
            let told = Diagnostic::new(codes::RESERVED_NAME, name.span, message);
            out.push(told.next("name the context otherwise"));
        }
        if role.len() > LONGEST {
            out.push(too_long(&role, name.span, "role"));
        }
    }
}

fn too_long(name: &str, span: Span, what: &str) -> Diagnostic {
    let message = format!("the {what} `{name}` has {} characters", name.len());
    Diagnostic::new(codes::NAME_TOO_LONG, span, message)
        .reason(format!("PostgreSQL cuts a name off after {LONGEST}"))
        .next("shorten the names that it is made of")
}

/// Fields, states and keys of one entity against each other.
pub fn within(world: &World<'_>, draft: &Draft<'_>, entity: &Entity, out: &mut Diagnostics) {
    let place = |field: &Field| {
        let named = match (draft.declared, field.origin) {
            (Some(one), Origin::Declared) => one.fields.entry(&field.name).map(|(name, _)| name),
            (Some(one), Origin::Total) => one.totals.entry(&field.name).map(|(name, _)| name),
            (Some(one), Origin::Picked) => one.pick.entry(&field.name).map(|(name, _)| name),
            (Some(one), Origin::Number) => {
                return one.number.as_ref().map_or(draft.span, |number| number.span);
            }
            _ => None,
        };
        named.map_or(draft.span, |name| name.span)
    };
    let mut columns: BTreeMap<String, &Field> = BTreeMap::new();
    for field in &entity.fields {
        not_rust(&field.name, place(field), out);
        if let Some(reserved) = reserved(entity, field) {
            out.push(
                Diagnostic::new(codes::RESERVED_NAME, place(field), reserved)
                    .next("name it otherwise"),
            );
            continue;
        }
        for column in columns_of(field) {
            if column.len() > LONGEST {
                out.push(too_long(&column, place(field), "column"));
            }
            match columns.get(&column) {
                Some(first) => {
                    let message = clash(first, field, &column);
                    let diagnostic = Diagnostic::new(codes::NAME_COLLISION, place(field), message);
                    out.push(if first.name == field.name {
                        diagnostic.next("remove it, or name it otherwise")
                    } else {
                        diagnostic.also(place(first), "the first").next("rename one")
                    });
                    break;
                }
                None => drop(columns.insert(column, field)),
            }
        }
    }
    doors_fit(world, draft, out);
}

fn clash(first: &Field, second: &Field, column: &str) -> String {
    if first.name == second.name && second.origin.is_kept() {
        return format!("the field `{}` is there already", first.name);
    }
    if first.name == second.name {
        let why = match first.origin {
            Origin::Copied { .. } => "comes from the parent",
            _ => "is implied",
        };
        return format!("the field `{}` {why} and cannot be declared", first.name);
    }
    format!("`{}` and `{}` would both have the column `{column}`", first.name, second.name)
}

fn reserved(entity: &Entity, field: &Field) -> Option<String> {
    let name = field.name.as_str();
    let numbered = name.strip_prefix("facet_").is_some_and(|rest| rest.parse::<u32>().is_ok());
    if COLUMNS.contains(&name) {
        return Some(format!("every entity has `{name}` of its own"));
    }
    if name == "subject" && entity.kind == EntityKind::User {
        return Some("`subject` holds the token's subject".to_owned());
    }
    if name == "because" || name == "input" || name == "this" || name == "actor" || numbered {
        return Some(format!("`{name}` has a meaning of its own"));
    }
    let filters = matches!(field.ty, Type::OneOf(_) | Type::Ref(_) | Type::UserIn(_));
    if filters && PARAMETERS.contains(&name) {
        return Some(format!("every list has a parameter `{name}` of its own"));
    }
    None
}

/// The columns that a field has in the table, in a view or in an answer.
fn columns_of(field: &Field) -> Vec<String> {
    let name = &field.name;
    match field.ty {
        Type::Money(_) => vec![name.clone(), format!("{name}_minor")],
        Type::Duration => vec![name.clone(), format!("{name}_seconds")],
        Type::RangeOfDate | Type::RangeOfTimestamp => {
            vec![name.clone(), format!("{name}_from"), format!("{name}_until")]
        }
        _ => vec![name.clone()],
    }
}

/// Each action is a function for each context in which somebody may run it.
fn doors_fit(world: &World<'_>, draft: &Draft<'_>, out: &mut Diagnostics) {
    let Some(declared) = draft.declared else { return };
    let longest = world.contexts.iter().map(|context| context.name.len()).max().unwrap_or(0);
    for (name, _) in declared.actions.iter() {
        not_rust(&name.value, name.span, out);
        let door = format!("{}_{name}_", draft.name.to_snake_case());
        if door.len() + longest + "_v1".len() > LONGEST {
            out.push(too_long(&format!("{door}…_v1"), name.span, "function"));
        }
    }
}

/// Paths of `routes: standard` against each other.
pub fn routes(world: &World<'_>, out: &mut Diagnostics) {
    for (at, entity) in world.entities.iter().enumerate() {
        let draft = &world.drafts[at];
        let collection = entity.plural.to_kebab_case();
        let public = entity.reads.iter().any(|grant| grant.who == Who::Anyone);
        let context = world.contexts.iter().skip(1).find(|context| context.path == collection);
        if let Some(context) = context.filter(|_| public) {
            let message = format!(
                "`/{collection}` is the collection that anyone reads and the path of `{}`",
                context.name
            );
            let contexts = super::contexts::declared(world.document);
            let named = contexts.map(|(name, _)| name).find(|name| name.value == context.name);
            let diagnostic = Diagnostic::new(
                codes::NAME_COLLISION,
                named.map_or(draft.span, |name| name.span),
                message,
            );
            out.push(diagnostic.next("give the context another `path:`"));
        }
        own_actions(world, entity, draft, out);
    }
}

/// An action of a tenant stands beside the collections of its rows, and a person's beside their own.
fn own_actions(world: &World<'_>, entity: &Entity, draft: &Draft<'_>, out: &mut Diagnostics) {
    if !matches!(entity.kind, EntityKind::Tenant(_) | EntityKind::User) {
        return;
    }
    let Some(declared) = draft.declared else { return };
    for action in entity.actions.iter().filter(|action| action.kind == ActionKind::Change) {
        let path = action.name.to_kebab_case();
        let other = world.entities.iter().find(|other| other.plural.to_kebab_case() == path);
        if let (Some(other), Some((name, _))) = (other, declared.actions.entry(&action.name)) {
            let message =
                format!("`/{path}` is this action and the collection of `{}`", other.name);
            let told = Diagnostic::new(codes::NAME_COLLISION, name.span, message);
            out.push(told.next("name the action otherwise, or give the entity another `plural:`"));
        }
    }
}
