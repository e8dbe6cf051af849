//! `schedules.X:` work at times of the clock.

use super::super::form::{Form, Section, Word};

pub(super) static SCHEDULE: Section = Section {
    name: "Schedule",
    what: "a schedule",
    doc: "Work at times of the clock. A local time that is skipped runs just after, one that comes twice runs once.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "Pays vendors"),
        Word::new("every", "How long apart.", Form::Duration, "15m"),
        Word::new("daily", "The time of day.", Form::Text, "02:00"),
        Word::new("weekly", "The day and time.", Form::Text, "monday 02:00"),
        Word::new(
            "monthly",
            "The day and time; a day that a month lacks is its last.",
            Form::Text,
            "31 02:00",
        ),
        Word::new(
            "zone",
            "The zone of the clock, or the field that has it.",
            Form::Text,
            "organization.timezone",
        ),
        Word::new(
            "per",
            "The entity for whose rows it runs, one by one.",
            Form::Name,
            "Organization",
        ),
        Word::new("where", "Which rows those are.", Form::Expression, "state is active"),
        Word::needed("run", "The action or command.", Form::Path, "build_payouts"),
        Word::new("once", "By what two runs are the same.", Form::Names, "[organization, date]"),
    ],
    one_of: &["every", "daily", "weekly", "monthly"],
};
