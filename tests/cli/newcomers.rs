//! What newcomers do first, with nothing but the program: docs/newcomers.md tells of each task. A wrong first try
//! gets a message that names the right next step; the right edits and commands lead to the goal.

use crate::command::{Run, blueprint};
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::{TempDir, tempdir};

/// A folder as `blueprint new club` makes it.
struct Club {
    root: TempDir,
}

impl Club {
    fn new() -> Club {
        let root = tempdir().unwrap();
        blueprint(root.path(), "new club").ends_with(0);
        Club { root }
    }

    fn folder(&self) -> PathBuf {
        self.root.path().join("club")
    }

    fn file(&self) -> PathBuf {
        self.folder().join("blueprint.yaml")
    }

    /// With these texts in place of those, each of which is there.
    #[track_caller]
    fn edited(edits: &[(&str, &str)]) -> Club {
        let club = Club::new();
        club.edit(edits);
        club
    }

    #[track_caller]
    fn edit(&self, edits: &[(&str, &str)]) {
        let mut text = fs::read_to_string(self.file()).unwrap();
        for (old, new) in edits {
            assert!(text.contains(old), "{old:?} is in\n{text}");
            text = text.replacen(old, new, 1);
        }
        fs::write(self.file(), text).unwrap();
    }

    fn asks(&self, command: &str) -> Run {
        blueprint(&self.folder(), command)
    }

    /// The answer, wherever it is printed, has all of these.
    #[track_caller]
    fn hears(&self, command: &str, expected: &[&str]) {
        let run = self.asks(command);
        let said = format!("{}{}", run.out, run.err);
        for expected in expected {
            assert!(said.contains(expected), "{command}: {expected:?} in\n{said}");
        }
    }

    /// No mistake, and no warning either.
    #[track_caller]
    fn is_sound(&self) {
        let run = self.asks("check");
        assert!(run.err.starts_with("blueprint.yaml has no mistakes"), "{}{}", run.out, run.err);
    }
}

/// The wrong first try, and the words that lead on.
#[track_caller]
fn misled(old: &str, new: &str, next: &str) -> String {
    let run = Club::edited(&[(old, new)]).asks("check").ends_with(1);
    assert!(run.err.contains(next), "{next:?} in\n{}", run.err);
    run.err
}

const HOST: &str = "  host: { in: club, includes: [member] }";
const READ: &str = "member: [title, body, author]";
const TITLE: &str = "title: text(1..80)";
const BODY: &str = "body: optional text(..2000)";
const REMARK: &str = "      remark: optional text(..200)";
const PARTIES: &str = "    parties: {";
const STATES: &str = "states: [draft, published, withdrawn]";
const PUBLISH: &str = "publish: { from: draft, to: published, by: author }";
const WITHDRAW: &str = "      withdraw: {";

#[test]
fn add_a_role() {
    misled("by: host, accept", "by: moderator, accept", "a new one is declared under `roles`");
    let inherits = format!("  moderator: {{ in: club, extends: [member] }}\n{HOST}");
    misled(HOST, &inherits, "roles whose grants it has too stand under `includes`");
    let nothing = format!("  moderator:\n{HOST}");
    misled(HOST, &nothing, "`moderator` has no value");
    let empty = format!("  moderator: {{}}\n{HOST}");
    misled(HOST, &empty, "add it, as in `member: { in: team }`");

    let club = Club::edited(&[
        (
            HOST,
            "  moderator: { in: club, includes: [member] }\n  host: { in: club, includes: [moderator] }",
        ),
        ("by: host, accept", "by: moderator, accept"),
        ("host: all }", "moderator: all }"),
    ]);
    club.is_sound();
    club.hears(
        "explain moderator",
        &["given by  Membership.grant, by host", "runs create, withdraw*"],
    );
    club.hears(
        "explain who may withdraw",
        &["moderator in club   when state is published", "host in club"],
    );
}

