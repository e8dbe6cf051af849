//! `projects serve | migrate | token | staff`; `projects --help` tells more.

use std::process::ExitCode;

use projects::generated::kernel::cli;

fn main() -> ExitCode {
    cli::run(&projects::SERVICE)
}
