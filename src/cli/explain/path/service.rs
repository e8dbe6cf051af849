//! The service itself, and what it reads from its environment.

use super::said::Said;
use crate::model::{Model, Setting, SettingType, Source};

pub fn service(model: &Model) -> Said {
    let service = &model.service;
    let mut said = Said::new("service");
    said.say("summary", &service.summary);
    said.say(
        "name",
        format!("{}: the crate, and the beginning of every database role", service.name),
    );
    let currency = service.currency.as_ref();
    let currency = currency.map_or("none: a `money` names its own".to_owned(), |one| {
        format!(
            "{}, of every `money` that names none; {} digits after the point",
            one.code, one.exponent
        )
    });
    said.say("currency", currency);
    for (word, count) in [
        ("entities", model.entities.len()),
        ("contexts", model.contexts.len()),
        ("roles", model.roles.len()),
        ("settings", model.settings.len()),
        ("routes", crate::plan::routes(model).len()),
    ] {
        said.say(word, count.to_string());
    }
    said
}

pub fn settings(model: &Model) -> Said {
    let mut said = Said::new("section");
    for setting in &model.settings {
        said.say("setting", format!("{}: {}", setting.name, in_short(setting)));
    }
    if model.settings.is_empty() {
        said.say("setting", "none");
    }
    said
}

fn in_short(setting: &Setting) -> String {
    let otherwise = match &setting.default {
        Some(default) => format!("{default} where it is not set"),
        None => "must be set".to_owned(),
    };
    format!("{}, {otherwise}", kind(setting.ty))
}

pub fn setting(model: &Model, name: &str) -> Option<Said> {
    let at = model.settings.iter().position(|setting| setting.name == name)?;
    let setting = &model.settings[at];
    let mut said = Said::new("setting");
    said.say("summary", &setting.summary);
    said.say("type", kind(setting.ty));
    said.say("read from", format!("the environment's {name}, when the service starts"));
    let otherwise = match &setting.default {
        Some(default) => format!("{default}, where it is not set"),
        None => "none: without it the service does not start".to_owned(),
    };
    said.say("default", otherwise);
    let tokens = &model.identity.tokens;
    for (word, source) in [("issuer", &tokens.issuer), ("audience", &tokens.audience)] {
        if *source == Source::Setting(at) {
            said.say("used by", format!("identity.tokens, as the {word}"));
        }
    }
    Some(said)
}

fn kind(ty: SettingType) -> &'static str {
    match ty {
        SettingType::Text => "text",
        SettingType::Int => "int",
        SettingType::Bool => "bool: true or false",
        SettingType::Url => "url: an absolute address",
        SettingType::Duration => "duration, written `15m`",
        SettingType::Secret => "secret: never logged, never shown",
    }
}
