//! The permission table, as `blueprint explain who may --format json` prints it, against what the
//! service does: every cell, by what was answered to people who are that and nothing more.

use super::calls::Call;
use super::database::Template;
use super::eval::{self, Scope};
use super::http::Request;
use super::oracle::{NO_TENANT, Principal};
use super::routes::signed;
use super::service::Service;
use super::spec::{self, Context, ContextKind, Door, DoorKind, Entity};
use super::value::{Value, now};
use super::world::Row;
use super::{Bench, Faults, Tests, paths};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Deserialize)]
pub struct Table {
    pub entities: Vec<Part>,
}

/// One entity's part.
#[derive(Debug, Clone, Deserialize)]
pub struct Part {
    pub entity: String,
    pub people: Vec<Somebody>,
    pub rows: Vec<Line>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Somebody {
    pub who: String,
    pub kind: String,
    pub context: String,
    /// What he is besides.
    pub is: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Line {
    pub may: String,
    pub name: Option<String>,
    pub path: String,
    /// Whoever is not here may never.
    pub cells: Vec<Cell>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Cell {
    pub who: String,
    pub context: String,
    pub verdict: String,
    /// All of them must hold.
    #[serde(default)]
    pub rules: Vec<Rules>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct Rules {
    /// Each is enough.
    pub any: Vec<Rule>,
}

/// A rule by its path: what it says is looked up in the spec.
#[derive(Debug, Clone, Deserialize)]
pub struct Rule {
    pub path: String,
}

/// What somebody tries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum May {
    Read,
    See(String),
    Run(String),
}

/// One try.
pub struct Attempt<'a> {
    pub principal: &'a Principal<'a>,
    /// None where a row is to be made.
    pub row: Option<&'a Row>,
    pub call: Option<&'a Call<'a>>,
}

impl Table {
    fn part(&self, entity: &str) -> &Part {
        let found = self.entities.iter().find(|part| part.entity == entity);
        found.unwrap_or_else(|| panic!("the table has nothing of {entity}"))
    }
}

impl Part {
    fn line(&self, may: &May) -> &Line {
        let (word, name) = match may {
            May::Read => ("read", None),
            May::See(name) => ("see", Some(name)),
            May::Run(name) => ("run", Some(name)),
        };
        let found = self.rows.iter().find(|line| line.may == word && line.name.as_ref() == name);
        found.unwrap_or_else(|| panic!("the table has no {may:?} of {}", self.entity))
    }
}

impl Somebody {
    fn as_spec(&self) -> spec::Who {
        match self.kind.as_str() {
            "anyone" => spec::Who::Anyone,
            "user" => spec::Who::User,
            "role" => spec::Who::Role(self.who.clone()),
            _ => spec::Who::Party(self.who.clone()),
        }
    }
}

impl Line {
    fn cell(&self, one: &Somebody) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.who == one.who && cell.context == one.context)
    }
}

/// What was answered in one context, cell by cell.
pub struct Seen<'b> {
    entity: &'b Entity,
    part: &'b Part,
    context: &'b Context,
    lines: Vec<May>,
    /// Who, and how often he was let and was refused.
    tally: BTreeMap<(May, String), (usize, usize)>,
}

impl<'b> Seen<'b> {
    /// Of rows and every field of them.
    pub fn reads(bench: &'b Bench, entity: &'b Entity, context: &'b Context) -> Self {
        let fields = entity.fields.iter().map(|field| May::See(field.name.clone()));
        let lines = std::iter::once(May::Read).chain(fields).collect();
        Self::of(&bench.table, entity, context, lines)
    }

    pub fn run(bench: &'b Bench, entity: &'b Entity, action: &str, context: &'b Context) -> Self {
        Self::of(&bench.table, entity, context, vec![May::Run(action.to_owned())])
    }

    fn of(table: &'b Table, entity: &'b Entity, context: &'b Context, lines: Vec<May>) -> Self {
        let part = table.part(&entity.name);
        Self { entity, part, context, lines, tally: BTreeMap::new() }
    }

    /// Whether a refusal by this rule is one of permission, and not of the request itself.
    pub fn is_about(&self, rule: &str) -> bool {
        let own = format!("entities.{}", self.entity.name);
        let parts: Vec<&str> = rule.split('.').collect();
        if matches!(parts.as_slice(), ["commands", _, "by"] | ["commands", _, "require", _]) {
            return true;
        }
        let Some(rest) = rule.strip_prefix(&own) else { return rule.starts_with("identity.") };
        let parts: Vec<&str> = rest.split('.').skip(1).collect();
        matches!(
            parts.as_slice(),
            [] | ["actions", _, "by" | "from" | "at" | "after" | "as_soon" | "before"]
                | ["actions", _, "require", _]
        )
    }

