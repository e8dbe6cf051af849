//! Steps that run an action of each row that is found: those that are meant are changed, all others stay, too many are
//! refused, and who stops being meant while the call waits is passed over.

use super::calls::{self, Call, Drafter};
use super::database::{Database, Session, Template};
use super::eval::{self, Scope};
use super::locks::{tries, while_it_stands};
use super::race::{self, Race};
use super::settle::{acted, inputs};
use super::spec::{Does, Door, Entity, Expr, Op, Timer, Type};
use super::steps::{Effect, Steps};
use super::value::{Value, now, quote};
use super::world::{Maker, Row, Wish, World};
use super::{Bench, Faults, Tests};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// How the plan calls the action's own row.
const OWN: &str = "own row";
/// Seconds within which a call is sent.
const MOMENT: i64 = 45;

type Law = fn(&Bench, &Setting<'_>, &mut Faults);

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    let laws: [(&str, Law); 4] = [
        ("each/found", found),
        ("each/refused", refused),
        ("each/left", left),
        ("race/each", raced),
    ];
    for entity in &spec.entities {
        for (index, door) in entity.doors.iter().enumerate() {
            for (step, one) in door.steps.iter().enumerate() {
                let Does::Each { .. } = &one.does else { continue };
                for (law, run) in laws {
                    let at = format!("{}/{}@{}/{step}", entity.name, door.action, door.context);
                    let entity = entity.name.clone();
                    tests.add(format!("{law}/{at}"), move |bench, faults| {
                        let entity = bench.spec.entity(&entity);
                        match setting(bench, entity, &entity.doors[index], step) {
                            Some(setting) => run(bench, &setting, faults),
                            None => faults.check(false, || "nobody can do it".to_owned()),
                        }
                    });
                }
            }
        }
    }
}

impl<'w> Drafter<'w> {
    /// What a step makes of one row; none where it does not mean it.
    fn each_of(
        &self,
        door: &Door,
        call: &Call<'w>,
        does: &Does,
        row: &Row,
    ) -> Option<Result<Effect, (String, String)>> {
        let made = RefCell::new(Vec::new());
        let before = call.row.unwrap_or(&call.result);
        Steps { drafter: self, door, call, before, made: &made }.each_of(does, row)
    }
}

impl Steps<'_> {
    /// What becomes of all rows that are there.
    pub fn each(&self, does: &Does, world: &World) -> Result<Vec<Effect>, (String, String)> {
        let Does::Each { entity, many, most, .. } = does else { return Ok(Vec::new()) };
        let mut rows: Vec<&Row> =
            world.rows_of(entity).filter(|row| self.means(does, row, now())).collect();
        rows.sort_by(|one, other| one.id.cmp(&other.id));
        if rows.len() > *most {
            return Err(("BP409".to_owned(), many.clone()));
        }
        rows.into_iter().filter_map(|row| self.each_of(does, row)).collect()
    }

    fn means(&self, does: &Does, row: &Row, at: i64) -> bool {
        let Does::Each { entity, filter, .. } = does else { return false };
        let principal = &self.call.principal;
        let target = self.drafter.spec.entity(entity);
        let within = target.tenant.as_ref().is_none_or(|tenant| {
            principal.context.tenant.as_ref() != Some(&tenant.entity)
                || row.tenant == principal.tenant
        });
        let input = |name: &str| match name {
            OWN => Value::text(&self.before.id),
            name => self.call.inputs.get(name).cloned().unwrap_or(Value::Null),
        };
        let column = |name: &str| row.column(name);
        let scope = Scope { column: &column, input: &input, actor: principal.id(), now: at };
        within && eval::holds(filter, &scope)
    }

    fn each_of(&self, does: &Does, row: &Row) -> Option<Result<Effect, (String, String)>> {
        let Does::Each { entity, action, accept, input, .. } = does else { return None };
        let entity = self.drafter.spec.entity(entity);
        let seen = |name: &str| row.column(name);
        self.means(does, row, now()).then(|| self.lead(entity, action, row, &seen, (accept, input)))
    }
}

/// Somebody who does it, and what the rows are found by.
struct Setting<'b> {
    entity: &'b Entity,
    door: &'b Door,
    does: &'b Does,
    target: &'b Entity,
    call: Call<'b>,
    named: String,
}

