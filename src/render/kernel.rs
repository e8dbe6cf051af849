//! The kernel: plain Rust, compiled with every service and the same in each.

macro_rules! files {
    ($($path:literal)*) => {
        &[$(($path, include_str!(concat!("../../templates/kernel/", $path)))),*]
    };
}

/// Path below `src/generated/kernel`, and text.
pub const FILES: &[(&str, &str)] = files! {
    "answers.rs"
    "audit.rs"
    "cli.rs"
    "config.rs"
    "cursor.rs"
    "db/asking.rs"
    "db/assertion.rs"
    "db/bound.rs"
    "db/connect.rs"
    "db/error.rs"
    "db/flight.rs"
    "db/mod.rs"
    "db/pool.rs"
    "db/session.rs"
    "health.rs"
    "hook.rs"
    "http/answer.rs"
    "http/body.rs"
    "http/etag.rs"
    "http/frame.rs"
    "http/key.rs"
    "http/list.rs"
    "http/mod.rs"
    "http/path.rs"
    "identity/development.rs"
    "identity/fetch.rs"
    "identity/keys.rs"
    "identity/mod.rs"
    "identity/seen.rs"
    "identity/token.rs"
    "limits.rs"
    "members.rs"
    "migrate/bootstrap.rs"
    "migrate/keys.rs"
    "migrate/mod.rs"
    "migrate/roles.rs"
    "migrate/run.rs"
    "mod.rs"
    "problem.rs"
    "serve.rs"
    "telemetry.rs"
    "tls.rs"
    "urlencoded.rs"
    "values/decimal.rs"
    "values/mod.rs"
    "values/money.rs"
    "values/number.rs"
    "values/object.rs"
    "values/range.rs"
    "values/tests.rs"
    "values/text.rs"
    "values/text_enum.rs"
    "values/time.rs"
    "work.rs"
};

#[cfg(test)]
mod tests {
    use super::FILES;
    use std::path::Path;

    fn below(folder: &Path, prefix: &str, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                below(&entry.path(), &format!("{name}/"), found);
            } else {
                found.push(name);
            }
        }
    }

    #[test]
    fn the_list_is_the_folder() {
        let mut found = Vec::new();
        below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/kernel"), "", &mut found);
        found.sort();
        let listed: Vec<&str> = FILES.iter().map(|(path, _)| *path).collect();
        assert_eq!(listed, found);
    }
}
