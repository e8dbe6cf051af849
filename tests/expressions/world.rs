//! The row that random expressions speak of: a column of every type, once required and once optional,
//! and values that lie where things go wrong.

use blueprint::diagnostics::Diagnostics;
use blueprint::expr::eval::{Row, Value};
use blueprint::expr::scope::{Group, Known, Others, Place, Scope};
use blueprint::expr::typed::{Column, Expr, Ty};
use blueprint::expr::values::{Day, Decimal, Instant, Span};
use blueprint::expr::zone::Zone;
use blueprint::source::{FileId, Spanned};

use crate::random::Random;

pub const STATES: [&str; 4] = ["open", "held", "done", "lost"];
pub const KINDS: [&str; 3] = ["a", "b", "c"];
pub const ID: &str = "00000000-0000-7000-8000-00000000000";

pub fn names(of: &[&str]) -> Ty {
    Ty::Names(of.iter().map(|name| (*name).to_owned()).collect())
}

pub fn eur() -> Ty {
    Ty::Money("EUR".into())
}

pub fn person() -> Ty {
    Ty::Ref("User".into())
}

/// Name, type, whether it may be absent.
pub fn columns() -> Vec<(&'static str, Ty, bool)> {
    vec![
        ("state", names(&STATES), false),
        ("kind", names(&KINDS), true),
        ("count", Ty::Int, false),
        ("other", Ty::Int, true),
        ("big", Ty::Int, false),
        ("price", eur(), false),
        ("fee", eur(), true),
        ("ratio", Ty::Decimal, false),
        ("part", Ty::Decimal, true),
        ("rate", Ty::Bps, false),
        ("cut", Ty::Bps, true),
        ("title", Ty::Text, false),
        ("note", Ty::Text, true),
        ("day", Ty::Date, false),
        ("due", Ty::Date, true),
        ("created_at", Ty::Timestamp, false),
        ("until", Ty::Timestamp, true),
        ("wait", Ty::Duration, false),
        ("pause", Ty::Duration, true),
        ("during", Ty::RangeOfTimestamp, false),
        ("stay", Ty::RangeOfTimestamp, true),
        ("season", Ty::RangeOfDate, false),
        ("holiday", Ty::RangeOfDate, true),
        ("done", Ty::Bool, false),
        ("flag", Ty::Bool, true),
        ("assignee", person(), false),
        ("helper", person(), true),
    ]
}

/// What the caller gives.
pub fn inputs() -> Vec<(&'static str, Ty, bool)> {
    vec![("reason", Ty::Text, true), ("amount", eur(), false), ("times", Ty::Int, true)]
}

/// Expressions here speak of one row.
#[derive(Debug)]
struct Alone;

impl Others for Alone {
    fn row(&self, _: &str) -> (Vec<Known>, Vec<Group>) {
        (Vec::new(), Vec::new())
    }
}

/// Reads an expression of this type, as it may stand in a `require`.
pub fn read(text: &str, ty: &Ty) -> Result<Expr, String> {
    let known = |all: Vec<(&str, Ty, bool)>| -> Vec<Known> {
        let all = all.into_iter().enumerate();
        all.map(|(at, (name, ty, optional))| Known {
            name: name.to_owned(),
            column: if name == "state" { Column::State } else { Column::Field(at) },
            ty: Some(ty),
            optional,
        })
        .collect()
    };
    let live = STATES[..2].iter().map(|name| (*name).to_owned()).collect();
    let scope = Scope {
        place: Place::Require,
        entity: "Task",
        own: "",
        columns: &known(columns()),
        groups: &[Group { name: "live".into(), states: live }],
        inputs: &known(inputs()),
        made: &[],
        gave: &[],
        others: &Alone,
        user: "User",
        incomplete: false,
    };
    let source =
        Spanned::new(text.to_owned(), blueprint::source::Span::new(FileId(0), 0..text.len()));
    let mut out = Diagnostics::new();
    let expr = blueprint::expr::value(&source, ty, &scope, &mut out);
    expr.ok_or_else(|| {
        let told = out.iter().map(|one| format!("{} {}", one.code, one.message));
        told.collect::<Vec<_>>().join("; ")
    })
}

/// Of which expressions are made: without changes, with summer time, west and a quarter of an hour apart.
pub const ZONES: [&str; 4] = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"];

pub struct Case {
    pub columns: Vec<Value>,
    pub inputs: Vec<Value>,
    pub actor: Value,
    pub now: Instant,
}

