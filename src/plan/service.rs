//! What is said once for the whole service: its name, its environment, where its tokens come from.

use serde::Serialize;

use crate::model::{Model, Provision, Setting, SettingType, Source};

use super::names;

#[derive(Debug, Clone, Serialize)]
pub struct Service {
    /// Crate, binary, and prefix of the database roles.
    pub name: String,
    pub title: String,
    pub summary: String,
}

/// A variable that the blueprint asks for.
#[derive(Debug, Clone, Serialize)]
pub struct Variable {
    /// `OIDC_ISSUER`.
    pub name: String,
    /// `oidc_issuer`.
    pub field: String,
    pub summary: String,
    /// Rust type of the field.
    pub ty: String,
    /// How `Environment` reads it: the name of its method.
    pub reader: String,
    /// As it is written in the environment.
    pub default: Option<String>,
    pub secret: bool,
    /// For `.env.example`.
    pub line: String,
}

/// Where the service learns whom to trust.
#[derive(Debug, Clone, Serialize)]
pub struct Tokens {
    pub issuer: From,
    pub audience: From,
    /// `ES256`, as RFC 7518 writes them.
    pub algorithms: Vec<String>,
    pub subject: String,
    /// Claims that fill the person's row at the first token, in the order of `rt.provision`.
    pub claims: Vec<String>,
    pub provisions: bool,
}

/// A fixed text, or a field of the configuration.
#[derive(Debug, Clone, Serialize)]
pub struct From {
    pub fixed: Option<String>,
    pub field: Option<String>,
}

pub fn service(model: &Model) -> Service {
    Service {
        name: model.service.name.clone(),
        title: names::title(&model.service.name),
        summary: names::sentence(&model.service.summary, &names::title(&model.service.name)),
    }
}

pub fn variables(model: &Model) -> Vec<Variable> {
    model.settings.iter().map(variable).collect()
}

pub fn tokens(model: &Model) -> Tokens {
    let tokens = &model.identity.tokens;
    let source = |source: &Source| match source {
        Source::Fixed(text) => From { fixed: Some(text.clone()), field: None },
        Source::Setting(index) => {
            From { fixed: None, field: Some(names::snake(&model.settings[*index].name)) }
        }
    };
    let claims = match &model.identity.provision {
        Provision::FirstToken(claims) => claims.iter().map(|(_, claim)| claim.clone()).collect(),
        Provision::Invited => Vec::new(),
    };
    Tokens {
        issuer: source(&tokens.issuer),
        audience: source(&tokens.audience),
        algorithms: tokens.algorithms.clone(),
        subject: tokens.subject.clone(),
        claims,
        provisions: matches!(model.identity.provision, Provision::FirstToken(_)),
    }
}

fn variable(setting: &Setting) -> Variable {
    let (ty, reader, example) = match setting.ty {
        SettingType::Text => ("String", "text", "text"),
        SettingType::Int => ("i64", "int", "1"),
        SettingType::Bool => ("bool", "flag", "on"),
        SettingType::Url => ("String", "url", "https://example.org"),
        SettingType::Duration => ("Duration", "duration", "15m"),
        SettingType::Secret => ("SecretString", "secret", ""),
    };
    Variable {
        name: setting.name.clone(),
        field: names::snake(&setting.name),
        summary: names::sentence(&setting.summary, &names::title(&setting.name)),
        ty: ty.to_owned(),
        reader: reader.to_owned(),
        default: setting.default.clone(),
        secret: setting.ty == SettingType::Secret,
        line: format!("{}={}", setting.name, setting.default.as_deref().unwrap_or(example)),
    }
}
