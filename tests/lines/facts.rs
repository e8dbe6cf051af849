//! What a text says and what a model holds, as facts under the same paths.
//!
//! The values differ in kind (a condition's text, its checked tree); the paths do not.

use std::collections::BTreeMap;
use std::fmt::Debug;

use blueprint::expr::typed::Expr;
use blueprint::model::{
    Action, Adds, Asked, ContextKind, Deletion, Does, Entity, EntityKind, FieldId, Hook, Lowered,
    Model, Origin, Source, Step, Taken, Type, Who,
};

use super::naive::Read;

/// Path → value; a path that stands twice in a text is an error of its own.
pub type Facts = BTreeMap<String, String>;

/// Words that only say what holds without them.
fn says_nothing(path: &str, value: &str) -> bool {
    let word = path.rsplit('.').next().unwrap_or(path);
    matches!(
        (word, value),
        ("frozen" | "optional", "false")
            | ("deleted", "restrict")
            | ("from", "any")
            | ("when_lowered", "keep_used")
    )
}

/// The facts of a text as the naive reader has it.
pub fn of_text(read: &Read) -> Result<Facts, String> {
    let mut facts = Facts::new();
    walk("", read, &mut facts)?;
    Ok(facts)
}

fn walk(path: &str, read: &Read, facts: &mut Facts) -> Result<(), String> {
    let mut put = |path: String, value: String| {
        if says_nothing(&path, &value) {
            return Ok(());
        }
        match facts.insert(path.clone(), value) {
            Some(_) => Err(format!("{path} stands there twice")),
            None => Ok(()),
        }
    };
    match read {
        Read::Value(text) => put(long(path, false), text.clone()),
        Read::List(items) if items.iter().all(|item| matches!(item, Read::Value(_))) => {
            let mut names: Vec<&str> = items
                .iter()
                .map(|item| if let Read::Value(text) = item { text } else { "" })
                .collect();
            // The first state is the start; of all else the order says nothing.
            if !path.ends_with(".states") && !path.ends_with(".list") {
                names.sort_unstable();
            }
            put(long(path, true), names.join(", "))
        }
        Read::List(items) => {
            for (at, item) in items.iter().enumerate() {
                walk(&format!("{path}.{at}"), item, facts)?;
            }
            Ok(())
        }
        Read::Map(entries) => {
            let lone = parts(path).len() == 4 && parts(path)[2] == "read";
            let path = if lone { format!("{path}.0") } else { path.to_owned() };
            for (key, value) in entries {
                let dot = if path.is_empty() { "" } else { "." };
                walk(&format!("{path}{dot}{key}"), value, facts)?;
            }
            Ok(())
        }
    }
}

fn parts(path: &str) -> Vec<&str> {
    path.split('.').collect()
}

/// The path of the long form of what was written short.
fn long(path: &str, list: bool) -> String {
    match (parts(path).as_slice(), list) {
        (["entities", _, "fields", _], false)
        | (["settings", _], false)
        | (["entities", _, "actions", _, "input", _], false)
        | (["commands", _, "input", _], false)
        | (["hooks", _, "input" | "output", _], false) => format!("{path}.type"),
        (["hooks", _, "output"], false) => format!("{path}.value.type"),
        (["identity", "user"], false) => format!("{path}.entity"),
        (["entities", _, "rules", _], false) => format!("{path}.holds"),
        (["entities", _, "unique", _], _) => format!("{path}.fields"),
        (["entities", _, "read", _], _) => format!("{path}.0.fields"),
        (["entities", _, "states"], true) => format!("{path}.list"),
        _ => path.to_owned(),
    }
}

/// The facts of a model: all that a blueprint can say of it.
pub fn of_model(model: &Model) -> Facts {
    let mut facts = Facts::new();
    let mut put = |path: String, value: String| {
        facts.insert(path, value);
    };
    put("blueprint".into(), "1".into());
    put("service.name".into(), model.service.name.clone());
    text(&mut put, "service.summary".into(), &model.service.summary);
    put("service.currency".into(), show(&model.service.currency));
    put("routes".into(), show(&model.standard_routes));
    for setting in &model.settings {
        let path = format!("settings.{}", setting.name);
        put(format!("{path}.type"), show(&setting.ty));
        text(&mut put, format!("{path}.summary"), &setting.summary);
        some(&mut put, format!("{path}.default"), setting.default.as_ref());
    }
    identity(model, &mut put);
    for role in &model.roles {
        let path = format!("roles.{}", role.name);
        put(format!("{path}.in"), model[role.context].name.clone());
        text(&mut put, format!("{path}.summary"), &role.summary);
        let includes: Vec<&str> = role.includes.iter().map(|id| model[*id].name.as_str()).collect();
        put(format!("{path}.includes"), includes.join(", "));
    }
    for of in &model.entities {
        entity(model, of, &mut put);
    }
    for of in &model.hooks {
        hook(model, of, &mut put);
    }
    facts
}

