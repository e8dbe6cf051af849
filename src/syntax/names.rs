//! The alphabets of names.

use heck::{ToPascalCase, ToShoutySnakeCase, ToSnakeCase};

use super::reader::Reader;
use crate::diagnostics::{Diagnostic, codes};
use crate::source::Spanned;

/// Most characters of a name: a few of them make the name of a constraint.
pub(super) const LONGEST: usize = 48;

/// How a kind of name is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Alphabet {
    /// Entities.
    Pascal,
    /// Settings, which are environment variables.
    Upper,
    /// All else.
    Snake,
}

impl Alphabet {
    pub fn fits(self, name: &str) -> bool {
        let first = |range: fn(&char) -> bool| name.chars().next().is_some_and(|one| range(&one));
        let rest = |legal: fn(char) -> bool| name.chars().all(legal);
        let separated = !name.ends_with('_') && !name.contains("__");
        match self {
            Alphabet::Pascal => {
                first(char::is_ascii_uppercase) && rest(|one| one.is_ascii_alphanumeric())
            }
            Alphabet::Upper => {
                first(char::is_ascii_uppercase)
                    && rest(|one| one.is_ascii_uppercase() || one.is_ascii_digit() || one == '_')
                    && separated
            }
            Alphabet::Snake => {
                first(char::is_ascii_lowercase)
                    && rest(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
                    && separated
            }
        }
    }

    fn words(self) -> &'static str {
        match self {
            Alphabet::Pascal => "PascalCase",
            Alphabet::Upper => "UPPER_SNAKE_CASE",
            Alphabet::Snake => "snake_case",
        }
    }

    fn rewrite(self, name: &str) -> String {
        match self {
            Alphabet::Pascal => name.to_pascal_case(),
            Alphabet::Upper => name.to_shouty_snake_case(),
            Alphabet::Snake => name.to_snake_case(),
        }
    }

    /// Reports a name that cannot be one.
    pub fn check(self, name: &Spanned<String>, reader: &mut Reader<'_>) -> bool {
        if name.value.len() > LONGEST {
            reader.report(
                codes::NOT_A_NAME,
                name.span,
                format!("a name has at most {LONGEST} characters"),
                "shorten it",
            );
            return false;
        }
        if self.fits(&name.value) {
            return true;
        }
        let ascii: String = name
            .value
            .chars()
            .map(|one| if one.is_ascii_alphanumeric() { one } else { '_' })
            .collect();
        let instead = self.rewrite(&ascii);
        let diagnostic = Diagnostic::new(
            codes::NOT_A_NAME,
            name.span,
            format!("`{name}` is not written in {}", self.words()),
        )
        .reason("names become those of tables, columns, routes and files");
        reader.push(if self.fits(&instead) {
            diagnostic.next(format!("write `{instead}`"))
        } else {
            diagnostic.next("use letters a to z and digits, beginning with a letter")
        });
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_alphabet_takes_its_own() {
        for (alphabet, right, wrong) in [
            (Alphabet::Pascal, ["Task", "LineItem", "A2"], ["task", "Line_Item", "2A"]),
            (Alphabet::Upper, ["PORT", "OIDC_ISSUER", "A2"], ["Port", "_A", "A__B"]),
            (Alphabet::Snake, ["task", "line_item", "a2"], ["Task", "line-item", "a_"]),
        ] {
            for name in right {
                assert!(alphabet.fits(name), "{name} in {alphabet:?}");
            }
            for name in wrong {
                assert!(!alphabet.fits(name), "{name} in {alphabet:?}");
            }
        }
        assert!(!Alphabet::Snake.fits("naïve"));
        assert!(!Alphabet::Snake.fits(""));
    }
}
