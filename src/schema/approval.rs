//! Doors that wait for a second person. What such an action does stands in a function of its own, which no login may
//! call: the door enters and calls it, and it either does the action or keeps what was asked for. The door by which
//! somebody agrees calls it again, as whoever asked for it and by what he may do at that moment.

use std::collections::BTreeMap;

use super::arguments::{accepted, arguments};
use super::calls::{Carries, SqlType};
use super::create::insert;
use super::cx::{Cx, Slot, copies};
use super::doors::DoorCx;
use super::erasure;
use super::gates;
use super::layout::{WIDTH, block, indent};
use super::names::{ident, joined, literal, literals, table};
use super::pieces::{Function, Returns, Step, refuse};
use super::who::Row;
use crate::expr::sql;
use crate::model::{Approval, ContextId, EntityId, FieldId, Model};

/// Of the function that does it, behind the door's name; no door is called so.
const INNER: &str = "inner";

/// The setting in which the audit finds who agreed.
pub const APPROVER: &str = "app.approver";

/// That setting and what it holds where nobody did, for whatever says in whose name it acts: whoever calls that could
/// have set it before. `path` leads the guard.
pub fn nobody_agreed(cx: &Cx<'_>, path: &str) -> Option<(&'static str, &'static str)> {
    (cx.model.has_approvals() && cx.guard(format!("{path}.approver"))).then_some((APPROVER, "''"))
}

/// Contexts in which somebody may agree.
pub fn contexts(model: &Model) -> Vec<ContextId> {
    let agreed_in = |context: &ContextId| {
        model.entities.iter().any(|entity| {
            let agree = entity.actions.iter().filter(|action| action.agrees_to().is_some());
            agree.flat_map(|one| one.doors(model, entity)).any(|door| door.context == *context)
        })
    };
    model.context_ids().filter(agreed_in).collect()
}

/// Takes what the door does into a function of its own, which the door then calls.
pub fn inner(it: &DoorCx<'_>, declare: &mut Vec<String>, body: &mut Vec<Step>) -> Option<Function> {
    it.action().approval.as_ref()?;
    let (declare, mut all) = (std::mem::take(declare), std::mem::take(body));
    body.push(all.remove(0));
    all.push(Step::Run("RETURN NULL;".to_owned()));
    let own = it.arguments.iter().filter(|one| is_passed(one.carries));
    let mut arguments: Vec<(String, SqlType)> = own.map(|one| (one.name.clone(), one.ty)).collect();
    let mut given: Vec<String> = arguments.iter().map(|(name, _)| name.clone()).collect();
    given.push("false".to_owned());
    arguments.push(("_agreed".to_owned(), SqlType::Boolean));
    let name = format!("act.{}", ident(&format!("{}_{INNER}", it.name())));
    let call =
        block(&format!("RETURN jsonb_build_object('asking', {name}("), &given, "));", WIDTH - 2);
    body.push(Step::Run(call));
    let path = format!("doors.{}.{}.{}.inner", it.it().name, it.action().name, it.context());
    let execute = if it.cx.guard(path) { Vec::new() } else { vec!["PUBLIC".to_owned()] };
    Some(Function {
        name,
        arguments,
        returns: Returns::Uuid,
        definer: true,
        declare,
        body: all,
        execute,
        owner: Some(it.cx.door(it.door.context)),
    })
}

/// Whoever agrees has another assertion and another key.
fn is_passed(carries: Carries) -> bool {
    !matches!(carries, Carries::Assertion | Carries::Key | Carries::Gave)
}

