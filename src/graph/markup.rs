//! Text in HTML and SVG.

/// A text between tags, or in quotes.
pub fn markup(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        match char {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            char if char.is_control() => out.push(' '),
            char => out.push(char),
        }
    }
    out
}
