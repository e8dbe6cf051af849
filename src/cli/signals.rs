//! SIGINT, SIGTERM and SIGHUP end the process in good order: with the old output, or the new.

use crate::write;

/// What a shell reports of a program that SIGINT ended.
const INTERRUPTED: i32 = 130;

/// From here on a signal waits until no file is being put into its place.
pub(super) fn handle() {
    let installed = ctrlc::set_handler(|| {
        let _placing = write::abandon();
        std::process::exit(INTERRUPTED);
    });
    // Without a handler a signal is like a kill, which the next run mends.
    drop(installed);
}
