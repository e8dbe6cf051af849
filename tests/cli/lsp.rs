//! `blueprint lsp`, driven over its streams as an editor drives it.

use crate::command::command;
use crate::random::{Random, seed};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use tempfile::{TempDir, tempdir};

const MAIN: &str = "# Größe 𝒳\nblueprint: 1\nservice: { name: shop }\ninclude: [tasks.yaml]\nidentity:\n  contexts:\n    \
    team: { tenant: Team, grants: Member, founder: lead }\nroles:\n  member: { in: team }\n  lead: { in: team, \
    includes: [member] }\n";
const TASKS: &str = "entities:\n  Task:\n    summary: Größe 𝒳  # of rows\n    states: [open, done]\n    fields: { \
    title: text(1..80), assignee: optional ref User in team }\n    parties: { assignee: { in: team } }\n    rules: { \
    named: state is open || len(title) > 3 }\n    read: { member: all }\n    actions:\n      create: { by: member, \
    accept: [title, assignee] }\n      finish: { by: assignee, from: open, to: done }\n";

/// An editor with a folder.
struct Editor {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    last: i64,
    /// What the server said without being asked.
    said: Vec<Value>,
    folder: TempDir,
}

impl Editor {
    fn new() -> Editor {
        let folder = tempdir().unwrap();
        fs::write(folder.path().join("blueprint.yaml"), MAIN).unwrap();
        fs::write(folder.path().join("tasks.yaml"), TASKS).unwrap();
        let mut child = command(folder.path())
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut editor = Editor { child, input, output, last: 0, said: Vec::new(), folder };
        let answer = editor.ask("initialize", json!({ "capabilities": {} }));
        assert_eq!(answer["capabilities"]["renameProvider"]["prepareProvider"], true);
        editor.tell("initialized", json!({}));
        editor
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).unwrap() > 0, "the server is gone");
            match line.trim().split_once(": ") {
                Some(("Content-Length", number)) => length = number.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut text = vec![0; length];
        self.output.read_exact(&mut text).unwrap();
        serde_json::from_slice(&text).unwrap()
    }

    fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// The whole answer.
    fn answer(&mut self, method: &str, params: Value) -> Value {
        self.last += 1;
        let id = self.last;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message["id"] == id {
                return message;
            }
            self.said.push(message);
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    fn uri(&self, name: &str) -> String {
        format!("file://{}", self.path(name).display())
    }

    fn open(&mut self, name: &str, text: &str) {
        let uri = self.uri(name);
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    fn write(&mut self, name: &str, text: &str) {
        let uri = self.uri(name);
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri }, "contentChanges": [{ "text": text }] }),
        );
    }

    /// What is wrong with a file, once the server has said so.
    fn wrong_with(&mut self, name: &str) -> Vec<Value> {
        let uri = self.uri(name);
        loop {
            let message = match self.said.is_empty() {
                true => self.receive(),
                false => self.said.remove(0),
            };
            if message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
            {
                return message["params"]["diagnostics"].as_array().unwrap().clone();
            }
        }
    }

    /// A request about the place where a text stands for the n-th time in a file.
    fn at(&self, name: &str, text: &str, word: &str, nth: usize) -> Value {
        let at = text.match_indices(word).nth(nth).expect("it stands there").0;
        json!({ "textDocument": { "uri": self.uri(name) }, "position": position(text, at) })
    }

    fn end(mut self) {
        self.ask("shutdown", Value::Null);
        self.tell("exit", Value::Null);
        assert!(self.child.wait().unwrap().success());
    }
}

impl Drop for Editor {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn position(text: &str, at: usize) -> Value {
    let before = &text[..at];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[start..].encode_utf16().count();
    json!({ "line": before.matches('\n').count(), "character": column })
}

/// What a range of an answer covers.
fn covered<'t>(text: &'t str, range: &Value) -> &'t str {
    let offset = |place: &Value| {
        let line = place["line"].as_u64().unwrap() as usize;
        let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut left = place["character"].as_u64().unwrap() as usize;
        let mut at = start;
        for one in text[start..].chars() {
            if left == 0 {
                break;
            }
            left -= one.len_utf16();
            at += one.len_utf8();
        }
        at
    };
    &text[offset(&range["start"])..offset(&range["end"])]
}

