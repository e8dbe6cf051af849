//! Text to tokens. Every token knows where it stands in the expression's own text, in bytes.

use std::ops::Range;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    Name(String),
    Int(i64),
    Decimal(String),
    Money(String, String),
    /// Seconds.
    Duration(i64),
    Text(String),
    /// An operator or a bracket, as written.
    Sign(&'static str),
    End,
}

/// What is wrong with the text and, where that is known, what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub at: Range<usize>,
    pub message: String,
    pub help: Option<String>,
    /// What surely mends it, by what shall stand at which places.
    pub fix: Vec<(Range<usize>, String)>,
}

impl Fault {
    pub fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: None, fix: Vec::new() }
    }

    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// As `help`, of what may be written in place of it without thinking.
    pub fn instead(mut self, ours: &str) -> Self {
        self.fix = vec![(self.at.clone(), ours.to_owned())];
        self.help(format!("write `{}`", ours.trim()))
    }
}

pub type Spot = (Token, Range<usize>);

/// Longest first: the first that fits is taken.
const SIGNS: [&str; 17] =
    ["==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "(", ")", "[", "]", ",", "|"];

/// Spellings of other languages, and ours.
const FOREIGN: [(&str, &str); 8] = [
    ("<>", "!="),
    ("=", "=="),
    ("!", "not"),
    ("&", "&&"),
    ("/", "div(a, b, half_even), which is planned"),
    ("%", "basis points or money, which need no remainder"),
    ("?", "if(condition, a, b)"),
    (";", "one expression"),
];

/// The last token is always [`Token::End`].
pub fn lex(text: &str) -> Result<Vec<Spot>, Fault> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let skipped = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        at += skipped;
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else {
            tokens.push((Token::End, at..at));
            return Ok(tokens);
        };
        let (token, length) = match first {
            '0'..='9' => number(rest, at)?,
            '"' | '\'' => quoted(rest, at, first)?,
            'a'..='z' | 'A'..='Z' | '_' => {
                let length = name_length(rest);
                (Token::Name(rest[..length].to_owned()), length)
            }
            '.' => (Token::Sign("."), 1),
            _ => sign(rest, at, first)?,
        };
        tokens.push((token, at..at + length));
        at += length;
    }
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len())
}

fn digits_length(text: &str) -> usize {
    text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len())
}

fn sign(rest: &str, at: usize, first: char) -> Result<(Token, usize), Fault> {
    let foreign = FOREIGN.iter().find(|(sign, _)| rest.starts_with(sign));
    let known = SIGNS.iter().find(|sign| rest.starts_with(**sign));
    match (known, foreign) {
        (Some(sign), None) => Ok((Token::Sign(sign), sign.len())),
        (Some(sign), Some((other, _))) if sign.len() >= other.len() => {
            Ok((Token::Sign(sign), sign.len()))
        }
        (_, Some((sign, ours))) => {
            let fault = Fault::new(at..at + sign.len(), format!("`{sign}` is no operator here"));
            Err(match *sign {
                "!" => fault.instead("not "),
                "<>" | "=" | "&" => fault.instead(ours),
                _ => fault.help(format!("write `{ours}`")),
            })
        }
        (None, None) => {
            let end = at + first.len_utf8();
            Err(Fault::new(at..end, "this character has no meaning in an expression"))
        }
    }
}

/// `12`, `1.5`, `15m`, `2.50 EUR`.
fn number(rest: &str, at: usize) -> Result<(Token, usize), Fault> {
    let whole = digits_length(rest);
    let mut length = whole;
    let fraction = rest[whole..].strip_prefix('.').map_or(0, digits_length);
    if fraction > 0 {
        length += 1 + fraction;
    }
    let unit = name_length(&rest[length..]);
    if unit > 0 {
        let end = length + unit;
        return match duration(&rest[..length], &rest[length..end]) {
            Some(seconds) => Ok((Token::Duration(seconds), end)),
            None => Err(Fault::new(at..at + end, format!("`{}` is no number", &rest[..end]))
                .help("a duration is written like 30s, 15m, 24h or 30d; money like 2.50 EUR")),
        };
    }
    let gap = rest[length..].len() - rest[length..].trim_start_matches(' ').len();
    let code = &rest[length + gap..];
    let code = &code[..name_length(code)];
    if gap > 0 && code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()) {
        let token = Token::Money(rest[..length].to_owned(), code.to_owned());
        return Ok((token, length + gap + 3));
    }
    if fraction > 0 {
        return Ok((Token::Decimal(rest[..length].to_owned()), length));
    }
    match rest[..length].parse() {
        Ok(value) => Ok((Token::Int(value), length)),
        Err(_) => Err(Fault::new(at..at + length, "this number does not fit 64 bits")),
    }
}

/// Seconds of `15` and `m`. None where it is no duration or does not fit 64 bits.
pub fn duration(count: &str, unit: &str) -> Option<i64> {
    let seconds: i64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    count.parse::<i64>().ok()?.checked_mul(seconds)
}

/// Text in either quote. A backslash escapes a quote or itself, nothing else.
fn quoted(rest: &str, at: usize, quote: char) -> Result<(Token, usize), Fault> {
    let mut value = String::new();
    let mut chars = rest.char_indices().skip(1);
    while let Some((index, c)) = chars.next() {
        let end = at + index + c.len_utf8();
        match c {
            _ if c == quote => return Ok((Token::Text(value), index + 1)),
            '\\' => match chars.next() {
                Some((_, escaped @ ('\\' | '"' | '\''))) => value.push(escaped),
                _ => {
                    return Err(Fault::new(at + index..end, "this escape has no meaning")
                        .help("a backslash may stand before a quote or a backslash"));
                }
            },
            _ if c.is_control() => {
                return Err(Fault::new(at + index..end, "a control character stands in a text"));
            }
            _ => value.push(c),
        }
    }
    Err(Fault::new(at..at + rest.len(), "this text is not closed")
        .help(format!("end it with {quote}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token> {
        lex(text).unwrap().into_iter().map(|(token, _)| token).collect()
    }

    #[test]
    fn tokens_of_each_kind() {
        assert_eq!(
            tokens("a.b>=15m&&\"x\\\"y\" != 2.50 EUR"),
            [
                Token::Name("a".into()),
                Token::Sign("."),
                Token::Name("b".into()),
                Token::Sign(">="),
                Token::Duration(900),
                Token::Sign("&&"),
                Token::Text("x\"y".into()),
                Token::Sign("!="),
                Token::Money("2.50".into(), "EUR".into()),
                Token::End,
            ]
        );
    }

    #[test]
    fn faults() {
        for (text, at, message) in [
            ("a = b", 2..3, "`=` is no operator here"),
            ("a <> b", 2..4, "`<>` is no operator here"),
            ("!a", 0..1, "`!` is no operator here"),
            ("a & b", 2..3, "`&` is no operator here"),
            ("x < 5x", 4..6, "`5x` is no number"),
            ("x < 99999999999999999999", 4..24, "this number does not fit 64 bits"),
            ("'a", 0..2, "this text is not closed"),
            ("a # b", 2..3, "this character has no meaning in an expression"),
            ("é", 0..2, "this character has no meaning in an expression"),
            ("'\\n'", 1..2, "this escape has no meaning"),
        ] {
            let fault = lex(text).unwrap_err();
            assert_eq!((fault.at, fault.message.as_str()), (at, message), "{text}");
        }
    }
}
