//! Who gets the night.

use crate::market::Vendor;
use crate::stage::{Stage, id_of, together};

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

/// Given a hold that was over a minute ago, and nobody who runs timers; when another customer asks for the same time;
/// then he has it, and the hold has expired.
pub fn stale_hold(stage: &Stage) {
    let vendor = Vendor::open(stage);
    let (late, next) = (stage.person("customer"), stage.person("customer"));
    let held = id_of(&vendor.booked_by(&late, 24, 48));
    let refused = vendor.booked_by(&next, 30, 40);
    assert_eq!(refused.status, 409, "{}", refused.body);
    assert_eq!(
        refused.json()["rule"],
        "entities.Booking.exclude.slot_taken"
    );

    stage.sql(&format!(
        "BEGIN; SET LOCAL session_replication_role = replica;
         UPDATE app.booking
         SET created_at = created_at - interval '16 minutes', hold_until = hold_until - interval '16 minutes'
         WHERE id = '{held}'; COMMIT"
    ));
    let answers = together(&[&next, &stage.person("customer")], |customer| {
        vendor.booked_by(customer, 30, 40)
    });

    let mut told: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    told.sort_unstable();
    assert_eq!(told, [201, 409]);
    let row = late.get(&format!("/v1/me/bookings/{held}"));
    assert_eq!(row.json()["state"], "expired", "{}", row.body);
    let by = format!(
        "SELECT context || ' ' || path || ' ' || (actor IS NULL) FROM audit.entry
         WHERE row_id = '{held}' ORDER BY id DESC LIMIT 1"
    );
    // Nobody's worker runs here: whoever books frees what is over.
    assert_eq!(stage.value(&by), "self commands.book false");
}
