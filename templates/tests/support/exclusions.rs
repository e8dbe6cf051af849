//! What no two rows do at one time: kept to whoever writes, and by whoever writes at the same moment.

use super::calls::{self, Call};
use super::database::{Session, Template};
use super::http::Request;
use super::oracle::NO_TENANT;
use super::race::{self, Race};
use super::service::Service;
use super::settle::{Wanted, settle};
use super::spec::{Door, DoorKind, Entity, Exclusion, Field, Type};
use super::value::{Value, now, quote};
use super::world::{Random, Row, World};
use super::{Bench, Faults, Tests};

pub fn add(tests: &mut Tests) {
    for entity in tests.bench.spec.entities.clone() {
        for index in 0..entity.exclusions.len() {
            let name = entity.name.clone();
            let title = format!("table/exclude/{name}/{}", entity.exclusions[index].name);
            tests.add(title, move |bench, faults| kept(bench, &name, index, faults));
            let name = entity.name.clone();
            // Who revises is raced by what is effective.
            let apart = entity.exclusions[index].part.is_none();
            if apart && entity.doors.iter().any(|door| door.kind != DoorKind::Revoke) {
                let title = format!("race/exclude/{name}/{}", entity.exclusions[index].name);
                // Else no two callers meet; the operator's rows are tried by direct SQL.
                let meet = |bench: &Bench| {
                    let entity = bench.spec.entity(&entity.name);
                    race::starter(bench, entity, &entity.exclusions[index].begins()).is_some()
                };
                tests.add_where(meet, title, move |bench, faults| raced(bench, &name, index, faults));
            }
        }
    }
}

impl Exclusion {
    /// Whether a call makes a row count: by a creation, or by what changes one that did not.
    pub fn begins(&self) -> impl Fn(&Call<'_>) -> bool + use<'_> {
        |call| self.counts(&call.result) && !call.row.is_some_and(|row| self.counts(row))
    }

    /// Whether a row is one of those that may not overlap.
    pub fn counts(&self, row: &Row) -> bool {
        let operands = self.same.iter().chain([&self.overlapping]);
        self.filter.as_ref().is_none_or(|filter| row.holds(filter, None))
            && operands.into_iter().all(|field| self.part.is_some() || !row.column(field).is_null())
    }

    /// Whether two rows that count may not both be there.
    fn collide(&self, one: &Row, other: &Row) -> bool {
        let same = self.same.iter().all(|field| one.column(field) == other.column(field));
        let ends = |row: &Row| match row.column(&self.overlapping) {
            Value::Times(from, until) | Value::Dates(from, until) => (from, until),
            _ => (0, 0),
        };
        let (one, other) = (ends(one), ends(other));
        same && one.0 < other.1 && other.0 < one.1
    }
}

impl World {
    pub fn overlaps(
        &self,
        entity: &Entity,
        exclusion: &Exclusion,
        row: &Row,
        except: Option<&str>,
    ) -> bool {
        exclusion.counts(row)
            && self
                .rows_of(&entity.name)
                .filter(|other| Some(other.id.as_str()) != except && other.id != row.id)
                .any(|other| exclusion.counts(other) && exclusion.collide(row, other))
    }

