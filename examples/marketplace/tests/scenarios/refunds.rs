//! Money that goes back.

use crate::market::{Vendor, euros, unlike};
use crate::stage::{Person, Stage, together};
use serde_json::{Value as Json, json};
use std::sync::atomic::{AtomicBool, Ordering};

/// Given 100.00 captured, of which 40.00 went back; when two of the staff ask for 60.00 and 50.00 at once;
/// then one is refused, and at no time more goes back than was captured.
pub fn double_refund(stage: &Stage) {
    let vendor = Vendor::open(stage);
    let payment = vendor.captured(stage, 10_000);
    let (one, other) = (stage.staff("finance"), stage.staff("finance"));
    let first = one.make("/v1/staff/refunds", &refund(&payment, 4_000));
    pay_out(stage, &other, &first);

    let counted = format!(
        "SELECT refund_pending_minor + refunded_minor FROM app.payment WHERE id = '{payment}'"
    );
    assert_eq!(stage.value(&counted), "4000");
    let over = AtomicBool::new(false);
    let answers = std::thread::scope(|scope| {
        let watched = scope.spawn(|| {
            let mut most = 0;
            while !over.load(Ordering::Relaxed) {
                most = most.max(stage.value(&counted).parse::<i64>().expect("an amount"));
            }
            most
        });
        let asked = [
            (&one, refund(&payment, 6_000)),
            (&other, refund(&payment, 5_000)),
        ];
        let answers = together(&asked, |(person, body)| {
            person.post("/v1/staff/refunds", body)
        });
        over.store(true, Ordering::Relaxed);
        assert!(watched.join().expect("it watches") <= 10_000);
        answers
    });

    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    let refused = answers
        .iter()
        .find(|answer| answer.status == 409)
        .expect("one of them");
    assert_eq!(
        refused.json()["rule"],
        "entities.Payment.rules.refunds_within_capture"
    );
    let summed = format!("SELECT sum(amount_minor) FROM app.refund WHERE payment = '{payment}'");
    assert_eq!(stage.value(&counted), stage.value(&summed));
    assert!(["9000", "10000"].contains(&stage.value(&counted).as_str()));
}

/// What is asked for when so much goes back of a payment.
pub fn refund(payment: &str, amount: i64) -> Json {
    json!({
        "payment": payment, "amount": euros(amount), "reason": "goodwill",
        "idempotency_key": format!("refund-{:04}", unlike()),
        "vendor_share": euros(0), "platform_share": euros(amount),
    })
}

/// Somebody else agrees, and the provider says that it is done.
fn pay_out(stage: &Stage, checker: &Person<'_>, refund: &str) {
    let (path, worker) = (
        format!("/v1/staff/refunds/{refund}"),
        stage.staff("payments_worker"),
    );
    checker.does(&path, "approve", None);
    let told = json!({ "provider_refund": format!("re-{}", unlike()) });
    worker.does(&path, "submit", Some(&told));
    worker.does(&path, "succeed", None);
}
