//! openapi.json: OpenAPI 3.1, from the same routes and views as the code.

use serde_json::{Map, Value, json};

use crate::model::{
    Action, ActionKind, Default, Entity, Field, FieldId, Model, Source, States, Type,
};

use super::json_type::{self, ID};
use super::names;
use super::routes::{Operation, Route, RowBy};
use super::view::View;

/// The whole document, pretty-printed, with a newline at its end.
pub fn openapi(model: &Model, routes: &[Route]) -> String {
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let item = paths.entry(route.path.clone()).or_insert_with(|| path_item(model, route));
        item[route.method.lower()] = operation(model, route);
    }
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": model.service.name,
            "summary": names::sentence(&model.service.summary, "A service"),
            "version": "1",
        },
        "servers": [{ "url": "/" }],
        "tags": model.entities.iter().map(|entity| tag(model, entity)).collect::<Vec<_>>(),
        "paths": paths,
        "components": components(model, routes),
    });
    let text = serde_json::to_string_pretty(&document).expect("a JSON value has only text keys");
    text + "\n"
}

fn tag(model: &Model, entity: &Entity) -> Value {
    json!({ "name": entity.name, "description": names::about(model, entity) })
}

/// Parameters that every method of a path shares.
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
        let path = format!("entities.{}.actions.{name}", entity.name);
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
        Operation::Action(_) if route.row != RowBy::None => vec![reference("if_match")],
        Operation::Action(_) => Vec::new(),
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

fn request_body(model: &Model, entity: &Entity, action: &Action) -> Option<Value> {
    let (schema, example) = body(model, entity, action)?;
    Some(json!({
        "required": true,
        "content": { "application/json": { "schema": schema, "example": example } },
    }))
}

/// Schema and example of what an action is given; None where it is given nothing.
pub fn body(model: &Model, entity: &Entity, action: &Action) -> Option<(Value, Value)> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut example = Map::new();
    let makes = !action.kind.on_existing_row();
    for FieldId(index) in &action.accept {
        let field = &entity.fields[*index];
        let member = json_type::member(&field.name, &field.ty);
        if makes && !field.optional && field.default.is_none() {
            required.push(member.clone());
        }
        example.insert(member.clone(), json_type::example(&field.ty, &field.name));
        properties.insert(member, field_schema(model, field));
    }
    for input in &action.input {
        let member = json_type::member(&input.name, &input.ty);
        let schema = json_type::schema(model, &input.ty);
        if !input.optional {
            required.push(member.clone());
        }
        example.insert(member.clone(), json_type::example(&input.ty, &input.name));
        let schema = if input.optional { json_type::nullable(schema) } else { schema };
        properties.insert(member, schema);
    }
    if action.because {
        required.push("because".to_owned());
        example.insert("because".into(), json!("Asked for by the customer"));
        properties.insert(
            "because".into(),
            json!({
                "type": "string", "minLength": 1, "maxLength": 500,
                "description": "Why; kept in the audit.",
            }),
        );
    }
    if properties.is_empty() {
        return None;
    }
    let mut schema = Map::new();
    schema.insert("type".into(), json!("object"));
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    schema.insert("additionalProperties".into(), json!(false));
    schema.insert("properties".into(), Value::Object(properties));
    Some((Value::Object(schema), Value::Object(example)))
}

fn field_schema(model: &Model, field: &Field) -> Value {
    let mut schema = json_type::schema(model, &field.ty);
    if !field.summary.is_empty() {
        schema["description"] = json!(names::sentence(&field.summary, &field.name));
    }
    let mut schema = if field.optional { json_type::nullable(schema) } else { schema };
    if let Some(Default::Value(value)) = &field.default
        && let Some(value) = super::literal::json(value, &field.ty)
    {
        schema["default"] = value;
    }
    schema
}

fn responses(model: &Model, route: &Route) -> Value {
    let entity = &model[route.entity];
    let problem = |name: &str| json!({ "$ref": format!("#/components/responses/{name}") });
    let view = View::of(model, route.entity, route.context);
    let mut responses = Map::new();
    let signed_in = route.context != Model::ANYONE;
    let mut problems: Vec<(&str, &str)> = Vec::new();
    match route.operation {
        Operation::List => {
            if let Some(view) = &view {
                let name = format!("{}List", view.component(model));
                responses.insert("200".into(), answer("A page, newest first.", &name, &[]));
            }
            problems.push(("400", "BadRequest"));
        }
        Operation::Get => {
            if let Some(view) = &view {
                responses
                    .insert("200".into(), answer("The row.", &view.component(model), &["ETag"]));
            }
            responses.insert("304".into(), json!({ "description": "As it was." }));
            problems.extend([("400", "BadRequest"), ("404", "NotFound")]);
        }
        Operation::Action(index) => {
            let action = &entity.actions[index];
            let (status, answer) = action_answer(model, action, view.as_ref());
            responses.insert(status.into(), answer);
            problems.extend([
                ("400", "BadRequest"),
                ("404", "NotFound"),
                ("409", "Refused"),
                ("413", "TooLarge"),
                ("415", "UnsupportedMediaType"),
                ("422", "Invalid"),
            ]);
            if route.row != RowBy::None {
                problems.extend([("412", "VersionMismatch"), ("428", "VersionRequired")]);
            }
        }
    }
    if signed_in {
        problems.extend([("401", "Unauthorized"), ("403", "NotPermitted")]);
    }
    problems.push(("503", "Unavailable"));
    problems.sort_unstable();
    responses.extend(problems.into_iter().map(|(status, name)| (status.to_owned(), problem(name))));
    Value::Object(responses)
}

