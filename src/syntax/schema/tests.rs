//! The schema against the compiler: what one takes, the other takes.

use std::fs;
use std::path::Path;

use super::super::planned;
use super::*;
use crate::diagnostics::Diagnostics;
use crate::source::Sources;
use crate::syntax::form::Word;
use crate::syntax::reader::Reader;
use crate::syntax::{
    Action, Context, Entity, Field, Identity, Party, Role, Service, Setting, States, Tokens,
    Unique, User,
};
use crate::yaml::{self, Content};

fn schema() -> Value {
    serde_json::from_str(&text()).expect("it is JSON")
}

fn problems(yaml: &str) -> Vec<String> {
    let sources = Sources::from_text("blueprint.yaml", yaml);
    let mut diagnostics = Diagnostics::new();
    let tree = yaml::parse(&sources, sources.main(), &mut diagnostics).expect("it is YAML");
    let validator = jsonschema::draft202012::new(&schema()).expect("it is a schema");
    validator
        .iter_errors(&shape::json(&tree))
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

#[test]
fn shipped_blueprints_fit() {
    let blueprints = Path::new(env!("CARGO_MANIFEST_DIR")).join("blueprints");
    let mut files = 0;
    for folder in fs::read_dir(blueprints).expect("there are blueprints") {
        for file in fs::read_dir(folder.expect("a folder").path()).expect("it has files") {
            let path = file.expect("a file").path();
            let text = fs::read_to_string(&path).expect("it can be read");
            assert_eq!(problems(&text), Vec::<String>::new(), "{}", path.display());
            files += 1;
        }
    }
    assert!(files >= 8);
}

#[test]
fn mistakes_do_not_fit() {
    for yaml in [
        "blueprint: 1\n",
        "blueprint: 2\nservice: { name: a }\n",
        "blueprint: 1\nservice: { name: a, nmae: b }\n",
        "blueprint: 1\nservice: { name: a }\nroles: { member: {} }\n",
        "blueprint: 1\nservice: { name: a }\nentities: { A: { fields: { b: string } } }\n",
        "blueprint: 1\nservice: { name: a }\nentities: { A: { actions: { create: {} } } }\n",
    ] {
        assert_ne!(problems(yaml), Vec::<String>::new(), "{yaml}");
    }
}

/// The words that editors offer are those that are read.
#[test]
fn words_are_those_of_the_readers() {
    fn check<S: Shape + JsonSchema>() {
        let schema = of::<S>();
        let long = long_form(&schema);
        let properties = long["properties"].as_object().expect("it has words");
        let mut offered: Vec<&str> = Vec::new();
        let mut refused: Vec<&str> = Vec::new();
        for (word, property) in properties {
            let list =
                if property.get(shape::PLANNED).is_some() { &mut refused } else { &mut offered };
            list.push(word);
        }
        let mut read: Vec<&str> = S::WORDS.iter().map(|(word, _)| *word).collect();
        offered.sort_unstable();
        read.sort_unstable();
        assert_eq!(offered, read, "{}", S::WHAT);
        let planned: Vec<&str> = S::PLANNED.iter().map(|word| word.name).collect();
        assert_eq!(refused, planned, "{}", S::WHAT);
    }
    each!(check);
}

/// What the reference shows of a word is what the word takes.
#[test]
fn examples_fit() {
    fn check<S: Shape + JsonSchema>() {
        let schema = of::<S>();
        let validator = jsonschema::draft202012::new(&schema).expect("it is a schema");
        let built = S::WORDS.iter().copied();
        let planned = S::PLANNED.iter().map(|word| (word.name, word.example));
        for (word, text) in built.chain(planned) {
            let problems: Vec<String> = validator
                .iter_errors(&json!({ word: shape::example(text) }))
                .map(|error| error.to_string())
                .filter(|error| !error.contains("required property"))
                .collect();
            let any = "is not valid under any of the schemas";
            let problems: Vec<_> = problems.iter().filter(|one| !one.contains(any)).collect();
            assert!(problems.is_empty(), "{}: {word}: {text}: {problems:?}", S::WHAT);
        }
    }
    each!(check);
}

/// A blueprint with each kind of mapping once, and the names that the examples speak of.
const AROUND: &str = r"
blueprint: 1
service: { name: projects, currency: EUR }
settings: { OIDC_ISSUER: { type: url }, SUPPORT_URL: { type: url } }
identity:
  user: { entity: User }
  tokens: { audience: projects }
  contexts: { team: { tenant: Team, grants: Member, founder: lead } }
roles: { member: { in: team }, lead: { in: team } }
entities:
  Booking:
    scope: Team
    fields: { customer: { type: ref User, frozen: true }, price: money, guests: int }
    parties: { customer: { user: customer, in: self } }
    rules: { paid: { holds: price >= 0 } }
    read: { lead: all }
    actions: { create: { by: lead, accept: [customer, price] } }
  Part:
    scope: { through: booking }
    fields: { booking: { type: ref Booking, frozen: true }, amount: { type: int } }
    read: { lead: all }
    actions: { create: { by: lead, accept: [booking, amount] } }
  Refund:
    fields: { payment: ref Task, amount: money }
    states: [pending, confirmed, succeeded]
    number: { per: tenant }
    read: { lead: all }
    actions:
      create: { by: lead, accept: [payment, amount] }
      confirm: { by: lead, from: pending, to: confirmed }
      succeed: { by: lead, from: confirmed, to: succeeded }
  Rate:
    effective: { by: [category], during: valid }
    fields: { category: text(1..80), rate: bps, valid: range of timestamp }
    read: { lead: all }
  Task:
    pick: { rate: { from: Rate, by: [title] } }
    fields:
      title: text(1..80)
      due: { type: timestamp, default: now }
      number: { type: int, default: 0 }
      price: { type: money, default: 0 }
      paid: { type: money, default: 0 }
      total: { type: money, default: 0 }
      assignee: optional ref User in team
      done_by: optional ref User in team
      during: optional range of timestamp
    states: { list: [open, done, dropped] }
    frozen: { fields: [title], from: done }
    unique: { number: { fields: [number] } }
    exclude: { apart: { overlapping: during, where: during is set } }
    totals: { refunds: { count: Refund } }
    read: { lead: { fields: [title, due] } }
    actions:
      create: { by: lead, accept: [title, due, number, price, paid, total, assignee, during] }
      finish: { by: lead, from: open, to: done, input: { reason: { type: text(1..80) }, booking: ref Booking }, do: [{ create: Part, with: { booking: input.booking, amount: 1 } }] }
hooks:
  quote:
    kind: compute
    input: { booking: ref Booking }
    reads: { booked: { of: Booking, fields: [price], where: id == input.booking } }
    output: money
commands:
  open: { by: lead, input: { booking: ref Booking }, do: [{ create: Part, with: { booking: input.booking, amount: 1 }, as: part }], returns: part }
routes: standard
";

/// Where in it a mapping stands.
fn around(what: &str) -> &'static str {
    match what {
        "a blueprint" => "",
        "`service`" => "/service",
        "`identity`" => "/identity",
        "`user`" => "/identity/user",
        "`tokens`" => "/identity/tokens",
        "a context" => "/identity/contexts/team",
        "a setting" => "/settings/SUPPORT_URL",
        "a role" => "/roles/lead",
        "an entity" => "/entities/Task",
        "`scope`" => "/entities/Part/scope",
        "a field" => "/entities/Part/fields/amount",
        "a party" => "/entities/Booking/parties/customer",
        "`states`" => "/entities/Task/states",
        "`frozen`" => "/entities/Task/frozen",
        "`number`" => "/entities/Refund/number",
        "a hook" => "/hooks/quote",
        "what a hook reads" => "/hooks/quote/reads/booked",
        "a unique key" => "/entities/Task/unique/number",
        "an exclusion" => "/entities/Task/exclude/apart",
        "a total" => "/entities/Task/totals/refunds",
        "a rule" => "/entities/Task/rules/paid",
        "a read grant" => "/entities/Task/read/lead",
        "an action" => "/entities/Task/actions/finish",
        "a step" => "/entities/Task/actions/finish/do/0",
        "a command" => "/commands/open",
        "an input" => "/entities/Task/actions/finish/input/reason",
        other => panic!("where is {other}?"),
    }
}

