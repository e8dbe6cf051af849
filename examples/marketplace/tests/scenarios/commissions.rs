//! What the platform takes.

use crate::http::Answer;
use crate::market::Vendor;
use crate::stage::{Person, Stage, id_of};
use serde_json::{Value as Json, json};

/// Given a booking made at 10 %; when the rule changes to 15 % before it is completed; then its vendor gets 90 %, and one
/// made after the change 85 %. What was in force is rewritten by nobody.
pub fn commission_change(stage: &Stage) {
    let vendor = Vendor::open(stage);
    let (admin, finance) = (stage.staff("admin"), stage.staff("finance"));
    let ten = vendor.agree(stage, 1_000);
    let early = made(&vendor.booked_by(&stage.person("customer"), 24, 48));
    assert_eq!(shares(&finance, &early), (1_000, 9_000, ten.clone()));

    let fifteen = vendor.agree(stage, 1_500);

    let late = made(&vendor.booked_by(&stage.person("customer"), 72, 96));
    assert_eq!(shares(&finance, &late), (1_500, 8_500, fifteen.clone()));
    completed(stage, &vendor, &early);
    assert_eq!(shares(&finance, &early), (1_000, 9_000, ten.clone()));

    // One ends where the next begins, and nobody says so afterwards.
    let chain = format!(
        "SELECT (upper(a.valid) = lower(b.valid))::text FROM app.commission_rule a, app.commission_rule b
         WHERE a.id = '{ten}' AND b.id = '{fifteen}'"
    );
    assert_eq!(stage.value(&chain), "true");
    let past = json!({
        "organization": vendor.id, "rate": 9_000, "fixed": crate::market::euros(0), "because": "Backdated",
        "valid": crate::stage::within(-2, 24),
    });
    let refused = admin.post("/v1/staff/set-commission", &past);
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert_eq!(
        refused.json()["rule"],
        "entities.CommissionRule.effective.future"
    );
    assert_eq!(shares(&finance, &early), (1_000, 9_000, ten));
}

fn made(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.body);
    id_of(answer)
}

/// What the platform takes and what the vendor gets, and by which rule.
fn shares(finance: &Person<'_>, booking: &str) -> (i64, i64, String) {
    let row = finance.get(&format!("/v1/staff/bookings/{booking}")).json();
    let minor = |of: &Json| of["amount_minor"].as_i64().expect("an amount");
    let rule = row["rule"].as_str().expect("a rule").to_owned();
    (minor(&row["commission"]), minor(&row["vendor_net"]), rule)
}

/// Leads a booking through all of its life, the clock put forward.
fn completed(stage: &Stage, vendor: &Vendor<'_>, booking: &str) {
    let worker = stage.staff("payments_worker");
    let payment = stage.value(&format!(
        "SELECT id FROM app.payment WHERE booking = '{booking}'"
    ));
    let path = format!("/v1/staff/payments/{payment}");
    let asked =
        json!({ "provider": "provider", "intent": format!("intent-{}", crate::market::unlike()) });
    worker.does(&path, "submit", Some(&asked));
    worker.does(
        &path,
        "authorize",
        Some(&json!({ "authorized_amount": crate::market::euros(10_500) })),
    );
    let own = format!("{}/bookings/{booking}", vendor.path);
    vendor.owner.does(&own, "accept", None);
    stage.sql(&format!(
        "BEGIN; SET LOCAL session_replication_role = replica;
         UPDATE app.booking SET during = tstzrange(now() - interval '2 days', now() + interval '1 day')
         WHERE id = '{booking}'; COMMIT"
    ));
    stage.outside.command(&["work", "--once"]);
    vendor.owner.does(&own, "complete", None);
}
