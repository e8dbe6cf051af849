//! Every file that a template makes: one row each. Templates mirror the paths of what they make.

use crate::tree::Ownership;

/// One template and what it makes.
pub struct Row {
    /// Path in the output; `{entity}` and `{hook}` stand for what it is about. `templates/<path>.j2` makes it.
    pub path: &'static str,
    pub template: &'static str,
    pub per: Per,
    pub ownership: Ownership,
}

/// For what a template is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    Service,
    Entity,
    /// Once, where there are hooks.
    Hooks,
    Hook,
}

macro_rules! rows {
    ($($ownership:ident $per:ident $path:literal)*) => {
        &[$(Row {
            path: $path,
            template: include_str!(concat!("../../templates/", $path, ".j2")),
            per: Per::$per,
            ownership: Ownership::$ownership,
        }),*]
    };
}

pub const ROWS: &[Row] = rows! {
    Generated Service ".dockerignore"
    Generated Service ".env.example"
    Owned     Service ".gitignore"
    Generated Service "AGENTS.md"
    Generated Service "Dockerfile"
    Generated Service "README.md"
    Generated Service "compose.yaml"
    Generated Service "docs/entities.md"
    Generated Service "docs/permissions.md"
    Generated Service "docs/states.md"
    Owned     Service "Cargo.toml"
    Owned     Service "src/main.rs"
    Owned     Service "src/lib.rs"
    Owned     Hook    "src/app/{hook}.rs"
    Generated Service "src/generated/mod.rs"
    Generated Service "src/generated/config.rs"
    Generated Service "src/generated/constraints.rs"
    Generated Service "src/generated/contexts.rs"
    Generated Service "src/generated/migrations.rs"
    Generated Service "src/generated/router.rs"
    Generated Service "src/generated/domain/mod.rs"
    Generated Service "src/generated/domain/currency.rs"
    Generated Entity  "src/generated/domain/{entity}.rs"
    Generated Service "src/generated/store/mod.rs"
    Generated Entity  "src/generated/store/{entity}.rs"
    Generated Service "src/generated/http/mod.rs"
    Generated Entity  "src/generated/http/{entity}.rs"
    Generated Hooks   "src/generated/hooks/mod.rs"
    Generated Hook    "src/generated/hooks/{hook}.rs"
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Templates below `folder`, by their path without `.j2`.
    fn templates(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            if entry.path().is_dir() {
                templates(&entry.path(), &format!("{name}/"), found);
            } else if let Some(path) = name.strip_suffix(".j2") {
                found.insert(path.to_owned());
            }
        }
    }

    #[test]
    fn each_template_has_a_row_and_each_row_a_template() {
        let mut found = BTreeSet::new();
        templates(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), "", &mut found);
        let rows: BTreeSet<String> = ROWS.iter().map(|row| row.path.to_owned()).collect();
        assert_eq!(found, rows);
    }

    #[test]
    fn templates_are_dumb() {
        let (mut control, mut lines) = (0, 0);
        for Row { path, template, .. } in ROWS {
            let is_control = |line: &&str| line.trim_start().starts_with("{%");
            control += template.lines().filter(is_control).count();
            lines += template.lines().count();
            let mut depth = 0;
            for tag in template.split("{%").skip(1) {
                let word = tag.trim_start_matches(['-', '+', ' ']).split(' ').next().unwrap();
                match word {
                    "for" | "if" => depth += 1,
                    "endfor" | "endif" => depth -= 1,
                    "else" => {}
                    other => panic!("{path}: `{other}` is neither if nor for"),
                }
                assert!(depth <= 2, "{path}: more than one level of nesting");
            }
        }
        assert!(control * 100 < lines * 20, "{control} of {lines} lines are control");
    }
}
