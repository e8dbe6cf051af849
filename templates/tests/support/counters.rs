//! Rules over totals: many at once change children of one row, and as many succeed as the rule permits.

use super::calls::{self, Call, Drafter};
use super::database::{Database, Session, Template};
use super::http::Request;
use super::oracle::Principal;
use super::race::{self, Race};
use super::service::Service;
use super::spec::{Adds, Door, DoorKind, Entity, EntityKind, Rule, Total, Type, Unique};
use super::value::{Value, quote};
use super::world::{Person, Random, Row};
use super::{Bench, Faults, Tests, settle, totals};

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    for entity in &spec.entities {
        for (at, rule) in entity.rules.iter().enumerate() {
            if counted(entity, rule).is_empty() {
                continue;
            }
            let name = entity.name.clone();
            // Else no two callers meet; the rule itself is tried by direct SQL.
            let meet = |bench: &Bench| {
                let entity = bench.spec.entity(&name);
                let rule = &entity.rules[at];
                setting(bench, entity, rule, race::REQUESTS - 1).is_some()
                    || revoking(bench, entity, rule).is_some()
            };
            let entity = name.clone();
            tests.add_where(meet, format!("race/total/{name}/{}", rule.name), move |bench, faults| {
                raced(bench, bench.spec.entity(&entity), at, faults);
            });
        }
    }
}

/// The totals of which a rule speaks.
fn counted<'e>(entity: &'e Entity, rule: &Rule) -> Vec<&'e Total> {
    let mut names = Vec::new();
    settle::columns(&rule.holds, &mut names);
    entity.totals.iter().filter(|total| names.contains(&total.name.as_str())).collect()
}

/// How a race is set up: what each does, on which row it counts, and how many may.
struct Setting<'b> {
    child: &'b Entity,
    door: &'b Door,
    call: Call<'b>,
    /// The row that is counted on, as it stands before the race.
    on: Row,
    permitted: usize,
}

impl Setting<'_> {
    fn rivals(&self, round: usize, count: usize) -> Vec<Call<'_>> {
        (0..count).map(|number| self.rival(round, number)).collect()
    }

    /// The same call about a row of its own.
    fn rival(&self, round: usize, number: usize) -> Call<'_> {
        let mut rival = self.call.clone();
        rival.id = race::id(round, number);
        rival.result.id.clone_from(&rival.id);
        if self.child.kind == EntityKind::Grants {
            let person = Value::text(person(round, number));
            rival.result.values.insert("user".to_owned(), person.clone());
            if let Some(given) = rival.values.get_mut("user") {
                *given = person;
            }
        }
        let total = self.child.tenant.iter().map(|tenant| tenant.column.clone());
        let kept: Vec<String> = total.chain(["user".to_owned()]).collect();
        race::unlike(self.child, &mut rival, &kept, round, number);
        rival
    }
}

/// Somebody who is there for one race.
fn person(round: usize, number: usize) -> String {
    race::id(round, number).replacen("9000", "a000", 1)
}

/// Finds a door, a caller and a row under which a rule permits some of the rivals and not all.
fn setting<'b>(
    bench: &'b Bench,
    entity: &'b Entity,
    rule: &Rule,
    most: usize,
) -> Option<Setting<'b>> {
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    for total in counted(entity, rule) {
        let child = bench.spec.entity(&total.child);
        for kind in [DoorKind::Create, DoorKind::Grant, DoorKind::Change] {
            for door in child.doors.iter().filter(|door| door.kind == kind) {
                let context = bench.spec.context(&door.context);
                let rows: Vec<Option<&Row>> = match kind {
                    DoorKind::Change => bench.world.rows_of(&child.name).map(Some).collect(),
                    _ => vec![None],
                };
                let principals = Principal::all(&bench.world, context).into_iter();
                for principal in principals.filter(|principal| principal.refused().is_none()) {
                    for row in &rows {
                        // Who may not, or not in this state, is not asked again.
                        let first = drafter.draft(child, door, &principal, *row);
                        let refused = first.map(|call| drafter.outcome(child, door, &call));
                        if refused.is_none_or(|outcome| {
                            outcome.is_err_and(|(_, path)| {
                                !super::calls::asks(&path) && !path.contains(".fields.")
                            })
                        }) {
                            continue;
                        }
                        let changes = |call: &Call<'_>| changes(bench, entity, total, call);
                        let call =
                            race::draft(&mut drafter, child, door, &principal, *row, &changes);
                        let Some(call) = call.filter(|call| !alike(child, call)) else { continue };
                        if let Some(found) =
                            permits(bench, entity, rule, total, (child, door, call), most)
                        {
                            return Some(found);
                        }
                    }
                }
            }
        }
    }
    None
}

