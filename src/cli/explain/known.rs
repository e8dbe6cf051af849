//! A blueprint that was understood, and where everything in it stands.

use super::super::diagnosed;
use super::super::exit::Fault;
use super::super::place::PlaceArguments;
use super::super::terminal::Terminal;
use crate::model::{Model, Places};
use crate::source::Sources;
use serde_json::{Value, json};

pub(in crate::cli) struct Known {
    pub model: Model,
    /// The blueprint, as it was named.
    pub file: String,
    places: Places,
    sources: Sources,
}

/// A place as people write it.
pub(in crate::cli) struct Spot {
    pub file: String,
    /// From 1.
    pub line: usize,
    pub column: usize,
}

impl Known {
    /// None where the blueprint has errors, which are reported.
    pub fn load(place: PlaceArguments, terminal: &mut Terminal) -> Result<Option<Known>, Fault> {
        let place = place.find()?;
        let sources = crate::load(&place.file)?;
        let (placed, diagnostics) = crate::compile_placed(&sources);
        if diagnostics.has_errors() {
            diagnosed::report(&diagnostics, &sources, terminal);
        }
        let file = place.file.display().to_string();
        Ok(placed.map(|(model, places)| Known { model, places, sources, file }))
    }

    /// Where a path stands; none where it is implied.
    pub fn spot(&self, path: &str) -> Option<Spot> {
        // A word that only holds others has no place of its own.
        let held = path.strip_suffix(".read").or_else(|| path.strip_suffix(".by")).unwrap_or(path);
        self.places.written(held).then(|| self.nearest(held))
    }

    /// Where a path stands, or would: the nearest thing around it that was written.
    pub fn nearest(&self, path: &str) -> Spot {
        let span = self.places.of(path);
        let file = self.sources.file(span.file);
        let at = file.position(span.start as usize);
        Spot { file: file.name.clone(), line: at.line, column: at.column }
    }

    /// `blueprint.yaml:12:7`, or `implied`.
    pub fn told(&self, path: &str) -> String {
        self.spot(path).map_or("implied".to_owned(), |spot| spot.to_string())
    }

    /// The place for programs; null where it is implied.
    pub fn json(&self, path: &str) -> Value {
        self.spot(path).map_or(Value::Null, |spot| spot.json())
    }
}

impl Spot {
    pub fn json(&self) -> Value {
        json!({ "file": self.file, "line": self.line, "column": self.column })
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}:{}:{}", self.file, self.line, self.column)
    }
}
