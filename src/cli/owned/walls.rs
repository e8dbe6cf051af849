//! One file of owned code, by its syntax: every path that it names, whatever it calls it.

use super::rules::{ENVIRONMENT, HARMLESS, RULES, Where};
use super::{Finding, Walls};
use std::collections::BTreeMap;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

pub fn of_file(path: &str, text: &str, walls: &Walls) -> Vec<Finding> {
    let hook = walls.hooks.iter().find(|(file, _)| file == path);
    let file = match syn::parse_file(text) {
        Ok(file) => file,
        Err(error) => {
            return vec![Finding {
                file: path.to_owned(),
                line: error.span().start().line,
                rule: "unreadable",
                note: false,
                what: format!("is no Rust: {error}"),
                why: "what cannot be read cannot be held against anything",
                next: "mend it; `cargo check` says more".to_owned(),
            }];
        }
    };
    let mut names = Names::default();
    names.visit_file(&file);
    let in_hook = path.starts_with("src/app/");
    let mut globs = Globs::default();
    globs.visit_file(&file);
    let globs = globs.found.iter().map(|of| of.join("::")).collect();
    let mut look = Look {
        path,
        in_hook,
        walls,
        names: names.known,
        globs,
        found: Vec::new(),
        written: None,
        keeps: false,
    };
    look.visit_file(&file);
    if let Some((_, own)) = hook {
        look.of_hook(own);
    }
    look.found.sort();
    look.found.dedup_by(|one, other| (one.line, one.rule) == (other.line, other.rule));
    look.found
}

/// What names stand for, by `use`.
#[derive(Default)]
struct Names {
    known: BTreeMap<String, Vec<String>>,
    around: Vec<String>,
}

impl<'s> Visit<'s> for Names {
    fn visit_use_path(&mut self, path: &'s syn::UsePath) {
        self.around.push(path.ident.to_string());
        visit::visit_use_path(self, path);
        self.around.pop();
    }

    fn visit_use_name(&mut self, name: &'s syn::UseName) {
        let name = name.ident.to_string();
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
            full.push(rename.ident.to_string());
        }
        self.known.insert(rename.rename.to_string(), full);
    }
}

struct Look<'l> {
    path: &'l str,
    in_hook: bool,
    walls: &'l Walls,
    names: BTreeMap<String, Vec<String>>,
    /// Modules of which all is imported.
    globs: Vec<String>,
    found: Vec<Finding>,
    /// Where it says that it is a stub.
    written: Option<usize>,
    /// Whether it implements the trait.
    keeps: bool,
}

impl Look<'_> {
    fn tell(
        &mut self,
        span: proc_macro2::Span,
        rule: &'static str,
        what: String,
        why: &'static str,
        next: &str,
    ) {
        self.found.push(Finding {
            file: self.path.to_owned(),
            line: span.start().line,
            rule,
            note: false,
            what,
            why,
            next: next.to_owned(),
        });
    }

    /// A path in full, held against every rule.
    fn named(&mut self, segments: &[String], span: proc_macro2::Span) {
        let full = self.full(segments);
        let meant: Vec<String> = self.globs.iter().map(|of| format!("{of}::{full}")).collect();
        let is = |path: &&&str| {
            let below = |full: &String| full == **path || full.starts_with(&format!("{path}::"));
            below(&full) || meant.iter().any(below)
        };
        if HARMLESS.iter().any(|path| is(&path)) {
            return;
        }
        let rule = RULES.iter().find(|rule| {
            (rule.holds == Where::Everywhere || self.in_hook)
                && rule.paths.iter().any(|path| is(&path))
        });
        if let Some(rule) = rule {
            self.tell(span, rule.name, format!("{} (`{full}`)", rule.what), rule.why, rule.next);
        } else if self.in_hook && ENVIRONMENT.iter().any(|path| is(&path)) {
            self.environment(span, &full);
        }
    }

    /// `Pool` after `use deadpool_postgres::Pool` is `deadpool_postgres::Pool`.
    fn full(&self, segments: &[String]) -> String {
        let (first, rest) = segments.split_first().expect("a path has a segment");
        let mut full = match self.names.get(first) {
            Some(known) => known.clone(),
            None => vec![first.clone()],
        };
        full.extend(rest.iter().cloned());
        let full = full.join("::");
        for (short, long) in [("core::", "std::"), ("alloc::", "std::")] {
            if let Some(rest) = full.strip_prefix(short) {
                return format!("{long}{rest}");
            }
        }
        full
    }

    fn environment(&mut self, span: proc_macro2::Span, full: &str) {
        self.tell(
            span,
            "environment",
            format!("reads the environment (`{full}`)"),
            "what the service reads is declared, so that a missing value is known as it starts",
            "declare it under `settings`, and take it from `Config`",
        );
    }

    fn of_hook(&mut self, hook: &str) {
        let file = self.path.to_owned();
        let finding = |line: usize, rule: &'static str, note: bool, what: String, next: String| {
            Finding {
                file: file.clone(),
                line,
                rule,
                note,
                what,
                why: "until it is there, whoever asks is answered that the service cannot do that yet",
                next,
            }
        };
        let name = hook.trim_start_matches("hooks.");
        if !self.keeps {
            let what = format!(
                "does not keep the contract of {hook}: `impl Compute for Hook` is not there"
            );
            let next = format!("write it; `blueprint context {name}` says what it is");
            self.found.push(finding(0, "missing-hook", false, what, next));
        }
        if let Some(line) = self.written {
            let what = format!("{hook} is not written yet");
            let next = format!(
                "`blueprint context {name}` says all that it is about; then take this line away"
            );
            self.found.push(finding(line, "unwritten-hook", true, what, next));
        }
    }
}

