//! What the scenarios begin with: vendors who may sell, what they offer, and what is paid.

use crate::http::{Answer, Request};
use crate::stage::{Person, Stage, id_of, within};
use serde_json::{Value as Json, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

/// A number that no other of this run has.
pub fn unlike() -> usize {
    static NUMBER: AtomicUsize = AtomicUsize::new(1);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}

pub fn euros(minor: i64) -> Json {
    json!({ "amount_minor": minor, "currency": "EUR" })
}

/// A vendor that is verified and may charge, with one listing that is published.
pub struct Vendor<'s> {
    pub owner: Person<'s>,
    /// Path of the organization.
    pub path: String,
    pub id: String,
    pub listing: String,
}

impl<'s> Vendor<'s> {
    pub fn open(stage: &'s Stage) -> Self {
        let (admin, reviewer) = (stage.staff("admin"), stage.staff("trust_reviewer"));
        let owner = stage.person("owner");
        let number = unlike();
        let id = owner.make(
            "/v1/me/organizations",
            &json!({
                "legal_name": "Boats Limited", "public_name": "Boats", "slug": format!("boats-{number}"),
                "country": "DE", "timezone": "Europe/Berlin",
            }),
        );
        let path = format!("/v1/orgs/{id}");
        owner.does(&path, "submit", None);
        let in_staff = format!("/v1/staff/organizations/{id}");
        reviewer.does(&in_staff, "verify", None);
        let account =
            json!({ "provider_account": format!("acct-{number}"), "charges_enabled": true });
        stage
            .staff("payments_worker")
            .does(&in_staff, "connect", Some(&account));
        let category = admin.make(
            "/v1/staff/categories",
            &json!({ "name": "Boats", "slug": format!("category-{number}") }),
        );
        let policy = admin.make(
            "/v1/staff/issue-policy",
            &json!({
                "code": format!("policy-{number}"), "edition": 1, "full_until_seconds": 86400,
                "part_until_seconds": 3600, "part": 5000, "valid": within(1, 24 * 365),
                "because": "The first of its kind",
            }),
        );
        let listing = owner.make(
            &format!("{path}/listings"),
            &json!({
                "category": category, "title": "A boat by the lake", "description": "It floats.",
                "base_price": euros(10_000), "price_unit": "night", "min_notice_seconds": 0,
                "max_advance_seconds": 86400 * 365, "capacity": 2, "cancellation_policy": policy,
                "location_cell": "u33d", "address": "At the lake 1",
            }),
        );
        owner.does(&format!("{path}/listings/{listing}"), "submit", None);
        reviewer.does(&format!("/v1/staff/listings/{listing}"), "approve", None);
        let vendor = Self {
            owner,
            path,
            id,
            listing,
        };
        vendor.agree(stage, 1_500);
        vendor
    }

    /// Agrees with the platform on so many basis points, and waits until that holds: what begins, begins in the future.
    pub fn agree(&self, stage: &Stage, rate: i64) -> String {
        let begins = OffsetDateTime::now_utc() + Duration::milliseconds(500);
        let says = |moment: OffsetDateTime| moment.format(&Rfc3339).expect("a year of four digits");
        let rule = id_of(&stage.staff("admin").post(
            "/v1/staff/set-commission",
            &json!({
                "organization": self.id, "rate": rate, "fixed": euros(0), "because": "As agreed",
                "valid": { "from": says(begins), "until": says(begins + Duration::days(3650)) },
            }),
        ));
        let holds = format!(
            "SELECT (clock_timestamp() >= lower(valid))::text FROM app.commission_rule WHERE id = '{rule}'"
        );
        while stage.value(&holds) != "true" {
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        rule
    }

    /// What `customer` is answered who wants the listing from one hour to another, counted from now.
    pub fn booked_by(&self, customer: &Person<'_>, from: i64, until: i64) -> Answer {
        customer.send(&self.books(customer, from, until))
    }

    /// What he asks.
    pub fn books(&self, customer: &Person<'_>, from: i64, until: i64) -> Request {
        customer.request("POST", "/v1/me/book").json(&json!({
            "listing": self.listing, "during": within(from, until), "guests": 2,
            "customer_name": "Ada", "customer_phone": "+4930123456",
        }))
    }

    /// A payment of a new booking, of which so much is captured: its id.
    pub fn captured(&self, stage: &Stage, total: i64) -> String {
        let booking = id_of(&self.booked_by(&stage.person("customer"), 24, 48));
        pay(stage, &booking, total)
    }
}

/// Pays for a booking, of which so much is captured: the payment's id.
pub fn pay(stage: &Stage, booking: &str, total: i64) -> String {
    let worker = stage.staff("payments_worker");
    let payment = stage.value(&format!(
        "SELECT id FROM app.payment WHERE booking = '{booking}'"
    ));
    authorize(&worker, &payment, total);
    capture(&worker, &payment, total);
    payment
}

/// The provider authorises so much of a payment, so its booking is requested.
pub fn authorize(worker: &Person<'_>, payment: &str, total: i64) {
    let path = format!("/v1/staff/payments/{payment}");
    let asked = json!({ "provider": "provider", "intent": format!("intent-{}", unlike()) });
    worker.does(&path, "submit", Some(&asked));
    let amount = json!({ "authorized_amount": euros(total) });
    worker.does(&path, "authorize", Some(&amount));
}

pub fn capture(worker: &Person<'_>, payment: &str, total: i64) {
    let path = format!("/v1/staff/payments/{payment}");
    let amount = json!({ "captured_amount": euros(total) });
    worker.does(&path, "capture", Some(&amount));
}
