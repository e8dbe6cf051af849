//! The shipped blueprints, and small ones with a mistake each.

use std::path::Path;

use crate::compile;
use crate::model::{ActionKind, Model, Origin, Scope, Type, Who};
use crate::source::Sources;

const PROJECTS: &str = include_str!("../../blueprints/projects/blueprint.yaml");

fn messages(text: &str) -> Vec<String> {
    let sources = Sources::from_text("blueprint.yaml", text);
    let (_, diagnostics) = compile(&sources);
    let told = diagnostics.iter().map(|one| {
        let place = sources.text(one.primary.span);
        format!("{} `{place}`: {}", one.code, one.message)
    });
    told.collect()
}

fn model(text: &str) -> Model {
    assert_eq!(messages(text), Vec::<String>::new());
    let (model, _) = compile(&Sources::from_text("blueprint.yaml", text));
    model.expect("nothing was reported")
}

#[test]
fn projects_resolves() {
    let model = model(PROJECTS);
    let names: Vec<&str> = model.entities.iter().map(|entity| entity.name.as_str()).collect();
    assert_eq!(names, ["User", "Team", "Member", "Project", "Task"]);
    let task = &model.entities[4];
    let fields: Vec<&str> = task.fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(fields, ["team", "project", "title", "due", "assignee"]);
    let member = &model.entities[2];
    let actions: Vec<(&str, ActionKind)> =
        member.actions.iter().map(|action| (action.name.as_str(), action.kind)).collect();
    assert_eq!(actions, [("grant", ActionKind::Grant), ("revoke", ActionKind::Revoke)]);
    assert_eq!(model.contexts[2].path, "teams");
}

#[test]
fn marketplace_resolves() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints/marketplace/blueprint.yaml");
    let (model, diagnostics) = compile(&crate::load(&path).expect("it can be read"));
    assert!(diagnostics.is_empty());
    let model = model.expect("nothing was reported");
    let refund = &model[model.entity_named("Refund").unwrap()];
    assert!(matches!(refund.scope, Scope::Through { .. }));
    let customer = refund.fields.iter().find(|field| field.name == "customer").unwrap();
    assert!(matches!(customer.origin, Origin::Copied { .. }));
    assert!(matches!(customer.ty, Type::Ref(_)));
    let party = refund.parties.iter().position(|party| party.name == "customer").unwrap();
    assert!(refund.reads.iter().any(|grant| grant.who == Who::Party(crate::model::PartyId(party))));
}
