//! Rows that are deleted: what refers to them stands in the way, also what begins to at that moment.

use super::calls::{self, Call, Drafter, Outcome};
use super::database::Template;
use super::oracle::Principal;
use super::race::{self, CONTESTANTS, Race};
use super::spec::{Door, DoorKind, Entity, Field, Spec, Type};
use super::value::{Value, now};
use super::world::{Maker, Row, World};
use super::{Bench, Faults, Tests};

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    for entity in spec.entities.iter().filter(|entity| entity.is_deleted()) {
        for (child, field) in spec.referring_to(&entity.name) {
            let names = (entity.name.clone(), child.name.clone(), field.to_owned());
            let title = format!("race/delete/{}/{}/{field}", entity.name, child.name);
            // Else nobody can name a row that somebody can delete; the tables' keys are tried alone.
            let meet = |bench: &Bench| {
                let (entity, child) = (bench.spec.entity(&entity.name), bench.spec.entity(&child.name));
                setting(bench, entity, child, field).is_some()
            };
            tests.add_where(meet, title, move |bench, faults| {
                let (entity, child) = (bench.spec.entity(&names.0), bench.spec.entity(&names.1));
                raced(bench, entity, child, &names.2, faults);
            });
        }
    }
}

impl Entity {
    /// Whether some action deletes its rows.
    pub fn is_deleted(&self) -> bool {
        self.doors.iter().any(|door| door.kind == DoorKind::Delete)
    }

    /// Whether a row is deleted and stays.
    pub fn hides(&self, row: &Row) -> bool {
        self.deleted_at.as_ref().is_some_and(|field| !row.column(field).is_null())
    }
}

impl Spec {
    /// Every field that refers to rows of the entity.
    pub fn referring_to<'s>(&'s self, target: &str) -> Vec<(&'s Entity, &'s str)> {
        let refers = |ty: &Type| matches!(ty, Type::Ref { entity } if entity == target);
        let mut all = Vec::new();
        for entity in &self.entities {
            let fields = entity.fields.iter().filter(|field| refers(&field.ty));
            all.extend(fields.map(|field| (entity, field.name.as_str())));
        }
        all
    }
}

impl World {
    /// Of rows that can be named, those that are: some are left for the tests to delete.
    pub fn leave_some(
        &self,
        spec: &Spec,
        field: &Field,
        turn: usize,
        candidates: &mut Vec<String>,
    ) {
        let Type::Ref { entity } = &field.ty else { return };
        let entity = spec.entity(entity);
        let doors = entity.doors.iter().filter(|door| door.kind == DoorKind::Delete);
        let left: Vec<&str> = doors
            .flat_map(|door| {
                let could = |row: &&Row| {
                    let state = row.state.clone().unwrap_or_default();
                    (door.from.is_empty() || door.from.contains(&state))
                        && door.require.iter().all(|rule| row.holds(&rule.holds, None))
                        && self.reference_to(spec, &entity.name, &row.id).is_none()
                };
                self.rows_of(&entity.name).filter(could).step_by(2)
            })
            .map(|row| row.id.as_str())
            .collect();
        let named = |id: &String| !left.contains(&id.as_str());
        if field.optional && turn.is_multiple_of(2) || candidates.iter().any(named) {
            candidates.retain(named);
        }
    }

    /// The path of a reference to the row, where there is one.
    fn reference_to(&self, spec: &Spec, entity: &str, id: &str) -> Option<String> {
        let mut referring = spec.referring_to(entity).into_iter();
        let found = referring.find(|(child, field)| {
            self.rows_of(&child.name).any(|row| row.column(field) == Value::text(id))
        });
        found.map(|(child, field)| format!("entities.{}.fields.{field}", child.name))
    }
}

impl<'s> Maker<'s> {
    /// For each timer a row that would be due, were it not deleted.
    pub fn due_but_deleted(&mut self, entity: &'s Entity) {
        let Some(deleted_at) = &entity.deleted_at else { return };
        for timer in &entity.timers {
            let due = self.world.rows_of(&entity.name).find(|row| timer.waits(row, now()));
            let Some(due) = due.cloned() else { continue };
            let mut row = Row { id: self.id(), anchor: false, ..due };
            row.values.insert(deleted_at.clone(), Value::Time(now() - 60));
            self.world.add(self.spec, row);
        }
    }
}

impl Drafter<'_> {
    /// The reference that keeps a row from being deleted, where there is one.
    pub fn refused_by_references(&self, entity: &Entity, id: &str) -> Outcome {
        match self.world.reference_to(self.spec, &entity.name, id) {
            Some(path) => Err(("BP409".to_owned(), path)),
            None => Ok(()),
        }
    }
}