    /// Holds one answer against the table.
    pub fn saw(&mut self, may: &May, attempt: &Attempt<'_>, let_him: bool, faults: &mut Faults) {
        let principal = attempt.principal;
        let newcomer = principal.person.is_none() && self.context.kind == ContextKind::Person;
        if newcomer {
            return;
        }
        let line = self.part.line(may);
        let reached = principal.refused().is_none()
            && attempt.row.is_none_or(|row| principal.reaches(self.entity, row));
        let is = |one: &&Somebody| {
            one.context == self.context.name
                && principal.is(&one.as_spec(), self.entity, attempt.row)
        };
        let all: Vec<&Somebody> =
            if reached { self.part.people.iter().filter(is).collect() } else { Vec::new() };
        let expected =
            all.iter().any(|one| line.cell(one).is_some_and(|cell| self.holds(cell, attempt)));
        faults.same(&let_him, &expected, || {
            let on =
                attempt.row.map_or(String::new(), |row| format!(" on {} {:?}", row.id, row.state));
            let names: Vec<&str> = all.iter().map(|one| one.who.as_str()).collect();
            format!(
                "{}: the table and the service differ for {principal}{on}, who is {names:?}",
                line.path
            )
        });
        // He speaks for the one that says all that he is; as a party, whatever else he is that gives him nothing here.
        let rest = |one: &Somebody| {
            let nothing = |other: &Somebody| one.kind == "party" && line.cell(other).is_none();
            all.iter().all(|other| {
                other.who == one.who || one.is.contains(&other.who) || nothing(other)
            })
        };
        if let Some(one) = all.iter().find(|one| rest(one)) {
            let tally = self.tally.entry((may.clone(), one.who.clone())).or_default();
            if let_him { tally.0 += 1 } else { tally.1 += 1 }
        }
    }

    fn holds(&self, cell: &Cell, attempt: &Attempt<'_>) -> bool {
        cell.rules.iter().all(|rules| rules.any.iter().any(|rule| self.rule(&rule.path, attempt)))
    }

    /// Whether the rule of this path holds: the row's own, read from the spec.
    fn rule(&self, path: &str, attempt: &Attempt<'_>) -> bool {
        let about = attempt.row.or_else(|| attempt.call.map(|call| &call.result));
        let about = about.expect("a try is about a row, or makes one");
        let actor = attempt.principal.id();
        if let Some(grant) = path.strip_suffix(".when") {
            let grants = self.entity.reads.iter().flat_map(|access| &access.grants);
            let mut grants = grants.filter(|other| other.path == grant);
            let grant = grants.next().unwrap_or_else(|| panic!("no grant {grant}"));
            return grant.when.as_ref().is_some_and(|when| about.holds(when, actor));
        }
        let parts: Vec<&str> = path.split('.').collect();
        let door = |action: &str| -> &Door {
            let found = self.entity.doors.iter().find(|door| door.action == action);
            found.unwrap_or_else(|| panic!("no action for {path}"))
        };
        match *parts.as_slice() {
            ["entities", _, "actions", action, "from"] => {
                let door = door(action);
                let state = about.state.clone().unwrap_or_default();
                match door.kind {
                    DoorKind::Revoke => about.column("revoked_at").is_null(),
                    _ => door.from.contains(&state),
                }
            }
            ["entities", _, "actions", action, "at" | "after" | "as_soon"] => {
                let mut timers = self.entity.timers.iter();
                let timer = timers.find(|timer| timer.action == *action);
                let timer = timer.unwrap_or_else(|| panic!("no timer {path}"));
                !timer.waits(about, now())
            }
            ["entities", _, "actions", action, name @ "before"]
            | ["commands", action, name @ "before"]
            | ["entities", _, "actions", action, "require", name]
            | ["commands", action, "require", name] => {
                let rule = door(action).require.iter().find(|rule| rule.name == name);
                let rule = rule.unwrap_or_else(|| panic!("no rule {path}"));
                let scope = Scope {
                    column: &|column| about.column(column),
                    input: &|input| {
                        let given = attempt.call.and_then(|call| call.inputs.get(input));
                        given.cloned().unwrap_or(Value::Null)
                    },
                    actor,
                    now: now(),
                };
                eval::holds(&rule.holds, &scope)
            }
            _ => panic!("{path} is no rule of a row"),
        }
    }

