use super::*;
use crate::source::Sources;

fn model(name: &str) -> Model {
    let path = format!("{}/blueprints/{name}/blueprint.yaml", env!("CARGO_MANIFEST_DIR"));
    crate::compile(&crate::load(path.as_ref()).unwrap()).0.unwrap()
}

/// `manager: when state is requested; owner: …` of one row.
fn said(model: &Model, path: &str) -> Vec<String> {
    let table = table(model);
    let rows = table.iter().flat_map(|part| part.rows.iter().map(move |row| (part, row)));
    let (part, row) = rows.into_iter().find(|(_, row)| row.path == path).unwrap();
    let document = RowDocument::of(model, part, row);
    let cell = |cell: CellDocument| {
        let when = cell.when.map_or(String::new(), |when| format!(" {when}"));
        format!("{} in {}: {}{when}", cell.who, cell.context, cell.verdict)
    };
    document.cells.into_iter().map(cell).collect()
}

#[test]
fn what_a_role_is_given_whoever_includes_it_has_too() {
    let model = model("projects");
    assert_eq!(
        said(&model, "entities.Project.fields.name"),
        ["member in team: always", "lead in team: always"]
    );
    assert_eq!(said(&model, "entities.Project.fields.budget"), ["lead in team: always"]);
}

#[test]
fn a_party_is_what_everybody_in_its_context_is() {
    let model = model("projects");
    assert_eq!(
        said(&model, "entities.Task.read"),
        ["member in team: always", "lead in team: always", "assignee in team: always"]
    );
    assert_eq!(
        said(&model, "entities.Task.actions.finish"),
        ["assignee in team: when state is open"]
    );
}

#[test]
fn conditions_stand_in_the_language_of_the_blueprint() {
    let model = model("marketplace");
    let accept = "when state is requested && now() < or(accept_by, during.start - 1h)";
    assert_eq!(
        said(&model, "entities.Booking.actions.accept"),
        [format!("manager in vendor: {accept}"), format!("owner in vendor: {accept}")]
    );
    assert_eq!(
        said(&model, "entities.BookingLine.fields.amount")[0],
        "member in vendor: when not kind is customer_fee"
    );
    assert_eq!(
        said(&model, "entities.Membership.actions.revoke"),
        ["owner in vendor: when revoked_at is unset"]
    );
}

#[test]
fn what_is_seen_limits_what_is_done_where_the_action_does_not() {
    let model = model("marketplace");
    // Nobody but its side reads an open one.
    assert_eq!(
        said(&model, "entities.Review.actions.answer")[0],
        "manager in vendor: when (author_role is vendor || state is published) && state is open && \
         now() < created_at + 14d"
    );
}

/// A blueprint of one entity with what stands in `rest`.
fn thing(rest: &str) -> Model {
    let text = format!(
        "blueprint: 1
service: {{ name: things }}
identity:
  user: User
  contexts:
    club: {{ tenant: Club, grants: Seat, founder: host }}
roles:
  guest: {{ in: club }}
  host: {{ in: club, includes: [guest] }}
entities:
  Thing:
    fields: {{ title: text(1..80), kind: one of big|small }}
    states: [draft, shown, gone]
{rest}
routes: standard
"
    );
    let sources = Sources::from_text("blueprint.yaml", text);
    let (model, diagnostics) = crate::compile(&sources);
    let said: Vec<&str> = diagnostics.iter().map(|one| one.message.as_str()).collect();
    model.unwrap_or_else(|| panic!("{said:?}"))
}

fn verdict<'t>(table: &'t [Permissions], model: &Model, path: &str, who: &str) -> &'t Verdict {
    for part in table {
        let entity = &model[part.entity];
        let at = part.people.iter().position(|one| model.name_of(entity, one.who) == who);
        if let (Some(row), Some(at)) = (part.rows.iter().find(|row| row.path == path), at) {
            return &row.cells[at].verdict;
        }
    }
    panic!("no cell {path} of {who}")
}

