//! What printed Rust says: one program of all expressions, compiled once.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use blueprint::expr::eval::Value;
use blueprint::expr::rust::{self, Names};
use blueprint::expr::typed::{Column, Expr, Ty};
use blueprint::expr::zone::Zone;

use crate::world::{Case, ZONES, columns, inputs};

struct Fields;

impl Names for Fields {
    fn column(&self, column: Column) -> String {
        format!("row.{}", columns()[position(column)].0)
    }
    fn is_optional(&self, column: Column) -> bool {
        columns()[position(column)].2
    }
    fn input(&self, index: usize) -> String {
        format!("row.in_{}", inputs()[index].0)
    }
    fn is_optional_input(&self, index: usize) -> bool {
        inputs()[index].2
    }
    fn actor(&self) -> String {
        "row.actor".to_owned()
    }
    fn now(&self) -> String {
        "row.now".to_owned()
    }
    fn today(&self, zone: &Zone) -> String {
        let at = ZONES.iter().position(|name| *name == zone.name()).expect("one of the world");
        format!("row.today[{at}]")
    }
}

fn position(column: Column) -> usize {
    match column {
        Column::State => 0,
        Column::Field(at) => at,
        other => unreachable!("{other:?} is not in scope"),
    }
}

pub fn printed(expr: &Expr) -> String {
    rust::print(expr, &Fields)
}

/// What each expression comes to over each of its rows: by the two numbers.
pub fn outcomes(all: &[(Expr, Vec<usize>)], cases: &[Case]) -> BTreeMap<(usize, usize), String> {
    let folder = tempfile::tempdir().unwrap();
    let (source, program) = (folder.path().join("main.rs"), folder.path().join("program"));
    fs::write(&source, text(all, cases)).unwrap();
    let compiled = Command::new("rustc")
        .args(["--edition", "2024", "-C", "debuginfo=0", "-C", "opt-level=0", "-A", "warnings"])
        .arg("-o")
        .arg(&program)
        .arg(&source)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&compiled.stderr);
    assert!(compiled.status.success(), "rustc refuses what was printed:\n{told}");
    let ran = Command::new(&program).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let mut found = BTreeMap::new();
    for line in String::from_utf8(ran.stdout).unwrap().lines() {
        let mut parts = line.splitn(3, '\t');
        let mut number = || parts.next().unwrap().parse().unwrap();
        let key = (number(), number());
        found.insert(key, parts.next().unwrap().to_owned());
    }
    found
}

fn text(all: &[(Expr, Vec<usize>)], cases: &[Case]) -> String {
    let values = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/expr/values/mod.rs");
    let mut out = format!(
        "#[path = {values:?}]\nmod values;\n\
         use std::cmp::{{max, min}};\n\
         use values::{{Day, Fault, Instant, Span}};\nuse values::{{{}}};\n\n",
        rust::NAMES.join(", ")
    );
    out += &row();
    out += SHOW;
    for (index, (expr, _)) in all.iter().enumerate() {
        let ty = made(&expr.ty);
        let printed = printed(expr);
        out +=
            &format!("fn e{index}(row: &Row) -> Result<{ty}, Fault> {{\n    Ok({printed})\n}}\n");
    }
    out += "fn rows() -> Vec<Row> {\n    vec![\n";
    for case in cases {
        out += &format!("        {},\n", literal_row(case));
    }
    out += "    ]\n}\n\nfn main() {\n    let rows = rows();\n";
    for (index, (_, over)) in all.iter().enumerate() {
        out += &format!("    for at in {over:?} {{ show({index}, at, e{index}(&rows[at])); }}\n");
    }
    out + "}\n"
}

const SHOW: &str = r#"
trait Show {
    fn text(&self) -> String;
}
macro_rules! shown {
    ($($ty:ty: $as:expr;)*) => {
        $(impl Show for $ty {
            fn text(&self) -> String {
                let show: fn(&$ty) -> String = $as;
                show(self)
            }
        })*
    };
}
shown! {
    bool: |it| it.to_string();
    i64: |it| it.to_string();
    Decimal: |it| it.to_string();
    String: |it| it.clone();
    Day: |it| it.days().to_string();
    Instant: |it| it.micros().to_string();
}

fn show(index: usize, row: usize, outcome: Result<impl Show, Fault>) {
    let text = match outcome {
        Ok(value) => value.text(),
        Err(Fault::Overflow) => "! overflow".to_owned(),
        Err(Fault::DividedByZero) => "! divided by zero".to_owned(),
        Err(Fault::Absent) => "! absent".to_owned(),
    };
    println!("{index}\t{row}\t{text}");
}

"#;

fn row() -> String {
    let mut out = "struct Row {\n".to_owned();
    let all = columns().into_iter().map(|(name, ty, optional)| (name.to_owned(), ty, optional));
    let given = inputs().into_iter();
    let given = given.map(|(name, ty, optional)| (format!("in_{name}"), ty, optional));
    for (name, ty, optional) in all.chain(given) {
        let ty = held(&ty);
        let ty = if optional { format!("Option<{ty}>") } else { ty.to_owned() };
        out += &format!("    {name}: {ty},\n");
    }
    let zones = ZONES.len();
    out + &format!("    actor: &'static str,\n    now: Instant,\n    today: [Day; {zones}],\n}}\n")
}

/// The type of a field.
fn held(ty: &Ty) -> &'static str {
    match ty {
        Ty::Bool => "bool",
        Ty::Int | Ty::Money(_) | Ty::Bps | Ty::Duration => "i64",
        Ty::Decimal => "Decimal",
        Ty::Text | Ty::Names(_) | Ty::Ref(_) => "&'static str",
        Ty::Date => "Day",
        Ty::Timestamp => "Instant",
        Ty::RangeOfTimestamp => "Span<Instant>",
        Ty::RangeOfDate => "Span<Day>",
    }
}

/// The type of what an expression makes.
fn made(ty: &Ty) -> &'static str {
    match ty {
        Ty::Text | Ty::Names(_) | Ty::Ref(_) => "String",
        other => held(other),
    }
}

fn literal_row(case: &Case) -> String {
    let mut out = "Row { ".to_owned();
    let all = columns().into_iter().map(|(name, _, optional)| (name.to_owned(), optional));
    let given = inputs().into_iter().map(|(name, _, optional)| (format!("in_{name}"), optional));
    for ((name, optional), value) in all.chain(given).zip(case.columns.iter().chain(&case.inputs)) {
        let value = match value {
            Value::Absent => "None".to_owned(),
            value if optional => format!("Some({})", literal(value)),
            value => literal(value),
        };
        out += &format!("{name}: {value}, ");
    }
    let now = literal(&Value::Instant(case.now));
    let today = ZONES.map(|name| literal(&Value::Day(case.today(name)))).join(", ");
    out + &format!("actor: {}, now: {now}, today: [{today}] }}", literal(&case.actor))
}

fn literal(value: &Value) -> String {
    match value {
        Value::Absent => unreachable!("written before"),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Decimal(value) => format!("Decimal::literal(\"{value}\")"),
        Value::Text(value) => format!("{value:?}"),
        Value::Day(day) => format!("Day::from_days({})", day.days()),
        Value::Instant(at) => format!("Instant::from_micros({})", at.micros()),
        Value::Days(range) => {
            let (start, end) = (literal(&Value::Day(range.start)), literal(&Value::Day(range.end)));
            format!("Span {{ start: {start}, end: {end} }}")
        }
        Value::Instants(range) => {
            let start = literal(&Value::Instant(range.start));
            let end = literal(&Value::Instant(range.end));
            format!("Span {{ start: {start}, end: {end} }}")
        }
    }
}
