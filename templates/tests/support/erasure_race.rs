//! Who erases somebody, and who makes rows of his at the same moment: nothing personal of him is left.

use super::calls::{self, Call, Drafter};
use super::database::Template;
use super::oracle::Principal;
use super::race::{self, CONTESTANTS, Race};
use super::routes::put_back;
use super::spec::{Door, DoorKind, Entity, EntityKind, Replacement};
use super::value::{Value, quote};
use super::{Bench, Faults, Tests};

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    let Some(user) = spec.entities.iter().find(|entity| entity.erased_at.is_some()) else { return };
    let erasers = user.doors.iter().enumerate().filter(|(_, door)| door.kind == DoorKind::Erase);
    for (index, door) in erasers {
        for entity in spec.entities.iter().filter(|entity| entity.holds_of_others()) {
            let name = entity.name.clone();
            tests.add(format!("race/erase/{name}@{}", door.context), move |bench, faults| {
                raced(bench, index, bench.spec.entity(&name), faults);
            });
        }
    }
}

/// Half of them erase somebody, half make rows of his that hold what is personal: nothing of it is left.
fn raced(bench: &Bench, door: usize, child: &Entity, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let Some(setting) = setting(bench, door, child) else {
        return faults.check(false, || "nobody makes such a row of somebody who can be erased".to_owned());
    };
    let Setting { erase, create, person } = setting;
    let user = bench.spec.entities.iter().find(|entity| entity.kind == EntityKind::User);
    let user = user.expect("there always is an entity of people");
    let left = left(child, &person);
    let mut admin = database.admin();
    let mut race = Race::of(&database, &[erase.0.context.as_str(), create.0.context.as_str()]);
    for round in 0..race::ROUNDS {
        let (mut calls, mut made) = (Vec::new(), Vec::new());
        for number in 0..CONTESTANTS {
            if number % 2 == 0 {
                calls.push(sql(user, erase.0, &erase.1));
            } else {
                let mut call = create.1.clone();
                call.id = race::id(round, number);
                race::unlike(child, &mut call, &[], round, number);
                made.push(quote(Some(&call.id)));
                calls.push(sql(child, create.0, &call));
            }
        }
        let answers = race.run(&calls);
        let erasers = answers.iter().step_by(2).filter(|answer| answer.is_ok()).count();
        faults.same(&erasers, &1, || format!("round {round}: how many erased him"));
        for refusal in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            let known = ["BP400", "BP401", "BP404", "BP409", "BP412", "23505", "23P01", "40P01"];
            faults.check(known.contains(&refusal.code.as_str()), || format!("round {round}: {refusal}"));
        }
        faults.same(&admin.column(&left), &Ok(Vec::new()), || format!("round {round}: left of him"));
        let gone = race::take_away(&mut admin, &bench.spec, child, &made.join(", "));
        faults.same(&gone, &Ok(()), || "the rows are taken away".to_owned());
        put_back(bench, &mut admin, user, &person);
        if faults.any() {
            return;
        }
    }
}

struct Setting<'b> {
    erase: (&'b Door, Call<'b>),
    create: (&'b Door, Call<'b>),
    person: String,
}

fn setting<'b>(bench: &'b Bench, door: usize, child: &'b Entity) -> Option<Setting<'b>> {
    let user = bench.spec.entities.iter().find(|entity| entity.erased_at.is_some())?;
    let erase = &user.doors[door];
    let of = child.erasure.as_ref()?.of.as_ref()?;
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    for create in child.doors.iter().filter(|door| door.kind.makes()) {
        for principal in Principal::all(&bench.world, bench.spec.context(&create.context)) {
            let made = race::draft(&mut drafter, child, create, &principal, None, &|call| {
                call.effects.iter().all(|effect| effect.made)
            });
            let Some(made) = made else { continue };
            let Value::Text(person) = made.result.column(of) else { continue };
            let row = bench.world.row(&user.name, &person)?;
            for eraser in Principal::all(&bench.world, bench.spec.context(&erase.context)) {
                let own = calls::names_row(user, erase, eraser.context.kind)
                    || eraser.id() == Some(person.as_str());
                if !own {
                    continue;
                }
                let call = race::draft(&mut drafter, user, erase, &eraser, Some(row), &|_| true);
                if let Some(call) = call {
                    return Some(Setting { erase: (erase, call), create: (create, made), person });
                }
            }
        }
    }
    None
}

fn sql(entity: &Entity, door: &Door, call: &Call<'_>) -> String {
    format!("SELECT FROM {}", calls::sql("api", door, &calls::arguments(entity, door, call)))
}

/// Asks for the person's rows that still hold something personal.
fn left(child: &Entity, person: &str) -> String {
    let erasure = child.erasure.as_ref().expect("it holds what is personal");
    let of = erasure.of.as_ref().expect("of somebody whom it names");
    let id = "replace(id::text, '-', '')";
    let fields = erasure.fields.iter().map(|(name, value)| {
        let value = match value {
            Replacement::OfId { before, after, width } => format!(
                "{} || rpad({id}, {}, '.') || {}",
                quote(Some(before)),
                (*width).max(32),
                quote(Some(after))
            ),
            Replacement::Fixed { text } => quote(Some(text)),
            Replacement::Absent => "NULL".to_owned(),
        };
        format!("\"{}\" IS DISTINCT FROM {value}", child.field(name).column)
    });
    format!(
        "SELECT id::text FROM {} WHERE \"{}\" = '{person}' AND ({})",
        child.table,
        child.field(of).column,
        fields.collect::<Vec<_>>().join(" OR ")
    )
}
