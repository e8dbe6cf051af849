//! For whom the service speaks: a gate believes it only by an assertion that is right, for this place,
//! and not too old.

use super::assertion::{self, literal, signed};
use super::database::{Session, Template};
use super::http::Request;
use super::oracle::{NO_TENANT, NOBODY, Principal};
use super::service::{Service, environment};
use super::spec::{Context, ContextKind};
use super::value::now;
use super::{Bench, Faults, Tests};

pub fn add(tests: &mut Tests) {
    for context in tests.bench.spec.contexts.clone() {
        if context.kind != ContextKind::Anyone {
            tests.add(format!("subject/gate/{}", context.name), move |bench, faults| {
                gate(bench, &context, faults);
            });
        }
    }
    if tests.bench.spec.provision.is_some() {
        tests.add("subject/provision".to_owned(), provision);
    }
    tests.add("subject/service".to_owned(), service);
}

/// What a call of a gate is answered: SQLSTATE and path of its refusal.
fn answer(session: &mut Session, call: &str) -> Option<(String, String)> {
    let answer = session.undone(|session| session.run(&format!("SELECT {call}")));
    answer.err().map(|refusal| (refusal.code, refusal.message))
}

fn unproved() -> Option<(String, String)> {
    Some(("BP401".to_owned(), "identity.subject".to_owned()))
}

/// Assertions that prove nothing of `subject` in this place, each with what is wrong with it.
fn wrong(context: &str, tenant: Option<&str>, subject: &str) -> Vec<(String, String)> {
    let key = assertion::KEY;
    let end = now() + 3600;
    let good = signed(key, context, tenant, end, subject);
    let elsewhere = match tenant {
        Some(_) => signed(key, context, Some(NO_TENANT), end, subject),
        None => signed(key, context, Some(&"0".repeat(32)), end, subject),
    };
    let mut wrong: Vec<(&str, Vec<u8>)> = vec![
        ("nothing", Vec::new()),
        (
            "by another key",
            signed("another key, which is as long as ours is", context, tenant, end, subject),
        ),
        ("for another context", signed(key, "elsewhere", tenant, end, subject)),
        ("for another tenant", elsewhere),
        ("ended", signed(key, context, tenant, now() - 1, subject)),
        ("ended before there were seconds", signed(key, context, tenant, 0, subject)),
        ("longer", [good.as_slice(), b" "].concat()),
        ("doubled", [good.as_slice(), &good].concat()),
        ("no text", [&good[..48], &[0xff, 0xfe]].concat()),
    ];
    let mut lasting = good.clone();
    lasting[32..40].copy_from_slice(&i64::MAX.to_be_bytes());
    wrong.push(("made to last", lasting));
    let mut fresher = good.clone();
    fresher[40..48].copy_from_slice(&(now() + 1).to_be_bytes());
    wrong.push(("of who signed in later", fresher));
    let mut another = good[..48].to_vec();
    another.extend_from_slice(b"sub|somebody else");
    wrong.push(("of another person", another));
    if tenant.is_some() {
        wrong.push(("for no tenant", signed(key, context, None, end, subject)));
    }
    for length in [1, 31, 32, 33, 39, 40, 47, 48, good.len() - 1] {
        wrong.push(("cut", good[..length].to_vec()));
    }
    for at in 0..good.len() {
        let mut other = good.clone();
        other[at] ^= 1 << (at % 8);
        wrong.push(("with one bit turned", other));
    }
    let mut wrong: Vec<(String, String)> =
        wrong.into_iter().map(|(what, said)| (what.to_owned(), literal(&said))).collect();
    wrong.push(("NULL".to_owned(), "NULL".to_owned()));
    wrong
}

