//! What SQL says, without its texts and comments: a reader of its own, after chapter 4.1 of PostgreSQL's manual.

/// Its tokens with a space between; of what stands between dollar quotes, the same within brackets.
pub fn skeleton(sql: &str) -> String {
    let mut out = String::new();
    let mut rest = sql;
    while let Some(c) = rest.chars().next() {
        let length = if let Some(comment) = rest.strip_prefix("--") {
            comment.find('\n').map_or(rest.len(), |end| 2 + end)
        } else if rest.starts_with("/*") {
            panic!("the compiler writes no such comment: {}", head(rest))
        } else if c == '\'' || rest.starts_with("E'") {
            out.push_str("'…' ");
            text(rest, c == 'E')
        } else if c == '"' {
            let end = rest[1..].find('"').expect("an identifier ends");
            out.push_str(&rest[..end + 2]);
            out.push(' ');
            end + 2
        } else if let Some(mark) = dollar_quote(rest) {
            let inside = &rest[mark.len()..];
            let end = inside.find(mark).expect("a dollar quote ends");
            out.push_str(&format!("[ {}] ", skeleton(&inside[..end])));
            end + 2 * mark.len()
        } else if c.is_alphanumeric() || c == '_' || c == '$' {
            let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            out.push_str(&rest[..end]);
            out.push(' ');
            end
        } else {
            if !c.is_whitespace() {
                out.push(c);
                out.push(' ');
            }
            c.len_utf8()
        };
        rest = &rest[length..];
    }
    out
}

fn head(sql: &str) -> String {
    sql.chars().take(60).collect()
}

/// The length of a text with its quotes.
fn text(sql: &str, escapes: bool) -> usize {
    let start = if escapes { 2 } else { 1 };
    let mut chars = sql[start..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if escapes => drop(chars.next()),
            '\'' if chars.peek().is_some_and(|(_, next)| *next == '\'') => drop(chars.next()),
            '\'' => return start + at + 1,
            _ => {}
        }
    }
    panic!("a text does not end: {}", head(sql))
}

/// `$$` or `$tag$` at the beginning.
fn dollar_quote(sql: &str) -> Option<&str> {
    let tag = sql.strip_prefix('$')?.split('$').next()?;
    let is_tag = !tag.starts_with(|c: char| c.is_ascii_digit())
        && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    sql.get(..tag.len() + 2).filter(|mark| is_tag && mark.ends_with('$'))
}

#[test]
fn texts_and_comments_say_nothing() {
    let one =
        skeleton("SELECT 'a''; b', E'\\'', \"x\" -- ' \n FROM t; DO $a$ BEGIN x('$$'); END $a$;");
    assert_eq!(one, "SELECT '…' , '…' , \"x\" FROM t ; DO [ BEGIN x ( '…' ) ; END ] ; ");
}
