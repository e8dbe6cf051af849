use super::walls::of_file;
use super::{Walls, survey};

fn walls() -> Walls {
    let hooks = vec![("src/app/quote.rs".to_owned(), "hooks.quote".to_owned())];
    Walls { hooks, settings: vec!["SUPPORT_URL".to_owned()] }
}

/// `line rule` of all that is found in a file.
fn found(path: &str, text: &str) -> Vec<String> {
    of_file(path, text, &walls()).iter().map(|one| format!("{} {}", one.line, one.rule)).collect()
}

const CONTRACT: &str = "impl Compute for Hook {}\n";

#[test]
fn each_way_round_a_hook_is_named() {
    for (body, rule) in [
        ("fn f() { std::fs::read(\"x\"); }", "file"),
        ("use std::fs as files;", "file"),
        ("use std::{fs, fmt};", "file"),
        ("use std::*; fn f() { fs::read(\"x\"); }", "not-given"),
        ("fn f() { let _ = include_str!(\"x\"); }", "not-given"),
        ("use tokio_postgres::Client;", "raw-connection"),
        ("type P = deadpool_postgres::Pool;", "raw-connection"),
        ("use crate::generated::kernel::db::Session;", "raw-connection"),
        ("fn f() { std::process::Command::new(\"ls\"); }", "process"),
        ("use std::process::Command as Go; fn f() { Go::new(\"ls\"); }", "process"),
        ("fn f() { std::net::TcpStream::connect(\"x\"); }", "network"),
        ("use tokio::net::TcpStream;", "network"),
        ("use reqwest::Client;", "network"),
        ("fn f() { vec![std::net::TcpListener::bind(\"x\")]; }", "network"),
        ("fn f() { unsafe { g() } }", "unsafe"),
        ("unsafe fn f() {}", "unsafe"),
        ("extern \"C\" { fn f(); }", "unsafe"),
        ("fn f() { std::env::var(\"SUPPORT_URL\"); }", "environment"),
        ("fn f() { std::time::SystemTime::now(); }", "clock"),
        ("use std::time::Instant;", "clock"),
        ("use time::OffsetDateTime; fn f() { OffsetDateTime::now_utc(); }", "clock"),
        ("use uuid::Uuid; fn f() { Uuid::now_v7(); }", "random"),
        ("use rand::Rng;", "random"),
        ("static LAST: u8 = 0;", "shared-state"),
        ("use std::sync::Mutex;", "shared-state"),
        ("thread_local!(static A: u8 = 0);", "not-given"),
        ("fn f() { std::thread::sleep(D); }", "thread"),
        ("use super::super::kernel::db::Pool;", "not-given"),
        ("mod m { use super::super::kernel::db::Pool; }", "not-given"),
        ("#[path = \"/tmp/x.rs\"] mod outside;", "elsewhere"),
        ("mod outside;", "elsewhere"),
        ("fn f() { std::r#fs::read(\"x\"); }", "file"),
        ("fn f() { std::r#net::TcpStream::connect(\"x\"); }", "network"),
        ("macro_rules! m { ($a:ident) => { std::$a::var(\"X\") } }", "not-given"),
        ("use time::OffsetDateTime; use OffsetDateTime as T; fn f() { T::now_utc(); }", "clock"),
        ("type T = time::OffsetDateTime; fn f() { T::now_utc(); }", "clock"),
        ("fn f() { <time::OffsetDateTime>::now_utc(); }", "clock"),
        ("use std as s; fn f() { s::fs::read(\"x\"); }", "file"),
        ("use std as s; use s::env as e; fn f() { e::var(\"X\"); }", "environment"),
        ("extern crate std as s;", "not-given"),
        ("fn f() { println!(\"x\"); }", "not-given"),
        ("use std::collections::HashMap;", "not-given"),
        ("use std::collections::*;", "not-given"),
        ("use crate::generated::kernel::db::pool::*;", "raw-connection"),
        ("use crate::generated::store::booking;", "not-given"),
        ("fn f() { unknown::reach(); }", "not-given"),
        ("use unknown::reach;", "not-given"),
        ("fn f() { ask!(\"x\"); }", "not-given"),
        ("fn std() {} use std::sync::mpsc;", "not-given"),
        ("fn axum() {} fn f() { axum::serve(); }", "not-given"),
        ("mod axum {} fn f() { m::axum::serve(); }", "not-given"),
        ("use tokio as t;", "not-given"),
        ("use tokio;", "not-given"),
        ("mod a { use time as t; } mod b { use uuid::Uuid as t; }", "not-given"),
        ("use time as tokio; fn f() { tokio::runtime::Handle::current(); }", "not-given"),
        ("extern crate self as me; fn f() { me::generated::kernel::serve::run(); }", "not-given"),
        (
            "fn f() { assert!({ use tokio as T; T::runtime::Handle::current(); true }) }",
            "not-given",
        ),
        ("fn f() { assert!({ use tokio::{net as N}; true }) }", "not-given"),
        ("fn f() { vec![<time::OffsetDateTime>::now_utc()]; }", "clock"),
        ("fn f() { vec![{ unsafe { g() } }]; }", "unsafe"),
        ("#[derive(D)] struct S { #[serde(default = \"std::process::id\")] a: u32 }", "process"),
        (
            "#[derive(D)] struct S { #[serde(default = \"time::OffsetDateTime::now_utc\")] a: T }",
            "clock",
        ),
        ("#[tokio::main] async fn f() {}", "not-given"),
        ("fn f() { time::UtcOffset::current_local_offset(); }", "clock"),
        ("fn f() { uuid::Uuid::new_v7(t); }", "random"),
        ("use uuid::ContextV7;", "not-given"),
        ("fn f() { &x as *const u8 as usize; }", "random"),
        ("fn f() { f as fn() as usize; }", "random"),
        ("fn f() { \"\".as_ptr() == x; }", "random"),
        ("fn f() { std::rc::Rc::as_ptr(&x); }", "random"),
        ("fn f() { format!(\"{:p}\", &1); }", "random"),
        ("use std::fmt::Pointer;", "random"),
    ] {
        let text = format!("{CONTRACT}{body}");
        let found = found("src/app/quote.rs", &text);
        assert!(found.contains(&format!("2 {rule}")), "{body}: {found:?}");
    }
}

