//! What waits for a second person: for each action with `approval`, an entity of the requests for it.
//!
//! A request is a row like any other, so who sees it, who may do what with it, when it is over and what the audit
//! tells of it are said in words of the language: [`expanded`] writes them down before anything is resolved.

use super::draft::{Drafts, ScopeDraft};
use super::unknown::unknown;
use super::{contexts, deletion, entities, scopes};
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::duration;
use crate::model::EntityKind;
use crate::source::{Span, Spanned};
use crate::syntax::{Action, Approval, Document, Entity, FieldType, Map, Name, Party, Scope, Step};

/// Seconds, where nothing is said: three days.
const USUAL: i64 = 72 * 3600;
/// Of a year: what waits longer was forgotten.
const LONGEST: i64 = 366 * 86_400;

/// Fields of a request, beside the row that it is about and what was given.
pub const VERSION: &str = "target_version";
pub const BECAUSE: &str = "reason";
pub const MAKER: &str = "requested_by";
pub const HASH: &str = "hash";
pub const EXPIRES_AT: &str = "expires_at";
pub const CHECKER: &str = "decided_by";
/// The action by which somebody agrees.
pub const AGREE: &str = "approve";

/// `BookingForceCancelApproval`.
pub fn entity_name(entity: &str, action: &str) -> String {
    use heck::ToUpperCamelCase;
    format!("{entity}{}Approval", action.to_upper_camel_case())
}

/// The field that refers to the row which a request is about.
pub fn target(entity: &str) -> String {
    use heck::ToSnakeCase;
    entity.to_snake_case()
}

/// Seconds for which a request waits; none where that is no duration.
pub fn expires(written: &Approval) -> Option<i64> {
    let Some(text) = &written.expires else { return Some(USUAL) };
    let text = text.value.trim();
    let unit = text.char_indices().last().map_or(0, |(at, _)| at);
    let seconds = duration(&text[..unit], &text[unit..])?;
    (1..=LONGEST).contains(&seconds).then_some(seconds)
}

/// The document with the entities of requests; none where nothing waits for a second person.
pub fn expanded(document: &Document, out: &mut Diagnostics) -> Option<Document> {
    let asks = |entity: &Entity| entity.actions.iter().any(|(_, one)| one.approval.is_some());
    if !document.entities.iter().any(|(_, entity)| asks(entity)) {
        return None;
    }
    // What is wrong with these is told when they are made for good.
    let mut unheard = Diagnostics::new();
    let drafts = entities::drafts(document, &mut unheard);
    let contexts = contexts::contexts(document, &drafts, &mut unheard);
    let scopes = scopes::scopes(document, &drafts, &contexts, &mut unheard);
    let mut all = document.clone();
    for (name, entity) in document.entities.iter() {
        // It is taken for one of another name, which the requests would speak of.
        if drafts.find(&name.value).is_none_or(|id| drafts[id.0].name != name.value) {
            continue;
        }
        for (action_name, action) in entity.actions.iter() {
            let Some(approval) = &action.approval else { continue };
            let one =
                One { document, drafts: &drafts, name, entity, action_name, action, approval };
            if let Some((name, requests)) = one.requests(&scopes, out) {
                all.entities.push(name, requests);
            }
        }
    }
    Some(all)
}

/// An action that waits.
pub struct One<'d> {
    pub document: &'d Document,
    pub drafts: &'d Drafts<'d>,
    pub name: &'d Name,
    pub entity: &'d Entity,
    pub action_name: &'d Name,
    pub action: &'d Action,
    pub approval: &'d Approval,
}

