//! What holds of the source itself.

mod codes;
mod imports;
mod sizes;
mod sources;
mod words;
