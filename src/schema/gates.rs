//! Gates: how a request enters a context. The token says who the person is; what the person may do
//! is read from the grants, in the transaction of the request.

use super::calls::SqlType;
use super::cx::{Cx, Slot, implied};
use super::names::{self, ident, literal};
use super::pieces::{Function, Returns, Step, refuse};
use super::{approval, hooks, seal};
use crate::model::{ContextId, ContextKind, EntityId, FieldId, Model, Provision};

/// Fields of the user that the first token fills; none where people are invited.
pub fn provisioned(cx: &Cx<'_>) -> Option<Vec<FieldId>> {
    match &cx.model.identity.provision {
        Provision::FirstToken(from) => Some(from.iter().map(|(field, _)| *field).collect()),
        Provision::Invited => None,
    }
}

/// Each with the comment that leads it.
pub fn lower(cx: &Cx<'_>) -> Vec<(String, Function)> {
    let mut out = Vec::new();
    if let Some(fields) = provisioned(cx) {
        let note = "identity.user: a person's row is made at the first valid token.";
        out.push((note.to_owned(), provision(cx, &fields)));
    }
    if hooks::are_asked(cx.model) {
        let note = "What a hook gave is believed by the service's code over it alone.";
        out.push((note.to_owned(), hooks::computed(cx)));
    }
    let doors = cx.contexts_with_doors();
    for (context, it) in cx.entered() {
        let mut execute = vec![cx.login(context)];
        if doors.contains(&context) {
            execute.push(cx.door(context));
        }
        out.push((format!("identity.contexts.{}", it.name), enter(cx, context, execute)));
        let asking: Vec<String> =
            cx.asking_who_holds(context).into_iter().map(|door| cx.door(door)).collect();
        if !asking.is_empty() {
            let note = "Whether a person holds an unrevoked grant; it stays so to the end of the \
                        transaction.";
            out.extend(holds(cx, context, asking).map(|it| (note.to_owned(), it)));
        }
        if approval::contexts(cx.model).contains(&context) {
            let note = format!(
                "identity.contexts.{}, as somebody who asked for what another agrees to.",
                it.name
            );
            out.extend(approval::gate(cx, context).map(|gate| (note, gate)));
        }
    }
    out
}

fn provision(cx: &Cx<'_>, fields: &[FieldId]) -> Function {
    let user = cx.model.identity.user;
    let mut arguments =
        vec![("_assertion".to_owned(), SqlType::Bytea), ("_id".to_owned(), SqlType::Uuid)];
    let mut columns = vec!["id".to_owned(), "subject".to_owned()];
    let mut values = vec!["_id".to_owned(), "who".to_owned()];
    for id in fields {
        let field = &cx.model[user].fields[id.0];
        let argument = format!("_{}", names::column(field));
        let ty = super::types::passed(&field.ty);
        values.push(match ty {
            SqlType::Text => argument.clone(),
            other => format!("{argument}::{other}"),
        });
        arguments.push((argument, SqlType::Text));
        columns.push(cx.column(user, Slot::Field(*id)));
    }
    let insert = format!(
        "INSERT INTO {} ({}) VALUES ({})\nON CONFLICT (subject) DO NOTHING;",
        cx.table(user),
        columns.join(", "),
        values.join(", ")
    );
    // For the audit; without a seal no login believes it.
    let mut said = vec![
        ("app.entered", "'self|' || _id::text || '||'"),
        ("app.seal", "''"),
        ("app.request", REQUEST),
        ("app.path", "'identity.user.provision'"),
        ("app.because", "''"),
    ];
    said.extend(approval::nobody_agreed(cx, "identity.user.provision"));
    Function {
        name: "rt.provision".to_owned(),
        arguments,
        returns: Returns::Void,
        definer: true,
        declare: vec!["said text".to_owned(), "who text".to_owned()],
        body: asserted(cx, Model::SELF, "identity.user.provision")
            .into_iter()
            .chain([set(&said), Step::Run(insert)])
            .collect(),
        execute: vec![cx.login(Model::SELF)],
        owner: Some(cx.role("gate")),
    }
}

fn enter(cx: &Cx<'_>, context: ContextId, execute: Vec<String>) -> Function {
    let it = &cx.model[context];
    let path = format!("identity.contexts.{}", it.name);
    let user = cx.table(cx.model.identity.user);
    let tenant = it.tenant().is_some();

    let mut arguments = vec![("_assertion".to_owned(), SqlType::Bytea)];
    if tenant {
        arguments.push(("_tenant".to_owned(), SqlType::Uuid));
    }
    let mut declare = vec!["said text".to_owned(), "who text".to_owned(), "me uuid".to_owned()];
    let mut body = asserted(cx, context, &path);
    match it.grants() {
        None => body
            .push(Step::Run(format!("SELECT u.id INTO me FROM {user} u WHERE u.subject = who;"))),
        Some(grants) => {
            declare.push("held text".to_owned());
            let revoked = cx.guard(format!("{path}.revoked"));
            body.push(Step::Run(format!(
                "SELECT u.id, g.role INTO me, held\nFROM {user} u\nLEFT JOIN {} g ON {}\n\
                 WHERE u.subject = who;",
                cx.table(grants),
                granted(cx, grants, "u.id", revoked)
            )));
        }
    }
    if cx.guard(format!("{path}.user")) {
        body.push(refuse("me IS NULL", "identity.user", "BP401"));
    }
    if it.grants().is_some() && cx.guard(format!("{path}.grant")) {
        body.push(refuse("held IS NULL", path, "BP403"));
    }

    declare.push("entered text".to_owned());
    let place = if tenant { "_tenant::text" } else { "''" };
    body.push(Step::Run(format!(
        "entered := {} || me::text || '|' || {place} || '|'{};",
        literal(&format!("{}|", it.name)),
        roles_held(cx, context)
    )));
    body.push(Step::Run(seal::seal(cx, REQUEST)));

    Function {
        name: format!("rt.{}", ident(&format!("enter_{}", it.name))),
        arguments,
        returns: Returns::Void,
        definer: true,
        declare,
        body,
        execute,
        owner: Some(cx.role("gate")),
    }
}