    /// Moves ranges of a row away from today until it overlaps no other where it may not.
    pub fn move_apart(&self, entity: &Entity, row: &mut Row) {
        for exclusion in &entity.exclusions {
            for _ in 0..400 {
                if !self.overlaps(entity, exclusion, row, None) {
                    break;
                }
                shift(row, &exclusion.overlapping, 1);
            }
        }
    }
}

/// Moves a range by steps that are longer than any range of the world: what is over further back,
/// what is to come further on.
pub fn shift(row: &mut Row, field: &str, steps: i64) {
    let days = 9 * steps;
    let way = |until: i64, now: i64| if until <= now { -days } else { days };
    let moved = match row.column(field) {
        Value::Times(from, until) => {
            let by = way(until, now()) * 86_400;
            Value::Times(from + by, until + by)
        }
        Value::Dates(from, until) => {
            let by = way(until, now() / 86_400);
            Value::Dates(from + by, until + by)
        }
        other => other,
    };
    row.values.insert(field.to_owned(), moved);
}

/// Direct SQL as the owner of the tables, past every door and trigger.
fn kept(bench: &Bench, entity: &str, index: usize, faults: &mut Faults) {
    let (world, entity) = (&bench.world, bench.spec.entity(entity));
    let exclusion = &entity.exclusions[index];
    let database = bench.cluster().database(Template::World);
    let mut session = database.login("owner");
    let Some(row) = world.rows_of(&entity.name).find(|row| exclusion.counts(row)) else {
        faults.check(false, || format!("the world has no row that {} counts", exclusion.name));
        return;
    };
    let mut tried = |row: &Row, change: &str, expected: Option<&str>, what: &str| {
        let insert = world.insert(entity, row);
        let table = &entity.table;
        let found = session.undone(|session: &mut Session| {
            session.run(&format!("ALTER TABLE {table} DISABLE TRIGGER USER"))?;
            session.run(&insert)?;
            session.run(change)
        });
        let code = found.err().map(|refusal| refusal.code);
        faults.same(&code.as_deref(), &expected, || format!("{}: {what}", exclusion.name));
    };
    let other = unlike(bench, entity, exclusion, row);
    tried(&other, "", Some("23P01"), "a second row at the same time");

    // A range that begins where another ends does not overlap it.
    let adjacent =
        world.rows_of(&entity.name).filter(|row| exclusion.counts(row)).find_map(|row| {
            let mut next = unlike(bench, entity, exclusion, row);
            let range = match row.column(&exclusion.overlapping) {
                Value::Times(from, until) => Value::Times(until, until + (until - from)),
                Value::Dates(from, until) => Value::Dates(until, until + (until - from)),
                other => other,
            };
            next.values.insert(exclusion.overlapping.clone(), range);
            let valid = entity.rules.iter().all(|rule| next.holds(&rule.holds, None));
            (valid && world.free(entity, &next, None)).then_some(next)
        });
    if let Some(next) = adjacent {
        tried(&next, "", None, "a row from the end of another");
    }

    // What does not count may overlap, until it counts.
    let Some(filter) = &exclusion.filter else { return };
    let Some(uncounted) = uncounted(entity, exclusion, &other, (filter, false)) else { return };
    tried(&uncounted, "", None, "a row that does not count");
    let mut set: Vec<String> = entity
        .fields
        .iter()
        .filter(|field| other.column(&field.name) != uncounted.column(&field.name))
        .map(|field| {
            let value = other.column(&field.name).sql();
            format!("\"{}\" = {}", field.column, quote(value.as_deref()))
        })
        .collect();
    set.extend(other.state.as_ref().map(|state| format!("state = '{state}'")));
    let change = format!("UPDATE {} SET {} WHERE id = '{NO_TENANT}'", entity.table, set.join(", "));
    tried(&uncounted, &change, Some("23P01"), "a row that begins to count");
}

/// The row again under another id, and with other keys where those would be in the way before.
fn unlike(bench: &Bench, entity: &Entity, exclusion: &Exclusion, row: &Row) -> Row {
    let mut again = Row { id: NO_TENANT.to_owned(), ..row.clone() };
    let mut random = Random::new();
    let mut serial = 4_000_000;
    for unique in &entity.uniques {
        if bench.world.clash(entity, unique, &again, None).is_none() {
            continue;
        }
        let field = unique.fields.iter().map(|name| entity.field(name)).find(|field| {
            let tenant = entity.tenant.as_ref().is_some_and(|one| one.column == field.column);
            !tenant && !exclusion.same.contains(&field.name) && field.copied.is_none()
        });
        let Some(field) = field else { continue };
        let others = match &field.ty {
            Type::Ref { .. } | Type::UserIn { .. } => bench
                .world
                .referable(&bench.spec, &field.ty, row.tenant.as_deref())
                .into_iter()
                .map(Value::Text)
                .collect(),
            scalar => {
                let mut values = Vec::new();
                for _ in 0..40 {
                    serial += 1;
                    values.push(random.scalar(scalar, serial));
                }
                values
            }
        };
        for value in others {
            again.values.insert(field.name.clone(), value);
            if bench.world.clash(entity, unique, &again, None).is_none() {
                break;
            }
        }
    }
    again
}

/// As the row in all that it shares, and yet none of those that count.
fn uncounted(entity: &Entity, exclusion: &Exclusion, row: &Row, filter: Wanted<'_>) -> Option<Row> {
    let tenant = entity.tenant.as_ref().map(|tenant| tenant.column.as_str());
    let free = |field: &Field| {
        Some(field.column.as_str()) != tenant
            && field.copied.is_none()
            && !exclusion.same.contains(&field.name)
            && field.name != exclusion.overlapping
    };
    let mut wanted: Vec<Wanted<'_>> = entity.rules.iter().map(|rule| (&rule.holds, true)).collect();
    wanted.push(filter);
    let states: Vec<Option<String>> = match entity.states.is_empty() {
        true => vec![None],
        false => entity.states.iter().cloned().map(Some).collect(),
    };
    let mut random = Random::new();
    let mut serial = 5_000_000;
    states.into_iter().find_map(|state| {
        let mut again = Row { state, ..row.clone() };
        settle(entity, &mut again, &wanted, &free, &mut random, &mut serial).then_some(again)
    })
}

/// Many at once want the same time: one has it, the others are told why not.
fn raced(bench: &Bench, entity: &str, index: usize, faults: &mut Faults) {
    let entity = bench.spec.entity(entity);
    let exclusion = &entity.exclusions[index];
    let counted = exclusion.begins();
    let Some((door, mut drafter, principal, row)) = race::starter(bench, entity, &counted) else {
        return;
    };
    let database = bench.cluster().database(Template::World);
    let mut owner = database.login("owner");
    let mut race = Race::new(&database, &door.context);
    for round in 0..race::ROUNDS {
        let call = race::draft(&mut drafter, entity, door, &principal, row, &counted);
        let Some(call) = call else { continue };
        let rivals: Vec<Call<'_>> = (0..race.contestants())
            .map(|number| rival(entity, exclusion, &call, round, number))
            .collect();
        race::set_up(&mut owner, &bench.world, entity, &rivals, &[&exclusion.overlapping])
            .expect("rows that do not count");
        let calls: Vec<String> = rivals
            .iter()
            .map(|rival| {
                let arguments = calls::arguments(entity, door, rival);
                format!("SELECT FROM {}", calls::sql("api", door, &arguments))
            })
            .collect();
        let answers = race.run(&calls);
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        faults.same(&won, &1, || format!("winners of round {round}"));
        for refusal in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            faults.same(&refusal.code.as_str(), &"23P01", || format!("round {round}: {refusal}"));
        }
        let ids = (0..race.contestants()).map(|number| quote(Some(&race::id(round, number))));
        let ids = ids.collect::<Vec<_>>().join(", ");
        // Whoever comes first makes a row, or changes one: version 1, or one more than before.
        let version = call.result.version;
        let changed = format!(
            "SELECT id::text FROM {} WHERE id IN ({ids}) AND version = {version}",
            entity.table
        );
        let changed = owner.column(&changed).map(|rows| rows.len());
        faults.same(&changed, &Ok(1), || format!("rows of round {round}"));
        let gone = race::take_away(&mut owner, &bench.spec, entity, &ids);
        faults.same(&gone, &Ok(()), || "the owner takes them away".to_owned());
        if faults.any() {
            return;
        }
    }
    drop(race);
    if bench.spec.standard_routes && super::hooks::written(door) {
        let call = race::draft(&mut drafter, entity, door, &principal, row, &counted);
        let call = call.expect("it was found for each round");
        let rivals: Vec<Call<'_>> = (0..race::REQUESTS)
            .map(|number| rival(entity, exclusion, &call, race::ROUNDS, number))
            .collect();
        race::set_up(&mut owner, &bench.world, entity, &rivals, &[&exclusion.overlapping])
            .expect("rows that do not count");
        by_route(bench, &Service::start(bench, &database), entity, door, &rivals, faults);
    }
}

