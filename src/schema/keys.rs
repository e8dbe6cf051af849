//! Keys, references and indexes. What is a tenant's is led by the tenant, so that no key and no
//! reference can tell of another tenant's row.

use super::calls::{Refusal, RefusalKind};
use super::cx::{Cx, Slot, copies};
use super::names::{self, ident, joined};
use super::pieces::{Constraint, Index};
use super::who::{Place, Row};
use crate::expr::sql;
use crate::model::{ContextKind, EntityId, EntityKind, FieldId, Type, Unique, Who};

/// Primary key, subject, grants' one row for a person, declared keys, and keys that copies refer to.
pub fn unique(cx: &Cx<'_>, entity: EntityId) -> Vec<Constraint> {
    let it = &cx.model[entity];
    let table = names::table(&it.name);
    let tenant = tenant_column(cx, entity);
    let key = |what: &str, word: &str, columns: Vec<String>, path: String| Constraint {
        definition: format!("{word} ({})", columns.join(", ")),
        refusal: Refusal {
            constraint: joined(&[&table, what]),
            table: table.clone(),
            path,
            field: None,
            kind: RefusalKind::Unique,
        },
    };
    let led = |rest: Vec<String>| tenant.clone().into_iter().chain(rest).collect::<Vec<_>>();
    let id = vec!["id".to_owned()];

    let mut out = vec![key("pkey", "PRIMARY KEY", led(id), format!("entities.{}.id", it.name))];
    if it.kind == EntityKind::User {
        let subject = vec!["subject".to_owned()];
        out.push(key("subject_key", "UNIQUE", subject, format!("entities.{}.subject", it.name)));
    }
    if let EntityKind::Grants(_) = it.kind {
        let user = vec![ident("user")];
        out.push(key("user_key", "UNIQUE", led(user), format!("entities.{}.granted", it.name)));
    }
    for declared in it.uniques.iter().filter(|declared| declared.filter.is_none()) {
        let path = format!("entities.{}.unique.{}", it.name, declared.name);
        if cx.guard(&path) {
            let what = format!("{}_key", declared.name);
            out.push(key(&what, "UNIQUE", columns(cx, entity, declared), path));
        }
    }
    for copied in cx.copied_from(entity) {
        let columns: Vec<String> =
            copied.iter().map(|id| cx.column(entity, Slot::Field(*id))).collect();
        let bare: Vec<&str> = copied.iter().map(|id| it.fields[id.0].name.as_str()).collect();
        let what = format!("{}_copy_key", bare.join("_"));
        let all = led(std::iter::once("id".to_owned()).chain(columns).collect());
        out.push(key(&what, "UNIQUE", all, format!("entities.{}.id", it.name)));
    }
    out
}

fn columns(cx: &Cx<'_>, entity: EntityId, unique: &Unique) -> Vec<String> {
    let tenant = tenant_column(cx, entity).filter(|_| unique.global.is_none());
    let fields = unique.fields.iter().map(|field| cx.column(entity, Slot::Field(*field)));
    tenant.into_iter().chain(fields).collect()
}

/// Column that leads the keys of a tenant's entity, quoted where it must be.
pub fn tenant_column(cx: &Cx<'_>, entity: EntityId) -> Option<String> {
    let (_, column) = cx.model[entity].scope.tenant()?;
    Some(cx.column(entity, Slot::Field(column)))
}

pub fn references(cx: &Cx<'_>, entity: EntityId) -> Vec<Constraint> {
    let it = &cx.model[entity];
    let tenant = it.scope.tenant();
    // A required reference within the tenant already proves that the tenant is there.
    let proved = (0..it.fields.len()).map(FieldId).any(|id| {
        !it.fields[id.0].optional
            && tenant.is_some_and(|(_, column)| column != id)
            && is_within_tenant(cx, entity, id)
    });
    // What is copied is copied from a row that refers to the same.
    let copied = |id: FieldId| {
        let own = copies(it).into_iter().filter(|(.., own)| *own == id);
        own.into_iter().any(|(through, ..)| !it.fields[through.0].optional)
    };
    (0..it.fields.len())
        .map(FieldId)
        .filter(|id| !(proved && tenant.is_some_and(|(_, column)| column == *id)))
        .filter(|id| !copied(*id))
        .filter_map(|id| {
            let definition = reference(cx, entity, id)?;
            let refusal = reference_to(cx, entity, id);
            cx.guard(format!("{}.reference", refusal.path))
                .then_some(Constraint { definition, refusal })
        })
        .collect()
}

/// What it means when the foreign key of a field refuses.
pub fn reference_to(cx: &Cx<'_>, entity: EntityId, field: FieldId) -> Refusal {
    let it = &cx.model[entity];
    let (table, field) = (names::table(&it.name), it.fields[field.0].name.clone());
    Refusal {
        constraint: joined(&[&table, &field, "fkey"]),
        path: format!("entities.{}.fields.{field}", it.name),
        table,
        field: Some(field),
        kind: RefusalKind::Reference,
    }
}

