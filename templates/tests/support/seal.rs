//! Direct SQL on a context's own login, which sets whatever it likes: it sees what the gate let in, or
//! nothing.

use super::database::{Database, Session, Template, enter};
use super::oracle::Principal;
use super::spec::{Access, Context, ContextKind, Entity};
use super::value::quote;
use super::{Bench, Faults, Tests};
use std::collections::BTreeSet;

pub fn add(tests: &mut Tests) {
    for context in tests.bench.spec.contexts.clone() {
        if context.kind == ContextKind::Anyone {
            continue;
        }
        type Attack = fn(&Scene<'_>, &mut Faults);
        let attacks: [(&str, Attack); 4] = [
            ("forged", forged),
            ("replayed", replayed),
            ("path", hostile_path),
            ("plans", printed_plans),
        ];
        for (name, attack) in attacks {
            let context = context.clone();
            tests.add(format!("seal/{name}/{}", context.name), move |bench, faults| {
                let database = bench.cluster().database(Template::World);
                attack(&Scene { bench, database: &database, context: &context }, faults);
            });
        }
    }
    tests.add("seal/keys".to_owned(), keys);
}

/// As a gate writes what it established, with every role of the context.
pub fn entered(context: &Context, person: &str, tenant: &str) -> String {
    let roles: String = context.roles.iter().map(|role| format!("{},", role.name)).collect();
    let tenant = if context.kind == ContextKind::Tenant { tenant } else { "" };
    format!("{}|{person}|{tenant}|,{roles}", context.name)
}

struct Scene<'b> {
    bench: &'b Bench,
    database: &'b Database<'b>,
    context: &'b Context,
}

/// Everything that a login sees: the ids of rows, and whole lines of facets.
type Seen = BTreeSet<(String, String)>;

impl<'b> Scene<'b> {
    fn session(&self) -> Session {
        self.database.login(&self.context.name)
    }

    fn reads(&self) -> impl Iterator<Item = (&'b Entity, &'b Access)> {
        let context = &self.context.name;
        let entities = self.bench.spec.entities.iter();
        entities.filter_map(move |entity| Some((entity, entity.access(context)?)))
    }

    fn seen(&self, session: &mut Session) -> Seen {
        let mut seen = Seen::new();
        let mut look = |from: &str, sql: String| {
            let found = session.column(&sql).unwrap_or_else(|refusal| panic!("{sql}: {refusal}"));
            seen.extend(found.into_iter().map(|line| (from.to_owned(), line)));
        };
        for (entity, access) in self.reads() {
            look(&entity.table, format!("SELECT id::text FROM {}", entity.table));
            for facet in &access.facets {
                look(&facet.view, format!("SELECT \"Row\"::text FROM {} \"Row\"", facet.view));
            }
        }
        seen
    }

    /// Who may enter, the weakest and the strongest of each tenant.
    fn admitted(&self) -> Vec<Principal<'b>> {
        let all = Principal::all(&self.bench.world, self.context);
        let mut kinds = BTreeSet::new();
        let new = |one: &Principal<'_>| kinds.insert((one.tenant.clone(), one.role.clone()));
        all.into_iter().filter(|one| one.refused().is_none()).filter(new).take(6).collect()
    }

    fn enter(&self, session: &mut Session, principal: &Principal<'_>) {
        let (subject, tenant) = (principal.subject.as_deref(), principal.tenant.as_deref());
        session.run(&enter(self.context, subject, tenant)).expect("he may enter");
    }

    /// Everything of which a forger could say that the gate had established it, given what it did.
    fn claims(&self, established: &str) -> Vec<String> {
        let world = &self.bench.world;
        let tenants = match &self.context.tenant {
            Some(tenant) => world.tenants(tenant),
            None => vec![""],
        };
        let mut claims = Vec::new();
        for tenant in tenants {
            for person in &world.people {
                claims.push(entered(self.context, &person.id, tenant));
            }
        }
        let parts: Vec<&str> = established.split('|').collect();
        if let [context, me, tenant, roles] = parts[..] {
            let all = entered(self.context, me, tenant);
            claims.push(all.clone());
            // The same characters, divided otherwise.
            claims.push(format!("{context}|{tenant}|{me}|{roles}"));
            claims.push(format!("{context}|{me}|{tenant}{roles}|"));
            claims.push(format!("{context}{me}||{tenant}|{roles}"));
            claims.push(format!("{established}{}", all.rsplit('|').next().unwrap_or_default()));
            claims.push(format!("|{established}"));
        }
        claims.retain(|claim| claim != established);
        claims
    }
}