/// The text with the edits of one file made.
fn edited(text: &str, edits: &[Value]) -> String {
    let mut edits: Vec<&Value> = edits.iter().collect();
    edits.sort_by_key(|edit| {
        let start = &edit["range"]["start"];
        (start["line"].as_u64(), start["character"].as_u64())
    });
    let mut text = text.to_owned();
    for edit in edits.into_iter().rev() {
        let old = covered(&text, &edit["range"]);
        let at = old.as_ptr() as usize - text.as_ptr() as usize;
        let range = at..at + old.len();
        text.replace_range(range, edit["newText"].as_str().unwrap());
    }
    text
}

#[test]
fn mistakes_are_told_as_they_are_made_and_can_be_fixed() {
    let mut editor = Editor::new();
    editor.open("tasks.yaml", TASKS);
    assert_eq!(editor.wrong_with("tasks.yaml"), Vec::<Value>::new());
    // Unsaved text counts, and what it makes of the other file.
    let broken = TASKS.replace("member: all", "membr: all");
    editor.write("tasks.yaml", &broken);
    let wrong = editor.wrong_with("tasks.yaml");
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert_eq!(wrong[0]["code"], "E201");
    assert_eq!(covered(&broken, &wrong[0]["range"]), "membr");
    let mut params = editor.at("tasks.yaml", &broken, "membr", 0);
    params["range"] = wrong[0]["range"].clone();
    params["context"] = json!({ "diagnostics": wrong });
    let actions = editor.ask("textDocument/codeAction", params);
    assert_eq!(actions[0]["title"], "write `member`");
    let uri = editor.uri("tasks.yaml");
    let edits = actions[0]["edit"]["changes"][&uri].as_array().unwrap().clone();
    assert_eq!(edited(&broken, &edits), TASKS);
    editor.write("tasks.yaml", TASKS);
    assert_eq!(editor.wrong_with("tasks.yaml"), Vec::<Value>::new());
    editor.end();
}

#[test]
fn a_change_of_one_place_is_made_there() {
    let mut editor = Editor::new();
    editor.open("tasks.yaml", TASKS);
    assert_eq!(editor.wrong_with("tasks.yaml"), Vec::<Value>::new());
    // Behind characters of two and four bytes, and of one and two units.
    let at = TASKS.find("  # of rows").unwrap();
    let place = position(TASKS, at);
    let uri = editor.uri("tasks.yaml");
    let change = json!({ "range": { "start": place, "end": place }, "text": ": x" });
    editor.tell(
        "textDocument/didChange",
        json!({ "textDocument": { "uri": uri }, "contentChanges": [change] }),
    );
    let wrong = editor.wrong_with("tasks.yaml");
    assert_eq!(wrong[0]["code"], "E004");
    assert_eq!(wrong[0]["range"]["start"], place);
    editor.end();
}

#[test]
fn names_lead_to_where_they_are_declared_and_used() {
    let mut editor = Editor::new();
    editor.open("tasks.yaml", TASKS);
    editor.open("blueprint.yaml", MAIN);
    let asked = editor.at("tasks.yaml", TASKS, "member: all", 0);
    let found = editor.ask("textDocument/definition", asked.clone());
    assert_eq!(found[0]["uri"], editor.uri("blueprint.yaml"));
    assert_eq!(covered(MAIN, &found[0]["range"]), "member");
    let mut all = asked;
    all["context"] = json!({ "includeDeclaration": true });
    let found = editor.ask("textDocument/references", all);
    assert_eq!(found.as_array().unwrap().len(), 4, "{found}");
    // Within an expression.
    let asked = editor.at("tasks.yaml", TASKS, "title) > 3", 0);
    let found = editor.ask("textDocument/definition", asked);
    assert_eq!(found[0]["range"]["start"]["line"], 4);
    let asked = editor.at("tasks.yaml", TASKS, "open || len", 0);
    let found = editor.ask("textDocument/definition", asked);
    assert_eq!(found[0]["range"]["start"]["line"], 3);
    let symbols = editor.ask(
        "textDocument/documentSymbol",
        json!({ "textDocument": { "uri": editor.uri("tasks.yaml") } }),
    );
    let names: Vec<&str> =
        symbols.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.starts_with(&["Task", "open", "done", "title"]), "{names:?}");
    editor.end();
}

