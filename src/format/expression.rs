//! The text of an expression: one space between its parts, and of two spellings the canonical one.

use std::collections::BTreeMap;

use crate::expr::tokens::{Token, tokens};

/// The enumerations that an expression may speak of: their names as written there, and their values in order.
pub type Enums = BTreeMap<String, Vec<String>>;

/// As it is where it cannot be read.
pub fn write(text: &str, enums: &Enums) -> String {
    let Some(mut tokens) = tokens(text) else { return text.to_owned() };
    equal_to_a_name(&mut tokens, enums);
    in_a_list(&mut tokens, enums);
    spaced(&tokens)
}

/// `state == open` → `state is open`.
fn equal_to_a_name(tokens: &mut [Token], enums: &Enums) {
    for at in 1..tokens.len().saturating_sub(1) {
        if tokens[at].text != "==" {
            continue;
        }
        let alone = tokens.get(at + 2).is_none_or(|next| !matches!(next.text.as_str(), "." | "("));
        let value = &tokens[at + 1];
        let named = enumeration(tokens, at, enums).is_some_and(|all| all.contains(&value.text));
        if alone && value.is_name && named {
            tokens[at] = Token { text: "is".to_owned(), is_name: true };
        }
    }
}

/// `kind in [a, b]` → `kind is a|b`, where the order is that of the enumeration, in which `is` reads them.
fn in_a_list(tokens: &mut Vec<Token>, enums: &Enums) {
    let mut at = 1;
    while at < tokens.len() {
        let names = (tokens[at].text == "in" && tokens[at].is_name)
            .then(|| names_in_brackets(&tokens[at + 1..]))
            .flatten();
        if let (Some(names), Some(all)) = (names, enumeration(tokens, at, enums)) {
            let places: Option<Vec<usize>> =
                names.iter().map(|name| all.iter().position(|one| one == name)).collect();
            if places.is_some_and(|places| places.is_sorted_by(|one, next| one < next)) {
                let mut ours = vec![Token { text: "is".to_owned(), is_name: true }];
                for (index, name) in names.iter().enumerate() {
                    if index > 0 {
                        ours.push(Token { text: "|".to_owned(), is_name: false });
                    }
                    ours.push(Token { text: name.clone(), is_name: true });
                }
                let end = at + 2 + 2 * names.len();
                tokens.splice(at..end, ours);
            }
        }
        at += 1;
    }
}

/// Of `[a, b]`, which takes two tokens more than twice as many as there are names, less one.
fn names_in_brackets(tokens: &[Token]) -> Option<Vec<String>> {
    let mut names = Vec::new();
    let mut rest = tokens.strip_prefix_text("[")?;
    loop {
        let [name, after, ..] = rest else { return None };
        if !name.is_name {
            return None;
        }
        names.push(name.text.clone());
        rest = &rest[2..];
        match after.text.as_str() {
            "]" => return Some(names),
            "," => {}
            _ => return None,
        }
    }
}

trait StripPrefix {
    fn strip_prefix_text(&self, text: &str) -> Option<&[Token]>;
}

impl StripPrefix for [Token] {
    fn strip_prefix_text(&self, text: &str) -> Option<&[Token]> {
        let (first, rest) = self.split_first()?;
        (first.text == text).then_some(rest)
    }
}

/// The values of the enumeration whose name ends before a token.
fn enumeration<'e>(tokens: &[Token], at: usize, enums: &'e Enums) -> Option<&'e Vec<String>> {
    let name = &tokens.get(at.checked_sub(1)?)?.text;
    let before = |back: usize| at.checked_sub(back).map(|at| tokens[at].text.as_str());
    match (before(2), before(3)) {
        (Some("."), Some(of @ ("this" | "input"))) => {
            let full = if of == "this" { name.clone() } else { format!("input.{name}") };
            enums.get(&full)
        }
        (Some("."), _) => None,
        _ => enums.get(name),
    }
}

fn spaced(tokens: &[Token]) -> String {
    let mut out = String::new();
    let mut before: Option<&Token> = None;
    let mut tight = true;
    for token in tokens {
        let text = token.text.as_str();
        let opens = |text: &str| matches!(text, "(" | "[");
        let call = text == "(" && before.is_some_and(|one| one.is_name && !is_word(&one.text));
        let close = matches!(text, ")" | "]" | "," | "." | "|") || call;
        if !tight && !close {
            out.push(' ');
        }
        out.push_str(text);
        let negates = text == "-" && before.is_none_or(|one| !ends_a_value(one));
        tight = opens(text) || matches!(text, "." | "|") || negates;
        before = Some(token);
    }
    out
}

/// Words after which a value, not a call, follows.
fn is_word(text: &str) -> bool {
    matches!(text, "not" | "in" | "is")
}

fn ends_a_value(token: &Token) -> bool {
    match token.is_name {
        true => !is_word(&token.text),
        false => {
            matches!(token.text.as_str(), ")" | "]")
                || token.text.starts_with(|one: char| one.is_ascii_digit() || "'\"".contains(one))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_space_and_one_spelling() {
        let names = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let enums = Enums::from([
            ("state".to_owned(), names(&["open", "held", "done"])),
            ("input.kind".to_owned(), names(&["a", "b"])),
        ]);
        for (text, expected) in [
            ("state==open", "state is open"),
            ("this.state == open", "this.state is open"),
            ("input.kind == a", "input.kind is a"),
            ("kind == a", "kind == a"),
            ("state != open", "state != open"),
            ("state in [open,done]", "state is open|done"),
            ("state in [done, open]", "state in [done, open]"),
            ("(state in [open, done])&&x>- 1", "(state is open|done) && x > -1"),
            ("not( a is b | c )", "not (a is b|c)"),
            ("min( a,b )  -  1", "min(a, b) - 1"),
            ("a+ -b", "a + -b"),
            ("total<=500.00  EUR", "total <= 500.00 EUR"),
            ("now( )<created_at+15m", "now() < created_at + 15m"),
            ("name == 'a  b'", "name == 'a  b'"),
            ("a = b", "a = b"),
        ] {
            assert_eq!(write(text, &enums), expected);
            assert_eq!(write(expected, &enums), expected);
        }
    }
}