/// Whether the field refers to a row of the same tenant.
pub fn is_within_tenant(cx: &Cx<'_>, entity: EntityId, field: FieldId) -> bool {
    let it = &cx.model[entity];
    let Some((tenant, column)) = it.scope.tenant() else { return false };
    if column == field {
        return false;
    }
    match it.fields[field.0].ty {
        Type::Ref(target) => cx.model[target].scope.tenant().is_some_and(|(of, _)| of == tenant),
        Type::UserIn(context) => cx.model[context].tenant() == Some(tenant),
        _ => false,
    }
}

fn reference(cx: &Cx<'_>, entity: EntityId, field: FieldId) -> Option<String> {
    let it = &cx.model[entity];
    let (target, to) = match it.fields[field.0].ty {
        Type::Ref(target) => (target, "id".to_owned()),
        Type::UserIn(context) => (cx.model[context].grants()?, ident("user")),
        _ => return None,
    };
    let mut from = vec![cx.column(entity, Slot::Field(field))];
    let mut onto = vec![to];
    if is_within_tenant(cx, entity, field) {
        from.insert(0, tenant_column(cx, entity)?);
        onto.insert(0, tenant_column(cx, target)?);
    }
    for (_, parent, own) in copies(it).into_iter().filter(|(through, ..)| *through == field) {
        from.push(cx.column(entity, Slot::Field(own)));
        onto.push(cx.column(target, Slot::Field(parent)));
    }
    Some(format!(
        "FOREIGN KEY ({}) REFERENCES {} ({}) ON DELETE RESTRICT",
        from.join(", "),
        cx.table(target),
        onto.join(", ")
    ))
}

/// For each context that reads, indexes led by what anchors it; for each reference, one that finds
/// the rows that refer; partial unique ones.
pub fn indexes(cx: &Cx<'_>, entity: EntityId) -> Vec<Index> {
    let it = &cx.model[entity];
    let table = names::table(&it.name);
    let tenant = tenant_column(cx, entity);
    let mut out: Vec<Index> = Vec::new();
    let mut add = |what: &str, columns: Vec<String>| {
        if !out.iter().any(|index| index.columns == columns) {
            let mut name = joined(&[&table, what, "idx"]);
            if out.iter().any(|index| index.name == name) {
                name = joined(&[&table, what, "tenant_idx"]);
            }
            out.push(Index { name, columns, filter: None, refusal: None });
        }
    };
    let id = || "id".to_owned();

    if tenant.is_some() && is_read_across_tenants(cx, entity) {
        add("id", vec![id()]);
    }
    for party in &it.parties {
        if let (ContextKind::Person, Some(column)) = (cx.model[party.context].kind, party.column) {
            let what = format!("{}_self", party.name);
            add(&what, vec![cx.column(entity, Slot::Field(column)), id()]);
        }
    }
    let tenant_field = it.scope.tenant().map(|(_, column)| column);
    for field in (0..it.fields.len()).map(FieldId).filter(|id| Some(*id) != tenant_field) {
        let one_for_each =
            matches!(it.kind, EntityKind::Grants(_)) && it.fields[field.0].name == "user";
        if matches!(it.fields[field.0].ty, Type::Ref(_) | Type::UserIn(_)) && !one_for_each {
            let column = cx.column(entity, Slot::Field(field));
            let columns = tenant.clone().into_iter().chain([column, id()]).collect();
            add(&it.fields[field.0].name, columns);
        }
    }
    if it.states.is_some() {
        add("state", tenant.clone().into_iter().chain(["state".to_owned(), id()]).collect());
    }
    out.extend(super::due::indexes(cx, entity));
    out.extend(partial(cx, entity));
    out
}

fn is_read_across_tenants(cx: &Cx<'_>, entity: EntityId) -> bool {
    let it = &cx.model[entity];
    it.reads.iter().any(|grant| match grant.who {
        Who::Anyone | Who::User => true,
        who => matches!(cx.model[cx.model.context_of(it, who)].kind, ContextKind::Staff { .. }),
    })
}

fn partial(cx: &Cx<'_>, entity: EntityId) -> Vec<Index> {
    let it = &cx.model[entity];
    let table = names::table(&it.name);
    let row = Row::new(cx, entity, "", Place::Policy);
    let mut out = Vec::new();
    for declared in &it.uniques {
        let path = format!("entities.{}.unique.{}", it.name, declared.name);
        let Some(filter) = &declared.filter else { continue };
        if !cx.guard(&path) {
            continue;
        }
        let name = joined(&[&table, &declared.name, "key"]);
        out.push(Index {
            columns: columns(cx, entity, declared),
            filter: Some(sql::print(filter, &row)),
            refusal: Some(Refusal {
                constraint: name.clone(),
                table: table.clone(),
                path,
                field: None,
                kind: RefusalKind::Unique,
            }),
            name,
        });
    }
    out
}