/// Each example of the reference, put into a blueprint in its place, compiles: nothing is wrong within it,
/// whatever of the rest no longer fits.
#[test]
fn examples_compile() {
    fn check<S: Shape + JsonSchema>() {
        let sources = Sources::from_text("around", AROUND);
        let tree = yaml::parse(&sources, sources.main(), &mut Diagnostics::new());
        let base = shape::json(&tree.expect("it is YAML"));
        for (word, text) in S::WORDS {
            let mut whole = base.clone();
            if S::WHAT == "a rule" {
                whole["entities"]["Task"]["rules"] = json!({ "paid": {} });
            }
            if (S::WHAT, *word) == ("an entity", "number") {
                let fields = whole.pointer_mut("/entities/Task/fields").expect("it has some");
                fields.as_object_mut().expect("by name").remove("number");
            }
            if (S::WHAT, *word) == ("an entity", "effective") {
                let fields = whole.pointer_mut("/entities/Task/fields").expect("it has some");
                fields["category"] = "text(1..80)".into();
                fields["valid"] = "range of timestamp".into();
            }
            if matches!((S::WHAT, *word), ("a total", "sum" | "max")) {
                whole["entities"]["Task"]["totals"] = json!({ "refunds": {} });
            }
            let place = whole.pointer_mut(around(S::WHAT)).expect("it is there");
            if *word == "values_were" {
                place["type"] = "one of card|cash".into();
            }
            place[*word] = "EXAMPLE".into();
            let yaml = whole.to_string();
            let start = yaml.find("\"EXAMPLE\"").expect("it was put there");
            let yaml = yaml.replacen("\"EXAMPLE\"", text, 1);
            // Files stand in a folder; the UI cases have some.
            // What stands there makes a row, of which `of`, `each` and `where` say nothing, is no timer, and copies nothing.
            // The states from which `frozen` holds are its own.
            let alone = [
                ("a step", "of"),
                ("a step", "each"),
                ("a step", "where"),
                ("an action", "when"),
                ("a field", "at"),
                ("`frozen`", "of"),
            ];
            if *word == "include" || alone.contains(&(S::WHAT, *word)) {
                continue;
            }
            let (_, diagnostics) = crate::compile(&Sources::from_text("example", yaml));
            let within = |one: &&crate::diagnostics::Diagnostic| {
                let at = one.primary.span.range();
                !one.code.is_warning() && at.start >= start && at.end <= start + text.len()
            };
            let wrong: Vec<&str> =
                diagnostics.iter().filter(within).map(|one| one.message.as_str()).collect();
            assert_eq!(wrong, Vec::<&str>::new(), "{}: {word}: {text}", S::WHAT);
        }
    }
    each!(check);
}