    /// Where a path names the person's own row, nobody can name one that is not his.
    fn never_named(&self, one: &Somebody) -> bool {
        one.kind == "user" && paths::is_own(self.context, self.entity)
    }

    /// Every cell was tried, and came out as the table says.
    pub fn end(self, faults: &mut Faults) {
        for may in &self.lines {
            let line = self.part.line(may);
            for one in self.part.people.iter().filter(|one| one.context == self.context.name) {
                if never_there(self.entity, may, one) || self.never_named(one) {
                    let cell = line.cell(one).map(|cell| cell.verdict.as_str());
                    faults.same(&cell, &None, || format!("{} by {}", line.path, one.who));
                    continue;
                }
                let key = (may.clone(), one.who.clone());
                let (let_in, refused) = self.tally.get(&key).copied().unwrap_or_default();
                let found = match (let_in, refused) {
                    (0, 0) => "was never tried",
                    (0, _) => "never",
                    (_, 0) => "always",
                    _ => "when",
                };
                let expected = line.cell(one).map_or("never", |cell| cell.verdict.as_str());
                faults.same(&found, &expected, || {
                    format!(
                        "{} by {} in {}: let {let_in} times, refused {refused}",
                        line.path, one.who, one.context
                    )
                });
            }
        }
    }
}

/// A row that is still to be made names nobody.
fn never_there(entity: &Entity, may: &May, one: &Somebody) -> bool {
    let making = |door: &Door| door.kind.makes();
    let May::Run(action) = may else { return false };
    one.kind == "party" && entity.doors.iter().any(|door| door.action == *action && making(door))
}

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    for entity in &spec.entities {
        let name = entity.name.clone();
        tests.add(format!("permissions/whole/{name}"), move |bench, faults| {
            whole(bench, bench.spec.entity(&name), faults);
        });
    }
    if !spec.standard_routes {
        return;
    }
    for entity in &spec.entities {
        for context in &spec.contexts {
            if absent(entity, context).is_empty() {
                continue;
            }
            let (name, context) = (entity.name.clone(), context.name.clone());
            let title = format!("permissions/absent/{name}/{context}");
            tests.add(title, move |bench, faults| no_way(bench, &name, &context, faults));
        }
    }
    tests.add("permissions/notices".to_owned(), notices);
}

/// The table speaks of everybody and everything that there is.
fn whole(bench: &Bench, entity: &Entity, faults: &mut Faults) {
    let part = bench.table.part(&entity.name);
    let mut expected: BTreeSet<(String, String)> = BTreeSet::new();
    for context in &bench.spec.contexts {
        let roles = context.roles.iter().map(|role| role.name.clone());
        expected.extend(roles.map(|role| (role, context.name.clone())));
        match context.kind {
            ContextKind::Anyone => {
                expected.insert(("anyone".to_owned(), context.name.clone()));
            }
            ContextKind::Person => {
                expected.insert(("user".to_owned(), context.name.clone()));
            }
            ContextKind::Tenant | ContextKind::Staff => {}
        }
    }
    let parties = entity.parties.iter();
    expected.extend(parties.map(|party| (party.name.clone(), party.context.clone())));
    let found: BTreeSet<(String, String)> =
        part.people.iter().map(|one| (one.who.clone(), one.context.clone())).collect();
    faults.same(&found, &expected, || format!("people of {}", entity.name));
    let fields = entity.fields.iter().map(|field| ("see", Some(field.name.clone())));
    // What the clock alone does is told too, of nobody.
    let by_clock = entity.timers.iter().map(|timer| &timer.action);
    let actions = entity.doors.iter().map(|door| &door.action).chain(by_clock);
    let actions = actions.map(|action| ("run", Some(action.clone())));
    let expected: BTreeSet<_> =
        std::iter::once(("read", None)).chain(fields).chain(actions).collect();
    let found: BTreeSet<_> =
        part.rows.iter().map(|line| (line.may.as_str(), line.name.clone())).collect();
    faults.same(&found, &expected, || format!("rows of {}", entity.name));
}

/// What has no way at all in a context, so that the tests of routes do not meet it.
fn absent<'e>(entity: &'e Entity, context: &Context) -> Vec<(May, Option<&'e Door>)> {
    let mut absent = Vec::new();
    if entity.access(&context.name).is_none() {
        absent.push((May::Read, None));
        absent.extend(entity.fields.iter().map(|field| (May::See(field.name.clone()), None)));
    }
    let mut seen = BTreeSet::new();
    for door in &entity.doors {
        let here = |other: &&Door| other.action == door.action && other.context == context.name;
        if !entity.doors.iter().any(|other| here(&other)) && seen.insert(&door.action) {
            absent.push((May::Run(door.action.clone()), Some(door)));
        }
    }
    absent
}

