//! What was used counts once.

use crate::office::{Customer, Office, unlike};
use crate::stage::{Stage, together, within};
use serde_json::{Value as Json, json};

/// Given a batch that is sent three times at once, once with other times; then the sum counts it once.
pub fn duplicate_usage(stage: &Stage) {
    let office = Office::open(stage);
    let version = office.publish(1, 1_000);
    let customer = Customer::found(stage);
    let subscription = customer.subscribed(&office, &version, 1, (-24 * 10, 24 * 20));
    let code = format!("meter-{}", unlike());
    let meter = office.admin.make(
        "/v1/staff/meters",
        &json!({ "code": &code, "aggregation": "sum", "unit": "requests" }),
    );
    let metering = stage.staff("metering_worker");
    let period = metering.make(
        "/v1/staff/usage-periods",
        &json!({ "subscription": subscription, "meter": meter, "period": within(-24 * 10, 24 * 20) }),
    );
    let batch = |hours: i64| -> Vec<Json> {
        let event = |number: i64| {
            json!({
                "usage_period": period, "transaction": format!("{code}-{number}"),
                "quantity": 10 + number, "at": within(hours, 0)["from"],
            })
        };
        (0..5).map(event).collect()
    };

    let sent = together(&[batch(-3), batch(-3), batch(-2)], |batch| {
        let told = batch
            .iter()
            .map(|event| metering.post("/v1/staff/usage-events", event));
        told.collect::<Vec<_>>()
    });

    for answers in sent.iter().flatten() {
        assert!([201, 409].contains(&answers.status), "{}", answers.body);
    }
    let taken = sent
        .iter()
        .flatten()
        .filter(|answer| answer.status == 201)
        .count();
    assert_eq!(taken, 5);
    let row = customer
        .owner
        .get(&format!("{}/usage-periods/{period}", customer.path))
        .json();
    assert_eq!((&row["used"], &row["events"]), (&json!(60), &json!(5)));
}
