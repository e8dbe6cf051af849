//! How people sign in.

use super::draft::World;
use super::fields;
use super::unknown::unknown;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::model::{Identity, Provision, Setting, SettingType, Source, Tokens};
use crate::source::Spanned;
use crate::syntax::{self, Document, Name};

const ISSUER: &str = "OIDC_ISSUER";

/// What a token must be. The issuer becomes a setting where nothing is said of it.
pub fn tokens(document: &Document, settings: &mut Vec<Setting>, out: &mut Diagnostics) -> Tokens {
    let written = &document.identity.tokens;
    let issuer = match &written.issuer {
        Some(issuer) => source(document, issuer, settings, out),
        None => Source::Setting(issuer_setting(settings)),
    };
    let audience = match &written.audience {
        Some(audience) => source(document, audience, settings, out),
        None => {
            let service = document.service.name.as_ref().map(|name| name.value.clone());
            Source::Fixed(service.unwrap_or_default())
        }
    };
    let algorithms = match &written.algorithms {
        Some(names) => algorithms(names, out),
        None => vec!["ES256".to_owned(), "RS256".to_owned()],
    };
    let subject = written.subject.as_ref().map_or("sub", |name| name.as_str()).to_owned();
    Tokens { issuer, audience, algorithms, subject }
}

fn issuer_setting(settings: &mut Vec<Setting>) -> usize {
    if let Some(at) = settings.iter().position(|setting| setting.name == ISSUER) {
        return at;
    }
    settings.push(Setting {
        name: ISSUER.to_owned(),
        summary: "Who signs the tokens.".to_owned(),
        ty: SettingType::Url,
        default: None,
    });
    settings.len() - 1
}

/// Fixed and empty where it was reported.
fn source(
    document: &Document,
    written: &Spanned<syntax::Source>,
    settings: &mut Vec<Setting>,
    out: &mut Diagnostics,
) -> Source {
    let name = match &written.value {
        syntax::Source::Fixed(text) => return Source::Fixed(text.clone()),
        syntax::Source::Setting(name) => name,
    };
    if let Some(at) = settings.iter().position(|setting| setting.name == *name) {
        if !matches!(settings[at].ty, SettingType::Text | SettingType::Url) {
            let message = format!("`${name}` is neither text nor an address");
            let told = Diagnostic::new(codes::WRONG_KIND, written.span, message);
            out.push(told.next("name a setting of type `text` or `url`"));
        }
        return Source::Setting(at);
    }
    if name == ISSUER {
        return Source::Setting(issuer_setting(settings));
    }
    if document.settings.get(name).is_none() {
        let known = settings.iter().map(|setting| setting.name.as_str());
        let name = Spanned::new(name.clone(), written.span);
        unknown(out, &name, "setting", known, document.incomplete);
    }
    Source::Fixed(String::new())
}

fn algorithms(names: &[Name], out: &mut Diagnostics) -> Vec<String> {
    let mut algorithms: Vec<String> = Vec::new();
    for name in names {
        if syntax::Tokens::ALGORITHMS.contains(&name.as_str()) {
            algorithms.push(name.value.clone());
            continue;
        }
        let diagnostic = Diagnostic::new(
            codes::WRONG_VALUE,
            name.span,
            format!("`{name}` is no signature that is taken"),
        );
        let diagnostic = match name.as_str() {
            symmetric if symmetric.starts_with("HS") => {
                diagnostic.reason("whoever can check such a signature can also make one")
            }
            "none" => diagnostic.reason("a token that nobody signed says nothing"),
            _ => diagnostic,
        };
        out.push(
            diagnostic.next(format!("take some of {}", syntax::Tokens::ALGORITHMS.join(", "))),
        );
    }
    algorithms
}

/// Whether a person's row is made at the first token.
pub fn is_first_token(document: &Document) -> bool {
    let provision = document.identity.user.provision.as_ref().map(|written| written.value);
    provision.unwrap_or(syntax::Provision::FirstToken) == syntax::Provision::FirstToken
}

/// Fields of a person and the claims that fill them: the email, unless it is said otherwise.
pub fn filled_from_token(document: &Document) -> Vec<(&str, &str)> {
    if !is_first_token(document) {
        return Vec::new();
    }
    match &document.identity.user.from {
        Some(from) => from.iter().map(|(field, claim)| (field.as_str(), claim.as_str())).collect(),
        None => match user_declares_fields_without_email(document) {
            true => Vec::new(),
            false => vec![("email", "email")],
        },
    }
}

/// Then the email is not wanted: nothing says that it is.
fn user_declares_fields_without_email(document: &Document) -> bool {
    let name = document.identity.user.name();
    document
        .entities
        .get(name)
        .is_some_and(|user| !user.fields.is_empty() && user.fields.get("email").is_none())
}

/// The field's name as it stands under `from`.
pub fn from_name<'d>(document: &'d Document, field: &str) -> Option<&'d Name> {
    let from = document.identity.user.from.as_ref()?;
    from.entry(field).map(|(name, _)| name)
}

pub fn identity(world: &World<'_>, tokens: Tokens, out: &mut Diagnostics) -> Identity {
    let user = world.user();
    let provision = if is_first_token(world.document) {
        Provision::FirstToken(fields::from_token(world, user, out))
    } else {
        if let Some(from) = &world.document.identity.user.from
            && let Some((name, _)) = from.iter().next()
        {
            let message = "nothing is taken from a token where people are invited";
            out.push(Diagnostic::new(codes::WRONG_KIND, name.span, message).next("remove `from`"));
        }
        Provision::Invited
    };
    Identity { user, provision, tokens }
}
