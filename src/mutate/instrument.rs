//! Switches for the guards that stand in Rust: a marker comment names the statement below it.

use proc_macro2::LineColumn;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

const MARKER: &str = "// guard: ";
const SQL: &str = "// mutate: sql";

/// What the copy gets besides: asked by every switch.
pub const MUTANT: &str = r#"//! Which guard is off, by the environment.

use std::collections::HashMap;
use std::sync::OnceLock;

/// Whether the guard is on.
pub fn on(guard: &str) -> bool {
    static OFF: OnceLock<String> = OnceLock::new();
    let off = OFF.get_or_init(|| std::env::var("BLUEPRINT_MUTANT").unwrap_or_default());
    off != guard
}

/// The statement that is sent instead.
pub fn sql(text: &'static str) -> &'static str {
    static SWAPPED: OnceLock<HashMap<String, String>> = OnceLock::new();
    let swapped = SWAPPED.get_or_init(|| {
        let file = std::env::var("BLUEPRINT_MUTANT_SQL").ok();
        let text = file.and_then(|file| std::fs::read_to_string(file).ok());
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    });
    swapped.get(text).map_or(text, String::as_str)
}
"#;

/// Ids of the guards that are marked in a file.
pub fn markers(text: &str) -> Vec<String> {
    let marked = text.lines().filter_map(|line| line.trim().strip_prefix(MARKER));
    marked.map(|id| id.trim().to_owned()).collect()
}

/// The file with every marked statement behind its switch. The error says which marker has none.
pub fn instrument(text: &str) -> Result<String, String> {
    if !text.contains(MARKER) && !text.contains(SQL) {
        return Ok(text.to_owned());
    }
    let file = syn::parse_file(text).map_err(|error| error.to_string())?;
    let mut statements = Statements::default();
    statements.visit_file(&file);
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let offset = |at: LineColumn| {
        let line = starts[at.line - 1];
        let bytes = text[line..].char_indices().nth(at.column).map_or(0, |(bytes, _)| bytes);
        line + bytes
    };
    let mut insertions: Vec<(usize, String)> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let Some(id) = line.trim().strip_prefix(MARKER) else { continue };
        let found = statements.0.iter().find(|(start, _)| start.line == number + 2);
        let (start, end) = found.ok_or_else(|| format!("no statement below `{}`", line.trim()))?;
        insertions.push((offset(*start), format!("if crate::mutant::on(\"{}\") {{ ", id.trim())));
        insertions.push((offset(*end), " }".to_owned()));
    }
    insertions.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    let mut out = text.to_owned();
    for (at, inserted) in insertions {
        out.insert_str(at, &inserted);
    }
    Ok(swap_sql(&out))
}

/// `let sql: &str = sql;` below its marker asks which statement to send.
fn swap_sql(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marked = false;
    for line in text.split_inclusive('\n') {
        if marked {
            out += &line.replace("= sql;", "= crate::mutant::sql(sql);");
        } else {
            out += line;
        }
        marked = line.trim() == SQL;
    }
    out
}

#[derive(Default)]
struct Statements(Vec<(LineColumn, LineColumn)>);

impl<'ast> Visit<'ast> for Statements {
    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        let span = statement.span();
        if !matches!(statement, syn::Stmt::Local(_)) {
            self.0.push((span.start(), span.end()));
        }
        visit::visit_stmt(self, statement);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_statement_gets_a_switch() {
        let text = "fn f(x: &str) -> bool {\n    // guard: kernel.x\n    if x.is_empty() {\n        \
                    return false;\n    }\n    true\n}\n";
        let out = instrument(text).unwrap();
        assert!(out.contains("if crate::mutant::on(\"kernel.x\") { if x.is_empty() {"), "{out}");
        assert!(syn::parse_file(&out).is_ok(), "{out}");
        assert_eq!(markers(text), ["kernel.x"]);
    }

    #[test]
    fn a_marked_call_keeps_its_semicolon() {
        let text = "fn f(v: &mut V) {\n    // guard: kernel.y\n    v.set(1);\n}\n";
        let out = instrument(text).unwrap();
        assert!(out.contains("{ v.set(1); }"), "{out}");
    }

    #[test]
    fn a_marker_without_a_statement_is_said() {
        assert!(instrument("fn f() {\n    // guard: z\n    let x = 1;\n}\n").is_err());
    }

    #[test]
    fn sql_is_swapped_where_it_is_prepared() {
        let text = "fn f(sql: &'static str) {\n    // mutate: sql\n    let sql: &str = sql;\n}\n";
        assert!(instrument(text).unwrap().contains("= crate::mutant::sql(sql);"));
    }
}
