//! `blueprint graph`: pictures of a blueprint.

use super::exit::{Exit, Fault};
use super::explain::Known;
use super::place::PlaceArguments;
use super::terminal::{Chosen, Drawing, Terminal};
use crate::diagnostics::did_you_mean;
use crate::graph;
use serde_json::json;

/// Draw entities, states or permissions as mermaid, dot or SVG
///
/// The picture goes to standard output: `blueprint graph --kind states --of Booking --format svg > booking.svg`.
#[derive(clap::Args)]
pub(super) struct Arguments {
    /// What to draw
    #[arg(long, value_enum, default_value_t = Kind::Entities, value_name = "KIND")]
    kind: Kind,

    /// Only this entity, and of entities those that it refers to or that refer to it
    #[arg(long, value_name = "ENTITY")]
    of: Option<String>,

    // In place of the one that all commands have: the same name, other values.
    /// In which language; mermaid where none is named
    #[arg(id = "format", long = "format", value_name = "FORMAT", value_parser = Chosen::drawings())]
    format: Option<Chosen>,

    #[command(flatten)]
    place: PlaceArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Kind {
    /// What there is and what refers to what
    Entities,
    /// How rows move from state to state
    States,
    /// Who may what
    Permissions,
}

pub(super) fn run(arguments: Arguments, terminal: &mut Terminal) -> Result<Exit, Fault> {
    let Some(known) = Known::load(arguments.place, terminal)? else { return Ok(Exit::Refused) };
    let model = &known.model;
    let of = match &arguments.of {
        None => None,
        Some(name) => Some(model.entity_named(name).ok_or_else(|| {
            let names = model.entities.iter().map(|entity| entity.name.as_str());
            let hint = did_you_mean(name, names).map_or(String::new(), |hint| format!("; {hint}"));
            Fault::Usage(format!("{} has no entity `{name}`{hint}", known.file))
        })?),
    };
    let kind = match arguments.kind {
        Kind::Entities => graph::Kind::Entities,
        Kind::States => graph::Kind::States,
        Kind::Permissions => graph::Kind::Permissions,
    };
    let picture = graph::picture(model, kind, of);
    if picture.graphs.is_empty() {
        let what = arguments.of.map_or(known.file.clone(), |name| format!("`{name}`"));
        let lacks = if kind == graph::Kind::States { "no states" } else { "nothing to draw" };
        return Err(Fault::Usage(format!("{what} has {lacks}")));
    }
    let drawing = arguments.format.and_then(|chosen| chosen.drawing);
    match drawing.unwrap_or(Drawing::Mermaid) {
        Drawing::Mermaid => terminal.out(graph::mermaid(&picture)),
        Drawing::Dot => terminal.out(graph::dot(&picture)),
        Drawing::Svg => terminal.out(graph::svg(&picture)),
        Drawing::Json => terminal.document(json!({ "version": 1, "picture": picture })),
    }
    Ok(Exit::Done)
}
