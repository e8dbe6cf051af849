//! What is printed of an expression.

use super::{Plain, columns, prints, read};
use crate::expr::rust;
use crate::expr::scope::{Known, Place};
use crate::expr::sql::Names;
use crate::expr::typed::Column;
use crate::expr::zone::Zone;

#[test]
fn conditions_become_sql() {
    for (text, sql) in [
        ("price > 0", "price > 0"),
        ("price <= 500.00 EUR", "price <= 50000"),
        ("0 < price", "0 < price"),
        ("state == open", "state = 'open'"),
        ("open == state", "'open' = state"),
        ("state is live", "state IN ('open', 'held')"),
        ("state is done|live", "state IN ('open', 'held', 'done')"),
        ("not state is open", "NOT state = 'open'"),
        ("not done || state is open && done", "NOT done OR state = 'open' AND done"),
        ("(not done || done) && done", "(NOT done OR done) AND done"),
        ("not (done && done)", "NOT (done AND done)"),
        ("done == (count > 3)", "done = (count > 3)"),
        ("due is unset || due > day", "due IS NULL OR due > day"),
        ("due is set && due <= day + 7d", "due IS NOT NULL AND due <= day + 7"),
        (
            "not (due is unset || kind is unset) && due > day && kind is a",
            "NOT (due IS NULL OR kind IS NULL) AND due > day AND kind = 'a'",
        ),
        (
            "if(due is set, due > day, done)",
            "CASE WHEN due IS NOT NULL THEN due > day ELSE done END",
        ),
        ("or(fee, 0) < price", "coalesce(fee, 0) < price"),
        (
            "fee is unset || price == fee - (fee - price)",
            "fee IS NULL OR price = fee - (fee - price)",
        ),
        ("count - 1 - 2 > 3 - -count", "count - 1 - 2 > 3 - -count"),
        ("(count + 1) * 2 == count * (2 * 3)", "(count + 1) * 2 = count * 6"),
        ("ratio * 1.5 >= -2", "ratio * 1.5 >= -2"),
        ("rate <= 3000", "rate <= 3000"),
        ("count in [1, 2, -3]", "count IN (1, 2, -3)"),
        ("state in [open]", "state = 'open'"),
        ("title != 'it''s'", ""),
        ("title != \"it's\"", "title <> 'it''s'"),
        ("len(title) < 5", "char_length(title)::bigint < 5"),
        (
            "during.start < during.end - 1h",
            "lower(during) < upper(during) - interval '3600 seconds'",
        ),
        (
            "created_at + wait < during.start",
            "created_at + make_interval(hours => (wait / 3600)::int, secs => wait % 3600) < lower(during)",
        ),
        (
            "during.end - during.start <= 30d",
            "floor(extract(epoch FROM upper(during) - lower(during)))::bigint <= 2592000",
        ),
        (
            "due is set && due - day < 7d",
            "due IS NOT NULL AND (due - day) * bigint '86400' < 604800",
        ),
        (
            "starts(title, \"a\") && contains(title, \"b\")",
            "starts_with(title, 'a') AND strpos(title, 'b') > 0",
        ),
        (
            "ends(concat(title, title), \"it's\")",
            "right(title || title, char_length('it''s')) = 'it''s'",
        ),
        (
            "add_months(day, count) > add_months(day, -1)",
            "(day + make_interval(months => count::int))::date > (day + make_interval(months => -1))::date",
        ),
        ("div(price, 3, half_even) > 0", "rt.quotient(price, 3, 'half_even')::bigint > 0"),
        (
            "round(price * rate, up) < price",
            "rt.quotient(price::numeric * rate, 10000, 'up')::bigint < price",
        ),
        ("div(ratio, 3, 2, down) < 1", "rt.quotient(ratio, 3 * 0.01, 'down') * 0.01 < 1"),
        ("round(ratio * ratio, 0, half_up) < 1", "rt.quotient(ratio * ratio, 1, 'half_up') < 1"),
        ("div(7, 2, half_even) == count", "4 = count"),
        ("lower(title) == \"a\"", "lower(title COLLATE \"C\") = 'a'"),
        ("if(done, 1, 2) * 2 > count", "CASE WHEN done THEN 1 ELSE 2 END::bigint * 2 > count"),
        ("count > -9223372036854775807 - 1", "count > bigint '-9223372036854775808'"),
        ("not (1 < 2) || ratio > 0.5 + 2", "false OR ratio > 2.5"),
        ("contains(during, created_at)", "during @> created_at"),
        (
            "min(during.start, created_at) == created_at",
            "least(lower(during), created_at) = created_at",
        ),
        ("this.done", "done"),
    ] {
        if sql.is_empty() {
            assert!(read(Place::Rule, text).is_err(), "{text}");
        } else {
            prints(Place::Rule, text, sql);
        }
    }
}