fn gate(bench: &Bench, context: &Context, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let mut session = database.login(&context.name);
    let all = Principal::all(&bench.world, context);
    let Some(one) = all.into_iter().find(|one| one.refused().is_none()) else {
        faults.check(false, || format!("nobody enters {}", context.name));
        return;
    };
    let subject = one.subject.clone().unwrap_or_default();
    let tenant = one.tenant.as_deref();
    let call = |said: &str| match tenant {
        Some(tenant) => format!("rt.enter_{}({said}, '{tenant}')", context.name),
        None => format!("rt.enter_{}({said})", context.name),
    };
    let by = |key: &str| literal(&signed(key, &context.name, tenant, now() + 3600, &subject));
    faults.same(&answer(&mut session, &call(&by(assertion::KEY))), &None, || "right".to_owned());
    for (what, said) in wrong(&context.name, tenant, &subject) {
        let found = answer(&mut session, &call(&said));
        faults.same(&found, &unproved(), || format!("{}: {what}", context.name));
    }
    if let Some(tenant) = tenant {
        let nowhere = format!("rt.enter_{}({}, NULL)", context.name, by(assertion::KEY));
        faults
            .same(&answer(&mut session, &nowhere), &unproved(), || format!("{tenant}, then NULL"));
    }
    // While the key changes, two are believed, and then the new one alone.
    let next =
        format!("{}, and longer than one block of the hash that is under it", assertion::KEY);
    let mut owner = database.login("owner");
    faults.same(&answer(&mut session, &call(&by(&next))), &unproved(), || "too early".to_owned());
    owner.run(&assertion::told(2, &next)).expect("there is room for two keys");
    for key in [assertion::KEY, &next] {
        faults.same(&answer(&mut session, &call(&by(key))), &None, || format!("both: {key}"));
    }
    owner.run("DELETE FROM rt.subject_key WHERE slot = 1").expect("a key can be taken back");
    let late = answer(&mut session, &call(&by(assertion::KEY)));
    faults.same(&late, &unproved(), || "too late".to_owned());
    owner.run("DELETE FROM rt.subject_key").expect("a key can be taken back");
    let none = answer(&mut session, &call(&by(&next)));
    faults.same(&none, &unproved(), || "without a key".to_owned());
}

/// Nobody makes a person for whom the service does not speak.
fn provision(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let Some(context) =
        bench.spec.contexts.iter().find(|context| context.kind == ContextKind::Person)
    else {
        return;
    };
    let mut session = database.login(&context.name);
    let claims = bench.spec.provision.iter().flatten().map(|_| ", NULL").collect::<String>();
    for (what, said) in wrong(&context.name, None, NOBODY) {
        let call = format!("rt.provision({said}, gen_random_uuid(){claims})");
        faults.same(&answer(&mut session, &call), &unproved(), || what.clone());
    }
}

/// A service with another key than the gates have fails loudly, and says to its log why.
fn service(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let mut environment = environment(bench, &database, bench.issuer());
    environment.retain(|(name, _)| name != "SUBJECT_KEY");
    environment.push(("SUBJECT_KEY".to_owned(), "not the key that the gates were told".to_owned()));
    let (service, ready) = Service::unready(bench, &environment);
    faults.same(&ready.status, &503, || format!("it is ready: {}", ready.body));
    for subject in [bench.world.people[0].subject.as_str(), NOBODY] {
        let token = bench.issuer().token(subject);
        let answer = service.send(&Request::get("/v1/me").token(&token));
        faults.same(&answer.status, &500, || answer.body.clone());
        faults.same(&answer.malformed(), &None, || subject.to_owned());
        faults.check(!answer.body.contains("SUBJECT_KEY"), || answer.body.clone());
    }
    let log = service.log();
    faults.check(log.contains("SUBJECT_KEY"), || format!("the log does not say why: {log}"));
    let people = format!("SELECT count(*)::text FROM {}", bench.spec.user().table);
    let found = database.login("owner").column(&people);
    let expected = Ok(vec![bench.world.people.len().to_string()]);
    faults.same(&found, &expected, || "nobody was made".to_owned());
}
