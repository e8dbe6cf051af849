//! `routes: standard`: every way into the service, one row each, in the order in which docs show them.
//!
//! The router, the handlers, openapi.json and the tests all read this one list.

use crate::model::{
    ActionKind, Context, ContextId, ContextKind, Entity, EntityId, EntityKind, Model,
};

use super::names;

/// The version under which every path stands.
pub const VERSION: &str = "/v1";

/// One method of one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub method: Method,
    /// With its version; parameters in braces.
    pub path: String,
    pub context: ContextId,
    pub entity: EntityId,
    pub operation: Operation,
    /// Whether the path names the row: `{id}`, or the tenant's own `{team}`, or `me`.
    pub row: RowBy,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    Get,
    Post,
    Patch,
    Delete,
}

impl Method {
    pub fn lower(self) -> &'static str {
        match self {
            Method::Get => "get",
            Method::Post => "post",
            Method::Patch => "patch",
            Method::Delete => "delete",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    List,
    Get,
    /// Index into the entity's `actions`.
    Action(usize),
}

/// What in the path says which row is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowBy {
    /// Nothing: a list, or a row that comes to be.
    None,
    /// `{id}`.
    Id,
    /// The tenant's own row: the tenant that the path begins with.
    Tenant,
    /// The person's own row.
    Me,
}

/// Every route of the service; none without `routes: standard`.
pub fn routes(model: &Model) -> Vec<Route> {
    if !model.standard_routes {
        return Vec::new();
    }
    let mut routes = Vec::new();
    for entity in model.entity_ids() {
        for context in model.context_ids() {
            reads(model, entity, context, &mut routes);
            doors(model, entity, context, &mut routes);
        }
    }
    routes
}

/// Path of a context, with the tenant's parameter where it has one: `/v1/teams/{team}`.
pub fn prefix(model: &Model, context: &Context) -> String {
    match context.kind {
        ContextKind::Anyone => VERSION.to_owned(),
        ContextKind::Person => format!("{VERSION}/me"),
        ContextKind::Tenant { tenant, .. } => {
            let parameter = tenant_parameter(&model[tenant]);
            format!("{VERSION}/{}/{{{parameter}}}", names::kebab(&context.path))
        }
        ContextKind::Staff { .. } => format!("{VERSION}/{}", names::kebab(&context.path)),
    }
}

/// The name of a tenant in a path.
pub fn tenant_parameter(tenant: &Entity) -> String {
    names::snake(&tenant.name)
}

/// How rows of the entity are named in the context.
pub fn row_by(model: &Model, entity: EntityId, context: ContextId) -> RowBy {
    match model[entity].kind {
        EntityKind::Tenant(own) if own == context => RowBy::Tenant,
        EntityKind::User if context == Model::SELF => RowBy::Me,
        _ => RowBy::Id,
    }
}

/// Where the rows of an entity stand in a context.
pub fn collection(model: &Model, entity: EntityId, context: ContextId) -> String {
    format!("{}/{}", prefix(model, &model[context]), names::kebab(&model[entity].plural))
}

fn row_path(model: &Model, entity: EntityId, context: ContextId) -> String {
    match row_by(model, entity, context) {
        RowBy::Tenant | RowBy::Me => prefix(model, &model[context]),
        RowBy::None | RowBy::Id => format!("{}/{{id}}", collection(model, entity, context)),
    }
}

fn reads(model: &Model, entity: EntityId, context: ContextId, routes: &mut Vec<Route>) {
    if !model.is_read_in(&model[entity], context) {
        return;
    }
    let row = row_by(model, entity, context);
    let route =
        |path, operation, row| Route { method: Method::Get, path, context, entity, operation, row };
    if row == RowBy::Id {
        routes.push(route(collection(model, entity, context), Operation::List, RowBy::None));
    }
    routes.push(route(row_path(model, entity, context), Operation::Get, row));
}

fn doors(model: &Model, id: EntityId, context: ContextId, routes: &mut Vec<Route>) {
    let entity = &model[id];
    for (index, action) in entity.actions.iter().enumerate() {
        if action.doors(model, entity).iter().all(|door| door.context != context) {
            continue;
        }
        let row =
            if action.kind.on_existing_row() { row_by(model, id, context) } else { RowBy::None };
        let (method, path) = match action.kind {
            ActionKind::Create | ActionKind::Found | ActionKind::Grant => {
                (Method::Post, collection(model, id, context))
            }
            ActionKind::Command => {
                let prefix = prefix(model, &model[context]);
                (Method::Post, format!("{prefix}/{}", names::kebab(&action.name)))
            }
            ActionKind::Change if action.name == "update" => {
                (Method::Patch, row_path(model, id, context))
            }
            ActionKind::Delete => (Method::Delete, row_path(model, id, context)),
            ActionKind::Change | ActionKind::Revoke => {
                let path = row_path(model, id, context);
                (Method::Post, format!("{path}/{}", names::kebab(&action.name)))
            }
        };
        routes.push(Route {
            method,
            path,
            context,
            entity: id,
            operation: Operation::Action(index),
            row,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::routes;
    use crate::plan::example;

    #[test]
    fn what_nobody_may_run_has_no_route() {
        let model = example::projects();
        let all: Vec<String> = routes(&model)
            .iter()
            .map(|route| format!("{} {}", route.method.lower(), route.path))
            .collect();
        assert_eq!(
            all,
            [
                "get /v1/me",
                "post /v1/me/teams",
                "get /v1/teams/{team}",
                "get /v1/me/members",
                "get /v1/me/members/{id}",
                "get /v1/teams/{team}/members",
                "get /v1/teams/{team}/members/{id}",
                "post /v1/teams/{team}/members",
                "post /v1/teams/{team}/members/{id}/revoke",
                "get /v1/teams/{team}/projects",
                "get /v1/teams/{team}/projects/{id}",
                "post /v1/teams/{team}/projects",
                "patch /v1/teams/{team}/projects/{id}",
                "get /v1/teams/{team}/tasks",
                "get /v1/teams/{team}/tasks/{id}",
                "post /v1/teams/{team}/tasks",
                "post /v1/teams/{team}/tasks/{id}/finish",
                "post /v1/teams/{team}/tasks/{id}/reopen",
            ]
        );
    }

    /// The router takes no two, whatever their parameters are called.
    #[test]
    fn no_two_coincide() {
        for app in ["projects", "marketplace"] {
            let file = format!("{}/blueprints/{app}/blueprint.yaml", env!("CARGO_MANIFEST_DIR"));
            let sources = crate::load(file.as_ref()).expect("a shipped blueprint");
            let model = crate::compile(&sources).0.expect("without mistakes");
            let mut seen = std::collections::BTreeSet::new();
            for route in routes(&model) {
                let nameless = |part: &str| match part.starts_with('{') {
                    true => "{}".to_owned(),
                    false => part.to_owned(),
                };
                let shape: Vec<String> = route.path.split('/').map(nameless).collect();
                assert!(seen.insert((route.method, shape)), "{app}: {}", route.path);
            }
        }
    }

    #[test]
    fn without_standard_routes_there_are_none() {
        let mut model = example::projects();
        model.standard_routes = false;
        assert!(routes(&model).is_empty());
    }
}