/// Fields of a `row`, which is a struct.
struct Fields(Vec<Known>);

impl rust::Names for Fields {
    fn column(&self, column: Column) -> String {
        format!("row.{}", Plain(self.0.clone()).column(column))
    }
    fn is_optional(&self, column: Column) -> bool {
        self.0.iter().any(|known| known.column == column && known.optional)
    }
    fn input(&self, _: usize) -> String {
        "input.reason".into()
    }
    fn is_optional_input(&self, _: usize) -> bool {
        true
    }
    fn actor(&self) -> String {
        "actor".into()
    }
    fn now(&self) -> String {
        "now".into()
    }
    fn today(&self, zone: &Zone) -> String {
        format!("today({:?})", zone.name())
    }
}

#[test]
fn conditions_become_rust() {
    for (text, expected) in [
        ("price <= 500.00 EUR && not done", "row.price <= 50000 && !row.done"),
        ("not (done || state is live)", "!(row.done || matches!(row.state, \"open\" | \"held\"))"),
        (
            "if(done, 2147483648, 7) in [1, 2]",
            "matches!(if row.done { 2147483648_i64 } else { 7 }, 1 | 2)",
        ),
        ("count + 1 < 2 * count", "add(row.count, 1)? < mul(2, row.count)?"),
        (
            "due is unset || due > day + 7d",
            "row.due.is_none() || there(row.due)? > row.day.later(604800)?",
        ),
        ("created_at + wait < during.start", "row.created_at.later(row.wait)? < row.during.start"),
        ("during.end - created_at < 1h", "row.during.end.since(row.created_at)? < 3600"),
        ("ratio * 1.5 >= -2", "row.ratio.times(&Decimal::literal(\"1.5\")) >= Decimal::from(-2)"),
        ("or(fee, 0) < price", "(match row.fee { Some(there) => there, None => 0 }) < row.price"),
        ("if(done, 1, count) == 2", "(if row.done { 1 } else { row.count }) == 2"),
        ("done == (count > 3)", "row.done == (row.count > 3)"),
        (
            "lower(title) == \"a\" && len(title) > 1",
            "lower(row.title) == \"a\" && len(row.title) > 1",
        ),
        ("contains(during, created_at)", "row.during.contains(&row.created_at)"),
        ("starts(title, lower(title))", "row.title.starts_with(&lower(row.title))"),
        (
            "round(price * rate, half_even) < div(price, 2, down)",
            "share(row.price, row.rate, Rounding::HalfEven)? < quotient(row.price, 2, Rounding::Down)?",
        ),
        ("add_months(day, 1) > day", "row.day.add_months(1)? > row.day"),
        ("min(price, 0, -price) < 0", "min(min(row.price, 0), neg(row.price)?) < 0"),
    ] {
        match read(Place::Rule, text) {
            Ok(expr) => assert_eq!(rust::print(&expr, &Fields(columns())), expected, "{text}"),
            Err(messages) => panic!("{text}: {messages:?}"),
        }
    }
}
