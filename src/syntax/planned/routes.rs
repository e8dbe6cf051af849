//! `routes:` a table of paths, instead of `standard`.

use super::super::form::{Form, Section, Word};

pub(in super::super) static ROUTES: Word = Word::new(
    "routes",
    "By path: what each method does.",
    Form::Map(None, &Form::Words(&METHODS)),
    "{ /bookings: { post: { run: book } } }",
);

static METHODS: Section = Section {
    name: "Methods",
    what: "a path",
    doc: "What each method of a path does.",
    words: &[
        Word::new("get", "Lists or reads.", Form::Words(&ROUTE), "{ list: Listing }"),
        Word::new("post", "Runs.", Form::Words(&ROUTE), "{ run: Booking.accept }"),
        Word::new("put", "Runs.", Form::Words(&ROUTE), "{ run: Booking.update }"),
        Word::new("patch", "Runs.", Form::Words(&ROUTE), "{ run: Booking.update }"),
        Word::new("delete", "Runs.", Form::Words(&ROUTE), "{ run: Booking.cancel }"),
    ],
    one_of: &[],
};

static ROUTE: Section = Section {
    name: "Route",
    what: "a route",
    doc: "A name of an action, a command or an entity; a route has no logic of its own.",
    words: &[
        Word::new("list", "The entity whose rows are listed.", Form::Name, "Listing"),
        Word::new("read", "The entity of which a row is read.", Form::Name, "Listing"),
        Word::new("run", "The action or command.", Form::Path, "Booking.accept"),
        Word::new(
            "filter",
            "Fields by which a list can be narrowed.",
            Form::Names,
            "[category, price]",
        ),
        Word::new(
            "sort",
            "Fields by which a list can be sorted.",
            Form::Names,
            "[price, created_at]",
        ),
        Word::new("rate", "How often it may be asked.", Form::Rate, "120/min per ip"),
    ],
    one_of: &["list", "read", "run"],
};