fn action_answer(model: &Model, action: &Action, view: Option<&View>) -> (&'static str, Value) {
    let changes = matches!(action.kind, ActionKind::Change | ActionKind::Revoke);
    match (changes, view) {
        (true, Some(view)) => {
            ("200", answer("The row as it is now.", &view.component(model), &["ETag"]))
        }
        (true, None) => ("204", json!({ "description": "Done." })),
        (false, Some(view)) => {
            ("201", answer("The new row.", &view.component(model), &["ETag", "Location"]))
        }
        (false, None) => ("201", answer("The new row's id.", "Made", &[])),
    }
}

fn answer(description: &str, schema: &str, headers: &[&str]) -> Value {
    let mut answer = json!({
        "description": description,
        "content": {
            "application/json": { "schema": { "$ref": format!("#/components/schemas/{schema}") } },
        },
    });
    for header in headers {
        answer["headers"][*header] = json!({ "$ref": format!("#/components/headers/{header}") });
    }
    answer
}

fn components(model: &Model, routes: &[Route]) -> Value {
    let mut schemas = Map::new();
    for route in routes {
        let Some(view) = View::of(model, route.entity, route.context) else { continue };
        let name = view.component(model);
        if route.operation == Operation::List {
            schemas.insert(format!("{name}List"), page(&name));
        }
        schemas.entry(name).or_insert_with(|| row(model, &view));
    }
    schemas.insert(
        "Made".into(),
        json!({
            "type": "object",
            "required": ["id"],
            "properties": { "id": { "type": "string", "format": "uuid", "examples": [ID] } },
        }),
    );
    schemas.insert("Problem".into(), problem_schema());
    json!({
        "securitySchemes": {
            "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": bearer(model) },
        },
        "parameters": shared_parameters(),
        "headers": {
            "ETag": {
                "description": "The row's version, in quotes; `If-Match` of the next action.",
                "schema": { "type": "string" },
                "example": "\"1\"",
            },
            "Location": {
                "description": "Path of the new row.",
                "schema": { "type": "string", "format": "uri-reference" },
            },
        },
        "responses": problem_responses(),
        "schemas": schemas,
    })
}

fn bearer(model: &Model) -> String {
    let tokens = &model.identity.tokens;
    let source = |source: &Source| match source {
        Source::Fixed(text) => format!("`{text}`"),
        Source::Setting(index) => format!("the value of `{}`", model.settings[*index].name),
    };
    format!(
        "Signed with {} by the issuer ({}) for the audience ({}); `{}` names the person.",
        names::either(&tokens.algorithms),
        source(&tokens.issuer),
        source(&tokens.audience),
        tokens.subject,
    )
}

fn shared_parameters() -> Value {
    json!({
        "limit": {
            "name": "limit", "in": "query", "required": false,
            "schema": { "type": "integer", "minimum": 1, "maximum": 100, "default": 50 },
        },
        "cursor": {
            "name": "cursor", "in": "query", "required": false,
            "description": "`next` of the page before.",
            "schema": { "type": "string" },
        },
        "if_match": {
            "name": "If-Match", "in": "header", "required": true,
            "description": "The version that the action is meant for.",
            "schema": { "type": "string", "pattern": "^\"[0-9]+\"$" },
            "example": "\"1\"",
        },
        "if_none_match": {
            "name": "If-None-Match", "in": "header", "required": false,
            "schema": { "type": "string" },
        },
    })
}

fn state_schema(states: &States) -> Value {
    let names: Vec<&str> = states.list.iter().map(|state| state.name.as_str()).collect();
    json!({ "type": "string", "enum": names })
}

