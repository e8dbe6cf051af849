//! The acting contexts as the service knows them.

use serde::Serialize;

use crate::model::{Context as Modelled, ContextKind, Model};

use super::routes;

#[derive(Debug, Clone, Serialize)]
pub struct Context {
    pub name: String,
    /// `/v1/teams/{team}`.
    pub path: String,
    /// In words, for AGENTS.md.
    pub about: String,
}

pub fn contexts(model: &Model) -> Vec<Context> {
    model.contexts.iter().map(|context| one(model, context)).collect()
}

fn one(model: &Model, context: &Modelled) -> Context {
    let about = match context.kind {
        ContextKind::Anyone => "anyone, also without a token".to_owned(),
        ContextKind::Person => "the person alone, in their own affairs".to_owned(),
        ContextKind::Tenant { tenant, grants, .. } => format!(
            "within one {}, by an unrevoked {} of it",
            model[tenant].name, model[grants].name
        ),
        ContextKind::Staff { grants } => {
            format!("over all tenants, by an unrevoked {}", model[grants].name)
        }
    };
    Context { name: context.name.clone(), path: routes::prefix(model, context), about }
}
