//! One period after another, each billed once.

use crate::office::{Customer, Office, moment};
use crate::stage::{Stage, together};
use serde_json::json;

/// Given a period that is over; when the owner cancels while it is renewed; then either the renewal was first and
/// the cancellation is for the next period, of which the owner is told, or there is no next period.
pub fn cancel_at_the_boundary(stage: &Stage) {
    let office = Office::open(stage);
    let version = office.publish(1, 1_000);
    for _ in 0..6 {
        let customer = Customer::found(stage);
        let subscription = customer.subscribed(&office, &version, 1, (-24 * 30, -1));
        let ours = format!("{}/subscriptions/{subscription}", customer.path);
        let row = format!("/v1/staff/subscriptions/{subscription}");
        let known = customer.owner.version(&ours);
        let renewal = json!({ "until": moment(24 * 30), "issuer": office.issuer });
        let cancel = || {
            let why = json!({ "cancel_reason": "Too dear" });
            customer.owner.act_on(&ours, &known, "cancel", Some(&why))
        };

        let answers = together(&[true, false], |canceled| match canceled {
            true => cancel(),
            false => office.worker.act_on(&row, &known, "renew", Some(&renewal)),
        });

        let invoices =
            format!("SELECT count(*) FROM app.invoice WHERE subscription = '{subscription}'");
        match (answers[0].status, answers[1].status) {
            // The owner decided on what he no longer sees, and decides anew.
            (412, 200) => {
                assert_eq!(stage.value(&invoices), "1");
                let why = json!({ "cancel_reason": "Too dear" });
                customer.owner.does(&ours, "cancel", Some(&why));
            }
            (200, 412) => {
                let late = office.worker.act(&row, "renew", Some(&renewal));
                assert_eq!(late.status, 409, "{}", late.body);
                let rule = "entities.Subscription.actions.renew.require.not_canceled";
                assert_eq!(late.json()["rule"], rule);
                assert_eq!(stage.value(&invoices), "0");
            }
            other => panic!("{other:?}: {answers:?}"),
        }
        // Nothing is billed for a time after the cancellation.
        let after = format!(
            "SELECT count(*) FROM app.invoice i JOIN app.subscription s ON s.id = i.subscription
             WHERE s.id = '{subscription}' AND i.period_start >= s.cancel_at"
        );
        assert_eq!(stage.value(&after), "0");
    }
}

/// Given two schedulers; when both renew what is due; then there is one invoice for the period.
pub fn renewal_twice(stage: &Stage) {
    let office = Office::open(stage);
    let version = office.publish(1, 1_000);
    let workers = [stage.staff("billing_worker"), stage.staff("billing_worker")];
    for _ in 0..6 {
        let customer = Customer::found(stage);
        let subscription = customer.subscribed(&office, &version, 1, (-24 * 30, -1));
        let row = format!("/v1/staff/subscriptions/{subscription}");
        let begins = office.worker.get(&row).json()["period_end"].clone();
        let renewal = json!({ "until": moment(24 * 30), "issuer": office.issuer });

        let answers = together(&workers, |worker| worker.act(&row, "renew", Some(&renewal)));

        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
        statuses.sort_unstable();
        assert!(
            [[200, 409], [200, 412]].contains(&[statuses[0], statuses[1]]),
            "{answers:?}"
        );
        let invoices =
            format!("SELECT count(*) FROM app.invoice WHERE subscription = '{subscription}'");
        assert_eq!(stage.value(&invoices), "1");
        // Nor is it billed by whoever writes an invoice by itself.
        let again = json!({
            "subscription": subscription, "issuer": office.issuer, "kind": "subscription",
            "period_start": begins, "period_end": moment(24 * 30), "plan_version": version.id,
        });
        let answer = office.worker.post("/v1/staff/invoices", &again);
        assert_eq!(answer.status, 409, "{}", answer.body);
        assert_eq!(
            answer.json()["rule"],
            "entities.Invoice.unique.period_billed_once"
        );
    }
}