/// The request, as the service names it in what it said: it has no bar in it.
const REQUEST: &str = "split_part(said, '|', 1)";

/// Puts into `said` what the service said, and into `who` the person for whom it speaks; or refuses.
fn asserted(cx: &Cx<'_>, context: ContextId, path: &str) -> Vec<Step> {
    let conditions = seal::asserted(cx, &cx.model[context], path);
    let mut find =
        "SELECT convert_from(substr(_assertion, 49), 'UTF8') INTO said\nFROM rt.subject_key k"
            .to_owned();
    if !conditions.is_empty() {
        find.push_str(&format!("\nWHERE {}", conditions.join("\n  AND ")));
    }
    vec![
        Step::Run(format!("{find};")),
        refuse("said IS NULL", "identity.subject", "BP401"),
        Step::Run("who := substr(said, strpos(said, '|') + 1);".to_owned()),
    ]
}

/// ` || CASE held WHEN 'lead' THEN ',member,lead,' …`: all roles that the granted one stands for.
pub fn roles_held(cx: &Cx<'_>, context: ContextId) -> String {
    let roles: Vec<_> = cx.model.roles_in(context).collect();
    let cases: Vec<String> = roles
        .iter()
        .map(|granted| {
            let held =
                roles.iter().filter(|role| cx.model.holders_of(**role).any(|one| one == *granted));
            let names: String = held.map(|role| format!("{},", cx.model[*role].name)).collect();
            let granted = literal(&cx.model[*granted].name);
            format!("  WHEN {granted} THEN {}", literal(&format!(",{names}")))
        })
        .collect();
    match cases.is_empty() {
        true => String::new(),
        false => format!(" || CASE held\n{}\nEND", cases.join("\n")),
    }
}

/// Puts into `held` the role that a person is granted; nothing where he is granted none. Without its semicolon.
pub fn grant_of(cx: &Cx<'_>, context: ContextId, person: &str, unrevoked: bool) -> String {
    let grants = cx.model[context].grants().expect("somebody is granted roles in it");
    let granted = granted(cx, grants, person, unrevoked);
    format!("SELECT g.role INTO held FROM {} g\nWHERE {granted}", cx.table(grants))
}

/// `g` is the unrevoked grant of the person in the tenant.
fn granted(cx: &Cx<'_>, grants: EntityId, person: &str, unrevoked: bool) -> String {
    let it = &cx.model[grants];
    let column = |id: FieldId| cx.column(grants, Slot::Field(id));
    let tenant = it.scope.tenant().map(|(_, id)| format!("g.{} = _tenant", column(id)));
    let user = format!("g.{} = {person}", column(implied(it, "user")));
    let live = unrevoked.then(|| "g.revoked_at IS NULL".to_owned());
    tenant.into_iter().chain([user]).chain(live).collect::<Vec<_>>().join(" AND ")
}

fn holds(cx: &Cx<'_>, context: ContextId, execute: Vec<String>) -> Option<Function> {
    let it = &cx.model[context];
    let grants = it.grants()?;
    let mut arguments =
        vec![("_tenant".to_owned(), SqlType::Uuid), ("_user".to_owned(), SqlType::Uuid)];
    if !matches!(it.kind, ContextKind::Tenant { .. }) {
        arguments.remove(0);
    }
    let unrevoked = cx.guard(format!("identity.contexts.{}.holds.revoked", it.name));
    let find = format!(
        "PERFORM FROM {} g\nWHERE {}\nFOR SHARE;\nRETURN FOUND;",
        cx.table(grants),
        granted(cx, grants, "_user", unrevoked)
    );
    Some(Function {
        name: format!("rt.{}", ident(&format!("holds_{}", it.name))),
        arguments,
        returns: Returns::Boolean,
        definer: true,
        declare: Vec::new(),
        body: vec![Step::Run(find)],
        execute,
        owner: Some(cx.role("gate")),
    })
}

/// Sets each for the rest of the transaction. Values are SQL.
pub fn set(settings: &[(&str, &str)]) -> Step {
    let calls: Vec<String> = settings
        .iter()
        .map(|(name, value)| format!("set_config({}, {value}, true)", literal(name)))
        .collect();
    Step::Run(format!("PERFORM {};", calls.join(",\n        ")))
}
