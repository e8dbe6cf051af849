//! What is asked for, and what is paid of it.

use crate::office::{Customer, Office, euros, moment};
use crate::stage::{Stage, id_of};
use serde_json::json;

/// Given an invoice; when a line of another price is written, or more is paid than is owed; then each is refused, and
/// what is owed is paid once.
pub fn priced_and_paid(stage: &Stage) {
    let office = Office::open(stage);
    let version = office.publish(1, 1_000);
    let customer = Customer::found(stage);
    let subscription = customer.subscribed(&office, &version, 2, (-24 * 30, -1));
    let renewal = json!({ "until": moment(24 * 30), "issuer": office.issuer });
    let row = format!("/v1/staff/subscriptions/{subscription}");
    office.worker.does(&row, "renew", Some(&renewal));
    let invoices = customer.owner.list(&format!("{}/invoices", customer.path));
    let invoice = invoices[0]["id"].as_str().expect("it has been made");
    let line = |unit: i64| {
        json!({
            "invoice": invoice, "price": version.seat, "quantity": 2, "unit": euros(unit),
            "amount": euros(2 * unit),
        })
    };

    let cheaper = office.worker.post("/v1/staff/invoice-lines", &line(999));
    assert_eq!(cheaper.status, 409, "{}", cheaper.body);
    let rule = "entities.InvoiceLine.actions.create.require.as_priced";
    assert_eq!(cheaper.json()["rule"], rule);
    office.worker.make("/v1/staff/invoice-lines", &line(1_000));
    let row = format!("/v1/staff/invoices/{invoice}");
    let terms = json!({ "taxed": euros(380), "off": euros(0), "pay_by": moment(24 * 14) });
    office.worker.does(&row, "finalise", Some(&terms));

    let payments = stage.staff("payments_worker");
    let pay = |amount: i64| {
        let intent = format!("pi-{amount}-{invoice}");
        let body = json!({ "invoice": invoice, "amount": euros(amount), "intent": intent });
        payments.post("/v1/staff/payments", &body)
    };
    let more = pay(2_381);
    assert_eq!(more.status, 409, "{}", more.body);
    let rule = "entities.Payment.actions.create.require.no_more_than_owed";
    assert_eq!(more.json()["rule"], rule);
    let payment = id_of(&pay(2_380));
    payments.does(&format!("/v1/staff/payments/{payment}"), "succeed", None);
    payments.does(&row, "settle", None);
    let again = pay(1);
    assert_eq!(again.status, 409, "{}", again.body);
    let shown = customer
        .owner
        .get(&format!("{}/invoices/{invoice}", customer.path));
    assert_eq!(shown.json()["paid"], euros(2_380));
}
