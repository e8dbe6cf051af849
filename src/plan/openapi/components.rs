//! What paths refer to: schemas of rows, parameters, headers and problems.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::model::{FieldId, Idempotency, Model, Source};

use super::super::json_type::{self, ID};
use super::super::names;
use super::super::routes::{Operation, Route};
use super::super::view::View;
use super::body::field_schema;
use super::lazy::Lazy;
use super::operation::{key_parameter, state_schema};

pub struct Components<'m> {
    model: &'m Model,
    schemas: Vec<(String, Schema)>,
}

enum Schema {
    /// A page of the rows of this name.
    Page(String),
    Row(View),
    Whole(Value),
}

impl<'m> Components<'m> {
    pub fn of(model: &'m Model, routes: &[Route]) -> Self {
        let mut schemas = IndexMap::new();
        for route in routes {
            let Some(view) = View::of(model, route.entity, route.context) else { continue };
            let name = view.component(model);
            if route.operation == Operation::List {
                schemas.insert(format!("{name}List"), Schema::Page(name.clone()));
            }
            schemas.entry(name).or_insert(Schema::Row(view));
        }
        schemas.insert("Made".to_owned(), Schema::Whole(made()));
        if model.has_approvals() {
            schemas.insert("Asked".to_owned(), Schema::Whole(asked()));
        }
        schemas.insert("Problem".to_owned(), Schema::Whole(problem_schema()));
        Self { model, schemas: schemas.into_iter().collect() }
    }

    fn schema(&self, schema: &Schema) -> Value {
        match schema {
            Schema::Page(of) => page(of),
            Schema::Row(view) => row(self.model, view),
            Schema::Whole(value) => value.clone(),
        }
    }
}

impl Serialize for Components<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct All<L> {
            security_schemes: Value,
            parameters: Value,
            headers: Value,
            responses: Value,
            schemas: L,
        }
        let all = All {
            security_schemes: json!({
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": bearer(self.model),
                },
            }),
            parameters: shared_parameters(self.model),
            headers: headers(self.model),
            responses: problem_responses(self.model),
            schemas: Lazy::new(&self.schemas, |(name, schema)| (name, self.schema(schema))),
        };
        all.serialize(serializer)
    }
}

fn made() -> Value {
    json!({
        "type": "object",
        "required": ["id"],
        "properties": { "id": { "type": "string", "format": "uuid", "examples": [ID] } },
    })
}

fn asked() -> Value {
    json!({
        "type": "object",
        "required": ["approval"],
        "properties": { "approval": { "type": "string", "format": "uuid", "examples": [ID] } },
    })
}

fn headers(model: &Model) -> Value {
    let mut headers = json!({
        "ETag": {
            "description": "The row's version, in quotes; `If-Match` of the next action.",
            "schema": { "type": "string" },
            "example": "\"1\"",
        },
        "Location": {
            "description": "Path of the new row.",
            "schema": { "type": "string", "format": "uri-reference" },
        },
    });
    if keys(model).next().is_some() {
        headers["Idempotency-Replayed"] = json!({
            "description": "There where this was answered before under the same key, and nothing was done now.",
            "schema": { "type": "string", "const": "true" },
        });
    }
    headers
}

/// How the actions take keys.
fn keys(model: &Model) -> impl Iterator<Item = Idempotency> + '_ {
    let actions = model.entities.iter().flat_map(|entity| &entity.actions);
    actions.filter_map(|action| action.idempotency)
}

fn key(required: bool) -> Value {
    let mut description = "A name of the caller's own for this request, such as a UUID, with or without \
        double quotes. Under the same name, the same request is answered with the same for 24 hours, and \
        nothing is done twice."
        .to_owned();
    if !required {
        description.push_str(" Without it, a repeat is one more.");
    }
    json!({
        "name": "Idempotency-Key", "in": "header", "required": required,
        "description": description,
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
        "example": ID,
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

fn shared_parameters(model: &Model) -> Value {
    let mut parameters = json!({
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
    });
    for kept in keys(model) {
        parameters[key_parameter(kept)] = key(kept == Idempotency::Required);
    }
    parameters
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

/// What is answered to who signed in too long ago (RFC 9470).
fn sign_in() -> Value {
    let example = "Bearer error=\"insufficient_user_authentication\", \
                   error_description=\"This takes a more recent sign-in.\", max_age=\"900\"";
    json!({
        "description": "No valid token, or the person signed in too long ago.",
        "headers": {
            "WWW-Authenticate": {
                "description": "`Bearer` alone where no token is valid; else `max_age` says how many seconds ago \
                                the person may have signed in.",
                "schema": { "type": "string" },
                "example": example,
            },
        },
        "content": {
            "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } },
        },
    })
}

fn problem_responses(model: &Model) -> Value {
    let paid = model.entities.iter().any(|entity| {
        entity.rules.iter().any(|rule| rule.paid) || entity.quotas.iter().any(|quota| quota.paid)
    });
    let unpaid = ("PaymentRequired", "What is paid for does not allow more.");
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
    if model.asks_step_up() {
        responses.insert("SignIn".into(), sign_in());
    }
    for (name, description) in all.into_iter().chain(paid.then_some(unpaid)) {
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
