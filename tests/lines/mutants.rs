//! What can happen to a line.

use super::naive::without_comment;
use super::random::Random;

/// A blueprint with a line that is not as it was.
pub struct Mutant {
    pub what: String,
    pub text: String,
    /// Lines of the mutant, from 0, that are new or stand elsewhere.
    pub lines: Vec<usize>,
    /// Where in the mutant a line is missing: the one that followed it.
    pub gap: Option<usize>,
    /// Names and words that were on the lines concerned, or are now, or are of what these lines
    /// stand under or hold.
    pub words: Vec<String>,
    /// Lines that those concerned stood under.
    pub ancestors: Vec<usize>,
    /// Whether nothing was taken away: all lines are there, in another order, or more than once.
    pub whole: bool,
}

/// All of one line, from 0.
pub fn of_line(lines: &[&str], at: usize, random: &mut Random) -> Vec<Mutant> {
    let line = lines[at];
    let mut mutants = vec![
        mutant("delete", lines, at, &[], true),
        Mutant { whole: true, ..mutant("duplicate", lines, at, &[line, line], false) },
    ];
    if without_comment(line).trim().is_empty() {
        return mutants;
    }
    if let Some(next) = (at + 1..lines.len()).find(|at| !without_comment(lines[*at]).is_empty()) {
        let mut swapped = lines.to_vec();
        swapped.swap(at, next);
        let words = [around(lines, at), around(lines, next)].concat();
        mutants.push(Mutant {
            what: format!("swap with `{}`", lines[next].trim()),
            text: join(&swapped),
            lines: vec![at, next],
            gap: None,
            words,
            ancestors: ancestors(lines, at),
            whole: true,
        });
        if let Some((one, other)) = values_swapped(line, lines[next]) {
            let mut swapped = lines.to_vec();
            (swapped[at], swapped[next]) = (&one, &other);
            mutants.push(Mutant {
                what: format!("swap values with `{}`", lines[next].trim()),
                text: join(&swapped),
                lines: vec![at, next],
                gap: None,
                words: [around(lines, at), around(lines, next)].concat(),
                ancestors: ancestors(lines, at),
                whole: false,
            });
        }
    }
    for (what, changed) in
        [("indent", format!("  {line}")), ("outdent", line.replacen("  ", "", 1))]
    {
        if changed != line {
            let of_line = mutant(what, lines, at, &[&changed], false);
            mutants.push(Mutant { whole: true, ..of_line });
        }
    }
    for (what, changed) in misspelt(line, random).into_iter().chain(neighbours_swapped(line)) {
        mutants.push(mutant(&what, lines, at, &[&changed], false));
    }
    mutants
}

fn mutant(what: &str, lines: &[&str], at: usize, instead: &[&str], gap: bool) -> Mutant {
    let mut changed: Vec<&str> = lines[..at].to_vec();
    changed.extend(instead);
    changed.extend(&lines[at + 1..]);
    let mut words = around(lines, at);
    words.extend(instead.iter().flat_map(|line| words_of(line)));
    Mutant {
        what: what.to_owned(),
        text: join(&changed),
        lines: (at..at + instead.len()).collect(),
        gap: gap.then_some(at),
        words,
        ancestors: ancestors(lines, at),
        whole: false,
    }
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The lines that one stands under, the nearest first.
pub fn ancestors(lines: &[&str], at: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut least = indent(lines[at]);
    for above in (0..at).rev() {
        let text = without_comment(lines[above]);
        if !text.trim().is_empty() && indent(text) < least {
            least = indent(text);
            found.push(above);
        }
    }
    found
}

/// Words of a line, of what stands under it, and names of what it stands under.
fn around(lines: &[&str], at: usize) -> Vec<String> {
    let below = lines[at + 1..].iter().copied().take_while(|line| {
        without_comment(line).trim().is_empty() || indent(line) > indent(lines[at])
    });
    let above = ancestors(lines, at).into_iter().map(|at| lines[at]);
    std::iter::once(lines[at]).chain(below).chain(above).flat_map(words_of).collect()
}

fn join(lines: &[&str]) -> String {
    lines.join("\n") + "\n"
}

/// Places of the words of a line, its comment aside.
fn word_places(line: &str) -> Vec<std::ops::Range<usize>> {
    let text = without_comment(line);
    let mut places = Vec::new();
    let mut from = None;
    for (at, one) in text.char_indices().chain([(text.len(), ' ')]) {
        let within = one.is_ascii_alphanumeric() || one == '_';
        match from {
            None if within => from = Some(at),
            Some(start) if !within => {
                places.push(start..at);
                from = None;
            }
            _ => {}
        }
    }
    places
}

pub fn words_of(line: &str) -> Vec<String> {
    word_places(line).into_iter().map(|place| line[place].to_owned()).collect()
}

/// Each word of the line, one at a time, with one slip of the fingers.
fn misspelt(line: &str, random: &mut Random) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for place in word_places(line) {
        let word = &line[place.clone()];
        let slip = slip(word, random);
        if slip != word {
            let changed = format!("{}{slip}{}", &line[..place.start], &line[place.end..]);
            all.push((format!("`{word}` for `{slip}`"), changed));
        }
    }
    all
}

