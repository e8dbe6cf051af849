//! What Rust says, without its texts and comments.

use proc_macro2::{TokenStream, TokenTree};

use super::sql;

/// Its tokens, and its comments for people, each joined from its lines.
pub fn skeleton(rust: &str) -> (String, Vec<String>) {
    syn::parse_file(rust).unwrap_or_else(|error| panic!("{error}:\n{rust}"));
    let (mut out, mut docs) = (String::new(), Vec::new());
    walk(rust.parse().expect("it was just parsed"), &mut out, &mut docs);
    (out, docs)
}

fn walk(tokens: TokenStream, out: &mut String, docs: &mut Vec<String>) {
    let mut tokens = tokens.into_iter().peekable();
    let (mut doc, mut goes_on) = (String::new(), false);
    while let Some(token) = tokens.next() {
        if let TokenTree::Punct(punct) = &token
            && punct.as_char() == '#'
        {
            let bang =
                matches!(tokens.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '!');
            let mut ahead = tokens.clone();
            if bang {
                ahead.next();
            }
            if let Some(line) = ahead.next().as_ref().and_then(line_of_doc) {
                doc.push_str(&line);
                doc.push('\n');
                goes_on = true;
                tokens = ahead;
                continue;
            }
        }
        if std::mem::take(&mut goes_on) {
            docs.push(std::mem::take(&mut doc));
        }
        match token {
            TokenTree::Group(group) => {
                out.push_str(&format!("{:?}< ", group.delimiter()));
                walk(group.stream(), out, docs);
                // Where a line is broken a comma stands behind the last.
                if out.ends_with(", ") {
                    out.truncate(out.len() - 2);
                }
                out.push_str("> ");
            }
            TokenTree::Literal(literal) => out.push_str(&literal_of(&literal.to_string())),
            other => out.push_str(&format!("{other} ")),
        }
    }
    if goes_on {
        docs.push(doc);
    }
}

fn line_of_doc(token: &TokenTree) -> Option<String> {
    let TokenTree::Group(group) = token else { return None };
    let mut inside = group.stream().into_iter();
    let is_doc = matches!(inside.next()?, TokenTree::Ident(ident) if ident == "doc");
    let TokenTree::Literal(text) = is_doc.then(|| inside.nth(1))?? else { return None };
    syn::parse_str::<syn::LitStr>(&text.to_string()).ok().map(|text| text.value())
}

/// Numbers as they are, of SQL its skeleton, of other texts nothing.
fn literal_of(literal: &str) -> String {
    match syn::parse_str::<syn::LitStr>(literal) {
        Ok(text) if text.value().starts_with("\n--") => {
            format!("\"{}\" ", sql::skeleton(&text.value()))
        }
        Ok(_) => "\"…\" ".to_owned(),
        Err(_) => format!("{literal} "),
    }
}
