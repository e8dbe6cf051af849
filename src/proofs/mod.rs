//! What can never happen, shown from the closed world alone.
//!
//! Each file is one proof. A blueprint that already has mistakes is still proved where they cannot
//! matter ([`Ground::clean`]), so that one run tells all.

mod actions_run;
mod actor_is_member;
mod contexts_entered;
mod fields_used;
mod grants_add;
mod ground;
mod inputs_read;
mod names_meant;
mod public_rows;
mod references_nameable;
mod required_given;
mod size_bounded;
mod something_changes;
mod states_reached;
mod step_up_asks;
mod tenant_carried;
mod timers_due;

use ground::Ground;
pub use size_bounded::weight;

use crate::diagnostics::Diagnostics;
use crate::model::{Model, Places};

/// Adds what is wrong to what was found so far; warnings only where nothing is.
pub fn prove(model: &Model, places: &Places, diagnostics: &mut Diagnostics) {
    let ground = Ground::new(model, places, diagnostics);
    // What follows would take as long as compiling it.
    if !size_bounded::prove(&ground, diagnostics) {
        return;
    }
    public_rows::prove(&ground, diagnostics);
    required_given::prove(&ground, diagnostics);
    tenant_carried::prove(&ground, diagnostics);
    references_nameable::prove(&ground, diagnostics);
    something_changes::prove(&ground, diagnostics);
    actor_is_member::prove(&ground, diagnostics);
    step_up_asks::prove(&ground, diagnostics);
    if !diagnostics.has_errors() {
        states_reached::prove(&ground, diagnostics);
        timers_due::prove(&ground, diagnostics);
        fields_used::prove(&ground, diagnostics);
        contexts_entered::prove(&ground, diagnostics);
        grants_add::prove(&ground, diagnostics);
        actions_run::prove(&ground, diagnostics);
        names_meant::prove(&ground, diagnostics);
        inputs_read::prove(&ground, diagnostics);
    }
}
