//! Names that are not declared.

use crate::diagnostics::{Diagnostic, Diagnostics, codes};
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
    report(out, name, what, format!("there is no {what} `{name}`"), known, lost);
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
    report(out, name, what, format!("`{within}` has no {what} `{name}`"), known, lost);
}

fn report<'a>(
    out: &mut Diagnostics,
    name: &Spanned<String>,
    what: &str,
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
        let told = told.or_known(known);
        let section = section(what);
        let next = match told.next.as_deref() {
            Some(near) if meant => near.to_owned(),
            Some(known) => format!("{known}; a new one is declared under {section}"),
            None => format!("name one that is declared, or declare it under {section}"),
        };
        out.push(told.next(next));
    }
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
