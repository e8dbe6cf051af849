//! The output folder and the command line, tried from outside.

mod folder;
mod kill;
mod safety;
mod standing;
