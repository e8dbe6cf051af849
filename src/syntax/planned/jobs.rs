//! `jobs.X:` work after a transaction.

use super::super::form::{Form, Section, Word};

pub(super) static JOB: Section = Section {
    name: "Job",
    what: "a job",
    doc: "Work after a transaction, left in that transaction and tried again until it is done or given up.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "Takes the money"),
        Word::new("for", "The entity whose row it concerns.", Form::Name, "Payment"),
        Word::new("call", "The hook that it calls.", Form::Name, "stripe_capture"),
        Word::new("run", "The action or command that it runs.", Form::Path, "Payment.submit"),
        Word::new("as", "The scope that it acts with.", Form::Name, "payments"),
        Word::new("then", "The action that its answer runs.", Form::Name, "submitted"),
        Word::new(
            "retry",
            "How often it is tried, and how long apart.",
            Form::Words(&RETRY),
            "{ times: 8, from: 1m, to: 2h }",
        ),
        Word::new("time_out", "How long one try may take.", Form::Duration, "20s"),
        Word::new(
            "unique",
            "By what two are the same, so that one is enough.",
            Form::Names,
            "payment",
        ),
        Word::new(
            "exhausted",
            "The action that is run when it is given up.",
            Form::Name,
            "capture_failed",
        ),
    ],
    one_of: &["call", "run"],
};

static RETRY: Section = Section {
    name: "Retry",
    what: "`retry`",
    doc: "How often, and how long apart: doubling from one to the other.",
    words: &[
        Word::needed("times", "How often.", Form::Number, "8"),
        Word::needed("from", "The first pause.", Form::Duration, "1m"),
        Word::new("to", "The longest.", Form::Duration, "2h"),
    ],
    one_of: &[],
};
