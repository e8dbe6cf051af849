//! `blueprint graph`.

use crate::command::blueprint;
use crate::compile::started;

#[test]
fn each_kind_in_each_language() {
    let root = started();
    for (kind, of, mermaid) in [
        ("entities", "", "erDiagram\n"),
        ("states", "", "stateDiagram-v2\n"),
        ("permissions", "", "flowchart LR\n"),
        ("states", "--of Note", "stateDiagram-v2\n"),
        ("permissions", "--of Note", "flowchart LR\n"),
    ] {
        for (format, begins) in [
            ("", mermaid),
            ("--format mermaid", mermaid),
            ("--format dot", "digraph blueprint {\n"),
            ("--format svg", "<svg xmlns="),
            ("--format json", "{\n"),
        ] {
            let run = blueprint(root.path(), &format!("graph notes --kind {kind} {of} {format}"));
            let run = run.ends_with(0);
            assert!(run.out.starts_with(begins), "{kind} {format}: {}", run.out);
            assert!(run.out.contains("Note") || kind == "states", "{kind} {format}");
            assert_eq!(run.err, "");
        }
    }
}

#[test]
fn what_is_not_there_is_wrong_usage() {
    let root = started();
    for (arguments, said) in [
        ("--of Nota", "did you mean `Note`?"),
        ("--kind states --of Club", "`Club` has no states"),
        ("--kind roles", "invalid value 'roles'"),
        ("--format sarif", "invalid value 'sarif'"),
    ] {
        let run = blueprint(root.path(), &format!("graph notes {arguments}")).ends_with(2);
        assert!(run.err.contains(said), "{arguments}: {}", run.err);
        assert_eq!(run.out, "");
    }
    // The languages of pictures are of pictures alone.
    blueprint(root.path(), "check notes --format svg").ends_with(2);
}
