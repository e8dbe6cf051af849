//! `marketplace serve | migrate | token | staff`; `marketplace --help` tells more.

use std::process::ExitCode;

use marketplace::generated::kernel::cli;

fn main() -> ExitCode {
    cli::run(&marketplace::SERVICE)
}
