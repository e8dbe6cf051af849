//! What became of a mutant.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use heck::ToSnakeCase;

use blueprint::diagnostics::{Diagnostic, Diagnostics, Label, codes};
use blueprint::source::{FileId, Sources, Unsaved};

use super::facts::{self, Facts};
use super::mutants::{Mutant, words_of};
use super::naive::{self, without_comment};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The same model.
    Same,
    /// A diagnostic stands at a line that was touched.
    AtTheLine,
    /// A diagnostic stands at what depended on the line.
    AtADependant,
    /// Another blueprint, every word of which acts.
    Another,
}

/// A blueprint as it was.
pub struct Original {
    pub path: PathBuf,
    pub said: Facts,
    pub held: Facts,
}

impl Original {
    pub fn of(path: PathBuf) -> Original {
        let sources = blueprint::load(&path).expect("it can be read");
        let (model, diagnostics) = blueprint::compile(&sources);
        assert!(diagnostics.is_empty(), "what is shipped is clean");
        let model = model.expect("nothing was reported");
        let said = said(&sources).expect("what is shipped is read by both");
        let held = facts::of_model(&model);
        let missing: Vec<&String> = said.keys().filter(|path| !held.contains_key(*path)).collect();
        assert_eq!(missing, Vec::<&String>::new(), "words that do nothing");
        Original { path, said, held }
    }
}

/// What the naive reader has of all files.
fn said(sources: &Sources) -> Result<Facts, String> {
    let mut all = Facts::new();
    for file in sources.files() {
        for (path, value) in facts::of_text(&naive::read(&file.text)?)? {
            if all.insert(path.clone(), value).is_some() {
                return Err(format!("{path} stands there twice"));
            }
        }
    }
    // What it names is there or not there as facts of its own.
    all.remove("include");
    Ok(all)
}

/// Why a mutant is neither the same, nor diagnosed, nor wholly another; or what it is. `file` is the one of which it is.
pub fn judge(mutant: &Mutant, file: &Path, original: &Original) -> Result<Verdict, String> {
    let unsaved = Unsaved::from([(file.to_owned(), mutant.text.clone())]);
    let sources = blueprint::load_as(&original.path, "blueprint.yaml", &unsaved);
    let sources = sources.expect("it can be read");
    let id =
        sources.ids().find(|id| sources.path(*id) == Some(file)).expect("it is of the blueprint");
    let (model, diagnostics) = blueprint::compile(&sources);
    let told = told(mutant, id, &sources, &diagnostics)?;
    let Some(model) = model else {
        return told.ok_or_else(|| "refused without a word".to_owned());
    };
    let held = facts::of_model(&model);
    if held == original.held {
        return Ok(told.unwrap_or(Verdict::Same));
    }
    if told == Some(Verdict::AtTheLine) {
        return Ok(Verdict::AtTheLine);
    }
    let said = said(&sources)?;
    nothing_lost(mutant, original, &said, &held, &diagnostics)?;
    Ok(told.unwrap_or(Verdict::Another))
}

/// Every fact that the text states is in the model, and every one that changed in the text has changed in the model.
fn nothing_lost(
    mutant: &Mutant,
    original: &Original,
    said: &Facts,
    held: &Facts,
    diagnostics: &Diagnostics,
) -> Result<(), String> {
    let shown = |path: &str| path.contains(".read.");
    reads_kept(said, held, diagnostics)?;
    for (path, value) in said.iter().filter(|(path, _)| !shown(path)) {
        let Some(now) = held.get(path) else {
            return Err(format!("the model has no {path}, and nothing was reported"));
        };
        let other = original.said.get(path).is_some_and(|was| was != value);
        if other && original.held.get(path) == Some(now) {
            return Err(format!("{path} is the same as before, and nothing was reported"));
        }
    }
    let gone = original.said.keys().filter(|path| !said.contains_key(*path));
    for path in gone.filter(|path| !shown(path) && !IMPLIED.contains(&path.as_str())) {
        if original.held.get(path) == held.get(path) && original.held.contains_key(path) {
            let default = original.said[path] == original.held[path];
            if !default {
                return Err(format!("{path} still holds though nothing says so"));
            }
        }
    }
    let rules = |facts: &Facts| facts.keys().filter(|path| is_guard(path)).count();
    if mutant.whole && rules(said) < rules(&original.said) {
        return Err("all lines are there, and a rule is not".to_owned());
    }
    Ok(())
}

/// What other words imply, so that it holds without a line of its own.
const IMPLIED: &[&str] = &["entities.User.fields.email.type", "identity.user.provision"];

