//! A blueprint that was understood, and where everything in it stands.

use super::super::diagnosed;
use super::super::exit::Fault;
use super::super::place::PlaceArguments;
use super::super::terminal::Terminal;
use crate::model::{EntityKind, Model, Places};
use crate::source::{Sources, Span};
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

    /// Where a path stands, of a section where the first thing in it does; none where it is implied.
    pub fn spot(&self, path: &str) -> Option<Spot> {
        let below = || self.places.first_below(path).map(|span| self.at(span));
        self.places.written(path).then(|| self.nearest(path)).or_else(below)
    }

    /// What implies a path that was not written: the nearest that was, and where.
    pub fn source(&self, path: &str) -> (String, Spot) {
        let mut around = path;
        while let Some((above, _)) = around.rsplit_once('.') {
            around = above;
            if self.places.written(around) {
                return (around.to_owned(), self.nearest(around));
            }
            if around == "identity"
                && let Some(spot) = self.spot(around)
            {
                return (around.to_owned(), spot);
            }
        }
        let by = self.implied_by(path);
        let spot = self.spot(&by).unwrap_or_else(|| self.nearest(&by));
        (by, spot)
    }

    /// What of `identity` implies an entity or a setting; else the service as a whole.
    fn implied_by(&self, path: &str) -> String {
        if path.starts_with("settings.") {
            return "identity".to_owned();
        }
        let name = path.strip_prefix("entities.").and_then(|rest| rest.split('.').next());
        let entity = name.and_then(|name| self.model.entity_named(name));
        match entity.map(|id| self.model[id].kind) {
            Some(EntityKind::Tenant(context) | EntityKind::Grants(context)) => {
                format!("identity.contexts.{}", self.model[context].name)
            }
            Some(EntityKind::User) => "identity".to_owned(),
            Some(EntityKind::Plain) | None => "service".to_owned(),
        }
    }

    /// Where a path stands, or would: the nearest thing around it that was written.
    pub fn nearest(&self, path: &str) -> Spot {
        self.at(self.places.of(path))
    }

    fn at(&self, span: Span) -> Spot {
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
