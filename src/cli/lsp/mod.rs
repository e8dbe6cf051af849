//! `blueprint lsp`: the same answers in an editor, by the Language Server Protocol over standard input and output.

mod complete;
mod cursor;
mod expressions;
mod hover;
mod names;
mod steps;
mod text;
mod words;
mod world;

use super::exit::{Exit, Fault};
use crate::format::format;
use crate::source::Sources;
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, Response};
use serde_json::{Value, json};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};
use words::Words;
use world::World;

/// Serve an editor: diagnostics, definitions, references, renaming, completion, formatting
///
/// Speaks the Language Server Protocol over standard input and output; see docs/editors.md.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What editors say who can also speak otherwise; there is no other way here
    #[arg(long)]
    stdio: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Fault> {
    let Arguments { stdio: _ } = arguments;
    let broken =
        |error: &dyn std::fmt::Display| Fault::Usage(format!("the editor is gone: {error}"));
    let (connection, threads) = Connection::stdio();
    let capabilities = capabilities();
    if let Err(error) = connection.initialize(capabilities) {
        if error.channel_is_disconnected() {
            drop(connection);
            threads.join().map_err(|error| unread(&error))?;
        }
        return Err(broken(&error));
    }
    let mut server = Server { world: World::default(), words: Words::new() };
    server.serve(&connection).map_err(|error| broken(&error))?;
    drop(connection);
    threads.join().map_err(|error| unread(&error))?;
    Ok(Exit::Done)
}

/// Why nothing more is read. What was sent may be anybody's text, and is not said again.
fn unread(error: &std::io::Error) -> Fault {
    let is_no_message = matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof);
    Fault::Usage(match is_no_message {
        true => "what was sent is no message of the Language Server Protocol: `blueprint lsp` is started by an \
                 editor (docs/editors.md), which has to start it again"
            .to_owned(),
        false => format!("the editor is gone: {error}"),
    })
}

fn capabilities() -> Value {
    json!({
        "positionEncoding": "utf-16",
        "textDocumentSync": { "openClose": true, "change": 2, "save": true },
        "definitionProvider": true,
        "referencesProvider": true,
        "renameProvider": { "prepareProvider": true },
        "hoverProvider": true,
        "completionProvider": { "triggerCharacters": [" ", "[", ",", "{", ".", "|", "$"] },
        "documentSymbolProvider": true,
        "documentFormattingProvider": true,
        "codeActionProvider": { "codeActionKinds": ["quickfix"] },
    })
}

/// Whoever types faster than this does not wait for what is wrong with a word that is half written.
const PAUSE: Duration = Duration::from_millis(200);

struct Server {
    world: World,
    words: Words,
}

/// What is asked of a place or of a file.
const ANSWERED: [&str; 8] = [
    "textDocument/definition",
    "textDocument/references",
    "textDocument/prepareRename",
    "textDocument/rename",
    "textDocument/hover",
    "textDocument/completion",
    "textDocument/documentSymbol",
    "textDocument/codeAction",
];

type Answer = Result<Value, (ErrorCode, String)>;

impl Server {
    fn serve(&mut self, connection: &Connection) -> Result<(), Box<dyn std::error::Error>> {
        // When what is wrong is to be told.
        let mut due: Option<Instant> = None;
        loop {
            let receiver = &connection.receiver;
            let received = match due {
                Some(due) => receiver
                    .recv_timeout(due.saturating_duration_since(Instant::now()))
                    .map_err(|error| error.is_timeout()),
                None => receiver.recv().map_err(|_| false),
            };
            let message = match received {
                Ok(message) => message,
                Err(true) => {
                    due = None;
                    self.tell(connection)?;
                    continue;
                }
                Err(false) => return Ok(()),
            };
            match message {
                Message::Request(request) => {
                    if connection.handle_shutdown(&request)? {
                        return Ok(());
                    }
                    let (response, note) = self.answer(request);
                    connection.sender.send(response.into())?;
                    if let Some(note) = note {
                        let shown = json!({ "type": 3, "message": note });
                        let method = "window/showMessage".to_owned();
                        connection.sender.send(Notification { method, params: shown }.into())?;
                    }
                }
                Message::Notification(notification) => {
                    if let Some(pause) = self.note(&notification) {
                        due = Some(Instant::now() + pause);
                    }
                }
                Message::Response(_) => {}
            }
        }
    }

    fn tell(&mut self, connection: &Connection) -> Result<(), Box<dyn std::error::Error>> {
        let told = catch_unwind(AssertUnwindSafe(|| self.world.diagnoses()));
        for params in told.unwrap_or_default() {
            let method = "textDocument/publishDiagnostics".to_owned();
            connection.sender.send(Notification { method, params }.into())?;
        }
        Ok(())
    }

