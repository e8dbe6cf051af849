//! How long lists are laid out, so that the SQL reads as if written by hand.

/// Columns of a line.
pub const WIDTH: usize = 100;

/// `items` separated by commas, in lines that begin with `first` and then with `rest`.
pub fn fill(first: &str, rest: &str, items: &[String], last: &str) -> String {
    let mut out = String::new();
    let mut line = first.to_owned();
    let mut fresh = true;
    for (index, item) in items.iter().enumerate() {
        let end = if index + 1 == items.len() { last } else { "," };
        let space = if fresh { "" } else { " " };
        if !fresh && line.len() + space.len() + item.len() + end.len() > WIDTH {
            out.push_str(&line);
            out.push('\n');
            line = format!("{rest}{item}{end}");
        } else {
            line.push_str(space);
            line.push_str(item);
            line.push_str(end);
        }
        fresh = false;
    }
    if items.is_empty() {
        line.push_str(last);
    }
    out.push_str(&line);
    out
}

/// One line where it fits, else broken before `tail`, which is then indented by two.
pub fn two(head: &str, tail: &str) -> String {
    let last = head.lines().last().map_or(0, str::len);
    if last + 1 + tail.len() <= WIDTH {
        format!("{head} {tail}")
    } else {
        format!("{head}\n  {tail}")
    }
}

/// `head`, the items and `end` in one line of at most `width`, else the items in a block.
pub fn block(head: &str, items: &[String], end: &str, width: usize) -> String {
    let line = format!("{head}{}{end}", items.join(", "));
    if line.len() <= width {
        return line;
    }
    format!("{head}\n{}\n{end}", fill("  ", "  ", items, ""))
}

/// Every line led by `by`, but empty ones.
pub fn indent(text: &str, by: &str) -> String {
    text.lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("{by}{line}") })
        .collect::<Vec<_>>()
        .join("\n")
}

/// A comment of one line, whatever the text holds.
pub fn comment(text: &str) -> String {
    format!("-- {}\n", text.replace(|c: char| c.is_control(), " "))
}