/// Grants add up and are written out in the model, so they are compared by what they give: each that is written is
/// there with at least its fields, under a condition exactly where one is written, and nobody is given what no grant
/// of the entity gives without one. Where a grant gives nothing, a warning says so.
fn reads_kept(said: &Facts, held: &Facts, diagnostics: &Diagnostics) -> Result<(), String> {
    let idle = diagnostics.iter().any(|one| one.code == codes::IDLE_GRANT);
    let (said, held) = (grants(said), grants(held));
    for (who, written) in &said {
        let given = held.get(who).ok_or_else(|| format!("{who} is given nothing"))?;
        for grant in written {
            let holds = |other: &&Grant| {
                let fields =
                    grant.fields.contains("all") || other.fields.is_superset(&grant.fields);
                fields && (other.when.is_some() == grant.when.is_some())
            };
            let merged = |other: &&Grant| idle && other.fields.is_superset(&grant.fields);
            if !given.iter().any(|other| holds(&other)) && !given.iter().any(|other| merged(&other))
            {
                return Err(format!("{who} is not given {:?}", grant.fields));
            }
        }
        let conditions = |grants: &[Grant]| grants.iter().filter(|one| one.when.is_some()).count();
        if conditions(given) < conditions(written) && !idle {
            return Err(format!("a condition of {who} is lost"));
        }
    }
    for (who, given) in &held {
        let entity: Vec<&str> = who.split(".read.").collect();
        let written =
            said.iter().filter(|(other, _)| other.starts_with(&format!("{}.read.", entity[0])));
        let open: BTreeSet<&str> = written
            .flat_map(|(_, grants)| grants)
            .filter(|grant| grant.when.is_none())
            .flat_map(|grant| grant.fields.iter().map(String::as_str))
            .collect();
        let implied = !said.contains_key(who);
        for grant in given.iter().filter(|grant| grant.when.is_none() && !implied) {
            let more = grant.fields.iter().find(|field| {
                !open.contains("all")
                    && !open.contains(field.as_str())
                    && !TENANTS.contains(&field.as_str())
            });
            if let Some(more) = more {
                return Err(format!("{who} sees {more}, which nothing says"));
            }
        }
    }
    Ok(())
}

/// Columns that every row of a tenant shows.
const TENANTS: &[&str] = &["organization", "team"];

struct Grant {
    fields: BTreeSet<String>,
    when: Option<String>,
}

/// By entity and whom they are for.
fn grants(facts: &Facts) -> BTreeMap<String, Vec<Grant>> {
    let mut all: BTreeMap<String, Vec<Grant>> = BTreeMap::new();
    for (path, value) in facts.iter().filter(|(path, _)| path.contains(".read.")) {
        let Some((grant, "fields")) = path.rsplit_once('.') else { continue };
        let (who, _) = grant.rsplit_once('.').expect("a grant has a number");
        let fields = value.split(", ").map(str::to_owned).collect();
        let when = facts.get(&format!("{grant}.when")).cloned();
        all.entry(who.to_owned()).or_default().push(Grant { fields, when });
    }
    all
}

/// Whether a fact refuses something.
fn is_guard(path: &str) -> bool {
    let parts: Vec<&str> = path.split('.').collect();
    match parts.as_slice() {
        ["entities", _, "rules", _, "holds" | "checked" | "only"]
        | ["entities", _, "totals", _, "per" | "cap"]
        | ["entities", _, "unique", _, "fields"] => true,
        ["entities", _, "fields", _, word] => matches!(*word, "frozen" | "pii"),
        ["entities", _, "actions", _, "require", _] => true,
        ["entities", _, "actions", _, word] => matches!(*word, "from" | "because" | "idempotency"),
        ["entities", _, "read", _, _, word] => *word == "when",
        _ => false,
    }
}

