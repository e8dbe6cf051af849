//! openapi.json: OpenAPI 3.1, from the same routes and views as the code.

mod body;
mod components;
mod lazy;
mod operation;
pub mod refusals;
mod responses;

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Value, json};

use crate::model::{Entity, Model};

use super::names;
use super::routes::Route;
pub use body::body;
use components::Components;
use lazy::Lazy;
pub use operation::filters;

/// In the order in which it is read.
#[derive(Serialize)]
struct Document<'m, P> {
    openapi: &'static str,
    info: Value,
    servers: Value,
    tags: Vec<Value>,
    paths: P,
    components: Components<'m>,
}

/// The whole document, pretty-printed, with a newline at its end.
pub fn openapi(model: &Model, routes: &[Route]) -> String {
    let mut paths: IndexMap<&str, Vec<&Route>> = IndexMap::new();
    for route in routes {
        paths.entry(&route.path).or_default().push(route);
    }
    let paths: Vec<_> = paths.into_iter().collect();
    let document = Document {
        openapi: "3.1.0",
        info: json!({
            "title": model.service.name,
            "summary": names::sentence(&model.service.summary, "A service"),
            "version": "1",
        }),
        servers: json!([{ "url": "/" }]),
        tags: model.entities.iter().map(|entity| tag(model, entity)).collect(),
        paths: Lazy::new(&paths, |(path, routes)| (*path, operation::path(model, routes))),
        components: Components::of(model, routes),
    };
    let text = serde_json::to_string_pretty(&document).expect("a JSON value has only text keys");
    text + "\n"
}

fn tag(model: &Model, entity: &Entity) -> Value {
    json!({ "name": entity.name, "description": names::about(model, entity) })
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
