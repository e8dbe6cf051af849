//! Everybody at every route: what is answered, what is refused, and that a refusal writes nothing.

use super::calls::{self, Drafter};
use super::database::{Database, Session, Template};
use super::hooks::{self, Answered};
use super::http::{Answer, Request};
use super::oracle::Principal;
use super::permissions::{Attempt, May, Seen};
use super::service::Service;
use super::spec::{Access, Context, ContextKind, DoorKind, Entity, EntityKind, Type};
use super::world::{Person, Row};
use super::{Bench, Faults, Tests, paths};
use serde_json::{Value as Json, json};

/// With row security, and without it: then what the statements themselves say stands alone.
const FAMILIES: [(&str, Template); 2] =
    [("route", Template::World), ("route-alone", Template::Unsecured)];

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    if !spec.standard_routes {
        return;
    }
    for (family, template) in FAMILIES {
        for entity in &spec.entities {
            for access in &entity.reads {
                let (name, context) = (entity.name.clone(), access.context.clone());
                // Only a statement's own anchor can stand alone.
                let acting = spec.context(&context);
                let anchored = acting.kind == ContextKind::Tenant || paths::is_own(acting, entity);
                if template == Template::Unsecured && !anchored {
                    continue;
                }
                tests.add(format!("{family}/read/{name}/{context}"), move |bench, faults| {
                    let database = bench.cluster().database(template);
                    let service = Service::start(bench, &database);
                    reads(bench, &service, &name, &context, template, faults);
                });
            }
            for (index, door) in entity.doors.iter().enumerate() {
                let name = entity.name.clone();
                let title = format!("{family}/write/{name}/{}@{}", door.action, door.context);
                tests.add(title, move |bench, faults| {
                    let database = bench.cluster().database(template);
                    let service = Service::start(bench, &database);
                    writes(bench, &database, &service, &name, index, faults);
                });
            }
        }
    }
}

/// A request in somebody's name; what may write has a key of its own.
pub fn signed(bench: &Bench, principal: &Principal<'_>, request: Request) -> Request {
    let request = match request.method.as_str() {
        "GET" => request,
        _ => request.header("idempotency-key", uuid::Uuid::now_v7().to_string()),
    };
    match &principal.subject {
        Some(subject) => request.token(&bench.issuer().token(subject)),
        None => request,
    }
}

/// Status, and the path of the rule, with which the gate refuses.
fn refused(bench: &Bench, principal: &Principal<'_>) -> Option<(u16, String)> {
    if comes_first(bench, principal) {
        return None;
    }
    principal.refused().map(|(code, path)| (status(code), path))
}

/// Whether his request makes him somebody.
fn comes_first(bench: &Bench, principal: &Principal<'_>) -> bool {
    let newcomer = principal.person.is_none() && principal.context.kind == ContextKind::Person;
    newcomer && bench.spec.provision.is_some()
}

fn status(code: &str) -> u16 {
    match code {
        "BP401" => 401,
        "BP403" => 403,
        "BP404" => 404,
        "BP409" => 409,
        "BP412" => 412,
        _ => 422,
    }
}

/// The row as JSON, as the principal sees it.
pub fn shown(
    entity: &Entity,
    access: &Access,
    principal: &Principal<'_>,
    row: &Row,
) -> Option<Json> {
    let seen = principal.sees(entity, access, row)?;
    let mut shown = json!({ "id": row.id, "version": row.version });
    for field in &entity.fields {
        if seen.contains(&field.name.as_str()) {
            paths::put(&mut shown, field, &row.column(&field.name));
        }
    }
    if let Some(state) = &row.state {
        shown["state"] = json!(state);
    }
    Some(shown)
}

/// An answered row without its instants, which must be there.
fn comparable(mut row: Json, faults: &mut Faults) -> Json {
    if let Some(members) = row.as_object_mut() {
        for instant in ["created_at", "updated_at"] {
            let there = members
                .remove(instant)
                .is_some_and(|at| at.as_str().is_some_and(|at| at.ends_with('Z')));
            faults.check(there, || format!("{instant} of {members:?}"));
        }
    }
    row
}

