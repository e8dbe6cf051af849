//! The ways into the service.

use super::At;
use super::said::Said;
use crate::model::Model;
use crate::permissions::What;
use crate::plan::{Operation, Route, RowBy, routes};

/// Adds those that are meant, a line each.
pub fn told(model: &Model, said: &mut Said, meant: impl Fn(&Route) -> bool) {
    for route in routes(model).iter().filter(|route| meant(route)) {
        said.say("route", name(route));
    }
}

/// `GET /v1/teams/{team}/tasks`.
pub fn name(route: &Route) -> String {
    format!("{} {}", route.method.lower().to_uppercase(), route.path)
}

pub fn table(model: &Model) -> Said {
    let mut said = Said::new("section");
    let all = routes(model);
    if all.is_empty() {
        said.say(
            "routes",
            "none: `routes: standard` makes one for everything that somebody may do",
        );
    }
    let width = all.iter().map(|route| name(route).len()).max().unwrap_or(0);
    for route in &all {
        let what = short(model, route);
        said.say("route", format!("{:width$}  {what}", name(route)));
    }
    said
}

fn short(model: &Model, route: &Route) -> String {
    let entity = &model[route.entity];
    match route.operation {
        Operation::List => format!("lists {}", entity.plural),
        Operation::Get => format!("one row of {}", entity.name),
        Operation::Action(at) => format!("{}.{}", entity.name, entity.actions[at].name),
    }
}

/// `GET /v1/teams/{team}/tasks`, or a path with all its methods.
pub fn route(model: &Model, asked: &str) -> Option<Said> {
    let all = routes(model);
    let own: Vec<&Route> =
        all.iter().filter(|route| route.path == asked || name(route) == asked).collect();
    let first = own.first()?;
    let mut said = Said::new("route");
    said.stands_at = Some(anchor(model, first));
    let context = &model[first.context];
    for route in &own {
        let at = At { model, id: route.entity, entity: &model[route.entity] };
        if own.len() > 1 {
            said.say("method", name(route));
        }
        said.say("does", does(at, route));
        said.say("path", anchor(model, route));
        let part = at.permissions();
        let what = match route.operation {
            Operation::List | Operation::Get => What::Read,
            Operation::Action(action) => What::Run(action),
        };
        let row = crate::cli::explain::target::row(&part, what);
        for (one, cell) in part.people.iter().zip(&row.cells) {
            if one.context == route.context && cell.verdict.is_possible() {
                let when = cell.verdict.when(at.entity, what.action(at.entity));
                let when = when.map_or("always".to_owned(), |when| format!("when {when}"));
                said.say("who", format!("{}, {when}", at.name(one.who)));
            }
        }
        if let Operation::Action(action) = route.operation {
            let action = &at.entity.actions[action];
            said.lines.extend(at.body(action));
        }
    }
    said.say("acts in", &context.name);
    Some(said)
}

fn does(at: At<'_>, route: &Route) -> String {
    let entity = at.entity;
    match route.operation {
        Operation::List => format!("lists the rows of {} that the caller may read", entity.name),
        Operation::Get => match route.row {
            RowBy::Me => "reads one's own row".to_owned(),
            RowBy::Tenant => format!("reads the {} in which one acts", entity.name),
            RowBy::None | RowBy::Id => format!("reads one row of {}", entity.name),
        },
        Operation::Action(action) => {
            let action = &entity.actions[action];
            let version = match action.kind.on_existing_row() {
                true => "; If-Match names the row's version",
                false => "",
            };
            format!("runs {}.{}{version}", entity.name, action.name)
        }
    }
}

fn anchor(model: &Model, route: &Route) -> String {
    let entity = &model[route.entity];
    match route.operation {
        Operation::List | Operation::Get => format!("entities.{}.read", entity.name),
        Operation::Action(at) => entity.actions[at].path(entity),
    }
}
