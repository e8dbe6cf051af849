//! Text in, SQL or messages out.

use super::scope::{Group, Known, Place, Scope};
use super::sql::{self, Names};
use super::typed::{Column, Ty};
use super::{condition, rust, typed};
use crate::diagnostics::Diagnostics;
use crate::source::{FileId, Span, Spanned};

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

fn columns() -> Vec<Known> {
    let eur = Ty::Money("EUR".into());
    [
        ("state", Ty::Names(names(&["open", "held", "done"])), false),
        ("kind", Ty::Names(names(&["a", "b"])), true),
        ("created_at", Ty::Timestamp, false),
        ("price", eur.clone(), false),
        ("fee", eur, true),
        ("dollars", Ty::Money("USD".into()), false),
        ("count", Ty::Int, false),
        ("other", Ty::Int, true),
        ("ratio", Ty::Decimal, false),
        ("rate", Ty::Bps, false),
        ("title", Ty::Text, false),
        ("due", Ty::Date, true),
        ("day", Ty::Date, false),
        ("until", Ty::Timestamp, true),
        ("wait", Ty::Duration, false),
        ("during", Ty::RangeOfTimestamp, false),
        ("done", Ty::Bool, false),
        ("assignee", Ty::Ref("User".into()), false),
        ("project", Ty::Ref("Project".into()), false),
    ]
    .into_iter()
    .enumerate()
    .map(|(index, (name, ty, optional))| Known {
        name: name.into(),
        column: match name {
            "state" => Column::State,
            "created_at" => Column::CreatedAt,
            _ => Column::Field(index),
        },
        ty: Some(ty),
        optional,
    })
    .collect()
}

struct Plain(Vec<Known>);

impl Names for Plain {
    fn column(&self, column: Column) -> String {
        let known = self.0.iter().find(|known| known.column == column);
        known.map_or("id".into(), |known| known.name.clone())
    }
    fn input(&self, index: usize) -> String {
        format!("_input_{index}")
    }
    fn actor(&self) -> String {
        "_me".into()
    }
    fn now(&self) -> String {
        "_now".into()
    }
}

fn read(place: Place, text: &str) -> Result<typed::Expr, Vec<String>> {
    let columns = columns();
    let groups = [Group { name: "live".into(), states: names(&["open", "held"]) }];
    let inputs =
        [Known { name: "reason".into(), column: Column::Id, ty: Some(Ty::Text), optional: true }];
    let scope = Scope {
        place,
        entity: "Task",
        columns: &columns,
        groups: &groups,
        inputs: &inputs,
        user: "User",
        incomplete: false,
    };
    let source = Spanned::new(text.to_owned(), Span::new(FileId(0), 0..text.len()));
    let mut out = Diagnostics::new();
    let expr = condition(&source, &scope, &mut out);
    let messages: Vec<String> = out
        .iter()
        .map(|one| {
            let place = &text[one.primary.span.range()];
            let next = one.next.as_ref().map(|next| format!("; {next}")).unwrap_or_default();
            format!("{} `{place}`: {}{next}", one.code, one.message)
        })
        .collect();
    expr.ok_or(messages)
}

fn prints(place: Place, text: &str, sql: &str) {
    match read(place, text) {
        Ok(expr) => assert_eq!(sql::print(&expr, &Plain(columns())), sql, "{text}"),
        Err(messages) => panic!("{text}: {messages:?}"),
    }
}

fn refuses(place: Place, text: &str, expected: &[&str]) {
    let messages = read(place, text).expect_err(text);
    assert_eq!(messages, expected, "{text}");
}

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
}

#[test]
fn conditions_become_rust() {
    for (text, expected) in [
        ("price <= 500.00 EUR && not done", "row.price <= 50000 && !row.done"),
        ("not (done || state is live)", "!(row.done || matches!(row.state, \"open\" | \"held\"))"),
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
        ("min(price, 0, -price) < 0", "min(min(row.price, 0), neg(row.price)?) < 0"),
    ] {
        match read(Place::Rule, text) {
            Ok(expr) => assert_eq!(rust::print(&expr, &Fields(columns())), expected, "{text}"),
            Err(messages) => panic!("{text}: {messages:?}"),
        }
    }
}

#[test]
fn each_place_has_its_own_reach() {
    prints(
        Place::Require,
        "now() < created_at + 15m",
        "_now < created_at + interval '900 seconds'",
    );
    prints(Place::Require, "assignee != actor", "assignee <> _me");
    prints(
        Place::Require,
        "input.reason is set && input.reason != ''",
        "_input_0 IS NOT NULL AND _input_0 <> ''",
    );
    prints(
        Place::ReadWhen,
        "now() < during.end + 7d",
        "_now < upper(during) + interval '604800 seconds'",
    );
    prints(Place::UniqueWhere, "due is set", "due IS NOT NULL");
    refuses(Place::Rule, "created_at < now()", &["E305 `now()`: `now()` cannot stand in a rule"]);
    refuses(Place::Rule, "assignee == actor", &["E305 `actor`: `actor` cannot stand in a rule"]);
    refuses(
        Place::ReadWhen,
        "assignee == actor",
        &["E305 `actor`: `actor` cannot stand in the `when` of a grant"],
    );
    refuses(
        Place::ReadWhen,
        "count + 1 > 2",
        &["E305 `count + 1`: arithmetic cannot stand in the `when` of a grant"],
    );
    refuses(
        Place::ReadWhen,
        "len(title) > 2",
        &["E305 `len(title)`: `len(..)` cannot stand in the `when` of a grant"],
    );
    refuses(
        Place::UniqueWhere,
        "now() > created_at",
        &["E305 `now()`: `now()` cannot stand in the `where` of a unique key"],
    );
    refuses(
        Place::Rule,
        "input.reason == ''",
        &["E305 `input.reason`: `input` cannot stand in a rule"],
    );
}