fn reads(
    bench: &Bench,
    service: &Service,
    entity: &str,
    context: &str,
    template: Template,
    faults: &mut Faults,
) {
    let (entity, context) = (bench.spec.entity(entity), bench.spec.context(context));
    let Some(access) = entity.access(&context.name) else { return };
    // Where row security is what looks at the row, only the tenant's anchor remains without it.
    let judged = |row: &&Row, principal: &Principal<'_>| {
        template == Template::World
            || paths::is_own(context, entity)
            || !principal.reaches(entity, row)
    };
    let mut seen = Seen::reads(bench, entity, context);
    let newcomer = Person::newcomer();
    for principal in Principal::all(&bench.world, context) {
        let refusal = refused(bench, &principal);
        let mut entered = principal.clone();
        if comes_first(bench, &principal) {
            entered.person = Some(&newcomer);
        }
        if !paths::is_own(context, entity) {
            let items = pages(bench, service, &principal, entity, &refusal, faults);
            if let Some(items) = items {
                let mut expected: Vec<Json> = bench
                    .world
                    .rows_of(&entity.name)
                    .filter_map(|row| shown(entity, access, &entered, row))
                    .collect();
                expected.sort_by_key(|row| {
                    std::cmp::Reverse(row["id"].as_str().unwrap_or_default().to_owned())
                });
                let items: Vec<Json> =
                    items.into_iter().map(|item| comparable(item, faults)).collect();
                match template {
                    Template::World => {
                        faults.same(&items, &expected, || {
                            format!("{principal} lists {}", entity.name)
                        });
                    }
                    _ => {
                        let foreign = items.iter().find(|item| {
                            let row = bench
                                .world
                                .row(&entity.name, item["id"].as_str().unwrap_or_default());
                            row.is_some_and(|row| !principal.reaches(entity, row))
                        });
                        faults
                            .same(&foreign, &None, || format!("{principal} lists {}", entity.name));
                    }
                }
            }
        }
        let rows = bench.world.rows_of(&entity.name).filter(|row| judged(row, &principal));
        for row in rows.take(enough(&principal)) {
            if paths::is_own(context, entity) && !is_his(&principal, row) {
                continue;
            }
            let request =
                signed(bench, &principal, Request::get(paths::row(&principal, entity, &row.id)));
            let answer = service.send(&request);
            let expected = match (&refusal, shown(entity, access, &entered, row)) {
                (Some((status, _)), _) => (*status, None),
                (None, Some(row)) => (200, Some(row)),
                (None, None) => (404, None),
            };
            let what = || format!("{principal} gets {} {}", entity.name, row.id);
            faults.same(&answer.status, &expected.0, what);
            if template == Template::World {
                let found = answer.json();
                let attempt = Attempt { principal: &principal, row: Some(row), call: None };
                seen.saw(&May::Read, &attempt, answer.status == 200, faults);
                for field in &entity.fields {
                    let shown = found.get(paths::member(&field.name, &field.ty)).is_some();
                    let shown = answer.status == 200 && shown;
                    seen.saw(&May::See(field.name.clone()), &attempt, shown, faults);
                }
            }
            if let Some(expected) = expected.1 {
                let tag = format!("\"{}\"", row.version);
                faults.same(&answer.header("etag"), &Some(tag.as_str()), || {
                    format!("ETag: {}", what())
                });
                let found = comparable(answer.json(), faults);
                faults.same(&found, &expected, what);
                let again = service.send(&request.clone().header("if-none-match", tag.clone()));
                // Totals change while the version stays.
                let counts = entity.shows_totals(&context.name);
                let known = if counts { 200 } else { 304 };
                faults.same(&again.status, &known, || format!("If-None-Match: {}", what()));
            } else {
                faults.same(&answer.malformed(), &None, what);
            }
        }
    }
    if template == Template::World {
        seen.end(faults);
    }
}

