//! Every diagnostic as people see it.
//!
//! A case is a folder: `blueprint.yaml` (or what `generated` makes, where it would be too large to
//! keep), what the compiler says of it in `expected.txt`, and where
//! it makes sense `fixed.yaml`, of which it says nothing. `BLUEPRINT_UPDATE=1 cargo test --test ui`
//! writes what is said now; read the difference before you keep it.

#![expect(clippy::disallowed_methods, reason = "cases are files")]

mod cases;
mod docs;
mod fixes;
mod formats;
mod generated;
mod hostile;
mod include;
mod layout;
mod places;
mod planned;
#[path = "../shared/random.rs"]
mod random;
mod reference;
mod scalars;
mod schema;
mod widths;
mod words;

use blueprint::diagnostics::Diagnostics;
use blueprint::source::Sources;

/// What the compiler says.
fn diagnose(sources: &Sources) -> Diagnostics {
    blueprint::compile(sources).1
}
