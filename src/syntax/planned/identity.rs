//! Words of `service`, of contexts, roles, parties, read grants and `scope`.

use super::super::form::{Form, Word};

pub(in super::super) static SERVICE: &[Word] =
    &[Word::new("version", "The first segment of every path.", Form::Text, "v1")];

pub(in super::super) static CONTEXT: &[Word] = &[
    Word::new(
        "profile",
        "The entity whose row makes a person one of these.",
        Form::Name,
        "Courier",
    ),
    Word::new("while", "What must hold of that row.", Form::Expression, "state is approved"),
    Word::new("keys", "The entity of keys, by which machines act in it.", Form::Name, "ApiKey"),
];

pub(in super::super) static ROLE: &[Word] = &[Word::new(
    "at",
    "The field of its grants that says on which rows it holds.",
    Form::Name,
    "region",
)];

pub(in super::super) static PARTY: &[Word] = &[
    Word::new(
        "of",
        "The reference of another entity that leads here.",
        Form::Path,
        "Delivery.order",
    ),
    Word::new("take", "The field of that entity that names the person.", Form::Name, "courier"),
    Word::new("while", "What must hold of that row.", Form::Expression, "state is active"),
    Word::new("after", "For how long afterwards.", Form::Text, "30m from delivered_at"),
];

pub(in super::super) static READ: &[Word] = &[Word::new(
    "because",
    "Why somebody sees more than others, for the audit.",
    Form::Text,
    "support answers complaints",
)];

pub(in super::super) static SCOPE: &[Word] = &[Word::new(
    "across",
    "The common ancestor of tenants between which references are allowed.",
    Form::Name,
    "Organization",
)];