#[test]
fn a_name_is_changed_wherever_it_stands() {
    let mut editor = Editor::new();
    editor.open("tasks.yaml", TASKS);
    for (word, new, expected) in [
        (
            "title: text",
            "heading",
            TASKS
                .replace("title", "heading")
                .replace("text(1..80)", "{ type: text(1..80), was: title }"),
        ),
        // A party has the name of its field.
        (
            "assignee: optional",
            "owner",
            TASKS.replace("assignee", "owner").replace(
                "optional ref User in team",
                "{ type: optional ref User in team, was: assignee }",
            ),
        ),
        (
            "open, done",
            "todo",
            TASKS
                .replace("open", "todo")
                .replace("[todo, done]", "{ list: [todo, done], was: { todo: open } }"),
        ),
    ] {
        let mut params = editor.at("tasks.yaml", TASKS, word, 0);
        let place = editor.ask("textDocument/prepareRename", params.clone());
        assert!(word.starts_with(place["placeholder"].as_str().unwrap()), "{place}");
        params["newName"] = json!(new);
        let edit = editor.ask("textDocument/rename", params);
        let uri = editor.uri("tasks.yaml");
        let edits = edit["changes"][&uri].as_array().unwrap().clone();
        assert_eq!(edited(TASKS, &edits), expected, "{word}");
        let mut left = editor.wrong_with("tasks.yaml");
        while !left.is_empty() {
            left = editor.wrong_with("tasks.yaml");
        }
        editor.write("tasks.yaml", TASKS);
    }
    // In files that are not open too.
    let mut params = editor.at("tasks.yaml", TASKS, "member: all", 0);
    params["newName"] = json!("person");
    let edit = editor.ask("textDocument/rename", params.clone());
    assert_eq!(edit["changes"].as_object().unwrap().len(), 2, "{edit}");
    for (new, why) in [("lead", "E"), ("no name", "E108"), ("", "E")] {
        params["newName"] = json!(new);
        let answer = editor.answer("textDocument/rename", params.clone());
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(message.starts_with(why), "{new}: {answer}");
    }
    let params = editor.at("tasks.yaml", TASKS, "create:", 0);
    let answer = editor.answer("textDocument/prepareRename", params);
    assert!(answer["error"]["message"].as_str().unwrap().contains("by the name"), "{answer}");
    editor.end();
}

