//! What is wrong with a blueprint, where, why, and what to do about it.
//!
//! To add a diagnostic:
//! 1. a line in [`codes`]: a constant, its code, its title;
//! 2. a page `docs/codes/<CODE>.md`: What it does, Why it is refused, Example, Way out;
//! 3. beside the check that finds it, the words of this one:
//!    ```text
//!    diagnostics.push(
//!        Diagnostic::new(codes::DUPLICATE_KEY, second, format!("`{key}` stands here twice"))
//!            .label("the second")
//!            .also(first, "the first")
//!            .reason("only one of them would count, and nobody could see which")
//!            .next("remove one of them"),
//!    );
//!    ```
//! 4. a case `tests/ui/<name>/blueprint.yaml` that has it.
//!
//! One cause is one diagnostic: a check that meets something already reported stays silent.

pub mod codes;
pub mod escape;
pub mod fix;
pub mod missing;
pub mod render;

pub use codes::Code;
pub use fix::{Edit, Fix};
pub use missing::Missing;

use crate::source::Span;

/// One mistake.
#[derive(Debug, Clone)]
pub struct Diagnostic {
    pub code: Code,
    /// One sentence without a full stop; names the thing as the person wrote it, in backquotes.
    pub message: String,
    pub primary: Label,
    /// Other places that one needs to see to understand it.
    pub secondary: Vec<Label>,
    /// Why this is refused.
    pub reason: Option<String>,
    /// What to write instead, or what to run.
    pub next: Option<String>,
    /// What a machine may do about it, where that is certain.
    pub fix: Option<Fix>,
    /// The name that is not declared, where that is the mistake.
    pub missing: Option<Missing>,
}

/// A place and what stands there; the text may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

impl Diagnostic {
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            message: message.into(),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            reason: None,
            next: None,
            fix: None,
            missing: None,
        }
    }

    /// The words under the caret.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Another place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    #[must_use]
    pub fn reason(mut self, text: impl Into<String>) -> Self {
        self.reason = Some(text.into());
        self
    }

    #[must_use]
    pub fn next(mut self, text: impl Into<String>) -> Self {
        self.next = Some(text.into());
        self
    }

    /// `next`, where there is something to say.
    #[must_use]
    pub fn maybe_next(self, text: Option<String>) -> Self {
        match text {
            Some(text) => self.next(text),
            None => self,
        }
    }

    /// Where there is no next step yet: names what is known, as long as one can read that at a glance.
    #[must_use]
    pub fn or_known<'a>(self, known: impl IntoIterator<Item = &'a str>) -> Self {
        if self.next.is_some() {
            return self;
        }
        let known: Vec<&str> = known.into_iter().take(GLANCE + 1).collect();
        match known.len() {
            1..=GLANCE => self.next(format!("known here: {}", known.join(", "))),
            _ => self,
        }
    }

    /// Where there is no next step yet.
    #[must_use]
    pub fn or_next(self, text: impl Into<String>) -> Self {
        if self.next.is_some() { self } else { self.next(text) }
    }

    /// The known name that is nearest to `word`, which stands at its place: asked for, and where it is the only one
    /// that is near and can only have been mistyped, written by a machine.
    #[must_use]
    pub fn meant<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match likely(word, known).as_slice() {
            [] => self,
            [near] if is_surely(word, near) => self.did_mean(near).instead(word, near),
            [near, ..] => self.did_mean(near),
        }
    }

    /// The same of a word of the language: nobody declares those, so what is less near is meant too.
    #[must_use]
    pub fn meant_word<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        let Some(near) = nearest(word, known.iter().copied()) else { return self };
        if known.iter().any(|other| *other != near && likeness(word, other) >= NEAR) {
            return self.did_mean(near);
        }
        self.did_mean(near).instead(word, near)
    }

    fn did_mean(self, near: &str) -> Self {
        self.next(format!("did you mean `{near}`?"))
    }
}

/// All mistakes of one run, by place; the same mistake at the same place once.
#[derive(Debug, Clone, Default)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

/// After so many, more do not help; a hostile file must not make a long list.
const MOST: usize = 500;

impl Diagnostics {
    pub fn new() -> Self {
        Diagnostics::default()
    }

