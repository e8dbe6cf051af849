//! What is refused, where and why.

use super::{prints, read, refuses};
use crate::expr::scope::Place;

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
    refuses(
        Place::Rule,
        "created_at < now()",
        &[
            "E305 `now()`: `now()` cannot stand in a rule; ask for it where something changes: under `require` of an action",
        ],
    );
    refuses(
        Place::Rule,
        "assignee == actor",
        &[
            "E305 `actor`: `actor` cannot stand in a rule; say who may under `by` of an action, or compare under its `require`",
        ],
    );
    refuses(
        Place::ReadWhen,
        "assignee == actor",
        &[
            "E305 `actor`: `actor` cannot stand in the `when` of a grant; name the person's field under `parties`, and grant to that party: `read: { assignee: all }`",
        ],
    );
    refuses(
        Place::ReadWhen,
        "count + 1 > 2",
        &[
            "E305 `count + 1`: arithmetic cannot stand in the `when` of a grant; keep what is reckoned in a field and compare that, or ask for it under `require` of an action",
        ],
    );
    refuses(
        Place::ReadWhen,
        "len(title) > 2",
        &[
            "E305 `len(title)`: `len(..)` cannot stand in the `when` of a grant; keep what is reckoned in a field and compare that, or ask for it under `require` of an action",
        ],
    );
    refuses(
        Place::UniqueWhere,
        "now() > created_at",
        &[
            "E305 `now()`: `now()` cannot stand in the `where` of a unique key; let an action change a state in time, and name that state",
        ],
    );
    refuses(
        Place::Rule,
        "input.reason == ''",
        &[
            "E305 `input.reason`: `input` cannot stand in a rule; compare it under `require` of the action that is given it",
        ],
    );
}

