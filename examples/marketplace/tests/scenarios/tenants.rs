//! Who acts for an organization, and for which.

use crate::market::Vendor;
use crate::stage::{Person, Stage, id_of, together};
use serde_json::json;

/// Given a manager of one vendor; when he accepts a booking of another by its id, or puts what he makes under
/// the other's listing; then neither is there for him, and nothing is stored.
pub fn cross_org_write(stage: &Stage) {
    let (ours, theirs) = (Vendor::open(stage), Vendor::open(stage));
    let manager = stage.person("manager");
    ours.owner.make(
        &format!("{}/memberships", ours.path),
        &json!({ "user": manager.id, "role": "manager" }),
    );
    let booking = id_of(&theirs.booked_by(&stage.person("customer"), 24, 48));
    let state = format!(
        "SELECT state || version || (address IS NULL) FROM app.booking WHERE id = '{booking}'"
    );
    let before = stage.value(&state);

    let version = "\"1\"";
    let row = format!("{}/bookings/{booking}", ours.path);
    let answer = manager.act_on(&row, version, "accept", None);
    assert_eq!(answer.status, 404, "{}", answer.body);
    // Of a vendor that he does not work for he learns what he learns of one that is not there.
    let row = format!("{}/bookings/{booking}", theirs.path);
    let strange = manager.act_on(&row, version, "accept", None);
    let row = format!("/v1/orgs/{booking}/bookings/{booking}");
    let nowhere = manager.act_on(&row, version, "accept", None);
    assert_eq!((strange.status, nowhere.status), (403, 403));
    assert_eq!(strange.json()["detail"], nowhere.json()["detail"]);
    assert_eq!(stage.value(&state), before);

    let photo =
        json!({ "listing": theirs.listing, "file": "https://example.org/a.jpg", "position": 0 });
    let answer = manager.post(&format!("{}/listing-photos", ours.path), &photo);
    assert_eq!(answer.status, 404, "{}", answer.body);
    let photos = format!(
        "SELECT count(*) FROM app.listing_photo WHERE listing = '{}'",
        theirs.listing
    );
    assert_eq!(stage.value(&photos), "0");
}

/// Given two owners; when each revokes the other at the same instant; then one revocation succeeds, and one owner
/// is left.
pub fn last_owner(stage: &Stage) {
    for _ in 0..5 {
        let vendor = Vendor::open(stage);
        let second = stage.person("owner");
        let memberships = format!("{}/memberships", vendor.path);
        let theirs = vendor
            .owner
            .make(&memberships, &json!({ "user": second.id, "role": "owner" }));
        let ours = membership(&vendor.owner, &memberships);
        let revoked = |by: &Person<'_>, of: &str| {
            let row = format!("{memberships}/{of}");
            (by.version(&row), row)
        };
        let each = [
            (&vendor.owner, revoked(&vendor.owner, &theirs)),
            (&second, revoked(&second, &ours)),
        ];

        let answers = together(&each, |(by, (version, row))| {
            by.act_on(row, version, "revoke", None)
        });

        let done = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(done, 1, "{answers:?}");
        // Who comes later is no owner any more, or would leave none.
        let refused = answers
            .iter()
            .find(|answer| answer.status != 200)
            .expect("one of them");
        assert!([403, 409].contains(&refused.status), "{}", refused.body);
        let owners = format!(
            "SELECT count(*) FROM app.membership
             WHERE organization = '{}' AND role = 'owner' AND revoked_at IS NULL",
            vendor.id
        );
        assert_eq!(stage.value(&owners), "1");
    }
}

/// Of the person, among those of the organization.
fn membership(person: &Person<'_>, memberships: &str) -> String {
    let all = person.list(memberships);
    let own = all.iter().find(|row| row["user"] == person.id.as_str());
    own.and_then(|row| row["id"].as_str())
        .expect("a membership")
        .to_owned()
}
