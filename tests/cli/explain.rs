//! `blueprint explain`: paths, who may, why, why not.

use crate::command::blueprint;
use crate::compile::started;

/// One of each kind of path; `BLUEPRINT_UPDATE=1` writes the answers anew.
#[test]
fn a_path_is_told_with_all_that_is_implied() {
    const ASKED: &[&str] = &[
        "service",
        "settings",
        "settings.OIDC_ISSUER",
        "settings.GREETING",
        "identity",
        "identity.user",
        "identity.tokens",
        "identity.contexts.shop",
        "identity.contexts.staff",
        "roles",
        "roles.clerk",
        "routes",
        "GET /v1/shops/{shop}/orders",
        "/v1/shops/{shop}/orders/{id}/send",
        "entities",
        "entities.Order",
        "entities.Order.scope",
        "entities.Order.fields.total",
        "entities.Order.fields.buyer",
        "entities.Order.fields.state",
        "entities.Order.fields.shop",
        "entities.Order.fields.kind.values.gift",
        "entities.Line.fields.buyer",
        "entities.Grant.fields.role",
        "entities.Order.parties.buyer",
        "entities.Order.states",
        "entities.Order.states.placed",
        "entities.Order.groups.done",
        "entities.Order.unique.number",
        "entities.Order.unique",
        "entities.Order.exclude.one_at_the_counter",
        "entities.Item.totals.ordered",
        "entities.Item.totals",
        "entities.Item.fields.dearest",
        "entities.Item.rules.in_stock",
        "entities.Item.rules.few_at_once",
        "entities.Order.rules.paid_for",
        "entities.Line.rules",
        "entities.Line.append_only",
        "entities.Shelf.delete",
        "entities.Label.delete",
        "entities.Label.fields.deleted_at",
        "entities.Line.fields.what",
        "entities.Order.read.buyer",
        "entities.Order.read.buyer.2",
        "entities.Order.read.buyer.2.when",
        "entities.Order.read.clerk",
        "entities.Order.actions.send",
        "entities.Order.actions.create",
        "entities.Order.actions.send.by",
        "entities.Order.actions.send.by.clerk",
        "entities.Order.actions.create.accept",
        "entities.Order.actions.create.accept.total",
        "entities.Order.actions.send.input.weight",
        "entities.Order.actions.send.from",
        "entities.Order.actions.send.to",
        "entities.Order.actions.send.require.light",
        "entities.Order.actions.send.because",
        "entities.Order.actions.create.because",
        "entities.Grant.actions.revoke",
        "entities.Order.actions.send.from@shop",
    ];
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/explained");
    let mut told = String::new();
    for asked in ASKED {
        let run = blueprint(&folder, &format!("explain {asked}")).ends_with(0);
        // Guards come and go; what a path stands for does not.
        let text = run.out.split("\nKept by ").next().unwrap();
        told += &format!("\n$ blueprint explain {asked}\n{text}");
    }
    let told = told.trim_start().to_owned();
    let file = folder.join("expected.txt");
    if std::env::var_os("BLUEPRINT_UPDATE").is_some() {
        std::fs::write(&file, &told).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    for (line, expected) in told.lines().zip(expected.lines()) {
        assert_eq!(line, expected, "BLUEPRINT_UPDATE=1 writes it anew");
    }
    assert_eq!(told.len(), expected.len(), "BLUEPRINT_UPDATE=1 writes it anew");
}

#[test]
fn programs_are_told_the_same_of_a_path() {
    let run = ask("Note.title --format json").ends_with(0);
    let told: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(told["path"], "entities.Note.fields.title");
    assert_eq!(told["kind"], "field");
    assert_eq!(told["place"]["file"], "blueprint.yaml");
    let text = ask("Note.title").ends_with(0).out;
    for line in told["says"].as_array().unwrap() {
        for part in [&line["word"], &line["text"]] {
            assert!(text.contains(part.as_str().unwrap()), "{part} in\n{text}");
        }
    }
    assert!(text.contains("\nKept by 1 guard:\n"), "{text}");
    for guard in told["guards"].as_array().unwrap() {
        assert!(text.contains(guard.as_str().unwrap()), "{guard} in\n{text}");
    }
    let run = ask("entities.Club --format json").ends_with(0);
    let told: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert!(told["place"].is_null());
    assert_eq!(told["implied_by"]["path"], "identity.contexts.club");
}

#[test]
fn an_unknown_path_is_wrong_usage() {
    for (asked, hint) in [
        ("entities.Note.actions.publsh", "did you mean `entities.Note.actions.publish`?"),
        ("Note.publsh", "did you mean `entities.Note.actions.publish`?"),
        ("id", "`entities.Club.fields.id` or `entities.Membership.fields.id`"),
        ("E999", "is no code"),
        ("GET /v1/me/nothing", "`blueprint explain routes` lists all"),
    ] {
        let run = ask(asked).ends_with(2);
        assert!(run.err.contains(hint), "{asked}: {}", run.err);
        assert_eq!(run.out, "");
    }
}

/// The starter's blueprint, asked from within its folder.
fn ask(question: &str) -> crate::command::Run {
    let root = started();
    blueprint(&root.path().join("notes"), &format!("explain {question}"))
}

#[test]
fn without_anything_it_says_what_can_be_asked() {
    let run = ask("").ends_with(0);
    for expected in ["explain who may", "explain why not", "explain codes"] {
        assert!(run.out.contains(expected), "{expected:?} in\n{}", run.out);
    }
    assert!(ask("codes").ends_with(0).out.contains("E009"));
}

#[test]
fn who_may_an_action() {
    let run = ask("who may Note.publish").ends_with(0);
    assert!(run.out.contains("author in club   when state is draft"), "{}", run.out);
    assert!(run.out.contains("not anyone, user, member, host"), "{}", run.out);
    assert!(
        run.out.contains("entities.Note.actions.publish.by.author   blueprint.yaml:"),
        "{}",
        run.out
    );
    // However it is said.
    for other in [
        "who may publish Note",
        "who may publish a Note",
        "who can run Note.publish",
        "who may entities.Note.actions.publish",
        "who may Note.publish blueprint.yaml",
    ] {
        assert_eq!(ask(other).ends_with(0).out, run.out, "{other}");
    }
}

#[test]
fn who_may_read_a_field() {
    let run = ask("who may read Note.remark").ends_with(0);
    assert!(run.out.contains("host in club   always"), "{}", run.out);
    assert_eq!(ask("who sees Note.remark").ends_with(0).out, run.out);
    let run = ask("who may read Note").ends_with(0);
    assert!(run.out.contains("member in club   always"), "{}", run.out);
}

#[test]
fn why_shows_the_chain_with_its_places() {
    let run = ask("why host may read Note.title").ends_with(0);
    assert!(run.out.starts_with("Yes: host may always see title of Note"), "{}", run.out);
    assert!(
        run.out.contains("`host` includes `member`\n     roles.host at blueprint.yaml:"),
        "{}",
        run.out
    );
    let run = ask("why author Note.publish").ends_with(0);
    assert!(
        run.out.contains("state is draft\n     entities.Note.actions.publish.from at"),
        "{}",
        run.out
    );
}

#[test]
fn why_not_shows_what_is_missing_and_what_one_would_write() {
    let run = ask("why not host Note.publish").ends_with(0);
    assert!(run.out.starts_with("No: host may never run Note.publish"), "{}", run.out);
    assert!(run.out.contains("write `by: [author, host]`"), "{}", run.out);
    assert!(run.out.contains("Who may: author in club, sometimes."), "{}", run.out);
    let run = ask("why not member read Note.remark").ends_with(0);
    assert!(
        run.out.contains("add `remark` to the fields of `entities.Note.read.member`"),
        "{}",
        run.out
    );
    let run = ask("why not author Note.publish").ends_with(0);
    assert!(run.out.contains("state is draft, else 409"), "{}", run.out);
}

/// What is said to be missing is what is missing: written there, it allows it.
#[test]
fn what_one_would_write_allows_it() {
    let root = started();
    let file = root.path().join("notes/blueprint.yaml");
    for (question, old, new) in [
        ("host Note.publish", "to: published, by: author", "to: published, by: [author, host]"),
        (
            "member read Note.remark",
            "member: [title, body, author]",
            "member: [title, body, author, remark]",
        ),
    ] {
        let first = blueprint(root.path(), &format!("explain why not {question} notes"));
        assert!(first.ends_with(0).out.starts_with("No:"));
        crate::compile::replace(&file, old, new);
        let then = blueprint(root.path(), &format!("explain why {question} notes")).ends_with(0);
        assert!(!then.out.starts_with("No:"), "{question}: {}", then.out);
    }
}

#[test]
fn unknown_names_are_wrong_usage_and_get_a_hint() {
    for (question, hint) in [
        ("who may Note.publsh", "did you mean `publish`?"),
        ("who may publish Nte", "did you mean `Note`?"),
        ("who may read Note.titel", "did you mean `title`?"),
        ("why hots may Note.publish", "did you mean `host`?"),
        ("why not author read User", "it is a party of `Note`"),
        ("who", "who may ACTION"),
        ("why host", "why ROLE may ACTION"),
        ("why host Note", "say what with `Note`"),
    ] {
        let run = ask(question).ends_with(2);
        assert!(run.err.contains(hint), "{question}: {}", run.err);
        assert_eq!(run.out, "");
    }
}

#[test]
fn a_blueprint_with_errors_answers_nothing() {
    let root = started();
    let file = root.path().join("notes/blueprint.yaml");
    crate::compile::replace(&file, "by: host", "by: hsot");
    let run = blueprint(root.path(), "explain who may Note.publish notes").ends_with(1);
    assert!(run.err.contains("hsot"), "{}", run.err);
    assert_eq!(run.out, "");
}

#[test]
fn programs_get_the_same_row_in_both_documents() {
    let json = |question: &str| -> serde_json::Value {
        let run = ask(&format!("{question} --format json")).ends_with(0);
        serde_json::from_str(&run.out).unwrap()
    };
    let whole = json("who may");
    let one = json("who may Note.publish");
    let entities = whole["entities"].as_array().unwrap();
    let note = entities.iter().find(|entity| entity["entity"] == "Note").unwrap();
    let rows = note["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["path"] == "entities.Note.actions.publish").unwrap();
    assert_eq!(&one["row"], row);
    assert_eq!(one["people"], note["people"]);
    assert_eq!(row["cells"][0]["when"], "state is draft");
    let why = json("why not member Note.publish");
    assert_eq!(why["cell"]["verdict"], "never");
    assert_eq!(why["missing"]["path"], "entities.Note.actions.publish.by");
    assert_eq!(why["who_may"], serde_json::json!(["author"]));
}

/// The table that the generated tests hold against the running service is the one that is printed.
#[test]
fn the_tests_of_a_service_have_the_table_that_is_printed() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["projects", "marketplace"] {
        let example = root.join("examples").join(name);
        let run = blueprint(&example, "explain who may --format json").ends_with(0);
        let printed: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        let file = example.join("tests/generated/permissions.json");
        let tested: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        assert_eq!(printed, tested, "{name}");
    }
}

/// Of the blueprint of the marketplace, from the folder of this package.
fn ask_marketplace(question: &str) -> String {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    blueprint(folder, &format!("explain {question} blueprints/marketplace/blueprint.yaml"))
        .ends_with(0)
        .out
}

/// Whatever an answer says is named in a refusal can itself be asked for.
#[test]
fn what_a_command_is_refused_by_stands_where_it_is_written() {
    let told = ask_marketplace("commands.book.require.room_for_all");
    assert!(told.contains("409, naming commands.book.require.room_for_all\n"), "{told}");
    for (asked, path) in [
        ("why not manager set_commission", "commands.set_commission.by"),
        ("why not manager book", "commands.book.by"),
    ] {
        let told = ask_marketplace(asked);
        assert!(told.contains(&format!("     {path} at ")), "{told}");
        assert!(!told.contains(&format!(".actions.{path}")), "{told}");
    }
}

#[test]
fn every_path_that_an_answer_names_can_be_asked_for() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["marketplace", "saas_billing", "projects"] {
        let file = folder.join(format!("blueprints/{name}/blueprint.yaml"));
        let (model, _) = ::blueprint::compile(&::blueprint::load(&file).unwrap());
        let model = model.unwrap();
        let guards = ::blueprint::guards(&model);
        let bare = |id: &str| id.split('@').next().unwrap().to_owned();
        for path in guards.iter().map(|id| bare(id)) {
            let Some(told) = ::blueprint::cli::said(&model, &path) else { continue };
            for named in told.lines().filter_map(|line| line.split(", naming ").nth(1)) {
                let is_known = ::blueprint::cli::said(&model, named).is_some()
                    || guards.iter().any(|id| bare(id) == named);
                assert!(is_known, "{path} names {named}");
            }
        }
    }
}

#[test]
fn a_second_person_is_told_of_where_he_agrees() {
    let told = ask_marketplace("who may reinstate");
    assert!(told.contains("It waits until another person agrees first: trust_reviewer"), "{told}");
    let path = "entities.Organization.actions.reinstate.approval";
    assert!(told.contains(&format!("{path}  ")), "{told}");
    let told = ask_marketplace("why trust_reviewer may reinstate");
    assert!(told.contains(&format!("{path} at blueprints/marketplace/identity.yaml:")), "{told}");
    let told = ask_marketplace(path);
    assert!(told.contains("an approval, at blueprints/marketplace/identity.yaml:"), "{told}");
    let told = ask_marketplace("who may Organization");
    assert!(told.contains("another person agrees first: trust_reviewer"), "{told}");
    let told = ask_marketplace("entities.Booking.fields.rule");
    let pick = ask_marketplace("entities.Booking.pick.rule");
    let place = |told: &str| told.lines().next().unwrap().split_once(", at ").unwrap().1.to_owned();
    assert_eq!(place(&told), place(&pick));
}