fn hook(model: &Model, hook: &Hook, put: &mut impl FnMut(String, String)) {
    let path = hook.path();
    text(put, format!("{path}.summary"), &hook.summary);
    put(format!("{path}.kind"), "compute".to_owned());
    for (word, all) in [("input", &hook.input), ("output", &hook.output)] {
        for one in all {
            let path = format!("{path}.{word}.{}", one.name);
            put(format!("{path}.type"), show(&(&one.ty, one.optional)));
            text(put, format!("{path}.summary"), &one.summary);
            flag(put, format!("{path}.optional"), one.optional);
        }
    }
    let names = |at: usize| hook.input.get(at).map(|input| input.name.clone());
    for reads in &hook.reads {
        let (path, of) = (format!("{path}.reads.{}", reads.name), &model[reads.entity]);
        put(format!("{path}.of"), of.name.clone());
        put(format!("{path}.fields"), fields(of, &reads.fields));
        put(format!("{path}.where"), named(condition(of, &reads.filter), &names));
    }
}

/// What is given is told by its name, which does not change when lines are exchanged.
fn named(text: String, names: &dyn Fn(usize) -> Option<String>) -> String {
    let mut parts = text.split("Input(");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (at, rest) = part.split_once(')').unwrap_or((part, ""));
        let name = at.parse().ok().and_then(names).unwrap_or_else(|| at.to_owned());
        format!("{text}Input({name}){rest}")
    })
}

fn identity(model: &Model, put: &mut impl FnMut(String, String)) {
    put("identity.user.entity".into(), model[model.identity.user].name.clone());
    let from = match &model.identity.provision {
        blueprint::model::Provision::Invited => None,
        blueprint::model::Provision::FirstToken(filled) => Some(filled),
    };
    put("identity.user.provision".into(), show(&from.is_some()));
    for (field, claim) in from.into_iter().flatten() {
        let field = &model[model.identity.user].fields[field.0].name;
        put(format!("identity.user.from.{field}"), claim.clone());
    }
    let tokens = &model.identity.tokens;
    let source = |source: &Source| match source {
        Source::Fixed(text) => text.clone(),
        Source::Setting(at) => format!("${}", model.settings[*at].name),
    };
    put("identity.tokens.issuer".into(), source(&tokens.issuer));
    put("identity.tokens.audience".into(), source(&tokens.audience));
    put("identity.tokens.algorithms".into(), tokens.algorithms.join(", "));
    put("identity.tokens.subject".into(), tokens.subject.clone());
    for context in &model.contexts {
        let path = format!("identity.contexts.{}", context.name);
        put(format!("{path}.path"), context.path.clone());
        text(put, format!("{path}.summary"), &context.summary);
        if let ContextKind::Tenant { founder, .. } = context.kind {
            some(put, format!("{path}.founder"), founder.map(|id| &model[id].name));
        }
        some(put, format!("{path}.tenant"), context.tenant().map(|id| &model[id].name));
        some(put, format!("{path}.grants"), context.grants().map(|id| &model[id].name));
        some(put, format!("{path}.step_up"), context.step_up);
    }
}

