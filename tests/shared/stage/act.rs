//! Those who act, and what they are answered.

use super::Stage;
use crate::http::{Answer, Request};
use serde_json::{Value as Json, json};
use std::sync::Barrier;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

pub struct Person<'s> {
    pub(super) stage: &'s Stage,
    pub id: String,
    pub subject: String,
    pub(super) token: String,
}

impl Person<'_> {
    /// In his name; what may write has a key of its own.
    pub fn request(&self, method: &str, path: &str) -> Request {
        let request = Request::new(method, path).token(&self.token);
        match method {
            "GET" => request,
            _ => request.header("idempotency-key", uuid::Uuid::now_v7().to_string()),
        }
    }

    pub fn send(&self, request: &Request) -> Answer {
        let answer = request.send(self.stage.address());
        if answer.status >= 400 {
            assert_eq!(
                answer.malformed(),
                None,
                "{} {}",
                request.method,
                request.path
            );
        }
        answer
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send(&self.request("GET", path))
    }

    pub fn post(&self, path: &str, body: &Json) -> Answer {
        self.send(&self.request("POST", path).json(body))
    }

    /// Makes a row, and gives its id.
    pub fn make(&self, path: &str, body: &Json) -> String {
        let answer = self.post(path, body);
        assert_eq!(answer.status, 201, "POST {path}: {}", answer.body);
        id_of(&answer)
    }

    /// Runs an action of a row as it stands now: with its version, whoever may read it.
    pub fn act(&self, row: &str, action: &str, body: Option<&Json>) -> Answer {
        let version = self.version(row);
        self.act_on(row, &version, action, body)
    }

    /// Runs an action of a row as it stood at `version`.
    pub fn act_on(&self, row: &str, version: &str, action: &str, body: Option<&Json>) -> Answer {
        let request = self.request("POST", &format!("{row}/{action}"));
        let request = request.header("if-match", version);
        self.send(&match body {
            Some(body) => request.json(body),
            None => request,
        })
    }

    /// What `If-Match` is to say of a row.
    pub fn version(&self, row: &str) -> String {
        let answer = self.get(row);
        assert_eq!(answer.status, 200, "GET {row}: {}", answer.body);
        answer
            .header("etag")
            .unwrap_or_else(|| panic!("GET {row}: no ETag"))
            .to_owned()
    }

    /// The same, where nothing is expected to be in the way.
    pub fn does(&self, row: &str, action: &str, body: Option<&Json>) -> Json {
        let answer = self.act(row, action, body);
        assert_eq!(answer.status, 200, "POST {row}/{action}: {}", answer.body);
        answer.json()
    }

    /// Every row of a list.
    pub fn list(&self, path: &str) -> Vec<Json> {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "GET {path}: {}", answer.body);
        let body = answer.json();
        body["items"]
            .as_array()
            .unwrap_or_else(|| panic!("GET {path}: {body}"))
            .clone()
    }
}

/// Of a row that was answered.
pub fn id_of(answer: &Answer) -> String {
    let body = answer.json();
    body["id"]
        .as_str()
        .unwrap_or_else(|| panic!("no id: {} {body}", answer.status))
        .to_owned()
}

/// Does the same with each, all let go at once.
pub fn together<T: Sync, A: Send>(all: &[T], one: impl Fn(&T) -> A + Sync) -> Vec<A> {
    let start = Barrier::new(all.len());
    std::thread::scope(|scope| {
        let (start, one) = (&start, &one);
        let running: Vec<_> = all
            .iter()
            .map(|item| {
                scope.spawn(move || {
                    start.wait();
                    one(item)
                })
            })
            .collect();
        running
            .into_iter()
            .map(|one| one.join().expect("a request is answered"))
            .collect()
    })
}

/// So many hours from now, as JSON has instants.
fn moment(hours: i64) -> String {
    let moment = OffsetDateTime::now_utc() + time::Duration::hours(hours);
    let moment = moment.replace_nanosecond(0).expect("0 is a nanosecond");
    moment.format(&Rfc3339).expect("a year of four digits")
}

/// From one hour to another, counted from now.
pub fn within(from: i64, until: i64) -> Json {
    json!({ "from": moment(from), "until": moment(until) })
}