impl One<'_> {
    pub fn span(&self) -> Span {
        self.approval.span
    }

    pub fn word<T>(&self, value: T) -> Spanned<T> {
        Spanned::new(value, self.span())
    }

    pub fn name(&self, name: &str) -> Name {
        self.word(name.to_owned())
    }

    /// The entity of its requests, where it can have some.
    fn requests(&self, scopes: &[ScopeDraft], out: &mut Diagnostics) -> Option<(Name, Entity)> {
        self.can_wait(out)?;
        let context = self.context(out)?;
        self.can_be_kept(out)?;
        if expires(self.approval).is_none() {
            let span = self.approval.expires.as_ref().map_or(self.span(), |text| text.span);
            let message = "`expires` is a duration of at most a year".to_owned();
            return wrong(out, span, message, "write it as in `72h` or `7d`");
        }
        let name = self.name(&entity_name(&self.name.value, &self.action_name.value));
        if let Some((other, _)) = self.document.entities.entry(&name.value) {
            let message =
                format!("`{name}` is what requests for `{}` are kept as", self.action_name);
            let told = Diagnostic::new(codes::NAME_COLLISION, other.span, message);
            out.push(told.also(self.span(), "for this").next("name the entity otherwise"));
            return None;
        }
        let of = self.drafts.find(&self.name.value)?;
        let target = target(&self.name.value);
        let (scope, refers) = match (self.drafts[of.0].kind, scopes[of.0]) {
            // The tenant's own column refers to it.
            (EntityKind::Tenant(_), _) => (Scope::Tenant(self.name(&self.name.value)), false),
            (_, ScopeDraft::Platform) => (Scope::Platform, true),
            _ => (Scope::Through(self.name(&target)), true),
        };
        let fields = self.fields(refers);
        let shown = fields.names().map(|name| self.name(name));
        let shown = shown.chain((!refers).then(|| self.name(&target))).collect();
        let mut parties = Map::default();
        let maker = Party { user: Some(self.name(MAKER)), context: Some(self.name(context)) };
        parties.push(self.name("maker"), maker);
        let requests = Entity {
            summary: Some(self.name(&format!(
                "What was asked for by `{}` of `{}`, and waits for somebody who agrees",
                self.action_name, self.name
            ))),
            scope: Some(self.word(scope)),
            fields,
            parties,
            states: Some(self.states()),
            read: Some(self.reads(shown)),
            actions: self.actions(),
            ..Entity::default()
        };
        Some((name, requests))
    }

    /// It is about a row that is there, and somebody asks for it.
    fn can_wait(&self, out: &mut Diagnostics) -> Option<()> {
        let name = self.action_name;
        if let Some((word, span)) = self.action.timer() {
            let message = format!("`{name}` is done by the clock, which asks nobody");
            let told = Diagnostic::new(codes::WRONG_APPROVAL, self.span(), message);
            let told = told.also(span, format!("`{word}` stands here"));
            out.push(told.next("make two actions, one for people and one for the clock"));
            return None;
        }
        let made = ["create", "found", "grant", "revoke", deletion::DELETE];
        if made.contains(&name.as_str()) {
            let message = format!("`{name}` cannot wait for a second person yet");
            let next = "let it make a row in a first state, and give `approval` to the action that leads on";
            return wrong(out, self.span(), message, next);
        }
        if let Some(call) = self.action.steps.iter().find_map(|step: &Step| step.call.as_ref()) {
            let message =
                format!("`{name}` asks a hook, whose answer would not be what was agreed to");
            let next =
                "call the hook in an action before this one, and keep what it gave in a field";
            return wrong(out, call.span, message, next);
        }
        Some(())
    }

    /// The context in which those may act who may agree.
    fn context(&self, out: &mut Diagnostics) -> Option<&str> {
        let mut context: Option<&Name> = None;
        for name in &self.approval.by {
            let Some(role) = self.document.roles.get(&name.value) else {
                let is_party = matches!(name.as_str(), "user" | "anyone")
                    || self.entity.parties.get(&name.value).is_some();
                if is_party {
                    let message = format!("`{name}` is no role that a second person could hold");
                    return wrong(out, name.span, message, "name a role of the action's context");
                }
                unknown(out, name, "role", self.document.roles.names(), self.document.incomplete);
                return None;
            };
            let own = role.context.as_ref()?;
            match context {
                Some(first) if first.value != own.value => {
                    let message = format!("`{name}` is of another context than the others");
                    return wrong(out, name.span, message, "name roles of the action's context");
                }
                _ => context = Some(own),
            }
        }
        context.map(Name::as_str)
    }

    /// Nothing that was given says anything of a person, and each has a name of its own.
    fn can_be_kept(&self, out: &mut Diagnostics) -> Option<()> {
        let target = target(&self.name.value);
        let own = [VERSION, BECAUSE, MAKER, HASH, EXPIRES_AT, CHECKER, target.as_str()];
        for name in self.action.accept.iter().chain(self.action.input.iter().map(|(name, _)| name))
        {
            if own.contains(&name.as_str()) {
                let message = format!("a request has a field `{name}` of its own");
                return wrong(out, name.span, message, "name it otherwise");
            }
        }
        let fields = self.action.accept.iter().filter_map(|name| {
            let field = self.entity.fields.get(&name.value)?;
            Some((name, is_personal(field.ty.as_ref(), field.pii)))
        });
        let inputs = self.action.input.iter();
        let inputs = inputs.map(|(name, input)| (name, is_personal(input.ty.as_ref(), None)));
        for (name, personal) in fields.chain(inputs) {
            if personal {
                let message = format!("`{name}` says something of a person");
                out.push(
                    Diagnostic::new(codes::WRONG_APPROVAL, name.span, message)
                        .also(
                            self.span(),
                            "it would be kept in each request, whatever became of it",
                        )
                        .reason("what is personal stands in one place, where its readers are named")
                        .next("let an action of its own take it"),
                );
                return None;
            }
        }
        Some(())
    }
}

fn is_personal(ty: Option<&Spanned<FieldType>>, said: Option<bool>) -> bool {
    let usual = matches!(ty.map(|ty| &ty.value), Some(FieldType::Email | FieldType::Phone));
    said.unwrap_or(usual)
}

fn wrong<T>(out: &mut Diagnostics, span: Span, message: String, next: &str) -> Option<T> {
    out.push(Diagnostic::new(codes::WRONG_APPROVAL, span, message).next(next));
    None
}
