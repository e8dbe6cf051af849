//! What a hook may name: its own file, its contract, and what works on values alone. All else is not given to it.

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
    "uuid",
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
    "vec",
    "write",
    "writeln",
];

const PRIMITIVES: &[&str] = &[
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16",
    "u32", "u64", "u128", "usize",
];

/// Whatever they are called on, these tell the time or are random.
pub const CLOCKS: &[&str] = &["now", "now_utc", "now_local"];
pub const RANDOM: &[&str] = &["new_v4", "now_v1", "now_v6", "now_v7"];

/// Whether a path in full is given; `all` asks for all that is below it. `own` says which names the file has itself, and
/// `depth` how many modules of it stand around the path.
pub fn is_given(full: &[String], all: bool, own: &dyn Fn(&str) -> bool, depth: usize) -> bool {
    let Some((first, rest)) = full.split_first() else { return true };
    let supers = full.iter().take_while(|one| *one == "super").count();
    if supers > 0 {
        return supers <= depth;
    }
    let local = first == "self"
        || first.starts_with(|letter: char| letter.is_uppercase() || letter == '_')
        || PRIMITIVES.contains(&first.as_str())
        || own(first);
    // A bare name is of the file, of what it imports, or of the prelude.
    if local || rest.is_empty() && !all && !is_root(first) {
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
