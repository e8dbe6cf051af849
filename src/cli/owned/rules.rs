//! What goes round the walls, by the paths that it is called by in Rust.

/// Where a rule holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// In all that people wrote.
    Everywhere,
    /// In hooks alone.
    Hooks,
}

pub struct Rule {
    pub name: &'static str,
    pub paths: &'static [&'static str],
    pub holds: Where,
    pub what: &'static str,
    pub why: &'static str,
    pub next: &'static str,
}

#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    Rule {
        name: "raw-connection", holds: Where::Everywhere,
        paths: &["tokio_postgres", "postgres", "postgres_protocol", "deadpool_postgres", "deadpool", "sqlx", "diesel",
            "crate::generated::kernel::db"],
        what: "reaches the database by itself",
        why: "what goes round the generated queries has no context, no permission and no audit",
        next: "declare the rows under `reads` of the hook, or write an action in the blueprint",
    },
    Rule {
        name: "process", holds: Where::Everywhere,
        paths: &["std::process", "tokio::process", "libc", "nix"],
        what: "runs or ends processes",
        why: "another process is held by nothing that the blueprint says",
        next: "leave it to whoever runs the service",
    },
    Rule {
        name: "network", holds: Where::Everywhere,
        paths: &["std::net", "std::os::unix::net", "tokio::net", "reqwest", "ureq", "hyper", "hyper_util", "isahc", "curl", "lettre"],
        what: "reaches the network",
        why: "an outside call may be made twice, late or in vain, and nothing here says what then",
        next: "leave it out until jobs and hooks of kind `call` are there",
    },
    Rule {
        name: "file", holds: Where::Hooks, paths: &["std::fs", "tokio::fs", "std::io", "std::path::Path::read_dir"],
        what: "reads or writes files",
        why: "what a hook gives depends on nothing but what it is given",
        next: "give it what it needs as an input, or as rows under `reads`",
    },
    Rule {
        name: "clock", holds: Where::Hooks,
        paths: &["std::time::SystemTime", "std::time::Instant", "tokio::time", "time::OffsetDateTime::now_utc",
            "time::OffsetDateTime::now_local", "time::UtcDateTime::now", "chrono::Utc", "chrono::Local"],
        what: "reads the clock",
        why: "asked again a moment later it would give something else",
        next: "give it the moment as an input",
    },
    Rule {
        name: "random", holds: Where::Hooks,
        paths: &["rand", "getrandom", "fastrand", "uuid::Uuid::new_v4", "uuid::Uuid::now_v7", "std::collections::hash_map::RandomState"],
        what: "is random",
        why: "asked again for the same it would give something else",
        next: "derive what it needs from what it is given",
    },
    Rule {
        name: "thread", holds: Where::Hooks, paths: &["std::thread", "tokio::spawn", "tokio::task"],
        what: "waits, or works beside the call",
        why: "what a hook works out it works out at once, while a request waits for it",
        next: "work it out in the call itself",
    },
    Rule {
        name: "shared-state", holds: Where::Hooks,
        paths: &["tokio::sync", "std::sync::OnceLock", "std::sync::LazyLock",
            "std::sync::Mutex", "std::sync::RwLock", "std::sync::atomic", "std::cell::OnceCell"],
        what: "keeps or shares something between calls",
        why: "what a hook gives depends on nothing but what it is given",
        next: "work it out anew each time",
    },
];

/// Paths that a rule names and that do no harm: how a program ends.
pub const HARMLESS: &[&str] = &["std::process::ExitCode", "std::process::Termination"];

pub const ENVIRONMENT: &[&str] = &["std::env"];
