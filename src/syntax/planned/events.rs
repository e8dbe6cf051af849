//! `events:` what is told to others.

use super::super::form::{Form, Section, Word};

pub(super) static EVENTS: Section = Section {
    name: "Events",
    what: "`events`",
    doc: "What is told to others: signed, in order for each row, again until it is taken.",
    words: &[
        Word::needed(
            "send_to",
            "Where to: endpoints of a tenant, or a broker.",
            Form::Paths,
            "[Organization.endpoints, nats]",
        ),
        Word::needed(
            "include",
            "Which; `booking.*` is every event of bookings.",
            Form::Paths,
            "[booking.*, payout.paid]",
        ),
    ],
    one_of: &[],
};
