//! Formatting changes nothing but the layout.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use blueprint::diagnostics::{Diagnostics, render};
use blueprint::format::{Refusal, format};
use blueprint::source::{Sources, Unsaved};
use blueprint::{compile, load_as};

use super::cases::folders;
use super::random::{Random, seed};

/// The blueprints that are shipped, each with all its files.
fn shipped() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints");
    ["starter", "projects", "marketplace", "saas_billing"]
        .iter()
        .map(|app| root.join(app).join("blueprint.yaml"))
        .collect()
}

/// What a blueprint means, with other texts in some of its files.
fn meaning(main: &Path, texts: &Unsaved) -> String {
    let sources = load_as(main, "blueprint.yaml", texts).expect("it can be read");
    let (model, diagnostics) = compile(&sources);
    assert!(!diagnostics.has_errors(), "{}", human(&diagnostics, &sources));
    format!("{:?}", model.expect("nothing is wrong"))
}

fn human(diagnostics: &Diagnostics, sources: &Sources) -> String {
    render::human(diagnostics, sources, render::Look::Plain)
}

fn formatted(text: &str) -> Result<String, Refusal> {
    let sources = Sources::from_text("a.yaml", text);
    format(&sources, sources.main())
}

fn comments(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> = text
        .lines()
        .filter_map(|line| {
            let at = line.find('#').filter(|at| *at == 0 || line[..*at].ends_with(' '))?;
            Some(line[at..].trim_end())
        })
        .collect();
    found.sort_unstable();
    found
}

#[test]
fn what_is_shipped_is_formatted() {
    for main in shipped() {
        let sources = blueprint::load(&main).expect("it can be read");
        for file in sources.ids() {
            let File { name, text } = file_of(&sources, file);
            let ours = format(&sources, file).unwrap_or_else(|why| panic!("{name}: {why:?}"));
            assert_eq!(text, ours, "{name}: `blueprint fmt` formats it");
        }
    }
}

struct File<'s> {
    name: &'s str,
    text: &'s str,
}

fn file_of(sources: &Sources, id: blueprint::source::FileId) -> File<'_> {
    let file = sources.file(id);
    File { name: &file.name, text: &file.text }
}

#[test]
fn what_is_right_stays_so() {
    let mut count = 0;
    for folder in folders() {
        let Ok(text) = std::fs::read_to_string(folder.join("fixed.yaml")) else { continue };
        let Ok(ours) = formatted(&text) else { panic!("{}", folder.display()) };
        let means = |text: &str| {
            let main = folder.join("fixed.yaml");
            let path = main.canonicalize().expect("it is there");
            meaning(&main, &Unsaved::from([(path, text.to_owned())]))
        };
        assert!(means(&text) == means(&ours), "{}", folder.display());
        assert_eq!(comments(&text), comments(&ours), "{}", folder.display());
        assert_eq!(formatted(&ours).expect("it was just written"), ours, "{}", folder.display());
        count += 1;
    }
    assert!(count > 20, "{count}");
}

/// The text with spaces, blank lines and comments put where people might.
fn untidy(text: &str, random: &mut Random) -> String {
    let deeper = random.below(2) + 1;
    let mut out = String::new();
    for (at, line) in text.lines().enumerate() {
        let indent = line.len() - line.trim_start().len();
        let mut body = line.trim_start().to_owned();
        for (tight, loose) in
            [(", ", ","), ("{ ", "{"), ("[", "[  "), (", ", " ,   "), (" }", "    }")]
        {
            if random.below(6) == 0 && !body.starts_with('#') {
                let plain = body.find('#').unwrap_or(body.len());
                body = body[..plain].replace(tight, loose) + &body[plain..];
            }
        }
        if random.below(12) == 0 && !body.contains('#') {
            let _ = write!(body, "{}# behind {at}", " ".repeat(random.below(5) + 1));
        }
        let lead = " ".repeat(indent * deeper);
        if random.below(10) == 0 {
            let _ = writeln!(out, "{}# above {at}", " ".repeat(random.below(9)));
        }
        if random.below(10) == 0 {
            out.push_str("\n  \n");
        }
        let _ = writeln!(out, "{lead}{body}{}", " ".repeat(random.below(3)));
    }
    out
}

#[test]
fn however_untidy_it_was() {
    let mut random = Random::seeded(seed(None));
    let mut tried = 0;
    for main in shipped() {
        let sources = blueprint::load(&main).expect("it can be read");
        for _ in 0..6 {
            let (mut before, mut after) = (Unsaved::new(), Unsaved::new());
            for id in sources.ids() {
                let text = untidy(&sources.file(id).text, &mut random);
                match formatted(&text) {
                    Ok(ours) => {
                        assert_eq!(comments(&text), comments(&ours), "{text}\n---\n{ours}");
                        let again =
                            formatted(&ours).unwrap_or_else(|why| panic!("{why:?}\n{ours}"));
                        assert_eq!(ours, again, "{text}");
                        let path = sources.path(id).expect("it is a file").to_owned();
                        before.insert(path.clone(), text);
                        after.insert(path, ours);
                        tried += 1;
                    }
                    Err(Refusal::Text(why)) => {
                        // What was put in broke the text itself, which is then left alone.
                        assert!(why.has_errors());
                    }
                    Err(Refusal::Unsure) => panic!("unsure of\n{text}"),
                }
            }
            let same = meaning(&main, &before) == meaning(&main, &after);
            assert!(same, "formatted, {} means something else", main.display());
        }
    }
    assert!(tried > 20, "only {tried} could be read");
}
