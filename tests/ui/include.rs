//! `include` where a case cannot be kept as files, and in the forms for programs.

use std::fs;
use std::path::Path;
use std::process::Command;

use blueprint::diagnostics::render::{github, json, sarif};
use blueprint::source::{Sources, Unsaved};
use serde_json::Value;

use super::diagnose;

const HEAD: &str = "blueprint: 1\nservice: { name: shop }\n";

/// A blueprint in a folder of its own.
fn load(files: &[(&str, &str)]) -> Sources {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }
    load_in(folder.path())
}

fn load_in(folder: &Path) -> Sources {
    let main = folder.join("blueprint.yaml");
    blueprint::load_as(&main, "apps/blueprint.yaml", &Unsaved::new()).expect("it can be read")
}

fn messages(sources: &Sources) -> Vec<String> {
    let diagnostics = diagnose(sources);
    let said = diagnostics.iter().map(|one| {
        let file = sources.file(one.primary.span.file);
        let line = file.position(one.primary.span.start as usize).line;
        format!("{}:{line} {} {}", file.name, one.code, one.message)
    });
    said.collect()
}

#[test]
fn every_form_names_the_right_file() {
    let main = format!("{HEAD}include: [parts/task.yaml]\n");
    let sources = load(&[
        ("blueprint.yaml", &main),
        ("parts/task.yaml", "# Tasks.\nentities: { Task: { feilds: {} } }\n"),
    ]);
    let diagnostics = diagnose(&sources);
    let report: Value = serde_json::from_str(&json(&diagnostics, &sources)).unwrap();
    assert_eq!(report["diagnostics"][0]["place"]["file"], "apps/parts/task.yaml");
    assert_eq!(report["diagnostics"][0]["place"]["line"], 2);
    let line = github(&diagnostics, &sources);
    assert!(line.starts_with("::error file=apps/parts/task.yaml,line=2,"), "{line}");
    let log: Value = serde_json::from_str(&sarif(&diagnostics, &sources)).unwrap();
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "apps/parts/task.yaml");
    assert_eq!(place["region"]["startLine"], 2);
}

#[test]
fn a_pipe_is_not_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let main = folder.path().join("blueprint.yaml");
    fs::write(main, format!("{HEAD}include: [pipe.yaml]\n")).expect("it can be written");
    let made = Command::new("mkfifo").arg(folder.path().join("pipe.yaml")).status();
    assert!(made.expect("there is mkfifo").success());
    assert_eq!(
        messages(&load_in(folder.path())),
        ["apps/blueprint.yaml:3 E017 `pipe.yaml` is no plain file"]
    );
}

#[test]
fn one_file_under_two_names_is_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let main = format!("{HEAD}include: [a.yaml, b.yaml]\n");
    fs::write(folder.path().join("blueprint.yaml"), main).expect("it can be written");
    fs::write(folder.path().join("a.yaml"), "settings: { PORT: int }\n")
        .expect("it can be written");
    std::os::unix::fs::symlink("a.yaml", folder.path().join("b.yaml")).expect("it can be linked");
    assert_eq!(
        messages(&load_in(folder.path())),
        ["apps/blueprint.yaml:3 E018 `b.yaml` brings a file that is included already"]
    );
}

#[test]
fn files_together_have_a_limit() {
    let large = format!("#{}\nsettings: {{}}\n", "x".repeat(1024 * 1024 - 100));
    let names: Vec<String> = (10..40).map(|number| format!("part{number}.yaml")).collect();
    let main = format!("{HEAD}include: [part*.yaml]\n");
    let mut files = vec![("blueprint.yaml", main.as_str())];
    files.extend(names.iter().map(|name| (name.as_str(), large.as_str())));
    assert_eq!(
        messages(&load(&files)),
        ["apps/blueprint.yaml:3 E001 with this the blueprint has more than 16 MiB"]
    );
}

#[test]
fn files_have_a_number() {
    let names: Vec<String> = (0..1001).map(|number| format!("parts/{number}.yaml")).collect();
    let main = format!("{HEAD}include: [parts/*.yaml]\n");
    let mut files = vec![("blueprint.yaml", main.as_str())];
    files.extend(names.iter().map(|name| (name.as_str(), "settings: {}\n")));
    let said = messages(&load(&files));
    assert_eq!(said.len(), 1);
    assert!(said[0].contains("E012 a blueprint has at most 1000 files"), "{said:?}");
}

/// What is written and not followed must not pass for what is.
#[test]
fn text_in_memory_includes_nothing() {
    let sources = Sources::from_text("blueprint.yaml", format!("{HEAD}include: [a.yaml]\n"));
    assert_eq!(
        messages(&sources),
        ["blueprint.yaml:3 E017 this blueprint stands in no folder from which it could include"]
    );
    let escaped = format!("{HEAD}\"incl\\x75de\": [a.yaml]\n");
    assert_eq!(messages(&Sources::from_text("blueprint.yaml", escaped)).len(), 1);
}

#[test]
fn what_is_not_saved_goes_before_what_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let main = folder.path().join("blueprint.yaml");
    fs::write(&main, format!("{HEAD}include: [a.yaml]\n")).expect("it can be written");
    let part = folder.path().join("a.yaml");
    fs::write(&part, "settings: { PORT: int }\n").expect("it can be written");
    let unsaved = [(fs::canonicalize(&part).unwrap(), "settings: { PORT: itn }\n".to_owned())];
    let sources = blueprint::load_as(&main, "m.yaml", &unsaved.into()).expect("it can be read");
    let paths: Vec<_> = sources.ids().map(|id| sources.path(id).unwrap().to_owned()).collect();
    assert_eq!(paths, [fs::canonicalize(&main).unwrap(), fs::canonicalize(&part).unwrap()]);
    assert_eq!(messages(&sources), ["a.yaml:1 E105 `settings` cannot be `itn`"]);
}