/// A planned word is refused once, and nothing is said of what stands under it if it is right.
#[test]
fn planned_examples_are_right() {
    fn one(word: &'static Word) {
        let text = format!("{}: {}\n", word.name, word.example);
        let sources = Sources::from_text("blueprint.yaml", text.as_str());
        let mut diagnostics = Diagnostics::new();
        let tree = yaml::parse(&sources, sources.main(), &mut diagnostics).expect("it is YAML");
        let Content::Mapping(entries) = &tree.content else { panic!("{text} is no mapping") };
        planned::refuse(word, &entries[0], "it", &mut Reader::new(&mut diagnostics));
        let said: Vec<&str> = diagnostics.iter().map(|one| one.message.as_str()).collect();
        assert_eq!(said, [format!("`{}` in it is planned, not supported yet", word.name)]);
    }
    fn check<S: Shape + JsonSchema>() {
        S::PLANNED.iter().for_each(one);
    }
    each!(check);
    one(&planned::ROUTES);
    for section in shape::all() {
        section.words.iter().for_each(one);
    }
}

macro_rules! each {
    ($check:ident) => {
        $check::<Document>();
        $check::<Service>();
        $check::<Identity>();
        $check::<User>();
        $check::<Tokens>();
        $check::<Context>();
        $check::<Setting>();
        $check::<Role>();
        $check::<Entity>();
        $check::<Field>();
        $check::<Input>();
        $check::<Party>();
        $check::<States>();
        $check::<crate::syntax::Frozen>();
        $check::<crate::syntax::Number>();
        $check::<crate::syntax::Hook>();
        $check::<crate::syntax::Reads>();
        $check::<Unique>();
        $check::<crate::syntax::Exclude>();
        $check::<crate::syntax::Total>();
        $check::<crate::syntax::grant::Long>();
        $check::<crate::syntax::scope::Through>();
        $check::<Action>();
        $check::<crate::syntax::Step>();
        $check::<crate::syntax::Command>();
        $check::<crate::syntax::rule::Rule>();
    };
}
use each;

#[test]
fn every_word_is_described() {
    fn check(at: &str, schema: &Value) {
        if let Value::Object(members) = schema {
            if let Some(Value::Object(words)) = members.get("properties") {
                for (word, value) in words {
                    assert!(value.get("description").is_some(), "{at}.{word}");
                }
            }
            for (word, value) in members {
                check(&format!("{at}.{word}"), value);
            }
        } else if let Value::Array(items) = schema {
            items.iter().for_each(|item| check(at, item));
        }
    }
    check("$", &schema());
}
