//! Paths and what can be done at each.

use serde_json::{Map, Value, json};

use crate::model::{Idempotency, Model, States, Type};

use super::super::json_type::{self, ID};
use super::super::names;
use super::super::routes::{Operation, Route, RowBy};
use super::super::view::View;
use super::body::request_body;
use super::responses::responses;

/// A path: parameters that every method of it shares, then its methods.
pub fn path(model: &Model, routes: &[&Route]) -> Value {
    let mut item = path_item(model, routes[0]);
    for route in routes {
        item[route.method.lower()] = operation(model, route);
    }
    item
}

fn path_item(model: &Model, route: &Route) -> Value {
    let parameters: Vec<Value> = route
        .path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| {
            let of = if name == "id" { &model[route.entity].name } else { name };
            json!({
                "name": name,
                "in": "path",
                "required": true,
                "description": format!("Id of the {}.", names::title(of).to_lowercase()),
                "schema": { "type": "string", "format": "uuid" },
                "example": ID,
            })
        })
        .collect();
    if parameters.is_empty() { json!({}) } else { json!({ "parameters": parameters }) }
}

fn operation(model: &Model, route: &Route) -> Value {
    let entity = &model[route.entity];
    let context = &model[route.context];
    let mut operation = Map::new();
    let name = match route.operation {
        Operation::List => "list",
        Operation::Get => "get",
        Operation::Action(index) => &entity.actions[index].name,
    };
    operation
        .insert("operationId".into(), json!(format!("{}.{}.{name}", context.name, entity.name)));
    operation.insert("tags".into(), json!([entity.name]));
    operation.insert("summary".into(), json!(summary(model, route)));
    if route.context == Model::ANYONE {
        operation.insert("security".into(), json!([]));
    }
    let parameters = parameters(model, route);
    if !parameters.is_empty() {
        operation.insert("parameters".into(), Value::Array(parameters));
    }
    if let Operation::Action(index) = route.operation {
        if let Some(body) = request_body(model, entity, &entity.actions[index]) {
            operation.insert("requestBody".into(), body);
        }
        let path = entity.actions[index].path(entity);
        operation.insert("x-blueprint-path".into(), json!(path));
    }
    operation.insert("responses".into(), responses(model, route));
    Value::Object(operation)
}

fn summary(model: &Model, route: &Route) -> String {
    let entity = &model[route.entity];
    let whom = |who| model.name_of(entity, who).to_owned();
    match route.operation {
        Operation::List => format!("Lists {}.", names::title(&entity.plural).to_lowercase()),
        Operation::Get => format!("Reads one {}.", names::title(&entity.name).to_lowercase()),
        Operation::Action(index) => {
            let action = &entity.actions[index];
            let by: Vec<String> = action
                .doors(model, entity)
                .into_iter()
                .filter(|door| door.context == route.context)
                .flat_map(|door| door.by.into_iter().map(whom))
                .collect();
            let what = format!("{}: {}", names::title(&entity.name), action.name.replace('_', " "));
            format!("{} By {}.", names::sentence(&action.summary, &what), names::either(&by))
        }
    }
}

fn parameters(model: &Model, route: &Route) -> Vec<Value> {
    let reference = |name: &str| json!({ "$ref": format!("#/components/parameters/{name}") });
    match route.operation {
        Operation::List => {
            let mut list = vec![reference("limit"), reference("cursor")];
            list.extend(filters(model, route).into_iter().map(|(name, schema)| {
                json!({ "name": name, "in": "query", "required": false, "schema": schema })
            }));
            list
        }
        Operation::Get => vec![reference("if_none_match")],
        Operation::Action(index) => {
            let existing = (route.row != RowBy::None).then(|| reference("if_match"));
            let kept = model[route.entity].actions[index].idempotency;
            existing.into_iter().chain(kept.map(|kept| reference(key_parameter(kept)))).collect()
        }
    }
}

/// The component that takes the key.
pub fn key_parameter(kept: Idempotency) -> &'static str {
    match kept {
        Idempotency::Required => "idempotency_key",
        Idempotency::Optional => "optional_idempotency_key",
    }
}

/// What a list may be narrowed by: its state, and enumerations and references that every row shows.
pub fn filters(model: &Model, route: &Route) -> Vec<(String, Value)> {
    let entity = &model[route.entity];
    let mut filters = Vec::new();
    let Some(view) = View::of(model, route.entity, route.context) else { return filters };
    for id in view.base {
        let field = &entity.fields[id.0];
        let by_path = entity.scope.tenant().is_some_and(|(tenant, column)| {
            column == id && model[route.context].tenant() == Some(tenant)
        });
        if !by_path && matches!(field.ty, Type::OneOf(_) | Type::Ref(_) | Type::UserIn(_)) {
            filters.push((field.name.clone(), json_type::schema(model, &field.ty)));
        }
    }
    if let Some(states) = &entity.states {
        filters.push(("state".to_owned(), state_schema(states)));
    }
    filters
}

pub fn state_schema(states: &States) -> Value {
    let names: Vec<&str> = states.list.iter().map(|state| state.name.as_str()).collect();
    json!({ "type": "string", "enum": names })
}
