use std::collections::BTreeSet;

use super::lower;
use crate::plan::example;

/// The shipped files, without the line that signs them.
fn shipped(name: &str) -> String {
    let root = env!("CARGO_MANIFEST_DIR");
    let path = format!("{root}/examples/projects/migrations/{name}");
    let text = std::fs::read_to_string(&path).expect("the example is there");
    match text.split_once('\n') {
        Some((first, rest)) if first.contains("SignedSource") => rest.to_owned(),
        _ => text,
    }
}

#[test]
fn projects_is_lowered_to_what_is_shipped() {
    let schema = lower(&example::projects(), None);
    assert_eq!(schema.bootstrap_sql(), shipped("bootstrap.sql"));
    assert_eq!(schema.init_sql(), shipped("0001_init.sql"));
}

#[test]
fn every_guard_can_be_left_out() {
    let model = example::projects();
    let whole = lower(&model, None);
    let ids: BTreeSet<&String> = whole.guards().iter().collect();
    assert_eq!(ids.len(), whole.guards().len());
    for id in ids {
        assert_ne!(lower(&model, Some(id)).init_sql(), whole.init_sql(), "{id} guards nothing");
    }
}

#[test]
fn an_id_that_is_none_leaves_nothing_out() {
    let model = example::projects();
    assert_eq!(lower(&model, Some("x")).init_sql(), lower(&model, None).init_sql());
}
