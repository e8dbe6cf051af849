//! `blueprint explain PATH`.

use crate::command::blueprint;
use crate::compile::started;

#[test]
fn a_path_is_told_with_all_that_is_implied() {
    let root = started();
    let run = blueprint(root.path(), "explain entities.Note notes").ends_with(0);
    for expected in [
        "field      club: ref Club, never changes, implied",
        "action     publish: by author; draft → published",
        "GET /v1/clubs/{club}/notes",
        "entities.Note.security.forced",
    ] {
        assert!(run.out.contains(expected), "{expected:?} in\n{}", run.out);
    }
    let run = blueprint(root.path(), "explain entities.Note.actions.withdraw notes").ends_with(0);
    for expected in
        ["by         host in club", "because    required", "entities.Note.actions.withdraw.by@club"]
    {
        assert!(run.out.contains(expected), "{expected:?} in\n{}", run.out);
    }
    for path in ["identity.contexts.club", "roles.host", "entities.Note.read"] {
        blueprint(root.path(), &format!("explain {path} notes")).ends_with(0);
    }
}

#[test]
fn an_unknown_path_is_wrong_usage() {
    let root = started();
    let run = blueprint(root.path(), "explain entities.Note.actions.publsh notes").ends_with(2);
    assert!(run.err.contains("did you mean `entities.Note.actions.publish`?"), "{}", run.err);
}
