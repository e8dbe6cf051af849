//! What names stand for in a file.

use std::collections::{BTreeMap, BTreeSet};
use syn::ext::IdentExt;
use syn::visit::{self, Visit};

/// By `use`.
#[derive(Default)]
pub struct Names {
    pub known: BTreeMap<String, Vec<String>>,
    /// Modules of which all is imported.
    pub globs: Vec<Vec<String>>,
    around: Vec<String>,
}

impl Names {
    /// `s::env` after `use std as s` is `std::env`, over as many names as there are.
    pub fn full(&self, segments: &[String]) -> Vec<String> {
        let mut full = segments.to_vec();
        for _ in 0..=self.known.len() {
            let Some(known) = full.first().and_then(|first| self.known.get(first)) else { break };
            let same = known.first() == full.first();
            full.splice(..1, known.iter().cloned());
            if same {
                break;
            }
        }
        if let Some(first) = full.first_mut().filter(|first| *first == "core" || *first == "alloc")
        {
            "std".clone_into(first);
        }
        full
    }
}

impl<'s> Visit<'s> for Names {
    fn visit_use_path(&mut self, path: &'s syn::UsePath) {
        self.around.push(path.ident.unraw().to_string());
        visit::visit_use_path(self, path);
        self.around.pop();
    }

    fn visit_use_name(&mut self, name: &'s syn::UseName) {
        let name = name.ident.unraw().to_string();
        let mut full = self.around.clone();
        match (name.as_str(), full.last().cloned()) {
            ("self", Some(last)) => drop(self.known.insert(last, full)),
            _ => {
                full.push(name.clone());
                self.known.insert(name, full);
            }
        }
    }

    fn visit_use_rename(&mut self, rename: &'s syn::UseRename) {
        let mut full = self.around.clone();
        if rename.ident != "self" {
            full.push(rename.ident.unraw().to_string());
        }
        self.known.insert(rename.rename.unraw().to_string(), full);
    }

    fn visit_use_glob(&mut self, _: &'s syn::UseGlob) {
        self.globs.push(self.around.clone());
    }

    fn visit_item_extern_crate(&mut self, item: &'s syn::ItemExternCrate) {
        if let Some((_, name)) = &item.rename {
            self.known.insert(name.unraw().to_string(), vec![item.ident.unraw().to_string()]);
        }
    }
}

/// Modules and functions that the file has itself.
#[derive(Default)]
pub struct Own(pub BTreeSet<String>);

impl<'s> Visit<'s> for Own {
    fn visit_item_mod(&mut self, item: &'s syn::ItemMod) {
        if item.content.is_some() {
            self.0.insert(item.ident.unraw().to_string());
        }
        visit::visit_item_mod(self, item);
    }

    fn visit_signature(&mut self, of: &'s syn::Signature) {
        self.0.insert(of.ident.unraw().to_string());
        visit::visit_signature(self, of);
    }
}

/// The segments of a path.
pub fn segments(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|one| one.ident.unraw().to_string()).collect()
}

/// `a::b::c` among tokens, within brackets too.
pub fn paths_of(tokens: proc_macro2::TokenStream) -> Vec<Vec<String>> {
    use proc_macro2::TokenTree;
    let (mut found, mut open): (Vec<Vec<String>>, Vec<String>) = (Vec::new(), Vec::new());
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                if colons != 2 && !open.is_empty() {
                    found.push(std::mem::take(&mut open));
                }
                open.push(name.unraw().to_string());
                colons = 0;
            }
            TokenTree::Punct(sign) if sign.as_char() == ':' => colons += 1,
            other => {
                if !open.is_empty() {
                    found.push(std::mem::take(&mut open));
                }
                colons = 0;
                if let TokenTree::Group(group) = other {
                    found.extend(paths_of(group.stream()));
                }
            }
        }
    }
    found.extend((!open.is_empty()).then_some(open));
    found
}