#[test]
fn hide_a_field_from_a_role() {
    let hidden = "body: { type: optional text(..2000), hidden_from: [member] }";
    misled(BODY, hidden, "who sees a field stands under `read` of its entity");
    let told = misled(READ, "member: { all_except: [body] }", "a grant lists what it shows");
    assert!(!told.contains("needs `fields`"), "{told}");

    let club = Club::edited(&[(READ, "member: [title, author]")]);
    club.is_sound();
    club.hears(
        "explain who may read Note.body",
        &["host in club   always", "not anyone, user, member, author"],
    );
    club.hears("explain why not member read Note.body", &["add `body` to the fields of"]);
}

#[test]
fn make_a_unique_key_partial() {
    let inline = "title: { type: text(1..80), unique: true }";
    misled(TITLE, inline, "what no two rows share stands under `unique` of the entity");
    let list = format!("    unique: [title]\n{PARTIES}");
    misled(PARTIES, &list, "one_live: { fields: [booking], where: state is live }");
    let when = format!(
        "    unique: {{ title: {{ fields: [title], when: state is published }} }}\n{PARTIES}"
    );
    misled(PARTIES, &when, "did you mean `where`?");
    let sql = format!(
        "    unique: {{ title: {{ fields: [title], where: state = published }} }}\n{PARTIES}"
    );
    misled(PARTIES, &sql, "write `==`");

    let right = format!(
        "    unique: {{ title: {{ fields: [title], where: state is published }} }}\n{PARTIES}"
    );
    let club = Club::edited(&[(PARTIES, &right)]);
    club.is_sound();
    club.hears(
        "explain Note.unique.title",
        &["within one Club", "where      state is published", "409"],
    );
}

#[test]
fn find_out_who_may_withdraw() {
    let club = Club::new();
    club.hears("explain", &["blueprint explain who may Note.withdraw"]);
    club.hears("explain who may Note.cancel", &["it has create, edit, publish, withdraw"]);
    for question in ["who can withdraw", "who may withdraw a note", "who may Note.withdraw"] {
        club.hears(&format!("explain {question}"), &["host in club   when state is published"]);
    }
    club.hears("explain withdraw", &["by       host in club", "because  required"]);
}

#[test]
fn find_out_why_a_member_may_not() {
    let club = Club::new();
    for question in [
        "why not member withdraw",
        "why can not member withdraw Note",
        "why can't a member withdraw a note",
        "why member may not Note.withdraw",
        "why member Note.withdraw",
    ] {
        club.hears(
            &format!("explain {question}"),
            &[
                "`withdraw` is by `host` alone",
                "To allow it, write `by: [host, member]`",
                "host in club",
            ],
        );
    }
    club.hears("explain why", &["why not ROLE ACTION"]);
}

#[test]
fn rename_a_field_everywhere() {
    let club = Club::new();
    club.edit(&[(TITLE, "headline: text(1..80)")]);
    let run = club.asks("check").ends_with(1);
    // One mistake that shows each place once, so that one can go from one to the next.
    assert_eq!(run.err.matches("`Note` has no field `title`").count(), 1, "{}", run.err);
    assert_eq!(run.err.matches("----- and here").count(), 2, "{}", run.err);
    assert!(run.err.contains("1 mistake"), "{}", run.err);
    let text = fs::read_to_string(club.file()).unwrap().replace("[title", "[headline");
    fs::write(club.file(), &text).unwrap();
    club.is_sound();

    // And by the command, to the same text; what would be a mistake is refused.
    let rule = ("    parties: {", "    rules: { some: len(title) > 0 }\n    parties: {");
    let club = Club::edited(&[rule]);
    let before = fs::read_to_string(club.file()).unwrap();
    club.hears("rename Note.titel headline", &["did you mean `entities.Note.fields.title`?"]);
    club.hears("rename Note.create make", &["an action is what it is by the name `create`"]);
    for taken in ["body", "Head-Line"] {
        let run = club.asks(&format!("rename Note.title {taken}")).ends_with(2);
        assert!(run.err.contains("is not renamed: E"), "{}", run.err);
    }
    club.hears(
        "rename Note.title headline --dry-run",
        &["+      headline: { type: text(1..80), was: title }", "nothing was written"],
    );
    assert_eq!(fs::read_to_string(club.file()).unwrap(), before);
    let run = club.asks("rename Note.title headline").ends_with(0);
    assert!(run.out.contains("5 places in blueprint.yaml"), "{}", run.out);
    assert_eq!(run.err, "");
    club.is_sound();
    let expected = text
        .replacen(rule.0, &rule.1.replace("title", "headline"), 1)
        .replace("headline: text(1..80)", "headline: { type: text(1..80), was: title }");
    assert_eq!(fs::read_to_string(club.file()).unwrap(), expected);
}

