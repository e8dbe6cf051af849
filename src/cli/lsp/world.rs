//! The blueprints that are open, as they are written so far.

use super::text;
use crate::resolve::index::Index;
use crate::source::{FileId, Sources, Unsaved};
use crate::syntax::Kept;
use crate::{Study, load_as, study, study_again};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Folders above a file in which its blueprint is looked for.
const ABOVE: usize = 4;

/// A blueprint and all that is known of it.
pub struct Seen {
    pub sources: Sources,
    pub study: Study,
}

impl Seen {
    /// Whether every file could be read to its end: else names are missing.
    pub fn is_whole(&self) -> bool {
        self.study.is_read() && !self.study.diagnostics.iter().any(|one| one.code.is_of_text())
    }
}

/// Whether what changed last counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Now,
    Before,
}

/// A blueprint, and what is left of what it was.
#[derive(Default)]
struct Standing {
    /// As it is, or as it was before what `is_stale` tells of.
    seen: Option<Seen>,
    /// Something changed since.
    is_stale: bool,
    /// As it was when all of its files could be read, where they cannot: its names are completed.
    whole: Option<Seen>,
    kept: Kept,
}

impl Standing {
    fn see(&mut self, main: &Path, open: &Unsaved) {
        let name = main.display().to_string();
        let sources = load_as(main, &name, open).ok();
        // A file that was never saved stands alone.
        let sources = sources.or_else(|| Some(Sources::from_text(name, open.get(main)?.clone())));
        let seen =
            sources.map(|sources| Seen { study: study_again(&sources, &mut self.kept), sources });
        let before = std::mem::replace(&mut self.seen, seen);
        self.is_stale = false;
        if self.seen.as_ref().is_some_and(Seen::is_whole) {
            self.whole = None;
        } else if let Some(before) = before.filter(Seen::is_whole) {
            self.whole = Some(before);
        }
    }
}

#[derive(Default)]
pub struct World {
    /// Texts of open files, by their canonical path.
    open: Unsaved,
    /// The address by which the editor knows a file.
    uris: BTreeMap<PathBuf, String>,
    /// Blueprints by their main file.
    standing: BTreeMap<PathBuf, Standing>,
    /// Files of which something was said.
    told: BTreeSet<String>,
}

impl World {
    pub fn open(&mut self, uri: &str, text: String) {
        let Some(path) = text::path(uri) else { return };
        let path = canonical(&path);
        self.uris.insert(path.clone(), uri.to_owned());
        self.open.insert(path, text);
        self.forget();
    }

    pub fn change(&mut self, uri: &str, changes: &[Value]) {
        let Some(text) = self.path(uri).and_then(|path| self.open.get_mut(&path)) else { return };
        *text = text::changed(text, changes);
        self.forget();
    }

    pub fn close(&mut self, uri: &str) {
        if let Some(path) = self.path(uri) {
            self.open.remove(&path);
        }
        self.forget();
    }

    /// What was seen is no more: something changed, here or elsewhere.
    pub fn forget(&mut self) {
        for standing in self.standing.values_mut() {
            standing.is_stale = true;
        }
    }

    /// The names of the blueprint that a file belongs to, as they were before the last change: whoever types waits,
    /// and a name that is half written is none.
    pub fn names(&mut self, uri: &str) -> Option<&Index> {
        let path = self.path(uri)?;
        let main = self.main(&path, When::Before);
        if !self.standing.contains_key(&main) {
            self.see(&main);
        }
        let standing = self.standing.get(&main)?;
        standing.whole.as_ref().or(standing.seen.as_ref())?.study.names()
    }

    fn path(&self, uri: &str) -> Option<PathBuf> {
        Some(canonical(&text::path(uri)?))
    }

    pub fn text(&self, uri: &str) -> Option<String> {
        let path = self.path(uri)?;
        self.open.get(&path).cloned().or_else(|| fs::read_to_string(&path).ok())
    }

    /// The main file of the blueprint that a file belongs to, which is seen from here on, and which of its files
    /// it is.
    pub fn locate(&mut self, uri: &str) -> Option<(PathBuf, FileId)> {
        let path = self.path(uri)?;
        let main = self.main(&path, When::Now);
        self.see(&main);
        let sources = &self.seen(&main)?.sources;
        let file = sources.ids().find(|id| sources.path(*id) == Some(path.as_path()));
        let file = file.unwrap_or(sources.main());
        Some((main, file))
    }

