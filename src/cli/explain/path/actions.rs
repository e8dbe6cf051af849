//! Actions and their parts: who, what is accepted, from which states, what must hold.

use super::approval::approval;
use super::asks::{because, idempotency};
use super::said::{Said, listed};
use super::{At, routes};
use crate::model::{Action, ActionKind, Door, Field, FieldId, Input, Required, Requirement};
use crate::permissions::What;
use crate::phrase::{phrase, timer, type_words};
use crate::plan::{Operation, Route};

impl<'m> At<'m> {
    pub fn actions(self) -> Said {
        let own = |action: &&Action| action.kind != ActionKind::Command;
        let each = self.entity.actions.iter().filter(own);
        Said::section("action", each.map(|one| format!("{}: {}", one.name, self.in_short(one))))
    }

    fn in_short(self, action: &Action) -> String {
        let mut said = format!("by {}", self.doers(action));
        let to = action.to.map_or(String::new(), |to| format!(" → {}", self.state_name(to)));
        let moves = format!("{}{to}", self.state_names(&action.from).join(" or "));
        if !moves.is_empty() {
            said += &format!("; {}", moves.trim());
        }
        said
    }

    /// A command, as the actions of the entity whose row it returns have it.
    pub fn command(self, name: &str, rest: &[&str]) -> Option<Said> {
        let is = |action: &Action| action.name == name && action.kind == ActionKind::Command;
        self.said_of(self.entity.actions.iter().position(is)?, rest)
    }

    pub fn action(self, name: &str, rest: &[&str]) -> Option<Said> {
        let is = |action: &Action| action.name == name && action.kind != ActionKind::Command;
        self.said_of(self.entity.actions.iter().position(is)?, rest)
    }

    fn said_of(self, at: usize, rest: &[&str]) -> Option<Said> {
        let action = &self.entity.actions[at];
        match rest {
            [] => Some(self.whole_action(action, at)),
            ["by"] => Some(self.by(action, at)),
            ["by", name] => self.by_one(action, name),
            ["accept"] => Some(self.accept(action)),
            ["accept", name] => self.accepted(action, name),
            ["input"] => Some(self.inputs(action)),
            ["input", name] => self.input(action, name),
            ["from"] => Some(self.from(action)),
            ["to"] => self.to(action),
            ["before"] => self.before(action),
            ["at" | "after" | "as_soon"] => self.timer(action, rest[0]),
            ["require"] => Some(self.requires(action)),
            ["require", name] => self.require(action, name),
            ["because"] => Some(because(action)),
            ["idempotency"] => Some(idempotency(action)),
            ["step_up"] => Some(self.step_up(action, true)),
            ["approval"] => Some(approval(self.model, self.entity, action)),
            ["do"] => Some(self.steps(action)),
            ["as", name] => self.made(action, name),
            _ => None,
        }
    }

    fn whole_action(self, action: &Action, at: usize) -> Said {
        let mut said = Said::new(match action.kind {
            ActionKind::Command => "command",
            _ => "action",
        });
        said.say("summary", &action.summary);
        said.say("does", does(action.kind));
        for door in action.doors(self.model, self.entity) {
            said.say("by", self.door(&door));
        }
        said.say("by", timer(self.entity, action).unwrap_or_default());
        for field in &action.accept {
            said.say("accepts", self.taken(action, &self.entity.fields[field.0]));
        }
        said.lines.extend(self.inputs(action).listed());
        for (field, what) in self.set(action) {
            said.say("sets", format!("{field}: {what}"));
        }
        if action.kind.on_existing_row() {
            said.say("from", self.legal(action));
        }
        said.say("to", action.to.map_or("", |to| self.state_name(to)));
        said.lines.extend(self.requires(action).listed());
        for before in self.entity.timers_before(action) {
            said.say("not while", format!("{} is due", before.name));
        }
        said.lines.extend(self.steps(action).listed());
        if let Some(returned) = action.returns {
            let name = action.steps[returned].name.as_deref().unwrap_or_default();
            said.say("returns", format!("`{name}`, a row of {}", self.entity.name));
        }
        if action.because {
            said.say("because", "required, and kept with the audit");
        }
        if action.idempotency.is_some() {
            said.lines.extend(idempotency(action).lines);
        }
        said.lines.extend(self.step_up(action, false).lines);
        if action.approval.is_some() {
            said.lines.extend(approval(self.model, self.entity, action).lines);
        }
        if action.kind.on_existing_row() && !action.by.is_empty() {
            said.say("version", "the caller names the row's; another answers 412");
        }
        let runs =
            |route: &Route| route.entity == self.id && route.operation == Operation::Action(at);
        routes::told(self.model, &mut said, runs);
        self.effects(action, at, &mut said);
        said
    }

