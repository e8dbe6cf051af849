//! Ten independent mistakes are ten diagnostics in one run, each at its place.

use blueprint::source::Sources;

use super::diagnose;

#[test]
fn ten_mistakes_of_shape() {
    check(include_str!("ten_mistakes/blueprint.yaml"));
}

#[test]
fn ten_mistakes_of_every_kind() {
    check(include_str!("ten_of_every_kind/blueprint.yaml"));
}

fn check(text: &str) {
    let sources = Sources::from_text("blueprint.yaml", text);
    let file = sources.file(sources.main());
    let found: Vec<(usize, &str)> = diagnose(&sources)
        .iter()
        .map(|one| {
            let line = file.position(one.primary.span.start as usize).line;
            (line, sources.text(one.primary.span))
        })
        .collect();
    // Each line with a mistake says in a comment what is to be marked.
    let expected: Vec<(usize, &str)> = text
        .lines()
        .enumerate()
        .filter_map(|(index, line)| Some((index + 1, line.split("# wrong: ").nth(1)?)))
        .collect();
    assert_eq!(expected.len(), 10);
    assert_eq!(found, expected);
}