/// Who deletes a row, and who makes one that refers to it.
struct Setting<'b> {
    delete: (&'b Door, Call<'b>),
    create: (&'b Door, Call<'b>),
}

fn setting<'b>(
    bench: &'b Bench,
    entity: &'b Entity,
    child: &'b Entity,
    field: &str,
) -> Option<Setting<'b>> {
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    let doors = |of: &'b Entity, kind: DoorKind| {
        let doors = of.doors.iter().filter(move |door| door.kind == kind);
        doors.flat_map(|door| {
            let people = Principal::all(&bench.world, bench.spec.context(&door.context));
            people.into_iter().map(move |principal| (door, principal))
        })
    };
    for (door, principal) in doors(entity, DoorKind::Delete) {
        for row in bench.world.rows_of(&entity.name) {
            let own = race::draft(&mut drafter, entity, door, &principal, Some(row), &|_| true);
            let Some(delete) = own else { continue };
            let names_it = |call: &Call<'_>| call.values.get(field) == Some(&Value::text(&row.id));
            for (other, principal) in doors(child, DoorKind::Create) {
                let create = (0..3).find_map(|_| {
                    race::draft(&mut drafter, child, other, &principal, None, &names_it)
                });
                if let Some(create) = create {
                    return Some(Setting { delete: (door, delete), create: (other, create) });
                }
            }
        }
    }
    None
}

/// Half of them delete a row, half make rows that refer to it: never both.
fn raced(bench: &Bench, entity: &Entity, child: &Entity, field: &str, faults: &mut Faults) {
    let Some(setting) = setting(bench, entity, child, field) else { return };
    let ((delete, deletes), (create, creates)) = (&setting.delete, &setting.create);
    let database = bench.cluster().database(Template::World);
    let mut owner = database.login("owner");
    let contexts = [delete.context.as_str(), create.context.as_str()];
    let mut race = Race::of(&database, &contexts);
    for round in 0..race::ROUNDS {
        let (mut of, mut makes) = (Vec::new(), Vec::new());
        let mut calls = Vec::new();
        let id = race::id(round, CONTESTANTS);
        for number in 0..CONTESTANTS {
            if number % 2 == 0 {
                let mut call = deletes.clone();
                call.id.clone_from(&id);
                race::unlike(entity, &mut call, &[], round, CONTESTANTS);
                calls.push(sql(entity, delete, &call));
                of.push(call);
            } else {
                let mut call = creates.clone();
                call.id = race::id(round, number);
                race::unlike(child, &mut call, &[], round, number);
                call.values.insert(field.to_owned(), Value::text(&id));
                calls.push(sql(child, create, &call));
                makes.push(super::value::quote(Some(&call.id)));
            }
        }
        race::set_up(&mut owner, &bench.world, entity, &of[..1], &[]).expect("a row");
        let answers = race.run(&calls);
        let done = |odd: usize| {
            let own = answers.iter().enumerate().filter(|(number, _)| number % 2 == odd);
            own.filter(|(_, answer)| answer.is_ok()).count()
        };
        let (deleted, made) = (done(0), done(1));
        faults.check(deleted <= 1 && (deleted == 0) == (made > 0), || {
            format!("round {round}: deleted {deleted} times, and {made} rows refer to it")
        });
        for refusal in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            let code = refusal.code.as_str();
            let known = ["BP404", "BP409", "BP412", "23503", "23505", "23514", "23P01"];
            faults.check(known.contains(&code), || format!("round {round}: {refusal}"));
        }
        let orphans = format!(
            "SELECT c.id::text FROM {} c WHERE c.\"{}\" = '{id}'
             AND NOT EXISTS (SELECT FROM {} p WHERE p.id = '{id}')",
            child.table,
            child.field(field).column,
            entity.table
        );
        faults.same(&owner.column(&orphans), &Ok(Vec::new()), || format!("round {round}"));
        let gone = race::take_away(&mut owner, &bench.spec, child, &makes.join(", "))
            .and_then(|()| race::take_away(&mut owner, &bench.spec, entity, &format!("'{id}'")));
        faults.same(&gone, &Ok(()), || "the owner takes them away".to_owned());
        if faults.any() {
            return;
        }
    }
}

fn sql(entity: &Entity, door: &Door, call: &Call<'_>) -> String {
    format!("SELECT FROM {}", calls::sql("api", door, &calls::arguments(entity, door, call)))
}
