//! What one of the staff asks for and another agrees to.

use crate::market::Vendor;
use crate::stage::{Stage, together};
use serde_json::json;

/// Given a suspended organization; when one of the staff asks to reinstate it; then nothing has changed, he cannot agree
/// himself, nor can anybody to something else; and of another's twenty clicks one does it. What was asked for about a row
/// that has changed since is never done.
pub fn second_person(stage: &Stage) {
    let vendor = Vendor::open(stage);
    let path = format!("/v1/staff/organizations/{}", vendor.id);
    let (maker, checker) = (stage.staff("trust_reviewer"), stage.staff("admin"));
    let because = json!({ "because": "Nothing was found against it." });
    maker.does(
        &path,
        "suspend",
        Some(&json!({ "because": "Somebody complained." })),
    );

    let asked = maker.act(&path, "reinstate", Some(&because));
    assert_eq!(asked.status, 202, "{}", asked.body);
    let request = asked.header("location").expect("where it waits").to_owned();
    assert_eq!(checker.get(&path).json()["state"], "suspended");
    let shown = checker.get(&request).json();
    assert_eq!(shown["reason"], because["because"]);
    assert_eq!(shown["requested_by"], maker.id.as_str());

    let agreed = json!({ "hash": shown["hash"] });
    let own = maker.act(&request, "approve", Some(&agreed));
    assert_eq!(own.status, 409);
    let rule = "entities.OrganizationReinstateApproval.actions.approve";
    assert_eq!(own.json()["rule"], format!("{rule}.require.another_person"));
    let other = checker.act(
        &request,
        "approve",
        Some(&json!({ "hash": "0".repeat(64) })),
    );
    assert_eq!(other.status, 409);
    assert_eq!(other.json()["rule"], format!("{rule}.require.same_command"));

    // Asked for by another too, before the first is decided.
    let late = stage.staff("trust_reviewer");
    let second = late.act(&path, "reinstate", Some(&because));
    let second = second
        .header("location")
        .expect("where it waits")
        .to_owned();

    let version = checker.version(&request);
    let clicks = [(); 20];
    let answers = together(&clicks, |()| {
        checker.act_on(&request, &version, "approve", Some(&agreed))
    });
    let done = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(done, 1);
    assert!(
        answers
            .iter()
            .all(|answer| matches!(answer.status, 200 | 409 | 412))
    );
    assert_eq!(checker.get(&path).json()["state"], "active");
    let told = format!(
        "SELECT actor || ' ' || approver FROM audit.entry
         WHERE row_id = '{}' AND path = 'entities.Organization.actions.reinstate'",
        vendor.id
    );
    assert_eq!(stage.value(&told), format!("{} {}", maker.id, checker.id));

    let hash = checker.get(&second).json()["hash"].clone();
    let stale = checker.act(&second, "approve", Some(&json!({ "hash": hash })));
    assert_eq!(stale.status, 409, "{}", stale.body);
    assert_eq!(stale.json()["rule"], format!("{rule}.require.unchanged"));
    late.does(&second, "withdraw", None);
}
