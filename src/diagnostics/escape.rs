//! Text of a blueprint on a terminal: nothing in it may move the cursor or hide what is there.

/// Whether a character cannot be seen, or makes the text around it look other than it is. Line
/// ends and tabs are none.
pub fn is_invisible(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        // Soft hyphen; Arabic letter mark; Mongolian separator; zero width and bidirectional marks;
        // line separators and embeddings; invisible operators and isolates; byte order mark;
        // annotations; tags.
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        other => other.is_control(),
    }
}

/// The text with what cannot be seen written out. Line ends stay, tabs become spaces.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => out.push(' '),
            hidden if is_invisible(hidden) => {
                out.push_str(&format!("\\u{{{:x}}}", u32::from(hidden)));
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        assert_eq!(visible("a\u{1b}[2J\u{202e}b\tc\n"), "a\\u{1b}[2J\\u{202e}b c\n");
        assert_eq!(visible("Füße 日本"), "Füße 日本");
    }
}
