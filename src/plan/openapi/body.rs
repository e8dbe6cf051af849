//! What an action is given.

use serde_json::{Map, Value, json};

use crate::model::{Action, Default, Entity, Field, FieldId, Model};

use super::super::json_type;
use super::super::{literal, names};

pub fn request_body(model: &Model, entity: &Entity, action: &Action) -> Option<Value> {
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
        let mut schema = if input.optional { json_type::nullable(schema) } else { schema };
        if !input.summary.is_empty() {
            schema["description"] = json!(names::sentence(&input.summary, &input.name));
        }
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

pub fn field_schema(model: &Model, field: &Field) -> Value {
    let mut schema = json_type::schema(model, &field.ty);
    if !field.summary.is_empty() {
        schema["description"] = json!(names::sentence(&field.summary, &field.name));
    }
    let mut schema = if field.optional { json_type::nullable(schema) } else { schema };
    if field.origin.is_kept() {
        schema["readOnly"] = json!(true);
    } else if let Some(Default::Value(value)) = &field.default
        && let Some(value) = literal::json(value, &field.ty)
    {
        schema["default"] = value;
    }
    schema
}