/// Whether a key that counts would be the same in all that do as this call: then another rule refuses them.
fn alike(child: &Entity, call: &Call<'_>) -> bool {
    let differs = |name: &String| {
        let reference = matches!(child.field(name).ty, Type::Ref { .. } | Type::UserIn { .. });
        !reference && (call.values.contains_key(name) || call.row.is_some())
    };
    let counts = |unique: &Unique| {
        let mut rows = call.row.into_iter().chain([&call.result]);
        unique.filter.as_ref().is_none_or(|filter| rows.any(|row| row.holds(filter, None)))
    };
    child.kind != EntityKind::Grants
        && child.uniques.iter().any(|unique| counts(unique) && !unique.fields.iter().any(differs))
}

/// What one row adds to a total of the row that it refers to.
fn part(total: &Total, row: &Row) -> i64 {
    if !total.filter.as_ref().is_none_or(|filter| row.holds(filter, None)) {
        return 0;
    }
    match &total.adds {
        Adds::Count => 1,
        Adds::Sum(field) => match row.column(field) {
            Value::Int(value) => value,
            _ => 0,
        },
        Adds::Max(_) => 0,
    }
}

/// Whether a call counts for a row as it did not before, and for no other.
fn changes(bench: &Bench, entity: &Entity, total: &Total, call: &Call<'_>) -> bool {
    let on = call.result.column(&total.by);
    let stays = call.row.is_none_or(|row| row.column(&total.by) == on);
    let before = call.row.map_or(0, |row| part(total, row));
    let there = on.sql().is_some_and(|id| bench.world.row(&entity.name, &id).is_some());
    there && stays && on != Value::text(&call.id) && part(total, &call.result) != before
}

/// The row so that the rule permits some, by values of its own fields if it must be.
fn permits<'b>(
    bench: &'b Bench,
    entity: &'b Entity,
    rule: &Rule,
    total: &Total,
    (child, door, call): (&'b Entity, &'b Door, Call<'b>),
    most: usize,
) -> Option<Setting<'b>> {
    let id = call.result.column(&total.by).sql()?;
    let world = bench.world.row(&entity.name, &id)?;
    let mut random = Random::new();
    let mut names = Vec::new();
    settle::columns(&rule.holds, &mut names);
    let free: Vec<_> = entity
        .fields
        .iter()
        .filter(|field| names.contains(&field.name.as_str()) && !entity.is_total(&field.name))
        .filter(|field| matches!(field.ty, Type::Int { .. } | Type::Money { .. } | Type::Duration))
        .collect();
    for attempt in 0..200 {
        let mut on = world.clone();
        // Copies of the row that a call is about count already.
        if let Some(row) = call.row {
            add_to(entity, child, &mut on, row, i64::try_from(race::CONTESTANTS).unwrap_or(0));
        }
        if attempt > 0 {
            let field = *free.get(random.below(free.len().max(1)))?;
            let sums = counted(entity, rule).into_iter();
            let sums = sums.filter(|one| !matches!(one.adds, Adds::Max(_)));
            let sum = sums.map(|one| int(&on, &one.name)).fold(0, i64::saturating_add);
            let step = part(total, &call.result) - call.row.map_or(0, |row| part(total, row));
            let times = i64::try_from(random.below(most.max(2) - 1)).unwrap_or(0) + 1;
            on.values.insert(
                field.name.clone(),
                Value::Int(sum.saturating_add(step.saturating_mul(times))),
            );
        }
        let mut after = on.clone();
        let mut permitted = 0;
        while permitted <= most && all_hold(entity, &after) {
            permitted += 1;
            add_to(entity, child, &mut after, &call.result, 1);
            if let Some(row) = call.row {
                add_to(entity, child, &mut after, row, -1);
            }
        }
        // The row as it stood was the first of those that hold.
        let only =
            entity.rules.iter().filter(|other| !after.holds(&other.holds, None)).count() == 1;
        if (2..=most).contains(&permitted) && only && !after.holds(&rule.holds, None) {
            return Some(Setting { child, door, call, on, permitted: permitted - 1 });
        }
    }
    None
}