/// A row as the context sees it. Fields of a facet are properties that are not required.
fn row(model: &Model, view: &View) -> Value {
    let entity = &model[view.entity];
    let mut properties = Map::new();
    let mut example = Map::new();
    let mut add = |name: String, schema: Value, value: Value| {
        example.insert(name.clone(), value);
        properties.insert(name, schema);
    };
    add("id".into(), json!({ "type": "string", "format": "uuid" }), json!(ID));
    let mut field = |FieldId(index): &FieldId| {
        let field = &entity.fields[*index];
        let member = json_type::member(&field.name, &field.ty);
        add(member.clone(), field_schema(model, field), json_type::example(&field.ty, &field.name));
        member
    };
    let mut required = vec!["id".to_owned()];
    required.extend(view.base.iter().map(&mut field));
    view.facets.iter().flat_map(|facet| &facet.fields).for_each(|id| {
        field(id);
    });
    if let Some(states) = &entity.states {
        required.push("state".into());
        let first = states.list.first().map(|state| state.name.as_str());
        add("state".into(), state_schema(states), json!(first));
    }
    add("version".into(), json!({ "type": "integer", "format": "int32", "minimum": 1 }), json!(1));
    for name in ["created_at", "updated_at"] {
        add(
            name.into(),
            json!({ "type": "string", "format": "date-time" }),
            json!("2026-03-01T09:00:00Z"),
        );
    }
    required.extend(["version", "created_at", "updated_at"].map(String::from));
    json!({
        "type": "object",
        "description": names::about(model, entity),
        "required": required,
        "properties": properties,
        "examples": [example],
    })
}

fn page(row: &str) -> Value {
    json!({
        "type": "object",
        "required": ["items", "next"],
        "properties": {
            "items": {
                "type": "array",
                "maxItems": 100,
                "items": { "$ref": format!("#/components/schemas/{row}") },
            },
            "next": { "type": ["string", "null"], "description": "Cursor of the next page." },
        },
    })
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "description": "RFC 9457.",
        "required": ["type", "title", "status", "detail", "code", "request_id"],
        "properties": {
            "type": { "type": "string", "format": "uri-reference" },
            "title": { "type": "string" },
            "status": { "type": "integer", "minimum": 400, "maximum": 599 },
            "detail": { "type": "string" },
            "code": { "type": "string", "description": "Stable; for programs." },
            "rule": { "type": "string", "description": "Path in the blueprint of the rule that refused." },
            "field": { "type": "string" },
            "request_id": { "type": "string" },
        },
        "examples": [{
            "type": "about:blank",
            "title": "Not Found",
            "status": 404,
            "detail": "There is no such row, or it is not yours to see.",
            "code": "not_found",
            "request_id": ID,
        }],
    })
}

fn problem_responses() -> Value {
    let all = [
        ("BadRequest", "A malformed path, query, header or body."),
        ("Unauthorized", "No valid token."),
        ("NotPermitted", "The person may not do this here."),
        ("NotFound", "No such row, or not one that the caller may read."),
        ("Refused", "The row's state or a rule does not allow it."),
        ("VersionMismatch", "The row has another version by now."),
        ("TooLarge", "The body is too large."),
        ("UnsupportedMediaType", "The body is not application/json."),
        ("Invalid", "A member of the body is missing, unknown or out of bounds."),
        ("VersionRequired", "`If-Match` is missing."),
        ("Unavailable", "Too busy, or the database is away; try again."),
    ];
    let mut responses = Map::new();
    for (name, description) in all {
        responses.insert(
            name.into(),
            json!({
                "description": description,
                "content": {
                    "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } },
                },
            }),
        );
    }
    Value::Object(responses)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use crate::plan::{example, routes};

    fn document() -> Value {
        let model = example::projects();
        serde_json::from_str(&super::openapi(&model, &routes(&model))).unwrap()
    }

    fn walk(value: &Value, seen: &mut dyn FnMut(&str, &Value)) {
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| {
                seen(key, value);
                walk(value, seen);
            }),
            Value::Array(list) => list.iter().for_each(|value| walk(value, seen)),
            _ => {}
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document = document();
        let mut references = 0;
        walk(&document, &mut |key, value| {
            if key == "$ref" {
                let path = value.as_str().unwrap().trim_start_matches('#');
                assert!(document.pointer(path).is_some(), "{path} is nowhere");
                references += 1;
            }
        });
        assert!(references > 50, "{references}");
    }

    #[test]
    fn every_operation_has_a_name_of_its_own() {
        let mut names = BTreeSet::new();
        walk(&document(), &mut |key, value| {
            if key == "operationId" {
                assert!(names.insert(value.to_string()), "{value} is there twice");
            }
        });
        let model = example::projects();
        assert_eq!(names.len(), routes(&model).len());
    }

    #[test]
    fn what_a_member_is_not_given_is_not_required() {
        let document = document();
        let project = &document["components"]["schemas"]["TeamProject"];
        assert!(project["properties"]["budget"].is_object());
        assert!(!project["required"].as_array().unwrap().contains(&"budget".into()));
        assert!(project["required"].as_array().unwrap().contains(&"name".into()));
    }
}