fn entity(model: &Model, entity: &Entity, put: &mut impl FnMut(String, String)) {
    let path = format!("entities.{}", entity.name);
    let name_of = |who: &Who| model.name_of(entity, *who).to_owned();
    text(put, format!("{path}.summary"), &entity.summary);
    put(format!("{path}.plural"), entity.plural.clone());
    if entity.kind == EntityKind::Plain {
        put(format!("{path}.scope"), show(&entity.scope));
        put(format!("{path}.scope.through"), show(&entity.scope));
    }
    for field in entity.fields.iter().filter(|field| field.origin == Origin::Declared) {
        let path = format!("{path}.fields.{}", field.name);
        put(format!("{path}.type"), show(&(&field.ty, field.optional)));
        text(put, format!("{path}.summary"), &field.summary);
        some(put, format!("{path}.default"), field.default.as_ref());
        flag(put, format!("{path}.optional"), field.optional);
        flag(put, format!("{path}.frozen"), field.frozen);
        if matches!(field.ty, Type::Ref(target) if model[target].deleted_at().is_some()) {
            put(format!("{path}.deleted"), "keep".to_owned());
        }
        if let Some(Taken::At(action)) = &field.taken {
            put(format!("{path}.at"), action.clone());
        }
        let picked = entity.picks.iter().flat_map(|pick| &pick.takes);
        let mut copies = entity.copies.iter().chain(picked);
        let copy = copies.find(|copy| entity.fields[copy.field.0].name == field.name);
        some(put, format!("{path}.copy"), copy.map(|copy| condition(entity, &copy.value)));
        let of_itself = matches!(field.ty, Type::Email | Type::Phone);
        flag(put, format!("{path}.pii"), field.personal && !of_itself);
    }
    for party in &entity.parties {
        let path = format!("{path}.parties.{}", party.name);
        put(format!("{path}.in"), model[party.context].name.clone());
        put(format!("{path}.user"), show(&party.column.map(|at| &entity.fields[at.0].name)));
    }
    if let Some(states) = &entity.states {
        let name = |at: usize| states.list[at].name.as_str();
        let list: Vec<&str> = states.list.iter().map(|one| one.name.as_str()).collect();
        put(format!("{path}.states.list"), list.join(", "));
        for group in &states.groups {
            let list: Vec<&str> = group.states.iter().map(|id| name(id.0)).collect();
            let list: std::collections::BTreeSet<&str> = list.into_iter().collect();
            put(format!("{path}.states.groups.{}", group.name), show(&list));
        }
    }
    for unique in &entity.uniques {
        let path = format!("{path}.unique.{}", unique.name);
        put(format!("{path}.fields"), fields(entity, &unique.fields));
        let filter = entity.besides_there(unique.filter.as_ref());
        some(put, format!("{path}.where"), filter.map(|of| condition(entity, of)));
        some(put, format!("{path}.global"), unique.global.as_ref());
    }
    flag(put, format!("{path}.append_only"), entity.append_only);
    let deletion = match entity.deletion {
        Deletion::Never => "",
        Deletion::Restrict => "restrict",
        Deletion::Soft(_) => "soft",
        Deletion::Anonymise(_) => "anonymise",
    };
    text(put, format!("{path}.delete"), deletion);
    if let Some(one) = &entity.settled {
        let path = format!("{path}.frozen");
        put(format!("{path}.fields"), fields(entity, &one.fields));
        put(format!("{path}.from"), show(&one.from));
        some(put, format!("{path}.of"), one.of.map(|of| fields(entity, &[of])));
    }
    for one in &entity.exclusions {
        let path = format!("{path}.exclude.{}", one.name);
        put(format!("{path}.same"), fields(entity, &one.same));
        put(format!("{path}.overlapping"), fields(entity, &[one.overlapping]));
        let filter = entity.besides_there(one.filter.as_ref());
        some(put, format!("{path}.where"), filter.map(|of| condition(entity, of)));
    }
    in_force(model, entity, &path, put);
    for one in &entity.totals {
        let (path, child) =
            (format!("{path}.totals.{}", entity.fields[one.field.0].name), &model[one.child]);
        text(put, format!("{path}.summary"), &entity.fields[one.field.0].summary);
        let field = one.adds.field().map(|field| &child.fields[field.0].name);
        let word = match one.adds {
            Adds::Sum(_) => "sum",
            Adds::Count => "count",
            Adds::Max(_) => "max",
        };
        put(format!("{path}.{word}"), show(&(&child.name, field)));
        put(format!("{path}.by"), show(&child.fields[one.by.0].name));
        let filter = child.besides_there(one.filter.as_ref());
        some(put, format!("{path}.where"), filter.map(|of| condition(child, of)));
    }
    quotas(model, entity, &path, put);
    for rule in &entity.rules {
        let path = format!("{path}.rules.{}", rule.name);
        flag(put, format!("{path}.checked"), rule.asked == Asked::AtCommit);
        flag(put, format!("{path}.only"), matches!(rule.asked, Asked::Growth(_)));
        flag(put, format!("{path}.status"), rule.paid);
        put(format!("{path}.holds"), condition(entity, &rule.holds));
    }
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for grant in &entity.reads {
        let at = seen.entry(name_of(&grant.who)).or_default();
        let path = format!("{path}.read.{}.{at}", name_of(&grant.who));
        *at += 1;
        put(format!("{path}.fields"), fields(entity, &grant.fields));
        let when = entity.besides_there(grant.when.as_ref());
        some(put, format!("{path}.when"), when.map(|of| condition(entity, of)));
    }
    for of in &entity.actions {
        action(model, entity, of, put);
    }
}

