//! The path of two minutes in the README: a person, a tenant, a call, a refusal.

use serde::Serialize;

use crate::model::{ActionKind, Model, Provision};

use super::openapi;
use super::routes::{self, Operation, Route};

#[derive(Debug, Clone, Serialize)]
pub struct Step {
    pub say: String,
    pub command: String,
}

const BASE: &str = "http://127.0.0.1:8080";

pub fn steps(model: &Model, routes: &[Route]) -> Vec<Step> {
    let me = format!("curl -s {BASE}{}/me -H \"Authorization: Bearer $ADA\"", routes::VERSION);
    if matches!(model.identity.provision, Provision::Invited) {
        return vec![step("People are made by the operator; a token of nobody's is refused:", me)];
    }
    let mut steps = vec![step("A person is known from the first token on:", me)];
    let found = routes.iter().find(|route| match route.operation {
        Operation::Action(index) => model[route.entity].actions[index].kind == ActionKind::Found,
        _ => false,
    });
    let Some(found) = found else { return steps };
    let Operation::Action(index) = found.operation else { return steps };
    let tenant = &model[found.entity];
    let body = openapi::body(model, tenant, &tenant.actions[index]);
    let body = body.map_or_else(|| "{}".to_owned(), |(_, example)| example.to_string());
    let variable = routes::tenant_parameter(tenant).to_uppercase();
    steps.push(step(
        &format!("The person founds the first {} and is given its highest role:", tenant.name),
        format!(
            "{variable}=$(curl -s {BASE}{} -H \"Authorization: Bearer $ADA\" \\\n  -H 'Content-Type: application/json' -d '{body}' | sed 's/.*\"id\":\"\\([^\"]*\\)\".*/\\1/')",
            found.path
        ),
    ));
    let context = model.context_ids().find(|id| model[*id].tenant() == Some(found.entity));
    let Some(context) = context else { return steps };
    let own = routes::prefix(model, &model[context]);
    let parameter = format!("{{{}}}", routes::tenant_parameter(tenant));
    let own = own.replace(&parameter, &format!("${variable}"));
    steps.push(step(
        "It is there for its members:",
        format!("curl -s {BASE}{own} -H \"Authorization: Bearer $ADA\""),
    ));
    steps.push(step(
        "And for nobody else: another person is refused, by the database, with the path of the rule:",
        format!("curl -s {BASE}{own} -H \"Authorization: Bearer $BOB\""),
    ));
    steps
}

fn step(say: &str, command: String) -> Step {
    Step { say: say.to_owned(), command }
}
