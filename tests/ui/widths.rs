//! The human form in terminals of several widths, with colours and without.

use std::fmt::Write;
use std::fs;

use blueprint::diagnostics::escape::visible;
use blueprint::diagnostics::render::{Look, human, human_within};
use blueprint::diagnostics::{Diagnostic, Diagnostics};
use blueprint::source::Sources;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::cases::{Case, all};
use super::diagnose;

const WIDTHS: [usize; 3] = [60, 80, 120];

pub fn without_colour(text: &str) -> String {
    let mut plain = String::new();
    for (index, part) in text.split("\u{1b}[").enumerate() {
        plain.push_str(if index == 0 { part } else { part.split_once('m').expect("a colour").1 });
    }
    plain
}

/// Each mistake of each case alone, at each width.
fn each(mut judge: impl FnMut(&Sources, &Diagnostic, usize, &str) -> Result<(), String>) {
    let mut wrong = String::new();
    for Case { folder, sources, diagnostics } in all() {
        for one in diagnostics {
            let mut alone = Diagnostics::new();
            alone.push(one.clone());
            for columns in WIDTHS {
                let shown = human_within(&alone, sources, Look::Plain, columns);
                if let Err(why) = judge(sources, one, columns, &shown) {
                    let _ = writeln!(wrong, "{} at {columns}: {why}\n{shown}", folder.display());
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn colour_is_only_colour_at_every_width() {
    for Case { folder, sources, diagnostics } in all() {
        for columns in WIDTHS {
            let coloured = human_within(diagnostics, sources, Look::Coloured, columns);
            let plain = human_within(diagnostics, sources, Look::Plain, columns);
            assert_eq!(without_colour(&coloured), plain, "{} at {columns}", folder.display());
            // No colour runs over a line's end, where a pager would lose it.
            for line in coloured.lines() {
                let begun = line.matches("\u{1b}[").count() - line.matches("\u{1b}[0m").count();
                assert_eq!(begun, line.matches("\u{1b}[0m").count(), "{line:?}");
            }
        }
    }
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    each(|_, _, columns, shown| {
        let wide = shown.lines().find(|line| line.width() > columns && !cannot_be_parted(line));
        wide.map_or(Ok(()), |line| Err(format!("{} columns: {line}", line.width())))
    });
}

/// Whether a line is a path, or a single word or text in backquotes behind its head.
fn cannot_be_parted(line: &str) -> bool {
    let line = line.trim_start();
    if line.starts_with("--> ") || line.starts_with("::: ") {
        return true;
    }
    let heads = ["= why: ", "= next: ", "= fix: "];
    let rest = heads.iter().find_map(|head| line.strip_prefix(head));
    let rest = rest.or_else(|| line.strip_prefix("| ").map(str::trim_start));
    let rest = rest
        .or_else(|| line.split_once("]: ").filter(|(head, _)| head.len() < 14).map(|two| two.1));
    let rest = rest.unwrap_or(line);
    let mut quoted = false;
    !rest.chars().any(|one| {
        quoted ^= one == '`';
        one == ' ' && !quoted
    })
}

#[test]
fn every_word_is_there_at_every_width() {
    each(|_, one, _, shown| {
        // Without margins and line ends, as a person reads on.
        let read: Vec<&str> = shown
            .lines()
            .map(|line| line.trim_start())
            .flat_map(|line| line.strip_prefix("| ").unwrap_or(line).split_whitespace())
            .collect();
        let read = read.join(" ");
        let labels = one.secondary.iter().chain([&one.primary]).map(|label| &label.text);
        let texts = labels.chain([&one.message]).chain(&one.reason).chain(&one.next);
        for text in texts {
            let text = visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
            if !read.contains(&text) {
                return Err(format!("lost: {text}"));
            }
        }
        Ok(())
    });
}

#[test]
fn carets_stand_under_what_is_meant_at_every_width() {
    each(|sources, one, _, shown| {
        let file = sources.file(one.primary.span.file);
        let place = file.position(one.primary.span.start as usize);
        let line = file.line(place.line);
        let start: usize = line.chars().take(place.column - 1).map(char::len_utf8).sum();
        let end = (start + one.primary.span.len()).min(line.len());
        let meant = visible(&line[start..line.floor_char_boundary(end)]);
        let above = above_carets(shown).ok_or("there are no carets")?;
        let is_there = if above.ends_with('…') || above.is_empty() {
            meant.starts_with(above.trim_end_matches('…'))
        } else {
            above == meant || meant.is_empty() || meant.starts_with(&above) && shown.contains('…')
        };
        is_there.then_some(()).ok_or_else(|| format!("under `{above}`, not `{meant}`"))
    });
}

/// The text over the first row of `^`, by its columns.
fn above_carets(shown: &str) -> Option<String> {
    let mut source = "";
    for line in shown.lines() {
        if line.trim_start().starts_with(|one: char| one.is_ascii_digit()) {
            source = line.split_once("| ").map_or("", |two| two.1);
        }
        let carets = line.trim_start().strip_prefix("| ").unwrap_or_default();
        let indent = carets.len() - carets.trim_start().len();
        let count = carets.trim_start().chars().take_while(|one| *one == '^').count();
        if count > 0 {
            let columns = indent..indent + count;
            let above = source.char_indices().filter(|(at, one)| {
                columns.contains(&source[..*at].width()) && one.width() != Some(0)
            });
            return Some(above.map(|(_, one)| one).collect());
        }
    }
    None
}

/// Cases with a file `expected.<columns>.txt` look so; one with `expected.<columns>.ansi` has these colours.
#[test]
fn some_cases_look_as_drawn() {
    let update = std::env::var_os("BLUEPRINT_UPDATE").is_some();
    let mut drawn = 0;
    for Case { folder, sources, diagnostics } in all() {
        for columns in WIDTHS {
            for (look, end) in [(Look::Plain, "txt"), (Look::Coloured, "ansi")] {
                let path = folder.join(format!("expected.{columns}.{end}"));
                let Ok(expected) = fs::read_to_string(&path) else { continue };
                let said = human_within(diagnostics, sources, look, columns);
                if update {
                    fs::write(&path, &said).expect("it can be written");
                } else {
                    assert_eq!(said, expected, "{}", path.display());
                }
                drawn += 1;
            }
        }
    }
    assert!(drawn >= 15, "only {drawn} are drawn");
}

/// Tabs, wide characters, marks over characters, and line ends of another system.
#[test]
fn carets_under_text_of_every_kind() {
    for before in ["", "日本語 ", "e\u{301}e\u{301} ", "❤\u{fe0f} ", "\u{1f468} "] {
        for far in [0, 30, 70, 300] {
            let lead = format!("'{}{before}'", "x".repeat(far));
            let text = format!(
                "blueprint: 1\r\nservice: {{ name: shop,\tsummary: {lead},\tnmae: shop }}\r\n"
            );
            let sources = Sources::from_text("blueprint.yaml", text);
            let diagnostics = diagnose(&sources);
            for columns in WIDTHS {
                let shown = human_within(&diagnostics, &sources, Look::Plain, columns);
                let above = above_carets(&shown);
                assert_eq!(above.as_deref(), Some("nmae"), "{columns}\n{shown}");
                assert!(!shown.contains("\\u"), "{shown}");
                assert!(shown.lines().all(|line| line.width() <= columns), "{columns}\n{shown}");
            }
        }
    }
}

#[test]
fn without_a_width_sentences_are_not_parted() {
    for Case { sources, diagnostics, .. } in all() {
        let shown = human(diagnostics, sources, Look::Plain);
        for one in diagnostics {
            assert!(shown.contains(&format!("]: {}\n", visible(&one.message))), "{shown}");
        }
    }
}
