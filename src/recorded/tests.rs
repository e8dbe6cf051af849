use super::*;
use crate::model::Places;

fn compiled(text: &str) -> (Names, Places) {
    let sources = crate::source::Sources::from_text("blueprint.yaml", text);
    let (sound, diagnostics) = crate::compile_placed(&sources);
    let (model, places) = sound.unwrap_or_else(|| panic!("{diagnostics:?}"));
    (Names::of(&model), places)
}

fn said(before: &str, now: &str) -> Vec<String> {
    let (before, _) = compiled(before);
    let before = Names::parse(&before.text());
    let (now, places) = compiled(now);
    compare(&before, &now, &places)
        .iter()
        .map(|one| format!("{} {}", one.code, one.message))
        .collect()
}

fn blueprint(role: &str, entity: &str) -> String {
    format!(
        "blueprint: 1\nservice: {{ name: shop }}\nidentity:\n  contexts:\n    team: {{ tenant: Team, grants: \
         Member, founder: lead }}\nroles:\n  {role}\n  lead: {{ in: team, includes: [member] }}\nentities:\n  {entity}\n"
    )
}

const MEMBER: &str = "member: { in: team }";

fn task(fields: &str, states: &str) -> String {
    blueprint(
        MEMBER,
        &format!(
            "Task: {{ fields: {{ {fields} }}, states: {states}, read: {{ member: all }}, actions: {{ create: {{ by: \
             member, accept: [size] }}, finish: {{ by: member, from: open, to: done }} }} }}"
        ),
    )
}

#[test]
fn reads_what_it_writes() {
    let (names, _) = compiled(&task("size: { type: int, was: length }", "[open, done]"));
    assert_eq!(Names::parse(&names.text()), names);
    let merged = names.text().replace("roles.", "<<<<<<< ours\nroles.") + ">>>>>>> theirs\n";
    assert_eq!(Names::parse(&merged), names);
}

#[test]
fn what_was_is_kept_and_what_never_was_is_refused() {
    let before = task("size: int, note: optional text(..80)", "[open, done]");
    for (fields, expected) in [
        ("size: int, remark: { type: optional text(..80), was: note }", &[][..]),
        (
            "size: int, remark: { type: optional text(..80), was: noet }",
            &["E212 nothing had the name `noet` at the last compile"],
        ),
        (
            "size: int, remark: optional text(..80)",
            &["W609 `note` is gone since the last compile, and `remark` is new, of the same type"],
        ),
        ("size: int, remark: optional text(..90)", &[]),
        ("size: int", &[]),
        (
            "size: { type: int, was: note }",
            &["E212 `size` was there at the last compile, and had that name then"],
        ),
    ] {
        assert_eq!(said(&before, &task(fields, "[open, done]")), expected, "{fields}");
    }
}

#[test]
fn once_it_is_compiled_it_may_stand() {
    let renamed =
        task("size: { type: int, was: length }", "{ list: [open, done], was: { done: finished } }");
    assert_eq!(said(&renamed, &renamed), [""; 0]);
}

#[test]
fn states_roles_and_entities_are_followed_too() {
    let before = task("size: int", "[open, done]");
    let (renamed, expected) = (
        before.replace("Task:", "Job:"),
        "W609 `Task` is gone since the last compile, and `Job` is new, with much the same fields",
    );
    assert_eq!(said(&before, &renamed), [expected]);
    let renamed = before
        .replace(
            "Task: { fields: { size: int }",
            "Job: { was: Task, fields: { length: { type: int, was: size } }",
        )
        .replace("accept: [size]", "accept: [length]");
    assert_eq!(said(&before, &renamed), [""; 0]);
    let renamed = before.replace("done", "over");
    let expected =
        "W609 `done` is gone since the last compile, and `over` is new, beside the same others";
    assert_eq!(said(&before, &renamed), [expected]);
    let renamed = renamed.replace("[open, over]", "{ list: [open, over], was: { over: done } }");
    assert_eq!(said(&before, &renamed), [""; 0]);
    let renamed = before.replace("member: {", "helper: {").replace("[member]", "[helper]");
    let renamed = renamed.replace("member: all", "helper: all").replace("by: member", "by: helper");
    let expected =
        "W609 `member` is gone since the last compile, and `helper` is new, in the same context";
    assert_eq!(said(&before, &renamed), [expected]);
    let renamed = renamed.replace("helper: { in: team }", "helper: { in: team, was: member }");
    assert_eq!(said(&before, &renamed), [""; 0]);
}

#[test]
fn what_is_recorded_under_a_name_is_followed_too() {
    let before = task("kind: one of card|cash, size: int", "[open, done]");
    let before = before.replace("accept: [size]", "accept: [kind, size]");
    for (from, to, warned, said_so) in [
        (
            "team: {",
            "crew: {",
            "W609 `team` is gone since the last compile, and `crew` is new, of the same people",
            "crew: { was: team,",
        ),
        (
            "finish: {",
            "complete: {",
            "W609 `finish` is gone since the last compile, and `complete` is new, which does the same",
            "complete: { was: finish,",
        ),
        (
            "kind: one of card|cash",
            "kind: one of credit|cash",
            "W609 `card` is gone since the last compile, and `credit` is new, beside the same others",
            "kind: { type: one of credit|cash, values_were: { credit: card } }",
        ),
    ] {
        let within =
            to.split_once(':').filter(|_| from == "team: {").map_or("team", |(new, _)| new);
        let renamed = before.replace(from, to).replace("in: team", &format!("in: {within}"));
        assert_eq!(said(&before, &renamed), [warned], "{to}");
        let declared = renamed.replace(to, said_so);
        assert_eq!(said(&before, &declared), [""; 0], "{said_so}");
        assert_eq!(said(&declared, &declared), [""; 0], "{said_so} may stand");
        let wrong = declared.replace("was: team,", "was: tame,").replace(": finish,", ": finnish,");
        let wrong = wrong.replace(": card }", ": cart }");
        let told = said(&before, &wrong);
        assert!(told[0].starts_with("E212 nothing had the name"), "{told:?}");
    }
}

#[test]
fn a_key_that_is_gone_is_no_loss() {
    let before = task("size: int", "[open, done]");
    let held = |rules: &str| before.replace("read:", &format!("rules: {{ {rules} }}, read:"));
    assert_eq!(said(&held("small: size < 9"), &held("little: size < 9")), [""; 0]);
    let renamed = held("little: { holds: size < 9, was: small }");
    assert_eq!(said(&held("small: size < 9"), &renamed), [""; 0]);
    let expected = "E212 nothing had the name `small` at the last compile";
    assert_eq!(said(&before, &renamed), [expected]);
}

#[test]
fn where_nothing_was_compiled_nothing_is_said() {
    let (now, places) = compiled(&task("size: { type: int, was: length }", "[open, done]"));
    assert!(compare(&Names::default(), &now, &places).is_empty());
}
