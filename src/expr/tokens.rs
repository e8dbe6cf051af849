//! An expression's parts as they were written, for whoever writes it anew.

use crate::source::Spanned;

use super::lexer::{self, lex};
use super::parse::parse;

/// A part of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// As written, money with one space before its currency.
    pub text: String,
    /// A name or a word of the language.
    pub is_name: bool,
}

/// None where the text is no expression.
pub fn tokens(text: &str) -> Option<Vec<Token>> {
    let span = crate::source::Span::new(crate::source::FileId(0), 0..text.len());
    parse(&Spanned::new(text.to_owned(), span)).ok()?;
    let spots = lex(text).ok()?;
    let tokens = spots.into_iter().filter(|(token, _)| *token != lexer::Token::End);
    let tokens = tokens.map(|(token, at)| match token {
        lexer::Token::Money(amount, code) => {
            Token { text: format!("{amount} {code}"), is_name: false }
        }
        token => {
            Token { text: text[at].to_owned(), is_name: matches!(token, lexer::Token::Name(_)) }
        }
    });
    Some(tokens.collect())
}
