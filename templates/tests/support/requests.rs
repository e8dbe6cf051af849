//! Requests that are wrong in form: each is refused with the right word, and writes nothing.

use super::calls::{Call, Drafter};
use super::database::{Session, Template};
use super::http::{Answer, Request};
use super::oracle::{NO_TENANT, Principal};
use super::reads::columns;
use super::routes::{shown, signed};
use super::service::Service;
use super::spec::{ContextKind, Door, Entity, Type};
use super::world::Row;
use super::{Bench, Faults, Tests, bounds, paths};
use serde_json::{Value as Json, json};

pub fn add(tests: &mut Tests) {
    let spec = tests.bench.spec.clone();
    if !spec.standard_routes {
        return;
    }
    for entity in &spec.entities {
        for access in &entity.reads {
            let context = spec.context(&access.context);
            if paths::is_own(context, entity) {
                continue;
            }
            let (name, context) = (entity.name.clone(), access.context.clone());
            let title = format!("requests/list/{name}/{context}");
            tests.add(title, move |bench, faults| lists(bench, &name, &context, faults));
        }
        for (index, door) in entity.doors.iter().enumerate() {
            let name = entity.name.clone();
            let title = format!("requests/body/{name}/{}@{}", door.action, door.context);
            tests.add(title, move |bench, faults| bodies(bench, &name, index, faults));
        }
    }
    tests.add("requests/paths".to_owned(), odd_paths);
    tests.add("requests/frame".to_owned(), frame);
}

fn problem(
    answer: &Answer,
    status: u16,
    code: &str,
    what: &dyn Fn() -> String,
    faults: &mut Faults,
) {
    faults.same(&answer.status, &status, || format!("{}: {}", what(), answer.body));
    faults.same(&answer.malformed(), &None, what);
    if !code.is_empty() {
        faults.same(&answer.json()["code"].as_str(), &Some(code), what);
    }
}

fn lists(bench: &Bench, entity: &str, context: &str, faults: &mut Faults) {
    let (entity, context) = (bench.spec.entity(entity), bench.spec.context(context));
    let database = bench.cluster().database(Template::World);
    let service = Service::start(bench, &database);
    let Some(access) = entity.access(&context.name) else { return };
    let visible = |principal: &Principal<'_>| -> Vec<&Row> {
        let rows = bench.world.rows_of(&entity.name);
        rows.filter(|row| principal.sees(entity, access, row).is_some()).collect()
    };
    let mut all = Principal::all(&bench.world, context);
    all.retain(|principal| principal.refused().is_none());
    all.sort_by_key(|principal| std::cmp::Reverse(visible(principal).len()));
    let Some(principal) = all.first() else { return };
    let path = paths::collection(principal, entity);
    let get = |query: &str| {
        let request = Request::get(format!("{path}?{query}"));
        (service.send(&signed(bench, principal, request)), format!("{path}?{query}"))
    };
    let mut expect = |query: &str, code: &str| {
        let (answer, what) = get(query);
        problem(&answer, 400, code, &|| what.clone(), faults);
    };
    for query in
        ["nothing=1", "sort=id", "order=asc", "offset=1", "filter[x]=1", "select=*", "LIMIT=1"]
    {
        expect(query, "unknown_parameter");
    }
    for query in ["limit=1&limit=2", "limit=1&limit=1", "cursor=x&cursor=x"] {
        expect(query, "unknown_parameter");
    }
    for query in [
        "limit=0",
        "limit=-1",
        "limit=101",
        "limit=x",
        "limit=",
        "limit=1e1",
        "limit=99999999999999999999",
    ] {
        expect(query, "invalid_parameter");
    }
    for query in ["cursor=", "cursor=x", "cursor=AAAA", "cursor=%00", "cursor=%27%20OR%201=1"] {
        expect(query, "invalid_cursor");
    }
    let raw = NO_TENANT.replace('-', "");
    expect(&format!("cursor={raw}"), "invalid_cursor");
    expect(&format!("cursor={NO_TENANT}"), "invalid_cursor");
    // What is no filter, and least of all a field that only others see.
    let filters: Vec<&str> = filters(entity, &access.base());
    let tenant = entity.tenant.as_ref().map_or("", |tenant| tenant.column.as_str());
    let fields = entity.fields.iter().map(|field| field.name.as_str()).chain(columns(entity));
    for name in fields.filter(|name| !filters.contains(name) && *name != tenant) {
        expect(&format!("{name}=1"), "unknown_parameter");
        expect(&format!("sort={name}"), "unknown_parameter");
    }
    filtered(bench, &service, principal, entity, &filters, &visible(principal), faults);
    cursors(bench, &service, &all, entity, &path, visible(principal).len(), faults);
}