/// Ways of setting both settings.
fn ways(entered: &str, seal: &str) -> Vec<String> {
    let (entered, seal) = (quote(Some(entered)), quote(Some(seal)));
    vec![
        format!(
            "SELECT set_config('app.entered', {entered}, true), set_config('app.seal', {seal}, true)"
        ),
        format!("SET LOCAL app.entered = {entered}; SET LOCAL app.seal = {seal}"),
        format!("SET app.entered = {entered}; SET app.seal = {seal}"),
    ]
}

/// A role, a tenant or a person that the gate did not establish: before entering, in between, after.
fn forged(scene: &Scene<'_>, faults: &mut Faults) {
    let mut session = scene.session();
    let wrong = ["", "forged", &"0".repeat(64)];
    let nothing = Seen::new();
    for (turn, claim) in scene.claims("").into_iter().enumerate() {
        let seal = wrong[turn % wrong.len()];
        for way in ways(&claim, seal) {
            let seen = session.undone(|session| {
                session.run(&way).expect("settings can be set");
                scene.seen(session)
            });
            faults.same(&seen, &nothing, || format!("without a gate, {way}"));
        }
    }
    let mut any = false;
    for principal in scene.admitted() {
        session.run("BEGIN").expect("BEGIN");
        let before = ways(&scene.claims("").pop().unwrap_or_default(), "forged").remove(0);
        session.run(&before).expect("settings can be set");
        scene.enter(&mut session, &principal);
        let right = scene.seen(&mut session);
        any |= !right.is_empty();
        let found =
            session.rows("SELECT current_setting('app.entered'), current_setting('app.seal')");
        let mut settings = found.expect("settings can be read").remove(0).into_iter().flatten();
        let (established, seal) =
            (settings.next().unwrap_or_default(), settings.next().unwrap_or_default());
        for (turn, claim) in scene.claims(&established).into_iter().enumerate() {
            let all = ways(&claim, &seal);
            let way = &all[turn % all.len()];
            session.run(way).expect("settings can be set");
            let seen = scene.seen(&mut session);
            faults.same(&seen, &nothing, || format!("{principal}, then {way}"));
        }
        for seal in [String::new(), seal.to_uppercase(), seal[..63].to_owned(), format!("{seal}0")]
        {
            let way = ways(&established, &seal).remove(0);
            session.run(&way).expect("settings can be set");
            let seen = scene.seen(&mut session);
            faults.same(&seen, &nothing, || format!("{principal}, with the seal {seal:?}"));
        }
        for reset in ["RESET ALL", "RESET app.seal", "SET app.entered TO DEFAULT"] {
            let kept = ways(&established, &seal).remove(1);
            session.run(&kept).expect("settings can be set");
            let seen = scene.seen(&mut session);
            faults.same(&seen, &right, || format!("{principal}, with what the gate itself wrote"));
            session.run(reset).expect("settings can be reset");
            let seen = scene.seen(&mut session);
            faults.check(seen.is_subset(&right), || format!("{principal}, then {reset}"));
        }
        session.run("ROLLBACK").expect("ROLLBACK");
        session.run("DISCARD ALL").expect("DISCARD ALL");
    }
    faults.check(any, || "nobody sees anything: nothing was tried".to_owned());
}

