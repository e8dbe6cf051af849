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
    /// Names that stand for one thing here and for another there: which of them is not told by the name.
    pub twice: BTreeSet<String>,
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

impl Names {
    fn is_called(&mut self, name: String, full: Vec<String>) {
        let before = self.known.insert(name.clone(), full);
        if before.is_some_and(|before| self.known.get(&name) != Some(&before)) {
            self.twice.insert(name);
        }
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
            ("self", Some(last)) => self.is_called(last, full),
            _ => {
                full.push(name.clone());
                self.is_called(name, full);
            }
        }
    }

    fn visit_use_rename(&mut self, rename: &'s syn::UseRename) {
        let mut full = self.around.clone();
        if rename.ident != "self" {
            full.push(rename.ident.unraw().to_string());
        }
        self.is_called(rename.rename.unraw().to_string(), full);
    }

    fn visit_use_glob(&mut self, _: &'s syn::UseGlob) {
        self.globs.push(self.around.clone());
    }

    fn visit_item_extern_crate(&mut self, item: &'s syn::ItemExternCrate) {
        if let Some((_, name)) = &item.rename {
            self.is_called(name.unraw().to_string(), vec![item.ident.unraw().to_string()]);
        }
    }
}

/// What the file has itself.
#[derive(Default)]
pub struct Own {
    pub modules: BTreeSet<String>,
    pub functions: BTreeSet<String>,
}

impl<'s> Visit<'s> for Own {
    fn visit_item_mod(&mut self, item: &'s syn::ItemMod) {
        if item.content.is_some() {
            self.modules.insert(item.ident.unraw().to_string());
        }
        visit::visit_item_mod(self, item);
    }

    fn visit_signature(&mut self, of: &'s syn::Signature) {
        self.functions.insert(of.ident.unraw().to_string());
        visit::visit_signature(self, of);
    }
}

/// The segments of a path.
pub fn segments(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|one| one.ident.unraw().to_string()).collect()
}
