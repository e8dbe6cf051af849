//! One file of owned code, by its syntax: every path that it names, whatever it calls it.

use super::given::{Named, PLACES, TOLD, is_given_macro};
use super::names::{Names, Own, segments};
use super::tokens::{has_word, shows_a_place, texts_of};
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

pub struct Look<'l> {
    pub path: &'l str,
    pub in_hook: bool,
    walls: &'l Walls,
    pub names: Names,
    pub own: Own,
    /// How many modules of the file stand around.
    pub depth: usize,
    /// Modules of which all is imported.
    pub globs: Vec<String>,
    pub found: Vec<Finding>,
    /// Where it says that it is a stub.
    pub written: Option<usize>,
    /// Whether it implements the trait.
    pub keeps: bool,
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
            self.in_full(&named, Named::Used, path.span());
        }
        visit::visit_expr_path(self, path);
    }

    /// Who may see something is no use of it.
    fn visit_visibility(&mut self, _: &'s syn::Visibility) {}

    fn visit_item_mod(&mut self, item: &'s syn::ItemMod) {
        let elsewhere = item.attrs.iter().any(|one| match &one.meta {
            syn::Meta::List(list) => {
                one.path().is_ident("cfg_attr") && has_word(list.tokens.clone(), &["path"])
            }
            _ => one.path().is_ident("path"),
        });
        if elsewhere || item.content.is_none() && self.in_hook {
            self.tell(
                item.span(),
                "elsewhere",
                "brings in a file that nobody looks at here".to_owned(),
                "what is written elsewhere is held against nothing",
                "write it in this file, or as a module in its own place below src",
            );
        }
        self.is_a_crates(&item.ident);
        self.depth += 1;
        visit::visit_item_mod(self, item);
        self.depth -= 1;
    }

    fn visit_item_extern_crate(&mut self, item: &'s syn::ItemExternCrate) {
        if self.in_hook {
            self.not_given(item.span(), "names a crate itself");
        } else {
            self.in_full(&[item.ident.unraw().to_string()], Named::Whole, item.span());
        }
    }

    fn visit_item_macro(&mut self, item: &'s syn::ItemMacro) {
        let made = item.ident.as_ref().map(|name| name.unraw().to_string());
        if self.in_hook && item.mac.path.is_ident("macro_rules") {
            self.not_given(item.span(), "makes a macro, whose words are no syntax yet");
        } else if made.is_some_and(|name| is_given_macro(&name)) {
            self.not_given(
                item.span(),
                "makes a macro that a hook could take for the one it is given",
            );
        }
        visit::visit_item_macro(self, item);
    }

    fn visit_item_use(&mut self, item: &'s syn::ItemUse) {
        let mut names = Names::default();
        names.visit_item_use(item);
        if names.known.keys().any(|name| self.in_hook && self.names.twice.contains(name)) {
            self.not_given(item.span(), "gives a name that stands for something else elsewhere");
        }
        let imported = names.known.into_values().map(|full| (full, Named::Imported));
        let imported = imported.chain(names.globs.into_iter().map(|full| (full, Named::Whole)));
        let around = std::mem::take(&mut self.globs);
        for (full, how) in imported.collect::<Vec<_>>() {
            // Its first name may be one that another `use` gave.
            let full = match self.names.known.get(&full[0]) {
                Some(known) if *known != full => self.names.full(&full),
                _ => full,
            };
            self.in_full(&full, how, item.span());
        }
        self.globs = around;
        visit::visit_item_use(self, item);
    }

    fn visit_use_rename(&mut self, rename: &'s syn::UseRename) {
        self.is_a_crates(&rename.rename);
    }

    /// Its words may name paths, and texts among them too, as those of serde do.
    fn visit_attribute(&mut self, of: &'s syn::Attribute) {
        let first = segments(of.path()).remove(0);
        if !self.in_hook
            || TOLD.contains(&first.as_str())
            || first == "rustfmt"
            || first == "clippy"
        {
            return;
        }
        self.named(&segments(of.path()), of.span());
        if let syn::Meta::List(list) = &of.meta {
            self.among(&list.tokens, of.span());
            for text in texts_of(list.tokens.clone()) {
                if let Ok(tokens) = text.parse() {
                    self.among(&tokens, of.span());
                }
            }
        }
    }

    /// Where something stands in memory is another place each time.
    fn visit_type_ptr(&mut self, of: &'s syn::TypePtr) {
        self.is_a_place(of.span());
    }

    fn visit_expr_raw_addr(&mut self, of: &'s syn::ExprRawAddr) {
        self.is_a_place(of.span());
        visit::visit_expr_raw_addr(self, of);
    }

    fn visit_expr_cast(&mut self, of: &'s syn::ExprCast) {
        if let syn::Expr::Path(function) = &*of.expr
            && function
                .path
                .get_ident()
                .is_some_and(|name| self.own.functions.contains(&name.to_string()))
        {
            self.is_a_place(of.span());
        }
        visit::visit_expr_cast(self, of);
    }

    fn visit_expr_method_call(&mut self, call: &'s syn::ExprMethodCall) {
        if PLACES.contains(&call.method.unraw().to_string().as_str()) {
            self.is_a_place(call.method.span());
        }
        visit::visit_expr_method_call(self, call);
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
        self.among(&of.tokens, of.span());
        if self.in_hook && has_word(of.tokens.clone(), &["use", "extern", "macro_rules"]) {
            self.not_given(of.span(), "names things anew within a macro");
        }
        if texts_of(of.tokens.clone()).iter().any(|text| shows_a_place(text)) {
            self.is_a_place(of.span());
        }
        if has_word(of.tokens.clone(), &["unsafe"]) {
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