/// What holds for a time, and what finds it.
fn in_force(model: &Model, entity: &Entity, path: &str, put: &mut impl FnMut(String, String)) {
    if let Some(one) = &entity.effective {
        let path = format!("{path}.effective");
        put(format!("{path}.by"), fields(entity, &one.by));
        put(format!("{path}.during"), fields(entity, &[one.during]));
        put(format!("{path}.change"), show(&one.future));
    }
    for pick in &entity.picks {
        let (own, from) = (&entity.fields[pick.field.0], &model[pick.from]);
        let path = format!("{path}.pick.{}", own.name);
        text(put, format!("{path}.summary"), &own.summary);
        put(format!("{path}.from"), from.name.clone());
        let by = pick.by.iter().map(|key| {
            let given = key.0.as_ref().map(|(field, of)| (field, condition(entity, of)));
            given.map(|(field, of)| format!("{}: {of}", fields(from, &[*field])))
        });
        put(format!("{path}.by"), show(&by.collect::<Vec<_>>()));
        put(format!("{path}.missing"), show(&pick.clear));
        some(put, format!("{path}.at"), pick.to);
    }
}

fn action(model: &Model, entity: &Entity, action: &Action, put: &mut impl FnMut(String, String)) {
    let path = action.path(entity);
    let who: Vec<&str> = action.by.iter().map(|who| model.name_of(entity, *who)).collect();
    let state = |at: usize| entity.states.as_ref().map(|states| states.list[at].name.as_str());
    text(put, format!("{path}.summary"), &action.summary);
    put(format!("{path}.by"), who.join(", "));
    put(format!("{path}.accept"), fields(entity, &action.accept));
    let from: Vec<_> = action.from.iter().map(|id| state(id.0)).collect();
    put(format!("{path}.from"), show(&from));
    some(put, format!("{path}.to"), action.to.map(|id| state(id.0)));
    flag(put, format!("{path}.because"), action.because);
    some(put, format!("{path}.idempotency"), action.idempotency);
    some(put, format!("{path}.step_up"), action.step_up);
    if let Some(approval) = &action.approval {
        let (path, requests) = (format!("{path}.approval"), &model[approval.entity]);
        let agrees = requests.actions.iter().find(|one| one.agrees_to().is_some());
        let by = agrees.into_iter().flat_map(|one| &one.by);
        let by: Vec<&str> = by.map(|who| model.name_of(requests, *who)).collect();
        put(format!("{path}.by"), by.join(", "));
        some(put, format!("{path}.when"), approval.when.as_ref().map(|of| condition(entity, of)));
        put(format!("{path}.expires"), show(&approval.expires));
    }
    for input in &action.input {
        let path = format!("{path}.input.{}", input.name);
        put(format!("{path}.type"), show(&(&input.ty, input.optional)));
        text(put, format!("{path}.summary"), &input.summary);
        flag(put, format!("{path}.optional"), input.optional);
    }
    for requirement in &action.require {
        let holds = condition(entity, &requirement.holds);
        put(format!("{path}.{}", requirement.part()), named(holds, &|at| action.given(at)));
    }
    if let Some(timer) = &action.timer {
        let all: Vec<_> = timer.expressions().map(|of| condition(entity, of)).collect();
        for (word, of) in [timer.due.word(), "when"].into_iter().zip(all) {
            put(format!("{path}.{word}"), of);
        }
    }
    for (at, of) in action.steps.iter().enumerate() {
        let mut put = |path, text| put(path, named(text, &|at| action.given(at)));
        step(model, entity, of, &format!("{path}.do.{at}"), &mut put);
    }
    let returned = action.returns.and_then(|at| action.steps[at].name.as_ref());
    some(put, format!("{path}.returns"), returned);
}

