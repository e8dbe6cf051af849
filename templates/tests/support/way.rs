//! What is due and in the way of a row makes way for it, whether or not a worker runs.

use super::calls::{self, Call};
use super::database::{Session, Template};
use super::race;
use super::spec::{Entity, Exclusion, Expr, Timer};
use super::tables::Laws;
use super::value::{now, quote};
use super::world::Row;
use super::{Bench, Faults, Tests, settle};

pub fn add(tests: &mut Tests) {
    for entity in tests.bench.spec.entities.clone() {
        for (index, exclusion) in entity.exclusions.iter().enumerate() {
            for action in &exclusion.way {
                // What makes such a row due would take it out of the way.
                let timer = entity.timers.iter().find(|timer| timer.action == *action);
                let moved = timer.is_none_or(|timer| {
                    let names = columns(timer);
                    entity.exclusions.iter().any(|one| {
                        names.contains(&one.overlapping)
                            || one.same.iter().any(|name| names.contains(name))
                    })
                });
                if moved {
                    continue;
                }
                let (name, action) = (entity.name.clone(), action.clone());
                let title = format!("way/{name}/{}/{action}", exclusion.name);
                // Else no caller makes one.
                let meet = |bench: &Bench| {
                    let case = Case::new(bench, &entity.name, index, &action);
                    race::starter(bench, case.entity, &case.begins()).is_some()
                };
                let by = action.clone();
                tests.add_where(meet, title, move |bench, faults| {
                    made(&Case::new(bench, &name, index, &by), faults);
                });
            }
        }
    }
}

/// What a timer makes way for.
struct Case<'b> {
    bench: &'b Bench,
    entity: &'b Entity,
    exclusion: &'b Exclusion,
    timer: &'b Timer,
}

impl<'b> Case<'b> {
    fn new(bench: &'b Bench, entity: &str, index: usize, action: &str) -> Self {
        let entity = bench.spec.entity(entity);
        let timer = entity.timers.iter().find(|timer| timer.action == action);
        let timer = timer.expect("it is a timer");
        Self { bench, entity, exclusion: &entity.exclusions[index], timer }
    }

    /// Whether a call makes a row count that could come to wait for the timer and would count until then.
    fn begins(&self) -> impl Fn(&Call<'_>) -> bool + use<'b> {
        let Self { bench, entity, exclusion, timer } = *self;
        let begins = exclusion.begins();
        move |call| {
            begins(call)
                && waiting(bench, entity, timer, call).is_some_and(|row| exclusion.counts(&row))
        }
    }
}

/// A row that waits for the clock is led on by whoever comes, in the clock's name, and one that does not yet wait
/// keeps him out.
fn made(case: &Case<'_>, faults: &mut Faults) {
    let Case { bench, entity, exclusion, timer } = *case;
    let counted = case.begins();
    let Some((door, mut drafter, principal, row)) = race::starter(bench, entity, &counted) else {
        return;
    };
    let database = bench.cluster().database(Template::World);
    let (mut owner, mut session) = (database.admin(), database.login(&door.context));
    let call = race::draft(&mut drafter, entity, door, &principal, row, &counted);
    let call = call.expect("as it was found");
    let mut rivals: Vec<Call<'_>> = Vec::new();
    for number in 0..3 {
        let mut rival = call.clone();
        rival.id = race::id(0, number);
        rival.result.id.clone_from(&rival.id);
        race::unlike(entity, &mut rival, &exclusion.same, 0, number);
        rivals.push(rival);
    }
    race::set_up(&mut owner, &bench.world, entity, &rivals, &[&exclusion.overlapping])
        .expect("rows that do not count");
    let run = |session: &mut Session, rival: &Call<'_>| {
        let arguments = calls::arguments(entity, door, rival);
        session.run(&format!("SELECT FROM {}", calls::sql("api", door, &arguments)))
    };
    faults.same(&run(&mut session, &rivals[0]), &Ok(()), || "the first".to_owned());
    let refused = run(&mut session, &rivals[1]).err().map(|refusal| refusal.code);
    faults.same(&refused.as_deref(), &Some("23P01"), || "before it is due".to_owned());

    let waiting = waiting(bench, entity, timer, &rivals[0]).expect("it was asked before");
    put(&mut owner, entity, &waiting);
    faults.same(&run(&mut session, &rivals[1]), &Ok(()), || "once it is due".to_owned());
    let told = owner.rows(&format!(
        "SELECT state, (SELECT count(*)::text FROM audit.entry e
                        WHERE e.row_id = '{}' AND e.actor IS NULL AND e.context = 'timer' AND e.path = '{}')
         FROM {} WHERE {}",
        waiting.id,
        format_args!("entities.{}.actions.{}", entity.name, timer.action),
        entity.table,
        Laws::place(&waiting, entity)
    ));
    let expected = vec![vec![Some(timer.to.clone()), Some("1".to_owned())]];
    faults.same(&told, &Ok(expected), || "what the clock is told to have done".to_owned());
    // What the caller did is his own in the audit, though the clock acted in between.
    let own = owner.column(&format!(
        "SELECT context FROM audit.entry WHERE row_id = '{}' ORDER BY id DESC LIMIT 1",
        rivals[1].id
    ));
    faults.same(&own, &Ok(vec![door.context.clone()]), || "who made way".to_owned());
    let refused = run(&mut session, &rivals[2]).err().map(|refusal| refusal.code);
    faults.same(&refused.as_deref(), &Some("23P01"), || "a third".to_owned());
}

/// What the call leaves, as it would be if it waited for the timer; none where no row of the world tells how.
fn waiting(bench: &Bench, entity: &Entity, timer: &Timer, call: &Call<'_>) -> Option<Row> {
    let names = columns(timer);
    let like = bench.world.rows_of(&entity.name).filter(|row| timer.waits(row, now() - 60));
    like.into_iter().find_map(|like| {
        let mut row = Row { state: like.state.clone(), created: like.created, ..call.result.clone() };
        for name in names.iter().filter(|name| entity.fields.iter().any(|field| field.name == **name)) {
            row.values.insert(name.clone(), like.column(name));
        }
        let valid = entity.rules.iter().all(|rule| row.holds(&rule.holds, None));
        (valid && timer.waits(&row, now() - 60)).then_some(row)
    })
}

/// By which a row comes due.
fn columns(timer: &Timer) -> Vec<String> {
    let mut names = Vec::new();
    settle::walk(&timer.due, &mut |part| {
        if let Expr::Column(name) = part {
            names.push(name.clone());
        }
    });
    names
}

/// Past every trigger.
fn put(owner: &mut Session, entity: &Entity, row: &Row) {
    let mut set = vec![
        format!("state = {}", quote(row.state.as_deref())),
        format!("created_at = to_timestamp({})", row.created),
    ];
    set.extend(entity.fields.iter().map(|field| {
        let value = row.column(&field.name).sql();
        format!("\"{}\" = {}", field.column, quote(value.as_deref()))
    }));
    let place = Laws::place(row, entity);
    owner
        .run(&format!(
            "BEGIN; SET LOCAL session_replication_role = replica;
             UPDATE {} SET {} WHERE {place}; COMMIT",
            entity.table,
            set.join(", ")
        ))
        .expect("the row can be put in place");
}