/// A seal is good in the transaction of the session for which the gate made it, and in no other.
fn replayed(scene: &Scene<'_>, faults: &mut Faults) {
    let nothing = Seen::new();
    for principal in scene.admitted() {
        let (mut one, mut other) = (scene.session(), scene.session());
        one.run("BEGIN").expect("BEGIN");
        scene.enter(&mut one, &principal);
        let right = scene.seen(&mut one);
        let keep = "SELECT set_config('app.entered', current_setting('app.entered'), false),
                           set_config('app.seal', current_setting('app.seal'), false)";
        let kept = one.rows(keep).expect("settings can be kept").remove(0);
        let kept: Vec<String> = kept.into_iter().flatten().collect();
        let seen = scene.seen(&mut one);
        faults.same(&seen, &right, || format!("{principal}, in the same transaction"));
        for way in ways(&kept[0], &kept[1]) {
            let seen = other.undone(|session| {
                session.run(&way).expect("settings can be set");
                scene.seen(session)
            });
            faults.same(&seen, &nothing, || format!("{principal}, in another session: {way}"));
        }
        one.run("COMMIT").expect("COMMIT");
        let seen = scene.seen(&mut one);
        faults.same(&seen, &nothing, || format!("{principal}, kept for the session"));
        for way in ways(&kept[0], &kept[1]) {
            let seen = one.undone(|session| {
                session.run(&way).expect("settings can be set");
                scene.seen(session)
            });
            faults.same(&seen, &nothing, || format!("{principal}, in another transaction: {way}"));
        }
    }
    faults.check(true, String::new);
}

/// Functions and operators of the same names, found first: what verifies the seal does not take them.
fn hostile_path(scene: &Scene<'_>, faults: &mut Faults) {
    const EVIL: &str = "
        CREATE SCHEMA evil;
        CREATE FUNCTION evil.nothing(bytea, bytea) RETURNS bytea LANGUAGE sql IMMUTABLE RETURN ''::bytea;
        CREATE OPERATOR evil.|| (LEFTARG = bytea, RIGHTARG = bytea, FUNCTION = evil.nothing);
        CREATE FUNCTION evil.same(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN true;
        CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.same);
        CREATE FUNCTION evil.texteq(text, text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN true;
        CREATE FUNCTION evil.sha256(bytea) RETURNS bytea LANGUAGE sql IMMUTABLE RETURN ''::bytea;
        CREATE FUNCTION evil.encode(bytea, text) RETURNS text LANGUAGE sql IMMUTABLE RETURN ''::text;
        CREATE FUNCTION evil.strpos(text, text) RETURNS int LANGUAGE sql IMMUTABLE RETURN 1;
        CREATE FUNCTION evil.current_setting(text, boolean) RETURNS text LANGUAGE sql IMMUTABLE
          RETURN ''::text;
        GRANT USAGE ON SCHEMA evil TO PUBLIC; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA evil TO PUBLIC";
    scene.database.admin().run(EVIL).expect("an administrator makes a schema");
    let mut session = scene.session();
    session.run("SET search_path = evil, pg_catalog").expect("a path can be set");
    // Of the empty text, and of nothing.
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for claim in scene.claims("") {
        for seal in ["", empty] {
            for way in ways(&claim, seal) {
                let seen = session.undone(|session| {
                    session.run(&way).expect("settings can be set");
                    scene.seen(session)
                });
                faults.same(&seen, &Seen::new(), || format!("with a path of his own, {way}"));
            }
        }
    }
    for principal in scene.admitted() {
        session.run("BEGIN").expect("BEGIN");
        scene.enter(&mut session, &principal);
        let here = scene.seen(&mut session);
        session.run("SET LOCAL search_path = pg_catalog").expect("a path can be set");
        let there = scene.seen(&mut session);
        faults.same(&here, &there, || format!("{principal}, with a path of his own"));
        session.run("ROLLBACK").expect("ROLLBACK");
    }
}

/// A session may have every plan printed, also of the gate's own statements: none shows a key, nor the
/// code that a forged setting would need.
fn printed_plans(scene: &Scene<'_>, faults: &mut Faults) {
    let mut admin = scene.database.admin();
    let hex = |session: &mut Session, sql: &str| session.column(sql).unwrap_or_default().remove(0);
    let mut secrets = Vec::new();
    for table in ["rt.seal_key", "rt.subject_key"] {
        for block in ["inner_block", "outer_block"] {
            secrets.push(hex(&mut admin, &format!("SELECT encode({block}, 'hex') FROM {table}")));
        }
    }
    let claim = scene.claims("").pop().unwrap_or_default();
    for principal in scene.admitted().into_iter().take(1) {
        for mode in ["force_custom_plan", "force_generic_plan", "auto"] {
            let (mut session, said) = scene.database.overheard(&scene.context.name);
            let here =
                "SELECT encode(timestamptz_send(now()) || int4send(pg_backend_pid()), 'hex')";
            session.run("BEGIN").expect("BEGIN");
            let bound = hex(&mut session, here);
            let print = format!(
                "SET client_min_messages = log; SET debug_print_plan = on; SET debug_print_parse = on;
                 SET debug_print_rewritten = on; SET debug_pretty_print = off; SET plan_cache_mode = {mode}"
            );
            session.run(&print).expect("printing can be switched on");
            session.run(&ways(&claim, "00").remove(0)).expect("settings can be set");
            let _ = scene.seen(&mut session);
            scene.enter(&mut session, &principal);
            let code = hex(
                &mut admin,
                &format!(
                    "SELECT encode(sha256(outer_block || sha256(inner_block
                            || convert_to({}, 'UTF8') || '\\x{bound}')), 'hex') FROM rt.seal_key",
                    quote(Some(&claim))
                ),
            );
            session.run("ROLLBACK").expect("ROLLBACK");
            // Printed in lines that break between words.
            let said = said.lock().expect("the connection is quiet").clone();
            let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
            faults.check(said.contains(&printed(claim.as_bytes())), || {
                format!("nothing was printed, not even {claim}")
            });
            for secret in secrets.iter().chain([&code]) {
                let bytes: Vec<u8> = (0..secret.len() / 2)
                    .filter_map(|at| u8::from_str_radix(&secret[2 * at..2 * at + 2], 16).ok())
                    .collect();
                let shown = said.contains(secret.as_str())
                    || said.contains(&printed(&bytes))
                    || said.contains(&printed(secret.as_bytes()));
                faults.check(!shown, || format!("{mode} prints a key or a code"));
            }
        }
    }
}