    /// After which time to tell what is wrong, where something may be that was not, or the other way round.
    fn note(&mut self, notification: &Notification) -> Option<Duration> {
        let params = &notification.params;
        let document = &params["textDocument"];
        let uri = document["uri"].as_str().unwrap_or_default();
        match notification.method.as_str() {
            "textDocument/didOpen" => {
                let text = document["text"].as_str().unwrap_or_default();
                self.world.open(uri, text.to_owned());
            }
            "textDocument/didChange" => {
                let none = Vec::new();
                let changes = params["contentChanges"].as_array().unwrap_or(&none);
                self.world.change(uri, changes);
                return Some(PAUSE);
            }
            "textDocument/didClose" => self.world.close(uri),
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => self.world.forget(),
            _ => return None,
        }
        Some(Duration::ZERO)
    }

    fn answer(&mut self, request: Request) -> (Response, Option<String>) {
        let Request { id, method, params } = request;
        let mut note = None;
        let answer = catch_unwind(AssertUnwindSafe(|| self.result(&method, &params, &mut note)));
        let answer = answer.unwrap_or_else(|_| {
            let message = format!("a mistake of blueprint, not of yours, in `{method}`");
            Err((ErrorCode::InternalError, message))
        });
        let response = match answer {
            Ok(result) => Response::new_ok(id, result),
            Err((code, message)) => Response::new_err(id, code as i32, message),
        };
        (response, note)
    }

    fn result(&mut self, method: &str, params: &Value, note: &mut Option<String>) -> Answer {
        let uri = params["textDocument"]["uri"].as_str().unwrap_or_default();
        if method == "textDocument/formatting" {
            let text = self.world.text(uri);
            return Ok(text.map_or(Value::Null, |text| formatted(&text)));
        }
        if !ANSWERED.contains(&method) {
            return Err(not_answered(method));
        }
        let Some(text) = self.world.text(uri) else { return Ok(Value::Null) };
        let offset = text::offset(&text, &params["position"]);
        if method == "textDocument/completion" {
            return Ok(complete::complete(&self.words, self.world.names(uri), &text, offset));
        }
        // Whoever is asked has to know the text as it is now.
        let Some((main, file)) = self.world.locate(uri) else { return Ok(Value::Null) };
        let world = &self.world;
        let Some(seen) = world.seen(&main) else { return Ok(Value::Null) };
        let refused = |why: String| (ErrorCode::RequestFailed, why);
        match method {
            "textDocument/definition" => Ok(names::definition(world, seen, file, offset)),
            "textDocument/references" => {
                let with_definition = params["context"]["includeDeclaration"] == true;
                Ok(names::references(world, seen, file, offset, with_definition))
            }
            "textDocument/prepareRename" => names::renameable(seen, file, offset).map_err(refused),
            "textDocument/rename" => {
                let new = params["newName"].as_str().unwrap_or_default();
                let (edit, said) =
                    names::rename(world, seen, file, offset, new).map_err(refused)?;
                *note = said;
                Ok(edit)
            }
            "textDocument/hover" => Ok(hover::hover(&self.words, seen, file, offset)),
            "textDocument/documentSymbol" => Ok(names::symbols(world, seen, file)),
            "textDocument/codeAction" => Ok(actions(world, seen, file, &text, params)),
            other => Err(not_answered(other)),
        }
    }
}

fn not_answered(method: &str) -> (ErrorCode, String) {
    (ErrorCode::MethodNotFound, format!("`{method}` is not answered here"))
}

/// Fixes of the mistakes in a stretch.
fn actions(
    world: &World,
    seen: &world::Seen,
    file: crate::source::FileId,
    text: &str,
    params: &Value,
) -> Value {
    let start = text::offset(text, &params["range"]["start"]);
    let end = text::offset(text, &params["range"]["end"]);
    let mut actions = Vec::new();
    for one in &seen.study.diagnostics {
        let span = one.primary.span;
        let touches = span.file == file && span.range().start <= end && start <= span.range().end;
        let (true, Some(fix), Some(edits)) = (touches, &one.fix, one.edits(&seen.sources)) else {
            continue;
        };
        let mut changes = serde_json::Map::new();
        for edit in &edits {
            let list = changes.entry(world.uri(seen, edit.span.file)).or_insert_with(|| json!([]));
            if let Some(list) = list.as_array_mut() {
                list.push(names::text_edit(seen, edit));
            }
        }
        actions.push(json!({
            "title": fix.title,
            "kind": "quickfix",
            "isPreferred": true,
            "diagnostics": [world.diagnosis(seen, one)],
            "edit": { "changes": changes },
        }));
    }
    Value::Array(actions)
}

/// One edit of the whole text; none where it is formatted, or cannot be.
fn formatted(text: &str) -> Value {
    let sources = Sources::from_text("", text);
    match format(&sources, sources.main()) {
        Ok(new) if new != text => json!([{ "range": text::whole(text), "newText": new }]),
        _ => json!([]),
    }
}