/// The same over HTTP: the refusal names the rule.
fn by_route(
    bench: &Bench,
    service: &Service,
    entity: &Entity,
    door: &Door,
    rivals: &[Call<'_>],
    faults: &mut Faults,
) {
    let requests: Vec<Request> =
        rivals.iter().map(|rival| race::request(bench, entity, door, rival)).collect();
    let answers = race::together(&requests, |request| service.send(request));
    let won = answers.iter().filter(|answer| answer.status < 300).count();
    faults.same(&won, &1, || "winners by route".to_owned());
    // Where several count the row, the first that finds another refuses it.
    let counting = entity.exclusions.iter().filter(|one| one.counts(&rivals[0].result));
    let rules: Vec<String> =
        counting.map(|one| format!("entities.{}.{}", entity.name, one.part())).collect();
    for answer in answers.iter().filter(|answer| answer.status >= 300) {
        let told = answer.json();
        let found = (answer.status, told["code"].as_str());
        faults.same(&found, &(409, Some("conflict")), || answer.body.clone());
        let named = rules.iter().any(|rule| told["rule"].as_str() == Some(rule));
        faults.check(named, || format!("refused by {}", told["rule"]));
    }
}

/// A call for a time that overlaps that of `call`, longer by a little where the rules allow that.
fn rival<'w>(
    entity: &Entity,
    exclusion: &Exclusion,
    call: &Call<'w>,
    round: usize,
    number: usize,
) -> Call<'w> {
    let mut rival = call.clone();
    rival.id = race::id(round, number);
    rival.result.id.clone_from(&rival.id);
    let more = i64::try_from(number % 8).unwrap_or(0);
    let range = match call.result.column(&exclusion.overlapping) {
        Value::Times(from, until) => Value::Times(from, until + more * 60),
        Value::Dates(from, until) => Value::Dates(from, until + more),
        other => other,
    };
    let mut longer = rival.result.clone();
    longer.values.insert(exclusion.overlapping.clone(), range.clone());
    if entity.rules.iter().all(|rule| longer.holds(&rule.holds, None)) {
        if let Some(given) = rival.values.get_mut(&exclusion.overlapping) {
            *given = range;
        }
        rival.result = longer;
    }
    race::unlike(entity, &mut rival, &exclusion.same, round, number);
    rival
}