/// State, enumerations and references among what every reader of the context sees.
fn filters<'e>(entity: &'e Entity, base: &[&str]) -> Vec<&'e str> {
    let tenant = entity.tenant.as_ref().map(|tenant| tenant.column.as_str());
    let fits =
        |ty: &Type| matches!(ty, Type::OneOf { .. } | Type::Ref { .. } | Type::UserIn { .. });
    let fields = entity.fields.iter().filter(|field| {
        base.contains(&field.name.as_str())
            && fits(&field.ty)
            && Some(field.column.as_str()) != tenant
    });
    let state = (!entity.states.is_empty()).then_some("state");
    fields.map(|field| field.name.as_str()).chain(state).collect()
}

fn filtered(
    bench: &Bench,
    service: &Service,
    principal: &Principal<'_>,
    entity: &Entity,
    filters: &[&str],
    rows: &[&Row],
    faults: &mut Faults,
) {
    let path = paths::collection(principal, entity);
    for name in filters {
        let mut values: Vec<String> =
            rows.iter().filter_map(|row| row.column(name).sql()).collect();
        values.sort();
        values.dedup();
        let is_id = *name != "state" && !matches!(entity.field(name).ty, Type::OneOf { .. });
        values.extend(is_id.then(|| NO_TENANT.to_owned()));
        for value in values {
            let request = Request::get(format!("{path}?limit=100&{name}={value}"));
            let answer = service.send(&signed(bench, principal, request));
            let items = answer.json()["items"].as_array().cloned().unwrap_or_default();
            let mut found: Vec<String> =
                items.iter().filter_map(|item| item["id"].as_str().map(str::to_owned)).collect();
            let chosen = |row: &&&Row| row.column(name).sql().as_deref() == Some(value.as_str());
            let mut expected: Vec<String> =
                rows.iter().filter(chosen).map(|row| row.id.clone()).collect();
            found.sort();
            expected.sort();
            faults.same(&found, &expected, || format!("{path}?{name}={value}: {}", answer.body));
        }
        let request = Request::get(format!("{path}?{name}=no-such-value"));
        let answer = service.send(&signed(bench, principal, request));
        problem(&answer, 400, "invalid_parameter", &|| format!("{path}?{name}"), faults);
    }
}

