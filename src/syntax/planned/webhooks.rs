//! `webhooks.X:` events that others send.

use super::super::form::{Form, Section, Word};
use super::super::names::Alphabet;

const SNAKE: Option<Alphabet> = Some(Alphabet::Snake);
const PASCAL: Option<Alphabet> = Some(Alphabet::Pascal);

pub(super) static WEBHOOK: Section = Section {
    name: "Webhook",
    what: "a webhook",
    doc: "Events of one sender: verified before they are parsed, applied once, in order.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "The payment provider"),
        Word::needed(
            "verify",
            "How a forged one is told.",
            Form::Words(&VERIFY),
            "{ scheme: stripe, secrets: [$STRIPE_SECRET] }",
        ),
        Word::needed(
            "event",
            "Where an event says what it is.",
            Form::Words(&ENVELOPE),
            "{ id: id, type: type, order: created }",
        ),
        Word::needed(
            "events",
            "What each type of event does, by the sender's name of it.",
            Form::Map(None, &Form::Words(&EVENT)),
            "{ refund.failed: { find: { Refund: { key: key } }, in_state: { submitted: { run: fail }, rest: review } } }",
        ),
        Word::new(
            "reconcile",
            "How what was never sent is found.",
            Form::Words(&RECONCILE),
            "{ every: 1h, call: stripe_recent, compare: Payment, difference: review }",
        ),
    ],
    one_of: &[],
};

static VERIFY: Section = Section {
    name: "Verify",
    what: "`verify`",
    doc: "How a forged event is told from a true one.",
    words: &[
        Word::needed(
            "scheme",
            "Whose way of signing.",
            Form::Choice(&["standard", "stripe", "hmac"]),
            "stripe",
        ),
        Word::needed(
            "secrets",
            "Settings with the secrets, the newest first.",
            Form::List(&Form::Setting),
            "[$STRIPE_SECRET, $STRIPE_SECRET_OLD]",
        ),
        Word::new("tolerance", "How old or early one may be.", Form::Duration, "5m"),
        Word::new(
            "header",
            "With `hmac`: the header that holds the signature.",
            Form::Text,
            "X-Signature",
        ),
        Word::new(
            "encoding",
            "With `hmac`: how the signature is written.",
            Form::Choice(&["hex", "base64"]),
            "hex",
        ),
        Word::new("signed", "With `hmac`: what is signed.", Form::Text, "timestamp.body"),
    ],
    one_of: &[],
};

static ENVELOPE: Section = Section {
    name: "Envelope",
    what: "`event`",
    doc: "Where in the body an event says what it is.",
    words: &[
        Word::needed("id", "Its id, by which a repeat is known.", Form::Path, "id"),
        Word::needed("type", "Its type.", Form::Path, "type"),
        Word::new(
            "order",
            "What grows from one to the next; an older one is stale.",
            Form::Path,
            "created",
        ),
    ],
    one_of: &[],
};

static EVENT: Section = Section {
    name: "WebhookEvent",
    what: "an event",
    doc: "What one type of event does, in each state of the row that it concerns.",
    words: &[
        Word::new(
            "payload",
            "Names for parts of the body.",
            Form::Map(SNAKE, &Form::Path),
            "{ intent: data.object.id }",
        ),
        Word::needed(
            "find",
            "The row that it concerns.",
            Form::Map(PASCAL, &Form::Map(SNAKE, &Form::Expression)),
            "{ Payment: { intent: intent } }",
        ),
        Word::needed(
            "in_state",
            "What it does in each state; `rest` is every other.",
            Form::Map(
                SNAKE,
                &Form::Either(&[Form::Choice(&["repeat", "review", "ignore"]), Form::Words(&RUN)]),
            ),
            "{ pending: { run: capture }, captured: repeat, rest: review }",
        ),
        Word::new(
            "missing",
            "What is done where there is no such row.",
            Form::Words(&MISSING),
            "{ retry: 5, within: 10m, then: review }",
        ),
    ],
    one_of: &[],
};

static RUN: Section = Section {
    name: "WebhookRun",
    what: "what an event does",
    doc: "An action of the row.",
    words: &[
        Word::needed("run", "The action.", Form::Name, "capture"),
        Word::new(
            "with",
            "What it is given.",
            Form::Map(SNAKE, &Form::Expression),
            "{ captured: received }",
        ),
    ],
    one_of: &[],
};

static MISSING: Section = Section {
    name: "Missing",
    what: "`missing`",
    doc: "What is done where there is no such row, or not yet.",
    words: &[
        Word::new("retry", "How often it is looked for again.", Form::Number, "5"),
        Word::new("within", "For how long.", Form::Duration, "10m"),
        Word::needed(
            "then",
            "What becomes of the event.",
            Form::Choice(&["review", "ignore"]),
            "review",
        ),
    ],
    one_of: &[],
};

static RECONCILE: Section = Section {
    name: "Reconcile",
    what: "`reconcile`",
    doc: "How what was never sent is found.",
    words: &[
        Word::needed("every", "How often.", Form::Duration, "1h"),
        Word::needed("call", "The hook that asks the sender.", Form::Name, "stripe_recent"),
        Word::needed("compare", "The entity that is compared.", Form::Name, "Payment"),
        Word::needed(
            "difference",
            "What becomes of one that differs.",
            Form::Choice(&["review", "apply"]),
            "review",
        ),
    ],
    one_of: &[],
};
