//! Files that are as large as may be, or not quite: whoever pastes one waits, but his memory is not used up.

use std::sync::PoisonError;

use blueprint::model::Model;
use blueprint::source::{MAX_FILE_BYTES, Sources};

use super::multiplied::{READ, entities, moves, multiplied};
use super::{ALONE, memory};

const HEAD: &str = "blueprint: 1\nservice: { name: shop }\n";

/// Names of one list.
const IN_ONE: usize = 250;

fn compiled(text: &str) -> Option<Model> {
    let (model, diagnostics) = blueprint::compile(&Sources::from_text("blueprint.yaml", text));
    assert_eq!(model.is_none(), diagnostics.has_errors());
    model
}

/// Values, lines and words, as many as fit into a file and a few more.
#[test]
fn texts_of_the_largest_size() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    for (before, one, after) in [
        ("x: [", "a,", "b]\n"),
        ("x: [", "[a],", "b]\n"),
        ("x: [", "{a: b},", "b]\n"),
        ("x: [", "{a: {a: {a: {a: {a: {a: b}}}}}},", "b]\n"),
        ("x: {", "a,", "b}\n"),
        ("x: {a: b", ", c d", "}\n"),
        ("x:\n", "- - a\n", ""),
        ("x:\n", "- a: b\n", ""),
        ("x:\n", " a: b\n", ""),
        ("x:\n", " a:\n", ""),
        ("x: [", "&a a,", "b]\n"),
        ("x: [", "*a,", "b]\n"),
        ("x: [", "!a a,", "b]\n"),
        ("x: ", "a: ", "\n"),
        ("", "? ", "\n"),
        ("", "\n", ""),
        ("", "#\n", ""),
        ("x: \"", "\\x41", "\"\n"),
        ("x: '", "a\n", ""),
        ("entities:\n", "  A: {}\n", ""),
    ] {
        for bytes in [MAX_FILE_BYTES, MAX_FILE_BYTES / 4] {
            let times = (bytes - HEAD.len() - before.len() - after.len()) / one.len();
            compiled(&format!("{HEAD}{before}{}{after}", one.repeat(times)));
        }
    }
    println!("{} MiB at most", memory::most());
}

/// Lists that multiply, as long as lists may be: most are refused before anything is made of them.
#[test]
fn lists_of_the_largest_size() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    for (what, text) in multiplied(IN_ONE) {
        println!("{what}: {}, {} MiB at most", compiled(&text).is_some(), memory::most());
    }
}

/// What is only just accepted, and all that is made of it.
#[test]
fn services_of_the_largest_size() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let all_moves = moves(IN_ONE);
    let of = |what: &str, n| multiplied(n).into_iter().find(|one| one.0 == what).expect("is one").1;
    just_accepted("entities", 4_000, |n| entities(n, READ));
    just_accepted("moves", 20, |n| entities(n, &all_moves));
    just_accepted("readers", IN_ONE, |n| of("readers", n));
    just_accepted("parties", IN_ONE, |n| of("parties", n));
}

/// The most of them that are accepted, of no more than `most`.
fn just_accepted(what: &'static str, most: usize, text: impl Fn(usize) -> String) {
    let (mut accepted, mut refused) = (1, most);
    assert!(compiled(&text(most)).is_none(), "{what}: {most} are too few");
    while refused - accepted > accepted / 16 + 1 {
        let middle = accepted.midpoint(refused);
        match compiled(&text(middle)) {
            Some(_) => accepted = middle,
            None => refused = middle,
        }
    }
    let model = compiled(&text(accepted)).expect("it was accepted");
    let bytes: usize = blueprint::emit(&model).iter().map(|(_, file)| file.text.len()).sum();
    println!("{what}: {accepted}, {} MiB made, {} MiB at most", bytes >> 20, memory::most());
}
