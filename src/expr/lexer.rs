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
const FOREIGN: [(&str, &str); 25] = [
    ("===", "=="),
    ("!==", "!="),
    ("=>", ">="),
    ("=<", "<="),
    ("<>", "!="),
    (":=", "=="),
    ("??", "or(x, default)"),
    ("**", "x * x"),
    ("=", "=="),
    ("!", "not"),
    ("&", "&&"),
    ("/", "div(a, b, half_even)"),
    ("%", "2500, in basis points, for 25 percent"),
    ("?", "if(test, a, b)"),
    ("^", "x * x"),
    (";", "one expression"),
    ("≤", "<="),
    ("≥", ">="),
    ("≠", "!="),
    ("∧", "&&"),
    ("∨", "||"),
    ("¬", "not"),
    ("×", "*"),
    ("–", "-"),
    ("−", "-"),
];

/// What surely means the same.
const CERTAIN: [&str; 17] =
    ["===", "!==", "=>", "=<", "<>", ":=", "=", "&", "≤", "≥", "≠", "∧", "∨", "×", "–", "−", "!"];

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
                certain if CERTAIN.contains(&certain) => fault.instead(ours),
                _ => fault.help(format!("write `{ours}`")),
            })
        }
        (None, None) => Err(stranger(first, at)),
    }
}

/// A character that begins nothing.
fn stranger(first: char, at: usize) -> Fault {
    let at = at..at + first.len_utf8();
    let fault = |message: &str| Fault::new(at.clone(), message);
    match first {
        '“' | '”' | '„' | '‘' | '’' | '«' | '»' | '`' => {
            fault("this is no quotation mark of the language").help("write a text as \"text\"")
        }
        '$' | '€' | '£' | '¥' => {
            fault("a currency is written by its code, after the amount").help("write `12.50 EUR`")
        }
        ':' => fault("`:` has no meaning in an expression")
            .help("of two values one is chosen by `if(test, a, b)`"),
        '{' | '}' => fault("braces have no meaning in an expression")
            .help("a list is written `[a, b]`, brackets are `(` and `)`"),
        _ if first.is_whitespace() => fault("this space is not a plain one").instead(" "),
        _ if first.is_alphabetic() => fault("a name is made of a to z, 0 to 9 and `_`")
            .help("a letter of another script may look the same: write the name anew"),
        _ => fault("this character has no meaning in an expression")
            .help("remove it; in a text it may stand between quotes"),
    }
}

/// `12`, `1.5`, `15m`, `2.50 EUR`.
fn number(rest: &str, at: usize) -> Result<(Token, usize), Fault> {
    if let Some(length) = day(rest) {
        return Err(Fault::new(at..at + length, "a day cannot be written in an expression")
            .help("keep it in a field of type `date`, and compare with that"));
    }
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
            None => Err(no_number(&rest[..end], length, at)),
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
        Err(_) => {
            let fault = Fault::new(at..at + length, "this number does not fit 64 bits");
            Err(fault.help(format!("{} is the greatest", i64::MAX)))
        }
    }
}

/// Digits with letters behind them, the first `length` of which are the number.
fn no_number(text: &str, length: usize, at: usize) -> Fault {
    let fault = Fault::new(at..at + text.len(), format!("`{text}` is no number"));
    let (number, unit) = text.split_at(length);
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    if unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase()) {
        return fault.instead(&format!("{number} {unit}"));
    }
    if plain.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return fault.instead(&plain);
    }
    if unit.starts_with(['e', 'E']) && unit[1..].bytes().all(|b| b.is_ascii_digit()) {
        return fault.help("numbers are exact: write all digits, without an exponent");
    }
    if number.contains('.') && matches!(unit, "s" | "m" | "h" | "d" | "w") {
        return fault.help("a duration is whole: write 90m, not 1.5h");
    }
    fault.help("a duration is written like 30s, 15m, 24h or 30d; money like 2.50 EUR")
}

/// The length of what looks like `2026-11-22`.
fn day(rest: &str) -> Option<usize> {
    let shape = "dddd-dd-dd".bytes();
    let fits = |(c, of): (u8, u8)| if of == b'd' { c.is_ascii_digit() } else { c == of };
    let ends = !rest.as_bytes().get(10).is_some_and(u8::is_ascii_digit);
    (rest.len() >= 10 && ends && rest.bytes().zip(shape).all(fits)).then_some(10)
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
                let fault = Fault::new(at + index..end, "a control character stands in a text");
                return Err(fault.help("remove it"));
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
            ("é", 0..2, "a name is made of a to z, 0 to 9 and `_`"),
            ("'\\n'", 1..2, "this escape has no meaning"),
            ("x > 1e5", 4..7, "`1e5` is no number"),
            ("x > 1_000", 4..9, "`1_000` is no number"),
            ("x < 2026-11-22", 4..14, "a day cannot be written in an expression"),
            ("x ≤ 5", 2..5, "`≤` is no operator here"),
            ("x\u{a0}> 5", 1..3, "this space is not a plain one"),
            ("“a”", 0..3, "this is no quotation mark of the language"),
            ("a ?? b", 2..4, "`??` is no operator here"),
            ("pri\u{441}e > 0", 3..5, "a name is made of a to z, 0 to 9 and `_`"),
        ] {
            let fault = lex(text).unwrap_err();
            assert_eq!((fault.at, fault.message.as_str()), (at, message), "{text}");
        }
    }
}