/// Nobody has a way, and the table says that nobody may.
fn no_way(bench: &Bench, entity: &str, context: &str, faults: &mut Faults) {
    let (entity, context) = (bench.spec.entity(entity), bench.spec.context(context));
    let part = bench.table.part(&entity.name);
    let database = bench.cluster().database(Template::World);
    let service = Service::start(bench, &database);
    let mut all = Principal::all(&bench.world, context);
    all.retain(|principal| principal.refused().is_none());
    faults.check(!all.is_empty(), || format!("nobody acts in {}", context.name));
    for (may, door) in absent(entity, context) {
        let line = part.line(&may);
        for one in part.people.iter().filter(|one| one.context == context.name) {
            let verdict = line.cell(one).map(|cell| cell.verdict.as_str());
            faults.same(&verdict, &None, || {
                format!("{} by {}: there is no way in {}", line.path, one.who, context.name)
            });
        }
        for principal in each_of_a_kind(&all) {
            let row = bench.world.rows_of(&entity.name).find(|row| principal.reaches(entity, row));
            let id = row.map_or(NO_TENANT, |row| row.id.as_str());
            let request = match door {
                None => Request::get(paths::row(principal, entity, id)),
                Some(door) => {
                    let (method, path) = paths::action(principal, entity, door, id);
                    let version = row.map_or(1, |row| row.version);
                    Request::new(method, path).header("if-match", format!("\"{version}\""))
                }
            };
            let answer = service.send(&signed(bench, principal, request.clone()));
            // Where the path is another's, the method is not; and a tenant's path wants a token.
            let nothing = matches!(answer.status, 401 | 404 | 405);
            faults.check(nothing, || {
                format!("{principal}: {} answered {} {}", request.path, answer.status, answer.body)
            });
        }
    }
}

/// One who holds each role, or one of all.
fn each_of_a_kind<'p, 'w>(all: &'p [Principal<'w>]) -> Vec<&'p Principal<'w>> {
    let mut roles = BTreeSet::new();
    all.iter().filter(|principal| roles.insert(principal.role.clone())).collect()
}

/// A table with one wrong cell is not let pass: what these tests rest on.
fn notices(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let service = Service::start(bench, &database);
    let Some((entity, context)) = bench.spec.entities.iter().find_map(|entity| {
        let access = entity.reads.iter().find(|access| {
            let context = bench.spec.context(&access.context);
            matches!(context.kind, ContextKind::Tenant | ContextKind::Staff)
                && !paths::is_own(context, entity)
        })?;
        Some((entity, bench.spec.context(&access.context)))
    }) else {
        return faults.check(true, String::new);
    };
    let tried = |table: &Table| -> usize {
        let mut found = Faults::default();
        let mut seen = Seen::of(table, entity, context, vec![May::Read]);
        for principal in Principal::all(&bench.world, context) {
            for row in bench.world.rows_of(&entity.name) {
                let request = Request::get(paths::row(&principal, entity, &row.id));
                let answer = service.send(&signed(bench, &principal, request));
                let attempt = Attempt { principal: &principal, row: Some(row), call: None };
                seen.saw(&May::Read, &attempt, answer.status == 200, &mut found);
            }
        }
        seen.end(&mut found);
        found.list.len()
    };
    faults.same(&tried(&bench.table), &0, || "the table as it is".to_owned());
    let at = bench.table.entities.iter().position(|part| part.entity == entity.name);
    let at = at.expect("it has a part");
    let people = &bench.table.entities[at].people;
    for one in people.iter().filter(|one| one.context == context.name && one.kind == "role") {
        let mut wrong = bench.table.clone();
        let line = wrong.entities[at].rows.iter_mut().find(|line| line.may == "read");
        let line = line.expect("rows are read");
        match line.cells.iter().position(|cell| cell.who == one.who && cell.context == one.context)
        {
            Some(cell) => drop(line.cells.remove(cell)),
            None => line.cells.push(Cell {
                who: one.who.clone(),
                context: one.context.clone(),
                verdict: "always".to_owned(),
                rules: Vec::new(),
            }),
        }
        faults.check(tried(&wrong) > 0, || format!("a wrong cell of {} passes", one.who));
    }
}
