//! Every diagnostic as people see it.
//!
//! A case is a folder: `blueprint.yaml` (or what `generated` makes, where it would be too large to
//! keep), what the compiler says of it in `expected.txt`, and where
//! it makes sense `fixed.yaml`, of which it says nothing. `names.txt` is what the last compile left of names. `BLUEPRINT_UPDATE=1 cargo test --test ui`
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
use blueprint::recorded::{self, Names};
use blueprint::source::Sources;

/// What the compiler says, after what was compiled before.
fn diagnose(sources: &Sources) -> Diagnostics {
    let (sound, mut diagnostics) = blueprint::compile_placed(sources);
    let names = sources.path(sources.main()).map(|path| path.with_file_name("names.txt"));
    let names = names.and_then(|path| std::fs::read_to_string(path).ok());
    if let (Some((model, places)), Some(names)) = (sound, names) {
        let (before, now) = (Names::parse(&names), Names::of(&model));
        diagnostics.extend(recorded::compare(&before, &now, &places));
    }
    diagnostics
}
