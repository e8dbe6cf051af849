//! What each type takes and how it is answered.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{
    Bps, Currency, Date, DateRange, Decimal, Email, Int, Money, Phone, Slug, Text, Timestamp, Url,
};

struct Eur;

impl Currency for Eur {
    const CODE: &'static str = "EUR";
}

/// Each is answered as it came, unless another way of writing it follows `=>`.
fn takes<T: DeserializeOwned + Serialize>(values: &[&str]) {
    for value in values {
        let (given, answered) = value.split_once(" => ").unwrap_or((value, value));
        let read: T =
            serde_json::from_str(given).unwrap_or_else(|error| panic!("{given}: {error}"));
        assert_eq!(serde_json::to_string(&read).expect("JSON"), answered);
    }
}

fn refuses<T: DeserializeOwned>(values: &[&str]) {
    for value in values {
        assert!(serde_json::from_str::<T>(value).is_err(), "{value}");
    }
}

#[test]
fn texts() {
    takes::<Text<1, 3>>(&[r#""a""#, r#""äöü""#]);
    refuses::<Text<1, 3>>(&[r#""""#, r#""abcd""#, r#""\u0000""#, "1", "null"]);
    takes::<Email>(&[r#""a@b.c""#]);
    refuses::<Email>(&[r#""a""#, r#""a@b""#, r#""a@@b.c""#, r#""a @b.c""#, r#""@b.c""#]);
    takes::<Phone>(&[r#""+4930123456""#]);
    refuses::<Phone>(&[r#""+049""#, r#""4930""#, r#""+49 30""#, r#""+""#]);
    takes::<Url>(&[r#""https://a.b/c?d""#, r#""http://localhost:1""#]);
    refuses::<Url>(&[r#""ftp://a.b""#, r#""https://""#, r#""https:///c""#, r#""javascript:a""#]);
    takes::<Slug>(&[r#""a-1""#]);
    refuses::<Slug>(&[r#""""#, r#""A""#, r#""-a""#, r#""a--b""#, r#""ä""#]);
}

#[test]
fn numbers() {
    takes::<Int<-1, 2>>(&["-1", "2"]);
    refuses::<Int<-1, 2>>(&["-2", "3", "1.5", r#""1""#, "99999999999999999999"]);
    takes::<Bps>(&["0", "10000"]);
    refuses::<Bps>(&["-1", "10001"]);
    takes::<Decimal<2>>(&[r#""1.50""#, r#""1" => "1.00""#, r#""-0.1" => "-0.10""#]);
    refuses::<Decimal<2>>(&["1.5", r#""1.505""#, r#""1e3""#, r#""x""#]);
    takes::<Money<Eur>>(&[r#"{"amount_minor":-5,"currency":"EUR"}"#]);
    refuses::<Money<Eur>>(&[
        "5",
        r#"[5,"EUR"]"#,
        r#"{"amount_minor":5}"#,
        r#"{"amount_minor":5,"currency":"USD"}"#,
        r#"{"amount_minor":5,"currency":"EUR","note":1}"#,
        r#"{"amount_minor":1.5,"currency":"EUR"}"#,
    ]);
}

#[test]
fn times() {
    takes::<Date>(&[r#""2026-02-28""#]);
    refuses::<Date>(&[r#""2026-02-29""#, r#""2026-2-3""#, r#""28.02.2026""#]);
    takes::<Timestamp>(&[
        r#""2026-03-01T09:30:00Z""#,
        r#""2026-03-01T10:30:00+01:00" => "2026-03-01T09:30:00Z""#,
    ]);
    refuses::<Timestamp>(&[r#""2026-03-01""#, r#""2026-03-01T09:30:00""#, "1"]);
    takes::<DateRange>(&[r#"{"from":"2026-03-01","until":"2026-03-02"}"#]);
    refuses::<DateRange>(&[
        r#"{"from":"2026-03-02","until":"2026-03-02"}"#,
        r#"{"from":"2026-03-02"}"#,
        r#"["2026-03-01","2026-03-02"]"#,
    ]);
}
