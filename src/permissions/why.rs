//! Why somebody may do something: the chain from what he is to what must hold. And why not: the first
//! thing that is missing in it, and what one would write.

use super::cells::{granting, grants, legal_from};
use super::{Missing, Permissions, Row, Somebody, Verdict, What};
use crate::model::{
    Action, ActionKind, ContextKind, Entity, EntityId, EntityKind, Idempotency, Model, ReadGrant,
    RoleId, Who,
};
use crate::phrase::{duration, phrase};

/// The answer about one cell.
#[derive(Debug, Clone)]
pub struct Why {
    /// What is there, in the order in which the service asks for it.
    pub steps: Vec<Step>,
    /// What is not; none where he ever may.
    pub lack: Option<Lack>,
    /// Who may instead: indices into the people, those of the same context first.
    pub others: Vec<usize>,
}

/// One link of the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where it stands.
    pub path: String,
    pub says: String,
    /// What is answered where it does not hold for a person or a row; none where it always holds.
    pub otherwise: Option<u16>,
}

/// What is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// Where it would stand.
    pub path: String,
    pub says: String,
    /// What one would do there, as `write …` or `add …`; none where nothing allows it.
    pub write: Option<String>,
}

/// The chain for the person in this column.
pub fn why(model: &Model, part: &Permissions, column: usize, row: &Row) -> Why {
    let ask =
        Ask { model, id: part.entity, entity: &model[part.entity], one: &part.people[column] };
    let mut steps = ask.entering();
    let lack = match row.what {
        What::Read | What::See(_) => ask.seeing(row, &mut steps),
        What::Run(action) => ask.running(&ask.entity.actions[action], &mut steps),
    };
    let chance = row.cells[column].verdict == Verdict::Never(Missing::Chance);
    let lack = lack.or_else(|| chance.then(|| ask.chance(row)));
    let may = |at: &usize| *at != column && row.cells[*at].verdict.is_possible();
    let near = |at: &usize| part.people[*at].context == ask.one.context;
    let all = || (0..part.people.len()).filter(may);
    let others = all().filter(near).chain(all().filter(|at| !near(at))).collect();
    Why { steps, lack, others }
}

struct Ask<'m> {
    model: &'m Model,
    id: EntityId,
    entity: &'m Entity,
    one: &'m Somebody,
}

