//! Who is told to have agreed: nobody where nobody has, whatever a login said of it before.

use super::assertion;
use super::database::{Database, Session, Template};
use super::oracle::NO_TENANT;
use super::{Bench, Faults, Tests};

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    if !spec.entities.iter().any(|entity| entity.doors.iter().any(|door| door.approval.is_some())) {
        return;
    }
    // Requests are over by the clock, so there is one.
    tests.add("audit/approver/clock".to_owned(), by_the_clock);
    if spec.provision.is_some() {
        tests.add("audit/approver/provision".to_owned(), provision);
    }
}

/// A session that says who agreed to whatever it will do.
fn forged(database: &Database<'_>, login: &str) -> Session {
    let mut session = database.login(login);
    let sql = format!("SELECT set_config('app.approver', '{NO_TENANT}', false)");
    session.run(&sql).expect("anybody may set what the service reads of itself");
    session
}

fn nobody(database: &Database<'_>, faults: &mut Faults) {
    let sql = "SELECT (count(*) > 0)::text, count(approver)::text FROM audit.entry";
    let told = database.admin().rows(sql);
    let expected = vec![vec![Some("true".to_owned()), Some("0".to_owned())]];
    faults.same(&told, &Ok(expected), || "something is told, and by nobody's consent".to_owned());
}

fn by_the_clock(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let mut worker = forged(&database, "worker");
    for timer in bench.spec.entities.iter().flat_map(|entity| &entity.timers) {
        let run = worker.run(&format!("SELECT FROM {}()", timer.function));
        faults.same(&run, &Ok(()), || timer.function.clone());
    }
    nobody(&database, faults);
}

fn provision(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let said = assertion::assertion("self", None, Some("somebody who was not here before"));
    let claims = bench.spec.provision.iter().flatten().map(|_| ", NULL").collect::<String>();
    let sql = format!("SELECT rt.provision({said}, gen_random_uuid(){claims})");
    let made = forged(&database, "self").run(&sql);
    faults.same(&made, &Ok(()), || "he is made".to_owned());
    nobody(&database, faults);
}
