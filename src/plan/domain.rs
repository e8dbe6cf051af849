//! An entity's types: what rows hold, what requests bring.

use serde::Serialize;

use crate::model::access::Facet;
use crate::model::{Action, Context, Entity, EntityId, Field, FieldId, Model, ReadGrant, Type};
use crate::schema::calls::{Column, Holds, Read};

use super::database::Database;
use super::names;
use super::openapi;
use super::routes::{Operation, Route};
use super::rust_type::{self, ident};

#[derive(Debug, Clone, Serialize)]
pub struct Domain {
    pub enums: Vec<Enum>,
    pub structs: Vec<Struct>,
    /// Bodies of changes, which tell apart what is given and what is not.
    pub patches: Vec<Patch>,
    pub rows: Vec<Row>,
    /// Rows with an id and a version of their own, not facets of one.
    pub stored: Vec<StoredRow>,
}

#[derive(Debug, Clone, Serialize)]
pub struct StoredRow {
    pub name: String,
    /// Whether it shows totals.
    pub counts: bool,
}

/// A closed set of names.
#[derive(Debug, Clone, Serialize)]
pub struct Enum {
    pub name: String,
    pub doc: String,
    pub variants: Vec<Variant>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Variant {
    pub name: String,
    pub text: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Struct {
    pub name: String,
    pub doc: String,
    /// Its attributes, a line each.
    pub attributes: String,
    /// Its fields, and their attributes on lines before them.
    pub lines: Vec<String>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Patch {
    pub name: String,
    /// `self.name.named("name")`, one for each field.
    pub named: String,
}

/// A struct that is read from a row of the database.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    pub name: String,
    /// Field and the expression that reads it.
    pub columns: Vec<RowColumn>,
}

#[derive(Debug, Clone, Serialize)]
pub struct RowColumn {
    pub field: String,
    pub read: String,
}

const ROW: &str = "#[derive(Debug, Clone, Serialize)]";
const BODY: &str = "#[derive(Debug, Clone, Deserialize)]\n#[serde(deny_unknown_fields)]";
const FILTER: &str = "#[derive(Debug, Clone, Default, Deserialize)]\n#[serde(deny_unknown_fields)]";

impl Domain {
    pub fn types(&self) -> Vec<String> {
        let enums = self.enums.iter().map(|of| of.name.clone());
        enums.chain(self.structs.iter().map(|of| of.name.clone())).collect()
    }
}

pub fn domain(model: &Model, id: EntityId, database: Database<'_>, routes: &[&Route]) -> Domain {
    let entity = &model[id];
    let mut domain = Domain {
        enums: enums(entity),
        structs: Vec::new(),
        patches: Vec::new(),
        rows: Vec::new(),
        stored: Vec::new(),
    };
    for context in model.context_ids() {
        if let Some(read) = database.read(id, context) {
            add_row(&mut domain, model, read);
        }
    }
    for route in routes {
        if route.operation == Operation::List && !filters(model, route).is_empty() {
            domain.structs.push(filter(model, route));
        }
    }
    for (index, action) in entity.actions.iter().enumerate() {
        let used = routes.iter().any(|route| route.operation == Operation::Action(index));
        if used && has_body(action) {
            domain.structs.push(body(entity, action));
            if patches(action) {
                domain.patches.push(patch(entity, action));
            }
        }
    }
    domain
}

/// `TaskInTeam`.
pub fn row_name(entity: &Entity, context: &Context) -> String {
    names::pascal(&entity.name) + &names::pascal(&super::context::suffix(context))
}

/// `TaskFilterInTeam`.
pub fn filter_name(entity: &Entity, context: &Context) -> String {
    format!(
        "{}Filter{}",
        names::pascal(&entity.name),
        names::pascal(&super::context::suffix(context))
    )
}

/// `CreateTask`.
pub fn body_name(entity: &Entity, action: &Action) -> String {
    names::pascal(&action.name) + &names::pascal(&entity.name)
}

/// Whether a request of the action brings anything.
pub fn has_body(action: &Action) -> bool {
    !action.accept.is_empty() || !action.input.is_empty() || action.because
}

/// Whether a field that is not given stays as it is.
pub fn patches(action: &Action) -> bool {
    action.kind.on_existing_row() && !action.accept.is_empty()
}

/// Whether leaving the field out is not the same as giving null: in a change, and where a default fills it.
pub fn may_be_left_out(action: &Action, field: &Field) -> bool {
    patches(action) || (field.default.is_some() && !field.optional)
}

/// Name and type of what a list may be narrowed by.
pub fn filters(model: &Model, route: &Route) -> Vec<(String, String)> {
    let entity = &model[route.entity];
    openapi::filters(model, route)
        .into_iter()
        .map(|(name, _)| {
            let field = entity.fields.iter().find(|field| field.name == name);
            let ty = match field {
                Some(field) => rust_type::of(&field.ty, &entity.name, &name),
                None => rust_type::state(entity),
            };
            (name, ty)
        })
        .collect()
}

fn enums(entity: &Entity) -> Vec<Enum> {
    let mut enums = Vec::new();
    let name = names::title(&entity.name).to_lowercase();
    if let Some(states) = &entity.states {
        let list: Vec<&str> = states.list.iter().map(|state| state.name.as_str()).collect();
        let doc = format!("States of one {name}; the first is the start.");
        enums.push(enumeration(rust_type::state(entity), doc, &list));
    }
    for field in &entity.fields {
        if let Type::OneOf(list) = &field.ty {
            let list: Vec<&str> = list.iter().map(String::as_str).collect();
            let doc = format!("`{}` of one {name}.", field.name);
            enums.push(enumeration(rust_type::enumeration(&entity.name, &field.name), doc, &list));
        }
    }
    for action in &entity.actions {
        for input in &action.input {
            if let Type::OneOf(list) = &input.ty {
                let list: Vec<&str> = list.iter().map(String::as_str).collect();
                let owner = body_name(entity, action);
                let doc = format!("`{}` of `{}`.", input.name, action.name);
                enums.push(enumeration(rust_type::enumeration(&owner, &input.name), doc, &list));
            }
        }
    }
    enums
}

pub fn enumeration(name: String, doc: String, list: &[&str]) -> Enum {
    let variant =
        |text: &&str| Variant { name: rust_type::variant(text), text: (*text).to_owned() };
    Enum { name, doc, variants: list.iter().map(variant).collect() }
}

fn add_row(domain: &mut Domain, model: &Model, read: &Read) {
    let (entity, context) = (&model[read.entity], &model[read.context]);
    let name = row_name(entity, context);
    let access = model.access(read.entity, read.context);
    let (grants, facets): (&[&ReadGrant], &[Facet]) =
        access.as_ref().map_or((&[], &[]), |access| (&access.grants, &access.facets));
    let whom = whom(model, entity, grants.iter().copied());
    let title = names::article(&names::title(&entity.name));
    let mut lines = lines(entity, &read.columns, None);
    let mut columns = row_columns(entity, &read.columns, None);
    let (mut facet_structs, mut facet_rows) = (Vec::new(), Vec::new());
    for (index, facet) in facets.iter().enumerate() {
        let number = index + 1;
        let givers = facet.grants.iter().map(|index| grants[*index]);
        let given = self::whom(model, entity, givers);
        let tail = facet_tail(&given, number, &facet_structs, &name);
        let facet_name = format!("{name}{}", names::pascal(&tail));
        lines.push("#[serde(flatten)]".to_owned());
        lines.push(format!("pub {tail}: Option<{facet_name}>,"));
        columns.push(RowColumn {
            field: tail,
            read: format!(
                "match row.try_get(\"facet_{number}\")? {{\n                true => Some({facet_name}::from_row(row)?),\n                false => None,\n            }}"
            ),
        });
        facet_rows.push(Row {
            name: facet_name.clone(),
            columns: row_columns(entity, &read.columns, Some(number)),
        });
        facet_structs.push(Struct {
            name: facet_name,
            doc: format!("What {} sees besides.", names::either(&given)),
            attributes: ROW.to_owned(),
            lines: self::lines(entity, &read.columns, Some(number)),
        });
    }
    let doc = format!("{title} as {} sees it.", names::either(&whom));
    domain.structs.push(Struct { name: name.clone(), doc, attributes: ROW.to_owned(), lines });
    domain.structs.extend(facet_structs);
    domain.rows.push(Row { name: name.clone(), columns });
    domain.rows.extend(facet_rows);
    let counts = access.as_ref().is_some_and(|access| access.shows_totals(entity));
    domain.stored.push(StoredRow { name, counts });
}

/// `for_lead`; by its number where that would be long or not its own.
fn facet_tail(given: &[String], number: usize, taken: &[Struct], row: &str) -> String {
    let words: Vec<&str> = given.iter().map(|name| name.trim_matches('`')).collect();
    let tail = format!("for_{}", words.join("_or_"));
    let name = format!("{row}{}", names::pascal(&tail));
    if words.len() > 2 || name.len() > 44 || taken.iter().any(|of| of.name == name) {
        return format!("facet_{number}");
    }
    tail
}

/// Who is granted, each once, by the blueprint's names.
fn whom<'g>(
    model: &Model,
    entity: &Entity,
    grants: impl Iterator<Item = &'g ReadGrant>,
) -> Vec<String> {
    let mut whom: Vec<String> = Vec::new();
    for grant in grants {
        let name = format!("`{}`", model.name_of(entity, grant.who));
        if !whom.contains(&name) {
            whom.push(name);
        }
    }
    whom
}

/// Fields of a row's struct, from its columns: those of one facet, or those outside of all.
fn lines(entity: &Entity, columns: &[Column], facet: Option<usize>) -> Vec<String> {
    let mut lines = Vec::new();
    for column in columns.iter().filter(|column| column.facet == facet) {
        let optional = |ty: String, optional| if optional { format!("Option<{ty}>") } else { ty };
        let (name, ty) = match column.holds {
            Holds::Id => ("id".to_owned(), "Uuid".to_owned()),
            Holds::State => ("state".to_owned(), rust_type::state(entity)),
            Holds::Version => ("version".to_owned(), "i32".to_owned()),
            Holds::CreatedAt => ("created_at".to_owned(), "Timestamp".to_owned()),
            Holds::UpdatedAt => ("updated_at".to_owned(), "Timestamp".to_owned()),
            Holds::Field(FieldId(index)) | Holds::From(FieldId(index)) => {
                let field = &entity.fields[index];
                let ty = rust_type::of(&field.ty, &entity.name, &field.name);
                (rust_type::member(&field.name, &field.ty), optional(ty, field.optional))
            }
            Holds::Until(_) | Holds::Granted => continue,
        };
        lines.push(format!("pub {name}: {ty},"));
    }
    lines
}

fn row_columns(entity: &Entity, columns: &[Column], facet: Option<usize>) -> Vec<RowColumn> {
    let mut reads = Vec::new();
    for column in columns.iter().filter(|column| column.facet == facet) {
        let plain = format!("row.try_get({:?})?", column.name);
        let (field, read) = match column.holds {
            Holds::Field(FieldId(index)) => {
                let field = &entity.fields[index];
                (rust_type::member(&field.name, &field.ty), plain)
            }
            Holds::From(FieldId(index)) => {
                let field = &entity.fields[index];
                let (from, until) =
                    (format!("{}_from", field.name), format!("{}_until", field.name));
                let read = if field.optional {
                    format!("Range::from_columns(row, {from:?}, {until:?})?")
                } else {
                    format!(
                        "Range {{ from: row.try_get({from:?})?, until: row.try_get({until:?})? }}"
                    )
                };
                (ident(&field.name), read)
            }
            Holds::Until(_) | Holds::Granted => continue,
            Holds::Id | Holds::State | Holds::Version | Holds::CreatedAt | Holds::UpdatedAt => {
                (column.name.clone(), plain)
            }
        };
        reads.push(RowColumn { field, read });
    }
    reads
}

fn filter(model: &Model, route: &Route) -> Struct {
    let (entity, context) = (&model[route.entity], &model[route.context]);
    let plural = names::title(&entity.plural).to_lowercase();
    Struct {
        name: filter_name(entity, context),
        doc: format!("Which {plural} are asked for."),
        attributes: FILTER.to_owned(),
        lines: filters(model, route)
            .into_iter()
            .map(|(name, ty)| format!("pub {}: Option<{ty}>,", ident(&name)))
            .collect(),
    }
}

fn body(entity: &Entity, action: &Action) -> Struct {
    let mut lines = Vec::new();
    for FieldId(index) in &action.accept {
        let field = &entity.fields[*index];
        let ty = rust_type::of(&field.ty, &entity.name, &field.name);
        let member = rust_type::member(&field.name, &field.ty);
        // What is not null but may be left out is told apart from null, which is refused.
        let ty = match (may_be_left_out(action, field), field.optional) {
            (true, true) => format!("Patch<Option<{ty}>>"),
            (true, false) => format!("Patch<{ty}>"),
            (false, true) => format!("Option<{ty}>"),
            (false, false) => ty,
        };
        if may_be_left_out(action, field) {
            lines.push("#[serde(default)]".to_owned());
        }
        lines.push(format!("pub {member}: {ty},"));
    }
    for input in &action.input {
        let ty = rust_type::of(&input.ty, &body_name(entity, action), &input.name);
        let ty = if input.optional { format!("Option<{ty}>") } else { ty };
        lines.push(format!("pub {}: {ty},", rust_type::member(&input.name, &input.ty)));
    }
    if action.because {
        lines.push("pub because: Because,".to_owned());
    }
    Struct {
        name: body_name(entity, action),
        doc: format!("`{}`", action.path(entity)),
        attributes: BODY.to_owned(),
        lines,
    }
}

fn patch(entity: &Entity, action: &Action) -> Patch {
    let named: Vec<String> = action
        .accept
        .iter()
        .map(|FieldId(index)| {
            let field = &entity.fields[*index];
            let member = rust_type::member(&field.name, &field.ty);
            format!("self.{member}.named({:?})", field.name)
        })
        .collect();
    Patch { name: body_name(entity, action), named: named.join(", ") }
}
