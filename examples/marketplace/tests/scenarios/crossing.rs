//! Those whose ways cross, all at once: of each thing one comes to pass, whenever the service is killed.

use crate::http::{Answer, Request};
use crate::market::{Vendor, authorize, capture};
use crate::mortal::Mortal;
use crate::random::{Random, seed};
use crate::refunds::refund;
use crate::stage::{Person, Stage, id_of, together};
use serde_json::json;
use std::sync::Mutex;

/// Given one night, one hold, one request, one capture and two owners; when all who want something of them ask at once;
/// then exactly one has each, no refusal is a mistake of the service, and what is counted adds up.
pub fn crossing(stage: &Stage) {
    rounds(stage, 20, false);
}

/// The same, while the service or its worker is killed at any moment, a hundred times, and whoever had no answer asks
/// again.
pub fn crossing_under_kill(stage: &Stage) {
    rounds(stage, 100, true);
}

fn rounds(stage: &Stage, rounds: usize, killed: bool) {
    let market = Market::open(stage);
    let random = Mutex::new(Random::seeded(seed(None)));
    for round in 0..rounds {
        let asked = market.round(round, &random);
        let answers = std::thread::scope(|scope| {
            if killed {
                scope.spawn(|| market.mortal.kill(&random, 150));
            }
            together(&asked.requests, |(_, request)| market.mortal.send(request))
        });
        market.judge(round, &asked, &answers);
    }
    market.adds_up();
    // A service that was only killed while nobody wanted anything proves nothing.
    assert_eq!(market.mortal.cut_off() > 0, killed, "who had no answer");
}

/// What somebody wants, of which one can have it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// A night that is free, each for himself.
    Night,
    /// Another night, the same request several times.
    Again,
    /// To decide about a request: accept it, decline it or cancel it.
    Decision,
    /// Money back of one capture, each more than a half.
    Refund,
    /// That the other owner is none any more.
    Owner,
}

/// All that is asked in a round, and about what.
struct Asked {
    requests: Vec<(Wish, Request)>,
    night: i64,
    booking: String,
}

struct Market<'s> {
    stage: &'s Stage,
    mortal: Mortal<'s>,
    vendor: Vendor<'s>,
    second: Person<'s>,
    manager: Person<'s>,
    customers: Vec<Person<'s>>,
    finance: [Person<'s>; 2],
    worker: Person<'s>,
}

impl<'s> Market<'s> {
    fn open(stage: &'s Stage) -> Self {
        let vendor = Vendor::open(stage);
        let second = stage.person("owner");
        let manager = stage.person("manager");
        invite(&vendor, &vendor.owner, &second, "owner");
        invite(&vendor, &vendor.owner, &manager, "manager");
        Self {
            stage,
            mortal: Mortal::beside(stage),
            second,
            manager,
            customers: (0..4).map(|_| stage.person("customer")).collect(),
            finance: [stage.staff("finance"), stage.staff("finance")],
            worker: stage.staff("payments_worker"),
            vendor,
        }
    }

    fn round(&self, round: usize, random: &Mutex<Random>) -> Asked {
        let night = 24 + 16 * i64::try_from(round).expect("a few rounds");
        let (booking, authorized) = self.held(night + 4);
        authorize(&self.worker, &authorized, 10_000);
        let (_, payment) = self.held(night + 8);
        authorize(&self.worker, &payment, 10_000);
        capture(&self.worker, &payment, 10_000);
        let owners = self.owners();
        let mut requests = Vec::new();
        for customer in &self.customers {
            requests.push((Wish::Night, self.vendor.books(customer, night, night + 2)));
        }
        let again = self
            .vendor
            .books(&self.customers[0], night + 12, night + 14);
        requests.extend((0..4).map(|_| (Wish::Again, again.clone())));
        requests.extend(self.decisions(&booking));
        for amount in [6_000, 5_100, 9_000] {
            let maker = &self.finance[usize::from(amount == 5_100)];
            let request = maker.request("POST", "/v1/staff/refunds");
            requests.push((Wish::Refund, request.json(&refund(&payment, amount))));
        }
        for (by, of) in [(owners[0], owners[1]), (owners[1], owners[0])] {
            let membership = self.membership(&of.id).expect("both are owners");
            let row = format!("{}/memberships/{membership}", self.vendor.path);
            let request = by.request("POST", &format!("{row}/revoke"));
            requests.push((Wish::Owner, request.header("if-match", by.version(&row))));
        }
        let mut random = random.lock().expect("nobody panics with it");
        for at in (1..requests.len()).rev() {
            requests.swap(at, random.below(at + 1));
        }
        // The clock may be among those who decide.
        if random.below(3) == 0 {
            self.lapses_within(&booking, random.below(200));
        }
        Asked {
            requests,
            night,
            booking,
        }
    }

