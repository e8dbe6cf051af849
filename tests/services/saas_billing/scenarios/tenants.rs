//! Organizations are kept apart, and keep an owner.

use crate::office::{Customer, Office, moment};
use crate::second::{Second, as_login};
use crate::stage::{Person, Stage, together};
use serde_json::{Value as Json, json};

const ROUTES: &str = include_str!("../../openapi.json");

/// Given two organizations; when the owner of one calls every route with the other's ids; then no row is there for
/// him, and none of the other's is touched.
pub fn foreign_tenant(stage: &Stage) {
    let office = Office::open(stage);
    let version = office.publish(1, 1_000);
    let (ours, theirs) = (Customer::found(stage), Customer::found(stage));
    let ids = settled(stage, &office, &theirs, &version);
    let before = kept(stage, &theirs.id);

    let routes: Json = serde_json::from_str(ROUTES).expect("the service's own document");
    let mut tried = 0;
    for (path, methods) in routes["paths"].as_object().expect("paths") {
        if !path.starts_with("/v1/orgs/{organization}") {
            continue;
        }
        let methods = methods.as_object().expect("methods").iter();
        for (method, operation) in methods.filter(|(method, _)| *method != "parameters") {
            let call = |organization: &str, id: &str| {
                let path = path
                    .replace("{organization}", organization)
                    .replace("{id}", id);
                let body = &operation["requestBody"]["content"]["application/json"]["example"];
                let request = ours.owner.request(&method.to_uppercase(), &path);
                let request = request.header("if-match", "\"1\"");
                let request = if body.is_null() {
                    request
                } else {
                    request.json(body)
                };
                (ours.owner.send(&request), path)
            };
            let (answer, path_of_theirs) = call(&theirs.id, &ids[0]);
            assert_eq!(
                answer.status, 403,
                "{method} {path_of_theirs}: {}",
                answer.body
            );
            for id in ids.iter().filter(|_| path.contains("{id}")) {
                let (answer, path) = call(&ours.id, id);
                assert_eq!(answer.status, 404, "{method} {path}: {}", answer.body);
                tried += 1;
            }
        }
    }
    assert!(tried > 100, "{tried}");
    assert_eq!(kept(stage, &theirs.id), before);
    // What is not told of one that is there is what is told of one that is not.
    let elsewhere = ours.owner.get(&format!("/v1/orgs/{}", ids[0]));
    let foreign = ours.owner.get(&theirs.path);
    assert_eq!((elsewhere.status, foreign.status), (403, 403));
    assert_eq!(elsewhere.json()["detail"], foreign.json()["detail"]);
}

/// Given a connection on which one organization was served; when the next request is of nobody there; then it sees no
/// row of it.
pub fn pooled_connection(stage: &Stage) {
    let office = Office::open(stage);
    let version = office.publish(1, 1_000);
    let (ours, theirs) = (Customer::found(stage), Customer::found(stage));
    settled(stage, &office, &ours, &version);
    let narrow = Second::with(stage, "DATABASE_POOL_SIZE", "1");
    for entity in ["subscriptions", "workspaces", "seats"] {
        let served = narrow.get(&ours.owner, &format!("{}/{entity}", ours.path));
        assert_eq!(
            served.json()["items"].as_array().map(Vec::len),
            Some(1),
            "{}",
            served.body
        );
        let refused = narrow.get(&theirs.owner, &format!("{}/{entity}", ours.path));
        assert_eq!(refused.status, 403, "{}", refused.body);
        let next = narrow.get(&theirs.owner, &format!("{}/{entity}", theirs.path));
        assert_eq!(next.json()["items"], json!([]), "{}", next.body);
    }
    for table in [
        "organization",
        "subscription",
        "workspace",
        "seat",
        "membership",
    ] {
        let seen = as_login(stage, "org", &format!("SELECT count(id) FROM app.{table}"));
        assert_eq!(seen, [[Some("0".to_owned())]], "{table}");
    }
}

/// Given two owners; when each takes the other out at once; then one does, and one owner stays.
pub fn two_owners_leave(stage: &Stage) {
    for _ in 0..5 {
        let customer = Customer::found(stage);
        let second = customer.member(stage, "owner");
        let memberships = format!("{}/memberships", customer.path);
        let all = customer.owner.list(&memberships);
        let of = |person: &Person<'_>| {
            let row = all.iter().find(|row| row["user"] == person.id.as_str());
            let id = row
                .and_then(|row| row["id"].as_str())
                .expect("a membership");
            format!("{memberships}/{id}")
        };
        let each = [
            (&customer.owner, of(&second)),
            (&second, of(&customer.owner)),
        ];
        let each = each.map(|(by, row)| (by, by.version(&row), row));

        let answers = together(&each, |(by, version, row)| {
            by.act_on(row, version, "revoke", None)
        });

        let done = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(done, 1, "{answers:?}");
        let refused = answers
            .iter()
            .find(|answer| answer.status != 200)
            .expect("one of them");
        assert!([403, 409].contains(&refused.status), "{}", refused.body);
        let owners = format!(
            "SELECT count(*) FROM app.membership
             WHERE organization = '{}' AND role = 'owner' AND revoked_at IS NULL",
            customer.id
        );
        assert_eq!(stage.value(&owners), "1");
    }
}

/// Rows of several kinds in an organization: their ids.
fn settled(
    stage: &Stage,
    office: &Office<'_>,
    customer: &Customer<'_>,
    version: &crate::office::Version,
) -> Vec<String> {
    let (owner, path) = (&customer.owner, &customer.path);
    let subscription = customer.subscribed(office, version, 3, (-1, 24 * 30));
    let seat = owner.make(
        &format!("{path}/seats"),
        &json!({ "subscription": subscription }),
    );
    let workspace = owner.make(&format!("{path}/workspaces"), &json!({ "name": "Engines" }));
    let member = customer.member(stage, "member");
    let named = json!({ "workspace": workspace, "person": member.id, "role": "editor" });
    let working = owner.make(&format!("{path}/workspace-members"), &named);
    let invoice = office.worker.make(
        "/v1/staff/invoices",
        &json!({
            "subscription": subscription, "issuer": office.issuer, "kind": "one_off",
            "period_start": moment(-1), "period_end": moment(1), "plan_version": version.id,
        }),
    );
    vec![subscription, seat, workspace, working, invoice]
}

/// Every row of an organization, as one text.
fn kept(stage: &Stage, organization: &str) -> String {
    let tables = stage.sql(
        "SELECT table_name FROM information_schema.columns
         WHERE table_schema = 'app' AND column_name = 'organization' ORDER BY 1",
    );
    let tables = tables
        .into_iter()
        .filter_map(|row| row.into_iter().next().flatten());
    tables
        .map(|table| {
            stage.value(&format!(
                "SELECT '{table}' || coalesce(string_agg(t::text, ';' ORDER BY t.id), '')
                 FROM app.{table} t WHERE organization = '{organization}'"
            ))
        })
        .collect()
}