/// Keeps what is asked for and ends there, unless somebody has agreed or it needs nobody.
pub fn ask(it: &DoorCx<'_>, row: &Row<'_>) -> (Option<String>, Option<Step>) {
    let Some(approval) = &it.action().approval else { return (None, None) };
    let values = values(it, row, approval);
    let cx = it.cx;
    let (mut columns, mut given) = (Vec::new(), Vec::new());
    for slot in cx.slots(approval.entity).into_iter().filter(|slot| values.contains_key(slot)) {
        cx.inserts(approval.entity, it.door.context, slot);
        columns.push(cx.column(approval.entity, slot));
        given.push(values[&slot].clone());
    }
    let mut when = "_agreed IS NOT TRUE".to_owned();
    if let Some(asked) = &approval.when {
        when.push_str(&format!(" AND ({}) IS NOT FALSE", sql::print(asked, row)));
    }
    if !it.guard("approval") {
        return (None, None);
    }
    let then = [
        it.tell(&[]).sql(),
        insert(&cx.table(approval.entity), &columns, &given, ";"),
        "RETURN request_;".to_owned(),
    ];
    let then = indent(&then.join("\n"), "  ");
    let step = Step::Run(format!("IF {when} THEN\n{then}\nEND IF;"));
    (Some("request_ uuid := rt.new_id()".to_owned()), Some(step))
}

/// The request, as what was given makes it. A field that is not given is asked for as it is.
fn values(it: &DoorCx<'_>, row: &Row<'_>, approval: &Approval) -> BTreeMap<Slot, String> {
    let requests = &it.cx.model[approval.entity];
    let fields = &approval.request;
    let mut all = BTreeMap::from([(Slot::Id, "request_".to_owned())]);
    if let Some((_, column)) = requests.scope.tenant() {
        let tenant = if it.in_tenant() { "_tenant".to_owned() } else { it.tenant_of(row) };
        all.insert(Slot::Field(column), tenant);
    }
    for (_, from, own) in copies(requests) {
        all.insert(Slot::Field(own), row.slot(Slot::Field(from)));
    }
    let mut asked = vec![literal(&it.path()), "request_".to_owned(), "rt.me()".to_owned()];
    let mut put = |field: FieldId, value: String| {
        asked.push(value.clone());
        all.insert(Slot::Field(field), value);
    };
    put(fields.of, row.slot(Slot::Id));
    put(fields.version, row.slot(Slot::Version));
    for (own, kept) in &fields.accept {
        let name = literal(&it.it().fields[own.0].name);
        let (given, old) = (it.given(*own), row.slot(Slot::Field(*own)));
        put(*kept, format!("CASE WHEN {name} = ANY (_set) THEN {given} ELSE {old} END"));
    }
    for (kept, value) in fields.input.iter().zip(it.inputs()) {
        put(*kept, value);
    }
    if let Some(because) = fields.because {
        put(because, "_because".to_owned());
    }
    let head = "encode(sha256(convert_to(jsonb_build_array(";
    let hash = block(head, &asked, ")::text, 'UTF8')), 'hex')", WIDTH - 8);
    all.insert(Slot::Field(fields.hash), hash.replace('\n', "\n  "));
    all.insert(Slot::Field(fields.maker), "rt.me()".to_owned());
    let until = format!("clock_timestamp() + interval '{} seconds'", approval.expires);
    all.insert(Slot::Field(fields.expires_at), until);
    all
}

