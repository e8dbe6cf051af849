//! The output folder: what stands in it compared with what should, and the way from one to the other.
//!
//! ```text
//! survey (read only) ──→ check: what differs, and how
//!    └──→ apply: stage everything → journal → rename → done
//! ```
//!
//! What is held here:
//! - Nothing is written while any file stands in the way: one that people edited or own, or that is no file.
//! - A path is never followed through a symlink below the output folder.
//! - A run that ends at any moment leaves the old files or the new ones: until the journal stands nothing
//!   has changed, and once it stands the next run finishes what it says before doing anything else.
//! - Only files that carry our own valid signature, or whose digest stands in the lock, are ever replaced
//!   or removed.

mod apply;
mod disk;
mod error;
mod folder;
mod journal;
mod lock;
mod maker;
mod replace;
mod sign;
mod survey;

pub use error::Error;
pub use folder::{Folder, abandon, interrupted, left_behind};
pub use lock::{LOCK, Lock, Stamp};
pub use maker::{is_of_this_program, note};
pub use replace::{Replacement, replace};
pub use sign::{Signature, signature, signed};
pub use survey::{Entry, Standing, Survey, Wanted, survey, unchanged};

use sha2::{Digest, Sha256};
use std::fmt::Write;

/// SHA-256 in hexadecimal, 64 characters.
pub fn digest(bytes: &[u8]) -> String {
    digest_of([bytes])
}

/// Of all parts as if they were one.
fn digest_of<const N: usize>(parts: [&[u8]; N]) -> String {
    let mut sha = Sha256::new();
    parts.into_iter().for_each(|part| sha.update(part));
    let mut text = String::with_capacity(64);
    for byte in sha.finalize() {
        write!(text, "{byte:02x}").expect("a string takes all that is written to it");
    }
    text
}
