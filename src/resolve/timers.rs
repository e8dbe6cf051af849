//! What the clock does: only what it can do by itself, on a row that tells when.

use super::conditions::Names;
use super::draft::World;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::scope::Place;
use crate::expr::typed::{Column, Expr, Literal, Node, Op, Ty};
use crate::expr::{self, duration};
use crate::model::{Action, ActionKind, Does, Due, EntityId, StateId, Step, Timer};
use crate::source::{Span, Spanned};
use crate::syntax::{self, From, Name};

/// The timer of an action that is resolved but for it and its steps.
pub fn timer(
    world: &World<'_>,
    id: EntityId,
    name: &Name,
    written: &syntax::Action,
    action: &Action,
    out: &mut Diagnostics,
) -> Option<Timer> {
    let Some((word, span)) = written.timer() else {
        // What stands under a word of a timer may have been reported.
        if let Some(when) = written.when.as_ref().filter(|_| !written.by.is_empty()) {
            let message = "`when` chooses the rows of a timer, and there is none";
            out.push(
                Diagnostic::new(codes::WRONG_TIMER, when.span, message)
                    .next("ask for it under `require`, or add `at`, `after` or `as_soon`"),
            );
        }
        return None;
    };
    if !leads_on(name, written, action, (word, span), out)
        || !alone(name, written, action, span, out)
    {
        return None;
    }
    let names = Names::of(world, id);
    let scope = names.scope(Place::Timer, &[], &[], &[]);
    let when = match &written.when {
        Some(when) => Some(expr::condition(when, &scope, out)?),
        None => None,
    };
    let due = if let Some(at) = &written.at {
        Due::At(expr::given(at, (&Ty::Timestamp, false), written.when.as_ref(), &scope, out)?)
    } else if let Some(after) = &written.after {
        Due::After(since(world, id, after, action, out)?)
    } else {
        Due::AsSoon(expr::condition(written.as_soon.as_ref()?, &scope, out)?)
    };
    Some(Timer { due, when })
}

fn wrong(out: &mut Diagnostics, span: Span, message: String, reason: &str, next: &str) {
    let told = Diagnostic::new(codes::WRONG_TIMER, span, message);
    out.push(told.reason(reason).next(next));
}

/// Whether it takes a row out of the states in which it is due.
fn leads_on(
    name: &Name,
    written: &syntax::Action,
    action: &Action,
    (word, span): (&str, Span),
    out: &mut Diagnostics,
) -> bool {
    let reason = "the clock does it once: a row must leave the state in which it is due";
    match (&written.from, &written.to) {
        _ if action.kind != ActionKind::Change => {
            let message = format!("`{name}` has no row yet of which `{word}` could speak");
            wrong(out, span, message, reason, "give it to an action that moves a row on");
            false
        }
        (Some(From::These(_)), Some(to))
            if action.to.is_some_and(|to| action.from.contains(&to)) =>
        {
            let message = format!("`{name}` would be due again as soon as it is done");
            let next = "lead to a state that is not among those of `from`";
            wrong(out, to.span, message, reason, next);
            false
        }
        (Some(From::These(_)), Some(_)) => action.to.is_some() && !action.from.is_empty(),
        // That it does not say from where was told.
        (None, Some(_)) => false,
        (Some(From::Any(span)), Some(_)) => {
            let message = format!("`{name}` would be due again as soon as it is done");
            wrong(out, *span, message, reason, "name the states in which it waits");
            false
        }
        (_, None) => {
            let message = format!("`{name}` does not move the row on");
            let next = "say from which state to which: `from: held`, `to: expired`";
            wrong(out, span, message, reason, next);
            false
        }
    }
}

/// Whether it needs nobody: the clock gives nothing, and is not somebody.
fn alone(
    name: &Name,
    written: &syntax::Action,
    action: &Action,
    timer: Span,
    out: &mut Diagnostics,
) -> bool {
    let reason = "the clock does it, and nobody is there to say anything";
    let given = written.accept.first().map(|field| (field.span, format!("`{field}`")));
    let input = written.input.iter().next().map(|(input, _)| (input.span, format!("`{input}`")));
    let because = written.because.map(|span| (span, "a reason".to_owned()));
    if let Some((span, what)) = given.or(input).or(because) {
        let message = format!("nobody gives `{name}` {what} when the clock does it");
        out.push(
            Diagnostic::new(codes::WRONG_TIMER, span, message)
                .also(timer, "the clock does it")
                .reason(reason)
                .next("make two actions, one for people and one for the clock"),
        );
        return false;
    }
    let asked = written.before.iter().chain(written.require.iter().map(|(_, text)| text));
    let asked: Vec<_> = asked.collect();
    // Those that were reported have no place here.
    let places = action.require.iter().zip(&asked);
    for (asked, text) in places.filter(|_| action.require.len() == asked.len()) {
        if speaks_of_others(&asked.holds) {
            let message = format!("`{name}` asks more than its row tells");
            let reason =
                "whoever changes another row would make this one due, and nobody would see it";
            out.push(
                Diagnostic::new(codes::WRONG_TIMER, text.span, message)
                    .also(timer, "the clock does it")
                    .reason(reason)
                    .next("keep what it depends on in a field or a total of the row itself"),
            );
            return false;
        }
    }
    true
}

