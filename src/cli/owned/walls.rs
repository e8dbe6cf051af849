//! One file of owned code, by its syntax: every path that it names, whatever it calls it.

use super::given::{CLOCKS, RANDOM, is_given, is_given_macro};
use super::names::{Names, Own, paths_of, segments};
use super::rules::{ENVIRONMENT, HARMLESS, RULES, Where};
use super::{Finding, Walls};
use syn::ext::IdentExt;
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
    // A hook may import nothing whole that could hold what a rule names.
    let globs = names.globs.iter().filter(|_| !in_hook).map(|of| of.join("::")).collect();
    let mut own = Own::default();
    own.visit_file(&file);
    let mut look = Look {
        path,
        in_hook,
        walls,
        names,
        own,
        depth: 0,
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

struct Look<'l> {
    path: &'l str,
    in_hook: bool,
    walls: &'l Walls,
    names: Names,
    own: Own,
    /// How many modules of the file stand around.
    depth: usize,
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

    /// A path, held against every rule.
    fn named(&mut self, segments: &[String], span: proc_macro2::Span) {
        let full = self.names.full(segments);
        self.in_full(&full, false, span);
    }

    /// A path in full, of which `all` is imported or which is named itself.
    fn in_full(&mut self, segments: &[String], all: bool, span: proc_macro2::Span) {
        let full = segments.join("::");
        let meant: Vec<String> = self.globs.iter().map(|of| format!("{of}::{full}")).collect();
        let is = |path: &&&str| {
            let below = |full: &String| full == **path || full.starts_with(&format!("{path}::"));
            below(&full) || meant.iter().any(below)
        };
        if HARMLESS.iter().any(|path| is(&path)) && !self.in_hook {
            return;
        }
        let rule = RULES.iter().find(|rule| {
            (rule.holds == Where::Everywhere || self.in_hook)
                && rule.paths.iter().any(|path| is(&path))
        });
        let named = |name: &str| RULES.iter().find(|rule| rule.name == name);
        let rule = rule.or_else(|| match segments.last().map(String::as_str) {
            Some(_) if segments.len() < 2 => None,
            Some(last) if self.in_hook && CLOCKS.contains(&last) => named("clock"),
            Some(last) if self.in_hook && RANDOM.contains(&last) => named("random"),
            _ => None,
        });
        if let Some(rule) = rule {
            self.tell(span, rule.name, format!("{} (`{full}`)", rule.what), rule.why, rule.next);
        } else if self.in_hook && ENVIRONMENT.iter().any(|path| is(&path)) {
            self.environment(span, &full);
        } else if self.in_hook
            && !is_given(segments, all, &|name| self.own.0.contains(name), self.depth)
        {
            let what = if all { format!("{full}::*") } else { full };
            self.not_given(span, &format!("uses what it is not given (`{what}`)"));
        }
    }

    fn not_given(&mut self, span: proc_macro2::Span, what: &str) {
        self.tell(
            span,
            "not-given",
            what.to_owned(),
            "what a hook gives depends on nothing but what it is given",
            "use its contract, the kernel's values, and of `std` what works on values alone (BTreeMap for HashMap)",
        );
    }

    fn environment(&mut self, span: proc_macro2::Span, full: &str) {
        let next = match self.in_hook {
            true => "give it what it needs as an input, or as rows under `reads`",
            false => "declare it under `settings`, and take it from `Config`",
        };
        self.tell(
            span,
            "environment",
            format!("reads the environment (`{full}`)"),
            "what the service reads is declared, so that a missing value is known as it starts",
            next,
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
        self.named(&segments(path), path.span());
        visit::visit_path(self, path);
    }

    /// `<T>::now_utc` too, whatever `T` is.
    fn visit_expr_path(&mut self, path: &'s syn::ExprPath) {
        if path.qself.is_some() {
            let mut named = vec!["_".to_owned()];
            named.extend(segments(&path.path));
            self.in_full(&named, false, path.span());
        }
        visit::visit_expr_path(self, path);
    }

    /// Who may see something is no use of it.
    fn visit_visibility(&mut self, _: &'s syn::Visibility) {}

    fn visit_item_mod(&mut self, item: &'s syn::ItemMod) {
        let elsewhere = item.attrs.iter().any(|one| one.path().is_ident("path"));
        if elsewhere || item.content.is_none() && self.in_hook {
            self.tell(
                item.span(),
                "elsewhere",
                "brings in a file that nobody looks at here".to_owned(),
                "what is written elsewhere is held against nothing",
                "write it in this file, or as a module in its own place below src",
            );
        }
        self.depth += 1;
        visit::visit_item_mod(self, item);
        self.depth -= 1;
    }

    fn visit_item_extern_crate(&mut self, item: &'s syn::ItemExternCrate) {
        self.in_full(&[item.ident.unraw().to_string()], true, item.span());
    }

    fn visit_item_macro(&mut self, item: &'s syn::ItemMacro) {
        if self.in_hook && item.mac.path.is_ident("macro_rules") {
            self.not_given(item.span(), "makes a macro, whose words are no syntax yet");
        }
        visit::visit_item_macro(self, item);
    }

    fn visit_item_use(&mut self, item: &'s syn::ItemUse) {
        let mut names = Names::default();
        names.visit_item_use(item);
        let imported = names.known.into_values().map(|full| (full, false));
        let imported = imported.chain(names.globs.into_iter().map(|full| (full, true)));
        let around = std::mem::take(&mut self.globs);
        for (full, all) in imported.collect::<Vec<_>>() {
            // Its first name may be one that another `use` gave.
            let full = match self.names.known.get(&full[0]) {
                Some(known) if *known != full => self.names.full(&full),
                _ => full,
            };
            self.in_full(&full, all, item.span());
        }
        self.globs = around;
    }

    fn visit_expr_call(&mut self, call: &'s syn::ExprCall) {
        if let syn::Expr::Path(function) = &*call.func
            && !self.in_hook
        {
            let full = self.names.full(&segments(&function.path)).join("::");
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
        let name = segments(&of.path).pop().unwrap_or_default();
        let prints = ["print", "println", "eprint", "eprintln", "dbg"].contains(&name.as_str());
        if self.in_hook && prints {
            self.not_given(of.span(), &format!("writes to the terminal (`{name}!`)"));
        } else if self.in_hook && !is_given_macro(&name) && name != "macro_rules" {
            let what = format!("`{name}!` brings in what is not given");
            let why = "what a hook gives depends on nothing but what it is given";
            let next = "give it to the hook, or write it as a constant";
            self.tell(of.span(), "not-given", what, why, next);
        }
        // What stands in a macro is no syntax yet: its words are looked at as paths.
        for segments in paths_of(of.tokens.clone()) {
            self.named(&segments, of.span());
        }
        if of.tokens.clone().into_iter().any(|one| one.to_string() == "unsafe") {
            self.is_unsafe(of.span());
        }
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
}