fn step(
    model: &Model,
    entity: &Entity,
    step: &Step,
    path: &str,
    put: &mut impl FnMut(String, String),
) {
    let mut given = |word: &str, of: &Entity, all: &[(FieldId, Expr)]| {
        for (field, value) in all {
            let name = &of.fields[field.0].name;
            put(format!("{path}.{word}.{name}"), condition(entity, value));
        }
    };
    match &step.does {
        Does::Set(set) => given("set", entity, set),
        Does::Create { entity: made, with } => {
            given("with", &model[*made], with);
            let word = if model[*made].effective.is_some() { "revise" } else { "create" };
            put(format!("{path}.{word}"), model[*made].name.clone());
        }
        Does::Run { entity: of_run, action, of, accept, input } => {
            let target = &model[*of_run];
            let run = &target.actions[*action];
            given("with", target, accept);
            for (input, value) in run.input.iter().zip(input) {
                let value = value.as_ref().map(|value| condition(entity, value));
                some(put, format!("{path}.with.{}", input.name), value);
            }
            put(format!("{path}.run"), format!("{}.{}", target.name, run.name));
            put(format!("{path}.of"), condition(entity, of));
        }
        Does::Each(each) => {
            let target = &model[each.entity];
            let run = &target.actions[each.action];
            given("with", target, &each.accept);
            for (input, value) in run.input.iter().zip(&each.input) {
                let value = value.as_ref().map(|value| condition(entity, value));
                some(put, format!("{path}.with.{}", input.name), value);
            }
            put(format!("{path}.run"), format!("{}.{}", target.name, run.name));
            put(format!("{path}.each"), target.name.clone());
            put(format!("{path}.where"), condition(target, &each.filter));
        }
        Does::Call { hook, with, .. } => {
            for (input, value) in model[*hook].input.iter().zip(with) {
                let value = value.as_ref().map(|value| condition(entity, value));
                some(put, format!("{path}.with.{}", input.name), value);
            }
            put(format!("{path}.call"), model[*hook].name.clone());
        }
        Does::Agree { entity: target, action, of } => {
            let target = &model[*target];
            let agreed = format!("{}.{}", target.name, target.actions[*action].name);
            put(format!("{path}.agree"), agreed);
            put(format!("{path}.of"), condition(entity, of));
        }
    }
    some(put, format!("{path}.when"), step.when.as_ref().map(|of| condition(entity, of)));
    some(put, format!("{path}.as"), step.name.as_ref());
}

/// A condition by the names of its fields, which do not change when lines are exchanged.
fn condition(entity: &Entity, expr: &Expr) -> String {
    let mut text = show(expr);
    for (at, field) in entity.fields.iter().enumerate() {
        text = text.replace(&format!("Field({at})"), &format!("Field({})", field.name));
    }
    // Of another row's column the name is said beside it.
    let far = "Far { column: Field(";
    let mut parts = text.split(far);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| text + far + part.split_once(')').map_or(part, |(_, rest)| rest))
}

fn fields(entity: &Entity, ids: &[blueprint::model::FieldId]) -> String {
    let mut names: Vec<&str> = ids.iter().map(|id| entity.fields[id.0].name.as_str()).collect();
    names.sort_unstable();
    names.join(", ")
}

fn show(value: &impl Debug) -> String {
    format!("{value:?}")
}

fn some<T: Debug>(put: &mut impl FnMut(String, String), path: String, value: Option<T>) {
    if let Some(value) = value {
        put(path, show(&value));
    }
}

fn flag(put: &mut impl FnMut(String, String), path: String, value: bool) {
    if value {
        put(path, "true".into());
    }
}

fn text(put: &mut impl FnMut(String, String), path: String, value: &str) {
    if !value.is_empty() {
        put(path, value.to_owned());
    }
}

fn quotas(model: &Model, entity: &Entity, path: &str, put: &mut impl FnMut(String, String)) {
    for one in &entity.quotas {
        let (path, child) = (format!("{path}.totals.{}", one.name), &model[one.child]);
        text(put, format!("{path}.summary"), &one.summary);
        let field = one.adds.field().map(|field| &child.fields[field.0].name);
        let word = if field.is_some() { "sum" } else { "count" };
        put(format!("{path}.{word}"), show(&(&child.name, field)));
        put(format!("{path}.by"), show(&child.fields[one.by.0].name));
        let filter = child.besides_there(one.filter.as_ref());
        some(put, format!("{path}.where"), filter.map(|of| condition(child, of)));
        put(format!("{path}.per"), one.per.word().to_owned());
        put(format!("{path}.cap"), condition(entity, &one.cap));
        flag(put, format!("{path}.when_lowered"), one.when_lowered == Lowered::Refuse);
        flag(put, format!("{path}.status"), one.paid);
    }
}
