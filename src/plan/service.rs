//! What is said once for the whole service: its name, its environment, where its tokens come from.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{FieldId, Model, Provision, Setting, SettingType, Source, Type};

use super::names;
use super::quote;
use super::rust_type;

#[derive(Debug, Clone, Serialize)]
pub struct Service {
    /// Crate, binary, and prefix of the database roles.
    pub name: String,
    pub title: String,
    pub summary: String,
    /// The summary as it stands in the blueprint.
    pub description: String,
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
    /// How the environment is asked for it.
    pub read: String,
    /// For `.env.example`.
    pub line: String,
}

/// Where the service learns whom to trust.
#[derive(Debug, Clone, Serialize)]
pub struct Tokens {
    /// An expression that gives the issuer, by default `OIDC_ISSUER`.
    pub issuer: String,
    /// An expression that gives the audience as a `String`.
    pub audience: String,
    /// The same where the environment may not be needed: the closure's parameter.
    pub audience_from: &'static str,
    /// `"ES256".to_owned()`, as RFC 7518 writes them.
    pub algorithms: String,
    pub subject: String,
    pub provisions: bool,
    /// `$1, $2, $3`: subject, id, claims.
    pub parameters: String,
    /// Claims that fill the person's row, as boxed values, in the order of `rt.provision`.
    pub claims: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Currency {
    /// `Eur`.
    pub name: String,
    pub code: String,
    pub digits: u8,
}

/// Every currency of a field or an input, by its code.
pub fn currencies(model: &Model) -> Vec<Currency> {
    let mut found: BTreeMap<String, Currency> = BTreeMap::new();
    for entity in &model.entities {
        let fields = entity.fields.iter().map(|field| &field.ty);
        let inputs = entity.actions.iter().flat_map(|action| &action.input).map(|input| &input.ty);
        for ty in fields.chain(inputs) {
            if let Type::Money(currency) = ty {
                let name = rust_type::currency(currency);
                let (code, digits) = (currency.code.clone(), currency.exponent);
                found.insert(code.clone(), Currency { name, code, digits });
            }
        }
    }
    found.into_values().collect()
}

pub fn service(model: &Model) -> Service {
    Service {
        name: model.service.name.clone(),
        title: names::title(&model.service.name),
        description: model.service.summary.clone(),
        summary: names::sentence(&model.service.summary, &names::title(&model.service.name)),
    }
}

pub fn variables(model: &Model) -> Vec<Variable> {
    model.settings.iter().map(variable).collect()
}

pub fn tokens(model: &Model) -> Tokens {
    let tokens = &model.identity.tokens;
    let read = "identity::Issuer::read(&mut environment";
    let issuer = match &tokens.issuer {
        Source::Fixed(text) => format!("{read}, Some({}.to_owned()))", quote::rust_str(text)),
        Source::Setting(index) => match &model.settings[*index] {
            Setting { name, default: None, .. } if name == "OIDC_ISSUER" => {
                format!("{read}, None)")
            }
            setting => format!(
                "{{\n                    let named = Some({});\n                    {read}, named)\n                }}",
                reading(setting)
            ),
        },
    };
    let (audience, audience_from) = match &tokens.audience {
        Source::Fixed(text) => (format!("{}.to_owned()", quote::rust_str(text)), "_"),
        Source::Setting(index) => (reading(&model.settings[*index]), "environment"),
    };
    let claims = match &model.identity.provision {
        Provision::FirstToken(claims) => claims.as_slice(),
        Provision::Invited => &[],
    };
    let user = &model[model.identity.user];
    let claim = |(FieldId(index), claim): &(FieldId, String)| {
        let field = &user.fields[*index];
        let ty = rust_type::of(&field.ty, &user.name, &field.name);
        format!("Box::new(person.claim::<{ty}>({}))", quote::rust_str(claim))
    };
    let owned = |name: &String| format!("{}.to_owned()", quote::rust_str(name));
    let algorithms = tokens.algorithms.iter().map(owned);
    let numbers: Vec<String> = (1..=claims.len() + 2).map(|number| format!("${number}")).collect();
    Tokens {
        issuer,
        audience,
        audience_from,
        algorithms: algorithms.collect::<Vec<_>>().join(", "),
        subject: tokens.subject.clone(),
        provisions: matches!(model.identity.provision, Provision::FirstToken(_)),
        parameters: numbers.join(", "),
        claims: claims.iter().map(claim).collect::<Vec<_>>().join(", "),
    }
}

/// Settings that the configuration holds: all but those that only say whom to trust.
pub fn settings(model: &Model) -> Vec<Variable> {
    let tokens = &model.identity.tokens;
    let of_tokens = |index: usize| {
        let index = Source::Setting(index);
        tokens.issuer == index || tokens.audience == index
    };
    let kept = model.settings.iter().enumerate().filter(|(index, _)| !of_tokens(*index));
    kept.map(|(_, setting)| variable(setting)).collect()
}

fn variable(setting: &Setting) -> Variable {
    let (ty, example) = match setting.ty {
        SettingType::Text => ("String", "text"),
        SettingType::Int => ("i64", "1"),
        SettingType::Bool => ("bool", "true"),
        SettingType::Url => ("String", "https://example.org"),
        SettingType::Duration => ("Duration", "15m"),
        SettingType::Secret => ("SecretString", "change-me"),
    };
    let line = match &setting.default {
        // Only shown: people run `.env` in their shell, and a blueprint may be a stranger's.
        Some(default) => format!("#{}={default}", setting.name),
        None => format!("{}={example}", setting.name),
    };
    Variable {
        name: setting.name.clone(),
        field: rust_type::ident(&names::snake(&setting.name)),
        summary: names::sentence(&setting.summary, &names::title(&setting.name)),
        ty: ty.to_owned(),
        read: reading(setting),
        line,
    }
}

/// An expression that asks the environment for a setting.
fn reading(setting: &Setting) -> String {
    let reader = match setting.ty {
        SettingType::Text => "text",
        SettingType::Int => "int",
        SettingType::Bool => "flag",
        SettingType::Url => "url",
        SettingType::Duration => "duration",
        SettingType::Secret => "secret",
    };
    let name = quote::rust_str(&setting.name);
    match (setting.ty, &setting.default) {
        (SettingType::Secret, _) => format!("environment.secret({name})"),
        (_, None) => format!("environment.{reader}({name}, None)"),
        (SettingType::Int, Some(value)) => {
            // Printed anew: `+5` and `007` are numbers, but not of Rust.
            let value: i64 = value.parse().expect("it was read as one before");
            format!("environment.int({name}, Some({value}))")
        }
        (SettingType::Bool, Some(value)) => {
            format!("environment.flag({name}, Some({}))", matches!(value.as_str(), "true" | "on"))
        }
        (_, Some(value)) => {
            format!("environment.{reader}({name}, Some({}))", quote::rust_str(value))
        }
    }
}
