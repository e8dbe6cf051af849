//! Nothing parses that does not act: each word of the language makes guards, or stands here with the reason
//! why it refuses nothing by itself; and each guard has a test that was seen to die without it.
//!
//! What was seen is kept by `blueprint mutate --record` in `tests/guards`. `scripts/test` holds that the tests
//! named there exist, and takes the record of `projects` anew.

use crate::sources::{none, root, rust};
use blueprint::model::Model;
use blueprint::mutate;
use blueprint::mutate::record::{Fate, Record};
use serde_json::Value;
use std::collections::BTreeSet;

/// A word, and what the id of a guard that it makes has in it.
const GUARDING: &[(&str, &[&str])] = &[
    ("accept", &[".accept@"]),
    ("actions", &[".found@", ".version@"]),
    ("algorithms", &["kernel.keys.algorithm"]),
    ("after", &[".after", ".deadline."]),
    ("append_only", &[".append_only"]),
    ("approval", &[".approval@", ".maker@", ".inner"]),
    ("as_soon", &[".due"]),
    ("at", &[".at", ".deadline."]),
    ("audience", &["kernel.token.audience"]),
    ("before", &[".before@"]),
    ("because", &[".because@", ".audit"]),
    ("by", &[".by@"]),
    ("call", &[".calls."]),
    ("cap", &[".totals."]),
    ("change", &[".effective.future"]),
    ("checked", &[".rules."]),
    ("commands", &["commands."]),
    ("contexts", &["identity.contexts.", ".columns."]),
    ("currency", &["kernel.values.currency"]),
    ("count", &[".totals."]),
    ("delete", &[".actions.delete.found@", ".read.vendor.deleted"]),
    ("deleted", &[".reference"]),
    ("during", &[".effective.past"]),
    ("each", &[".runs."]),
    ("effective", &[".effective", ".effective.kept", ".effective.turn"]),
    ("entities", &[".security.forced", ".security.enabled"]),
    ("exclude", &[".exclude.", ".turn"]),
    ("expires", &[".actions.expire.at", ".deadline.expire"]),
    ("fields", &[".facet.", ".columns."]),
    ("from", &[".from@"]),
    ("frozen", &[".frozen"]),
    ("grants", &[".grant", ".revoked"]),
    ("holds", &[".rules."]),
    ("hooks", &[".calls.", ".look."]),
    ("idempotency", &[".idempotency@", "idempotency.in_flight"]),
    ("identity", &["identity.contexts."]),
    ("issuer", &["kernel.token.issuer"]),
    ("list", &[".states.values", ".states.first"]),
    ("max", &[".anew"]),
    ("missing", &[".pick."]),
    ("number", &[".number", ".number.given", ".number.unique"]),
    ("only", &[".rules."]),
    ("output", &[".output."]),
    ("overlapping", &[".exclude."]),
    ("pii", &[".masked"]),
    ("parties", &[".read.self.", ".by@"]),
    ("pick", &[".pick.", ".turn"]),
    ("read", &[".read."]),
    ("reads", &[".moved@"]),
    ("require", &[".require."]),
    ("revise", &[".revises."]),
    ("roles", &[".read.", ".by@"]),
    ("rules", &[".rules."]),
    ("same", &[".exclude."]),
    ("scope", &[".tenant"]),
    ("states", &[".states"]),
    ("status", &[".rules."]),
    ("step_up", &[".step_up@", "identity.step_up."]),
    ("subject", &["kernel.token.subject"]),
    ("sum", &[".totals."]),
    ("tenant", &[".tenant"]),
    ("through", &[".reference"]),
    ("to", &[".states"]),
    ("tokens", &["kernel.token."]),
    ("totals", &[".totals"]),
    ("type", &[".bounds", ".reference"]),
    ("unique", &[".unique."]),
    ("user", &["identity.contexts.self.user"]),
    ("when", &[".when.", ".due"]),
    ("when_lowered", &[".totals."]),
];

/// A word that makes no guard, and why.
const SILENT: &[(&str, &str)] = &[
    ("as", "names the row that a step makes, for later steps"),
    ("blueprint", "the version of the language"),
    ("at", "when a copy is taken, which is written once"),
    (
        "copy",
        "fills a field from what is locked; that nobody gives it, and that it stays, is guarded",
    ),
    ("create", "makes a row; what holds of the row guards"),
    ("default", "fills what is not given"),
    ("do", "what an action does besides; each thing that it changes is guarded as if alone"),
    ("entity", "names the entity of people"),
    ("founder", "gives: an action that founds, and what its role may grant"),
    ("global", "takes the tenant off a key or a number, and says why"),
    ("gapless", "says which kind of number it is; the other is refused"),
    ("groups", "names several states at once"),
    ("in", "says in which context a role or party is; that context guards"),
    ("include", "names the other files of the blueprint; what they say guards"),
    ("includes", "gives: one role what another has"),
    ("input", "what an action is told; its `require` guards"),
    ("kind", "of a hook: what it may do; the one that there is depends on its arguments alone"),
    ("name", "of the service"),
    ("of", "names the row whose action a step runs, which is locked"),
    ("optional", "allows that nothing is there"),
    ("path", "of a context's routes"),
    ("per", "within what a number or a total counts, whose guards it is part of"),
    ("plural", "of an entity's routes"),
    ("provision", "how a person's row is made"),
    ("returns", "which row of a command is answered"),
    ("routes", "says that there are any; the doors behind them guard"),
    ("run", "runs an action of another row, which asks what it asks of everybody"),
    ("service", "names it"),
    ("set", "gives a field a value; what holds of the field guards"),
    ("settings", "read when the service starts, which refuses to without"),
    ("summary", "for people"),
    ("values_were", "as `was`"),
    ("was", "compared with the last compile; it makes nothing"),
    (
        "where",
        "narrows a unique key, an exclusion, a total or what a step finds, whose guard it is part of",
    ),
    ("with", "what a step gives to a row or an action"),
];