#[test]
fn words_and_names_are_explained_and_completed() {
    let mut editor = Editor::new();
    editor.open("tasks.yaml", TASKS);
    let asked = editor.at("tasks.yaml", TASKS, "finish", 0);
    let said = editor.ask("textDocument/hover", asked)["contents"]["value"].clone();
    let said = said.as_str().unwrap();
    assert!(said.contains("**action** `entities.Task.actions.finish`"), "{said}");
    assert!(said.contains("assignee in team"), "{said}");
    let asked = editor.at("tasks.yaml", TASKS, "accept:", 0);
    let said = editor.ask("textDocument/hover", asked)["contents"]["value"].clone();
    assert!(said.as_str().unwrap().starts_with("`accept`: Fields that"), "{said}");
    for (written, offered, not) in [
        ("    ", "unique", "includes"),
        ("    read: { ", "lead", "title"),
        ("    read: { lead: [", "title", "lead"),
        ("    actions:\n      reopen: { ", "because", "fields"),
        ("    actions:\n      reopen: { by: ", "assignee", "title"),
        ("    actions:\n      reopen: { from: ", "done", "title"),
        ("    rules: { r: state is ", "open", "lead"),
        ("    rules: { r: ", "title", "lead"),
        ("    rules: { r: ", "add_months", "lead"),
        ("    fields: { other: ", "one of a|b|c", "lead"),
        ("    fields: { other: optional ", "decimal(2)", "lead"),
        ("    fields: { other: ref ", "Task", "lead"),
        ("    fields: { other: ref User in ", "team", "Task"),
    ] {
        // Names are those of the text that could be read last.
        let text = format!("{TASKS}{written}");
        editor.write("tasks.yaml", TASKS);
        let file = json!({ "textDocument": { "uri": editor.uri("tasks.yaml") } });
        let _ = editor.ask("textDocument/documentSymbol", file);
        editor.write("tasks.yaml", &text);
        let place = position(&text, text.len());
        let params =
            json!({ "textDocument": { "uri": editor.uri("tasks.yaml") }, "position": place });
        let found = editor.ask("textDocument/completion", params);
        let labels: Vec<&str> = found["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["label"].as_str().unwrap())
            .collect();
        assert!(labels.contains(&offered), "{written}: {labels:?}");
        assert!(!labels.contains(&not), "{written}: {labels:?}");
    }
    editor.end();
}

/// Commands, steps and hooks, and what stands behind a dot.
const SHOP: &str = "blueprint: 1\nservice: { name: shop }\nidentity:\n  contexts: { staff: { grants: Grant } }\nroles:\n  \
    clerk: { in: staff }\nentities:\n  Listing:\n    scope: platform\n    states: [draft, published]\n    fields: { \
    capacity: int, kind: one of room|desk }\n  Booking:\n    scope: platform\n    states: [held, accepted]\n    fields: { \
    listing: ref Listing, during: range of timestamp, accepted_at: optional timestamp }\n    actions:\n      accept: { \
    by: clerk, from: held, to: accepted }\ncommands:\n  book:\n    by: user\n    input: { listing: ref Listing, \
    during: range of timestamp }\n    do:\n      - { call: price, with: { listing: input.listing }, as: quote }\n      \
    - { create: Booking, with: { listing: input.listing, during: input.during }, as: booking }\n    \
    returns: booking\nhooks:\n  price:\n    kind: compute\n    input: { listing: ref Listing }\n    reads: { all: { \
    of: Listing, fields: [capacity] } }\n    output: { total: money }\n";

#[test]
fn names_of_steps_and_behind_dots_are_completed() {
    let mut editor = Editor::new();
    let command = "commands:\n  book:\n";
    let step = format!("{command}    do:\n      - ");
    let booking = "entities:\n  Booking:\n";
    let accept = format!("{booking}    actions:\n      accept: ");
    let read = "hooks:\n  price:\n    reads: { all: { of: ";
    for (around, written, offered, not) in [
        (command, "    require: { r: input.", "during", "capacity"),
        (command, "    require: { r: input.listing.", "capacity", "accepted_at"),
        (command, "    require: { r: input.during.st", "start", "capacity"),
        (command, "    require: { r: input.listing.state == pub", "published", "held"),
        (command, "    require: { r: input.listing.kind is room | ", "desk", "held"),
        (command, "    returns: ", "quote", "Listing"),
        (step.as_str(), "call: ", "price", "Listing"),
        (step.as_str(), "create: ", "Booking", "price"),
        (step.as_str(), "run: ", "Booking", "price"),
        (step.as_str(), "run: Booking.", "accept", "Listing"),
        (step.as_str(), "{ create: Booking, with: { ", "accepted_at", "capacity"),
        (step.as_str(), "{ call: price, with: { ", "listing", "during"),
        (step.as_str(), "{ create: Booking, with: { during: quote.", "total", "capacity"),
        (step.as_str(), "{ create: Booking, when: booking.state == he", "held", "published"),
        (accept.as_str(), "{ do: [{ set: { acc", "accepted_at", "capacity"),
        (accept.as_str(), "{ approval: { by: ", "clerk", "held"),
        (accept.as_str(), "{ approval: { by: clerk, when: state is ", "accepted", "published"),
        (accept.as_str(), "{ at: during.st", "start", "listing"),
        (booking, "    fields: { size: { copy: listing.", "capacity", "during"),
        (booking, "    pick: { rule: { by: [listing.", "kind", "during"),
        (read, "", "Listing", "price"),
        (read, "Listing, fields: [", "kind", "during"),
    ] {
        let uri = editor.uri("shop.yaml");
        editor.open("shop.yaml", SHOP);
        let file = json!({ "textDocument": { "uri": uri } });
        let _ = editor.ask("textDocument/documentSymbol", file.clone());
        let text = format!("{around}{written}");
        let place = position(&text, text.len());
        // What is before it in the file is left out of it: names are those that could be read last.
        let text = format!("blueprint: 1\n{text}");
        editor.write("shop.yaml", &text);
        let line = place["line"].as_u64().unwrap() + 1;
        let place = json!({ "line": line, "character": place["character"] });
        let mut params = file.clone();
        params["position"] = place;
        let found = editor.ask("textDocument/completion", params);
        let labels = found["items"].as_array().unwrap().iter();
        let labels: Vec<&str> = labels.map(|item| item["label"].as_str().unwrap()).collect();
        assert!(labels.contains(&offered), "{text}: {labels:?}");
        assert!(!labels.contains(&not), "{text}: {labels:?}");
        editor.tell("textDocument/didClose", file);
    }
    editor.end();
}

#[test]
fn a_text_is_formatted_and_one_that_is_no_yaml_is_not() {
    let mut editor = Editor::new();
    let untidy = MAIN.replace("{ in: team }", "{in: team}");
    editor.open("blueprint.yaml", &untidy);
    let params = json!({ "textDocument": { "uri": editor.uri("blueprint.yaml") }, "options": {} });
    let edits = editor.ask("textDocument/formatting", params.clone());
    let formatted = edited(&untidy, edits.as_array().unwrap());
    assert!(formatted.contains("  member: { in: team }\n"), "{formatted}");
    editor.write("blueprint.yaml", "a: {\n");
    assert_eq!(editor.ask("textDocument/formatting", params), json!([]));
    editor.end();
}

/// Whatever is written, the server answers, and knows the blueprint again once it is right.
#[test]
fn broken_text_breaks_nothing() {
    let mut random = Random::seeded(seed(None));
    let mut editor = Editor::new();
    editor.open("tasks.yaml", TASKS);
    let mut text = TASKS.to_owned();
    for round in 0..60 {
        let bits =
            ["{", "}", "[", ": ", "\n", "'", "\t", "#", "é", "𝒳", "- ", "&a", "|\n", "is ", ""];
        let bound = |at: usize| text.floor_char_boundary(at);
        let start = bound(random.below(text.len() + 1));
        let end = bound((start + random.below(9)).min(text.len())).max(start);
        let bit = bits[random.below(bits.len())];
        let range = json!({ "start": position(&text, start), "end": position(&text, end) });
        let uri = editor.uri("tasks.yaml");
        let change = json!({ "range": range, "text": bit });
        editor.tell(
            "textDocument/didChange",
            json!({ "textDocument": { "uri": uri }, "contentChanges": [change] }),
        );
        text.replace_range(start..end, bit);
        let at = text.floor_char_boundary(random.below(text.len() + 1));
        let mut params = json!({ "textDocument": { "uri": uri }, "position": position(&text, at), "newName": "fresh" });
        params["range"] = json!({ "start": params["position"], "end": params["position"] });
        for method in [
            "hover",
            "completion",
            "definition",
            "references",
            "rename",
            "documentSymbol",
            "codeAction",
            "formatting",
        ] {
            let answer = editor.answer(&format!("textDocument/{method}"), params.clone());
            let code = answer["error"]["code"].as_i64().unwrap_or_default();
            // Refused is an answer; a mistake of the server's is not.
            assert!(code == 0 || code == -32803, "{method}: {answer}\n{text}");
        }
        if round % 10 == 9 {
            editor.write("tasks.yaml", TASKS);
            TASKS.clone_into(&mut text);
        }
    }
    editor.write("tasks.yaml", TASKS);
    let asked = editor.at("tasks.yaml", TASKS, "member: all", 0);
    let found = editor.ask("textDocument/definition", asked);
    assert_eq!(found.as_array().unwrap().len(), 1);
    editor.end();
}

/// Two blueprints include a file: the nearer one is its own, for every question.
#[test]
fn a_file_belongs_to_the_nearest_blueprint() {
    let mut editor = Editor::new();
    let shared = "entities:\n  Note: { read: { member: all } }\n";
    let part =
        |name: &str, include: &str| MAIN.replace("shop", name).replace("[tasks.yaml]", include);
    let (near, far) = (part("near", "[part.yaml]"), part("far", "[tasks.yaml, sub/part.yaml]"));
    std::fs::create_dir(editor.path("sub")).unwrap();
    for (name, text) in
        [("sub/part.yaml", shared), ("sub/blueprint.yaml", &near), ("blueprint.yaml", &far)]
    {
        fs::write(editor.path(name), text).unwrap();
    }
    for name in ["blueprint.yaml", "sub/blueprint.yaml", "sub/part.yaml"] {
        let text = fs::read_to_string(editor.path(name)).unwrap();
        editor.open(name, &text);
        let file = json!({ "textDocument": { "uri": editor.uri(name) } });
        let _ = editor.ask("textDocument/documentSymbol", file);
    }
    let asked = editor.at("sub/part.yaml", shared, "member", 0);
    let found = editor.ask("textDocument/definition", asked.clone());
    assert_eq!(found[0]["uri"], editor.uri("sub/blueprint.yaml"), "{found}");
    let mut asked = asked;
    asked["newName"] = json!("guest");
    let edit = editor.ask("textDocument/rename", asked);
    let files: Vec<&String> = edit["changes"].as_object().unwrap().keys().collect();
    assert_eq!(files, [&editor.uri("sub/blueprint.yaml"), &editor.uri("sub/part.yaml")]);
    editor.end();
}

#[test]
fn what_is_not_answered_is_said_whatever_it_is_about() {
    let mut editor = Editor::new();
    for params in [json!({}), json!({ "textDocument": { "uri": editor.uri("blueprint.yaml") } })] {
        for method in ["textDocument/foldingRange", "workspace/symbol"] {
            let answer = editor.answer(method, params.clone());
            assert_eq!(answer["error"]["code"], -32601, "{answer}");
        }
    }
    editor.end();
}

#[test]
fn a_file_that_nobody_saved_stands_alone() {
    let mut editor = Editor::new();
    editor.open("new.yaml", "blueprint: 1\nservice: { nmae: shop }\n");
    let wrong = editor.wrong_with("new.yaml");
    assert_eq!(wrong[0]["code"], "E101", "{wrong:?}");
    assert!(!Path::new(&editor.path("new.yaml")).exists());
    editor.end();
}

/// The stream cannot be found again behind it, so the server ends, and does not show its insides.
#[test]
fn what_is_no_message_is_said_in_a_sentence() {
    for is_begun in [false, true] {
        let folder = tempdir().unwrap();
        let mut child = command(folder.path())
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let begun = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "capabilities": {} } });
        let done = json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} });
        let begun = if is_begun { vec![begun.to_string(), done.to_string()] } else { Vec::new() };
        for text in begun.iter().map(String::as_str).chain(["not json"]) {
            write!(input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        }
        drop(input);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("is no message of the Language Server Protocol"), "{said}");
        assert!(!said.contains("Error("), "{said}");
    }
}
