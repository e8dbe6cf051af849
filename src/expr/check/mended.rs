//! What hides behind a sign that cannot be read: where all of it can be mended, that is said at once.

use super::{tree, true_or_false};
use crate::diagnostics::fix::{Edit, edited};
use crate::diagnostics::{Diagnostic, Diagnostics, Fix};
use crate::expr::scope::Scope;
use crate::source::{Span, Spanned};

/// One mistake may hide another, and that a third.
const ROUNDS: usize = 4;

/// The mistake, and what the expression is where one change after the other mends it: `state = 'open'` is
/// `state == open`. Where something is left that nobody can mend for sure, the mistake as it is.
pub fn whole(source: &Spanned<String>, scope: &Scope<'_>, told: Diagnostic) -> Diagnostic {
    let Some(first) = told.fix.as_ref().and_then(Fix::edits) else { return told };
    let mut text = apply(source, first);
    for round in 0..ROUNDS {
        let end = source.span.start as usize + text.len();
        let place = Span::new(source.span.file, source.span.start as usize..end);
        let next = Spanned::new(text.clone(), place);
        let mut rest = Diagnostics::new();
        if let Some(tree) = tree(&next, &mut rest) {
            true_or_false(&tree, scope, &mut rest);
        }
        if rest.is_empty() && round > 0 {
            let title = format!("write `{text}`");
            let fix = Fix::new(title.clone(), vec![Edit::new(source.span, text)]);
            return told.next(title).fixed_by(fix);
        }
        let mended: Option<Vec<&[Edit]>> =
            rest.iter().map(|one| one.fix.as_ref().and_then(Fix::edits)).collect();
        match mended {
            Some(edits) if !edits.is_empty() => text = apply(&next, &edits.concat()),
            _ => return told,
        }
    }
    told
}

fn apply(source: &Spanned<String>, edits: &[Edit]) -> String {
    let start = source.span.start;
    let within = edits.iter().map(|edit| {
        let span = Span { start: edit.span.start - start, end: edit.span.end - start, ..edit.span };
        Edit::new(span, edit.replacement.clone())
    });
    edited(&source.value, &within.collect::<Vec<_>>())
}