    fn door(self, door: &Door) -> String {
        format!("{} in {}", self.people(&door.by), self.model[door.context].name)
    }

    /// What nobody gives and the action fills in.
    fn set(self, action: &Action) -> Vec<(&'m str, String)> {
        let making =
            matches!(action.kind, ActionKind::Create | ActionKind::Found | ActionKind::Grant);
        let fields = self.entity.fields.iter().enumerate();
        fields
            .filter(|(at, _)| making && !action.accept.contains(&FieldId(*at)))
            .filter_map(|(at, field)| {
                let what = self.default_of(field).or_else(|| self.filled(FieldId(at)))?;
                Some((field.name.as_str(), what))
            })
            .chain(self.first_state(action, making))
            .chain((action.kind == ActionKind::Revoke).then(|| ("revoked_at", "now".to_owned())))
            .collect()
    }

    fn first_state(self, action: &Action, making: bool) -> Option<(&'static str, String)> {
        let states = self.entity.states.as_ref().filter(|_| making && action.to.is_none())?;
        Some(("state", format!("{}, the first", states.list.first()?.name)))
    }

    fn by(self, action: &Action, at: usize) -> Said {
        let mut said = Said::new("grant");
        for door in action.doors(self.model, self.entity) {
            said.say("by", self.door(&door));
        }
        for line in self.may(&self.permissions(), What::Run(at)) {
            said.say("may", line);
        }
        let otherwise = match action.kind.on_existing_row() {
            true => "403; who cannot read the row is answered 404",
            false => "403",
        };
        said.say("otherwise", otherwise);
        said
    }

    fn by_one(self, action: &Action, name: &str) -> Option<Said> {
        let who = *action.by.iter().find(|who| self.name(**who) == name)?;
        let mut said = Said::new("grant");
        said.say("to", self.who(who));
        let people = self.permissions().people;
        let also = people.iter().filter(|one| one.is.contains(&who));
        said.say("also to", also.map(|one| self.who(one.who)).collect::<Vec<_>>().join(", "));
        said.say("of", format!("running {}.{}", self.entity.name, action.name));
        Some(said)
    }

    /// `title: text(1..80), required`.
    fn taken(self, action: &Action, field: &Field) -> String {
        format!(
            "{}: {}, {}",
            field.name,
            type_words(self.model, &field.ty),
            self.needed(action, field)
        )
    }

    /// Whether the caller has to give it.
    fn needed(self, action: &Action, field: &Field) -> String {
        let default = self.default_of(field);
        match (action.kind.on_existing_row(), field.optional, default) {
            (true, false, _) => "left as it is where it is not given".to_owned(),
            (true, true, _) => "left as it is where it is not given, emptied by null".to_owned(),
            (false, true, _) => "optional".to_owned(),
            (false, false, Some(default)) => format!("{default} where it is not given"),
            (false, false, None) => "required".to_owned(),
        }
    }

    fn accept(self, action: &Action) -> Said {
        let mut said = Said::new("section");
        for field in &action.accept {
            said.say("accepts", self.taken(action, &self.entity.fields[field.0]));
        }
        if action.accept.is_empty() {
            said.say("accepts", "no field");
        }
        said.say(
            "otherwise",
            "422: a member that is not accepted, of another type, out of bounds, missing",
        );
        said
    }

    fn accepted(self, action: &Action, name: &str) -> Option<Said> {
        let own = |field: &&FieldId| self.entity.fields[field.0].name == name;
        let field = &self.entity.fields[action.accept.iter().find(own)?.0];
        let mut said = Said::new("accepted field");
        said.say("field", self.path(&format!("fields.{name}")));
        said.say("type", super::field::bounded(self.model, &field.ty));
        said.say("in JSON", super::field::json(field));
        said.say("given", self.needed(action, field));
        said.say("otherwise", "422");
        Some(said)
    }

    fn inputs(self, action: &Action) -> Said {
        let line = |input: &Input| {
            let optional = if input.optional { "optional " } else { "" };
            format!("{}: {optional}{}", input.name, type_words(self.model, &input.ty))
        };
        Said::section("input", action.input.iter().map(line))
    }

