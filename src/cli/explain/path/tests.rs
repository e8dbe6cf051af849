//! Every path of the shipped blueprints is answered, and says where it stands.

use super::super::super::place::PlaceArguments;
use super::super::super::terminal::{Format, Terminal};
use super::*;
use std::path::PathBuf;

fn file(app: &str) -> PathBuf {
    format!("{}/blueprints/{app}/blueprint.yaml", env!("CARGO_MANIFEST_DIR")).into()
}

fn known(app: &str) -> Known {
    let place = PlaceArguments::of(Some(file(app)), None);
    Known::load(place, &mut Terminal::new(Format::Human)).unwrap().expect("without mistakes")
}

#[test]
fn every_path_is_answered_with_its_place() {
    for app in ["starter", "projects", "marketplace"] {
        let known = known(app);
        let all = all::all(&known.model);
        assert!(all.len() > 100, "{app}");
        for path in all {
            let found = meant(&path, &known).map(|meant| meant.path);
            assert_eq!(found.ok().as_ref(), Some(&path));
            let said = said_of(&known.model, &path).unwrap_or_else(|| panic!("{app}: {path}"));
            assert!(!said.lines.is_empty(), "{app}: {path} says nothing");
            let place = place(&path, &said, &known);
            let named = place.rsplit_once(".yaml:").expect("a file").1;
            let (line, column) = named.split_once(':').expect("a line and a column");
            assert!(line.parse::<usize>().unwrap() > 0 && column.parse::<usize>().unwrap() > 0);
            // What a program is told is what a person is told.
            let told = document(&path, &said, &[], &known);
            assert_ne!(told["place"].is_null(), told["implied_by"].is_null(), "{app}: {path}");
            assert_eq!(told["says"].as_array().unwrap().len(), said.lines.len());
        }
    }
}

/// So that an editor can tell of each name what it stands for.
#[test]
fn every_name_is_answered() {
    for app in ["starter", "projects", "marketplace"] {
        let study = crate::study(&crate::load(&file(app)).unwrap());
        let (model, _) = study.sound.as_ref().expect("without mistakes");
        let index = study.index().expect("it is YAML");
        let mute: Vec<&str> = index
            .symbols()
            .map(|(path, _)| path)
            .filter(|path| text_of(model, path).is_none())
            .collect();
        assert_eq!(mute, [""; 0], "{app}");
    }
}

#[test]
fn few_words_suffice_where_nothing_else_is_called_so() {
    let known = known("starter");
    for (asked, path) in [
        ("Note", "entities.Note"),
        ("Note.title", "entities.Note.fields.title"),
        ("title", "entities.Note.fields.title"),
        ("entities.Note.publish", "entities.Note.actions.publish"),
        ("publish.because", "entities.Note.actions.publish.because"),
        ("host", "roles.host"),
        ("Note.author", "entities.Note.fields.author"),
        ("Note.states.list.draft", "entities.Note.states.draft"),
    ] {
        assert_eq!(meant(asked, &known).unwrap().path, path, "{asked}");
    }
    assert_eq!(meant("Note.author", &known).unwrap().also, ["entities.Note.parties.author"]);
    for (asked, hint) in [
        ("id", "`entities.User.fields.id` or `entities.Club.fields.id`"),
        ("Note.titel", "did you mean `entities.Note.fields.title`?"),
        ("entities.Note.fields.titel", "did you mean `entities.Note.fields.title`?"),
        ("hots", "did you mean `roles.host`?"),
        ("Nte.title", "did you mean `entities.Note.fields.title`?"),
        (
            "entities.Note.actions.publish.require.x",
            "explain entities.Note.actions.publish.require",
        ),
        ("Invoice", "blueprint explain entities"),
    ] {
        let fault = meant(asked, &known).map(|meant| meant.path).unwrap_err().to_string();
        assert!(fault.contains(hint), "{asked}: {fault}");
    }
}