#[test]
fn never_says_what_is_missing() {
    let model = thing(
        "    read: { guest: { fields: all, when: state is shown }, host: { fields: all, when: state is shown|draft } }
    actions:
      create: { by: host, accept: [title, kind] }
      show: { by: guest, from: draft, to: shown }
      hide: { by: host, from: shown, to: gone }",
    );
    let table = table(&model);
    let path = "entities.Thing.actions.show";
    // The row that he could show is one that he does not see.
    assert_eq!(verdict(&table, &model, path, "guest"), &Verdict::Never(Missing::Chance));
    assert!(verdict(&table, &model, path, "host").is_possible());
    let path = "entities.Thing.actions.hide";
    assert_eq!(verdict(&table, &model, path, "guest"), &Verdict::Never(Missing::Grant));
    assert_eq!(verdict(&table, &model, path, "user"), &Verdict::Never(Missing::Grant));
}

#[test]
fn what_holds_of_every_row_is_always() {
    let model = thing(
        "    read: { guest: { fields: all, when: state is draft || not state is draft } }
    actions:
      create: { by: host, accept: [title, kind] }
      touch: { by: guest, from: any, accept: [title], require: { a_kind: kind is big|small } }
      show: { by: host, from: draft, to: shown }
      hide: { by: host, from: shown, to: gone }",
    );
    let table = table(&model);
    assert_eq!(verdict(&table, &model, "entities.Thing.read", "guest"), &Verdict::Always);
    assert_eq!(verdict(&table, &model, "entities.Thing.actions.touch", "guest"), &Verdict::Always);
}

#[test]
fn why_is_a_chain_to_the_grant_and_its_conditions() {
    let model = model("marketplace");
    let part = permissions(&model, model.entity_named("Booking").unwrap());
    let at = |who: &str| {
        let entity = &model[part.entity];
        part.people.iter().position(|one| model.name_of(entity, one.who) == who).unwrap()
    };
    let row = part.rows.iter().find(|row| row.path.ends_with(".accept")).unwrap();
    let paths: Vec<String> =
        why(&model, &part, at("owner"), row).steps.into_iter().map(|step| step.path).collect();
    assert_eq!(
        paths,
        [
            "identity.contexts.vendor",
            "roles.owner",
            "roles.manager",
            "entities.Booking.read.member.1",
            "entities.Booking.actions.accept.by.manager",
            "entities.Booking.actions.accept.from",
            "entities.Booking.actions.lapse.at",
            "entities.Booking.actions.accept.idempotency",
        ]
    );
}

/// Every never is explained, and nothing else is.
#[test]
fn a_lack_is_told_exactly_where_it_is_never() {
    for name in ["projects", "marketplace"] {
        let model = model(name);
        for part in table(&model) {
            for row in &part.rows {
                for (column, cell) in row.cells.iter().enumerate() {
                    let why = why(&model, &part, column, row);
                    let never = !cell.verdict.is_possible();
                    assert_eq!(why.lack.is_some(), never, "{} of {column}", row.path);
                    assert!(!why.steps.is_empty(), "{} of {column}", row.path);
                    assert!(!why.others.contains(&column), "{}", row.path);
                }
            }
        }
    }
}

#[test]
fn who_may_only_as_somebody_else_besides_is_said_to_programs_and_in_the_docs() {
    let text = "blueprint: 1
service: { name: notes }
identity:
  user: User
  contexts:
    club: { tenant: Club, grants: Seat, founder: host }
roles:
  guest: { in: club }
  host: { in: club }
entities:
  Note:
    fields: { title: text(1..80), author: ref User in club }
    parties: { author: { in: club } }
    read: { guest: all, host: all }
    actions:
      create: { by: guest, accept: [title, author] }
      edit: { by: author, accept: [title] }
routes: standard
";
    let (model, _) = crate::compile(&Sources::from_text("blueprint.yaml", text));
    let model = model.expect("it compiles");
    let part = permissions(&model, model.entity_named("Note").unwrap());
    let document = serde_json::to_value(EntityDocument::of(&model, &part)).unwrap();
    let rows = document["rows"].as_array().unwrap();
    let edit = rows.iter().find(|row| row["path"] == "entities.Note.actions.edit").unwrap();
    assert_eq!(edit["cells"], serde_json::json!([]));
    let roles = serde_json::json!(["guest", "host"]);
    let besides = serde_json::json!([{ "who": "author", "context": "club", "roles": roles }]);
    assert_eq!(edit["besides"], besides);
    assert!(rows.iter().filter(|row| row.get("besides").is_some()).count() == 1);

    let tree = crate::emit(&model);
    let docs = &tree.get("docs/permissions.md").unwrap().text;
    assert!(docs.contains("| may edit |  |  | only who is guest or host besides |"), "{docs}");
}
