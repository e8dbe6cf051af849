//! Identifiers and literals of the emitted SQL. No text of a blueprint enters SQL but through here
//! or `expr::sql`.

use heck::ToSnakeCase;
use sha2::{Digest, Sha256};

use crate::expr::typed::Literal;
use crate::model::{Field, Type};

/// PostgreSQL truncates longer ones silently.
const LONGEST: usize = 63;

/// Words that cannot stand bare as a column or a parameter: PostgreSQL's reserved and
/// column-name keywords (appendix C), and those by which PL/pgSQL ends an expression.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "all", "analyse", "analyze", "and", "any", "array", "as", "asc", "asymmetric", "authorization",
    "begin", "between", "bigint", "binary", "bit", "boolean", "both", "by", "case", "cast", "char",
    "character", "check", "coalesce", "collate", "collation", "column", "concurrently",
    "constraint", "create", "cross", "current_catalog", "current_date", "current_role",
    "current_schema", "current_time", "current_timestamp", "current_user", "dec", "decimal",
    "declare", "default", "deferrable", "desc", "distinct", "do", "else", "elsif", "end", "except",
    "execute", "exists", "extract", "false", "fetch", "float", "for", "foreach", "foreign",
    "freeze", "from", "full", "grant", "greatest", "group", "grouping", "having", "if", "ilike",
    "in", "initially", "inner", "inout", "int", "integer", "intersect", "interval", "into", "is",
    "isnull", "join", "lateral", "leading", "least", "left", "like", "limit", "localtime",
    "localtimestamp", "loop", "national", "natural", "nchar", "none", "normalize", "not", "notnull",
    "null", "nullif", "numeric", "offset", "on", "only", "or", "order", "out", "outer", "overlaps",
    "overlay", "placing", "position", "precision", "primary", "real", "references", "returning",
    "right", "row", "select", "session_user", "setof", "similar", "smallint", "some", "strict",
    "substring", "symmetric", "table", "tablesample", "then", "time", "timestamp", "to", "trailing",
    "treat", "trim", "true", "union", "unique", "user", "using", "values", "varchar", "variadic",
    "verbose", "when", "where", "while", "window", "with", "xmlattributes", "xmlconcat",
    "xmlelement", "xmlexists", "xmlforest", "xmlnamespaces", "xmlparse", "xmlpi", "xmlroot",
    "xmlserialize", "xmltable",
];

/// An identifier: bare where it can be, else quoted.
pub fn ident(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && !RESERVED.contains(&name) { name.to_owned() } else { quoted(name) }
}

pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text as a literal, whatever it holds.
pub fn literal(value: &str) -> String {
    crate::expr::sql::text(value)
}

/// `'a', 'b'`.
pub fn literals<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    values.into_iter().map(literal).collect::<Vec<_>>().join(", ")
}

/// A literal of the expression language.
pub fn value(of: &Literal) -> String {
    match of {
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Decimal(value) => value.clone(),
        Literal::Text(value) | Literal::Name(value) => literal(value),
    }
}

/// A name made of parts. A long one is cut and led apart from others by a hash of the whole.
pub fn joined(parts: &[&str]) -> String {
    let name = parts.join("_");
    if name.len() <= LONGEST {
        return name;
    }
    let digest: String = Sha256::digest(name.as_bytes()).iter().take(4).map(hex).collect();
    format!("{}_{digest}", &name[..LONGEST - 9])
}

fn hex(byte: &u8) -> String {
    format!("{byte:02x}")
}

/// Name of an entity's table, without schema, unquoted.
pub fn table(entity: &str) -> String {
    joined(&[&entity.to_snake_case()])
}

/// Name of a field's column, unquoted.
pub fn column(field: &Field) -> String {
    stored(&field.name, &field.ty)
}

/// Name under which a value of this type is stored and passed, unquoted.
pub fn stored(name: &str, ty: &Type) -> String {
    match ty {
        Type::Money(_) => format!("{name}_minor"),
        Type::Duration => format!("{name}_seconds"),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_quoted_only_when_they_must() {
        assert_eq!(ident("title"), "title");
        assert_eq!(ident("user"), "\"user\"");
        assert_eq!(ident("Title"), "\"Title\"");
        assert_eq!(ident("a\"b"), "\"a\"\"b\"");
    }

    #[test]
    fn literals_do_not_depend_on_settings() {
        assert_eq!(literal("a\n\"b"), r"E'a\u000a\x22b'");
        assert_eq!(literal("it's"), "'it''s'");
        assert_eq!(literal(r"a\'"), r"E'a\\'''");
    }

    #[test]
    fn long_names_stay_apart() {
        let (one, two) = ("x".repeat(70), format!("{}y", "x".repeat(69)));
        assert_eq!(joined(&[&one]).len(), 63);
        assert_ne!(joined(&[&one]), joined(&[&two]));
    }
}
