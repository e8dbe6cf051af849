//! How what was found in a file is told.

use super::Finding;
use super::given::CRATES;
use super::walls::Look;
use syn::ext::IdentExt;

impl Look<'_> {
    pub fn tell(
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

    pub fn not_given(&mut self, span: proc_macro2::Span, what: &str) {
        self.tell(
            span,
            "not-given",
            what.to_owned(),
            "what a hook gives depends on nothing but what it is given",
            "use its contract, the kernel's values, and of `std` what works on values alone (BTreeMap for HashMap)",
        );
    }

    pub fn environment(&mut self, span: proc_macro2::Span, full: &str) {
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

    pub fn of_hook(&mut self, hook: &str) {
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

    pub fn is_unsafe(&mut self, span: proc_macro2::Span) {
        let why = "it can reach whatever the process holds, connections and keys among it";
        self.tell(span, "unsafe", "is `unsafe`".to_owned(), why, "write it without");
    }

    /// A name that is a crate's stands for nothing else in a hook.
    pub fn is_a_crates(&mut self, name: &syn::Ident) {
        if self.in_hook && CRATES.contains(&name.unraw().to_string().as_str()) {
            self.not_given(
                name.span(),
                &format!("calls something else by a crate's name (`{name}`)"),
            );
        }
    }

    pub fn is_a_place(&mut self, span: proc_macro2::Span) {
        if self.in_hook {
            let what = "asks where something stands in memory".to_owned();
            let why = "asked again for the same it would give something else";
            self.tell(span, "random", what, why, "derive what it needs from what it is given");
        }
    }
}