/// A cursor is good for whom, where and for what it was given, and for nothing that was changed.
fn cursors(
    bench: &Bench,
    service: &Service,
    all: &[Principal<'_>],
    entity: &Entity,
    path: &str,
    rows: usize,
    faults: &mut Faults,
) {
    if rows < 2 {
        return;
    }
    let principal = &all[0];
    let get = |principal: &Principal<'_>, path: &str| {
        service.send(&signed(bench, principal, Request::get(path)))
    };
    let first = get(principal, &format!("{path}?limit=1")).json();
    let Some(cursor) = first["next"].as_str() else {
        faults.check(false, || format!("{path} has no next page"));
        return;
    };
    let good = get(principal, &format!("{path}?limit=1&cursor={cursor}"));
    faults.same(&good.status, &200, || good.body.clone());
    for place in 0..cursor.len() {
        let old = cursor.as_bytes()[place];
        let new = if old == b'A' { 'B' } else { 'A' };
        let edited = format!("{}{new}{}", &cursor[..place], &cursor[place + 1..]);
        let answer = get(principal, &format!("{path}?cursor={edited}"));
        // The last character has bits that mean nothing.
        let last = place + 1 == cursor.len() && answer.status == 200;
        if !last {
            problem(
                &answer,
                400,
                "invalid_cursor",
                &|| format!("an edited cursor {edited}"),
                faults,
            );
        }
    }
    for edited in [format!("{cursor}A"), format!("{cursor}="), cursor[1..].to_owned()] {
        let answer = get(principal, &format!("{path}?cursor={edited}"));
        problem(&answer, 400, "invalid_cursor", &|| format!("an edited cursor {edited}"), faults);
    }
    for other in &all[1..] {
        let path = paths::collection(other, entity);
        if other.subject == principal.subject && other.tenant == principal.tenant {
            continue;
        }
        let answer = get(other, &format!("{path}?cursor={cursor}"));
        problem(
            &answer,
            400,
            "invalid_cursor",
            &|| format!("{principal}'s cursor for {other}"),
            faults,
        );
    }
    let lists = bench.spec.entities.iter().filter(|other| {
        other.name != entity.name
            && other.access(&principal.context.name).is_some()
            && !paths::is_own(principal.context, other)
    });
    for other in lists {
        let elsewhere = paths::collection(principal, other);
        let answer = get(principal, &format!("{elsewhere}?cursor={cursor}"));
        problem(
            &answer,
            400,
            "invalid_cursor",
            &|| format!("{path}'s cursor at {elsewhere}"),
            faults,
        );
    }
}

pub fn entries(owner: &mut Session) -> Option<String> {
    owner.column("SELECT count(*)::text FROM audit.entry").ok()?.pop()
}

fn bodies(bench: &Bench, entity: &str, door: usize, faults: &mut Faults) {
    let entity = bench.spec.entity(entity);
    let door = &entity.doors[door];
    let context = bench.spec.context(&door.context);
    let database = bench.cluster().database(Template::World);
    let service = Service::start(bench, &database);
    let mut owner = database.login("owner");
    let Some(call) = right(bench, entity, door) else {
        faults.check(false, || format!("no call of {} is right", door.function));
        return;
    };
    let before = entries(&mut owner);
    let (method, path) = paths::action(&call.principal, entity, door, &call.id);
    let mut request = signed(bench, &call.principal, Request::new(method, path.clone()));
    if let Some(row) = call.row {
        request = request.header("if-match", format!("\"{}\"", row.version));
    }
    let body = paths::body(entity, door, &call);
    let takes = body.as_object().is_some_and(|body| !body.is_empty());
    let good = if takes { request.clone().json(&body) } else { request.clone() };
    let mut send = |request: &Request, status: u16, code: &str, what: String| {
        let answer = service.send(request);
        problem(&answer, status, code, &|| format!("{method} {path}: {what}"), faults);
        answer
    };

    // Versions.
    if let Some(row) = call.row {
        send(&good.clone().without("if-match"), 428, "version_required", "no If-Match".to_owned());
        let tag = row.version.to_string();
        for wrong in [
            tag.clone(),
            format!("W/\"{tag}\""),
            "*".to_owned(),
            "\"x\"".to_owned(),
            String::new(),
            format!("\"0{tag}\""),
            format!("\"{tag}\", \"9\""),
            "\"99999999999\"".to_owned(),
        ] {
            let request = good.clone().without("if-match").header("if-match", wrong.clone());
            send(&request, 400, "malformed", format!("If-Match: {wrong}"));
        }
        let stale = format!("\"{}\"", row.version + 1);
        let request = good.clone().without("if-match").header("if-match", stale);
        send(&request, 412, "version_mismatch", "a stale If-Match".to_owned());
        let twice = good.clone().header("if-match", format!("\"{tag}\""));
        send(&twice, 400, "malformed", "If-Match twice".to_owned());
    }

    // Bodies that are no body of this action.
    for wrong in ["{", "[]", "null", "1", "\"x\"", "{\"a\":}", "{} {}"] {
        let request = request.clone().text("application/json", wrong);
        send(&request, 400, "malformed", format!("the body {wrong}"));
    }
    let mut strangers: Vec<String> =
        ["nothing", "__proto__", "id", "state", "version", "created_at", "updated_at", "subject"]
            .map(str::to_owned)
            .into();
    strangers.extend(entity.fields.iter().map(|field| paths::member(&field.name, &field.ty)));
    strangers.extend(entity.fields.iter().map(|field| field.column.clone()));
    strangers.extend((!door.because).then(|| "because".to_owned()));
    for stranger in strangers.into_iter().filter(|name| body.get(name).is_none()) {
        let mut more = body.clone();
        more[&stranger] = json!(NO_TENANT);
        let answer = send(
            &request.clone().json(&more),
            422,
            "unknown_field",
            format!("a member {stranger}"),
        );
        let said = answer.json()["field"].as_str().map(str::to_owned);
        assert_eq!(said.as_ref(), Some(&stranger), "the member is named");
    }
    if takes {
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/jsonx",
            "application/json; charset=latin1",
        ] {
            let request = request.clone().text(kind, body.to_string());
            send(&request, 415, "unsupported_media_type", kind.to_owned());
        }
        send(
            &good.clone().without("content-type"),
            415,
            "unsupported_media_type",
            "no type".to_owned(),
        );
        members(entity, door, &body, &request, context.kind, &mut send);
    }
    let long = format!("{{\"nothing\": \"{}\"}}", "x".repeat(70_000));
    let request = request.text("application/json", long);
    send(&request, 413, "too_large", "a long body".to_owned());
    let after = entries(&mut owner);
    faults.same(&after, &before, || format!("entries of the audit after {method} {path}"));
}