fn all_hold(entity: &Entity, row: &Row) -> bool {
    entity.rules.iter().all(|rule| row.holds(&rule.holds, None))
}

fn int(row: &Row, name: &str) -> i64 {
    match row.column(name) {
        Value::Int(value) => value,
        _ => 0,
    }
}

/// Counts a child so many times on a row, in all its totals.
fn add_to(entity: &Entity, child: &Entity, on: &mut Row, row: &Row, times: i64) {
    for total in entity.totals.iter().filter(|total| total.child == child.name) {
        if row.column(&total.by) != Value::text(&on.id) || matches!(total.adds, Adds::Max(_)) {
            continue;
        }
        let value = int(on, &total.name).saturating_add(part(total, row).saturating_mul(times));
        on.values.insert(total.name.clone(), Value::Int(value));
    }
}

/// As many succeed as the rule permits, and the total is what a recount finds.
fn raced(bench: &Bench, entity: &Entity, at: usize, faults: &mut Faults) {
    let rule = &entity.rules[at];
    let Some(setting) = setting(bench, entity, rule, race::REQUESTS - 1) else {
        if let Some((child, door)) = revoking(bench, entity, rule) {
            each_other(bench, entity, rule, (child, door), faults);
        }
        return;
    };
    let path = format!("entities.{}.rules.{}", entity.name, rule.name);
    let database = bench.cluster().database(Template::World);
    let mut owner = database.login("owner");
    let mut race = Race::new(&database, &setting.door.context);
    for round in 0..race::ROUNDS {
        let rivals = setting.rivals(round, race.contestants());
        set_up(bench, &mut owner, entity, &setting, &rivals);
        let wrong = totals::wrong(&bench.spec, &setting.child.name, &mut owner);
        faults.check(wrong.is_empty(), || format!("before round {round}: {}", wrong.join("; ")));
        let calls: Vec<String> = rivals
            .iter()
            .map(|rival| {
                let arguments = calls::arguments(setting.child, setting.door, rival);
                format!("SELECT FROM {}", calls::sql("api", setting.door, &arguments))
            })
            .collect();
        let answers = race.run(&calls);
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        faults
            .same(&won, &setting.permitted, || format!("how many got by {path} in round {round}"));
        for refusal in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            let named = refusal.message == path
                || refusal.constraint.as_ref().is_some_and(|name| name.contains(&rule.name));
            faults.check(named, || format!("round {round}: refused by {refusal}"));
        }
        let wrong = totals::wrong(&bench.spec, &setting.child.name, &mut owner);
        faults.check(wrong.is_empty(), || format!("after round {round}: {}", wrong.join("; ")));
        put_back(bench, &mut owner, entity, &setting, &rivals);
        if faults.any() {
            return;
        }
    }
    drop(race);
    if bench.spec.standard_routes {
        by_route(bench, &database, entity, &setting, rule, &path, faults);
    }
}

/// The same over HTTP: the refusal names the rule.
fn by_route(
    bench: &Bench,
    database: &Database<'_>,
    entity: &Entity,
    setting: &Setting<'_>,
    rule: &Rule,
    path: &str,
    faults: &mut Faults,
) {
    let mut owner = database.login("owner");
    // Where rows are changed, those that nobody asks for count as well.
    let rivals = setting.rivals(race::ROUNDS, race::CONTESTANTS);
    set_up(bench, &mut owner, entity, setting, &rivals);
    let service = Service::start(bench, database);
    let requests: Vec<Request> = rivals
        .iter()
        .take(race::REQUESTS)
        .map(|rival| race::request(bench, setting.child, setting.door, rival))
        .collect();
    let answers = race::together(&requests, |request| service.send(request));
    let won = answers.iter().filter(|answer| answer.status < 300).count();
    faults.same(&won, &setting.permitted, || format!("how many got by {path} by route"));
    for answer in answers.iter().filter(|answer| answer.status >= 300) {
        let told = answer.json();
        let status = if rule.paid { 402 } else { 409 };
        faults.same(&answer.status, &status, || answer.body.clone());
        faults.same(&told["rule"].as_str(), &Some(path), || answer.body.clone());
    }
    let wrong = totals::wrong(&bench.spec, &setting.child.name, &mut owner);
    faults.check(wrong.is_empty(), || wrong.join("; "));
}