/// Whoever may not enter is refused before any row is looked at: a few rows show that.
pub fn enough(principal: &Principal<'_>) -> usize {
    if principal.refused().is_some() { 3 } else { usize::MAX }
}

fn is_his(principal: &Principal<'_>, row: &Row) -> bool {
    principal.tenant.as_ref() == Some(&row.id) || principal.id() == Some(row.id.as_str())
}

/// Follows the cursors of a list to its end.
fn pages(
    bench: &Bench,
    service: &Service,
    principal: &Principal<'_>,
    entity: &Entity,
    refusal: &Option<(u16, String)>,
    faults: &mut Faults,
) -> Option<Vec<Json>> {
    let path = paths::collection(principal, entity);
    let mut items = Vec::new();
    let mut cursor = String::new();
    for _ in 0..200 {
        let request = signed(bench, principal, Request::get(format!("{path}?limit=3{cursor}")));
        let answer = service.send(&request);
        let what = || format!("{principal} lists {path}: {}", answer.body);
        match refusal {
            Some((status, rule)) => {
                faults.same(&answer.status, status, what);
                faults.same(&answer.malformed(), &None, what);
                faults.same(&answer.json()["rule"].as_str(), &Some(rule.as_str()), what);
                return None;
            }
            None => faults.same(&answer.status, &200, what),
        }
        let page = answer.json();
        items.extend(page["items"].as_array().cloned().unwrap_or_default());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Some(items),
        }
    }
    faults.check(false, || format!("{path} has no end"));
    None
}

fn writes(
    bench: &Bench,
    database: &Database<'_>,
    service: &Service,
    entity: &str,
    door: usize,
    faults: &mut Faults,
) {
    let entity = bench.spec.entity(entity);
    let door = &entity.doors[door];
    let context = bench.spec.context(&door.context);
    let mut owner = database.login("owner");
    let mut drafter = Drafter::new(&bench.spec, &bench.world);
    let mut seen = Seen::run(bench, entity, &door.action, context);
    let mut done = 0;
    for principal in Principal::all(&bench.world, context) {
        let rows: Vec<Option<&Row>> = match door.kind {
            kind if kind.makes() => vec![None],
            _ => bench.world.rows_of(&entity.name).map(Some).collect(),
        };
        let own = |row: &Option<&Row>| {
            row.is_none_or(|row| !paths::is_own(context, entity) || is_his(&principal, row))
        };
        for row in rows.into_iter().filter(own).take(enough(&principal)) {
            for call in drafter.drafts(entity, door, &principal, row) {
                let (call, written) = match hooks::answered(database, &drafter, entity, door, &call)
                {
                    Answered::NotAsked => (call, true),
                    Answered::NotWritten => (call, false),
                    Answered::Gave(call) => (*call, true),
                };
                let mut expected = drafter.outcome(entity, door, &call);
                let newcomer = principal.person.is_none() && context.kind == ContextKind::Person;
                if newcomer && bench.spec.provision.is_some() && expected.is_err() {
                    if row.is_none() {
                        continue;
                    }
                    expected = Err(("BP404".to_owned(), format!("entities.{}", entity.name)));
                }
                let (method, path) = paths::action(&principal, entity, door, &call.id);
                let mut request = signed(bench, &principal, Request::new(method, path));
                let body = paths::body(entity, door, &call);
                if body.as_object().is_some_and(|body| !body.is_empty()) {
                    request = request.json(&body);
                }
                if let Some(row) = row {
                    request = request.header("if-match", format!("\"{}\"", row.version));
                }
                let before = entries(&mut owner);
                let answer = service.send(&request);
                let attempt = Attempt { principal: &principal, row, call: Some(&call) };
                if !written {
                    faults.same(&answer.status, &501, || format!("{method} {}", request.path));
                    // Whoever is told so was let through as far as there is a way.
                    seen.saw(&May::Run(door.action.clone()), &attempt, answer.status == 501, faults);
                    done += 1;
                    continue;
                }
                let written = entries(&mut owner) - before;
                let rule = answer.json()["rule"].as_str().unwrap_or_default().to_owned();
                let done_so = (200..300).contains(&answer.status);
                if done_so || seen.is_about(&rule) {
                    seen.saw(&May::Run(door.action.clone()), &attempt, done_so, faults);
                }
                let what = || {
                    let on =
                        row.map_or(String::new(), |row| format!(" on {} {:?}", row.id, row.state));
                    format!(
                        "{principal}: {method} {}{on} {body}\n    answered {} {}",
                        request.path, answer.status, answer.body
                    )
                };
                match expected {
                    Err((code, path)) => {
                        faults.same(&answer.status, &status(&code), what);
                        faults.same(&answer.malformed(), &None, what);
                        let rule = answer.json()["rule"].as_str().map(str::to_owned);
                        let alike = rule.as_ref().is_some_and(|rule| {
                            *rule == path
                                || path.contains(".fields.") && rule.starts_with(&path)
                                || code == "BP409" && path.contains(".fields.") && rule.contains(".fields.")
                        });
                        faults.check(alike, || format!("{}\n    not by {path}", what()));
                        let provisioned = if newcomer { 1 } else { 0 };
                        faults.check(written <= provisioned, || {
                            format!("{written} entries written by {}", what())
                        });
                    }
                    Ok(()) => {
                        done += 1;
                        accepted(entity, door.kind, context, &call, &answer, faults, &what);
                        let own = match door.kind {
                            DoorKind::Found => 2,
                            DoorKind::Command => 0,
                            _ => i64::from(!call.waits),
                        };
                        let besides = i64::try_from(call.effects.len()).unwrap_or(i64::MAX);
                        let expected = own + besides;
                        faults.same(&written, &expected, || format!("entries of {}", what()));
                        let told = requests(&mut owner, written);
                        let id = answer.header("x-request-id").unwrap_or_default().to_owned();
                        faults.same(&told, &vec![id], || format!("request of {}", what()));
                        undo_steps(bench, &mut owner, &call, written);
                        restore(bench, &mut owner, entity, &call, &answer);
                    }
                }
            }
        }
    }
    faults.check(done > 0, || format!("nobody could {} by route", door.action));
    seen.end(faults);
}