/// Each member with a value that it does not take.
fn members(
    entity: &Entity,
    door: &Door,
    body: &Json,
    request: &Request,
    context: ContextKind,
    send: &mut dyn FnMut(&Request, u16, &str, String) -> Answer,
) {
    let making = door.kind.makes();
    let mut told = |body: &Json, status: u16, member: &str, what: String| {
        let answer = send(&request.clone().json(body), status, "", what.clone());
        let said = answer.json()["field"].as_str().map(str::to_owned);
        assert_eq!(said.as_deref(), Some(member), "{what}: {}", answer.body);
    };
    for name in &door.accept {
        let field = entity.field(name);
        let member = paths::member(name, &field.ty);
        let with = |value: Json| {
            let mut body = body.clone();
            body[&member] = value;
            body
        };
        for wrong in [json!({ "x": [] }), json!([])] {
            told(&with(wrong.clone()), 422, &member, format!("{member} = {wrong}"));
        }
        if !field.optional {
            told(&with(Json::Null), 422, &member, format!("{member} = null"));
        }
        if making && !field.optional && field.default.is_none() {
            let mut body = body.clone();
            if let Some(members) = body.as_object_mut() {
                members.remove(&member);
            }
            told(&body, 422, &member, format!("no {member}"));
        }
        let as_text = !matches!(field.ty, Type::Int { .. } | Type::Bps | Type::Duration);
        for value in bounds::outside(&field.ty) {
            let value = match value.parse::<i64>() {
                Ok(number) if !as_text => json!(number),
                _ => json!(value),
            };
            told(&with(value.clone()), 422, &member, format!("{member} = {value}"));
        }
        match &field.ty {
            Type::Text { .. } => {
                told(&with(json!("a\u{0}b")), 422, &member, format!("NUL in {member}"))
            }
            Type::Money { currency } => {
                let other = if currency == "USD" { "EUR" } else { "USD" };
                for wrong in [
                    json!({ "amount_minor": 1, "currency": other }),
                    json!({ "amount_minor": 1.5, "currency": currency }),
                    json!({ "amount_minor": 1 }),
                    json!(1),
                    json!({ "amount_minor": 1, "currency": currency, "more": 1 }),
                ] {
                    told(&with(wrong.clone()), 422, &member, format!("{member} = {wrong}"));
                }
            }
            Type::Decimal { scale } => {
                let fine = format!("0.{}1", "0".repeat(*scale as usize));
                for wrong in [json!(fine), json!("NaN"), json!("1e400")] {
                    told(&with(wrong.clone()), 422, &member, format!("{member} = {wrong}"));
                }
            }
            Type::RangeOfDate => {
                for (from, until) in [("2031-01-02", "2031-01-01"), ("2031-01-01", "2031-01-01")] {
                    let wrong = json!({ "from": from, "until": until });
                    told(&with(wrong.clone()), 422, &member, format!("{member} = {wrong}"));
                }
            }
            Type::RangeOfTimestamp => {
                for (from, until) in [
                    ("2031-01-02T00:00:00Z", "2031-01-01T00:00:00Z"),
                    ("2031-01-01T00:00:00Z", "2031-01-01T00:00:00Z"),
                ] {
                    let wrong = json!({ "from": from, "until": until });
                    told(&with(wrong.clone()), 422, &member, format!("{member} = {wrong}"));
                }
            }
            Type::Date => {
                for wrong in ["2031-02-30", "today", "infinity", "0000-00-00"] {
                    told(&with(json!(wrong)), 422, &member, format!("{member} = {wrong}"));
                }
            }
            // A tenant that follows from the reference itself is looked up before the others are.
            Type::Ref { .. } if context == ContextKind::Tenant => {
                told(&with(json!(NO_TENANT)), 404, &member, format!("{member} to nothing"));
                told(&with(json!("x")), 422, &member, format!("{member} = x"));
            }
            Type::UserIn { .. } => {
                told(&with(json!(NO_TENANT)), 404, &member, format!("{member} to nobody"));
            }
            _ => {}
        }
    }
    if door.because {
        for wrong in [Json::Null, json!(""), json!("   "), json!("x".repeat(501)), json!(7)] {
            let mut body = body.clone();
            body["because"] = wrong.clone();
            told(&body, 422, "because", format!("because {wrong}"));
        }
    }
}

