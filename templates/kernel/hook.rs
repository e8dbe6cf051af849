//! Hooks: code written by hand, which gets what is declared of it and gives what is declared of it.
//!
//! A hook runs where no transaction is open and no connection is held. What it is given comes from the
//! database as a text, so that the database can tell whether it would still say the same.

use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// A hook as the service knows it.
#[derive(Debug)]
pub struct Hook {
    /// `hooks.quote`.
    pub path: &'static str,
    /// Where it is written.
    pub file: &'static str,
    /// Whether it is: a stub is not.
    pub written: bool,
    /// From what the database says to what the hook gives, both JSON.
    pub ask: fn(&str) -> Result<String, Unanswered>,
}

/// Why a hook gave nothing. The caller is told no more than that the service failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed(String);

impl Failed {
    /// For the log.
    pub fn because(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    pub fn reason(&self) -> &str {
        &self.0
    }
}

/// Why there is no answer of a hook.
#[derive(Debug)]
pub enum Unanswered {
    NotWritten(&'static Hook),
    Failed(String),
}

/// What the database says that a hook is given.
#[derive(Deserialize)]
struct Said<I, R> {
    input: I,
    reads: R,
}

impl Hook {
    /// Asks `compute`, whose panic is a failure like any other.
    pub fn asked<I, R, O>(
        &'static self,
        said: &str,
        compute: fn(&I, &R) -> Result<O, Failed>,
    ) -> Result<String, Unanswered>
    where
        I: DeserializeOwned,
        R: DeserializeOwned,
        O: Serialize,
    {
        if !self.written {
            return Err(Unanswered::NotWritten(self));
        }
        let failed = |why: String| Unanswered::Failed(format!("{}: {why}", self.path));
        let said: Said<I, R> =
            serde_json::from_str(said).map_err(|error| failed(error.to_string()))?;
        let gave = catch_unwind(AssertUnwindSafe(|| compute(&said.input, &said.reads)))
            .map_err(|_| failed("it panicked".to_owned()))?
            .map_err(|Failed(reason)| failed(reason))?;
        serde_json::to_string(&gave).map_err(|error| failed(error.to_string()))
    }
}
