//! `notifications.X:` what people are told.

use super::super::form::{Form, Section, Word};

pub(super) static NOTIFICATION: Section = Section {
    name: "Notification",
    what: "a notification",
    doc: "What people are told, and by which channels.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "The booking is confirmed"),
        Word::needed(
            "channels",
            "By which.",
            Form::List(&Form::Choice(&["email", "push", "sms", "in_app"])),
            "[email, push]",
        ),
        Word::needed("template", "The hook that renders it.", Form::Name, "booking_confirmed"),
    ],
    one_of: &[],
};
