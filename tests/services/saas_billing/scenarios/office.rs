//! What the scenarios begin with: what is sold, and who has bought it.

use crate::stage::{Person, Stage, within};
use serde_json::{Value as Json, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A number that no other of this run has.
pub fn unlike() -> usize {
    static NUMBER: AtomicUsize = AtomicUsize::new(1);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

pub fn euros(minor: i64) -> Json {
    json!({ "amount_minor": minor, "currency": "EUR" })
}

/// So many hours from now.
pub fn moment(hours: i64) -> Json {
    within(hours, hours)["from"].clone()
}

/// The platform: what it sells, and those who work for it.
pub struct Office<'s> {
    pub admin: Person<'s>,
    pub worker: Person<'s>,
    pub plan: String,
    pub issuer: String,
    checker: Person<'s>,
}

/// A version of a plan that is for sale, and the price of a seat.
pub struct Version {
    pub id: String,
    pub seat: String,
}

impl<'s> Office<'s> {
    pub fn open(stage: &'s Stage) -> Self {
        let (admin, checker) = (stage.staff("platform_admin"), stage.staff("platform_admin"));
        let code = format!("plan-{}", unlike());
        let plan = admin.make("/v1/staff/plans", &json!({ "code": code, "name": "Team" }));
        let issuer = admin.make(
            "/v1/staff/legal-issuers",
            &json!({
                "code": format!("issuer-{}", unlike()), "name": "Software Limited", "country": "DE",
                "because": "It writes the invoices",
            }),
        );
        let worker = stage.staff("billing_worker");
        Self {
            admin,
            worker,
            plan,
            issuer,
            checker,
        }
    }

    /// Drafted by one, published by another.
    pub fn publish(&self, edition: i64, seat: i64) -> Version {
        let id = self.admin.make(
            "/v1/staff/plan-versions",
            &json!({
                "plan": self.plan, "code": format!("edition-{edition}-{}", unlike()), "interval": "month", "trial_days": 0,
                "valid": within(0, 24 * 365),
            }),
        );
        let price = json!({
            "plan_version": id, "component": "seat", "unit": euros(seat), "included": 0,
        });
        let seat = self.admin.make("/v1/staff/prices", &price);
        let why = json!({ "because": "For everybody from now on" });
        self.checker.does(
            &format!("/v1/staff/plan-versions/{id}"),
            "publish",
            Some(&why),
        );
        self.admin
            .does(&format!("/v1/staff/prices/{seat}"), "release", None);
        Version { id, seat }
    }
}

/// An organization, with its owner and a subscription if it has one.
pub struct Customer<'s> {
    pub owner: Person<'s>,
    pub id: String,
    pub path: String,
}

impl<'s> Customer<'s> {
    pub fn found(stage: &'s Stage) -> Self {
        let owner = stage.person("owner");
        let id = owner.make(
            "/v1/me/organizations",
            &json!({ "name": "Acme", "region": "eu", "country": "DE", "billing_timezone": "Europe/Berlin" }),
        );
        Self {
            path: format!("/v1/orgs/{id}"),
            owner,
            id,
        }
    }

    /// What a subscription to a version is asked for by.
    pub fn wanted(version: &str, seats: i64) -> Json {
        json!({
            "product": "core", "plan_version": version, "quantity": seats, "collection": "auto",
        })
    }

    /// Subscribed and active, in a period that goes from one hour to another, counted from now: its id.
    pub fn subscribed(
        &self,
        office: &Office<'_>,
        version: &Version,
        seats: i64,
        (from, until): (i64, i64),
    ) -> String {
        let subscriptions = format!("{}/subscriptions", self.path);
        let id = self
            .owner
            .make(&subscriptions, &Self::wanted(&version.id, seats));
        let period = json!({ "period_start": moment(from), "period_end": moment(until) });
        office.worker.does(
            &format!("/v1/staff/subscriptions/{id}"),
            "activate",
            Some(&period),
        );
        id
    }

    /// One more who belongs to it.
    pub fn member(&self, stage: &'s Stage, role: &str) -> Person<'s> {
        let person = stage.person(role);
        let memberships = format!("{}/memberships", self.path);
        self.owner
            .make(&memberships, &json!({ "user": person.id, "role": role }));
        person
    }
}