/// Where it is diagnosed, if it is. Each diagnostic must have to do with the line.
fn told(
    mutant: &Mutant,
    file: FileId,
    sources: &Sources,
    diagnostics: &Diagnostics,
) -> Result<Option<Verdict>, String> {
    let lines: Vec<&str> = mutant.text.lines().collect();
    let mut near = neighbourhood(mutant, &lines);
    near.extend(&mutant.ancestors);
    let entity = mutant.lines.first().copied().or(mutant.gap).and_then(|at| entity(&lines, at));
    // Rows of a tenant have a field of its name.
    let columns: Vec<String> = mutant.words.iter().map(|word| word.to_snake_case()).collect();
    let words: BTreeSet<&str> = mutant
        .words
        .iter()
        .chain(&columns)
        .map(String::as_str)
        .filter(|word| !COMMON.contains(word))
        .collect();
    let mut best: Option<Verdict> = None;
    for diagnostic in diagnostics {
        let places: Vec<&Label> = labels(diagnostic).collect();
        let at = |label: &&&Label| (label.span.file == file).then(|| line_of(sources, label));
        let here: Vec<usize> = places.iter().filter_map(|label| at(&label)).collect();
        let text = |label: &&Label| sources.file(label.span.file).line(line_of(sources, label) + 1);
        let verdict = if here.iter().any(|line| mutant.lines.contains(line)) {
            Verdict::AtTheLine
        } else if here.iter().any(|line| near.contains(line))
            || places.iter().any(|label| shares(text(label), &words))
            || speaks_of(diagnostic, &words)
            // What is idle in an entity is so by the rest of it.
            || (diagnostic.code.is_warning()
                && entity.is_some()
                && here.iter().any(|line| self::entity(&lines, *line) == entity))
        {
            Verdict::AtADependant
        } else {
            let place = line_of(sources, places[0]) + 1;
            let name = &sources.file(places[0].span.file).name;
            return Err(format!(
                "{} at {name}:{place} has nothing to do with it: {}",
                diagnostic.code, diagnostic.message
            ));
        };
        best = Some(best.map_or(verdict, |best| best.min(verdict)));
    }
    Ok(best)
}

/// Words that stand on too many lines to tie one to another.
const COMMON: &[&str] = &[
    "summary",
    "fields",
    "read",
    "actions",
    "type",
    "optional",
    "frozen",
    "pii",
    "by",
    "from",
    "to",
    "accept",
    "require",
    "because",
    "idempotency",
    "required",
    "true",
    "false",
    "all",
    "ref",
    "text",
    "int",
    "money",
    "of",
    "is",
    "set",
    "unset",
    "not",
    "where",
    "when",
    "in",
    "state",
    "unique",
    "rules",
    "states",
    "list",
    "groups",
    "scope",
    "default",
    "global",
    "now",
    "A",
    "a",
    "the",
    "The",
    "it",
    "What",
    "1",
    "0",
    "80",
    "2000",
    "500",
    "url",
    "timestamp",
    "range",
];

/// The line of the entity in which one stands.
fn entity(lines: &[&str], at: usize) -> Option<usize> {
    let of = |line: &str| line.starts_with("  ") && line[2..].starts_with(char::is_uppercase);
    (0..=at.min(lines.len() - 1)).rev().find(|at| of(lines[*at]))
}

fn labels(diagnostic: &Diagnostic) -> impl Iterator<Item = &Label> {
    std::iter::once(&diagnostic.primary).chain(&diagnostic.secondary)
}

fn line_of(sources: &Sources, label: &Label) -> usize {
    sources.file(label.span.file).position(label.span.start as usize).line - 1
}

fn shares(line: &str, words: &BTreeSet<&str>) -> bool {
    words_of(line).iter().any(|word| words.contains(word.as_str()))
}

fn speaks_of(diagnostic: &Diagnostic, words: &BTreeSet<&str>) -> bool {
    let texts = [Some(&diagnostic.message), diagnostic.reason.as_ref(), diagnostic.next.as_ref()];
    texts.into_iter().flatten().any(|text| shares(text, words))
}

/// The lines around what was touched that depend on it by their indentation: those that it stands under, those that
/// stand under it, and its neighbours.
fn neighbourhood(mutant: &Mutant, lines: &[&str]) -> BTreeSet<usize> {
    let indent = |at: usize| lines[at].len() - lines[at].trim_start().len();
    let is_text = |at: &usize| !without_comment(lines[*at]).trim().is_empty();
    let mut near = BTreeSet::new();
    for touched in mutant.lines.iter().copied().chain(mutant.gap) {
        let before = (0..touched.min(lines.len())).rev().find(is_text);
        let after = (touched..lines.len()).filter(is_text).nth(usize::from(mutant.gap.is_none()));
        near.extend(before);
        near.extend(after);
        // A gap stands where the next line stands, and what followed it is orphaned.
        let start = if mutant.gap.is_some() { before } else { Some(touched) };
        let Some(start) = start.filter(|start| *start < lines.len()) else { continue };
        let mut least = indent(start);
        for at in (0..start).rev().filter(is_text) {
            if indent(at) < least {
                near.insert(at);
                least = indent(at);
            }
        }
        let below = (touched..lines.len()).filter(is_text);
        let first = after.map_or(0, indent);
        near.extend(below.skip(1).take_while(|at| indent(*at) >= first.max(1)));
    }
    near
}
