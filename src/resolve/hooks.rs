//! Hooks: what each is given, which rows it may read, and what it gives.

use super::conditions::{self, Names};
use super::draft::World;
use super::unknown::{summary, unknown_in};
use super::{entities, types};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::scope::Place;
use crate::model::{ActionKind, FieldId, Hook, HookId, HookReads, Input, Type};
use crate::syntax::{self, Map, Name, Output};

/// In the order declared. One of which something was reported stands here without it.
pub fn hooks(world: &World<'_>, out: &mut Diagnostics) -> Vec<Hook> {
    world.document.hooks.iter().map(|(name, hook)| one(world, name, hook, out)).collect()
}

/// Name under which stands what a hook gives alone.
pub const VALUE: &str = "value";

fn one(world: &World<'_>, name: &Name, written: &syntax::Hook, out: &mut Diagnostics) -> Hook {
    let input = values(world, &written.input, out);
    let (output, single) = match &written.output {
        Output::Lost => (Vec::new(), true),
        Output::One(one) => (value(world, VALUE, one, out).into_iter().collect(), true),
        Output::Several(several) => {
            if several.is_empty() && !written.incomplete {
                let told = Diagnostic::new(
                    codes::WRONG_HOOK,
                    name.span,
                    format!("`{name}` gives nothing"),
                );
                out.push(told.next("say what it gives, as in `output: { price: money }`"));
            }
            (values(world, several, out), false)
        }
    };
    let declared = match &written.output {
        Output::One(one) => one.ty.iter().map(|ty| ty.span).collect(),
        Output::Several(several) => several.iter().map(|(name, _)| name.span).collect(),
        Output::Lost => Vec::new(),
    };
    for (one, span) in output.iter().zip(declared) {
        if matches!(one.ty, Type::Ref(_) | Type::UserIn(_)) {
            let message = format!("`{name}` would choose a row, which is planned");
            let told = Diagnostic::new(codes::WRONG_HOOK, span, message)
                .reason("nothing has proved yet that the caller may name it");
            out.push(told.next("let it give a value, and the caller name the row"));
        }
    }
    let reads = written.reads.iter();
    let reads = reads.filter_map(|(own, rows)| rows_of(world, own, rows, written, &input, out));
    Hook {
        name: name.value.clone(),
        summary: summary(written.summary.as_ref()),
        reads: reads.collect(),
        input,
        output,
        single,
    }
}

fn values(world: &World<'_>, written: &Map<syntax::Input>, out: &mut Diagnostics) -> Vec<Input> {
    written.iter().filter_map(|(name, one)| value(world, &name.value, one, out)).collect()
}

fn value(
    world: &World<'_>,
    name: &str,
    written: &syntax::Input,
    out: &mut Diagnostics,
) -> Option<Input> {
    Some(Input {
        name: name.to_owned(),
        summary: summary(written.summary.as_ref()),
        ty: types::ty(world, written.ty.as_ref(), out)?,
        optional: written.optional,
    })
}

fn rows_of(
    world: &World<'_>,
    name: &Name,
    written: &syntax::Reads,
    hook: &syntax::Hook,
    input: &[Input],
    out: &mut Diagnostics,
) -> Option<HookReads> {
    if hook.input.get(&name.value).is_some() {
        let told = Diagnostic::new(
            codes::NAME_COLLISION,
            name.span,
            format!("`{name}` is an input of this hook too"),
        );
        out.push(told.next("give the rows another name"));
    }
    let of = written.of.as_ref()?;
    let entity = entities::named(world.document, &world.drafts, of, out)?;
    let fields: Vec<Option<FieldId>> = written
        .fields
        .iter()
        .map(|field| {
            let all = &world.entities[entity.0].fields;
            let at = all.iter().position(|one| one.name == field.value);
            if at.is_none() {
                let known = all.iter().map(|one| one.name.as_str());
                let lost = world.field_lost(entity, &field.value);
                unknown_in(out, field, "field", &of.value, known, lost);
            }
            at.map(FieldId)
        })
        .collect();
    let known = conditions::inputs(world, input);
    // An input whose type was reported must not be unknown on top.
    let whole = known.len() == hook.input.len() && !hook.incomplete;
    let filter = written.filter.as_ref().filter(|_| whole)?;
    let names = Names::of(world, entity);
    let filter = names.check(Place::Reads, filter, &known, out)?;
    let fields = fields.into_iter().collect::<Option<_>>()?;
    Some(HookReads { name: name.value.clone(), entity, fields, filter })
}

/// Reports hooks that no step asks.
pub fn unasked(world: &World<'_>, out: &mut Diagnostics) {
    let asked = |id: HookId| {
        let mut actions = world.entities.iter().flat_map(|entity| &entity.actions);
        actions.any(|action| action.call().is_some_and(|(_, hook, _)| hook == id))
    };
    // What is reported elsewhere may be the step that asks it.
    let document = world.document;
    let lost = document.incomplete
        || document.commands.iter().any(|(_, command)| command.incomplete)
        || world.drafts.iter().any(|draft| draft.incomplete());
    if out.has_errors() || lost || is_asked_in_vain(world) {
        return;
    }
    for (at, (name, hook)) in world.document.hooks.iter().enumerate() {
        if !asked(HookId(at)) && !hook.incomplete {
            let message = format!("no step asks `{name}`");
            let told = Diagnostic::new(codes::WRONG_HOOK, name.span, message)
                .reason("code that nothing runs would be written for nothing");
            out.push(told.next(format!(
                "ask it in a step, as in `{{ call: {name}, as: {name} }}`, or remove it"
            )));
        }
    }
}

/// Whether a step that asks a hook stands where nothing was made of it, which is reported elsewhere.
fn is_asked_in_vain(world: &World<'_>) -> bool {
    let written = world.document.commands.iter().flat_map(|(_, command)| &command.steps);
    let written = written.filter(|step| step.call.is_some()).count();
    let commands = world.entities.iter().flat_map(|entity| &entity.actions);
    let commands = commands.filter(|one| one.kind == ActionKind::Command);
    commands.filter(|one| one.call().is_some()).count() < written
}
