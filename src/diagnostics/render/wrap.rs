//! Prose in lines of a width.

use unicode_width::UnicodeWidthStr;

/// Lines of at most `columns`; wider are only those that hold one word, or one text in backquotes, that is
/// wider itself. What stands behind a line end is lines of a blueprint, which stay as they are. At least one.
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut source = text.split('\n');
    let mut lines = vec![String::new()];
    let mut width = 0;
    for word in words(source.next().unwrap_or_default()) {
        let taken = word.width();
        let line = lines.last_mut().expect("there always is one");
        if line.is_empty() {
            word.clone_into(line);
            width = taken;
        } else if width + 1 + taken <= columns {
            line.push(' ');
            line.push_str(word);
            width += 1 + taken;
        } else {
            lines.push(word.to_owned());
            width = taken;
        }
    }
    lines.extend(source.map(str::to_owned));
    lines
}

/// What no line end may part: words, and what stands in backquotes with the signs around it.
fn words(prose: &str) -> Vec<&str> {
    // One that is not closed quotes nothing: a name may hold one.
    let quotes = prose.matches('`').count().is_multiple_of(2);
    let mut words = Vec::new();
    let (mut start, mut quoted) = (0, false);
    for (at, one) in prose.char_indices() {
        match one {
            '`' => quoted = quotes && !quoted,
            ' ' if !quoted => {
                words.push(&prose[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&prose[start..]);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_as_full_as_they_may_be() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("日本 日本 語", 9), ["日本 日本", "語"]);
        assert_eq!(wrapped("", 7), [""]);
        assert_eq!(wrapped("all of it", usize::MAX), ["all of it"]);
    }

    #[test]
    fn what_is_quoted_stays_together() {
        assert_eq!(wrapped("write `a: b c`, then", 9), ["write", "`a: b c`,", "then"]);
        assert_eq!(wrapped("a `b c d e", 4), ["a `b", "c d", "e"]);
    }

    #[test]
    fn a_word_that_is_too_wide_stands_alone() {
        assert_eq!(wrapped("in /a/very/long/path there", 8), ["in", "/a/very/long/path", "there"]);
    }

    #[test]
    fn lines_of_a_blueprint_stay_as_they_are() {
        assert_eq!(
            wrapped("as a block:\na: b\n  c: d e f", 6),
            ["as a", "block:", "a: b", "  c: d e f"]
        );
    }
}