/// The middle of a constant as plans print it: its bytes as signed numbers.
fn printed(bytes: &[u8]) -> String {
    let middle = &bytes[4..bytes.len().min(20)];
    let numbers: Vec<String> = middle.iter().map(|byte| byte.cast_signed().to_string()).collect();
    format!(" {} ", numbers.join(" "))
}

/// Nobody but the gate reads a key.
fn keys(bench: &Bench, faults: &mut Faults) {
    let database = bench.cluster().database(Template::World);
    let prefix = &bench.cluster().prefix;
    let mut admin = database.admin();
    let roles = admin.column(&format!(
        "SELECT rolname FROM pg_roles WHERE starts_with(rolname, '{prefix}_')
         AND rolname NOT IN ('{prefix}_owner', '{prefix}_gate')"
    ));
    for role in roles.expect("roles can be listed") {
        for table in ["rt.subject_key", "rt.seal_key"] {
            for sql in [
                format!("SELECT FROM {table}"),
                format!("SELECT inner_block FROM {table}"),
                format!("INSERT INTO {table} (inner_block, outer_block) VALUES ('', '')"),
                format!("UPDATE {table} SET inner_block = ''"),
                format!("DELETE FROM {table}"),
                format!("TRUNCATE {table}"),
            ] {
                let code = admin.undone(|session| {
                    session.run(&format!("SET LOCAL ROLE \"{role}\"")).expect("may take it on");
                    session.run(&sql).err().map(|refusal| refusal.code)
                });
                faults.same(&code.as_deref(), &Some("42501"), || format!("{role}: {sql}"));
            }
        }
    }
    let kept = admin.column(
        "SELECT (length(inner_block) = 64 AND length(outer_block) = 64 AND inner_block <> outer_block)::text
         FROM rt.seal_key",
    );
    faults.same(&kept, &Ok(vec!["true".to_owned()]), || "one key of its own".to_owned());
}
