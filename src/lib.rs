//! `blueprint` compiles a YAML blueprint of a backend into a Rust service crate.
//!
//! ```text
//! blueprint files → yaml → syntax → resolve → model → plan → render → tree → write | check
//!                                               └→ schema ─┘
//! ```
//!
//! What each layer may import is held by `tests/tidy.rs` and told in ARCHITECTURE.md.

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]
// They panic where the stream is full or gone.
#![deny(clippy::print_stdout, clippy::print_stderr)]

#[allow(clippy::disallowed_methods, reason = "reads arguments and writes folders")]
pub mod cli;
pub mod diagnostics;
pub mod expr;
pub mod format;
pub mod graph;
pub mod model;
#[allow(clippy::disallowed_methods, reason = "copies a service, builds it and runs its tests")]
pub mod mutate;
pub mod permissions;
pub mod phrase;
pub mod plan;
pub mod proofs;
pub mod recorded;
pub mod render;
pub mod resolve;
pub mod schema;
#[allow(clippy::disallowed_methods, reason = "reads the blueprint")]
pub mod source;
pub mod syntax;
pub mod tree;
#[allow(clippy::disallowed_methods, reason = "writes the output")]
pub mod write;
pub mod yaml;

use diagnostics::{Diagnostics, missing};
use model::{Model, Places};
use resolve::index::Index;
use source::{Sources, Unsaved};
use std::cell::OnceCell;
use std::path::Path;
use std::sync::OnceLock;
use syntax::{Document, Kept};
use tree::Tree;

/// Reads a blueprint: its main file, and those that it includes.
///
/// # Errors
///
/// Faults of the environment alone; what is wrong with the text is [`compile`]'s to say.
pub fn load(path: &Path) -> Result<Sources, source::Error> {
    load_as(path, &path.display().to_string(), &Unsaved::new())
}

/// As [`load`], with another name of the main file for messages, and with texts that are not saved yet.
///
/// # Errors
///
/// As those of [`load`].
pub fn load_as(path: &Path, name: &str, unsaved: &Unsaved) -> Result<Sources, source::Error> {
    let mut sources = Sources::read_as(path, name, unsaved)?;
    let included = syntax::included(&sources);
    sources.include(&included);
    Ok(sources)
}

/// The closed world that a blueprint describes, and all that is wrong or doubtful about it: a model only where
/// nothing is wrong.
pub fn compile(sources: &Sources) -> (Option<Model>, Diagnostics) {
    let (placed, diagnostics) = compile_placed(sources);
    (placed.map(|(model, _)| model), diagnostics)
}

/// As [`compile`], and where everything was written.
pub fn compile_placed(sources: &Sources) -> (Option<(Model, Places)>, Diagnostics) {
    let mut diagnostics = Diagnostics::new();
    let document = read(sources, &mut diagnostics);
    let sound = document.and_then(|document| understood(&document, &mut diagnostics));
    (sound, diagnostics)
}

/// What an editor asks of a blueprint while it is being written.
#[derive(Debug)]
pub struct Study {
    /// The model and its places, where nothing is wrong.
    pub sound: Option<(Model, Places)>,
    pub diagnostics: Diagnostics,
    document: Option<Document>,
    /// Made when somebody asks for it.
    index: OnceLock<Index>,
    names: OnceLock<Index>,
}

impl Study {
    /// Whether the main file is YAML.
    pub fn is_read(&self) -> bool {
        self.document.is_some()
    }

    /// Every name as far as it could be read; none where the main file is no YAML.
    pub fn index(&self) -> Option<&Index> {
        let document = self.document.as_ref()?;
        Some(self.index.get_or_init(|| resolve::index::index(document)))
    }

    /// As `index`, without where names are used: sooner there.
    pub fn names(&self) -> Option<&Index> {
        let document = self.document.as_ref()?;
        self.index
            .get()
            .or_else(|| Some(self.names.get_or_init(|| resolve::index::names(document))))
    }
}

/// As [`compile_placed`], with every name and where it is used.
pub fn study(sources: &Sources) -> Study {
    study_again(sources, &mut Kept::default())
}

/// As [`study`]; of files that did not change since the last time, what was read is taken again.
pub fn study_again(sources: &Sources, kept: &mut Kept) -> Study {
    let mut diagnostics = Diagnostics::new();
    let document = kept.read(sources, &mut diagnostics);
    let sound = document.as_ref().and_then(|document| understood(document, &mut diagnostics));
    Study { sound, diagnostics, document, index: OnceLock::new(), names: OnceLock::new() }
}

/// What is written, as far as it has the right shape; none where the main file is no YAML.
fn read(sources: &Sources, diagnostics: &mut Diagnostics) -> Option<Document> {
    let trees = yaml::parse_all(sources, diagnostics);
    syntax::document(trees, sources.includes(), diagnostics)
}

fn understood(document: &Document, diagnostics: &mut Diagnostics) -> Option<(Model, Places)> {
    // Whatever else is wrong would not be told, and a hostile blueprint has much of it.
    if diagnostics.is_full() {
        return None;
    }
    let resolved = resolve::resolve(document);
    diagnostics.extend(resolved.diagnostics);
    proofs::prove(&resolved.model, &resolved.places, diagnostics);
    // Not before: what is proved is so where nothing is wrong.
    let index = OnceCell::new();
    let idle = |path: &str| index.get_or_init(|| resolve::index::index(document)).idle(path);
    *diagnostics = missing::gathered(std::mem::take(diagnostics), idle);
    (!diagnostics.has_errors()).then_some((resolved.model, resolved.places))
}

/// Everything that follows from a model, in memory. Pure.
pub fn emit(model: &Model) -> Tree {
    written(model, None)
}

/// As [`emit`], with one guard left out; none where there is no guard of that id.
pub fn emit_without(model: &Model, guard: &str) -> Option<Tree> {
    guards(model).iter().any(|id| id == guard).then(|| written(model, Some(guard)))
}

/// Ids of all guards of the database and of the service's queries, which [`emit_without`] can leave out.
pub fn guards(model: &Model) -> Vec<String> {
    let schema = schema::lower(model, None);
    let mut guards = schema.guards().to_vec();
    guards.extend(plan::guards(model, &schema));
    guards
}

fn written(model: &Model, without: Option<&str>) -> Tree {
    // What is not needed any more goes before the next is made: a large service is many texts.
    let plan = plan::plan(model, &schema::lower(model, without), without);
    render::render(plan)
}