    fn input(self, action: &Action, name: &str) -> Option<Said> {
        let input = action.input.iter().find(|input| input.name == name)?;
        let mut said = Said::new("input");
        said.say("summary", &input.summary);
        said.say("type", super::field::bounded(self.model, &input.ty));
        said.say("given", if input.optional { "optional" } else { "required" });
        said.say("used in", format!("`require`, as `input.{name}`; it is kept nowhere else"));
        said.say("otherwise", "422");
        Some(said)
    }

    fn legal(self, action: &Action) -> String {
        match (action.kind, &self.entity.states) {
            (ActionKind::Revoke, _) => "where it is not revoked yet".to_owned(),
            (_, None) => String::new(),
            (_, Some(_)) => listed(&self.state_names(&action.from), "any state"),
        }
    }

    fn from(self, action: &Action) -> Said {
        let mut said = Said::new("states");
        let legal = match action.kind.on_existing_row() {
            true => self.legal(action),
            false => "none: it makes a row".to_owned(),
        };
        said.say(
            "from",
            if legal.is_empty() { "none: its rows have no states".to_owned() } else { legal },
        );
        if !action.from.is_empty() || action.kind == ActionKind::Revoke {
            said.say("otherwise", format!("409, naming {}", self.part(action, "from")));
        }
        said
    }

    fn to(self, action: &Action) -> Option<Said> {
        let mut said = Said::new("state");
        said.say("to", self.state_name(action.to?));
        Some(said)
    }

    fn part(self, action: &Action, part: &str) -> String {
        format!("{}.{part}", action.path(self.entity))
    }

    fn requires(self, action: &Action) -> Said {
        let holds = |rule: &Requirement| phrase(&rule.holds, self.entity, Some(action));
        let each = action.require.iter();
        Said::section("require", each.map(|rule| format!("{}: {}", rule.name(), holds(rule))))
    }

    fn require(self, action: &Action, name: &str) -> Option<Said> {
        let require = action
            .require
            .iter()
            .find(|require| require.asked == Required::Named(name.to_owned()))?;
        let mut said = Said::new("requirement");
        said.say("holds", phrase(&require.holds, self.entity, Some(action)));
        said.say("about", self.about(&require.holds));
        said.say("asked", "when the action runs, of the row that is locked then");
        said.say(
            "otherwise",
            format!("409, naming {}", self.part(action, &format!("require.{name}"))),
        );
        Some(said)
    }

    fn before(self, action: &Action) -> Option<Said> {
        let before = action.require.iter().find(|require| require.asked == Required::Before)?;
        let mut said = Said::new("deadline");
        said.say("holds", phrase(&before.holds, self.entity, Some(action)));
        said.say("about", self.about(&before.holds));
        said.say("asked", "when the action runs, of the row that is locked then");
        said.say("otherwise", format!("409, naming {}", self.part(action, "before")));
        Some(said)
    }

    fn timer(self, action: &Action, word: &str) -> Option<Said> {
        action.timer.as_ref().filter(|timer| timer.due.word() == word)?;
        let mut said = Said::new("timer");
        said.say("by", timer(self.entity, action).unwrap_or_default());
        said.say("from", self.legal(action));
        let due = action.is_due().map(|due| phrase(&due, self.entity, Some(action)));
        said.say("due", due.unwrap_or_default());
        said.say(
            "run",
            "by the service's `work`; the audit names no person, and the context `timer`",
        );
        let other = "another action on a row that is due: 409, naming";
        said.say("otherwise", format!("{other} {}", self.part(action, word)));
        Some(said)
    }

    /// What a request that runs it carries.
    pub fn body(self, action: &Action) -> Vec<(&'static str, String)> {
        let mut said = Said::new("body");
        for field in &action.accept {
            said.say("body", self.taken(action, &self.entity.fields[field.0]));
        }
        for input in &action.input {
            let given = if input.optional { "optional" } else { "required" };
            said.say(
                "body",
                format!("{}: {}, {given}", input.name, type_words(self.model, &input.ty)),
            );
        }
        if action.because {
            said.say("body", "because: why, required");
        }
        said.lines
    }
}

fn does(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Create => "makes a row",
        ActionKind::Found => "makes a tenant, and its first grant for the person who acts",
        ActionKind::Grant => "gives a person a role, or gives it again",
        ActionKind::Change => "changes a row",
        ActionKind::Revoke => "takes a role from a person",
        ActionKind::Delete => "takes a row away",
        ActionKind::Command => "does several things in one transaction, of which one makes a row",
    }
}
