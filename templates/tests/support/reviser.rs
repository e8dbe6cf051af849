//! Who makes the next of rows that hold for a time: by which door, and by which of what is given.

use super::Bench;
use super::calls::Call;
use super::database::Session;
use super::race;
use super::spec::{Does, Door, Entity, Expr, Given, Step};
use super::value::Value;
use super::world::Row;

/// How somebody revises.
pub struct Reviser<'b> {
    /// The entity whose door it is.
    pub owner: &'b Entity,
    pub door: &'b Door,
    pub call: Call<'b>,
    /// The input that says when the next row holds.
    pub during: String,
    /// By what inputs the key is given.
    by: Vec<(String, String)>,
}

impl<'b> Reviser<'b> {
    pub fn of(bench: &'b Bench, entity: &Entity) -> Option<Self> {
        let effective = entity.effective.as_ref()?;
        let makes = |call: &Call<'_>| {
            call.effects.iter().any(|effect| effect.made && effect.row.entity == entity.name)
        };
        bench.spec.entities.iter().find_map(|owner| {
            let steps = owner.doors.iter().flat_map(|door| &door.steps);
            let revises = |step: &Step| made_by(step, entity).is_some();
            if !steps.into_iter().any(revises) {
                return None;
            }
            let (door, mut drafter, principal, row) = race::starter(bench, owner, &makes)?;
            let call = race::draft(&mut drafter, owner, door, &principal, row, &makes)?;
            let with = door.steps.iter().find_map(|step| made_by(step, entity))?;
            let input = |one: &Given| match &one.value {
                Expr::Input(input) => Some((one.name.clone(), input.clone())),
                _ => None,
            };
            let given: Vec<(String, String)> = with.iter().filter_map(input).collect();
            let during = given.iter().find(|(field, _)| *field == effective.during)?.1.clone();
            let by = given.into_iter().filter(|(field, _)| effective.by.contains(field));
            Some(Self { owner, door, call, during, by: by.collect() })
        })
    }

    /// The call of another, who revises rows of the key of one that is there, from an instant on.
    pub fn call(&self, entity: &Entity, held: &Row, id: &str, from: i64) -> Call<'b> {
        let effective = entity.effective.as_ref().expect("it holds for a time");
        let mut call = self.call.clone();
        call.id = id.to_owned();
        for (field, input) in &self.by {
            call.inputs.insert(input.clone(), held.column(field));
        }
        // Nothing later of its key is in the way of what holds as long.
        let range = Value::Times(from, effective.ends(held).1);
        call.inputs.insert(self.during.clone(), range);
        call
    }
}

/// What a step gives to a row of the entity that it makes.
fn made_by<'s>(step: &'s Step, entity: &Entity) -> Option<&'s [Given]> {
    match &step.does {
        Does::Create { entity: made, with } if *made == entity.name => Some(with),
        _ => None,
    }
}

/// Without keys that are in the way of copies of one row.
pub fn unkeyed(session: &mut Session, table: &str) {
    let sql = format!(
        "SELECT 'ALTER TABLE {table} DROP CONSTRAINT \"' || conname || '\" CASCADE' FROM pg_constraint
         WHERE conrelid = '{table}'::regclass AND contype = 'u'
         UNION ALL
         SELECT 'DROP INDEX ' || indexrelid::regclass FROM pg_index i
         WHERE indrelid = '{table}'::regclass AND indisunique
           AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)"
    );
    for drop in session.column(&sql).expect("it is read") {
        session.run(&drop).expect("it can be dropped");
    }
}