pub fn right<'b>(bench: &'b Bench, entity: &Entity, door: &Door) -> Option<Call<'b>> {
    let spec = &bench.spec;
    let mut drafter = Drafter::new(spec, &bench.world);
    let context = spec.context(&door.context);
    for principal in Principal::all(&bench.world, context) {
        let rows: Vec<Option<&Row>> = match door.kind {
            kind if kind.makes() => vec![None],
            _ => bench.world.rows_of(&entity.name).map(Some).collect(),
        };
        for row in rows {
            let his = |row: &Row| {
                principal.tenant.as_ref() == Some(&row.id) || principal.id() == Some(&row.id)
            };
            if row.is_some_and(|row| paths::is_own(context, entity) && !his(row)) {
                continue;
            }
            let Some(call) = drafter.draft(entity, door, &principal, row) else { continue };
            if drafter.outcome(entity, door, &call).is_ok() {
                return Some(call);
            }
        }
    }
    None
}

/// What is nowhere, and what is somewhere but not with this method.
fn odd_paths(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let service = Service::start(bench, &database);
    let person = &bench.world.people[0];
    let token = bench.issuer().token(&person.subject);
    for path in [
        "/",
        "/v1",
        "/v1/",
        "/v2/me",
        "/v1/nothing",
        "/v1/../etc/passwd",
        "/v1/me/..%2f..",
        "/%00",
        "/v1/%ff",
        "//",
        "/V1/ME",
    ] {
        let answer = service.send(&Request::get(path).token(&token));
        problem(&answer, 404, "not_found", &|| path.to_owned(), faults);
    }
    for entity in &bench.spec.entities {
        for access in &entity.reads {
            let context = bench.spec.context(&access.context);
            let all = Principal::all(&bench.world, context);
            let somebody = all.iter().find(|principal| {
                let seen = |row: &Row| shown(entity, access, principal, row).is_some();
                bench.world.rows_of(&entity.name).any(seen)
            });
            let Some(principal) = somebody else { continue };
            let rows = bench.world.rows_of(&entity.name);
            let id = rows.map(|row| row.id.clone()).next().unwrap_or_default();
            let path = paths::row(principal, entity, &id);
            let deletes = |door: &Door| {
                door.kind.takes_away()
                    && door.context == context.name
            };
            // Without the version that was seen.
            let delete = if entity.doors.iter().any(deletes) { 428 } else { 405 };
            let answer =
                service.send(&signed(bench, principal, Request::new("DELETE", path.clone())));
            faults.same(&answer.status, &delete, || format!("DELETE {path}"));
            for method in ["PUT", "TRACE", "CONNECT", "OPTIONS", "BREW"] {
                let answer =
                    service.send(&signed(bench, principal, Request::new(method, path.clone())));
                let refused = [400, 405, 501].contains(&answer.status);
                faults.check(refused, || {
                    format!("{method} {path}: {} {}", answer.status, answer.body)
                });
            }
            if paths::is_own(context, entity) {
                continue;
            }
            let collection = paths::collection(principal, entity);
            let wrong = [
                id.to_uppercase(),
                id.replace('-', ""),
                format!("{{{id}}}"),
                format!("urn:uuid:{id}"),
                "0".to_owned(),
                "%27".to_owned(),
                format!("{id}%00"),
                format!("{id}/"),
            ];
            for wrong in wrong {
                if wrong == id {
                    continue;
                }
                let path = format!("{collection}/{wrong}");
                let answer = service.send(&signed(bench, principal, Request::get(path.clone())));
                problem(&answer, 404, "not_found", &|| path.clone(), faults);
            }
            if context.kind == ContextKind::Tenant {
                for wrong in
                    ["x", "0", &principal.tenant.clone().unwrap_or_default().to_uppercase()]
                {
                    let path = format!("/v1/{}/{wrong}/{}", context.path, entity.path);
                    if principal.tenant.as_deref() == Some(wrong) {
                        continue;
                    }
                    let answer =
                        service.send(&signed(bench, principal, Request::get(path.clone())));
                    problem(&answer, 404, "not_found", &|| path.clone(), faults);
                }
            }
        }
    }
}

