//! Who is erased, and what is left of him.

use crate::http::Request;
use crate::market::{Vendor, euros, pay, unlike};
use crate::stage::{Person, Stage, id_of, within};
use serde_json::json;

/// Given a customer with past bookings; when he is erased; then bookings, payments and refunds are there with
/// equal sums, and nothing personal of him can be read anywhere.
pub fn erased_customer(stage: &Stage) {
    let (vendor, customer) = (Vendor::open(stage), stage.person("leaving"));
    let secrets = [
        format!("Hypatia {}", unlike()),
        format!("+49305550{:04}", unlike()),
        format!("Lighthouse {}", unlike()),
        customer.subject.clone(),
    ];
    let (booking, accepted) = past_booking(stage, &vendor, &customer, &secrets);
    let before = sums(stage, &booking);
    assert!(found(stage, &secrets).len() >= 4, "they stand somewhere");

    erase(stage, &customer.id);

    assert_eq!(sums(stage, &booking), before);
    assert_eq!(found(stage, &secrets), Vec::<String>::new());
    // Neither to the vendor, nor to whoever repeats what he was answered before.
    let row = format!("{}/bookings/{booking}", vendor.path);
    let repeated = vendor.owner.send(&accepted);
    assert_eq!(repeated.header("idempotency-replayed"), Some("true"));
    for answer in [vendor.owner.get(&row), repeated] {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.json()["customer_name"], "erased");
        for secret in &secrets {
            assert!(!answer.body.contains(secret.as_str()), "{}", answer.body);
        }
    }
    let told = stage.sql("SELECT * FROM audit.verify()");
    assert!(told.is_empty(), "{told:?}");
    // Whoever signs in with what was his is somebody new.
    let again = customer.get("/v1/me");
    assert_ne!(id_of(&again), customer.id);
    assert!(customer.list("/v1/me/bookings").is_empty());
}

/// A booking that was paid, accepted and cancelled, with a refund; and the request that accepted it.
fn past_booking(
    stage: &Stage,
    vendor: &Vendor<'_>,
    customer: &Person<'_>,
    secrets: &[String; 4],
) -> (String, Request) {
    let [name, phone, address, _] = secrets;
    let booking = customer.make(
        "/v1/me/book",
        &json!({
            "listing": vendor.listing, "during": within(24, 48), "guests": 1, "customer_name": name,
            "customer_phone": phone, "customer_address": address,
        }),
    );
    let payment = pay(stage, &booking, 10_000);
    let row = format!("{}/bookings/{booking}", vendor.path);
    let accept = vendor.owner.request("POST", &format!("{row}/accept"));
    let accept = accept.header("if-match", vendor.owner.version(&row));
    let answer = vendor.owner.send(&accept);
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["customer_name"], name.as_str());
    let reason = json!({ "cancel_reason": "The lake is frozen" });
    vendor.owner.does(&row, "cancel", Some(&reason));
    stage.staff("finance").make(
        "/v1/staff/refunds",
        &json!({
            "payment": payment, "amount": euros(4_000), "reason": "goodwill",
            "idempotency_key": format!("refund-{:04}", unlike()), "vendor_share": euros(0),
            "platform_share": euros(4_000),
        }),
    );
    (booking, accept)
}

fn erase(stage: &Stage, person: &str) {
    let (admin, row) = (stage.staff("admin"), format!("/v1/staff/users/{person}"));
    let request = admin.request("DELETE", &row);
    let request = request.header("if-match", admin.version(&row));
    let answer = admin.send(&request.json(&json!({ "because": "He asked for it" })));
    assert_eq!(answer.status, 204, "{}", answer.body);
    let answer = admin.get(&row);
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// What the booking, its payments and refunds come to.
fn sums(stage: &Stage, booking: &str) -> Vec<Vec<Option<String>>> {
    stage.sql(&format!(
        "SELECT to_jsonb(b) - ARRAY['customer_name', 'customer_phone', 'customer_address', 'version', 'updated_at'],
                to_jsonb(p), to_jsonb(r)
         FROM app.booking b JOIN app.payment p ON p.booking = b.id JOIN app.refund r ON r.payment = p.id
         WHERE b.id = '{booking}'"
    ))
}

/// Where in the database any of the texts stands.
fn found(stage: &Stage, texts: &[String]) -> Vec<String> {
    let tables = stage.sql(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    );
    let mut found = Vec::new();
    for table in tables.into_iter().flatten().flatten() {
        for text in texts {
            let sql = format!(
                "SELECT count(*) FROM {table} t WHERE strpos(to_jsonb(t)::text, '{text}') > 0"
            );
            if stage.value(&sql) != "0" {
                found.push(format!("{text} in {table}"));
            }
        }
    }
    found
}
