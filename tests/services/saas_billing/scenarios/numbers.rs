//! What invoices are called by.

use crate::office::{Customer, Office, euros, moment};
use crate::stage::{Stage, together};
use serde_json::json;

/// Given 100 drafts of one issuer; when all are finalised at once, of which 20 fail after they got their number; then the
/// others have 1 to 80, and the next one has 81.
pub fn gapless_numbers(stage: &Stage) {
    let office = Office::open(stage);
    let version = office.publish(1, 1_000);
    let customers = [Customer::found(stage), Customer::found(stage)];
    let subscriptions = customers
        .each_ref()
        .map(|customer| customer.subscribed(&office, &version, 1, (-1, 24 * 30)));
    let draft = |at: usize| {
        let invoice = json!({
            "subscription": subscriptions[at % 2], "issuer": office.issuer, "kind": "one_off",
            "period_start": moment(-1), "period_end": moment(1), "plan_version": version.id,
        });
        let id = office.worker.make("/v1/staff/invoices", &invoice);
        format!("/v1/staff/invoices/{id}")
    };
    let drafts: Vec<(usize, String)> = (0..100).map(|at| (at, draft(at))).collect();
    let next = draft(100);
    let finalise = |row: &str, taxed: i64| {
        let terms = json!({ "taxed": euros(taxed), "off": euros(0), "pay_by": moment(24 * 14) });
        office.worker.act(row, "finalise", Some(&terms))
    };

    let answers = together(&drafts, |(at, row)| match at % 5 {
        // What is less than nothing breaks a rule of the table, which is asked once the row has its number.
        4 => finalise(row, -1),
        _ => finalise(row, 0),
    });

    let mut numbers = Vec::new();
    for ((at, _), answer) in drafts.iter().zip(&answers) {
        let told = answer.json();
        if at % 5 == 4 {
            assert_eq!(answer.status, 409, "{}", answer.body);
            assert_eq!(told["rule"], "entities.Invoice.rules.not_negative");
        } else {
            assert_eq!(answer.status, 200, "{}", answer.body);
            numbers.extend(told["number"].as_i64());
        }
    }
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=80).collect::<Vec<i64>>());
    assert_eq!(finalise(&next, 0).json()["number"], 81);
    let kept = format!(
        "SELECT count(*) FROM app.invoice WHERE issuer = '{}' AND state = 'draft' AND number IS NULL",
        office.issuer
    );
    assert_eq!(stage.value(&kept), "20");
}
