//! Texts, counted in characters.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::stored_as;

/// `MIN` to `MAX` characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// None out of bounds, or where PostgreSQL could not hold it.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let holds = (MIN..=MAX).contains(&text.chars().count()) && !text.contains('\0');
        holds.then_some(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de, const MIN: usize, const MAX: usize> Deserialize<'de> for Text<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = storable(deserializer)?;
        if !(MIN..=MAX).contains(&text.chars().count()) {
            return Err(de::Error::custom(format_args!("{MIN} to {MAX} characters are wanted")));
        }
        Ok(Self(text))
    }
}

stored_as!(Text<MIN, MAX>, [const MIN: usize, const MAX: usize], String, |text| &text.0, Text);

/// PostgreSQL's text holds every character but U+0000.
fn storable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    // guard: kernel.values.nul
    if text.contains('\0') {
        return Err(de::Error::custom("U+0000 cannot be stored"));
    }
    Ok(text)
}

/// A text of a form.
macro_rules! formed {
    ($(#[$doc:meta])* $name:ident, $holds:expr, $wanted:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// None of another form.
            pub fn new(text: impl Into<String>) -> Option<Self> {
                let text = text.into();
                let holds: fn(&str) -> bool = $holds;
                (holds(&text) && !text.contains('\0')).then_some(Self(text))
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = storable(deserializer)?;
                let holds: fn(&str) -> bool = $holds;
                if !holds(&text) {
                    return Err(de::Error::custom($wanted));
                }
                Ok(Self(text))
            }
        }

        stored_as!($name, [], String, |text| &text.0, $name);
    };
}

formed!(
    /// Something on both sides of one `@`, with a point in the domain; at most 254 characters.
    Email,
    |text| {
        let Some((local, domain)) = text.split_once('@') else { return false };
        let inner = domain.trim_matches('.');
        text.chars().count() <= 254
            && !text.contains(char::is_whitespace)
            && !local.is_empty()
            && !domain.contains('@')
            && inner.contains('.')
            && inner.len() == domain.len()
    },
    "an email address is wanted"
);

formed!(
    /// E.164: a plus, then 2 to 15 digits, the first of which is not zero.
    Phone,
    |text| {
        let Some(digits) = text.strip_prefix('+') else { return false };
        (2..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    },
    "a telephone number like +4930123456 is wanted"
);

formed!(
    /// Absolute, http or https; at most 2048 characters.
    Url,
    |text| {
        let Some((scheme, rest)) = text.split_once("://") else { return false };
        matches!(scheme, "http" | "https")
            && text.chars().count() <= 2048
            && !rest.is_empty()
            && !rest.starts_with(['/', '?', '#'])
            && !text.contains(|one: char| one.is_whitespace() || one.is_control())
    },
    "an absolute http or https address is wanted"
);

formed!(
    /// Lower-case letters, digits and single hyphens; at most 63 characters.
    Slug,
    |text| {
        (1..=63).contains(&text.len())
            && text.split('-').all(|part| {
                !part.is_empty()
                    && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            })
    },
    "lower-case letters, digits and single hyphens are wanted"
);

formed!(
    /// Why somebody did something: 1 to 500 characters, not only spaces.
    Because,
    |text| text.chars().count() <= 500 && !text.trim().is_empty(),
    "1 to 500 characters are wanted"
);