    /// A booking that is held, and its payment.
    fn held(&self, from: i64) -> (String, String) {
        let booking = id_of(&self.vendor.booked_by(&self.customers[1], from, from + 2));
        let sql = format!("SELECT id FROM app.payment WHERE booking = '{booking}'");
        let payment = self.stage.value(&sql);
        (booking, payment)
    }

    fn decisions(&self, booking: &str) -> Vec<(Wish, Request)> {
        let vendor = format!("{}/bookings/{booking}", self.vendor.path);
        let customer = format!("/v1/me/bookings/{booking}");
        let who = &self.customers[1];
        let version = who.version(&customer);
        let reason = json!({ "cancel_reason": "It rains all day" });
        let asked = [
            (&self.manager, &vendor, "accept", None),
            (&self.manager, &vendor, "accept", None),
            (&self.manager, &vendor, "decline", None),
            (who, &customer, "cancel", Some(&reason)),
            (who, &customer, "cancel", Some(&reason)),
        ];
        asked
            .into_iter()
            .map(|(by, row, action, body)| {
                let request = by.request("POST", &format!("{row}/{action}"));
                let request = request.header("if-match", &version);
                let request = match body {
                    Some(body) => request.json(body),
                    None => request,
                };
                (Wish::Decision, request)
            })
            .collect()
    }

    /// Two who are owners now: of the last round's one is left, who invites the other again.
    fn owners(&self) -> [&Person<'s>; 2] {
        let both = [&self.vendor.owner, &self.second];
        let own = |person: &&Person<'_>| self.membership(&person.id).is_some();
        if let ([left], [gone]) = (
            both.into_iter().filter(own).collect::<Vec<_>>().as_slice(),
            both.into_iter()
                .filter(|one| !own(one))
                .collect::<Vec<_>>()
                .as_slice(),
        ) {
            invite(&self.vendor, left, gone, "owner");
        }
        both
    }

    /// That in which somebody owns the vendor.
    fn membership(&self, user: &str) -> Option<String> {
        let sql = format!(
            "SELECT id FROM app.membership WHERE organization = '{}' AND \"user\" = '{user}'
               AND role = 'owner' AND revoked_at IS NULL",
            self.vendor.id
        );
        self.stage.sql(&sql).pop()?.pop()?
    }

    /// Moves the deadline of a request to a moment that is near, or just over.
    fn lapses_within(&self, booking: &str, milliseconds: usize) {
        self.stage.sql(&format!(
            "BEGIN; SET LOCAL session_replication_role = replica;
             UPDATE app.booking SET accept_by = clock_timestamp() + interval '{milliseconds} ms'
             WHERE id = '{booking}'; COMMIT"
        ));
    }

