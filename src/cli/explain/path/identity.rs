//! Who people are: the user, tokens, contexts and roles.

use super::said::{Said, listed};
use super::{At, routes};
use crate::model::{
    Context, ContextId, ContextKind, EntityId, Model, Provision, RoleId, SettingType, Source, Who,
};
use crate::permissions::What;
use crate::phrase::duration;

pub fn said(model: &Model, rest: &[&str]) -> Option<Said> {
    match rest {
        [] => Some(whole(model)),
        ["user"] => Some(user(model)),
        ["tokens"] => Some(tokens(model)),
        ["contexts"] => {
            let mut said = Said::new("section");
            contexts(model, &mut said);
            Some(said)
        }
        ["contexts", name] => {
            let id = model.context_ids().find(|id| model[*id].name == *name)?;
            Some(context(model, id))
        }
        ["contexts", name, "step_up"] => {
            model.contexts.iter().find(|one| one.name == *name).map(step_up)
        }
        _ => None,
    }
}

fn step_up(context: &Context) -> Said {
    let mut said = Said::new("step-up");
    let Some(seconds) = context.step_up else {
        said.say("step_up", "none: `step_up: 15m` would ask for a sign-in of the last 15m");
        return said;
    };
    let seconds = duration(seconds);
    said.say("step_up", format!("whoever changes something signed in at most {seconds} ago"));
    said.say("otherwise", format!("401, naming identity.contexts.{}.step_up", context.name));
    said
}

fn whole(model: &Model) -> Said {
    let mut said = Said::new("section");
    said.say("user", &model[model.identity.user].name);
    said.say("issuer", source(model, &model.identity.tokens.issuer));
    contexts(model, &mut said);
    said
}

fn contexts(model: &Model, said: &mut Said) {
    for context in &model.contexts {
        said.say("context", format!("{}: {}", context.name, kind(model, context)));
    }
}

fn user(model: &Model) -> Said {
    let user = &model[model.identity.user];
    let mut said = Said::new("section");
    said.say("entity", &user.name);
    match &model.identity.provision {
        Provision::FirstToken(fields) => {
            said.say("provision", "first_token: a person's row is made at the first valid token");
            for (field, claim) in fields {
                let field = &user.fields[field.0].name;
                said.say("from", format!("{field}: the token's claim `{claim}`"));
            }
        }
        Provision::Invited => {
            said.say(
                "provision",
                "invited: the operator makes a person's row; a token without one answers 401",
            );
        }
    }
    said.say(
        "subject",
        format!("the token's `{}` says whose row it is", model.identity.tokens.subject),
    );
    said
}

fn tokens(model: &Model) -> Said {
    let tokens = &model.identity.tokens;
    let mut said = Said::new("section");
    said.say("issuer", source(model, &tokens.issuer));
    said.say("audience", source(model, &tokens.audience));
    said.say("algorithms", tokens.algorithms.join(", "));
    said.say("subject", format!("the claim `{}` names the person", tokens.subject));
    said.say(
        "otherwise",
        "401: who brings no such token is nobody. Roles are never read from a token",
    );
    said
}

fn source(model: &Model, source: &Source) -> String {
    match source {
        Source::Fixed(text) => text.clone(),
        Source::Setting(at) => {
            let setting = &model.settings[*at];
            let address = if setting.ty == SettingType::Url { ", an address" } else { "" };
            format!("${}, from the environment{address}", setting.name)
        }
    }
}

fn kind(model: &Model, context: &Context) -> String {
    let name = |id: EntityId| &model[id].name;
    match context.kind {
        ContextKind::Anyone => "without a token".to_owned(),
        ContextKind::Person => "as oneself alone".to_owned(),
        ContextKind::Tenant { tenant, grants, .. } => {
            format!("within one {}, by a row of {} that is not revoked", name(tenant), name(grants))
        }
        ContextKind::Staff { grants } => {
            format!("over all tenants, by a row of {} that is not revoked", name(grants))
        }
    }
}

