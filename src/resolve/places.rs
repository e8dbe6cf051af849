//! Where everything was written.

use super::index::values;
use crate::model::Places;
use crate::source::Span;
use crate::syntax::{Action, Document, Entity, Fields, From, Name, Output, Step, Text};

pub fn places(document: &Document) -> Places {
    let mut all = All { list: Vec::new() };
    let service = document.service.name.as_ref().map(|name| name.span);
    let user = document.identity.user.entity.as_ref().map(|name| name.span);
    let routes = document.routes.as_ref().map(|routes| routes.span);
    let tokens = &document.identity.tokens;
    let tokens = [
        tokens.issuer.as_ref().map(|issuer| issuer.span),
        tokens.audience.as_ref().map(|audience| audience.span),
        tokens.algorithms.as_ref().and_then(|names| names.first()).map(|name| name.span),
        tokens.subject.as_ref().map(|name| name.span),
    ];
    let tokens = tokens.into_iter().flatten().min();
    for (path, span) in [
        ("service", service),
        ("identity.user", user),
        ("identity.tokens", tokens),
        ("routes", routes),
    ] {
        all.list.extend(span.map(|span| (span, path.to_owned())));
    }
    for (name, _) in document.settings.iter() {
        all.add("settings", name);
    }
    for (name, context) in document.identity.contexts.iter() {
        let path = all.add("identity.contexts", name);
        all.was(&path, context.was.as_ref());
        all.step_up(&path, context.step_up.as_ref());
    }
    for (name, role) in document.roles.iter() {
        let path = all.add("roles", name);
        all.was(&path, role.was.as_ref());
    }
    for (name, entity) in document.entities.iter() {
        let path = all.add("entities", name);
        all.entity(&path, entity);
    }
    for (name, command) in document.commands.iter() {
        let path = all.add("commands", name);
        all.was(&path, command.was.as_ref());
        all.step_up(&path, command.step_up.as_ref());
        all.names(&format!("{path}.by"), &command.by);
        all.names(&format!("{path}.input"), command.input.iter().map(|(name, _)| name));
        all.names(&format!("{path}.require"), command.require.iter().map(|(name, _)| name));
        all.steps(&path, &command.steps);
    }
    for (name, hook) in document.hooks.iter() {
        let path = all.add("hooks", name);
        all.names(&format!("{path}.input"), hook.input.iter().map(|(name, _)| name));
        all.names(&format!("{path}.reads"), hook.reads.iter().map(|(name, _)| name));
        if let Output::Several(several) = &hook.output {
            all.names(&format!("{path}.output"), several.iter().map(|(name, _)| name));
        }
    }
    Places::new(document.span, all.list)
}

struct All {
    list: Vec<(Span, String)>,
}

impl All {
    fn add(&mut self, around: &str, name: &Name) -> String {
        let path = format!("{around}.{name}");
        self.list.push((name.span, path.clone()));
        path
    }

    fn was(&mut self, path: &str, was: Option<&Name>) {
        self.list.extend(was.map(|was| (was.span, format!("{path}.was"))));
    }

    fn step_up(&mut self, path: &str, asked: Option<&Text>) {
        self.list.extend(asked.map(|asked| (asked.span, format!("{path}.step_up"))));
    }