    fn judge(&self, round: usize, asked: &Asked, answers: &[Answer]) {
        let told = || asked.requests.iter().map(|(wish, _)| *wish).zip(answers);
        for (wish, answer) in told() {
            let fits = match wish {
                Wish::Owner => [200, 403, 404, 409, 412].contains(&answer.status),
                _ => [200, 201, 409, 412].contains(&answer.status),
            };
            assert!(
                fits,
                "round {round}: {wish:?}: {} {}",
                answer.status, answer.body
            );
        }
        let done = |wish: Wish| {
            told()
                .filter(|(of, answer)| *of == wish && answer.status < 300)
                .count()
        };
        assert_eq!(done(Wish::Night), 1, "round {round}: who has the night");
        assert_eq!(
            self.booked(asked.night),
            1,
            "round {round}: bookings of the night"
        );
        assert_eq!(
            done(Wish::Again),
            4,
            "round {round}: one request, several times"
        );
        assert_eq!(
            self.booked(asked.night + 12),
            1,
            "round {round}: bookings of one request"
        );
        assert_eq!(
            done(Wish::Refund),
            1,
            "round {round}: refunds of more than a half"
        );

        let state = self.stage.value(&format!(
            "SELECT state FROM app.booking WHERE id = '{}'",
            asked.booking
        ));
        // The two who cancel, or accept, have different keys: the second comes too late.
        match state.as_str() {
            "confirmed" | "declined" | "cancelled" => {
                assert_eq!(done(Wish::Decision), 1, "round {round}: {state}");
            }
            "expired" | "requested" => {
                assert_eq!(done(Wish::Decision), 0, "round {round}: {state}");
            }
            other => panic!("round {round}: the booking is {other}"),
        }
        let owners = [&self.vendor.owner, &self.second].into_iter();
        let left = owners
            .filter(|person| self.membership(&person.id).is_some())
            .count();
        assert_eq!(left, 1, "round {round}: owners");
    }

    /// How many bookings there are of the vendor's from that hour on.
    fn booked(&self, hour: i64) -> usize {
        let sql = format!(
            "SELECT id FROM app.booking WHERE listing = '{}'
               AND abs(extract(epoch FROM lower(during) - clock_timestamp()) - {hour} * 3600) < 3600",
            self.vendor.listing
        );
        self.stage.sql(&sql).len()
    }

    /// What must hold of all rows, whoever was killed when.
    fn adds_up(&self) {
        let wrong = [
            ("totals of refunds", "SELECT p.id FROM app.payment p WHERE refund_pending_minor + refunded_minor IS DISTINCT FROM (
                SELECT coalesce(sum(amount_minor), 0) FROM app.refund r
                WHERE r.payment = p.id AND r.state NOT IN ('failed', 'rejected'))"),
            ("money back beyond what was captured", "SELECT id FROM app.payment
                WHERE refund_pending_minor + refunded_minor > captured_amount_minor"),
            ("owners counted", "SELECT o.id FROM app.organization o WHERE owners IS DISTINCT FROM (
                SELECT count(*) FROM app.membership m
                WHERE m.organization = o.id AND m.role = 'owner' AND m.revoked_at IS NULL)"),
            ("nights that two have", "SELECT a.id FROM app.booking a JOIN app.booking b
                ON a.listing = b.listing AND a.id < b.id AND a.during && b.during
                WHERE a.state IN ('held', 'requested', 'confirmed', 'in_progress')
                  AND b.state IN ('held', 'requested', 'confirmed', 'in_progress')"),
            ("bookings and payments that were made apart", "SELECT b.id FROM app.booking b
                WHERE (SELECT count(*) FROM app.payment p WHERE p.booking = b.id) <> 1"),
            ("changes without a trace, or traces without a change", "SELECT b.id FROM app.booking b
                WHERE b.version <> (SELECT count(*) FROM audit.entry e WHERE e.row_id = b.id)"),
            ("seals of the audit", "SELECT * FROM audit.verify()"),
            ("transactions left open", "SELECT pid FROM pg_stat_activity
                WHERE datname = current_database() AND state LIKE 'idle in transaction%'"),
        ];
        for (what, sql) in wrong {
            let found = self.stage.sql(sql);
            assert!(found.is_empty(), "{what}: {found:?}");
        }
    }
}

fn invite(vendor: &Vendor<'_>, by: &Person<'_>, who: &Person<'_>, role: &str) {
    let body = json!({ "user": who.id, "role": role });
    by.make(&format!("{}/memberships", vendor.path), &body);
}