fn context(model: &Model, id: ContextId) -> Said {
    let context = &model[id];
    let mut said = Said::new("context");
    said.say("summary", &context.summary);
    said.say("acts", kind(model, context));
    if let ContextKind::Tenant { tenant, grants, founder } = context.kind {
        said.say("tenant", &model[tenant].name);
        said.say("grants", &model[grants].name);
        let founder = founder.map(|role| &model[role].name);
        let founder = founder.map_or("none: only staff make tenants".to_owned(), |role| {
            format!("{role}: whoever founds one of the {} is that", model[tenant].plural)
        });
        said.say("founder", founder);
    }
    if let ContextKind::Staff { grants } = context.kind {
        said.say("grants", &model[grants].name);
    }
    if context.step_up.is_some() {
        said.lines.extend(step_up(context).lines);
    }
    for role in model.roles_in(id) {
        let role = &model[role];
        let summary = if role.summary.is_empty() { "" } else { ": " };
        said.say("role", format!("{}{summary}{}", role.name, role.summary));
    }
    said.say("path", crate::plan::prefix(model, context));
    routes::told(model, &mut said, |route| route.context == id);
    said
}

pub fn roles(model: &Model) -> Said {
    let mut said = Said::new("section");
    for role in &model.roles {
        let summary = if role.summary.is_empty() { "" } else { ": " };
        let context = &model[role.context].name;
        said.say("role", format!("{} in {context}{summary}{}", role.name, role.summary));
    }
    if model.roles.is_empty() {
        said.say("role", "none");
    }
    said
}

pub fn role(model: &Model, name: &str) -> Option<Said> {
    let at = RoleId(model.roles.iter().position(|role| role.name == name)?);
    let role = &model[at];
    let names = |roles: &[RoleId]| -> Vec<&str> {
        roles.iter().map(|id| model[*id].name.as_str()).collect()
    };
    let mut said = Said::new("role");
    said.say("summary", &role.summary);
    said.say("in", format!("{}: {}", model[role.context].name, kind(model, &model[role.context])));
    said.say("includes", listed(&names(&role.includes), "no other role"));
    let holders: Vec<RoleId> = model.holders_of(at).filter(|id| *id != at).collect();
    said.say("also is", listed(&names(&holders), "nobody else"));
    if let Some(grants) = model[role.context].grants() {
        let entity = &model[grants];
        let founder = match model[role.context].kind {
            ContextKind::Tenant { tenant, founder: Some(founder), .. } if founder == at => {
                Some(format!("founding one of the {}", model[tenant].plural))
            }
            _ => None,
        };
        let grant = entity.actions.iter().find(|action| action.name == "grant");
        let grant = grant.map(|action| {
            let by = At { model, id: grants, entity }.people(&action.by);
            format!("{}.grant, by {by}", entity.name)
        });
        let ways: Vec<String> = founder.into_iter().chain(grant).collect();
        said.say("given by", listed(&ways, "the operator alone"));
    }
    for id in model.entity_ids() {
        let at_entity = At { model, id, entity: &model[id] };
        said.say("may", at_entity.all_that(Who::Role(at)));
    }
    starred(&mut said);
    Some(said)
}

/// What a star means; and that there is nothing where there is nothing.
pub fn starred(said: &mut Said) {
    let mut may = said.lines.iter().filter(|(word, _)| *word == "may").peekable();
    let any = may.peek().is_some();
    let star = may.any(|(_, text)| text.contains('*'));
    if star {
        said.say("*", "not always: `blueprint explain who may` says when");
    }
    if !any {
        said.say("may", "nothing");
    }
}

impl At<'_> {
    /// `Task: reads title, due; runs finish*`, or nothing; what is not always so has a star.
    pub fn all_that(self, who: Who) -> String {
        let part = self.permissions();
        let Some(column) = part.people.iter().position(|one| one.who == who) else {
            return String::new();
        };
        let (mut sees, mut runs, mut reads) = (Vec::new(), Vec::new(), None);
        for row in &part.rows {
            let verdict = &row.cells[column].verdict;
            if !verdict.is_possible() {
                continue;
            }
            let some = if verdict.conditions().is_empty() { "" } else { "*" };
            match row.what {
                What::Read => reads = Some(some),
                What::See(field) => {
                    sees.push(format!("{}{some}", self.entity.fields[field.0].name))
                }
                What::Run(action) => {
                    runs.push(format!("{}{some}", self.entity.actions[action].name))
                }
            }
        }
        let mut all = Vec::new();
        if let Some(some) = reads {
            all.push(format!("reads{some} {}", sees.join(", ")).trim_end().to_owned());
        }
        if !runs.is_empty() {
            all.push(format!("runs {}", runs.join(", ")));
        }
        match all.is_empty() {
            true => String::new(),
            false => format!("{}: {}", self.entity.name, all.join("; ")),
        }
    }
}