/// Whether it speaks of another row, of who acts or of what he gives.
fn speaks_of_others(expr: &Expr) -> bool {
    matches!(expr.node, Node::Path(..) | Node::Actor | Node::Input(_) | Node::Made(_))
        || expr.parts().into_iter().any(speaks_of_others)
}

/// The instant so long after the row came into its state: only of the first does it tell when.
fn since(
    world: &World<'_>,
    id: EntityId,
    after: &Spanned<String>,
    action: &Action,
    out: &mut Diagnostics,
) -> Option<Expr> {
    let text = after.value.trim();
    let unit = text.char_indices().last().map_or(0, |(at, _)| at);
    let seconds = duration(&text[..unit], &text[unit..]).filter(|seconds| *seconds > 0);
    let Some(seconds) = seconds.filter(|seconds| *seconds <= LONGEST) else {
        let told = Diagnostic::new(codes::WRONG_TIMER, after.span, "`after` is a duration");
        out.push(told.next("write it as in `15m`, `48h` or `30d`"));
        return None;
    };
    let first = StateId(0);
    let returns = world.drafts[id.0].declared.is_some_and(|declared| {
        let states = world.entities[id.0].states.as_ref();
        let first = states.and_then(|states| states.list.first()).map(|state| &state.name);
        declared
            .actions
            .iter()
            .any(|(_, action)| action.to.as_ref().is_some_and(|to| Some(&to.value) == first))
    });
    if action.from != [first] || returns {
        wrong(
            out,
            after.span,
            "a row does not tell when it came into this state".to_owned(),
            "it tells when it was made, which is when it came into its first state, if nothing leads back there",
            &format!(
                "let the action that leads here write a time, `do: [{{ set: {{ since: now() }} }}]`, and say `at: since + {text}`"
            ),
        );
        return None;
    }
    let created = Node::Column(Column::CreatedAt);
    let created = Expr { node: created, ty: Ty::Timestamp, nullable: false };
    let length = Node::Literal(Literal::Int(seconds));
    let length = Expr { node: length, ty: Ty::Duration, nullable: false };
    let node = Node::Binary(Op::Add, Box::new(created), Box::new(length));
    Some(Expr { node, ty: Ty::Timestamp, nullable: false })
}

/// Seconds of a hundred years: the calendar of PostgreSQL has an end too.
const LONGEST: i64 = 100 * 366 * 86_400;

/// Rows that are due in two ways are led to one state: which of two would come first is said by nobody.
pub fn agree(world: &World<'_>, id: EntityId, actions: &[Action], out: &mut Diagnostics) {
    let Some(declared) = world.drafts[id.0].declared else { return };
    let timers: Vec<&Action> = actions.iter().filter(|action| action.timer.is_some()).collect();
    let place =
        |action: &Action| declared.actions.get(&action.name).and_then(syntax::Action::timer);
    for (at, one) in timers.iter().enumerate() {
        let against = |other: &&&Action| {
            other.to != one.to && other.from.iter().any(|state| one.from.contains(state))
        };
        let Some(other) = timers[..at].iter().find(against) else { continue };
        let (Some((_, span)), Some((_, first))) = (place(one), place(other)) else { continue };
        let message =
            format!("`{}` and `{}` can be due at once, and lead apart", other.name, one.name);
        out.push(
            Diagnostic::new(codes::WRONG_TIMER, span, message)
                .also(first, "the other")
                .reason(
                    "a row that is due is led on by the clock, whichever action it comes to first",
                )
                .next("let them start from different states, or lead to the same one"),
        );
    }
}

/// What a timer does besides: it writes its own row, by nobody.
pub fn steps(action: &Action, steps: &[Step], written: &syntax::Action, out: &mut Diagnostics) {
    if action.timer.is_none() || steps.len() != written.steps.len() {
        return;
    }
    for (step, text) in steps.iter().zip(&written.steps) {
        if !matches!(step.does, Does::Set(_)) {
            let told = Diagnostic::new(
                codes::NOT_SUPPORTED_YET,
                text.span,
                "what a timer does to other rows is planned, not supported yet",
            );
            out.push(told.next("let it `set` fields of its own row"));
        } else if step.expressions().any(speaks_of_others) {
            wrong(
                out,
                text.span,
                format!("`{}` writes more than its row tells", action.name),
                "the clock does it, and nobody is there to say anything",
                "write what follows from the row itself, or `now()`",
            );
        }
    }
}