impl Ask<'_> {
    fn name(&self, who: Who) -> &str {
        self.model.name_of(self.entity, who)
    }

    fn me(&self) -> &str {
        self.name(self.one.who)
    }

    fn path(&self, rest: &str) -> String {
        format!("entities.{}.{rest}", self.entity.name)
    }

    /// How he comes to be what he is.
    fn entering(&self) -> Vec<Step> {
        let context = &self.model[self.one.context];
        let (name, me) = (&context.name, self.me());
        let entity = |id: EntityId| &self.model[id].name;
        let step = |path: String, says: String, otherwise| Step { path, says, otherwise };
        let entered = format!("identity.contexts.{name}");
        let mut steps = Vec::new();
        match (context.kind, self.one.who) {
            (ContextKind::Anyone, _) => {
                let says = "`anyone` asks without a token".to_owned();
                return vec![step("identity".to_owned(), says, None)];
            }
            (ContextKind::Person, _) => {
                let says = format!("whoever signs in acts as himself, in `{name}`");
                steps.push(step("identity.user".to_owned(), says, Some(401)));
            }
            (ContextKind::Tenant { tenant, grants, .. }, Who::Role(_)) => {
                let says = format!(
                    "a row of `{}` that is not revoked makes a person `{me}` in one `{}`",
                    entity(grants),
                    entity(tenant)
                );
                steps.push(step(entered, says, Some(403)));
            }
            (ContextKind::Tenant { tenant, grants, .. }, _) => {
                let says = format!(
                    "a row of `{}` that is not revoked lets a person act in one `{}`",
                    entity(grants),
                    entity(tenant)
                );
                steps.push(step(entered, says, Some(403)));
            }
            (ContextKind::Staff { grants }, _) => {
                let says = format!(
                    "a row of `{}` that is not revoked makes a person `{me}` in `{name}`",
                    entity(grants)
                );
                steps.push(step(entered, says, Some(403)));
            }
        }
        if let Who::Party(party) = self.one.who {
            let party = &self.entity.parties[party.0];
            let says = match party.column {
                Some(field) => format!(
                    "`{me}` is the person whom `{}` names on the row",
                    self.entity.fields[field.0].name
                ),
                None => format!("`{me}` is the person whose row it is"),
            };
            steps.push(step(self.path(&format!("parties.{me}")), says, Some(404)));
        }
        steps
    }

    /// Why what is given to `to` is given to him.
    fn becoming(&self, to: Who, steps: &mut Vec<Step>) {
        let told = |steps: &mut Vec<Step>, path: String, says: String| {
            let step = Step { path, says, otherwise: None };
            if !steps.contains(&step) {
                steps.push(step);
            }
        };
        match (self.one.who, to) {
            (one, to) if one == to => {}
            (Who::Role(from), Who::Role(to)) if self.model[from].includes.contains(&to) => {
                for (one, next) in chain(self.model, from, to) {
                    let (one, next) = (&self.model[one].name, &self.model[next].name);
                    told(steps, format!("roles.{one}"), format!("`{one}` includes `{next}`"));
                }
            }
            (_, Who::Role(to)) => {
                let (role, context) = (&self.model[to], &self.model[self.one.context].name);
                let says = format!("everybody in `{context}` is `{}`", role.name);
                told(steps, format!("roles.{}", role.name), says);
            }
            (_, _) => {
                let says = "whoever signs in is `user`".to_owned();
                told(steps, "identity.user".to_owned(), says);
            }
        }
    }

    fn seeing(&self, row: &Row, steps: &mut Vec<Step>) -> Option<Lack> {
        let field = match row.what {
            What::See(field) => Some(field),
            _ => None,
        };
        let grants = grants(self.model, self.entity, self.one, field);
        let what = field
            .map_or("rows".to_owned(), |field| format!("`{}`", self.entity.fields[field.0].name));
        if grants.is_empty() {
            return Some(self.no_read(&what, field.is_some()));
        }
        self.shown(&grants, &what, steps);
        None
    }

    /// The grants through which he sees something; one that shows it always says enough.
    fn shown(&self, grants: &[&ReadGrant], what: &str, steps: &mut Vec<Step>) {
        let enough = grants.iter().position(|grant| grant.when.is_none());
        let grants = enough.map_or(grants, |at| &grants[at..=at]);
        for grant in grants {
            self.becoming(grant.who, steps);
            let name = self.name(grant.who);
            let (says, otherwise) = match &grant.when {
                None => (format!("`read` shows {what} to `{name}`"), None),
                Some(when) => (
                    format!(
                        "`read` shows {what} to `{name}` when {}",
                        phrase(when, self.entity, None)
                    ),
                    Some(404),
                ),
            };
            steps.push(Step { path: grant.path.clone(), says, otherwise });
        }
    }

    fn running(&self, action: &Action, steps: &mut Vec<Step>) -> Option<Lack> {
        let path = action.path(self.entity);
        let by = granting(self.model, self.entity, self.one, action).next();
        let Some(to) = by else { return Some(self.not_by(action, &path)) };
        if action.kind.on_existing_row() && self.model.is_read_in(self.entity, self.one.context) {
            let grants = grants(self.model, self.entity, self.one, None);
            if grants.is_empty() {
                return Some(self.no_read("rows", false));
            }
            self.shown(&grants, "the row", steps);
        }
        self.becoming(to, steps);
        if let Some(asked) = self.model.step_up(self.entity, action, self.one.context) {
            let says = format!("he signed in at most {} ago", duration(asked.seconds));
            steps.push(Step { path: asked.path, says, otherwise: Some(401) });
        }
        let name = self.name(to);
        steps.push(Step {
            path: format!("{path}.by.{name}"),
            says: format!("`{}` is by `{name}`", action.name),
            otherwise: None,
        });
        if let Some(from) = legal_from(self.entity, action, &path) {
            for rule in from.any {
                let says = phrase(&rule.holds, self.entity, Some(action));
                steps.push(Step { path: rule.path, says, otherwise: Some(409) });
            }
        }
        for timer in self.entity.timers_before(action) {
            let holds = timer.is_not_due(self.entity, &action.from);
            let (Some(holds), Some(path)) = (holds, timer.timer_path(self.entity)) else {
                continue;
            };
            let says = format!(
                "{}, else the clock does `{}` first",
                phrase(&holds, self.entity, Some(timer)),
                timer.name
            );
            steps.push(Step { path, says, otherwise: Some(409) });
        }
        for require in &action.require {
            let holds = phrase(&require.holds, self.entity, Some(action));
            steps.push(Step {
                path: format!("{path}.{}", require.part()),
                says: holds,
                otherwise: Some(409),
            });
        }
        if action.because {
            let says = "he says why, and the audit keeps it".to_owned();
            steps.push(Step { path: format!("{path}.because"), says, otherwise: Some(422) });
        }
        if action.idempotency == Some(Idempotency::Required) {
            let says = "he names the request by a key of his own".to_owned();
            steps.push(Step { path: format!("{path}.idempotency"), says, otherwise: Some(400) });
        }
        if let Some(approval) = &action.approval {
            let when = approval.when.as_ref().map_or(String::new(), |when| {
                format!(", where {}", phrase(when, self.entity, Some(action)))
            });
            let says = format!("another person agrees to it{when}; until then it waits");
            steps.push(Step { path: format!("{path}.approval"), says, otherwise: Some(202) });
        }
        None
    }

    fn no_read(&self, what: &str, field: bool) -> Lack {
        let (me, entity) = (self.me(), &self.entity.name);
        let own = format!("entities.{entity}.read.{me}");
        let granted = self.entity.reads.iter().find(|grant| grant.who == self.one.who);
        let says = format!("nothing in `read` of `{entity}` shows {what} to `{me}`");
        let path = self.path("read");
        if let Some(reason) = self.outsider() {
            return Lack { path, says: format!("{says}, and nothing can: {reason}"), write: None };
        }
        let write = match granted {
            Some(_) if field => format!("add {what} to the fields of `{own}`"),
            _ if field => {
                format!("add `{me}: [{}]` under `read` of `{entity}`", what.trim_matches('`'))
            }
            _ => format!(
                "add `{me}: all`, or the fields that `{me}` may see, under `read` of `{entity}`"
            ),
        };
        Lack { path: granted.map_or(path, |grant| grant.path.clone()), says, write: Some(write) }
    }

    fn not_by(&self, action: &Action, path: &str) -> Lack {
        let me = self.me();
        let names: Vec<&str> = action.by.iter().map(|who| self.name(*who)).collect();
        let clock = action.timer.as_ref().map(|_| "the clock".to_owned());
        let listed: Vec<String> =
            names.iter().map(|name| format!("`{name}`")).chain(clock).collect();
        let says = format!(
            "`{}` is by {} alone, and `{me}` is {}",
            action.name,
            listed.join(" or "),
            if listed.len() == 1 { "not that" } else { "none of them" }
        );
        let path = format!("{path}.by");
        if let Some(reason) = self.outsider().or_else(|| self.never_acts(action)) {
            return Lack { path, says: format!("{says}. It cannot be: {reason}"), write: None };
        }
        let all: Vec<&str> = names.into_iter().chain([me]).collect();
        let mut write = match all.as_slice() {
            [one] => format!("write `by: {one}`"),
            several => format!("write `by: [{}]`", several.join(", ")),
        };
        let blind = action.kind.on_existing_row()
            && self.model.is_read_in(self.entity, self.one.context)
            && grants(self.model, self.entity, self.one, None).is_empty();
        if blind {
            write += &format!(
                ", and add under `read` of `{}` what `{me}` sees: nobody acts on a row that he cannot read",
                self.entity.name
            );
        }
        Lack { path, says, write: Some(write) }
    }

    /// Why nothing on rows of the entity can be granted to him.
    fn outsider(&self) -> Option<String> {
        let Who::Role(role) = self.one.who else { return None };
        let tenant = self.model[self.model[role].context].tenant()?;
        let owner = match self.entity.kind {
            EntityKind::Tenant(_) => Some(self.id),
            _ => self.entity.scope.tenant().map(|(tenant, _)| tenant),
        };
        let name = &self.entity.name;
        match (owner, self.entity.kind) {
            (Some(owner), _) if owner == tenant => None,
            (Some(_), _) => Some(format!("`{name}` is of another tenant")),
            (None, EntityKind::User) => {
                Some("people are no tenant's, so every tenant would see all of them".to_owned())
            }
            (None, EntityKind::Grants(_)) => {
                Some("the staff's grants are no tenant's business".to_owned())
            }
            (None, _) => None,
        }
    }

    /// Why nobody of his kind can run the action.
    fn never_acts(&self, action: &Action) -> Option<String> {
        let making = !action.kind.on_existing_row();
        match self.one.who {
            Who::Anyone => {
                Some("what is done without a token cannot be laid to anybody; `user` is any signed-in person".to_owned())
            }
            Who::Party(_) if making => {
                Some(format!("there is no row yet that could name its `{}`", self.me()))
            }
            Who::Role(role)
                if self.model[self.model[role].context].tenant().is_some()
                    && self.entity.scope.tenant().is_none()
                    && self.entity.kind == EntityKind::Plain =>
            {
                Some("all tenants share these rows; the staff can change them".to_owned())
            }
            Who::Role(_) if action.kind == ActionKind::Found => {
                Some("a tenant is founded by a person, acting as himself".to_owned())
            }
            _ => None,
        }
    }

    /// What he is granted holds of no row.
    fn chance(&self, row: &Row) -> Lack {
        Lack {
            path: row.path.clone(),
            says: "no row meets all of this at once".to_owned(),
            write: None,
        }
    }
}

/// From one role to another that it includes, by what stands in `includes`.
fn chain(model: &Model, from: RoleId, to: RoleId) -> Vec<(RoleId, RoleId)> {
    let mut links = Vec::new();
    let mut at = from;
    while at != to {
        // The next is one that no other included role stands before.
        let on_the_way = |role: &RoleId| *role == to || model[*role].includes.contains(&to);
        let candidates: Vec<RoleId> =
            model[at].includes.iter().copied().filter(on_the_way).collect();
        let behind = |role: &RoleId| {
            candidates.iter().any(|other| other != role && model[*other].includes.contains(role))
        };
        let next = candidates.iter().copied().find(|role| !behind(role)).unwrap_or(to);
        links.push((at, next));
        at = next;
    }
    links
}
