//! The text of a statement, laid out for the page.

use super::super::quote;
use crate::schema::calls::{Column, Holds, Read};

/// `SELECT … FROM …`, columns filled to the page, those of facets on lines of their own.
pub fn select(read: &Read) -> String {
    let mut text = String::from("SELECT ");
    let mut width = text.len();
    for (index, column) in read.columns.iter().enumerate() {
        let selected = selected(column);
        let new_facet = column.holds == Holds::Granted;
        if index > 0 {
            let wide = width + 3 + selected.len() > 100;
            if wide || new_facet {
                text.push_str(",\n       ");
                width = 7;
            } else {
                text.push_str(", ");
                width += 2;
            }
        }
        text.push_str(&selected);
        width += selected.len();
    }
    text.push_str("\nFROM ");
    text.push_str(&read.from);
    text
}

fn selected(column: &Column) -> String {
    let own = column.expr.rsplit('.').next().unwrap_or(&column.expr);
    if own.trim_matches('"') == column.name && !column.expr.contains(' ') {
        return column.expr.clone();
    }
    format!("{} AS {}", column.expr, quote::sql_ident(&column.name))
}

pub fn clause(conjuncts: &[String]) -> String {
    match conjuncts {
        [] => String::new(),
        all => format!("\nWHERE {}", all.join("\n  AND ")),
    }
}

/// `head(a, b)`, the arguments on lines below where they are too many.
pub fn fold(head: &str, arguments: &[String]) -> String {
    let line = format!("{head}({})", arguments.join(", "));
    if line.len() <= 100 {
        return line;
    }
    let mut text = format!("{head}(");
    let mut width = 100;
    for (index, argument) in arguments.iter().enumerate() {
        if width + argument.len() + 2 > 96 {
            text.push_str("\n  ");
            width = 2;
        } else {
            text.push(' ');
            width += 1;
        }
        text.push_str(argument);
        width += argument.len();
        if index + 1 < arguments.len() {
            text.push(',');
            width += 1;
        }
    }
    text.push_str("\n)");
    text
}
