//! Where in a blueprint a place is, by what stands before it: also while the text is not YAML yet.

/// The keys that lead to a place, and what is being written there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub path: Vec<String>,
    /// Whether a key is being written, or a value.
    pub is_key: bool,
    /// What is written of it so far.
    pub prefix: String,
}

/// What is open: a bracket, and the key whose value is being written in it.
struct Open {
    bracket: char,
    key: Option<String>,
}

pub fn cursor(text: &str, offset: usize) -> Cursor {
    let mut scanner = Scanner { stack: Vec::new(), flow: Vec::new(), token: String::new() };
    let before = &text[..text.floor_char_boundary(offset)];
    let mut lines = before.split('\n').peekable();
    let mut is_key = true;
    while let Some(line) = lines.next() {
        is_key = scanner.line(line.trim_end_matches('\r'), lines.peek().is_none());
    }
    let mut path: Vec<String> = scanner.stack.into_iter().map(|(_, key)| key).collect();
    path.extend(scanner.flow.into_iter().filter_map(|open| open.key));
    Cursor { path, is_key, prefix: scanner.token.trim_start().to_owned() }
}

struct Scanner {
    /// Keys of blocks, with the columns in which they stand.
    stack: Vec<(usize, String)>,
    flow: Vec<Open>,
    /// What was read since the last sign.
    token: String,
}

impl Scanner {
    /// Whether a key could follow.
    fn line(&mut self, line: &str, is_last: bool) -> bool {
        if !self.flow.is_empty() {
            return self.rest(line);
        }
        self.token.clear();
        let mut indent = line.len() - line.trim_start_matches(' ').len();
        let mut content = &line[indent..];
        if content.starts_with('#') || content.is_empty() && !is_last {
            return true;
        }
        let mut in_list = false;
        while content == "-" || content.starts_with("- ") {
            let rest = content[1..].trim_start_matches(' ');
            // A list may stand in the column of its key.
            self.close(indent + 1);
            indent += content.len() - rest.len();
            content = rest;
            in_list = true;
        }
        if !in_list {
            self.close(indent);
        }
        let colon =
            content.find(": ").or_else(|| content.ends_with(':').then(|| content.len() - 1));
        let flow = content.find(['{', '[', '#']);
        match colon.filter(|colon| flow.is_none_or(|flow| *colon < flow)) {
            Some(colon) => {
                let key = content[..colon].trim_matches(['"', '\'']).to_owned();
                self.stack.push((indent, key));
                self.rest(&content[colon + 1..])
            }
            None if in_list || flow == Some(0) => self.rest(content),
            None => {
                content.clone_into(&mut self.token);
                true
            }
        }
    }

    fn close(&mut self, indent: usize) {
        while self.stack.last().is_some_and(|(column, _)| *column >= indent) {
            self.stack.pop();
        }
    }

    /// What stands behind a key, or within brackets.
    fn rest(&mut self, text: &str) -> bool {
        self.token.clear();
        let mut quote = None;
        let mut chars = text.chars().peekable();
        while let Some(one) = chars.next() {
            match (quote, one) {
                (Some(open), _) if one == open => quote = None,
                (Some(_), _) => self.token.push(one),
                (None, '"' | '\'') if self.token.trim().is_empty() => quote = Some(one),
                (None, '#') if self.token.is_empty() || self.token.ends_with(' ') => break,
                (None, '{' | '[') if !self.flow.is_empty() || self.token.trim().is_empty() => {
                    self.flow.push(Open { bracket: one, key: None });
                    self.token.clear();
                }
                (None, '}' | ']') if !self.flow.is_empty() => {
                    self.flow.pop();
                    self.token.clear();
                }
                (None, ',') if !self.flow.is_empty() => {
                    if let Some(open) = self.flow.last_mut() {
                        open.key = None;
                    }
                    self.token.clear();
                }
                (None, ':') if matches!(chars.peek(), None | Some(' ')) => {
                    if let Some(open) = self.flow.last_mut().filter(|open| open.bracket == '{') {
                        open.key = Some(self.token.trim().to_owned());
                        self.token.clear();
                    }
                }
                (None, other) => self.token.push(other),
            }
        }
        self.flow.last().is_some_and(|open| open.bracket == '{' && open.key.is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_place() {
        for (text, path, is_key, prefix) in [
            ("", "", true, ""),
            ("ent", "", true, "ent"),
            ("entities:\n  Task:\n    fie", "entities.Task", true, "fie"),
            (
                "entities:\n  Task:\n    fields: { a: text, b: re",
                "entities.Task.fields.b",
                false,
                "re",
            ),
            ("entities:\n  Task:\n    read: { mem", "entities.Task.read", true, "mem"),
            (
                "entities:\n  Task:\n    read: { member: [a, ",
                "entities.Task.read.member",
                false,
                "",
            ),
            ("roles:\n  a: { in: team }\n  b: ", "roles.b", false, ""),
            ("a:\n  b: c\n", "", true, ""),
            ("a:\n  b: c\n  ", "a", true, ""),
            ("a:\n  b: { c: d,\n    e: f", "a.b.e", false, "f"),
            ("a:\n- b\n- c", "a", false, "c"),
            ("a:\n  - fields: [x", "a.fields", false, "x"),
            ("a: 'x: y, {' # no: {\nb: c", "b", false, "c"),
            ("a: { b: text(1..80) }\nc: d is ", "c", false, "d is "),
        ] {
            let found = cursor(text, text.len());
            assert_eq!(found.path.join("."), path, "{text}");
            assert_eq!((found.is_key, found.prefix.as_str()), (is_key, prefix), "{text}");
        }
    }
}