    /// A blueprint that was located, by its main file.
    pub fn seen(&self, main: &Path) -> Option<&Seen> {
        self.standing.get(main)?.seen.as_ref()
    }

    /// As it would be with other texts.
    pub fn with(&self, seen: &Seen, texts: &BTreeMap<PathBuf, String>) -> Option<Study> {
        let main = seen.sources.path(seen.sources.main())?;
        let mut unsaved = self.open.clone();
        unsaved.extend(texts.clone());
        Some(study(&load_as(main, &main.display().to_string(), &unsaved).ok()?))
    }

    fn see(&mut self, main: &Path) {
        let standing = self.standing.get(main);
        if standing.is_none_or(|standing| standing.is_stale) {
            self.standing.entry(main.to_owned()).or_default().see(main, &self.open);
        }
    }

    /// The main file of the blueprint that a file is part of: itself where it begins one or nobody includes it.
    fn main(&mut self, path: &Path, when: When) -> PathBuf {
        let begins = |text: &str| text.lines().any(|line| line.starts_with("blueprint:"));
        let is_main = match self.open.get(path) {
            Some(text) => begins(text),
            None => fs::read_to_string(path).is_ok_and(|text| begins(&text)),
        };
        if is_main {
            return path.to_owned();
        }
        for folder in path.ancestors().skip(1).take(ABOVE) {
            let main = folder.join("blueprint.yaml");
            if main == path || !(self.open.contains_key(&main) || main.is_file()) {
                continue;
            }
            let main = canonical(&main);
            if when == When::Now || !self.standing.contains_key(&main) {
                self.see(&main);
            }
            if let Some(seen) = self.seen(&main)
                && seen.sources.ids().any(|id| seen.sources.path(id) == Some(path))
            {
                return main;
            }
        }
        path.to_owned()
    }

    /// The address of a file of a blueprint.
    pub fn uri(&self, seen: &Seen, file: FileId) -> String {
        let name = PathBuf::from(&seen.sources.file(file).name);
        let path = seen.sources.path(file).unwrap_or(&name);
        self.uris.get(path).cloned().unwrap_or_else(|| text::uri(path))
    }

    /// What is wrong in each file of each open blueprint, and nothing for those of which something was said before.
    pub fn diagnoses(&mut self) -> Vec<Value> {
        let open: Vec<PathBuf> = self.open.keys().cloned().collect();
        let mains: BTreeSet<PathBuf> = open.iter().map(|path| self.main(path, When::Now)).collect();
        let mut said: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for main in &mains {
            self.see(main);
            let Some(seen) = self.seen(main) else { continue };
            for id in seen.sources.ids() {
                said.entry(self.uri(seen, id)).or_default();
            }
            for one in &seen.study.diagnostics {
                let uri = self.uri(seen, one.primary.span.file);
                said.entry(uri).or_default().push(self.diagnosis(seen, one));
            }
        }
        for gone in std::mem::take(&mut self.told) {
            said.entry(gone).or_default();
        }
        self.told = said.keys().cloned().collect();
        said.into_iter().map(|(uri, all)| json!({ "uri": uri, "diagnostics": all })).collect()
    }

    pub fn diagnosis(&self, seen: &Seen, one: &crate::diagnostics::Diagnostic) -> Value {
        let place = |span: crate::source::Span| text::range(seen.sources.file(span.file), span);
        let related = one.secondary.iter().map(|label| {
            json!({
                "location": { "uri": self.uri(seen, label.span.file), "range": place(label.span) },
                "message": label.text,
            })
        });
        let mut message = one.message.clone();
        for (word, text) in [("why", &one.reason), ("next", &one.next)] {
            if let Some(text) = text {
                message += &format!("\n{word}: {text}");
            }
        }
        json!({
            "range": place(one.primary.span),
            "severity": if one.code.is_warning() { 2 } else { 1 },
            "code": one.code.id,
            "source": "blueprint",
            "message": message,
            "relatedInformation": related.collect::<Vec<_>>(),
            "data": { "title": one.code.title },
        })
    }
}

/// Of a file that is there; else as it was named.
fn canonical(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
