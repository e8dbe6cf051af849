//! What is no syntax yet: the words of macros and attributes.

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt;

/// `a::b::c` among tokens, within brackets too; `_::c` where it follows a type in brackets of its own.
pub fn paths_of(tokens: TokenStream) -> Vec<Vec<String>> {
    let (mut found, mut open): (Vec<Vec<String>>, Vec<String>) = (Vec::new(), Vec::new());
    let (mut colons, mut of_type) = (0, false);
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                if colons != 2 && !open.is_empty() {
                    found.push(std::mem::take(&mut open));
                }
                if colons == 2 && of_type {
                    open.push("_".to_owned());
                }
                open.push(name.unraw().to_string());
                (colons, of_type) = (0, false);
            }
            TokenTree::Punct(sign) if sign.as_char() == ':' => colons += 1,
            other => {
                if !open.is_empty() {
                    found.push(std::mem::take(&mut open));
                }
                (colons, of_type) = (0, other.to_string() == ">");
                if let TokenTree::Group(group) = other {
                    found.extend(paths_of(group.stream()));
                }
            }
        }
    }
    found.extend((!open.is_empty()).then_some(open));
    found
}

/// Whether one of these words stands among them, within brackets too.
pub fn has_word(tokens: TokenStream, words: &[&str]) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => words.contains(&name.to_string().as_str()),
        TokenTree::Group(group) => has_word(group.stream(), words),
        _ => false,
    })
}

/// The texts among them, within brackets too.
pub fn texts_of(tokens: TokenStream) -> Vec<String> {
    let each = tokens.into_iter().map(|token| match token {
        TokenTree::Literal(text) => {
            let text = syn::parse_str::<syn::LitStr>(&text.to_string());
            text.map(|text| text.value()).into_iter().collect()
        }
        TokenTree::Group(group) => texts_of(group.stream()),
        _ => Vec::new(),
    });
    each.flatten().collect()
}

/// Whether a text of a macro that formats prints where something stands in memory: `{:p}`.
pub fn shows_a_place(text: &str) -> bool {
    text.split('{').skip(1).any(|part| {
        let how = part.split('}').next().and_then(|part| part.split_once(':'));
        how.is_some_and(|(_, how)| how.ends_with('p'))
    })
}
