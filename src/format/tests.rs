//! What the layout is, told by examples; that it changes nothing is told in `tests/format`.

use super::format;
use crate::source::Sources;

fn formatted(text: &str) -> String {
    let sources = Sources::from_text("a.yaml", text);
    format(&sources, sources.main()).unwrap_or_else(|refusal| panic!("{refusal:?}\n{text}"))
}

#[test]
fn each_rule_of_the_layout() {
    for (text, expected) in [
        // Two spaces, and lists under their key.
        ("a:\n    b:\n    - c\n    -   d\n", "a:\n  b:\n    - c\n    - d\n"),
        ("a: {b: c,d: [e,f ]}\n", "a: { b: c, d: [e, f] }\n"),
        ("a: {   }\nb: [ ]\n", "a: {}\nb: []\n"),
        ("a: 'b'\nc: \"d, e\"\nf: { g: \"h, i\" }\n", "a: b\nc: d, e\nf: { g: 'h, i' }\n"),
        ("a: { b: c,\n  d: e }   \n\n\n\nf: g\n\n\n", "a: { b: c, d: e }\n\nf: g\n"),
        ("a:   # first\n  b\nc: # second\n\n  d: e\n", "a: b  # first\n\nc:  # second\n  d: e\n"),
        ("a: { b: c, # why\n  d: e }  # all\n", "a:  # all\n  b: c  # why\n  d: e\n"),
        ("a: b        # here\nc: d  # there\n", "a: b        # here\nc: d  # there\n"),
        ("a: b # near\n", "a: b  # near\n"),
        (
            "a:\n  b: c\n  # of a\n# of d\nd: e\n# last\n",
            "a:\n  b: c\n  # of a\n\n# of d\nd: e\n# last\n",
        ),
        ("a: |\n    b # no comment\n     c\n\nd: e\n", "a: |\n  b # no comment\n   c\n\nd: e\n"),
        ("a: |\n  b\n# c\nd: e\n", "a: |\n  b\n\n# c\nd: e\n"),
        ("a: >-\n  b\n  c\n# d\n", "a: >-\n  b\n  c\n# d\n"),
        ("a:\n  - |\n    b\n  # c\n  - d\n", "a:\n  - |\n    b\n  # c\n  - d\n"),
        ("a: |\n    b  \n\n      c\nd: e\n", "a: |\n  b  \n\n    c\n\nd: e\n"),
        ("a: |\n  b\n  # no comment\nd: e\n", "a: |\n  b\n  # no comment\n\nd: e\n"),
        ("a: |4\n      b\n    c\nd: e\n", "a: |2\n    b\n  c\n\nd: e\n"),
        ("a:\n  b: |-1\n     c\n    d\n", "a:\n  b: |-2\n      c\n     d\n"),
        ("a:\n- >2  # why\n\n     b\n  c\n", "a:\n  - >2  # why\n\n       b\n    c\n"),
        ("a:\n- >-  # why\n\n  b\n", "a:\n  - >-  # why\n\n    b\n"),
        ("a:\n  - # why\n    'b\n     c'\n", "a:\n  # why\n  - b c\n"),
        (
            "a:\n  - # why\n    b: c\n    # of d\n    d: e\n  - f\n",
            "a:\n  # why\n  - b: c\n    # of d\n    d: e\n  - f\n",
        ),
        ("a: b\n  c\n", "a: b c\n"),
        ("--- # begins\na: b\n...\n", "# begins\na: b\n"),
        ("a:\n- b: c\n  d: e\n- f\n", "a:\n  - b: c\n    d: e\n  - f\n"),
        ("a: b\r\nc:   d\r\n", "a: b\r\nc: d\r\n"),
        ("\u{feff}a:  b\n", "\u{feff}a: b\n"),
        ("{ a: b, c: [d] }\n", "a: b\nc: [d]\n"),
    ] {
        assert_eq!(formatted(text), expected, "{text}");
        assert_eq!(formatted(expected), expected);
    }
}

#[test]
fn what_is_too_wide_becomes_a_block() {
    let name = "x".repeat(60);
    assert_eq!(
        formatted(&format!("a: {{ b: {name}, c: {{ d: e }}, f: {name} }} # why\n")),
        format!("a:  # why\n  b: {name}\n  c: {{ d: e }}\n  f: {name}\n")
    );
}

#[test]
fn a_list_of_names_fills_its_lines() {
    let names: Vec<String> = (10..40).map(|at| format!("name{at}")).collect();
    let expected = format!(
        "a:\n  b: [{},\n    {},\n    {}]  # all\n",
        names[..14].join(", "),
        names[14..28].join(", "),
        names[28..].join(", ")
    );
    assert_eq!(formatted(&format!("a:\n  b: [{}] # all\n", names.join(", "))), expected);
    assert_eq!(formatted(&expected), expected);
}

#[test]
fn sections_and_entities_stand_apart() {
    assert_eq!(
        formatted(
            "blueprint: 1\nroles: {}\nentities:\n  A: {}\n  B: {}\n  # of C\n  C:\n    d: e\n  E: {}\n"
        ),
        "blueprint: 1\nroles: {}\n\nentities:\n  A: {}\n  B: {}\n\n  # of C\n  C:\n    d: e\n\n  E: {}\n"
    );
}

#[test]
fn expressions_and_types_have_one_spelling() {
    assert_eq!(
        formatted(
            "entities: { A: { states: [open, done], fields: { k: 'one of a | b', n: int(1 .. 2) },\n\
             rules: { r: 'state==open||k in [a,b]' , q: n>1 } } }\n"
        ),
        "entities:\n  A:\n    states: [open, done]\n    fields: { k: one of a|b, n: int(1 .. 2) }\n    \
         rules: { r: state is open || k is a|b, q: n > 1 }\n"
    );
}

#[test]
fn what_is_not_yaml_is_left_alone() {
    for text in ["a: {b: c\n", "a: b\na: c\n", "a: &x b\n", "a: !t b\n", "", "a: { b, c: d }\n"] {
        let sources = Sources::from_text("a.yaml", text);
        assert!(format(&sources, sources.main()).is_err(), "{text}");
    }
}