/// Does the action that the door's row is a request for, as who asked for it.
pub fn agree(it: &DoorCx<'_>, row: &Row<'_>, entity: EntityId, index: usize) -> Vec<Step> {
    let (cx, target) = (it.cx, &it.cx.model[entity]);
    let action = &target.actions[index];
    let Some(approval) = &action.approval else { unreachable!("resolved: it has requests") };
    let fields = &approval.request;
    let doors = action.doors(cx.model, target);
    let door = doors.into_iter().find(|door| door.context == it.door.context);
    let door = door.expect("resolved: it is done in the context in which somebody agrees");
    let kept = |field: FieldId| row.slot(Slot::Field(field));
    let of_field = |own: FieldId| {
        let found = fields.accept.iter().find(|(field, _)| *field == own);
        found.map_or(String::new(), |(_, field)| kept(*field))
    };
    let mut given = Vec::new();
    for argument in arguments(cx, entity, index, &door) {
        given.push(match argument.carries {
            Carries::Assertion | Carries::Key | Carries::Gave => continue,
            Carries::Tenant => "_tenant".to_owned(),
            Carries::Id => kept(fields.of),
            Carries::Version => format!("{}::int", kept(fields.version)),
            Carries::Set => {
                let names = accepted(action);
                let names = names.iter().map(|field| target.fields[field.0].name.as_str());
                format!("ARRAY[{}]", literals(names))
            }
            Carries::Field(field) => of_field(field),
            Carries::From(field) => format!("lower({})", of_field(field)),
            Carries::Until(field) => format!("upper({})", of_field(field)),
            Carries::Input(at) => kept(fields.input[at]),
            Carries::InputFrom(at) => format!("lower({})", kept(fields.input[at])),
            Carries::InputUntil(at) => format!("upper({})", kept(fields.input[at])),
            Carries::Because => fields.because.map_or(String::new(), kept),
        });
    }
    given.push("true".to_owned());
    let name = joined(&[&table(&target.name), &action.name, it.context(), "v1"]);
    let name = ident(&format!("{name}_{INNER}"));
    let mut steps = Vec::new();
    let gate = ident(&format!("enter_{}_as", it.context()));
    let tenant = if it.in_tenant() { ", _tenant" } else { "" };
    let stand = format!("rt.{gate}({}{tenant})", kept(fields.maker));
    steps.push(match it.guard("maker") {
        true => refuse(format!("{stand} IS NOT TRUE"), format!("{}.maker", it.path()), "BP409"),
        false => Step::Run(format!("PERFORM {stand};")),
    });
    steps.push(Step::Run(block(&format!("PERFORM act.{name}("), &given, ");", WIDTH - 2)));
    steps.push(it.enter());
    steps
}

/// A gate through which a door goes as somebody else, who asked for what it is about to do; it answers whether he
/// may still enter. No login believes it.
pub fn gate(cx: &Cx<'_>, context: ContextId) -> Option<Function> {
    let it = &cx.model[context];
    it.grants()?;
    let tenant = it.tenant().is_some();
    let mut arguments = vec![("_person".to_owned(), SqlType::Uuid)];
    if tenant {
        arguments.push(("_tenant".to_owned(), SqlType::Uuid));
    }
    let unrevoked = cx.guard(format!("identity.contexts.{}.as.revoked", it.name));
    let mut find = gates::grant_of(cx, context, "_person", unrevoked);
    if erasure::is_there(cx.model) && cx.guard(format!("identity.contexts.{}.as.erased", it.name)) {
        let users = cx.table(cx.model.identity.user);
        let there = format!(
            "EXISTS (SELECT FROM {users} u WHERE u.id = _person AND u.subject IS NOT NULL)"
        );
        find.push_str(&format!("\n  AND {there}"));
    }
    find.push(';');
    let place = if tenant { "_tenant::text" } else { "''" };
    let entered = format!(
        "entered := {} || _person::text || '|' || {place} || '|'{};",
        literal(&format!("{}|", it.name)),
        gates::roles_held(cx, context)
    );
    Some(Function {
        name: format!("rt.{}", ident(&format!("enter_{}_as", it.name))),
        arguments,
        returns: Returns::Boolean,
        definer: true,
        declare: vec!["held text".to_owned(), "entered text".to_owned()],
        body: vec![
            Step::Run(find),
            Step::Run(entered),
            gates::set(&[
                (APPROVER, "rt.me()::text"),
                ("app.entered", "entered"),
                ("app.seal", "''"),
            ]),
            Step::Run("RETURN held IS NOT NULL;".to_owned()),
        ],
        execute: vec![cx.door(context)],
        owner: Some(cx.role("gate")),
    })
}