#[test]
fn types_must_agree() {
    for (text, expected) in [
        ("price > 5", "E303 `5`: `5` has no unit, and an amount needs one; write `5.00 EUR`"),
        (
            "wait > 5",
            "E303 `5`: `5` has no unit, and a duration needs one; write `5s`, `5m`, `5h` or `5d`",
        ),
        (
            "price > dollars",
            "E303 `price > dollars`: money in EUR cannot be compared with money in USD",
        ),
        ("count == ratio", "E303 `count == ratio`: an integer cannot be compared with a decimal"),
        (
            "title < 'x'",
            "E303 `title < 'x'`: a text has no order that all agree on; only `==` and `!=`",
        ),
        ("count", "E303 `count`: this is an integer, not a condition"),
        (
            "assignee == project",
            "E303 `assignee == project`: a User cannot be compared with a Project",
        ),
        (
            "price * price > 0",
            "E303 `price * price`: `*` does not go between money in EUR and money in EUR",
        ),
        ("day + 1h > day", "E303 `day + 1h`: a date moves by whole days; write `7d`"),
        (
            "9223372036854775807 + 1 > count",
            "E303 `9223372036854775807 + 1`: this does not fit 64 bits",
        ),
        (
            "title is open",
            "E303 `title`: `is` names values of an enumeration, this is a text; write `==`",
        ),
    ] {
        refuses(Place::Rule, text, &[expected]);
    }
}

#[test]
fn optionals_want_a_guard() {
    let absent = "this may be absent here; put `x is set &&` or `x is unset ||` before it, or write `or(x, default)`";
    for (text, at) in [
        ("due > day", "due"),
        ("due is unset && due > day", "due"),
        ("due is set || due > day", "due"),
        ("due is set && due > day || due == day", "due"),
        ("not due is set && due > day", "due"),
        ("kind == a", "kind"),
    ] {
        refuses(Place::Rule, text, &[&format!("E304 `{at}`: {absent}")]);
    }
    refuses(
        Place::Rule,
        "day is set",
        &["E306 `day`: this is always set; remove the test, or make the field `optional`"],
    );
    refuses(
        Place::Rule,
        "or(day, day) == day",
        &["E306 `day`: this is always set; write it without `or`"],
    );
}

#[test]
fn unknown_names_offer_what_is_near() {
    for (text, expected) in [
        ("prise > 0", "E302 `prise`: `Task` has no field `prise`; did you mean `price`?"),
        (
            "state == opne",
            "E302 `opne`: `opne` is neither one of open|held|done nor a field; did you mean `open`?",
        ),
        (
            "state == live",
            "E302 `live`: `live` is neither one of open|held|done nor a field; `live` is a group of states: write `state is live`",
        ),
        ("held", "E302 `held`: `Task` has no field `held`; write `state == held`"),
        ("state is opne", "E302 `opne`: `opne` is not one of open|held|done; did you mean `open`?"),
        ("length(title) > 2", "E302 `length`: there is no function `length`"),
        (
            "during.stop > created_at",
            "E302 `stop`: a range has no `stop`; its ends are `start` and `end`",
        ),
        (
            "project.name == ''",
            "E102 `name`: fields of another row, here of Project, are planned, not supported yet; speak of the row's own fields",
        ),
        ("round(count) > 1", "E102 `round`: `round` is planned, not supported yet"),
    ] {
        refuses(Place::Rule, text, &[expected]);
    }
}

#[test]
fn several_mistakes_are_told_together() {
    refuses(
        Place::Rule,
        "prise > 0 && state == opne && due > day",
        &[
            "E302 `prise`: `Task` has no field `prise`; did you mean `price`?",
            "E302 `opne`: `opne` is neither one of open|held|done nor a field; did you mean `open`?",
        ],
    );
}

#[test]
fn what_cannot_be_read_is_told_at_its_place() {
    for (text, expected) in [
        ("", "E301 ``: a value is missing here"),
        ("count >", "E301 ``: a value is missing here"),
        ("done and done", "E301 `and`: the expression should end here; write `&&`"),
        ("(done", "E301 ``: `)` is missing"),
        ("1 < count < 3", "E301 `<`: comparisons do not chain; write `a < b && b < c`"),
        ("due == null", "E301 `null`: there is no null; write `x is unset`"),
        (
            "due is not set",
            "E301 `not`: `not` stands before the whole comparison; write `not x is a`, or `x is unset`",
        ),
        ("count in 1", "E301 `1`: a list in brackets should follow `in`; write `x in [a, b]`"),
        ("price > 1.234 EUR", "E301 `1.234 EUR`: `1.234` is no amount of EUR: too many digits"),
        ("price > 1 EUX", "E301 `1 EUX`: `EUX` is no currency of ISO 4217; did you mean `EUR`?"),
    ] {
        refuses(Place::Rule, text, &[expected]);
    }
    let deep = "(".repeat(60);
    assert!(read(Place::Rule, &deep).is_err());
    assert!(read(Place::Rule, &"-".repeat(1_900)).is_err());
    assert!(read(Place::Rule, &"a".repeat(2_001)).is_err());
    let chain = vec!["done"; 100].join(" && ");
    prints(Place::Rule, &chain, &chain.replace("&&", "AND"));
    let sum = format!("count<{}", vec!["count"; 99].join("-"));
    assert!(read(Place::Rule, &sum).is_ok());
    let sum = format!("{}<1", vec!["1"; 990].join("-"));
    refuses(
        Place::Rule,
        &sum,
        &["E301 `-`: this expression has too many parts; split it into several rules"],
    );
}
