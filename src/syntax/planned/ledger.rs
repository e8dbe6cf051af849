//! `ledger:` accounts and postings.

use super::super::form::{Form, Section, Word};
use super::super::names::Alphabet;

const SNAKE: Option<Alphabet> = Some(Alphabet::Snake);

pub(super) static LEDGER: Section = Section {
    name: "Ledger",
    what: "`ledger`",
    doc: "Accounts whose balances change only by postings, and postings whose legs add up to nothing in each currency.",
    words: &[
        Word::needed(
            "accounts",
            "Accounts.",
            Form::Map(SNAKE, &Form::Words(&ACCOUNT)),
            "{ escrow: {}, payable: { per: Organization } }",
        ),
        Word::needed(
            "postings",
            "What moves money between them.",
            Form::Map(SNAKE, &Form::Words(&POSTING)),
            "{ capture: { legs: [{ account: escrow, amount: paid }] } }",
        ),
    ],
    one_of: &[],
};

static ACCOUNT: Section = Section {
    name: "Account",
    what: "an account",
    doc: "One account, or one for each row of an entity.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "Held for customers"),
        Word::new("per", "The entity of which each row has one.", Form::Name, "Organization"),
        Word::new(
            "never",
            "The side on which its balance may not be.",
            Form::Choice(&["negative", "positive"]),
            "negative",
        ),
    ],
    one_of: &[],
};

static POSTING: Section = Section {
    name: "Posting",
    what: "a posting",
    doc: "Legs that add up to nothing.",
    words: &[
        Word::new("summary", "One sentence, for people.", Form::Text, "The payment is captured"),
        Word::needed(
            "legs",
            "What each account gets or gives.",
            Form::List(&Form::Words(&LEG)),
            "[{ account: escrow, amount: paid }]",
        ),
    ],
    one_of: &[],
};

static LEG: Section = Section {
    name: "Leg",
    what: "a leg",
    doc: "What one account gets; below zero it gives.",
    words: &[
        Word::needed("account", "The account.", Form::Name, "escrow"),
        Word::needed("amount", "How much.", Form::Expression, "paid"),
        Word::new("when", "Only then.", Form::Expression, "fee is set"),
    ],
    one_of: &[],
};
