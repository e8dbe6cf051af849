//! What a hook may name: its own file, its contract, and what works on values alone. All else is not given to it.

use super::names::Own;

/// Below these everything is given.
const WHOLE: &[&str] = &[
    "std::array",
    "std::ascii",
    "std::borrow",
    "std::boxed",
    "std::char",
    "std::cmp",
    "std::collections::BTreeMap",
    "std::collections::BTreeSet",
    "std::collections::BinaryHeap",
    "std::collections::VecDeque",
    "std::collections::btree_map",
    "std::collections::btree_set",
    "std::convert",
    "std::default",
    "std::error",
    "std::f64",
    "std::fmt",
    "std::i32",
    "std::i64",
    "std::i128",
    "std::iter",
    "std::marker",
    "std::mem",
    "std::num",
    "std::ops",
    "std::option",
    "std::primitive",
    "std::rc",
    "std::result",
    "std::slice",
    "std::str",
    "std::string",
    "std::time::Duration",
    "std::u32",
    "std::u64",
    "std::vec",
    "rust_decimal",
    "serde",
    "serde_json",
    "time",
    "uuid::Error",
    "uuid::Uuid",
    "uuid::uuid",
    "crate::generated::domain",
    "crate::generated::hooks",
    "crate::generated::kernel::hook",
    "crate::generated::kernel::values",
];

/// Modules that may be named, and of which not everything is given.
const HALF: &[&str] = &["std::collections", "std::time"];

/// Macros that make values of values, or end what is wrong.
const MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "concat",
    "date",
    "datetime",
    "dec",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "format",
    "json",
    "matches",
    "offset",
    "panic",
    "stringify",
    "time",
    "todo",
    "unimplemented",
    "unreachable",
    "uuid",
    "vec",
    "write",
    "writeln",
];

const PRIMITIVES: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16",
    "u32", "u64", "u128", "usize",
];

/// Whatever they are called on, these tell the time or are random; where something stands in memory is too.
pub const CLOCKS: &[&str] =
    &["now", "now_utc", "now_local", "current_local_offset", "local_offset_at"];
pub const RANDOM: &[&str] = &["new_v4", "new_v7", "now_v1", "now_v6", "now_v7", "Pointer"];
pub const PLACES: &[&str] = &["as_ptr", "as_mut_ptr", "as_ptr_range", "as_mut_ptr_range"];

/// What a service is linked with: nothing else may be called so, or what a path means could not be told from its name.
pub const CRATES: &[&str] = &[
    "alloc",
    "axum",
    "core",
    "deadpool_postgres",
    "hmac",
    "http_body_util",
    "hyper",
    "hyper_rustls",
    "hyper_util",
    "jsonwebtoken",
    "p256",
    "postgres",
    "postgres_protocol",
    "proc_macro",
    "rust_decimal",
    "rustls",
    "secrecy",
    "serde",
    "serde_json",
    "sha2",
    "std",
    "time",
    "tokio",
    "tokio_postgres",
    "tokio_postgres_rustls",
    "tracing",
    "tracing_subscriber",
    "uuid",
    "webpki_roots",
];

/// Attributes whose texts are for people, or name no path.
pub const TOLD: &[&str] = &[
    "allow",
    "cfg",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "forbid",
    "must_use",
    "should_panic",
    "warn",
];

/// How a path is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Used,
    Imported,
    /// All that is below it.
    Whole,
}

/// Whether a path in full is given. `own` says what the file has itself, and `depth` how many modules of it stand
/// around the path.
pub fn is_given(full: &[String], how: Named, own: &Own, depth: usize) -> bool {
    let Some((first, rest)) = full.split_first() else { return true };
    let all = how == Named::Whole;
    let supers = full.iter().take_while(|one| *one == "super").count();
    if supers > 0 {
        return supers <= depth;
    }
    let local = first == "self"
        || first.starts_with(|letter: char| letter.is_uppercase() || letter == '_')
        || PRIMITIVES.contains(&first.as_str())
        || own.modules.contains(first);
    // A bare name is of the file, of what it imports, or of the prelude; one that is imported is no more than of the file.
    let bare = match how {
        Named::Used => !is_root(first),
        Named::Imported => own.functions.contains(first) && !is_root(first),
        Named::Whole => false,
    };
    if local || rest.is_empty() && bare {
        return true;
    }
    let path = full.join("::");
    let below = |of: &&str| path == **of || path.starts_with(&format!("{of}::"));
    WHOLE.iter().any(below) || !all && HALF.contains(&path.as_str())
}

pub fn is_given_macro(name: &str) -> bool {
    MACROS.contains(&name)
}

/// What a `use` of a whole crate would give another name.
fn is_root(name: &str) -> bool {
    ["std", "core", "alloc", "crate"].contains(&name)
}
