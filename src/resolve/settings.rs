//! What the service reads from its environment.

use super::unknown::summary;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::duration;
use crate::model::{Setting, SettingType};
use crate::source::Spanned;
use crate::syntax::{self, Document};

/// Read by every service; `OIDC_ISSUER` is too, but a blueprint may say more of it.
const OWN: [&str; 14] = [
    "BIND",
    "CURSOR_SECRET",
    "DATABASE_ADMIN_URL",
    "DATABASE_OWNER_URL",
    "DATABASE_PASSWORD",
    "DATABASE_POOL_SIZE",
    "DATABASE_ROLE_PREFIX",
    "DATABASE_URL",
    "DEV_ISSUER",
    "DEV_ISSUER_KEY",
    "LOG_LEVEL",
    "OIDC_JWKS_URL",
    "SUBJECT_KEY",
    "SUBJECT_KEY_PREVIOUS",
];

/// Cannot be names in the code, or are some there already.
const IN_CODE: [&str; 5] = ["CRATE", "DATABASE", "IDENTITY", "SELF", "SUPER"];

/// By these a shell, the loader, cargo or docker changes what it runs, and people run all of them with `.env`.
#[rustfmt::skip]
const OTHERS: [&str; 32] = [
    "ALL_PROXY", "AR", "CC", "CDPATH", "CFLAGS", "CPATH", "CXX", "EDITOR", "ENV", "GLOBIGNORE", "HOME", "HTTPS_PROXY",
    "HTTP_PROXY", "IFS", "LANG", "LDFLAGS", "MAKEFLAGS", "PAGER", "PATH", "PROMPT_COMMAND", "PS1", "PS2", "PS3", "PS4",
    "PWD", "SHELL", "SHELLOPTS", "SSL_CERT_DIR", "SSL_CERT_FILE", "TERM", "TMPDIR", "USER",
];

/// As `OTHERS`, by how they begin.
const FAMILIES: [&str; 11] = [
    "BASH", "CARGO", "COMPOSE_", "DOCKER_", "DYLD_", "GIT_", "GLIBC_", "LC_", "LD_", "MALLOC_",
    "RUST",
];

pub fn settings(document: &Document, out: &mut Diagnostics) -> Vec<Setting> {
    let mut settings = Vec::new();
    for (name, setting) in document.settings.iter() {
        if let Some(message) = taken(name.as_str()) {
            out.push(
                Diagnostic::new(codes::RESERVED_NAME, name.span, message).next("name it otherwise"),
            );
        }
        let Some(ty) = &setting.ty else { continue };
        let ty = of(ty.value);
        if let Some(default) = &setting.default {
            default_fits(ty, default, out);
        }
        settings.push(Setting {
            name: name.value.clone(),
            summary: summary(setting.summary.as_ref()),
            ty,
            default: setting.default.as_ref().map(|default| default.value.clone()),
        });
    }
    settings
}

/// Why a setting cannot have this name.
fn taken(name: &str) -> Option<String> {
    if OWN.contains(&name) {
        return Some(format!("every service reads `{name}` for itself"));
    }
    if IN_CODE.contains(&name) {
        return Some(format!("`{name}` cannot be a name in the code"));
    }
    let other = OTHERS.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family));
    other.then(|| format!("`{name}` already means something to the programs around a service"))
}

fn of(written: syntax::SettingType) -> SettingType {
    match written {
        syntax::SettingType::Text => SettingType::Text,
        syntax::SettingType::Int => SettingType::Int,
        syntax::SettingType::Bool => SettingType::Bool,
        syntax::SettingType::Url => SettingType::Url,
        syntax::SettingType::Duration => SettingType::Duration,
        syntax::SettingType::Secret => SettingType::Secret,
    }
}

fn default_fits(ty: SettingType, default: &Spanned<String>, out: &mut Diagnostics) {
    let text = default.value.as_str();
    let next = match ty {
        SettingType::Text => return,
        SettingType::Secret => {
            out.push(
                Diagnostic::new(codes::WRONG_DEFAULT, default.span, "a secret has no default")
                    .reason("what stands in a blueprint is no secret")
                    .next("remove it, and set the variable where the service runs"),
            );
            return;
        }
        SettingType::Int if text.parse::<i64>().is_ok() => return,
        SettingType::Int => "write digits",
        SettingType::Bool if matches!(text, "true" | "false") => return,
        SettingType::Bool => "write `true` or `false`",
        SettingType::Url if is_url(text) => return,
        SettingType::Url => "write an address that begins with `https://` or `http://`",
        SettingType::Duration => {
            let split = text.find(|one: char| !one.is_ascii_digit()).unwrap_or(text.len());
            if duration(&text[..split], &text[split..]).is_some() {
                return;
            }
            "write `30s`, `15m`, `24h` or `30d`"
        }
    };
    let message = format!("`{text}` does not fit the setting's type");
    out.push(Diagnostic::new(codes::WRONG_DEFAULT, default.span, message).next(next));
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}
