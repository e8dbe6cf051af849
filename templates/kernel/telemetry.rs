//! Logs: one JSON object a line on standard error, escaped by the writer, so that nothing that a
//! client sends can make a line of its own. Tokens, bodies and parameters are never handed to it.

use std::{io, panic};

use tracing::level_filters::LevelFilter;

/// Starts logging at `level` and above. A panic is told by its place alone: its message may hold a
/// value that came from a client.
pub fn start(level: LevelFilter) {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_target(false)
        .with_max_level(level)
        .with_writer(io::stderr)
        .init();
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panic");
    }));
}
