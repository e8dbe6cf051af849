//! Seats, of which there are as many as are paid for.

use crate::office::{Customer, Office};
use crate::stage::{Stage, together};
use serde_json::json;

/// Given ten seats of which nine are taken; when five take one at once; then one has it, and four are told that more
/// costs more. Given nine of ten; when one is taken while the seats are reduced to nine; then never ten of nine.
pub fn last_seat(stage: &Stage) {
    let office = Office::open(stage);
    let version = office.publish(1, 1_000);
    let customer = Customer::found(stage);
    let subscription = customer.subscribed(&office, &version, 10, (-1, 24 * 30));
    let seats = format!("{}/seats", customer.path);
    let body = json!({ "subscription": subscription });
    let early: Vec<_> = (0..9).map(|_| customer.member(stage, "member")).collect();
    let taken: Vec<_> = early
        .iter()
        .map(|member| member.make(&seats, &body))
        .collect();
    let late: Vec<_> = (0..5).map(|_| customer.member(stage, "member")).collect();

    let answers = together(&late, |member| member.post(&seats, &body));

    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 402, 402, 402, 402]);
    for refused in answers.iter().filter(|answer| answer.status == 402) {
        assert_eq!(
            refused.json()["rule"],
            "entities.Subscription.rules.seat_limit_reached"
        );
    }
    let used = format!(
        "SELECT seats_used || ' of ' || quantity FROM app.subscription WHERE id = '{subscription}'"
    );
    assert_eq!(stage.value(&used), "10 of 10");

    early[0].does(&format!("{seats}/{}", taken[0]), "release", None);
    let row = format!("{}/subscriptions/{subscription}", customer.path);
    let version = customer.owner.version(&row);
    let member = customer.member(stage, "member");
    let statuses = together(&[true, false], |reduce| match reduce {
        true => {
            let fewer = json!({ "seats": 9 });
            customer
                .owner
                .act_on(&row, &version, "reduce-seats", Some(&fewer))
                .status
        }
        false => member.post(&seats, &body).status,
    });
    let counted = stage.value(&used);
    match statuses[..] {
        [200, 402] => assert_eq!(counted, "9 of 9"),
        [409, 201] => assert_eq!(counted, "10 of 10"),
        _ => panic!("{statuses:?}: {counted}"),
    }
}