/// A letter left out, doubled, exchanged with the next, or another; a word in the other case.
pub fn slip(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len());
    match random.below(6) {
        0 if letters.len() > 1 => drop(letters.remove(at)),
        1 => letters.insert(at, letters[at]),
        2 if at + 1 < letters.len() => letters.swap(at, at + 1),
        3 if letters[at].is_ascii_lowercase() => letters[at].make_ascii_uppercase(),
        4 if letters[at].is_ascii_digit() => {
            letters[at] = char::from(b'0' + random.below(10) as u8);
        }
        _ => letters[at] = char::from(b'a' + random.below(26) as u8),
    }
    letters.into_iter().collect()
}

/// Within brackets and braces: each part exchanged with the next, and the values of entries likewise.
fn neighbours_swapped(line: &str) -> Vec<(String, String)> {
    let text = without_comment(line);
    let mut all = Vec::new();
    // Places of the parts of each bracket, by depth.
    let mut open: Vec<Vec<std::ops::Range<usize>>> = Vec::new();
    let mut from: Vec<usize> = Vec::new();
    for (at, one) in text.char_indices() {
        match one {
            '[' | '{' => {
                open.push(Vec::new());
                from.push(at + 1);
            }
            ',' | ']' | '}' => {
                let (Some(parts), Some(start)) = (open.last_mut(), from.last_mut()) else {
                    continue;
                };
                parts.push(*start..at);
                *start = at + 1;
                if one != ',' {
                    from.pop();
                    let parts = open.pop().expect("it was open");
                    for pair in parts.windows(2) {
                        all.extend(exchanged(
                            line,
                            &trimmed(line, &pair[0]),
                            &trimmed(line, &pair[1]),
                        ));
                        if let (Some(one), Some(other)) =
                            (value(line, &pair[0]), value(line, &pair[1]))
                        {
                            all.extend(exchanged(line, &one, &other));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    all
}

type Place = std::ops::Range<usize>;

fn trimmed(line: &str, place: &Place) -> Place {
    let text = &line[place.clone()];
    let start = place.start + text.len() - text.trim_start().len();
    start..start + text.trim().len()
}

/// Of `key: value` the value.
fn value(line: &str, place: &Place) -> Option<Place> {
    let at = line[place.clone()].find(": ")?;
    Some(trimmed(line, &(place.start + at + 2..place.end)))
}

fn exchanged(line: &str, one: &Place, other: &Place) -> Option<(String, String)> {
    let (first, second) = (&line[one.clone()], &line[other.clone()]);
    (first != second).then(|| {
        let between = &line[one.end..other.start];
        let text = format!("{}{second}{between}{first}{}", &line[..one.start], &line[other.end..]);
        (format!("`{first}` and `{second}` exchanged"), text)
    })
}

/// Two lines with the values after their first colon exchanged.
fn values_swapped(one: &str, other: &str) -> Option<(String, String)> {
    let part = |line: &str| -> Option<(String, String)> {
        let (key, value) = without_comment(line).trim_end().split_once(": ")?;
        Some((key.to_owned(), value.to_owned()))
    };
    let ((key, value), (next, other)) = (part(one)?, part(other)?);
    (value != other).then(|| (format!("{key}: {other}"), format!("{next}: {value}")))
}
