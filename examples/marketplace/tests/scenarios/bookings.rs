//! Who gets the night.

use crate::market::Vendor;
use crate::stage::{Stage, together};

/// Given one free night; when twenty customers ask for it at once; then one has it.
pub fn concurrent_booking(stage: &Stage) {
    let vendor = Vendor::open(stage);
    let customers: Vec<_> = (0..20).map(|_| stage.person("customer")).collect();

    let answers = together(&customers, |customer| vendor.booked_by(customer, 24, 48));

    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(
        made,
        1,
        "{:?}",
        answers
            .iter()
            .map(|answer| answer.status)
            .collect::<Vec<_>>()
    );
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        assert_eq!(answer.status, 409, "{}", answer.body);
        assert_eq!(answer.json()["rule"], "entities.Booking.exclude.slot_taken");
    }
    let kept = format!(
        "SELECT count(*) FROM app.booking WHERE listing = '{}'",
        vendor.listing
    );
    assert_eq!(stage.value(&kept), "1");
}
