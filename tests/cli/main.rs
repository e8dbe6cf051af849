//! The output folder and the command line, tried from outside.

mod check;
mod command;
mod compile;
mod edits;
mod explain;
mod folder;
mod graph;
mod habits;
mod hooks;
mod include;
mod kill;
mod lsp;
mod new;
mod newcomers;
#[path = "../shared/random.rs"]
mod random;
mod safety;
mod signals;
mod standing;
mod was;
