//! Which layer may know which: the table of ARCHITECTURE.md, held against every path in the source.

use crate::sources::{none, rust};
use std::collections::BTreeSet;
use syn::visit::{self, Visit};

/// A layer, and all that it may import. `cli` and lib.rs put them together and may import everything.
const LAYERS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("tree", &[]),
    ("diagnostics", &["source"]),
    ("yaml", &["source", "diagnostics"]),
    ("expr", &["source", "diagnostics"]),
    ("syntax", &["yaml", "source", "diagnostics"]),
    ("format", &["yaml", "expr", "source", "diagnostics"]),
    ("model", &["source", "expr"]),
    ("resolve", &["syntax", "model", "expr", "source", "diagnostics"]),
    ("proofs", &["model", "permissions", "expr", "source", "diagnostics"]),
    ("schema", &["model", "expr", "source", "diagnostics"]),
    ("phrase", &["model", "expr"]),
    ("permissions", &["model", "expr", "phrase"]),
    ("recorded", &["model", "phrase", "source", "diagnostics"]),
    ("graph", &["model", "permissions", "phrase"]),
    ("plan", &["model", "schema", "proofs", "permissions", "phrase", "recorded", "expr", "tree"]),
    ("render", &["plan", "tree"]),
    ("write", &["tree"]),
];

/// Layers that stand above all others.
const ABOVE: &[&str] = &["cli", "lib", "main", "mutate"];

#[test]
fn each_layer_knows_only_those_below_it() {
    let mut findings = Vec::new();
    for file in rust("src") {
        let layer = layer_of(&file.path);
        if ABOVE.contains(&layer) || file.path.ends_with("/tests.rs") {
            continue;
        }
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            findings.push(format!(
                "{}: `{layer}` stands in no row of tests/tidy/imports.rs",
                file.path
            ));
            continue;
        };
        let imported = imports(&file.text).unwrap_or_else(|error| panic!("{}: {error}", file.path));
        for other in
            imported.iter().filter(|other| *other != layer && !allowed.contains(&other.as_str()))
        {
            findings.push(format!("{}: `{layer}` may not import `{other}`", file.path));
        }
    }
    none(&findings, "imports that ARCHITECTURE.md forbids");
}

/// `src/write/lock.rs` is of `write`, `src/tree.rs` of `tree`.
fn layer_of(path: &str) -> &str {
    let inside = path.strip_prefix("src/").expect("only src is asked for");
    inside.split('/').next().and_then(|first| first.split('.').next()).expect("a path has a name")
}

/// The first segments after `crate::`, in `use` lines and anywhere else but in tests.
fn imports(text: &str) -> syn::Result<BTreeSet<String>> {
    let mut paths = Paths::default();
    paths.visit_file(&syn::parse_file(text)?);
    Ok(paths.0)
}

#[derive(Default)]
struct Paths(BTreeSet<String>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !item.attrs.iter().any(is_test) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_use_path(&mut self, path: &'ast syn::UsePath) {
        if path.ident == "crate" {
            self.firsts(&path.tree);
        }
        visit::visit_use_path(self, path);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut segments = path.segments.iter();
        if segments.next().is_some_and(|first| first.ident == "crate")
            && let Some(layer) = segments.next()
        {
            self.0.insert(layer.ident.to_string());
        }
        visit::visit_path(self, path);
    }
}

impl Paths {
    /// `crate::{a::b, c}` names `a` and `c`.
    fn firsts(&mut self, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => drop(self.0.insert(path.ident.to_string())),
            syn::UseTree::Name(name) => drop(self.0.insert(name.ident.to_string())),
            syn::UseTree::Rename(name) => drop(self.0.insert(name.ident.to_string())),
            syn::UseTree::Glob(_) => drop(self.0.insert("*".to_owned())),
            syn::UseTree::Group(group) => group.items.iter().for_each(|item| self.firsts(item)),
        }
    }
}

fn is_test(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("cfg")
        && attribute.parse_args::<syn::Ident>().is_ok_and(|argument| argument == "test")
}

#[test]
fn imports_are_found_wherever_they_stand() {
    let found = imports(
        "use crate::{model::Model, tree};\nuse crate::yaml as y;\nfn f(a: crate::plan::Plan) {}\n\
         #[cfg(test)]\nmod tests { use crate::cli; }",
    );
    let found: Vec<String> = found.unwrap().into_iter().collect();
    assert_eq!(found, ["model", "plan", "tree", "yaml"]);
}
