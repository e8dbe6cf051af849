//! Many who decide about one request at the same moment: one of them does, and what was asked for is done once or not
//! at all. And what no login may call.

use super::approvals::agrees;
use super::calls::{self, Call, Drafter};
use super::database::{Database, Session, Template};
use super::oracle::Principal;
use super::race::{Race, ROUNDS, id};
use super::spec::{Does, Door, Entity};
use super::value::quote;
use super::world::Row;
use super::{Bench, Faults, Tests};

type Run = fn(&mut Scene<'_>, &mut Faults);

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    let mut all: Vec<(&str, Run)> = vec![
        ("race/approval/clicks", clicks),
        ("race/approval/twice", two_requests),
        ("race/approval/decided", decided),
    ];
    if spec.user().erased_at.is_some() {
        all.push(("approval/erased", erased));
    }
    for entity in &spec.entities {
        if !entity.doors.iter().any(|door| agrees(door).is_some()) {
            continue;
        }
        for &(what, run) in &all {
            let name = entity.name.clone();
            tests.add(format!("{what}/{name}"), move |bench, faults| {
                let database = bench.cluster().database(Template::World);
                match Scene::new(bench, &database, &name) {
                    Some(mut scene) => run(&mut scene, faults),
                    None => faults.check(false, || format!("nobody can agree to any {name}")),
                }
            });
        }
        let name = entity.name.clone();
        tests.add(format!("approval/closed/{name}"), move |bench, faults| {
            closed(bench, bench.spec.entity(&name), faults);
        });
    }
}

/// A request to which somebody can agree, and the row that it is about.
struct Scene<'b> {
    bench: &'b Bench,
    database: &'b Database<'b>,
    owner: Session,
    entity: &'b Entity,
    agree: &'b Door,
    checker: Principal<'b>,
    request: Call<'b>,
    target: &'b Entity,
    about: &'b Row,
}

impl<'b> Scene<'b> {
    fn new(bench: &'b Bench, database: &'b Database<'b>, name: &str) -> Option<Self> {
        let entity = bench.spec.entity(name);
        let agree = entity.doors.iter().find(|door| agrees(door).is_some())?;
        let mut drafter = Drafter::new(&bench.spec, &bench.world);
        let context = bench.spec.context(&agree.context);
        for checker in Principal::all(&bench.world, context) {
            for row in bench.world.rows_of(name) {
                let Some(call) = drafter.draft(entity, agree, &checker, Some(row)) else { continue };
                let before = call.effects.first().and_then(|effect| {
                    bench.world.row(&effect.row.entity, &effect.row.id)
                });
                let Some(about) = before else { continue };
                if drafter.outcome(entity, agree, &call).is_err() {
                    continue;
                }
                let target = bench.spec.entity(&about.entity);
                let (owner, request) = (database.admin(), call);
                return Some(Self {
                    bench, database, owner, entity, agree, checker, request, target, about,
                });
            }
        }
        None
    }

    /// The request anew, under this id, and the row that it is about as it was.
    fn again(&mut self, ids: &[String]) -> Vec<Row> {
        let before = self.request.row.expect("it is there");
        let mut sql = "BEGIN; SET LOCAL session_replication_role = replica;\n".to_owned();
        sql += &format!(
            "DELETE FROM {0} WHERE id = '{1}';\n{2}",
            self.target.table,
            self.about.id,
            self.bench.world.insert(self.target, self.about)
        );
        let rows: Vec<Row> =
            ids.iter().map(|id| Row { id: id.clone(), version: 1, ..before.clone() }).collect();
        for row in &rows {
            sql += &self.bench.world.insert(self.entity, row);
        }
        self.owner.run(&format!("{sql}COMMIT")).expect("they are made");
        rows
    }

    /// How somebody does this with a request.
    fn call(&self, door: &Door, who: &Principal<'b>, row: &Row) -> String {
        let because = door.because.then(|| "it was asked for".to_owned());
        let (id, inputs) = (row.id.clone(), self.request.inputs.clone());
        let call = Call { row: Some(row), principal: who.clone(), because, id, inputs, ..self.request.clone() };
        let arguments = calls::arguments(self.entity, door, &call);
        format!("SELECT {}", calls::sql("act", door, &arguments))
    }

    /// How often the row that it is about was changed.
    fn times(&mut self) -> i64 {
        let sql =
            format!("SELECT version::text FROM {} WHERE id = '{}'", self.target.table, self.about.id);
        let version = self.owner.column(&sql).expect("it is there").remove(0);
        version.parse::<i64>().expect("a version") - self.about.version
    }

    fn state(&mut self, id: &str) -> String {
        let sql = format!("SELECT state FROM {} WHERE id = '{id}'", self.entity.table);
        self.owner.column(&sql).expect("it is there").remove(0)
    }

    /// Who asked.
    fn maker(&self) -> String {
        let step = agrees(self.agree).expect("chosen");
        let Does::Agree { maker, .. } = &step.does else { unreachable!("it agrees") };
        self.request.row.and_then(|row| row.column(maker).sql()).unwrap_or_default()
    }

    fn race(&self) -> Race {
        Race::new(self.database, &self.agree.context)
    }
}

