//! `integrations.X:` a service of others.

use super::super::form::{Form, Section, Word};

pub(super) static INTEGRATION: Section = Section {
    name: "Integration",
    what: "an integration",
    doc: "A service of others that hooks call.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "The payment provider"),
        Word::needed("base_url", "Where it is.", Form::Setting, "$STRIPE_URL"),
        Word::new("secret", "The setting with its secret.", Form::Setting, "$STRIPE_KEY"),
        Word::new("budget", "How often it is called at most.", Form::Rate, "80/s"),
        Word::new("time_out", "How long a call may take.", Form::Duration, "20s"),
    ],
    one_of: &[],
};
