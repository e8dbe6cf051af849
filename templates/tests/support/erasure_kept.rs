//! What holds once somebody is erased: he signs in nowhere, nothing personal of him comes back, and nobody but the doors
//! erases.

use super::calls;
use super::database::{self, Template};
use super::erasure::Scene;
use super::spec::Replacement;
use super::value::{now, quote};
use super::{Bench, Faults};

/// He signs in nowhere, and nothing personal of him comes back, whoever writes.
pub fn kept(scene: &Scene<'_>, faults: &mut Faults) {
    let path = format!("entities.{}.erased", scene.user.name);
    if let Some(at) = &scene.user.erased_at {
        let (table, id) = (&scene.user.table, scene.person());
        let sql = format!("UPDATE {table} SET {at} = clock_timestamp() WHERE id = '{id}'");
        let mut owner = scene.database.login("owner");
        let code = owner.undone(|owner| owner.run(&sql).err()).map(|it| it.code);
        faults.same(&code.as_deref(), &Some("23514"), || "erased, and his subject stays".to_owned());
    }
    faults.same(&scene.erase(), &Ok(()), || "he is erased".to_owned());
    let subject = scene.bench.world.row(&scene.user.name, scene.person());
    let subject = subject.map(|row| scene.bench.world.subject(row));
    let own = scene.spec().contexts.iter().find(|context| context.name == "self");
    if let Some(own) = own {
        let gate = database::enter(own, subject.as_deref(), None);
        let found = scene.database.login("self").run(&gate).err().map(|it| (it.code, it.message));
        let expected = Some(("BP401".to_owned(), "identity.user".to_owned()));
        faults.same(&found, &expected, || "he signs in".to_owned());
    }
    let mut owner = scene.database.login("owner");
    let mut refused = |sql: String| {
        let found = owner.undone(|owner| owner.run(&sql).err());
        let found = found.map(|it| (it.code, it.message));
        faults.same(&found, &Some(("BP409".to_owned(), path.clone())), || sql.clone());
    };
    refused(format!(
        "UPDATE {} SET updated_at = updated_at WHERE id = '{}'",
        scene.user.table,
        scene.person()
    ));
    for (entity, erasure, row) in scene.his() {
        if erasure.of.is_none() {
            continue;
        }
        let first = match entity.states.first() {
            Some(state) => format!(", 'state', '{state}'"),
            None => String::new(),
        };
        refused(format!(
            "INSERT INTO {0} SELECT (jsonb_populate_record(
               NULL::{0}, to_jsonb(x) || jsonb_build_object('id', gen_random_uuid(){first})
             )).* FROM {0} x WHERE id = '{1}'",
            entity.table, row.id
        ));
    }
    comes_back(scene, faults);
}

/// In rows that can change at all, by whoever may change all.
fn comes_back(scene: &Scene<'_>, faults: &mut Faults) {
    let path = format!("entities.{}.erased", scene.user.name);
    let mut owner = scene.database.login("owner");
    for (entity, erasure, row) in scene.his() {
        let free = |name: &&(String, Replacement)| !entity.field(&name.0).frozen;
        let Some((name, _)) = erasure.fields.iter().find(free) else { continue };
        let timed = entity.timers.iter().any(|timer| timer.waits(row, now()));
        let settled = entity.settled.is_some();
        if erasure.of.is_none() || timed || settled || entity.append_only {
            continue;
        }
        let column = &entity.field(name).column;
        let value = quote(row.column(name).sql().as_deref().or(Some("x")));
        let sql =
            format!("UPDATE {} SET \"{column}\" = {value} WHERE id = '{}'", entity.table, row.id);
        let found = owner.undone(|owner| owner.run(&sql).err()).map(|it| (it.code, it.message));
        faults.same(&found, &Some(("BP409".to_owned(), path.clone())), || sql.clone());
    }
}

/// Who looks at an older state of things erases nobody.
pub fn snapshot(scene: &Scene<'_>, faults: &mut Faults) {
    let arguments = calls::arguments(scene.user, scene.door, &scene.call);
    let call = calls::sql("api", scene.door, &arguments);
    for level in ["REPEATABLE READ", "SERIALIZABLE"] {
        let mut session = scene.database.login(&scene.door.context);
        let begin = format!("BEGIN ISOLATION LEVEL {level}");
        session.run(&begin).expect("BEGIN");
        let found = session.run(&format!("SELECT {call}")).err();
        let found = found.map(|it| (it.code, it.message));
        let path = format!("entities.{}.erased.snapshot", scene.user.name);
        faults.same(&found, &Some(("BP409".to_owned(), path)), || begin.clone());
    }
}

/// Nobody calls the eraser's function but doors, and its role writes nothing but what is personal.
pub fn rights(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let nobody = super::oracle::NO_TENANT;
    for context in &bench.spec.contexts {
        let mut session = database.login(&context.name);
        let found = session.run(&format!("SELECT rt.erase('{nobody}')")).err().map(|it| it.code);
        faults.same(&found.as_deref(), &Some("42501"), || format!("erase in {}", context.name));
    }
    let mut admin = database.admin();
    let prefix = &bench.cluster().prefix;
    let sql = format!(
        "SELECT table_schema || '.' || table_name || '.' || column_name
         FROM information_schema.column_privileges
         WHERE grantee = '{prefix}_eraser' AND privilege_type IN ('UPDATE', 'INSERT') ORDER BY 1"
    );
    let mut expected: Vec<String> = Vec::new();
    for entity in &bench.spec.entities {
        let Some(erasure) = &entity.erasure else { continue };
        let table = entity.table.replace('"', "");
        let personal = erasure.fields.iter().map(|(name, _)| entity.field(name).column.clone());
        let own = erasure.of.is_none().then(|| "subject".to_owned());
        let at = entity.erased_at.clone();
        expected.extend(personal.chain(own).chain(at).map(|column| format!("{table}.{column}")));
    }
    expected.extend(bench.spec.knows_repeats().then(|| "rt.answer.answer".to_owned()));
    expected.sort();
    faults.same(&admin.column(&sql), &Ok(expected), || "what the eraser may write".to_owned());
}