    fn names<'n>(&mut self, around: &str, names: impl IntoIterator<Item = &'n Name>) {
        for name in names {
            self.add(around, name);
        }
    }

    fn entity(&mut self, path: &str, entity: &Entity) {
        for (word, names) in [
            ("fields", entity.fields.iter().map(|(name, _)| name).collect::<Vec<_>>()),
            ("parties", entity.parties.iter().map(|(name, _)| name).collect()),
            ("pick", entity.pick.iter().map(|(name, _)| name).collect()),
            ("unique", entity.unique.iter().map(|(name, _)| name).collect()),
            ("exclude", entity.exclude.iter().map(|(name, _)| name).collect()),
            ("totals", entity.totals.iter().map(|(name, _)| name).collect()),
            ("rules", entity.rules.iter().map(|(name, _)| name).collect()),
        ] {
            self.names(&format!("{path}.{word}"), names);
        }
        self.was(path, entity.was.as_ref());
        for (name, field) in entity.fields.iter() {
            let path = format!("{path}.fields.{name}");
            self.was(&path, field.was.as_ref());
            self.names(&format!("{path}.values"), values(field.ty.as_ref()));
            for (value, was) in field.values_were.iter() {
                self.was(&format!("{path}.values.{value}"), Some(was));
            }
        }
        let totals = entity.totals.iter().map(|(name, one)| ("totals", name, &one.was));
        let unique = entity.unique.iter().map(|(name, one)| ("unique", name, &one.was));
        let exclude = entity.exclude.iter().map(|(name, one)| ("exclude", name, &one.was));
        let rules = entity.rules.iter().map(|(name, one)| ("rules", name, &one.was));
        for (word, name, was) in totals.chain(unique).chain(exclude).chain(rules) {
            self.was(&format!("{path}.{word}.{name}"), was.as_ref());
        }
        for (state, was) in entity.states.iter().flat_map(|states| states.was.iter()) {
            self.was(&format!("{path}.states.{state}"), Some(was));
        }
        let append_only = entity.append_only.map(|span| (span, format!("{path}.append_only")));
        self.list.extend(append_only);
        let effective =
            entity.effective.as_ref().map(|one| (one.span, format!("{path}.effective")));
        self.list.extend(effective);
        let delete = entity.delete.as_ref().map(|one| (one.span, format!("{path}.delete")));
        self.list.extend(delete);
        if let Some(states) = &entity.states {
            self.list.push((states.span, format!("{path}.states")));
            self.names(&format!("{path}.states"), &states.list);
            self.names(&format!("{path}.groups"), states.groups.iter().map(|(name, _)| name));
        }
        let scope = entity.scope.as_ref().map(|scope| scope.span);
        self.list.extend(scope.map(|span| (span, format!("{path}.scope"))));
        for (name, reads) in entity.read.iter().flat_map(|read| read.iter()) {
            let path = self.add(&format!("{path}.read"), name);
            for (at, read) in reads.iter().enumerate() {
                let own = if reads.len() > 1 { format!("{path}.{}", at + 1) } else { path.clone() };
                let field = match &read.fields {
                    Fields::These(names) => names.first().map(|name| name.span),
                    Fields::All => None,
                };
                let when = read.when.as_ref().map(|when| when.span);
                if reads.len() > 1 {
                    self.list.extend(field.or(when).map(|span| (span, own.clone())));
                }
                self.list.extend(when.map(|span| (span, format!("{own}.when"))));
            }
        }
        for (name, action) in entity.actions.iter() {
            let path = self.add(&format!("{path}.actions"), name);
            self.action(&path, action);
        }
    }

    fn action(&mut self, path: &str, action: &Action) {
        self.was(path, action.was.as_ref());
        self.step_up(path, action.step_up.as_ref());
        self.names(&format!("{path}.by"), &action.by);
        self.names(&format!("{path}.accept"), &action.accept);
        let from = match &action.from {
            Some(From::Any(span)) => Some(*span),
            Some(From::These(names)) => names.first().map(|name| name.span),
            None => None,
        };
        let to = action.to.as_ref().map(|to| to.span);
        let key = action.idempotency.as_ref().map(|it| it.span);
        let before = action.before.as_ref().map(|text| text.span);
        let timer = action.timer().into_iter().map(|(word, span)| (word, Some(span)));
        let because = ("because", action.because);
        let approval = ("approval", action.approval.as_ref().map(|one| one.span));
        let words = [
            ("from", from),
            ("to", to),
            because,
            ("idempotency", key),
            ("before", before),
            approval,
        ];
        for (word, span) in words.into_iter().chain(timer) {
            self.list.extend(span.map(|span| (span, format!("{path}.{word}"))));
        }
        self.steps(path, &action.steps);
        let changes = action.to.as_ref().or(action.accept.first());
        self.list.extend(changes.map(|name| (name.span, format!("{path}.changes"))));
        self.names(&format!("{path}.input"), action.input.iter().map(|(name, _)| name));
        self.names(&format!("{path}.require"), action.require.iter().map(|(name, _)| name));
    }

    fn steps(&mut self, around: &str, steps: &[Step]) {
        for (at, step) in steps.iter().enumerate() {
            let path = format!("{around}.do.{}", at + 1);
            self.list.push((step.span, path));
            let named = step.name.as_ref().map(|name| (name.span, format!("{around}.as.{name}")));
            self.list.extend(named);
        }
    }
}