/// What every answer has, whatever it says.
fn frame(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let service = Service::start(bench, &database);
    let person = &bench.world.people[0];
    let token = bench.issuer().token(&person.subject);
    for path in ["/healthz", "/readyz", "/v1/me", "/v1/nothing", "/v1/me?x=private-word"] {
        let answer =
            service.send(&Request::get(path).token(&token).header("x-request-id", "mine-7"));
        for (name, value) in [
            ("x-request-id", "mine-7"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ] {
            faults.same(&answer.header(name), &Some(value), || format!("{name} of {path}"));
        }
    }
    for id in ["", "a b", "x\u{fc}", "<script>", &"x".repeat(65)] {
        let answer = service.send(&Request::get("/v1/nothing").header("x-request-id", id));
        let given = answer.header("x-request-id").unwrap_or_default().to_owned();
        faults.check(!given.is_empty() && given != id, || {
            format!("request id {id:?} became {given:?}")
        });
    }
    let log = service.log();
    for private in [token.as_str(), person.subject.as_str(), "private-word", "<script>"] {
        faults.check(!log.contains(private), || format!("the log has {private}"));
    }
    let lines = log.lines().filter(|line| line.contains("\"request\""));
    let json = lines.clone().all(|line| serde_json::from_str::<Json>(line).is_ok());
    faults.check(json && lines.count() > 0, || format!("the log is not JSON lines: {log}"));
}