/// How many were let through; whoever was not was told what stands in the way.
fn won<T>(answers: Vec<Result<T, super::database::Refusal>>, round: usize, faults: &mut Faults) -> usize {
    let mut won = 0;
    for answer in answers {
        match answer {
            Ok(_) => won += 1,
            Err(refusal) => {
                let told = matches!(refusal.code.as_str(), "BP409" | "BP412");
                faults.check(told, || {
                    format!("{} {} in round {round}", refusal.code, refusal.message)
                });
            }
        }
    }
    won
}

/// One request, and everybody agrees to it at once.
fn clicks(scene: &mut Scene<'_>, faults: &mut Faults) {
    let mut race = scene.race();
    for round in 0..ROUNDS {
        let rows = scene.again(&[id(round, 1)]);
        let call = scene.call(scene.agree, &scene.checker, &rows[0]);
        let answers = race.run(&vec![call; race.contestants()]);
        let won = won(answers, round, faults);
        faults.same(&won, &1, || format!("agreed in round {round}"));
        faults.same(&scene.times(), &1, || format!("times that it was done in round {round}"));
    }
}

/// Two requests about one row: whoever agrees to the second finds the row changed.
fn two_requests(scene: &mut Scene<'_>, faults: &mut Faults) {
    let mut race = scene.race();
    for round in 0..ROUNDS {
        let rows = scene.again(&[id(round, 1), id(round, 2)]);
        let calls: Vec<String> = (0..race.contestants())
            .map(|number| scene.call(scene.agree, &scene.checker, &rows[number % 2]))
            .collect();
        let answers = race.run(&calls);
        let won = won(answers, round, faults);
        faults.same(&won, &1, || format!("agreed in round {round}"));
        faults.same(&scene.times(), &1, || format!("times that it was done in round {round}"));
    }
}

/// Some agree, some refuse, and who asked takes it back.
fn decided(scene: &mut Scene<'_>, faults: &mut Faults) {
    let entity = scene.entity;
    let named = |name: &str| {
        let found = entity.doors.iter().find(|door| door.action == name);
        found.expect("each request can be decided about")
    };
    let maker = scene.maker();
    let everybody = Principal::all(&scene.bench.world, scene.checker.context);
    let maker = everybody.into_iter().find(|one| {
        one.id() == Some(maker.as_str()) && one.tenant == scene.checker.tenant
    });
    let maker = maker.expect("who asked is somebody");
    let checker = scene.checker.clone();
    let ways =
        [(scene.agree, &checker), (named("reject"), &checker), (named("withdraw"), &maker)];
    let mut race = scene.race();
    for round in 0..ROUNDS {
        let ids = [id(round, 1)];
        let rows = scene.again(&ids);
        let calls: Vec<String> = (0..race.contestants())
            .map(|number| {
                let (door, who) = ways[(number + round) % ways.len()];
                scene.call(door, who, &rows[0])
            })
            .collect();
        let answers = race.run(&calls);
        let won = won(answers, round, faults);
        faults.same(&won, &1, || format!("decided in round {round}"));
        let agreed = i64::from(scene.state(&ids[0]) == "approved");
        faults.same(&scene.times(), &agreed, || format!("times that it was done in round {round}"));
    }
}

/// Nothing is done any more as somebody who has been erased since he asked for it, whatever he is still granted.
fn erased(scene: &mut Scene<'_>, faults: &mut Faults) {
    let users = scene.bench.spec.user();
    let at = users.erased_at.as_ref().expect("people can be erased");
    let rows = scene.again(&[id(0, 1)]);
    let sql = format!(
        "BEGIN; SET LOCAL session_replication_role = replica;
         UPDATE {} SET subject = NULL, {at} = clock_timestamp() WHERE id = '{}'; COMMIT",
        users.table,
        scene.maker()
    );
    scene.owner.run(&sql).expect("he is erased");
    let call = scene.call(scene.agree, &scene.checker, &rows[0]);
    let found = scene.database.login(&scene.agree.context).run(&call).err();
    let found = found.map(|refusal| (refusal.code, refusal.message));
    let path = format!("{}.maker", scene.agree.path(scene.entity));
    faults.same(&found, &Some(("BP409".to_owned(), path)), || "as one who is erased".to_owned());
    faults.same(&scene.times(), &0, || "times that it was done".to_owned());
}

/// Nobody's login calls what a door does once somebody has agreed, or goes on as somebody else.
fn closed(bench: &Bench, entity: &Entity, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let found = entity.doors.iter().find_map(|door| Some((door, agrees(door)?)));
    let Some((agree, step)) = found else { return };
    let Does::Agree { entity: target, action, .. } = &step.does else { return };
    let is_it = |door: &&Door| door.action == *action && door.context == agree.context;
    let door = bench.spec.entity(target).doors.iter().find(is_it).expect("it is done here");
    let inner = quote(Some(&format!("{}_inner", door.function)));
    let gate = quote(Some(&format!("enter_{}_as", agree.context)));
    let mut session = database.login(&agree.context);
    let sql = format!(
        "SELECT p.proname, has_function_privilege(p.oid, 'EXECUTE')::text
         FROM pg_proc p WHERE p.proname IN ({inner}, {gate}) ORDER BY 1"
    );
    let may = session.rows(&sql).expect("functions can be listed");
    faults.same(&may.len(), &2, || format!("functions behind {}", door.function));
    for line in may {
        faults.same(&line[1].as_deref(), &Some("false"), || format!("{:?} is closed", line[0]));
    }
}