#[test]
fn add_a_state_and_its_transition() {
    misled(
        STATES,
        "states: [draft, published, archived, withdrawn]",
        "add an action that moves rows there (`to: archived`)",
    );
    let map = format!("    transitions: {{ published: archived }}\n    {STATES}");
    misled(&format!("    {STATES}"), &map, "actions move rows from state to state");
    let first = format!("      archive: {{ from: published, to: archived, by: host }}\n{WITHDRAW}");
    misled(WITHDRAW, &first, "a new one is declared under `states` of the entity");
    let nobody = format!("      archive: {{ from: published, to: withdrawn }}\n{WITHDRAW}");
    misled(WITHDRAW, &nobody, "as in `finish: { by: member, from: open, to: done }`");

    let club = Club::edited(&[
        (STATES, "states: [draft, published, archived, withdrawn]"),
        (WITHDRAW, &first),
    ]);
    club.is_sound();
    club.hears("explain Note.states.archived", &["in   archive: published → archived, by host"]);
    club.hears("graph --kind states", &["archive by host"]);
}

/// The blueprint's entities in a file of their own.
fn split(folder: &Path, file: &str) {
    let main = folder.join("blueprint.yaml");
    let text = fs::read_to_string(&main).unwrap();
    let (start, end) = (text.find("entities:").unwrap(), text.find("routes:").unwrap());
    let other = folder.join(file);
    fs::create_dir_all(other.parent().unwrap()).unwrap();
    fs::write(other, &text[start..end]).unwrap();
    fs::write(main, format!("{}{}", &text[..start], &text[end..])).unwrap();
}

#[test]
fn split_a_blueprint_over_two_files() {
    let club = Club::new();
    split(&club.folder(), "notes/notes.yaml");
    let routes = "routes: standard";
    club.edit(&[(routes, "imports: [notes/notes.yaml]\nroutes: standard")]);
    club.hears("check", &["other files stand under `include`: `include: [notes.yaml]`"]);
    club.edit(&[("imports: [notes/notes.yaml]", "include: notes")]);
    club.hears("check", &["`notes` is a folder", "all its files are `notes/*.yaml`"]);
    club.hears(
        "check notes/notes.yaml",
        &["where another file includes this one, name that one instead"],
    );
    club.edit(&[("include: notes", "include: notes/*.yaml")]);
    club.is_sound();
    club.hears("explain Note.title", &["notes/notes.yaml:"]);
}

#[test]
fn add_a_reference_to_a_person_of_the_club() {
    let field = |ty: &str| format!("      reviewer: {ty}\n{REMARK}");
    misled(REMARK, &field("user"), "one who belongs to a team `ref User in team`");
    misled(REMARK, &field("optional User"), "a person is written `ref User`");
    misled(REMARK, &field("optional ref User in host"), "known here: club");
    misled(REMARK, &field("optional ref User in club"), "accept it in an action");

    let club = Club::edited(&[
        (REMARK, &field("optional ref User in club")),
        (READ, "member: [title, body, author, reviewer]"),
        ("accept: [title, body] }", "accept: [title, body, reviewer] }"),
    ]);
    club.is_sound();
    club.hears(
        "explain Note.reviewer",
        &["a person who has a grant in the row's `club`", "create, by member"],
    );
}