fn entries(owner: &mut Session) -> i64 {
    let count = owner.column("SELECT count(*)::text FROM audit.entry");
    count.ok().and_then(|count| count.first()?.parse().ok()).unwrap_or(0)
}

/// Which requests made the newest entries, as the audit tells it.
fn requests(owner: &mut Session, entries: i64) -> Vec<String> {
    let newest = format!("SELECT request FROM audit.entry ORDER BY id DESC LIMIT {entries}");
    let told = format!("SELECT DISTINCT coalesce(request, 'none') FROM ({newest}) told");
    owner.column(&told).expect("the owner reads the audit")
}

fn accepted(
    entity: &Entity,
    kind: DoorKind,
    context: &Context,
    call: &calls::Call<'_>,
    answer: &Answer,
    faults: &mut Faults,
    what: &dyn Fn() -> String,
) {
    if call.waits {
        super::approvals::asked(call, answer, faults, what);
        return;
    }
    let making = kind.makes();
    let access = entity.access(&context.name).filter(|_| !kind.takes_away());
    let shown = access.and_then(|access| shown(entity, access, &call.principal, &call.result));
    let expected = match (making, shown.is_some()) {
        (true, _) => 201,
        (false, true) => 200,
        (false, false) => 204,
    };
    faults.same(&answer.status, &expected, what);
    let found = answer.json();
    if making {
        let location = answer.header("location").unwrap_or_default();
        let id = found["id"].as_str().unwrap_or("no id");
        let at = match kind {
            DoorKind::Found => format!("/{id}"),
            _ => format!("{}/{id}", paths::collection(&call.principal, entity)),
        };
        faults.check(location.ends_with(&at), || format!("Location {location} of {}", what()));
    }
    let Some(mut shown) = shown else { return };
    let version = found["version"].to_string();
    faults.same(&answer.header("etag"), &Some(format!("\"{version}\"").as_str()), what);
    let mut found = comparable(found, faults);
    for row in [&mut shown, &mut found] {
        let Some(row) = row.as_object_mut() else { continue };
        if making {
            row.remove("id");
            row.remove("version");
        }
        for field in &entity.fields {
            let stamped = field.default.is_some() && !call.values.contains_key(&field.name);
            if stamped && field.ty == Type::Timestamp
                || call.loose.contains(&field.name)
                || field.name == "revoked_at" && kind == DoorKind::Revoke
            {
                row.remove(&field.name);
            }
        }
    }
    faults.same(&found, &shown, what);
}