impl Case {
    pub fn random(random: &mut Random) -> Self {
        let mut all = |of: Vec<(&str, Ty, bool)>| -> Vec<Value> {
            let mut one = |ty: &Ty, optional: bool| {
                if optional && random.once_in(3) { Value::Absent } else { value(ty, random) }
            };
            of.iter().map(|(_, ty, optional)| one(ty, *optional)).collect()
        };
        let (columns, inputs) = (all(columns()), all(inputs()));
        let Value::Instant(now) = value(&Ty::Timestamp, random) else { unreachable!() };
        Case { columns, inputs, actor: value(&person(), random), now }
    }
}

impl Case {
    /// The day at a place.
    pub fn today(&self, zone: &str) -> Day {
        let zone = Zone::named(zone).expect("there is such a zone");
        zone.day(self.now).expect("its moments are far from the calendar's ends")
    }
}

impl Row for Case {
    fn column(&self, column: Column) -> Value {
        match column {
            Column::State => self.columns[0].clone(),
            Column::Field(at) => self.columns[at].clone(),
            other => unreachable!("{other:?} is not in scope"),
        }
    }
    fn input(&self, index: usize) -> Value {
        self.inputs[index].clone()
    }
    fn actor(&self) -> Value {
        self.actor.clone()
    }
    fn now(&self) -> Instant {
        self.now
    }
}

/// A value of the type.
fn value(ty: &Ty, random: &mut Random) -> Value {
    match ty {
        Ty::Bool => Value::Bool(random.once_in(2)),
        Ty::Int | Ty::Money(_) => Value::Int(whole(random)),
        Ty::Bps => Value::Int(random.one(&[0, 1, 50, 2_500, 3_333, 9_999, 10_000])),
        Ty::Duration => {
            let seconds =
                [0, 1, 59, 60, 3_600, 86_400, 604_800, 31_536_000, 9_007_199_255, 9_007_199_257];
            Value::Int(if random.once_in(40) { i64::MAX } else { random.one(&seconds) })
        }
        Ty::Decimal => {
            let texts = [
                "0.000",
                "0.001",
                "0.125",
                "0.5",
                "1.000",
                "-1.5",
                "2.345",
                "-0.005",
                "10",
                "1000.001",
                "9999999999999999999999999.999",
                "-9999999999999999999999999.999",
            ];
            Value::Decimal(Decimal::literal(random.one(&texts)))
        }
        Ty::Text => {
            let texts = [
                "",
                "a",
                "A",
                "ab",
                "Ab c",
                "É",
                "é",
                "e\u{301}",
                "straße",
                "İI",
                "it's",
                "\\",
                "a\"b",
                "日本",
                "\u{1F600}",
                "%_",
                "{}",
                "-- x",
                " ",
            ];
            Value::Text(random.one(&texts).to_owned())
        }
        Ty::Names(of) => Value::Text(random.one(of)),
        Ty::Ref(_) => Value::Text(format!("{ID}{}", random.below(3))),
        Ty::Date => Value::Day(day(random)),
        Ty::Timestamp => Value::Instant(instant(random)),
        Ty::RangeOfDate => {
            let (a, b) = (day(random), day(random));
            let (start, end) = if a < b { (a, b) } else { (b, a) };
            let end = if start < end { end } else { end.later(86_400).unwrap() };
            Value::Days(Span { start, end })
        }
        Ty::RangeOfTimestamp => {
            let (a, b) = (instant(random), instant(random));
            let (start, end) = if a < b { (a, b) } else { (b, a) };
            let end = if start < end { end } else { end.later(1).unwrap() };
            Value::Instants(Span { start, end })
        }
    }
}

fn whole(random: &mut Random) -> i64 {
    match random.below(12) {
        0 => random.one(&[i64::MAX, i64::MIN, i64::MAX - 1, i64::MIN + 1]),
        1 => random.one(&[2_147_483_647, 2_147_483_648, -2_147_483_648, 4_000_000_000]),
        2 => random.one(&[100, 105, 1_000_000, 3_037_000_500, 999_999_999_999]),
        _ => i64::try_from(random.below(9)).unwrap() - 3,
    }
}

fn day(random: &mut Random) -> Day {
    let days = [
        (2024, 2, 29),
        (2026, 1, 31),
        (2026, 2, 28),
        (2026, 3, 1),
        (2026, 12, 31),
        (1970, 1, 1),
        (1, 1, 1),
        (9999, 12, 31),
        (2000, 2, 29),
        (1900, 2, 28),
        (2026, 3, 29),
    ];
    let (year, month, day) = random.one(&days);
    Day::from_civil(year, month, day).unwrap()
}

fn instant(random: &mut Random) -> Instant {
    const DAY: i64 = 86_400_000_000;
    let day = i64::from(day(random).days()) - 10_957;
    let within = random.one(&[0, 1, 999_999, 1_000_000, 3_600_000_000, 43_200_500_000, DAY - 1]);
    Instant::from_micros(day * DAY + within)
}