fn setting<'b>(
    bench: &'b Bench,
    entity: &'b Entity,
    door: &'b Door,
    step: usize,
) -> Option<Setting<'b>> {
    let does = &door.steps[step].does;
    let Does::Each { entity: target, named, .. } = does else { return None };
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    tries(bench, entity, door).into_iter().find_map(|(principal, row)| {
        let call = drafter.draft(entity, door, &principal, row)?;
        let is_done = door.steps[step].when.as_ref().is_none_or(|when| {
            let made = RefCell::new(Vec::new());
            let before = call.row.unwrap_or(&call.result);
            let steps = Steps { drafter: &drafter, door, call: &call, before, made: &made };
            steps.value(when) == Value::Bool(true)
        });
        let named = match named {
            Expr::Input(name) if name == OWN => call.row?.id.clone(),
            Expr::Input(name) => call.inputs.get(name)?.sql()?,
            Expr::Actor => principal.id()?.to_owned(),
            _ => return None,
        };
        let good = is_done && drafter.outcome(entity, door, &call).is_ok();
        let target = bench.spec.entity(target);
        good.then_some(Setting { entity, door, does, target, call, named })
    })
}

/// What a row is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Meant,
    Other,
    /// Meant, and in the way of all.
    Refused,
}

impl Setting<'_> {
    fn parts(&self) -> (&str, &Expr) {
        match self.does {
            Does::Each { by, filter, .. } => (by, filter),
            _ => unreachable!("chosen so"),
        }
    }

    /// One whose rows are not in the way of those that the call makes.
    fn maker<'b>(&self, bench: &'b Bench) -> Maker<'b> {
        let mut maker = Maker::again(&bench.spec);
        let made = self.call.effects.iter().filter(|effect| effect.made);
        let made = made.filter(|effect| effect.row.entity == self.target.name);
        made.for_each(|effect| maker.world.reserve(effect.row.clone()));
        maker
    }

    /// Those of its conditions which the row alone decides.
    fn conditions(&self) -> Vec<Expr> {
        let mut all = Vec::new();
        let person = self.call.principal.id().unwrap_or_default();
        conjuncts(&acted(self.parts().1, person), &mut all);
        all.retain(|one| {
            let mut given = Vec::new();
            inputs(one, &mut given);
            given.is_empty()
        });
        all
    }

    fn kind(&self, bench: &Bench, row: &Row) -> Option<Kind> {
        let drafter = Drafter::new(&bench.spec, &bench.world);
        let made = RefCell::new(Vec::new());
        let before = self.call.row.unwrap_or(&self.call.result);
        let steps =
            Steps { drafter: &drafter, door: self.door, call: &self.call, before, made: &made };
        let meant = steps.means(self.does, row, now());
        if meant != steps.means(self.does, row, now() + MOMENT) {
            return None;
        }
        // It may be due, which is another's test.
        let due = |at| Timer::before(self.target, "", row, at).is_some();
        let led = drafter.each_of(self.door, &self.call, self.does, row);
        match led {
            None => Some(Kind::Other),
            Some(Ok(_)) => Some(Kind::Meant),
            Some(Err(_)) if due(now()) || due(now() + MOMENT) => None,
            Some(Err(_)) => Some(Kind::Refused),
        }
    }

    /// Rows of a kind, put into the maker's world.
    fn rows<'b>(
        &self,
        bench: &'b Bench,
        maker: &mut Maker<'b>,
        kind: Kind,
        most: usize,
    ) -> Vec<Row> {
        let tenant = self.tenant(bench);
        let conditions = self.conditions();
        let all =
            conditions.into_iter().reduce(|a, b| Expr::Binary(Op::And, Box::new(a), Box::new(b)));
        let states: Vec<Option<&str>> = match self.target.states.as_slice() {
            [] => vec![None],
            states => states.iter().map(|state| Some(state.as_str())).collect(),
        };
        let mut made = Vec::new();
        for turn in 0..most + 6 {
            for state in &states {
                for side in [true, false] {
                    for other in [false, true] {
                        if made.len() == most || kind == Kind::Meant && (other || !side) {
                            continue;
                        }
                        let mut fixed = BTreeMap::new();
                        if !other {
                            fixed.insert(self.parts().0.to_owned(), Value::text(&self.named));
                        }
                        let condition = all.as_ref().map(|all| (all, side));
                        let tenant = tenant.as_deref();
                        let wish = Wish { tenant, state: *state, turn, condition, fixed };
                        let row = maker.row(bench.spec.entity(&self.target.name), &wish);
                        let row = row.filter(|row| self.kind(bench, row) == Some(kind));
                        made.extend(row.inspect(|row| maker.world.add(&bench.spec, row.clone())));
                    }
                }
            }
        }
        made
    }

    /// In which the row lies by which they are found.
    fn tenant(&self, bench: &Bench) -> Option<String> {
        let tenant = self.target.tenant.as_ref()?;
        let own = self.call.principal.context.tenant.as_ref() == Some(&tenant.entity);
        if own {
            return self.call.principal.tenant.clone();
        }
        let Type::Ref { entity } = &self.target.field(self.parts().0).ty else { return None };
        match *entity == tenant.entity {
            true => Some(self.named.clone()),
            false => bench.world.row(entity, &self.named)?.tenant.clone(),
        }
    }

    fn sql(&self, call: &Call<'_>) -> String {
        let arguments = calls::arguments(self.entity, self.door, call);
        format!("SELECT FROM {}", calls::sql("api", self.door, &arguments))
    }
}