/// Takes back what steps made and changed besides the row itself, the last first.
pub fn undo_steps(bench: &Bench, owner: &mut Session, call: &calls::Call<'_>, written: i64) {
    if call.effects.is_empty() {
        return;
    }
    let last =
        format!("SELECT entity, row_id::text FROM audit.entry ORDER BY id DESC LIMIT {written}");
    for line in owner.rows(&last).expect("the owner reads the audit") {
        let [Some(entity), Some(id)] = line.as_slice() else { continue };
        let entity = bench.spec.entity(entity);
        let known = bench.world.row(&entity.name, id).is_some();
        if (known || entity.kind == EntityKind::Plain) && *id != call.id {
            put_back(bench, owner, entity, id);
        }
    }
}

/// Puts the table back as the world has it.
fn restore(
    bench: &Bench,
    owner: &mut Session,
    entity: &Entity,
    call: &calls::Call<'_>,
    answer: &Answer,
) {
    let id = answer.json()["id"].as_str().unwrap_or(&call.id).to_owned();
    put_back(bench, owner, entity, &id);
}

/// The row as the world has it, or none where it has none.
pub fn put_back(bench: &Bench, owner: &mut Session, entity: &Entity, id: &str) {
    let mut sql = String::new();
    for entity in &bench.spec.entities {
        sql += &format!("ALTER TABLE {} DISABLE TRIGGER USER;\n", entity.table);
    }
    let before = bench.world.rows_of(&entity.name).find(|row| row.id == id);
    if let Some(row) = before.filter(|_| entity.is_deleted()) {
        sql += &bench.world.insert_again(entity, row);
    }
    match before {
        Some(row) => {
            let mut set: Vec<String> = entity
                .fields
                .iter()
                .map(|field| {
                    let value = row.column(&field.name);
                    format!(
                        "\"{}\" = {}",
                        field.column,
                        super::value::quote(value.sql().as_deref())
                    )
                })
                .collect();
            set.push(format!("version = {}", row.version));
            if entity.kind == EntityKind::User {
                let subject = super::value::quote(Some(&bench.world.subject(row)));
                set.push(format!("subject = {subject}"));
            }
            if let Some(state) = &row.state {
                set.push(format!("state = '{state}'"));
            }
            sql += &format!("UPDATE {} SET {} WHERE id = '{id}';\n", entity.table, set.join(", "));
        }
        None => {
            if entity.kind == EntityKind::Tenant {
                for other in &bench.spec.entities {
                    if let Some(tenant) =
                        other.tenant.as_ref().filter(|tenant| tenant.entity == entity.name)
                    {
                        sql += &format!(
                            "DELETE FROM {} WHERE \"{}\" = '{id}';\n",
                            other.table, tenant.column
                        );
                    }
                }
            }
            sql += &format!("DELETE FROM {} WHERE id = '{id}';\n", entity.table);
        }
    }
    sql += &super::totals::as_in_the_world(&bench.spec, &bench.world, &entity.name);
    for entity in &bench.spec.entities {
        sql += &format!("ALTER TABLE {} ENABLE TRIGGER USER;\n", entity.table);
    }
    owner.run(&format!("BEGIN;\n{sql}COMMIT;")).expect("the owner can put rows back");
}
