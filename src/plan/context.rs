//! The acting contexts as the service knows them.

use serde::Serialize;

use crate::model::{Context as Modelled, ContextId, ContextKind, Model, Provision};

use super::names;
use super::quote;
use super::routes::{self, Route};
use super::rust_type::ident;

#[derive(Debug, Clone, Serialize)]
pub struct Context {
    pub name: String,
    /// `/v1/teams/{team}`.
    pub path: String,
    /// In words, for AGENTS.md.
    pub about: String,
    /// The first line of its extractor's docs.
    pub doc: String,
    pub kind: &'static str,
    /// Type of its extractor: `InTeam`.
    pub extractor: String,
    /// The extractor as a parameter, and the pool as a field: `team`.
    pub variable: String,
    /// The tenant in the extractor, and in the path: `team`.
    pub tenant: String,
    /// `ENTER_TEAM`.
    pub enter: String,
    /// `$1, $2`: what its gate is given.
    pub entering: &'static str,
    /// `Some(self.team)`: the tenant for which a cursor is good.
    pub place: String,
    /// Whether any route acts in it.
    pub used: bool,
}

/// How the first person of a staff context is made.
#[derive(Debug, Clone, Serialize)]
pub struct Staff {
    pub context: String,
    pub roles: Vec<String>,
    /// `GRANT_STAFF`.
    pub constant: String,
    pub sql: String,
}

pub fn contexts(model: &Model, routes: &[Route]) -> Vec<Context> {
    model.context_ids().map(|id| one(model, id, routes)).collect()
}

pub fn staff(model: &Model) -> Vec<Staff> {
    let staff = |id: ContextId| match model[id].kind {
        ContextKind::Staff { grants } => Some(first_of_staff(model, id, &model[grants].name)),
        _ => None,
    };
    model.context_ids().filter_map(staff).collect()
}

/// Parameter and pool: `team`, `myself`.
pub fn variable(context: &Modelled) -> String {
    match context.kind {
        ContextKind::Person => "myself".to_owned(),
        _ => ident(&context.name),
    }
}

/// `InTeam`, `Myself`, `Anyone`.
pub fn extractor(context: &Modelled) -> String {
    match context.kind {
        ContextKind::Anyone => "Anyone".to_owned(),
        ContextKind::Person => "Myself".to_owned(),
        _ => format!("In{}", names::pascal(&context.name)),
    }
}

/// Tail of every name that belongs to the context: `in_team`, `for_anyone`.
pub fn suffix(context: &Modelled) -> String {
    match context.kind {
        ContextKind::Anyone => "for_anyone".to_owned(),
        _ => format!("in_{}", context.name),
    }
}

fn one(model: &Model, id: ContextId, routes: &[Route]) -> Context {
    let context = &model[id];
    let path = routes::prefix(model, context);
    let provisions = matches!(model.identity.provision, Provision::FirstToken(_));
    let tenant = context.tenant().map(|id| ident(&routes::tenant_parameter(&model[id])));
    let (kind, about, doc) = match context.kind {
        ContextKind::Anyone => (
            "anyone",
            "anyone, also without a token".to_owned(),
            "Anyone, also without a token".to_owned(),
        ),
        ContextKind::Person => (
            if provisions { "provisioned" } else { "person" },
            "the person alone, in their own affairs".to_owned(),
            "A person, acting as himself".to_owned(),
        ),
        ContextKind::Tenant { tenant, grants, .. } => (
            "tenant",
            format!(
                "within one {}, by an unrevoked {} of it",
                model[tenant].name, model[grants].name
            ),
            format!("A person, acting in one {}", names::title(&model[tenant].name).to_lowercase()),
        ),
        ContextKind::Staff { grants } => (
            "person",
            format!("over all tenants, by an unrevoked {}", model[grants].name),
            "A person, acting over all tenants".to_owned(),
        ),
    };
    Context {
        name: context.name.clone(),
        doc: format!("{doc}: paths under `{path}`."),
        path,
        about,
        kind,
        extractor: extractor(context),
        variable: variable(context),
        entering: if tenant.is_some() { "$1, $2" } else { "$1" },
        place: tenant.as_ref().map_or("None".to_owned(), |tenant| format!("Some(self.{tenant})")),
        tenant: context
            .tenant()
            .map_or_else(String::new, |id| routes::tenant_parameter(&model[id])),
        enter: format!("ENTER_{}", context.name.to_uppercase()),
        used: id == Model::SELF || routes.iter().any(|route| route.context == id),
    }
}

/// Through the owner, who is under no gate: the person's row where it is missing, and the grant, made or revived.
fn first_of_staff(model: &Model, id: ContextId, grants: &str) -> Staff {
    let user = quote::sql_ident(&names::snake(&model[model.identity.user].name));
    let table = quote::sql_ident(&names::snake(grants));
    let context = &model[id].name;
    let sql = format!(
        "\
-- owner identity.contexts.{context}.first
WITH audit AS (
  SELECT set_config('app.path', 'identity.contexts.{context}.first', true)
), person AS (
  INSERT INTO app.{user} (id, subject)
  SELECT $2, $1 FROM audit
  ON CONFLICT (subject) DO UPDATE SET subject = excluded.subject
  RETURNING id
)
INSERT INTO app.{table} (id, \"user\", role)
SELECT $3, person.id, $4 FROM person
ON CONFLICT (\"user\") DO UPDATE SET role = excluded.role, revoked_at = NULL"
    );
    Staff {
        context: context.clone(),
        roles: model.roles_in(id).map(|role| model[role].name.clone()).collect(),
        constant: format!("GRANT_{}", context.to_uppercase()),
        sql,
    }
}
