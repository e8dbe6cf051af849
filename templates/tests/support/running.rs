//! Starting, stopping, and an environment that is not as it must be.

use super::database::Template;
use super::http::Request;
use super::service::{Service, command, environment, eventually};
use super::{Bench, Faults, Tests};
use std::process::{Output, Stdio};

pub fn add(tests: &mut Tests) {
    tests.add("running/environment".to_owned(), wrong_environment);
    tests.add("running/keys".to_owned(), keys);
    tests.add("running/development".to_owned(), development);
    tests.add("running/stop".to_owned(), stop);
    tests.add("running/database".to_owned(), no_database);
}

fn serve(bench: &Bench, environment: &[(String, String)]) -> Output {
    let mut command = command(bench.binary, environment);
    command.arg("serve").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the service's binary starts");
    if !eventually(|| matches!(child.try_wait(), Ok(Some(_)))) {
        let _ = child.kill();
    }
    child.wait_with_output().expect("it has ended")
}

/// Everything that is missing is named at once, and nothing is served.
fn wrong_environment(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::Empty);
    let right = environment(bench, &database, bench.issuer());
    let with = |name: &str, value: &str| {
        let mut environment = right.clone();
        environment.retain(|(other, _)| other != name);
        environment.push(("BIND".to_owned(), "127.0.0.1:0".to_owned()));
        environment.push((name.to_owned(), value.to_owned()));
        environment
    };
    let mut refuse = |environment: &[(String, String)], names: &[&str]| {
        let output = serve(bench, environment);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        faults.same(&output.status.code(), &Some(2), || format!("{names:?} {said}"));
        for name in names {
            faults.check(said.contains(name), || format!("{name} is not named: {said}"));
        }
        faults.check(!said.contains("short-secret"), || format!("a secret is shown: {said}"));
    };
    refuse(&[], &["DATABASE_URL", "DATABASE_PASSWORD", "SUBJECT_KEY", "CURSOR_SECRET"]);
    refuse(&with("CURSOR_SECRET", "short-secret"), &["CURSOR_SECRET"]);
    refuse(&with("SUBJECT_KEY", "short-secret"), &["SUBJECT_KEY"]);
    refuse(&with("DATABASE_URL", "nonsense"), &["DATABASE_URL"]);
    let user = format!("postgres://somebody:short-secret@{}/x", database.cluster.address());
    refuse(&with("DATABASE_URL", &user), &["DATABASE_URL"]);
    refuse(&with("DATABASE_POOL_SIZE", "0"), &["DATABASE_POOL_SIZE"]);
    refuse(&with("DEV_ISSUER", "yes"), &["DEV_ISSUER"]);
    refuse(&with("BIND", "nowhere"), &["BIND"]);
}

/// Keys that cannot be read, or came a way on which others can change them, prove nothing.
fn keys(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let right = environment(bench, &database, bench.issuer());
    let port = bench.issuer().url.rsplit(':').next().unwrap_or_default().to_owned();
    for url in [format!("http://0.0.0.0:{port}"), "http://127.0.0.1:9/jwks".to_owned()] {
        let mut environment = right.clone();
        environment.retain(|(name, _)| name != "OIDC_JWKS_URL");
        environment.push(("OIDC_JWKS_URL".to_owned(), url.clone()));
        let service = Service::with(bench, &environment);
        let token = bench.issuer().token(&bench.world.people[0].subject);
        let answer = service.send(&Request::get("/v1/me").token(&token));
        faults.same(&answer.status, &503, || format!("{url}: {}", answer.body));
        faults.same(&answer.malformed(), &None, || url.clone());
    }
}

/// The development issuer is believed only where it is switched on.
fn development(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let key = std::env::temp_dir().join(format!("{}-development.pem", database.name));
    let mut on = environment(bench, &database, bench.issuer());
    on.push(("DEV_ISSUER_KEY".to_owned(), key.display().to_string()));
    let off = on.clone();
    on.push(("DEV_ISSUER".to_owned(), "on".to_owned()));
    let subject = &bench.world.people[0].subject;
    let token = |environment: &[(String, String)]| {
        let mut command = command(bench.binary, environment);
        command.args(["token", "--subject", subject]).stdin(Stdio::null());
        command.output().expect("the service's binary starts")
    };
    let refused = token(&off);
    faults.check(!refused.status.success(), || "a token of an issuer that is off".to_owned());
    let minted = token(&on);
    let token = String::from_utf8_lossy(&minted.stdout).trim().to_owned();
    faults.check(minted.status.success(), || String::from_utf8_lossy(&minted.stderr).into_owned());
    for (environment, status) in [(&on, 200), (&off, 401)] {
        let service = Service::with(bench, environment);
        let answer = service.send(&Request::get("/v1/me").token(&token));
        faults.same(&answer.status, &status, || answer.body.clone());
        let ours = bench.issuer().token(subject);
        let answer = service.send(&Request::get("/v1/me").token(&ours));
        faults.same(&answer.status, &200, || format!("the real issuer beside it: {}", answer.body));
    }
    let _ = std::fs::remove_file(key);
}

/// SIGTERM: no new work, and an end.
fn stop(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let mut environment = environment(bench, &database, bench.issuer());
    environment.push(("BIND".to_owned(), "127.0.0.1:0".to_owned()));
    let mut child = command(bench.binary, &environment)
        .arg("serve")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the service's binary starts");
    std::thread::sleep(std::time::Duration::from_millis(500));
    let kill = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    faults.check(kill.is_ok_and(|status| status.success()), || "it had ended already".to_owned());
    let ended = eventually(|| matches!(child.try_wait(), Ok(Some(_))));
    faults.check(ended, || "it did not end".to_owned());
    let status = child.try_wait().ok().flatten();
    faults.check(status.is_some_and(|status| status.success()), || format!("{status:?}"));
    let _ = child.kill();
    let _ = child.wait();
}

/// Without its database it lives, is not ready, and answers 503.
fn no_database(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let environment = environment(bench, &database, bench.issuer());
    let service = Service::with(bench, &environment);
    let gone = format!(
        "ALTER DATABASE {0} ALLOW_CONNECTIONS false;
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{0}'",
        database.name
    );
    for statement in gone.split(';') {
        database.cluster.admin().run(statement).expect("an administrator can close a database");
    }
    let token = bench.issuer().token(&bench.world.people[0].subject);
    for (path, status) in [("/healthz", 204), ("/readyz", 503), ("/v1/me", 503)] {
        let answer = service.send(&Request::get(path).token(&token));
        let alike = answer.status == status || status == 204 && answer.status == 200;
        faults.check(alike, || format!("{path}: {} {}", answer.status, answer.body));
    }
    let open = format!("ALTER DATABASE {} ALLOW_CONNECTIONS true", database.name);
    database.cluster.admin().run(&open).expect("an administrator can open a database");
    let back = eventually(|| service.send(&Request::get("/v1/me").token(&token)).status == 200);
    faults.check(back, || "it does not come back".to_owned());
}