fn conjuncts(of: &Expr, all: &mut Vec<Expr>) {
    match of {
        Expr::Binary(Op::And, left, right) => {
            conjuncts(left, all);
            conjuncts(right, all);
        }
        other => all.push(other.clone()),
    }
}

/// Puts rows in as the owner, past every door and trigger, and what they add to those that count them.
fn put(bench: &Bench, owner: &mut Session, entity: &Entity, world: &World, rows: &[Row]) {
    let mut sql = format!("BEGIN; ALTER TABLE {} DISABLE TRIGGER USER;\n", entity.table);
    for row in rows {
        sql += &world.insert(entity, row);
    }
    sql += &format!("ALTER TABLE {} ENABLE TRIGGER USER;\n", entity.table);
    let counting = bench.spec.entities.iter().filter(|one| !one.totals.is_empty());
    for counts in counting {
        sql += &format!("ALTER TABLE {} DISABLE TRIGGER USER;\n", counts.table);
        for row in world.rows_of(&counts.name) {
            for total in &counts.totals {
                let was = bench.world.row(&counts.name, &row.id);
                let (was, now) = (was.map(|was| was.column(&total.name)), row.column(&total.name));
                if was.is_some_and(|was| was != now) {
                    let column = &counts.field(&total.name).column;
                    let value = quote(now.sql().as_deref());
                    sql += &format!(
                        "UPDATE {} SET \"{column}\" = {value} WHERE id = '{}';\n",
                        counts.table, row.id
                    );
                }
            }
        }
        sql += &format!("ALTER TABLE {} ENABLE TRIGGER USER;\n", counts.table);
    }
    owner.run(&format!("{sql}COMMIT")).expect("rows that may be there");
}

/// Of rows, those that were changed once since they were put in.
fn changed(session: &mut Session, entity: &Entity, rows: &[Row]) -> usize {
    let once =
        rows.iter().map(|row| format!("id = '{}' AND version = {}", row.id, row.version + 1));
    let once = once.collect::<Vec<_>>().join(" OR ");
    let sql = format!("SELECT id::text FROM {} WHERE {once}", entity.table);
    if rows.is_empty() { 0 } else { session.column(&sql).expect("they are read").len() }
}

fn found(bench: &Bench, setting: &Setting<'_>, faults: &mut Faults) {
    let mut maker = setting.maker(bench);
    let meant = setting.rows(bench, &mut maker, Kind::Meant, 3);
    let others = setting.rows(bench, &mut maker, Kind::Other, 8);
    let target = setting.target;
    faults.check(!meant.is_empty(), || format!("no row of {} is meant", target.name));
    let database = bench.cluster().database(Template::World);
    let (mut owner, mut session) = (database.login("owner"), database.login(&setting.door.context));
    put(bench, &mut owner, target, &maker.world, &meant);
    put(bench, &mut owner, target, &maker.world, &others);
    let answer = session.run(&setting.sql(&setting.call));
    faults.same(&answer, &Ok(()), || setting.door.function.clone());
    faults.same(&changed(&mut owner, target, &meant), &meant.len(), || {
        "rows that are meant".to_owned()
    });
    faults.same(&changed(&mut owner, target, &others), &0, || "rows that are not meant".to_owned());
}

fn refused(bench: &Bench, setting: &Setting<'_>, faults: &mut Faults) {
    let Does::Each { many, most, .. } = setting.does else { return };
    let (mut maker, target) = (setting.maker(bench), setting.target);
    let refusing = setting.rows(bench, &mut maker, Kind::Refused, 1);
    let database = bench.cluster().database(Template::World);
    let (mut owner, mut session) = (database.login("owner"), database.login(&setting.door.context));
    let call = setting.sql(&setting.call);
    let answer = |session: &mut Session| {
        let answer = session.undone(|session| session.run(&call));
        answer.map_err(|refusal| (refusal.code, refusal.message))
    };
    if !refusing.is_empty() {
        put(bench, &mut owner, target, &maker.world, &refusing);
        let expected = {
            let drafter = Drafter::new(&bench.spec, &maker.world);
            drafter.outcome(setting.entity, setting.door, &setting.call)
        };
        faults
            .same(&answer(&mut session), &expected, || "a row that is in no such state".to_owned());
        let ids: Vec<String> = refusing.iter().map(|row| quote(Some(&row.id))).collect();
        let gone = race::take_away(&mut owner, &bench.spec, target, &ids.join(", "));
        faults.same(&gone, &Ok(()), || "the owner takes it away".to_owned());
        maker = setting.maker(bench);
    }
    let mut meant = setting.rows(bench, &mut maker, Kind::Meant, most + 1);
    // Where a key keeps them fewer, nobody comes so far.
    faults.check(true, String::new);
    let Some(last) = meant.pop().filter(|_| meant.len() == *most) else { return };
    put(bench, &mut owner, target, &maker.world, &meant);
    faults.same(&answer(&mut session), &Ok(()), || format!("{most} rows"));
    put(bench, &mut owner, target, &maker.world, &[last]);
    let expected = Err(("BP409".to_owned(), many.clone()));
    faults.same(&answer(&mut session), &expected, || "one more".to_owned());
}

