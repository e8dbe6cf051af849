//! Drops the imports that a file does not need.
//!
//! A template names all that its file may need, and which of it an entity does need follows from its
//! fields. A name is kept where it stands in the code below, as a word: a trait must be named there too.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};

/// `text` with its private top-level imports cut to what `tokens`, its code, uses.
pub fn prune(text: &str, tokens: &TokenStream) -> String {
    let used = words(tokens);
    let mut out = String::with_capacity(text.len());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if !line.starts_with("use ") {
            out.push_str(line);
            out.push('\n');
            continue;
        }
        let mut import = line.to_owned();
        while !import.ends_with(';') {
            match lines.next() {
                Some(more) => import.push_str(more.trim()),
                None => break,
            }
        }
        if let Some(import) = cut(&import, &used) {
            out.push_str(&import);
            out.push('\n');
        }
    }
    one_gap(&out)
}

/// The import with only the names that are used; None where there are none.
fn cut(import: &str, used: &BTreeSet<String>) -> Option<String> {
    let path = import.trim_start_matches("use ").trim_end_matches(';');
    let Some((prefix, names)) = path.split_once('{') else {
        return used.contains(own_name(path)).then(|| import.to_owned());
    };
    let mut kept: Vec<&str> = names
        .trim_end_matches('}')
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty() && used.contains(own_name(name)))
        .collect();
    kept.sort_unstable();
    match kept.as_slice() {
        [] => None,
        [one] => Some(format!("use {prefix}{one};")),
        many => Some(format!("use {prefix}{{{}}};", many.join(", "))),
    }
}

/// What an import is called here: `a::b as c` is `c`.
fn own_name(path: &str) -> &str {
    let last = path.rsplit("::").next().unwrap_or(path);
    last.rsplit(" as ").next().unwrap_or(last).trim()
}

/// Every identifier outside of the private top-level imports.
fn words(tokens: &TokenStream) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut importing = false;
    let (mut public, mut dotted) = (false, false);
    for token in tokens.clone() {
        match &token {
            TokenTree::Ident(ident) if ident == "use" && !public => importing = true,
            TokenTree::Punct(punct) if punct.as_char() == ';' => importing = false,
            _ => {}
        }
        public = matches!(&token, TokenTree::Ident(ident) if ident == "pub");
        if !importing {
            dotted = collect(token, dotted, &mut found);
        }
    }
    found
}

/// Takes one token, which is a method or a field where it is `dotted`; whether the next one is.
fn collect(token: TokenTree, dotted: bool, found: &mut BTreeSet<String>) -> bool {
    match token {
        TokenTree::Ident(ident) if !dotted => {
            found.insert(ident.to_string());
        }
        TokenTree::Group(group) => {
            group.stream().into_iter().fold(false, |dotted, token| collect(token, dotted, found));
        }
        TokenTree::Punct(punct) => return punct.as_char() == '.',
        TokenTree::Ident(_) | TokenTree::Literal(_) => {}
    }
    false
}

/// Two blank lines, where a whole block of imports went, become one.
fn one_gap(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for line in text.lines() {
        if line.is_empty() && blank {
            continue;
        }
        blank = line.is_empty();
        out.push_str(line);
        out.push('\n');
    }
    // Nor does one stand at the end.
    out.truncate(out.trim_end().len());
    out + "\n"
}

#[cfg(test)]
mod tests {
    use super::prune;

    #[test]
    fn only_what_is_used_stays() {
        let text = "\
//! Docs.

use std::fmt;
use crate::a::{C, B,
    D};
use crate::store::task as store;
use crate::unused::task as other;
pub use crate::kept::All;

/// Says D, but only here.
fn f(x: B) -> C { store::get(\"fmt\", x).other() }
";
        let out = prune(text, &text.parse().unwrap());
        assert_eq!(
            out,
            "\
//! Docs.

use crate::a::{B, C};
use crate::store::task as store;
pub use crate::kept::All;

/// Says D, but only here.
fn f(x: B) -> C { store::get(\"fmt\", x).other() }
"
        );
    }
}
