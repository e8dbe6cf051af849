//! What is answered.

use serde_json::{Map, Value, json};

use crate::model::{Action, ActionKind, Idempotency, Model};
use crate::phrase::duration;

use super::super::names;
use super::super::routes::{Operation, Route, RowBy};
use super::super::view::View;

pub fn responses(model: &Model, route: &Route) -> Value {
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
            let access = model.access(route.entity, route.context);
            if !access.is_some_and(|access| access.shows_totals(entity)) {
                responses.insert("304".into(), json!({ "description": "As it was." }));
            }
            problems.extend([("400", "BadRequest"), ("404", "NotFound")]);
        }
        Operation::Action(index) => {
            let action = &entity.actions[index];
            let (status, answer) = action_answer(model, action, view.as_ref());
            responses.insert(status.into(), answer);
            if action.approval.is_some() {
                let waits = "It was asked for, and waits for another person who agrees.";
                responses.insert("202".into(), self::answer(waits, "Asked", &["Location"]));
            }
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
    if let Operation::Action(index) = route.operation {
        let (rules, paid) = super::refusals::told(model, route.entity, index);
        if !paid.is_empty() {
            let mut refused = problem("PaymentRequired");
            refused["description"] = format!("Refused by {}.", names::either(&paid)).into();
            responses.insert("402".into(), refused);
        }
        if let Some(asked) = model.step_up(entity, &entity.actions[index], route.context) {
            let mut told = problem("SignIn");
            let most = duration(asked.seconds);
            let why = format!("No valid token, or the person signed in more than {most} ago.");
            told["description"] = why.into();
            responses.insert("401".into(), told);
        }
        if let Some(kept) = entity.actions[index].idempotency {
            keyed(kept, &mut responses);
        }
        // Beside a reference a description stands for the one that is referred to.
        if let (false, Some(refused)) = (rules.is_empty(), responses.get_mut("409")) {
            refused["description"] = format!("Refused by {}.", names::either(&rules)).into();
        }
    }
    Value::Object(responses)
}

/// What a key adds to the answers.
fn keyed(kept: Idempotency, responses: &mut Map<String, Value>) {
    if kept == Idempotency::Required {
        responses["400"]["description"] = "Malformed, or without Idempotency-Key.".into();
    }
    responses["422"]["description"] =
        "Something in it cannot be taken, or its key was used for something else.".into();
    for status in ["200", "201", "202", "204"] {
        if let Some(answer) = responses.get_mut(status) {
            answer["headers"]["Idempotency-Replayed"] =
                json!({ "$ref": "#/components/headers/Idempotency-Replayed" });
        }
    }
}

fn action_answer(model: &Model, action: &Action, view: Option<&View>) -> (&'static str, Value) {
    if action.kind == ActionKind::Delete {
        return ("204", json!({ "description": "It is deleted." }));
    }
    match (action.kind.on_existing_row(), view) {
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
