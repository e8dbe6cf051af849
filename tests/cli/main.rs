//! The output folder and the command line, tried from outside.

mod command;
mod folder;
mod habits;
mod kill;
mod new;
mod safety;
mod standing;
