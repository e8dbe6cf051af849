//! A stranger's blueprint, seen from outside: compiling it harms nothing, and what people may write freely in it acts
//! nowhere in what is compiled of it. `scripts/test` also lints and runs the service of `tests/services/corners`.

#![expect(clippy::disallowed_methods, reason = "what is tried stands in files")]

mod environment;
mod files;
mod full;
mod inert;
mod large;
mod markdown;
#[path = "../shared/multiplied.rs"]
mod multiplied;
#[path = "../shared/random.rs"]
mod random;
mod rust;
mod sql;
mod texts;
