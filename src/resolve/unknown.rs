//! Names that are not declared.

use crate::diagnostics::{Diagnostic, Diagnostics, codes, missing};
use crate::source::Spanned;

/// Reports that there is no `what` of this name, with the nearest that there is.
///
/// Where names were `lost` to another mistake, this may be one of them: only one that is nearly a
/// name that is there is surely a slip.
pub fn unknown<'a>(
    out: &mut Diagnostics,
    name: &Spanned<String>,
    what: &str,
    known: impl IntoIterator<Item = &'a str>,
    lost: bool,
) {
    let message = format!("there is no {what} `{name}`");
    report(out, name, (what, sections(what, None)), message, known, lost);
}

/// As `unknown`, of what stands within something that has a name.
pub fn unknown_in<'a>(
    out: &mut Diagnostics,
    name: &Spanned<String>,
    what: &str,
    within: &str,
    known: impl IntoIterator<Item = &'a str>,
    lost: bool,
) {
    let message = format!("`{within}` has no {what} `{name}`");
    report(out, name, (what, sections(what, Some(within))), message, known, lost);
}

/// As `unknown`, of a role, or of a party of `entity`.
pub fn unknown_grantee<'a>(
    out: &mut Diagnostics,
    name: &Spanned<String>,
    entity: &str,
    known: impl IntoIterator<Item = &'a str>,
    lost: bool,
) {
    let what = "role or party";
    let message = format!("there is no {what} `{name}`");
    report(out, name, (what, grantees(entity)), message, known, lost);
}

/// Sections where those to whom `entity` grants are declared.
pub fn grantees(entity: &str) -> Vec<String> {
    vec!["roles".to_owned(), format!("entities.{entity}.parties")]
}

/// As `unknown_in`, of a state or a group of `entity`; `states` are those that it has.
pub fn unknown_state<'a>(
    out: &mut Diagnostics,
    name: &Spanned<String>,
    entity: &str,
    (states, groups): (&[&'a str], &[&'a str]),
    lost: bool,
) {
    let message = format!("`{entity}` has no state `{name}`");
    let sections = vec![missing::among(states), format!("entities.{entity}.states")];
    let known = states.iter().chain(groups).copied();
    report(out, name, ("state", sections), message, known, lost);
}

fn report<'a>(
    out: &mut Diagnostics,
    name: &Spanned<String>,
    (what, sections): (&str, Vec<String>),
    message: String,
    known: impl IntoIterator<Item = &'a str>,
    lost: bool,
) {
    // Each would be compared with all that is known, and none of them is told.
    if out.is_full() {
        return;
    }
    let known: Vec<&str> = known.into_iter().collect();
    let told = Diagnostic::new(codes::UNKNOWN_NAME, name.span, message);
    let told = told.meant(&name.value, known.iter().copied());
    if !lost || told.next.is_some() {
        let meant = told.next.is_some();
        let told = told.or_known(known.iter().copied());
        let section = section(what);
        let next = match told.next.as_deref() {
            Some(near) if meant => near.to_owned(),
            Some(known) => format!("{known}; a new one is declared under {section}"),
            None => format!("name one that is declared, or declare it under {section}"),
        };
        out.push(told.next(next).missing(sections, &name.value, known));
    }
}

/// Dotted paths of the sections where such a thing is declared; none where it is looked for in one place alone.
fn sections(what: &str, within: Option<&str>) -> Vec<String> {
    let path = match (what, within) {
        ("role", _) => "roles".to_owned(),
        ("context", _) => "identity.contexts".to_owned(),
        ("entity", _) => "entities".to_owned(),
        ("setting", _) => "settings".to_owned(),
        ("hook", _) => "hooks".to_owned(),
        ("field", Some(entity)) => format!("entities.{entity}.fields"),
        ("input", Some(hook)) => format!("hooks.{hook}.input"),
        ("action", Some(entity)) => format!("entities.{entity}.actions"),
        _ => return Vec::new(),
    };
    vec![path]
}

/// Where such a thing is declared.
fn section(what: &str) -> &'static str {
    match what {
        "context" => "`identity.contexts`",
        "entity" => "`entities`",
        "setting" => "`settings`",
        "hook" => "`hooks`",
        "state" => "`states` of the entity",
        "value" => "the type of the field",
        "field" => "`fields` of the entity",
        "action" => "`actions` of the entity",
        "input" => "`input` of the hook",
        _ => "`roles`",
    }
}

/// Words for people, on one line.
pub fn words(text: &Spanned<String>) -> String {
    text.value.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// `words` of a summary that may be missing.
pub fn summary(text: Option<&Spanned<String>>) -> String {
    text.map(words).unwrap_or_default()
}
