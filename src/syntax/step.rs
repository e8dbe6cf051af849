//! `do:` what an action or a command does, step by step, in one transaction.

use schemars::JsonSchema;

use super::Map;
use super::form::Word;
use super::limits;
use super::names::Alphabet;
use super::planned;
use super::reader::Reader;
use super::scalars::{self, ExprText, Name};
use super::schema;
use super::words::{Shape, Words, place};
use crate::diagnostics::{Diagnostic, codes};
use crate::source::{Span, Spanned};
use crate::yaml::{Content, Node};

/// One thing that is done. Exactly one of `set`, `create`, `revise`, `run` and `call` says what.
#[derive(Debug, Clone, JsonSchema)]
#[schemars(deny_unknown_fields, transform = super::schema::words::<Step>, transform = schema::one_step)]
pub struct Step {
    #[schemars(skip)]
    pub span: Span,
    /// Gives fields of the action's own row these values.
    #[schemars(with = "Option<Map<schema::Scalar>>")]
    pub set: Option<Map<ExprText>>,
    /// Makes a row of this entity.
    #[schemars(with = "Option<schema::Scalar>")]
    pub create: Option<Name>,
    /// Makes the next row of an entity with `effective`, and ends the one before where this one begins.
    #[schemars(with = "Option<schema::Scalar>")]
    pub revise: Option<Name>,
    /// Runs an action of another row, such as `Payment.capture`.
    #[schemars(with = "Option<schema::Scalar>")]
    pub run: Option<Spanned<(Name, Name)>>,
    /// The row of which `run` runs an action: a reference to it.
    #[schemars(with = "Option<schema::Scalar>")]
    pub of: Option<ExprText>,
    /// The entity of which `run` runs an action of each row that `where` finds.
    #[schemars(with = "Option<schema::Scalar>")]
    pub each: Option<Name>,
    /// Which rows those are. It begins with a reference and what it names: `listing == input.listing && …`.
    #[schemars(rename = "where", with = "Option<schema::Scalar>")]
    pub filter: Option<ExprText>,
    /// Asks a hook, such as `quote`.
    #[schemars(with = "Option<schema::Scalar>")]
    pub call: Option<Name>,
    /// The fields that `create` or `revise` fills, or what the action of `run` or the hook of `call` is given.
    #[schemars(with = "Option<Map<schema::Scalar>>")]
    pub with: Map<ExprText>,
    /// Only then it is done.
    #[schemars(with = "Option<schema::Scalar>")]
    pub when: Option<ExprText>,
    /// A name for the row that `create` or `revise` makes, or for what `call` gives, for later steps.
    #[schemars(rename = "as", with = "Option<schema::Scalar>")]
    pub name: Option<Name>,
}

impl Step {
    /// The entity of which it makes a row.
    pub fn makes(&self) -> Option<&Name> {
        self.create.as_ref().or(self.revise.as_ref())
    }

    /// One that gives fields of the action's own row these values.
    pub fn setting(set: Map<ExprText>, span: Span) -> Self {
        Step {
            span,
            set: Some(set),
            create: None,
            run: None,
            of: None,
            each: None,
            filter: None,
            revise: None,
            call: None,
            with: Map::default(),
            when: None,
            name: None,
        }
    }
}

impl Shape for Step {
    const WHAT: &'static str = "a step";
    const WORDS: &'static [(&'static str, &'static str)] = &[
        ("set", "{ done_by: actor }"),
        ("create", "Part"),
        ("revise", "CommissionRule"),
        ("run", "Payment.capture"),
        ("call", "quote"),
        ("of", "payment"),
        ("each", "Booking"),
        ("where", "listing == input.listing && state == held"),
        ("with", "{ booking: input.booking, amount: 1 }"),
        ("when", "price > 0"),
        ("as", "part"),
    ];
    const PLANNED: &'static [Word] = planned::STEP;
    const EXAMPLE: &'static str = "`{ create: Payment, with: { booking: this, amount: price } }`";
}

pub(super) fn steps(node: &Node, reader: &mut Reader<'_>) -> Option<Vec<Step>> {
    let Content::List(items) = &node.content else {
        reader.wrong_shape(node, "`do`", "`do: [{ set: { closed_by: actor } }]`");
        return None;
    };
    if items.is_empty() {
        reader.report(codes::NO_VALUE, node.span, "there is no step", "write one, or remove `do`");
        return None;
    }
    if let Some(first) = items.get(limits::STEPS) {
        reader.too_many(first.span, &format!("{} steps in this", limits::STEPS));
        return None;
    }
    let read: Vec<Step> = items.iter().filter_map(|item| read(item, reader)).collect();
    (read.len() == items.len()).then_some(read)
}

fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Step> {
    let span = place(node);
    let mut words = Words::of::<Step>(node, span, reader)?;
    let w = &mut words;
    let step = Step {
        span,
        set: w.optional("set", reader, |node, reader| values(node, "`set`", reader)),
        create: w.optional("create", reader, scalars::name),
        revise: w.optional("revise", reader, scalars::name),
        run: w.optional("run", reader, action),
        call: w.optional("call", reader, scalars::name),
        of: w.optional("of", reader, scalars::expression),
        each: w.optional("each", reader, scalars::name),
        filter: w.optional("where", reader, scalars::expression),
        with: w.or_default("with", reader, |node, reader| values(node, "`with`", reader)),
        when: w.optional("when", reader, scalars::expression),
        name: w.optional("as", reader, scalars::name),
    };
    const OWN: [&str; 11] =
        ["set", "create", "revise", "run", "call", "of", "each", "where", "with", "when", "as"];
    if words.lost(&OWN) {
        return None;
    }
    one_of_them(&step, reader).then_some(step)
}