impl<'s> Visit<'s> for Look<'_> {
    fn visit_path(&mut self, path: &'s syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|one| one.ident.to_string()).collect();
        if !segments.is_empty() {
            self.named(&segments, path.span());
        }
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &'s syn::ItemUse) {
        let mut names = Names::default();
        names.visit_item_use(item);
        for full in names.known.into_values() {
            self.named_in_full(&full, item.span());
        }
        let mut globs = Globs::default();
        globs.visit_item_use(item);
        for full in globs.found {
            self.named_in_full(&full, item.span());
        }
    }

    fn visit_expr_call(&mut self, call: &'s syn::ExprCall) {
        if let syn::Expr::Path(function) = &*call.func
            && !self.in_hook
        {
            let segments: Vec<String> =
                function.path.segments.iter().map(|one| one.ident.to_string()).collect();
            let full = self.full(&segments);
            let read = ["std::env::var", "std::env::var_os"].contains(&full.as_str());
            let declared = match call.args.first() {
                Some(syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(name), .. })) => {
                    self.walls.settings.contains(&name.value())
                }
                _ => false,
            };
            if read && !declared || full == "std::env::vars" || full == "std::env::vars_os" {
                self.environment(call.span(), &full);
            }
        }
        visit::visit_expr_call(self, call);
    }

    fn visit_macro(&mut self, of: &'s syn::Macro) {
        let name = of.path.segments.last().map(|one| one.ident.to_string()).unwrap_or_default();
        let reads = matches!(
            name.as_str(),
            "include_str" | "include_bytes" | "env" | "option_env" | "include"
        );
        if self.in_hook && (reads || name == "thread_local") {
            let what = format!("`{name}!` brings in what is not given");
            let why = "what a hook gives depends on nothing but what it is given";
            self.tell(
                of.span(),
                "file",
                what,
                why,
                "give it to the hook, or write it as a constant",
            );
        }
        // What stands in a macro is no syntax yet: its words are looked at as paths.
        for segments in paths_of(of.tokens.clone()) {
            self.named(&segments, of.span());
        }
        if of.tokens.clone().into_iter().any(|one| one.to_string() == "unsafe") {
            self.is_unsafe(of.span());
        }
        visit::visit_macro(self, of);
    }

    fn visit_expr_unsafe(&mut self, of: &'s syn::ExprUnsafe) {
        self.is_unsafe(of.span());
        visit::visit_expr_unsafe(self, of);
    }

    fn visit_signature(&mut self, of: &'s syn::Signature) {
        if let syn::Safety::Unsafe(word) = &of.safety {
            self.is_unsafe(word.span());
        }
        visit::visit_signature(self, of);
    }

    fn visit_item_foreign_mod(&mut self, of: &'s syn::ItemForeignMod) {
        self.is_unsafe(of.span());
    }

    fn visit_item_static(&mut self, of: &'s syn::ItemStatic) {
        if self.in_hook {
            let why = "what a hook gives depends on nothing but what it is given";
            self.tell(
                of.span(),
                "shared-state",
                "keeps something between calls".to_owned(),
                why,
                "make it a `const`",
            );
        }
        visit::visit_item_static(self, of);
    }

    fn visit_item_impl(&mut self, of: &'s syn::ItemImpl) {
        if let Some(word) = &of.unsafety {
            self.is_unsafe(word.span());
        }
        let of_trait = of.trait_.as_ref().and_then(|(path, _)| path.segments.last());
        self.keeps |= of_trait.is_some_and(|one| one.ident == "Compute");
        visit::visit_item_impl(self, of);
    }

    fn visit_impl_item_const(&mut self, of: &'s syn::ImplItemConst) {
        let is_false = matches!(&of.expr, syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(value), .. }) if !value.value);
        if of.ident == "WRITTEN" && is_false {
            self.written = Some(of.span().start().line);
        }
        visit::visit_impl_item_const(self, of);
    }
}

impl Look<'_> {
    fn is_unsafe(&mut self, span: proc_macro2::Span) {
        let why = "it can reach whatever the process holds, connections and keys among it";
        self.tell(span, "unsafe", "is `unsafe`".to_owned(), why, "write it without");
    }

    /// A path that is in full already.
    fn named_in_full(&mut self, segments: &[String], span: proc_macro2::Span) {
        let (names, globs) = (std::mem::take(&mut self.names), std::mem::take(&mut self.globs));
        self.named(segments, span);
        (self.names, self.globs) = (names, globs);
    }
}

/// Modules of which all is imported.
#[derive(Default)]
struct Globs {
    found: Vec<Vec<String>>,
    around: Vec<String>,
}

impl<'s> Visit<'s> for Globs {
    fn visit_use_path(&mut self, path: &'s syn::UsePath) {
        self.around.push(path.ident.to_string());
        visit::visit_use_path(self, path);
        self.around.pop();
    }

    fn visit_use_glob(&mut self, _: &'s syn::UseGlob) {
        self.found.push(self.around.clone());
    }
}

/// `a::b::c` among tokens, within brackets too.
fn paths_of(tokens: proc_macro2::TokenStream) -> Vec<Vec<String>> {
    use proc_macro2::TokenTree;
    let (mut found, mut open): (Vec<Vec<String>>, Vec<String>) = (Vec::new(), Vec::new());
    let mut colons = 0;
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                if colons != 2 && !open.is_empty() {
                    found.push(std::mem::take(&mut open));
                }
                open.push(name.to_string());
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