#[test]
fn every_word_guards_or_says_why_not() {
    let words = words();
    let table: BTreeSet<String> = GUARDING
        .iter()
        .map(|(word, _)| *word)
        .chain(SILENT.iter().map(|(word, _)| *word))
        .map(str::to_owned)
        .collect();
    let missing = words.difference(&table).map(|word| format!("`{word}` stands in neither table"));
    let gone = table.difference(&words).map(|word| format!("`{word}` is no word any more"));
    none(&missing.chain(gone).collect::<Vec<_>>(), "words of the language");
}

#[test]
fn every_guarding_word_makes_a_guard() {
    let guards = guards();
    let mut findings = Vec::new();
    for (word, parts) in GUARDING {
        for part in *parts {
            if !guards.iter().any(|guard| guard.contains(part)) {
                findings
                    .push(format!("`{word}`: no guard with `{part}` in the shipped blueprints"));
            }
        }
    }
    none(&findings, "words and their guards");
}

/// Shipped blueprints whose guards have each been left out.
const RECORDED: &[&str] = &["projects", "marketplace"];

#[test]
fn every_guard_has_a_test_that_was_seen_to_die_without_it() {
    let mut findings = Vec::new();
    for app in RECORDED {
        let path = root().join(format!("tests/guards/{app}.tsv"));
        let text = std::fs::read_to_string(&path).expect("each shipped blueprint has its record");
        let Record(fates) = Record::parse(&text).expect("it is as `mutate` writes it");
        let guards: BTreeSet<String> =
            mutate::guards(&model(app)).into_iter().map(|guard| guard.id).collect();
        let missing = guards.iter().filter(|id| !fates.contains_key(*id));
        findings
            .extend(missing.map(|id| format!("{app}: nobody has seen a test die without {id}")));
        let gone = fates.keys().filter(|id| !guards.contains(*id));
        findings.extend(gone.map(|id| format!("{app}: {id} is recorded and is no guard")));
        let unexplained = fates.iter().filter(|(_, fate)| **fate == Fate::Survived(None));
        findings.extend(
            unexplained.map(|(id, _)| format!("{app}: no test dies without {id}, and no reason")),
        );
    }
    none(&findings, "guards and the tests that die without them; see `blueprint mutate --record`");
}

#[test]
fn a_guard_has_one_id() {
    for app in ["projects", "marketplace", "saas_billing"] {
        let all = of_blueprint(app);
        let each: BTreeSet<&String> = all.iter().collect();
        assert_eq!(each.len(), all.len(), "{app}");
    }
}

/// Of every object in the JSON Schema.
fn words() -> BTreeSet<String> {
    fn gather(value: &Value, words: &mut BTreeSet<String>) {
        match value {
            // What is refused makes no guard.
            Value::Object(members) if members.contains_key("x-planned") => {}
            Value::Object(members) => {
                if let Some(Value::Object(properties)) = members.get("properties") {
                    let acting =
                        properties.iter().filter(|(_, one)| one.get("x-planned").is_none());
                    words.extend(acting.map(|(word, _)| word.clone()));
                }
                members.values().for_each(|value| gather(value, words));
            }
            Value::Array(items) => items.iter().for_each(|value| gather(value, words)),
            _ => {}
        }
    }
    let mut words = BTreeSet::new();
    gather(&serde_json::from_str(&blueprint::syntax::schema::text()).unwrap(), &mut words);
    words
}

/// Of the shipped blueprints and of the kernel.
fn guards() -> Vec<String> {
    let mut guards: Vec<String> =
        ["projects", "marketplace", "saas_billing"].into_iter().flat_map(of_blueprint).collect();
    for file in rust("templates/kernel") {
        let markers = file.text.lines().filter_map(|line| line.trim().strip_prefix("// guard: "));
        guards.extend(markers.map(str::to_owned));
    }
    guards
}

fn of_blueprint(app: &str) -> Vec<String> {
    blueprint::guards(&model(app))
}

pub fn model(app: &str) -> Model {
    let path = root().join(format!("blueprints/{app}/blueprint.yaml"));
    let (model, _) = blueprint::compile(&blueprint::load(&path).unwrap());
    model.expect("shipped blueprints have no mistakes")
}