#[test]
fn what_a_hook_needs_is_no_way_round() {
    let text = "use std::collections::BTreeMap;
use uuid::Uuid;
use crate::generated::hooks::quote::{Compute, Input, Output, Reads};
use crate::generated::kernel::hook::Failed;
/// As with `std::env::var`: {:p}.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = \"snake_case\", default = \"part::usual\")]
#[allow(clippy::all, reason = \"std::env is not read\")]
pub struct Hook;
#[rustfmt::skip]
impl Compute for Hook {
    fn compute(input: &Input, _: &Reads) -> Result<Output, Failed> {
        let _: BTreeMap<Uuid, i64> = BTreeMap::new();
        let (now, mine) = (i128::from(1_i64), part::of(std::cmp::max(1, 2) as i64));
        assert!(now > 0 && mine >= i64::MIN, \"{now} {}\", mine);
        input.minor().checked_mul(2).ok_or_else(|| Failed::because(format!(\"{input:?}\")))
    }
}
mod part {
    pub(super) fn of(one: i64) -> i64 {
        self::twice(one)
    }
    fn twice(one: i64) -> i64 {
        one * 2
    }
}
#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;
    #[test]
    fn at() {
        let row = crate::generated::hooks::quote::ListingsRow { at: datetime!(2026-01-01 0:00 UTC) };
        assert_eq!(vec![super::Hook], [Hook]);
    }
}";
    assert_eq!(found("src/app/quote.rs", text), Vec::<String>::new());
}

#[test]
fn one_wrong_import_is_told_once() {
    let text = "impl Compute for Hook {}
use crate::generated::kernel::db::pool::*;
/// Doc.
fn f(now: Option<i64>) -> Vec<i64> {
    now.into_iter().collect()
}";
    assert_eq!(found("src/app/quote.rs", text), ["2 raw-connection"]);
}

#[test]
fn outside_of_hooks_only_the_walls_of_the_service_hold() {
    let text = "use std::process::ExitCode;
fn f() { std::fs::read(\"x\"); std::time::Instant::now(); }
fn g() { std::env::var(\"SUPPORT_URL\"); }
fn h() { std::env::var(\"OTHER\"); }
fn i() { tokio_postgres::connect(\"x\"); }
";
    assert_eq!(found("src/lib.rs", text), ["4 environment", "5 raw-connection"]);
}

#[test]
fn no_file_of_a_service_gives_hooks_something_else_than_they_name() {
    let text = "macro_rules! vec { () => {} }
macro_rules! own { () => {} }
#[cfg_attr(all(), path = \"/tmp/x.rs\")] mod outside;
";
    assert_eq!(found("src/lib.rs", text), ["1 not-given", "3 elsewhere"]);
}

#[test]
fn a_stub_is_told_and_is_no_fault() {
    let text = "impl Compute for Hook {\n    const WRITTEN: bool = false;\n}";
    let found = of_file("src/app/quote.rs", text, &walls());
    let told: Vec<(usize, &str, bool)> =
        found.iter().map(|one| (one.line, one.rule, one.note)).collect();
    assert_eq!(told, [(2, "unwritten-hook", true)]);
}

#[test]
fn all_that_people_own_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("src/app")).unwrap();
    std::fs::create_dir_all(folder.path().join("src/generated")).unwrap();
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).unwrap();
    write("src/app/quote.rs", "pub struct Hook;");
    write("src/app/gone.rs", "pub struct Hook;");
    write("src/generated/mod.rs", "use tokio_postgres::Client;");
    write("build.rs", "fn main() { std::process::Command::new(\"x\"); }");
    let told: Vec<(String, &str)> =
        survey(folder.path(), &walls()).into_iter().map(|one| (one.file, one.rule)).collect();
    let expected = [
        ("build.rs", "process"),
        ("src/app/gone.rs", "orphaned-hook"),
        ("src/app/quote.rs", "missing-hook"),
    ];
    assert_eq!(told, expected.map(|(file, rule)| (file.to_owned(), rule)));
}

#[test]
fn what_is_no_rust_is_said_to_be_none() {
    assert_eq!(found("src/app/quote.rs", "fn"), ["1 unreadable"]);
}
