//! An entity's routes, and the handler of each.

use serde::Serialize;

use crate::model::{ActionKind, ContextKind, EntityId, Idempotency, Model};

use super::context;
use super::database::Database;
use super::domain;
use super::routes::{self, Operation, Route, RowBy};
use super::store;

/// One path with all its methods: `get(list_in_team).post(create_in_team)`.
#[derive(Debug, Clone, Serialize)]
pub struct Path {
    pub path: String,
    pub methods: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Handler {
    /// `POST /v1/teams/{team}/tasks`.
    pub route: String,
    /// `create_in_team`.
    pub name: String,
    /// `list`, `get`, `make` or `change`.
    pub kind: &'static str,
    pub parameters: String,
    /// What the store's function is given.
    pub arguments: String,
    pub context: String,
    /// Type of a list's rows.
    pub row: String,
    /// For what a list's cursors are: `team entities.Task.list`.
    pub place: String,
    /// `entities.Task`.
    pub rule: String,
    /// What answers an action: `Ok(changed(row))`.
    pub answer: String,
    /// `let row = `, where the caller reads what became of the row; `let once = `, where a repeat is known.
    pub keep: &'static str,
}

pub fn paths(model: &Model, all: &[&Route]) -> Vec<Path> {
    let mut paths: Vec<Path> = Vec::new();
    for route in all {
        let method = format!("{}({})", route.method.lower(), store::function(model, route));
        match paths.iter_mut().find(|path| path.path == route.path) {
            Some(path) => path.methods.push_str(&format!(".{method}")),
            None => paths.push(Path { path: route.path.clone(), methods: method }),
        }
    }
    paths
}

pub fn handler(model: &Model, database: Database<'_>, route: &Route) -> Handler {
    let (entity, acting) = (&model[route.entity], &model[route.context]);
    let variable = context::variable(acting);
    let mut parameters = format!("{variable}: {}", context::extractor(acting));
    let mut arguments = format!("&{variable}");
    if route.row == RowBy::Id {
        parameters.push_str(", Id(id): Id");
        arguments.push_str(", id");
    }
    let read = match route.operation {
        Operation::Action(index) => {
            !database.call(route.entity, index, route.context).returns.is_empty()
        }
        Operation::List | Operation::Get => true,
    };
    let (kind, answer) = match route.operation {
        Operation::List => {
            if domain::filters(model, route).is_empty() {
                parameters.push_str(", list: List<NoFilter>");
                arguments.push_str(", &window");
            } else {
                let filter = domain::filter_name(entity, acting);
                parameters.push_str(&format!(", list: List<{filter}>"));
                arguments.push_str(", &window, &list.filter");
            }
            ("list", String::new())
        }
        Operation::Get => {
            parameters.push_str(", known: IfNoneMatch");
            ("get", String::new())
        }
        Operation::Action(index) => {
            let action = &entity.actions[index];
            let makes = !action.kind.on_existing_row();
            if makes {
                arguments.push_str(", id");
            } else {
                parameters.push_str(", IfMatch(version): IfMatch");
                arguments.push_str(", version");
            }
            if let Some(kept) = action.idempotency {
                parameters.push_str(match kept {
                    Idempotency::Required => ", Key(key): Key",
                    Idempotency::Optional => ", MaybeKey(key): MaybeKey",
                });
            }
            if domain::has_body(action) {
                let body = domain::body_name(entity, action);
                parameters.push_str(&format!(", Body(body): Body<{body}>"));
                arguments.push_str(", &body");
            } else {
                parameters.push_str(", NoBody: NoBody");
            }
            if let Some(kept) = action.idempotency {
                arguments.push_str(match kept {
                    Idempotency::Required => ", &key",
                    Idempotency::Optional => ", key.as_deref()",
                });
            }
            let (id, row) = match (action.idempotency, &action.approval) {
                (_, Some(_)) => ("id", "outcome.row"),
                (Some(_), None) => ("once.made.unwrap_or(id)", "once.row"),
                (None, None) => ("id", "row"),
            };
            let answer = match (makes, read) {
                (true, true) => format!("created({}, {id}, {row})", location(model, route)),
                (true, false) => format!("made({}, {id})", location(model, route)),
                (false, true) => format!("changed({row})"),
                (false, false) => "done()".to_owned(),
            };
            let answer = match &action.approval {
                Some(approval) => {
                    let requests = collection(model, route, approval.entity);
                    format!("asked(outcome.asked, {requests}, {answer})")
                }
                None => answer,
            };
            let answer = match (action.idempotency, &action.approval) {
                (Some(_), Some(_)) => format!("Ok(replayed(outcome.replayed, {answer}))"),
                (Some(_), None) => format!("Ok(replayed(once.replayed, {answer}))"),
                (None, _) => format!("Ok({answer})"),
            };
            (if makes { "make" } else { "change" }, answer)
        }
    };
    Handler {
        route: format!("{} {}", route.method.lower().to_uppercase(), route.path),
        name: store::function(model, route),
        kind,
        parameters,
        arguments,
        context: variable,
        row: domain::row_name(entity, acting),
        place: format!("{} entities.{}.list", acting.name, entity.name),
        rule: format!("entities.{}", entity.name),
        answer,
        keep: match route.operation {
            Operation::Action(index) if entity.actions[index].approval.is_some() => {
                "let outcome = "
            }
            Operation::Action(index) if entity.actions[index].idempotency.is_some() => {
                "let once = "
            }
            _ if read => "let row = ",
            _ => "",
        },
    }
}

/// The collection of which the new row's address is one, as an expression.
fn location(model: &Model, route: &Route) -> String {
    let entity = &model[route.entity];
    if let Operation::Action(index) = route.operation
        && entity.actions[index].kind == ActionKind::Found
    {
        return format!("{:?}", founded(model, route));
    }
    collection(model, route, route.entity)
}

/// Where rows of an entity stand in the route's context, as an expression.
fn collection(model: &Model, route: &Route, entity: EntityId) -> String {
    let acting = &model[route.context];
    let path = routes::collection(model, entity, route.context);
    match acting.kind {
        ContextKind::Tenant { tenant, .. } => {
            let parameter = format!("{{{}}}", routes::tenant_parameter(&model[tenant]));
            let pattern = path.replace(&parameter, "{}");
            let variable = context::variable(acting);
            format!("&format!({pattern:?}, {variable}.{})", store::tenant(model, route))
        }
        _ => format!("{path:?}"),
    }
}

/// Where tenants of the founded kind are found: `/v1/teams`.
fn founded(model: &Model, route: &Route) -> String {
    let own = model.contexts.iter().find(|context| context.tenant() == Some(route.entity));
    let prefix = own.map_or_else(String::new, |context| routes::prefix(model, context));
    prefix.rsplit_once('/').map_or_else(String::new, |(collection, _)| collection.to_owned())
}
