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
    ] {
        let text = format!("{CONTRACT}{body}");
        assert!(found("src/app/quote.rs", &text).contains(&format!("2 {rule}")), "{body}");
    }
}

#[test]
fn what_a_hook_needs_is_no_way_round() {
    let text = "use std::collections::BTreeMap;
use uuid::Uuid;
use crate::generated::hooks::quote::{Compute, Input, Output, Reads};
use crate::generated::kernel::hook::Failed;
pub struct Hook;
impl Compute for Hook {
    fn compute(input: &Input, _: &Reads) -> Result<Output, Failed> {
        let _: BTreeMap<Uuid, i64> = BTreeMap::new();
        let (now, mine) = (i128::from(1_i64), part::of(std::cmp::max(1, 2)));
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
fn a_stub_is_told_and_is_no_fault() {
    let text = "impl Compute for Hook {\n    const WRITTEN: bool = false;\n}";
    let found = of_file("src/app/quote.rs", text, &walls());
    let told: Vec<(usize, &str, bool)> =
        found.iter().map(|one| (one.line, one.rule, one.note)).collect();
    assert_eq!(told, [(2, "unwritten-hook", true)]);
}

#[test]
fn a_hook_without_its_contract_and_a_file_without_a_hook_are_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("src/app")).unwrap();
    std::fs::create_dir_all(folder.path().join("src/generated")).unwrap();
    let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).unwrap();
    write("src/app/quote.rs", "pub struct Hook;");
    write("src/app/gone.rs", "pub struct Hook;");
    write("src/generated/mod.rs", "use tokio_postgres::Client;");
    let told: Vec<(String, &str)> =
        survey(folder.path(), &walls()).into_iter().map(|one| (one.file, one.rule)).collect();
    let expected = [("src/app/gone.rs", "orphaned-hook"), ("src/app/quote.rs", "missing-hook")];
    assert_eq!(told, expected.map(|(file, rule)| (file.to_owned(), rule)));
}

#[test]
fn what_is_no_rust_is_said_to_be_none() {
    assert_eq!(found("src/app/quote.rs", "fn"), ["1 unreadable"]);
}
