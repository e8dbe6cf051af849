//! The stage on which acceptance scenarios of the examples are played: a PostgreSQL of its own, prepared by
//! the service's own commands, and the service itself on loopback. Those who act speak nothing but HTTP;
//! SQL is for what a scenario asks afterwards, and for moving time.

mod act;
pub mod outside;
mod play;
pub mod process;

pub use act::{Person, id_of, together, within};
pub use play::play;

use outside::Outside;
use postgres::{Client, NoTls, SimpleQueryMessage};
use process::Process;
use std::sync::atomic::{AtomicUsize, Ordering};

/// One service, for all scenarios of a run: each brings people and tenants of its own.
pub struct Stage {
    /// Ends before the database does.
    service: Process,
    pub(crate) outside: Outside,
    people: AtomicUsize,
}

impl Stage {
    /// # Panics
    ///
    /// Where PostgreSQL is not there, or the service does not come up: then nothing can be tried.
    pub fn set(binary: &'static str) -> Self {
        let outside = Outside::prepare(binary);
        let service = Process::serve(binary, &outside.environment);
        Self {
            service,
            outside,
            people: AtomicUsize::new(0),
        }
    }

    /// Somebody whom the service has not seen before, signed in.
    pub fn person(&self, name: &str) -> Person<'_> {
        let number = self.people.fetch_add(1, Ordering::Relaxed);
        let subject = format!("{name}-{number}");
        let claim = format!("email={subject}@example.org");
        let token = self
            .outside
            .command(&["token", "--subject", &subject, "--claim", &claim]);
        let token = token.trim().to_owned();
        let mut person = Person {
            stage: self,
            id: String::new(),
            subject,
            token,
        };
        person.id = id_of(&person.get("/v1/me"));
        person
    }

    /// Somebody who works for the platform.
    pub fn staff(&self, role: &str) -> Person<'_> {
        let person = self.person(role);
        self.outside.command(&[
            "staff",
            "grant",
            "--subject",
            &person.subject,
            "--role",
            role,
        ]);
        person
    }

    /// Rows of a query, everything as text, asked by whoever may see all of them.
    pub fn sql(&self, sql: &str) -> Vec<Vec<Option<String>>> {
        rows(&self.outside.admin_url(), sql)
    }

    /// The one value of a query.
    pub fn value(&self, sql: &str) -> String {
        let rows = self.sql(sql);
        let value = rows
            .into_iter()
            .next()
            .and_then(|row| row.into_iter().next().flatten());
        value.unwrap_or_else(|| panic!("{sql}: no value"))
    }

    fn address(&self) -> &str {
        &self.service.address
    }
}

pub(crate) fn rows(url: &str, sql: &str) -> Vec<Vec<Option<String>>> {
    let mut client = Client::connect(url, NoTls).unwrap_or_else(|error| panic!("{url}: {error}"));
    let answers = client
        .simple_query(sql)
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    let row = |answer| match answer {
        SimpleQueryMessage::Row(row) => Some(
            (0..row.len())
                .map(|index| row.get(index).map(str::to_owned))
                .collect(),
        ),
        _ => None,
    };
    answers.into_iter().filter_map(row).collect()
}
