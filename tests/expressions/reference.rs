//! The reference's examples hold.

use blueprint::expr::eval::{self, Value};
use blueprint::expr::typed::Ty;
use blueprint::expr::values::{Day, Decimal, Instant, Span};

use crate::world::{self, Case, columns, inputs};

const PAGE: &str = include_str!("../../docs/language/expressions.md");

/// The last column of the table of operators and functions.
fn examples() -> Vec<String> {
    let table = PAGE.split("\n## ").find(|part| part.starts_with("Operators and functions"));
    let rows =
        table.expect("the page has the table").lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let row = row.replace("\\|", "\u{0}");
        let cells: Vec<&str> = row.trim_matches('|').split('|').collect();
        let [_, _, example] = cells.as_slice() else { panic!("three columns: {row}") };
        example.trim().trim_matches('`').replace('\u{0}', "|")
    })
    .collect()
}

#[test]
fn every_example_of_the_reference_holds() {
    let examples = examples();
    assert!(examples.len() > 25, "{} examples", examples.len());
    let task = task();
    for example in examples {
        let expr =
            world::read(&example, &Ty::Bool).unwrap_or_else(|told| panic!("`{example}`: {told}"));
        assert_eq!(eval::holds(&expr, &task), Ok(true), "{example}");
    }
}

/// Every function that the language has stands in the table.
#[test]
fn every_function_has_an_example() {
    let all = examples().join("\n");
    for function in [
        "if",
        "or",
        "min",
        "max",
        "len",
        "lower",
        "starts",
        "ends",
        "contains",
        "overlaps",
        "round",
        "div",
        "concat",
        "now",
        "today",
        "add_months",
    ] {
        assert!(all.contains(&format!("{function}(")), "`{function}` has no example");
    }
}

/// The task that the page tells of.
fn task() -> Case {
    let day = |month, day| Day::from_civil(2026, month, day).unwrap();
    let noon = |hour: i64| {
        let days = i64::from(day(1, 31).days()) - 10_957;
        Instant::from_micros((days * 24 + hour) * 3_600_000_000)
    };
    let text = |text: &str| Value::Text(text.to_owned());
    let value = |name: &str| match name {
        "state" => text("open"),
        "title" => text("Draw a plan"),
        "count" => Value::Int(7),
        "price" => Value::Int(10_500),
        "rate" => Value::Int(2_500),
        "ratio" => Value::Decimal(Decimal::literal("1.25")),
        "day" => Value::Day(day(1, 31)),
        "due" => Value::Day(day(2, 28)),
        "created_at" => Value::Instant(noon(10)),
        "wait" => Value::Int(900),
        "during" => Value::Instants(Span { start: noon(10), end: noon(12) }),
        _ => Value::Absent,
    };
    Case {
        columns: columns().iter().map(|(name, ..)| value(name)).collect(),
        inputs: inputs().iter().map(|_| Value::Absent).collect(),
        actor: text(world::ID),
        now: noon(11),
    }
}