/// A door by which those who are counted take each other away.
fn revoking<'b>(bench: &'b Bench, entity: &Entity, rule: &Rule) -> Option<(&'b Entity, &'b Door)> {
    counted(entity, rule).into_iter().find_map(|total| {
        let child = bench.spec.entity(&total.child);
        let door = child.doors.iter().find(|door| door.kind == DoorKind::Revoke)?;
        (child.kind == EntityKind::Grants).then_some((child, door))
    })
}

/// Two, the last of a tenant, revoke each other, each as often as they can: one stays.
fn each_other(
    bench: &Bench,
    entity: &Entity,
    rule: &Rule,
    (child, door): (&Entity, &Door),
    faults: &mut Faults,
) {
    let path = format!("entities.{}.rules.{}", entity.name, rule.name);
    let context = bench.spec.context(&door.context);
    let like = bench.world.rows_of(&child.name).find(|row| {
        let anchor = row.tenant.as_ref().and_then(|id| bench.world.row(&entity.name, id));
        let counts = counted(entity, rule).iter().any(|total| part(total, row) > 0);
        anchor.is_some_and(|anchor| anchor.anchor) && counts
    });
    let Some(like) = like else {
        faults.check(false, || format!("the world has no row that {path} counts"));
        return;
    };
    let Value::Text(role) = like.column("role") else { return };
    let tenant = like.tenant.clone().unwrap_or_default();
    let database = bench.cluster().database(Template::World);
    let mut owner = database.login("owner");
    let mut race = Race::new(&database, &door.context);
    for round in 0..race::ROUNDS {
        let both: Vec<(Person, Row)> = (0..2)
            .map(|number| {
                let id = person(round, number);
                let person =
                    Person { name: "one of two".to_owned(), subject: format!("sub|{id}"), id };
                let mut row = Row { id: race::id(round, number), version: 1, ..like.clone() };
                row.values.insert("user".to_owned(), Value::text(&person.id));
                (person, row)
            })
            .collect();
        let rivals: Vec<Call<'_>> = (0..race.contestants())
            .map(|number| {
                let ((person, _), (_, other)) = (&both[number % 2], &both[(number + 1) % 2]);
                let principal = Principal {
                    context,
                    person: Some(person),
                    subject: Some(person.subject.clone()),
                    tenant: Some(tenant.clone()),
                    role: Some(role.clone()),
                };
                Call {
                    principal,
                    row: Some(other),
                    values: std::collections::BTreeMap::new(),
                    inputs: std::collections::BTreeMap::new(),
                    because: door.because.then(|| "it was asked for".to_owned()),
                    id: other.id.clone(),
                    result: other.clone(),
                    loose: Default::default(),
                    effects: Vec::new(),
                    agreed: false,
                    waits: false,
                }
            })
            .collect();
        let mut sql = people(bench, round, &rivals[..2]);
        sql += &format!(
            "UPDATE {} SET revoked_at = now() WHERE \"{}\" = '{tenant}' AND revoked_at IS NULL;\n",
            child.table,
            child.tenant.as_ref().map_or("id", |tenant| tenant.column.as_str())
        );
        both.iter().for_each(|(_, row)| sql += &bench.world.insert(child, row));
        sql += &totals::recounted(&bench.spec, &child.name);
        owner.run(&silent(bench, &sql)).expect("the two");
        let calls: Vec<String> = rivals
            .iter()
            .map(|rival| {
                let arguments = calls::arguments(child, door, rival);
                format!("SELECT FROM {}", calls::sql("api", door, &arguments))
            })
            .collect();
        let answers = race.run(&calls);
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        faults.same(&won, &1, || format!("who took the other away in round {round}"));
        for refusal in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            // Taken away already, by the rule, or no more a member.
            let known = refusal.message == path || refusal.code.starts_with("BP4");
            faults.check(known, || format!("round {round}: refused by {refusal}"));
        }
        let wrong = totals::wrong(&bench.spec, &child.name, &mut owner);
        faults.check(wrong.is_empty(), || format!("after round {round}: {}", wrong.join("; ")));
        if faults.any() {
            return;
        }
    }
}

