//! The blueprints that are open, as they are written so far.

use super::text;
use crate::resolve::index::Index;
use crate::source::{FileId, Sources, Unsaved};
use crate::{Study, load_as, study};
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
        self.study.index.is_some()
            && !self.study.diagnostics.iter().any(|one| one.code.is_of_text())
    }
}

#[derive(Default)]
pub struct World {
    /// Texts of open files, by their canonical path.
    open: Unsaved,
    /// The address by which the editor knows a file.
    uris: BTreeMap<PathBuf, String>,
    /// Blueprints as they are now, by their main file.
    seen: BTreeMap<PathBuf, Option<Seen>>,
    /// Names of blueprints as they were when all of their files could be read, by their main file: for
    /// completion while one cannot.
    names: BTreeMap<PathBuf, Index>,
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
        for (main, seen) in std::mem::take(&mut self.seen) {
            if let Some(seen) = seen.filter(Seen::is_whole)
                && let Some(index) = seen.study.index
            {
                self.names.insert(main, index);
            }
        }
    }

    /// The names of a blueprint, as they are or as they were when all of it could last be read.
    pub fn names(&self, main: &Path) -> Option<&Index> {
        let seen = self.seen(main)?;
        let now = seen.study.index.as_ref();
        if seen.is_whole() { now } else { self.names.get(main).or(now) }
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
        let main = self.main(&path);
        self.see(&main);
        let sources = &self.seen(&main)?.sources;
        let file = sources.ids().find(|id| sources.path(*id) == Some(path.as_path()));
        let file = file.unwrap_or(sources.main());
        Some((main, file))
    }

    /// A blueprint that was located, by its main file.
    pub fn seen(&self, main: &Path) -> Option<&Seen> {
        self.seen.get(main)?.as_ref()
    }

    /// As it would be with other texts.
    pub fn with(&self, seen: &Seen, texts: &BTreeMap<PathBuf, String>) -> Option<Study> {
        let main = seen.sources.path(seen.sources.main())?;
        let mut unsaved = self.open.clone();
        unsaved.extend(texts.clone());
        Some(study(&load_as(main, &main.display().to_string(), &unsaved).ok()?))
    }

    fn see(&mut self, main: &Path) {
        if self.seen.contains_key(main) {
            return;
        }
        let name = main.display().to_string();
        let sources = load_as(main, &name, &self.open).ok();
        // A file that was never saved stands alone.
        let sources =
            sources.or_else(|| Some(Sources::from_text(name, self.open.get(main)?.clone())));
        let seen = sources.map(|sources| Seen { study: study(&sources), sources });
        self.seen.insert(main.to_owned(), seen);
    }

    /// The main file of the blueprint that a file is part of: itself where it begins one or nobody includes it.
    fn main(&mut self, path: &Path) -> PathBuf {
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
            self.see(&main);
            if let Some(Some(seen)) = self.seen.get(&main)
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
        let mains: BTreeSet<PathBuf> = open.iter().map(|path| self.main(path)).collect();
        let mut said: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for main in &mains {
            self.see(main);
            let Some(Some(seen)) = self.seen.get(main) else { continue };
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
