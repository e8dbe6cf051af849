//! What a path is held against: every rule, and what a hook is given.

use super::given::{CLOCKS, Named, PLACES, RANDOM, is_given};
use super::rules::{ENVIRONMENT, HARMLESS, RULES, Where};
use super::tokens::paths_of;
use super::walls::Look;

impl Look<'_> {
    /// A path, held against every rule.
    pub fn named(&mut self, segments: &[String], span: proc_macro2::Span) {
        let full = self.names.full(segments);
        self.in_full(&full, Named::Used, span);
    }

    /// Paths among the words of a macro or an attribute.
    pub fn among(&mut self, tokens: &proc_macro2::TokenStream, span: proc_macro2::Span) {
        for segments in paths_of(tokens.clone()) {
            self.named(&segments, span);
        }
    }

    /// A path in full.
    pub fn in_full(&mut self, segments: &[String], how: Named, span: proc_macro2::Span) {
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
            Some(last) if self.in_hook && PLACES.contains(&last) => named("random"),
            Some(_) if segments.len() < 2 => None,
            Some(last) if self.in_hook && CLOCKS.contains(&last) => named("clock"),
            Some(last) if self.in_hook && RANDOM.contains(&last) => named("random"),
            _ => None,
        });
        if let Some(rule) = rule {
            self.tell(span, rule.name, format!("{} (`{full}`)", rule.what), rule.why, rule.next);
        } else if self.in_hook && ENVIRONMENT.iter().any(|path| is(&path)) {
            self.environment(span, &full);
        } else if self.in_hook && !is_given(segments, how, &self.own, self.depth) {
            let what = if how == Named::Whole { format!("{full}::*") } else { full };
            self.not_given(span, &format!("uses what it is not given (`{what}`)"));
        }
    }
}