fn silent(bench: &Bench, sql: &str) -> String {
    let all = |word: &str| -> String {
        let each = bench.spec.entities.iter();
        each.map(|entity| format!("ALTER TABLE {} {word} TRIGGER USER;\n", entity.table)).collect()
    };
    format!("BEGIN;\n{}{sql}{}COMMIT", all("DISABLE"), all("ENABLE"))
}

/// The rows that the rivals are about, and the row that they count on.
fn set_up(
    bench: &Bench,
    owner: &mut Session,
    entity: &Entity,
    setting: &Setting<'_>,
    rivals: &[Call<'_>],
) {
    let mut sql = String::new();
    if setting.child.kind == EntityKind::Grants {
        sql += &people(bench, 0, rivals);
    }
    for rival in rivals {
        let Some(row) = rival.row else { continue };
        let mut before = Row { id: rival.id.clone(), ..row.clone() };
        for name in setting.child.uniques.iter().flat_map(|unique| &unique.fields) {
            before.values.insert(name.clone(), rival.result.column(name));
        }
        sql += &bench.world.insert(setting.child, &before);
    }
    sql += &as_it_is(entity, &setting.on);
    sql += &super::quotas::aside(&bench.spec, &setting.child.name);
    owner.run(&silent(bench, &sql)).expect("the rows of a race");
}

fn put_back(
    bench: &Bench,
    owner: &mut Session,
    entity: &Entity,
    setting: &Setting<'_>,
    rivals: &[Call<'_>],
) {
    let list =
        |ids: Vec<String>| ids.iter().map(|id| quote(Some(id))).collect::<Vec<_>>().join(", ");
    let mut sql = match setting.child.kind {
        EntityKind::Grants => {
            let people = rivals.iter().filter_map(|rival| rival.result.column("user").sql());
            let people = list(people.collect());
            let users = bench.spec.entities.iter().find(|one| one.kind == EntityKind::User);
            let users = users.map_or("", |one| one.table.as_str());
            format!(
                "DELETE FROM {} WHERE \"user\" IN ({people});\nDELETE FROM {users} WHERE id IN ({people});\n",
                setting.child.table
            )
        }
        _ => {
            let ids = list(rivals.iter().map(|rival| rival.id.clone()).collect());
            format!("DELETE FROM {} WHERE id IN ({ids});\n", setting.child.table)
        }
    };
    let world = bench.world.row(&entity.name, &setting.on.id).expect("it stands in the world");
    sql += &as_it_is(entity, world);
    sql += &totals::recounted(&bench.spec, &setting.child.name);
    owner.run(&silent(bench, &sql)).expect("the owner puts it back");
}

/// Somebody for each rival, whom grants can name.
fn people(bench: &Bench, round: usize, rivals: &[Call<'_>]) -> String {
    let Some(users) = bench.spec.entities.iter().find(|one| one.kind == EntityKind::User) else {
        return String::new();
    };
    let Some(like) = bench.world.rows_of(&users.name).next() else { return String::new() };
    let mut random = Random::new();
    let rows = rivals.iter().enumerate().filter_map(|(number, rival)| {
        let mut row = Row { id: rival.result.column("user").sql()?, ..like.clone() };
        for name in users.uniques.iter().flat_map(|unique| &unique.fields) {
            let value = random.scalar(
                &users.field(name).ty,
                8_000_000 + (round * race::CONTESTANTS + number) as u64,
            );
            row.values.insert(name.clone(), value);
        }
        Some(bench.world.insert(users, &row))
    });
    rows.collect()
}

/// A row's fields and totals at once, so that no rule sees half of them.
fn as_it_is(entity: &Entity, row: &Row) -> String {
    let numbers = |field: &&super::spec::Field| {
        entity.is_total(&field.name)
            || matches!(field.ty, Type::Int { .. } | Type::Money { .. } | Type::Duration)
    };
    let set: Vec<String> = entity
        .fields
        .iter()
        .filter(numbers)
        .map(|field| {
            format!("\"{}\" = {}", field.column, quote(row.column(&field.name).sql().as_deref()))
        })
        .collect();
    format!("UPDATE {} SET {} WHERE id = '{}';\n", entity.table, set.join(", "), row.id)
}
