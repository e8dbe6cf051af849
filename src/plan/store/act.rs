//! Queries that write: a call of an action's door, and what its hook is given before.

use super::super::routes::{Operation, Route};
use super::super::rust_type::{self, ident};
use super::super::{context, domain};
use super::statement::fold;
use super::{Look, Query, Values, base, function, range_end, tenant};
use crate::model::{Action, FieldId, Idempotency, Model};
use crate::schema::calls::{Argument, Call, Carries};

pub fn act(model: &Model, route: &Route, call: &Call) -> Query {
    let Operation::Action(index) = route.operation else { unreachable!("only actions call") };
    let (entity, context) = (&model[route.entity], &model[route.context]);
    let action = &entity.actions[index];
    let mut query = base(model, route, &format!("actions.{}", action.name));
    let mut values = Values::default();
    let session = context::variable(context);
    let left_out = |field| domain::may_be_left_out(action, field);
    let value = |argument: &Argument| match argument.carries {
        Carries::Assertion => format!("&{session}.session.assertion()"),
        Carries::Tenant => format!("&{session}.{}", tenant(model, route)),
        Carries::Id => "&id".to_owned(),
        Carries::Version => "&version".to_owned(),
        Carries::Set => "&body.given()".to_owned(),
        Carries::Because => "&body.because".to_owned(),
        Carries::Key => "&key".to_owned(),
        Carries::Gave => String::new(),
        Carries::Field(FieldId(field)) => {
            let field = &entity.fields[field];
            let member = rust_type::member(&field.name, &field.ty);
            format!("&body.{member}{}", if left_out(field) { ".as_ref()" } else { "" })
        }
        Carries::From(FieldId(field)) | Carries::Until(FieldId(field)) => {
            let field = &entity.fields[field];
            let end = if matches!(argument.carries, Carries::From(_)) { "from" } else { "until" };
            range_end(&format!("body.{}", ident(&field.name)), end, left_out(field), field.optional)
        }
        Carries::Input(input) => {
            let input = &action.input[input];
            format!("&body.{}", rust_type::member(&input.name, &input.ty))
        }
        Carries::InputFrom(input) | Carries::InputUntil(input) => {
            let end =
                if matches!(argument.carries, Carries::InputFrom(_)) { "from" } else { "until" };
            let input = &action.input[input];
            range_end(&format!("body.{}", ident(&input.name)), end, false, input.optional)
        }
    };
    query.look = look(model, route, call, action, &value);
    let passed = |argument: &&Argument| {
        query.look.is_none() || !matches!(argument.carries, Carries::Assertion | Carries::Gave)
    };
    call.arguments.iter().filter(passed).for_each(|argument| {
        values.add(value(argument));
    });
    let carries = |wanted| call.arguments.iter().any(|argument| argument.carries == wanted);
    if carries(Carries::Id) {
        query.parameters.push_str(", id: Uuid");
    }
    if carries(Carries::Version) {
        query.parameters.push_str(", version: i32");
    }
    if domain::has_body(action) {
        query.parameters.push_str(&format!(", body: &{}", domain::body_name(entity, action)));
    }
    if let Some(kept) = action.idempotency {
        query.parameters.push_str(match kept {
            Idempotency::Required => ", key: &str",
            Idempotency::Optional => ", key: Option<&str>",
        });
    }
    let numbers: Vec<String> =
        (1..=call.arguments.len()).map(|number| format!("${number}")).collect();
    let read = !call.returns.is_empty();
    let once = action.idempotency.is_some();
    let asks = action.approval.is_some();
    let from = if read || once || asks { "* FROM " } else { "" };
    query.sql = fold(&format!("SELECT {from}api.{}", call.name), &numbers);
    query.doc = format!("`{}`", call.path);
    let row = domain::row_name(entity, context);
    query.answer = match (once, read) {
        (_, true) if asks => format!("db::Asked<{row}>"),
        (_, false) if asks => "db::Asked<()>".to_owned(),
        (false, true) => format!("Option<{row}>"),
        (false, false) => "()".to_owned(),
        (true, true) => format!("db::Once<{row}>"),
        (true, false) => "db::Once<()>".to_owned(),
    };
    query.method = match (asks, read) {
        (true, true) => "act_asked",
        (true, false) => "act_asked_unread",
        (false, _) => method(query.look.is_some(), once, read),
    };
    query.finish(values)
}

/// How the session goes through a door: with what a hook gave, known to repeat, and read back.
fn method(asks: bool, once: bool, read: bool) -> &'static str {
    match (asks, once, read) {
        (false, false, true) => "act",
        (false, false, false) => "act_unread",
        (false, true, true) => "act_once",
        (false, true, false) => "act_once_unread",
        (true, false, true) => "act_asking",
        (true, false, false) => "act_asking_unread",
        (true, true, true) => "act_asking_once",
        (true, true, false) => "act_asking_once_unread",
    }
}

fn look(
    model: &Model,
    route: &Route,
    call: &Call,
    action: &Action,
    value: &dyn Fn(&Argument) -> String,
) -> Option<Look> {
    let (look, hook) = (call.look.as_ref()?, action.hook(model)?);
    let numbers: Vec<String> =
        (1..=look.arguments.len()).map(|number| format!("${number}")).collect();
    let shown = look.arguments.iter().filter(|one| one.carries != Carries::Assertion);
    Some(Look {
        constant: format!("{}_LOOK", function(model, route).to_uppercase()),
        sql: fold(&format!("SELECT act.{}", look.name), &numbers),
        path: format!("{}.calls.{}", call.path, hook.name),
        shown: shown.map(value).collect::<Vec<_>>().join(", "),
        named: match action.idempotency {
            None => "false",
            Some(Idempotency::Optional) => "key.is_some()",
            Some(Idempotency::Required) => "true",
        },
        hook: super::super::hooks::module(hook),
    })
}