    pub fn push(&mut self, diagnostic: Diagnostic) {
        fn key(of: &Diagnostic) -> (Span, Code, &str) {
            (of.primary.span, of.code, &of.message)
        }
        let at = self.list.partition_point(|other| key(other) < key(&diagnostic));
        if self.list.get(at).is_none_or(|other| key(other) != key(&diagnostic)) {
            self.list.insert(at, diagnostic);
            self.list.truncate(MOST);
        }
    }

    pub fn extend(&mut self, others: Diagnostics) {
        for diagnostic in others.list {
            self.push(diagnostic);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Whether any of them is more than a warning.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|one| !one.code.is_warning())
    }

    /// Whether more would be left out.
    pub fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// `did you mean …?` for a word that is not among those known, where one is close.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|near| format!("did you mean `{near}`?"))
}

/// So many names are read at a glance.
const GLANCE: usize = 20;

/// Longer words than this are not mistyped names; comparing takes the product of the lengths.
const LONGEST: usize = 128;

/// In how many places two words differ, whatever the case; none where that is too much for the same word to be meant.
fn slips(word: &str, other: &str) -> Option<usize> {
    if word.len().max(other.len()) > LONGEST {
        return None;
    }
    let slips = strsim::damerau_levenshtein(&word.to_lowercase(), &other.to_lowercase());
    let most = match word.chars().count() {
        ..3 => 0,
        letters => letters / 3,
    };
    (slips <= most).then_some(slips)
}

/// Whether one word can only be the other mistyped: letters that changed places, one too many or one too few, or another
/// one within the word. `line1` is not `line2`, nor is `paid` surely `said`.
fn is_surely(word: &str, other: &str) -> bool {
    let (word, other) = (word.to_lowercase(), other.to_lowercase());
    if word == other {
        return true;
    }
    let numbered = |word: &str| word.contains(|one: char| one.is_ascii_digit());
    if numbered(&word) || numbered(&other) || !is_slip(&word, &other) {
        return false;
    }
    let differ: Vec<usize> = word
        .chars()
        .zip(other.chars())
        .enumerate()
        .filter(|(_, (one, two))| one != two)
        .map(|(at, _)| at)
        .collect();
    match differ.as_slice() {
        [at] if word.len() == other.len() => *at > 0 && *at + 1 < word.chars().count(),
        _ => true,
    }
}

/// Two words are near that are at least so much alike.
const NEAR: f64 = 0.6;

/// From 0, nothing in common, to 1, the same in any case.
fn likeness(one: &str, other: &str) -> f64 {
    if one.len().max(other.len()) > LONGEST {
        return 0.0;
    }
    strsim::normalized_damerau_levenshtein(&one.to_lowercase(), &other.to_lowercase())
}

/// The known word that is closest, if it is close enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (likeness(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness >= NEAR)
        .reduce(|best, other| if other.0 > best.0 { other } else { best })
        .map(|(_, candidate)| candidate)
}

/// All known words that may be meant, the nearest first.
fn likely<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let near = known.into_iter().filter_map(|one| Some((slips(word, one)?, one)));
    let mut near: Vec<(usize, &str)> = near.collect();
    near.sort_by_key(|(slips, _)| *slips);
    near.dedup_by_key(|(_, one)| *one);
    near.into_iter().map(|(_, one)| one).collect()
}

/// Whether one word is the other with one slip of the fingers, and not the same.
pub fn is_slip(one: &str, other: &str) -> bool {
    one != other
        && one.len() <= LONGEST
        && one.len().abs_diff(other.len()) <= 1
        && strsim::damerau_levenshtein(&one.to_lowercase(), &other.to_lowercase()) <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn sorted_by_place_and_each_once() {
        let mut all = Diagnostics::new();
        for start in [5, 1, 5, 3] {
            let span = Span::new(FileId(0), start..start + 1);
            all.push(Diagnostic::new(codes::DUPLICATE_KEY, span, "twice"));
        }
        let starts: Vec<u32> = all.iter().map(|one| one.primary.span.start).collect();
        assert_eq!(starts, [1, 3, 5]);
    }

    #[test]
    fn a_near_word_is_offered_and_a_far_one_is_not() {
        let known = ["actions", "accept", "fields"];
        assert_eq!(nearest("action", known), Some("actions"));
        assert_eq!(nearest("feilds", known), Some("fields"));
        assert_eq!(nearest("zebra", known), None);
    }
}
