//! Roles belong to the whole server: a second deployment on it needs names of its own.

use std::fmt;

use crate::generated::kernel::config::Environment;

/// What role names begin with, instead of the service's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix {
    service: &'static str,
    prefix: String,
}

impl Prefix {
    /// `prefix` begins with a lower-case letter and has only those, digits and `_`; at most 40.
    pub fn new(service: &'static str, prefix: &str) -> Option<Self> {
        let plain = prefix.starts_with(|first: char| first.is_ascii_lowercase())
            && prefix.len() <= 40
            && prefix
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
        plain.then(|| Self { service, prefix: prefix.to_owned() })
    }

    /// `DATABASE_ROLE_PREFIX`, the service's name unless set.
    pub fn read(environment: &mut Environment, service: &'static str) -> Self {
        let own = Self { service, prefix: service.to_owned() };
        environment.read("DATABASE_ROLE_PREFIX", own, "a plain lower-case word", |text| {
            Self::new(service, text)
        })
    }

    /// In generated SQL nothing but role names begins with `"<service>_`.
    pub fn apply(&self, sql: &str) -> String {
        sql.replace(&format!("\"{}_", self.service), &format!("\"{}_", self.prefix))
    }

    /// The role of a context, or `owner`.
    pub fn role(&self, of: &str) -> String {
        format!("{}_{of}", self.prefix)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.prefix)
    }
}
