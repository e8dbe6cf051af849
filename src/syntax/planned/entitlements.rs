//! `entitlements.X:` what a plan lets a tenant do.

use super::super::form::{Form, Section, Word};

pub(super) static ENTITLEMENT: Section = Section {
    name: "Entitlement",
    what: "an entitlement",
    doc: "A guard of what was paid for: refused with 402, never a permission.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "Reports can be exported"),
        Word::needed(
            "for",
            "The actions and commands that it guards.",
            Form::Paths,
            "[Report.export]",
        ),
        Word::needed("holds", "What must hold of the tenant.", Form::Expression, "plan is pro"),
    ],
    one_of: &[],
};