/// Values under which a row is no longer meant.
fn otherwise(bench: &Bench, setting: &Setting<'_>, row: &Row) -> Vec<(String, Value)> {
    let mut random = super::world::Random::new();
    let mut all: Vec<(String, Value)> = setting
        .target
        .states
        .iter()
        .map(|state| ("state".to_owned(), Value::text(state)))
        .collect();
    for field in &setting.target.fields {
        let given = (0..12).map(|serial| random.scalar(&field.ty, 8_000_000 + serial));
        all.extend(given.map(|value| (field.name.clone(), value)));
    }
    all.retain(|(name, value)| {
        let mut row = row.clone();
        match name.as_str() {
            "state" => row.state = value.sql(),
            _ => drop(row.values.insert(name.clone(), value.clone())),
        }
        !value.is_null() && setting.kind(bench, &row) == Some(Kind::Other)
    });
    all
}

fn left(bench: &Bench, setting: &Setting<'_>, faults: &mut Faults) {
    let (mut maker, target) = (setting.maker(bench), setting.target);
    let meant = setting.rows(bench, &mut maker, Kind::Meant, 1);
    let Some(row) = meant.first() else {
        return faults.check(false, || "no row is meant".to_owned());
    };
    let database = bench.cluster().database(Template::World);
    let (mut owner, mut watcher) = (database.admin(), database.admin());
    let mut session = database.login(&setting.door.context);
    put(bench, &mut owner, target, &maker.world, &meant);
    faults.check(true, String::new);
    for (name, value) in otherwise(bench, setting, row) {
        let column = match name.as_str() {
            "state" => "state",
            field => &target.field(field).column,
        };
        let change = format!(
            "BEGIN; SET LOCAL session_replication_role = replica;
             UPDATE {} SET \"{column}\" = {} WHERE id = '{}'",
            target.table,
            quote(value.sql().as_deref()),
            row.id
        );
        if owner.run(&change).is_err() {
            owner.run("ROLLBACK").expect("ROLLBACK");
            continue;
        }
        let call = setting.sql(&setting.call);
        let answer = while_it_stands(&mut owner, &mut session, &mut watcher, &call);
        faults.same(&answer, &Ok(()), || format!("while {name} became {value:?}"));
        faults.same(&changed(&mut owner, target, &meant), &0, || {
            format!("the row whose {name} changed")
        });
        return;
    }
}

/// Many at once: each row is changed once, and nobody waits for somebody who waits for him.
fn raced(bench: &Bench, setting: &Setting<'_>, faults: &mut Faults) {
    let (mut maker, target, door) = (setting.maker(bench), setting.target, setting.door);
    let database: Database<'_> = bench.cluster().database(Template::World);
    let mut owner = database.login("owner");
    let mut race = Race::new(&database, &door.context);
    // A row that is there is acted on once.
    for round in 0..if door.kind.makes() { race::ROUNDS } else { 1 } {
        let meant = setting.rows(bench, &mut maker, Kind::Meant, 3);
        faults.check(!meant.is_empty(), || format!("no row is meant in round {round}"));
        put(bench, &mut owner, target, &maker.world, &meant);
        let calls: Vec<String> = (0..race.contestants())
            .map(|number| {
                let mut rival = setting.call.clone();
                if door.kind.makes() {
                    rival.id = race::id(round, number);
                }
                setting.sql(&rival)
            })
            .collect();
        let answers = race.run(&calls);
        faults
            .check(answers.iter().any(Result::is_ok), || format!("nobody did it in round {round}"));
        for refusal in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            let sound = !refusal.code.starts_with("40") && !refusal.code.starts_with("XX");
            faults.check(sound, || format!("round {round}: {refusal}"));
        }
        faults.same(&changed(&mut owner, target, &meant), &meant.len(), || {
            format!("rows of round {round}")
        });
        if door.kind.makes() {
            let ids = (0..race.contestants()).map(|number| quote(Some(&race::id(round, number))));
            let ids = ids.collect::<Vec<_>>().join(", ");
            let gone = race::take_away(&mut owner, &bench.spec, setting.entity, &ids);
            faults.same(&gone, &Ok(()), || "the owner takes them away".to_owned());
        }
        if faults.any() {
            return;
        }
    }
}
