//! Tokens that prove somebody, tokens that prove nobody, and the person whom the first one makes.

use super::database::Template;
use super::http::Request;
use super::oracle::{NOBODY, Principal};
use super::service::Service;
use super::spec::{ContextKind, EntityKind};
use super::{Bench, Faults, Tests, paths};

pub fn add(tests: &mut Tests) {
    if probe(&tests.bench).is_none() {
        return;
    }
    tests.add("tokens/right".to_owned(), right);
    tests.add("tokens/wrong".to_owned(), wrong);
    tests.add("tokens/headers".to_owned(), headers);
    if tests.bench.spec.provision.is_some() && me(&tests.bench).is_some() {
        tests.add("tokens/first".to_owned(), first);
    }
}

/// A path that answers 200 to a person, and who that is.
fn probe(bench: &Bench) -> Option<(String, String)> {
    for entity in &bench.spec.entities {
        for access in &entity.reads {
            let context = bench.spec.context(&access.context);
            if context.kind == ContextKind::Anyone || !bench.spec.standard_routes {
                continue;
            }
            let all = Principal::all(&bench.world, context);
            let somebody = all.into_iter().find(|principal| principal.refused().is_none())?;
            let path = match paths::is_own(context, entity) {
                true => paths::row(&somebody, entity, ""),
                false => paths::collection(&somebody, entity),
            };
            return Some((path, somebody.subject.unwrap_or_default()));
        }
    }
    None
}

fn me(bench: &Bench) -> Option<&'static str> {
    let user = bench.spec.user();
    let person = bench.spec.contexts.iter().find(|context| context.kind == ContextKind::Person)?;
    user.access(&person.name).map(|_| "/v1/me")
}

fn right(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let service = Service::start(bench, &database);
    let Some((path, subject)) = probe(bench) else { return };
    let mut tokens = bench.issuer().right(&subject);
    tokens.retain(|(name, _)| {
        *name != "an RSA key" || bench.spec.tokens.algorithms.iter().any(|name| name == "RS256")
    });
    for (name, token) in tokens {
        for _ in 0..2 {
            let answer = service.send(&Request::get(&path).token(&token));
            faults.same(&answer.status, &200, || format!("{name}: {}", answer.body));
        }
    }
}

/// 401 and never anything else: each of them twice, and after the good token was seen.
fn wrong(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let service = Service::start(bench, &database);
    let Some((path, subject)) = probe(bench) else { return };
    let good = bench.issuer().token(&subject);
    let welcome = service.send(&Request::get(&path).token(&good));
    faults.same(&welcome.status, &200, || welcome.body.clone());
    for (name, token) in bench.issuer().wrong(&subject) {
        for _ in 0..2 {
            let answer = service.send(&Request::get(&path).token(&token));
            faults.same(&answer.status, &401, || format!("{name}: {}", answer.body));
            faults.same(&answer.malformed(), &None, || name.to_owned());
            faults.same(&answer.header("www-authenticate"), &Some("Bearer"), || name.to_owned());
            let told =
                answer.body.contains(&subject) || token.len() > 20 && answer.body.contains(&token);
            faults.check(!told, || format!("{name} is told about: {}", answer.body));
        }
    }
    let again = service.send(&Request::get(&path).token(&good));
    faults.same(&again.status, &200, || format!("after all that: {}", again.body));
    let log = service.log();
    faults.check(!log.contains(&good), || "the log has a token".to_owned());
    faults.check(!log.contains("panicked"), || "something panicked".to_owned());
}

/// The one place where a token may stand, once.
fn headers(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let service = Service::start(bench, &database);
    let Some((path, subject)) = probe(bench) else { return };
    let good = bench.issuer().token(&subject);
    let bearer = format!("Bearer {good}");
    let get = || Request::get(&path);
    let refused = [
        ("none", get()),
        ("an empty one", get().header("authorization", "")),
        ("the scheme alone", get().header("authorization", "Bearer")),
        ("no scheme", get().header("authorization", good.as_str())),
        ("another scheme", get().header("authorization", format!("Token {good}"))),
        ("basic", get().header("authorization", "Basic dXNlcjpwYXNzd29yZA==")),
        ("two", get().token(&good).token(&good)),
        ("a good one after a bad one", get().token("x").token(&good)),
        ("a bad one after a good one", get().token(&good).token("x")),
        ("not text", get().header("authorization", "Bearer \u{fc}\u{fc}")),
        ("in a cookie", get().header("cookie", format!("authorization={bearer}; token={good}"))),
        ("in another header", get().header("x-authorization", bearer.as_str())),
    ];
    for (name, request) in refused {
        let answer = service.send(&request);
        faults.same(&answer.status, &401, || format!("{name}: {}", answer.body));
        faults.same(&answer.malformed(), &None, || name.to_owned());
    }
    let query = service.send(&Request::get(format!("{path}?access_token={good}")));
    faults.check([400, 401].contains(&query.status), || format!("in the query: {}", query.body));
    let lower = service.send(&get().header("authorization", format!("bearer {good}")));
    faults.same(&lower.status, &200, || format!("in lower case: {}", lower.body));
}

/// Many first requests at once make one person.
fn first(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let service = Service::start(bench, &database);
    let (Some(path), user) = (me(bench), bench.spec.user()) else { return };
    let token = bench.issuer().token(NOBODY);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let send = || service.send(&Request::get(path).token(&token));
        let racers: Vec<_> = (0..8).map(|_| scope.spawn(send)).collect();
        racers.into_iter().filter_map(|racer| racer.join().ok()).collect()
    });
    let mut ids: Vec<String> = Vec::new();
    for answer in &answers {
        faults.same(&answer.status, &200, || answer.body.clone());
        ids.extend(answer.json()["id"].as_str().map(str::to_owned));
    }
    ids.dedup();
    faults.same(&ids.len(), &1, || format!("one person: {ids:?}"));
    let rows = database
        .login("owner")
        .column(&format!("SELECT id::text FROM {} WHERE subject = '{NOBODY}'", user.table));
    faults.same(&rows, &Ok(ids), || "one row".to_owned());
    let entries = database.login("owner").column(
        "SELECT path || ' ' || request FROM audit.entry
         WHERE entity = (SELECT entity FROM audit.entry ORDER BY id LIMIT 1)",
    );
    let ids = answers.iter().filter_map(|answer| answer.header("x-request-id"));
    let one_of: Vec<_> = ids.map(|id| Ok(vec![format!("identity.user.provision {id}")])).collect();
    faults.check(one_of.contains(&entries), || format!("one entry in the audit: {entries:?}"));
    // Elsewhere nobody is made.
    for context in &bench.spec.contexts {
        if !matches!(context.kind, ContextKind::Tenant | ContextKind::Staff) {
            continue;
        }
        let all = Principal::all(&bench.world, context);
        let Some(principal) = all.into_iter().next() else { continue };
        let Some(entity) = bench.spec.entities.iter().find(|entity| {
            entity.kind != EntityKind::Tenant && entity.access(&context.name).is_some()
        }) else {
            continue;
        };
        let token = bench.issuer().token("sub|never-seen");
        let answer =
            service.send(&Request::get(paths::collection(&principal, entity)).token(&token));
        faults.same(&answer.status, &401, || format!("a stranger in {}", context.name));
    }
}