#[test]
fn types_must_agree() {
    for (text, expected) in [
        (
            "price * rate > 0",
            "E303 `price * rate`: `*` does not go between money in EUR and a rate in basis points; a part of an amount is rounded: write `round(amount * rate, half_even)`",
        ),
        (
            "div(count, 0, down) > 1",
            "E303 `div(count, 0, down)`: this divides by zero; divide by something else",
        ),
        (
            "div(ratio, 2, down) > 1",
            "E303 `div(ratio, 2, down)`: a decimal is divided to so many digits after the point; write `div(a, b, 2, down)`",
        ),
        (
            "title + title == title",
            "E303 `title + title`: `+` does not go between a text and a text; write `concat(a, b)`",
        ),
        ("price > 5", "E303 `5`: `5` has no unit, and an amount needs one; write `5.00 EUR`"),
        (
            "wait > 5",
            "E303 `5`: `5` has no unit, and a duration needs one; write `5s`, `5m`, `5h` or `5d`",
        ),
        (
            "price > dollars",
            "E303 `price > dollars`: money in EUR cannot be compared with money in USD; compare it with money in EUR, such as `12.00 EUR`",
        ),
        (
            "count == ratio",
            "E303 `count == ratio`: an integer cannot be compared with a decimal; nothing is converted: compare like with like, or make the field a `decimal`",
        ),
        (
            "title < 'x'",
            "E303 `title < 'x'`: a text has no order that all agree on; compare by `==` or `!=` only",
        ),
        (
            "created_at > 'x'",
            "E303 `created_at > 'x'`: an instant cannot be compared with a text; compare it with an instant of another field",
        ),
        (
            "count",
            "E303 `count`: this is an integer, not a condition; write a condition, such as `title is set`",
        ),
        (
            "assignee == project",
            "E303 `assignee == project`: a User cannot be compared with a Project; compare it with a User that another field refers to",
        ),
        (
            "price * price > 0",
            "E303 `price * price`: `*` does not go between money in EUR and money in EUR; multiply by a whole number; decimals by decimals",
        ),
        (
            "day + 1h > day",
            "E303 `day + 1h`: a date moves by whole days; write a number of days, such as `7d`",
        ),
        (
            "9223372036854775807 + 1 > count",
            "E303 `9223372036854775807 + 1`: this does not fit 64 bits; reckon with smaller numbers",
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
    for (text, at) in [
        ("due > day", "due"),
        ("due is unset && due > day", "due"),
        ("due is set || due > day", "due"),
        ("due is set && due > day || due == day", "due"),
        ("not due is set && due > day", "due"),
        ("kind == a", "kind"),
    ] {
        let told = format!(
            "E304 `{at}`: `{at}` may be absent here; put `{at} is set &&` or `{at} is unset ||` before it, or write `or({at}, default)`"
        );
        refuses(Place::Rule, text, &[&told]);
    }
    refuses(
        Place::Rule,
        "day is set",
        &["E306 `day`: `day` is always set; remove the test, or make the field `optional`"],
    );
    refuses(
        Place::Rule,
        "or(day, day) == day",
        &["E306 `day`: `day` is always set; write it without `or`"],
    );
}

#[test]
fn unknown_names_offer_what_is_near() {
    for (text, expected) in [
        (
            "state == 'opne'",
            "E303 `'opne'`: in quotes this is a text, not one of open|held|done; write one of them without quotes: open, held, done",
        ),
        (
            "'held' == state",
            "E303 `'held'`: in quotes this is a text, not one of open|held|done; write `held` without quotes",
        ),
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
        ("length(title) > 2", "E302 `length`: there is no function `length`; write `len(text)`"),
        (
            "during.stop > created_at",
            "E302 `stop`: a range has no `stop`; its ends are `start` and `end`",
        ),
        (
            "project.name == ''",
            "E305 `name`: a field of another row, here of Project, cannot stand in a rule; ask for it under `require` of an action, where the other row is locked",
        ),
        (
            "coalesce(fee, 0) > 1",
            "E302 `coalesce`: there is no function `coalesce`; write `or(x, default)`",
        ),
        (
            "startsWith(title, title)",
            "E302 `startsWith`: there is no function `startsWith`; write `starts(text, begin)`",
        ),
        (
            "div(count, 2, half_evn) > 1",
            "E302 `half_evn`: `half_evn` is no way to round; did you mean `half_even`?",
        ),
        (
            "today(\"UTC\") > day",
            "E305 `today(\"UTC\")`: `today` cannot stand in a rule; ask for it where something changes: under `require` of an action",
        ),
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
        (
            "",
            "E301 ``: a value is missing here; write a field, a value, or an expression in brackets",
        ),
        (
            "count >",
            "E301 ``: a value is missing here; write a field, a value, or an expression in brackets",
        ),
        ("done and done", "E301 `and`: `and` is no operator here; write `&&`"),
        ("(done", "E301 ``: `)` is missing; add it where the part ends"),
        ("1 < count < 3", "E301 `<`: comparisons do not chain; write `a < b && b < c`"),
        ("due == null", "E301 `null`: there is no `null`; write `x is unset`"),
        (
            "due is not set",
            "E301 `not`: `not` stands before the whole comparison; write `not x is a`, or `x is unset`",
        ),
        ("count in 1", "E301 `1`: a list in brackets should follow `in`; write `x in [a, b]`"),
        (
            "price > 1.234 EUR",
            "E301 `1.234 EUR`: `1.234` is no amount of EUR: too many digits; write `12.00 EUR`",
        ),
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

#[test]
fn a_time_zone_is_one_that_every_database_has() {
    for (text, expected) in [
        (
            "today() > day",
            "E303 `today()`: 0 arguments stand here; write `today(\"Europe/Berlin\")`",
        ),
        (
            "today(title) > day",
            "E303 `title`: a time zone is a text, written out; write `today(\"Europe/Berlin\")`",
        ),
        (
            "today(\"Europe/Berln\") > day",
            "E302 `\"Europe/Berln\"`: there is no time zone `Europe/Berln`; did you mean `Europe/Berlin`?",
        ),
        (
            "today(\"Asia/Calcutta\") > day",
            "E302 `\"Asia/Calcutta\"`: `Asia/Calcutta` is not the name that every PostgreSQL has; write `\"Asia/Kolkata\"`",
        ),
        (
            "now() > day",
            "E303 `now() > day`: an instant cannot be compared with a date; a date is no instant before a time zone is chosen: compare it with `today(\"Europe/Berlin\")`",
        ),
        (
            "today(\"UTC\") > created_at",
            "E303 `today(\"UTC\") > created_at`: a date cannot be compared with an instant; a date is no instant before a time zone is chosen: keep a `timestamp`",
        ),
    ] {
        refuses(Place::Require, text, &[expected]);
    }
    refuses(
        Place::ReadWhen,
        "due is set && due < today(\"UTC\")",
        &[
            "E305 `today(\"UTC\")`: `today(..)` cannot stand in the `when` of a grant; keep what is reckoned in a field and compare that, or ask for it under `require` of an action",
        ],
    );
}
