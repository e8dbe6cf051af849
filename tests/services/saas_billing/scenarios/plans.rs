//! Whoever has subscribed keeps what he subscribed to.

use crate::office::{Customer, Office, euros, moment};
use crate::stage::Stage;
use serde_json::json;

/// Given organizations on one version; when the next is published, at a higher price; then their next invoices are
/// by theirs, and a new organization gets the new one.
pub fn plan_edit(stage: &Stage) {
    let office = Office::open(stage);
    let third = office.publish(3, 1_000);
    let customers: Vec<_> = (0..10)
        .map(|_| {
            let customer = Customer::found(stage);
            let subscription = customer.subscribed(&office, &third, 2, (-24 * 30, -1));
            (customer, subscription)
        })
        .collect();
    let why = json!({ "because": "The fourth takes its place" });
    office.admin.does(
        &format!("/v1/staff/plan-versions/{}", third.id),
        "grandfather",
        Some(&why),
    );
    let fourth = office.publish(4, 1_500);

    for (customer, subscription) in &customers {
        let renewal = json!({ "until": moment(24 * 30), "issuer": office.issuer });
        let row = format!("/v1/staff/subscriptions/{subscription}");
        office.worker.does(&row, "renew", Some(&renewal));
        let invoice = customer.owner.list(&format!("{}/invoices", customer.path));
        let invoice = invoice[0]["id"]
            .as_str()
            .expect("it has been made")
            .to_owned();
        let line = |price: &str, unit: i64| {
            json!({
                "invoice": invoice, "price": price, "quantity": 2, "unit": euros(unit),
                "amount": euros(2 * unit),
            })
        };
        let dearer = office
            .worker
            .post("/v1/staff/invoice-lines", &line(&fourth.seat, 1_500));
        assert_eq!(dearer.status, 409, "{}", dearer.body);
        let rule = "entities.InvoiceLine.actions.create.require.of_its_version";
        assert_eq!(dearer.json()["rule"], rule);
        office
            .worker
            .make("/v1/staff/invoice-lines", &line(&third.seat, 1_000));
        let row = format!("{}/invoices/{invoice}", customer.path);
        assert_eq!(customer.owner.get(&row).json()["subtotal"], euros(2_000));
    }

    let newcomer = Customer::found(stage);
    let subscriptions = format!("{}/subscriptions", newcomer.path);
    let old = newcomer
        .owner
        .post(&subscriptions, &Customer::wanted(&third.id, 2));
    assert_eq!(old.status, 409, "{}", old.body);
    assert_eq!(
        old.json()["rule"],
        "entities.Subscription.actions.create.require.on_sale"
    );
    newcomer
        .owner
        .make(&subscriptions, &Customer::wanted(&fourth.id, 2));
}
