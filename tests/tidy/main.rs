//! What holds of the source itself.

mod codes;
mod coverage;
mod guards;
mod imports;
mod sizes;
mod sources;
mod words;