#[test]
fn add_a_rule_over_two_fields() {
    let rule = |rule: &str| format!("    rules: {rule}\n{PARTIES}");
    misled(PARTIES, &rule("[title != body]"), "as in `rules: { paid_in_full: paid <= total }`");
    misled(
        PARTIES,
        &rule("{ differs: title != body }"),
        "put `body is set &&` or `body is unset ||` before it",
    );
    misled(
        PARTIES,
        &rule("{ differs: body == null or title != body }"),
        "write `body is unset || title != body`",
    );
    misled(
        TITLE,
        "title: { type: text(1..80), check: title != body }",
        "stands under `rules` of the entity",
    );

    let club = Club::edited(&[(PARTIES, &rule("{ differs: body is unset || title != body }"))]);
    club.is_sound();
    club.hears("explain Note.differs", &["about      title, body", "409"]);
    club.hears("explain Note.title", &["differs: body is unset || title != body"]);
}

#[test]
fn make_an_action_need_a_reason() {
    let with = |more: &str| PUBLISH.replace(" }", &format!(", {more} }}"));
    misled(PUBLISH, &with("reason: required"), "`because: required` asks the caller why");
    misled(PUBLISH, &with("because: true"), "only `required` can stand here");

    let club = Club::edited(&[(PUBLISH, &with("because: required"))]);
    club.is_sound();
    club.hears("explain Note.publish.because", &["the caller says why", "422"]);
}

#[test]
fn find_what_a_code_means() {
    let club = Club::new();
    club.hears("E201", &["`blueprint explain E201`"]);
    club.hears("explain 201", &["did you mean `E201`?"]);
    club.hears("explain e201", &["# E201: a name that is not declared", "## Way out"]);
    club.hears("help", &["explain      Answer what a code or a path means"]);
}

#[test]
fn see_what_would_change_before_it_is_written() {
    let club = Club::new();
    club.hears("diff", &["`blueprint compile --dry-run` says which files would change"]);
    club.hears("preview", &["`blueprint compile --dry-run` says which files would change"]);
    club.asks("compile").ends_with(0);
    club.edit(&[(TITLE, "title: text(1..90)")]);
    let before = fs::read_to_string(club.folder().join("openapi.json")).unwrap();
    club.hears("compile --dry-run", &["changed  openapi.json", "nothing was written (--dry-run)"]);
    club.hears(
        "compile --dry-run --diff",
        &["--- openapi.json", "-            \"maxLength\": 80", "+            \"maxLength\": 90"],
    );
    assert_eq!(fs::read_to_string(club.folder().join("openapi.json")).unwrap(), before);
    club.hears("check", &["stale  openapi.json", "next: `blueprint compile` for what is stale"]);
    club.asks("compile").ends_with(0);
    club.hears("check", &["is up to date"]);
}

/// What people look for by another name.
#[test]
fn a_command_by_another_name_is_told() {
    let club = Club::new();
    for (word, ours) in [
        ("validate", "`blueprint check`"),
        ("build", "`blueprint compile`"),
        ("init", "`blueprint new DIR`"),
        ("format", "`blueprint fmt`"),
        ("why", "`blueprint explain`"),
    ] {
        let run = club.asks(word).ends_with(2);
        assert!(run.err.contains(ours), "{word}: {}", run.err);
    }
}

/// A role that reads nothing takes nothing away from those who do: an author may still edit who is a member.
#[test]
fn a_role_that_reads_nothing() {
    let club = Club::edited(&[(
        "  member: { in: club }\n",
        "  member: { in: club }\n  auditor: { in: club }\n",
    )]);
    let besides = "only who is member or host besides, and so sees its rows";
    club.hears("explain who may Note.edit", &["author in club", besides]);
    club.hears("explain who may Note", &["author, who is member or host besides"]);
    let alone = "Not as author alone: who is member or host besides may run Note.edit";
    club.hears("explain why author may Note.edit", &[alone]);
    club.is_sound();
}

/// An action by somebody who reads nothing is warned of.
#[test]
fn an_action_that_nobody_may_run() {
    let club = Club::edited(&[
        ("  member: { in: club }\n", "  member: { in: club }\n  auditor: { in: club }\n"),
        ("by: host", "by: auditor"),
    ]);
    club.hears("check", &["warning[W608]: nobody may ever run", "add `auditor: all`"]);
}
