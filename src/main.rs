//! Arguments in, exit code out.

use std::process::ExitCode;

/// Half of what a compile does is making small texts, which it does in three quarters of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    blueprint::cli::run(std::env::args_os())
}
