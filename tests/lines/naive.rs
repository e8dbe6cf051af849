//! A second reader of blueprints, which shares nothing with the compiler's: lines, indentation, braces, brackets and
//! commas. It knows only what the shipped blueprints are written with, and gives up on everything else; nothing that
//! it reads is dropped, not even a key that stands twice.

/// What stands in a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Read {
    Value(String),
    List(Vec<Read>),
    Map(Vec<(String, Read)>),
}

/// Why it gave up.
pub type Odd = String;

/// A line without its comment.
struct Line {
    indent: usize,
    text: String,
}

pub fn read(text: &str) -> Result<Read, Odd> {
    let mut lines = Vec::new();
    for line in text.lines() {
        let text = without_comment(line).trim_end();
        if text.trim().is_empty() {
            continue;
        }
        if text.contains(['\t', '"', '\\']) {
            return Err(format!("a tab, a quote or an escape: {line}"));
        }
        let indent = text.len() - text.trim_start().len();
        match lines.last_mut() {
            // A list may go on, deeper than it began.
            Some(Line { indent: first, text: open }) if is_open(open) && indent > *first => {
                open.push(' ');
                open.push_str(text.trim_start());
            }
            _ => lines.push(Line { indent, text: text.trim_start().to_owned() }),
        }
    }
    let mut at = 0;
    let read = block(&lines, &mut at, 0)?;
    if at < lines.len() {
        return Err(format!("an odd indentation: {}", lines[at].text));
    }
    Ok(read)
}

/// Whether brackets are open at its end.
fn is_open(text: &str) -> bool {
    let count = |of: &[char]| text.chars().filter(|one| of.contains(one)).count();
    count(&['[', '{']) > count(&[']', '}'])
}

pub fn without_comment(line: &str) -> &str {
    if line.trim_start().starts_with('#') {
        return "";
    }
    line.find(" #").map_or(line, |at| &line[..at])
}

fn block(lines: &[Line], at: &mut usize, indent: usize) -> Result<Read, Odd> {
    if lines.get(*at).is_some_and(|line| line.text.starts_with("- ")) {
        return list(lines, at, indent);
    }
    let mut entries = Vec::new();
    while let Some(line) = lines.get(*at).filter(|line| line.indent == indent) {
        let (key, value) = entry(&line.text)?;
        *at += 1;
        let value = match value {
            "" => match lines.get(*at) {
                Some(next) if next.indent > indent => block(lines, at, next.indent)?,
                _ => return Err(format!("nothing under {key}")),
            },
            value => {
                // A value of more than one line is no longer what one line of it says.
                if lines.get(*at).is_some_and(|next| next.indent > indent) {
                    return Err(format!("something under a value: {}", lines[*at].text));
                }
                inline(value)?
            }
        };
        entries.push((key.to_owned(), value));
    }
    Ok(Read::Map(entries))
}

/// `- ` and an entry, with more entries below it.
fn list(lines: &[Line], at: &mut usize, indent: usize) -> Result<Read, Odd> {
    let mut items = Vec::new();
    while let Some(line) = lines.get(*at).filter(|line| line.indent == indent) {
        let Some(first) = line.text.strip_prefix("- ") else { break };
        let inner = indent + 2;
        let mut own = vec![Line { indent: inner, text: first.trim_start().to_owned() }];
        *at += 1;
        while let Some(next) = lines.get(*at).filter(|next| next.indent >= inner) {
            own.push(Line { indent: next.indent, text: next.text.clone() });
            *at += 1;
        }
        let mut within = 0;
        items.push(block(&own, &mut within, inner)?);
        if within < own.len() {
            return Err(format!("an odd item of a list: {}", own[within].text));
        }
    }
    Ok(Read::List(items))
}

fn entry(text: &str) -> Result<(&str, &str), Odd> {
    let (key, value) = match text.strip_suffix(':') {
        Some(key) if !key.contains(": ") => (key, ""),
        _ => text.split_once(": ").ok_or_else(|| format!("no colon: {text}"))?,
    };
    let plain = !key.is_empty() && key.chars().all(|one| one.is_ascii_alphanumeric() || one == '_');
    if !plain {
        return Err(format!("an odd key: {key}"));
    }
    Ok((key, value.trim()))
}

fn inline(text: &str) -> Result<Read, Odd> {
    if let Some(rest) = text.strip_prefix('{') {
        let inner = rest.strip_suffix('}').ok_or_else(|| format!("no end: {text}"))?;
        let entries = parts(inner)?.into_iter().map(|part| {
            let (key, value) = entry(part)?;
            Ok((key.to_owned(), inline(value)?))
        });
        return Ok(Read::Map(entries.collect::<Result<_, Odd>>()?));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let inner = rest.strip_suffix(']').ok_or_else(|| format!("no end: {text}"))?;
        let items: Result<_, Odd> = parts(inner)?.into_iter().map(inline).collect();
        return Ok(Read::List(items?));
    }
    let begins_oddly = text.starts_with(['&', '*', '!', '|', '>', '%', '@', '`', '?', '\'']);
    if text.is_empty() || begins_oddly || text.contains(": ") || text.ends_with(':') {
        return Err(format!("an odd value: {text}"));
    }
    Ok(Read::Value(text.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// Split at commas outside of brackets.
fn parts(text: &str) -> Result<Vec<&str>, Odd> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_i32, 0);
    for (at, one) in text.char_indices() {
        match one {
            '{' | '[' => depth += 1,
            '}' | ']' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
        if depth < 0 {
            return Err(format!("brackets that do not match: {text}"));
        }
    }
    if depth != 0 {
        return Err(format!("brackets that do not match: {text}"));
    }
    let last = text[from..].trim();
    if !last.is_empty() {
        parts.push(last);
    }
    Ok(parts)
}