/// Whether exactly one word says what is done, and no other word hangs in the air.
fn one_of_them(step: &Step, reader: &mut Reader<'_>) -> bool {
    let done = [
        step.set.as_ref().map(|_| "set"),
        step.create.as_ref().map(|_| "create"),
        step.revise.as_ref().map(|_| "revise"),
        step.run.as_ref().map(|_| "run"),
        step.call.as_ref().map(|_| "call"),
    ];
    let done: Vec<&str> = done.into_iter().flatten().collect();
    let [what] = done.as_slice() else {
        let message = match done.as_slice() {
            [] => "this step does nothing".to_owned(),
            several => format!("this step does several things: `{}`", several.join("`, `")),
        };
        let told = Diagnostic::new(codes::WRONG_STEP, step.span, message);
        reader.push(
            told.next("a step has exactly one of `set`, `create`, `revise`, `run` and `call`"),
        );
        return false;
    };
    let beside = [
        ("of", step.of.as_ref().map(|of| of.span), *what == "run"),
        ("each", step.each.as_ref().map(|each| each.span), *what == "run"),
        ("where", step.filter.as_ref().map(|filter| filter.span), *what == "run"),
        ("with", step.with.iter().next().map(|(name, _)| name.span), *what != "set"),
        (
            "as",
            step.name.as_ref().map(|name| name.span),
            matches!(*what, "create" | "revise" | "call"),
        ),
        ("when", step.when.as_ref().map(|when| when.span), *what != "call"),
    ];
    for (word, span, fits) in beside {
        if let Some(span) = span.filter(|_| !fits) {
            let message = format!("`{word}` means nothing beside `{what}`");
            reader.push(Diagnostic::new(codes::WRONG_STEP, span, message).next("remove it"));
            return false;
        }
    }
    if let Some(hook) = step.call.as_ref().filter(|_| step.name.is_none()) {
        let told = Diagnostic::new(codes::MISSING_WORD, step.span, "`call` needs `as`");
        let next = format!("name what it gives, as in `{{ call: {hook}, as: {hook} }}`");
        reader.push(told.next(next));
        return false;
    }
    *what != "run" || says_whose(step, reader)
}

/// Whether a `run` says of which row or rows, and in one way.
fn says_whose(step: &Step, reader: &mut Reader<'_>) -> bool {
    let told = match (&step.of, &step.each, &step.filter) {
        (Some(_), None, None) | (None, Some(_), Some(_)) => return true,
        (None, None, None) => Diagnostic::new(codes::MISSING_WORD, step.span, "`run` needs `of`")
            .next("say of which row, as in `{ run: Payment.capture, of: payment }`"),
        (Some(of), Some(each), _) => {
            let message = "`of` names one row, and `each` finds several";
            Diagnostic::new(codes::WRONG_STEP, of.span, message)
                .also(each.span, "here")
                .next("keep one of the two")
        }
        (_, None, Some(filter)) => {
            let message = "`where` means nothing without `each`";
            Diagnostic::new(codes::WRONG_STEP, filter.span, message)
                .next("say of which entity, as in `each: Booking`, or remove it")
        }
        (_, Some(each), None) => {
            Diagnostic::new(codes::MISSING_WORD, each.span, "`each` needs `where`").next(format!(
                "say which rows of `{each}`, as in `where: listing == input.listing`"
            ))
        }
    };
    reader.push(told);
    false
}

fn values(node: &Node, what: &str, reader: &mut Reader<'_>) -> Option<Map<ExprText>> {
    let example = "`{ amount: price }`";
    let values = reader.map(node, what, example, Alphabet::Snake, |_, node, reader| {
        scalars::expression(node, reader)
    })?;
    if values.is_empty() {
        reader.report(
            codes::NO_VALUE,
            node.span,
            "there is nothing in it",
            "write it, or remove the key",
        );
        return None;
    }
    Some(values)
}

/// `Payment.capture`.
fn action(node: &Node, reader: &mut Reader<'_>) -> Option<Spanned<(Name, Name)>> {
    let text = scalars::text(node, reader)?;
    let name = |part: &str| {
        !part.is_empty() && part.chars().all(|one| one.is_ascii_alphanumeric() || one == '_')
    };
    match text.value.split_once('.') {
        Some((entity, action)) if name(entity) && name(action) => {
            let part = |from: usize, value: &str| {
                Spanned::new(value.to_owned(), text.part(from..from + value.len()))
            };
            let names = (part(0, entity), part(entity.len() + 1, action));
            Some(Spanned::new(names, text.span))
        }
        _ => {
            let message = format!("`{}` is no action of an entity", scalars::shown(&text.value));
            let told = Diagnostic::new(codes::NOT_A_NAME, text.span, message);
            reader.push(told.next("write the entity and its action, as in `Payment.capture`"));
            None
        }
    }
}
