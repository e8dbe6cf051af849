//! An action and the requests for it, once both are known: when it waits, and what is done when somebody agrees.

use super::approvals::{self, AGREE, BECAUSE, EXPIRES_AT, HASH, MAKER, VERSION};
use super::conditions::{self, Names};
use super::draft::World;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::mentions::{Mention, What, mentions};
use crate::expr::scope::Place;
use crate::expr::typed::{Column, Expr, Far, Node, Op, Ty};
use crate::model::{
    Action, Approval, Does, Entity, EntityId, FieldId, Request, Required, Requirement, RoleId,
    Step, Who,
};
use crate::source::Span;
use crate::syntax::{self, ExprText};

pub fn link(world: &mut World<'_>, out: &mut Diagnostics) {
    for index in 0..world.entities.len() {
        for at in 0..world.entities[index].actions.len() {
            let declared = world.drafts[index].declared;
            let name = world.entities[index].actions[at].name.clone();
            let written = declared.and_then(|one| one.actions.get(&name));
            let Some(approval) = written.and_then(|written| written.approval.as_ref()) else {
                continue;
            };
            let one = Link { world, id: EntityId(index), at, approval };
            if let Some(approval) = one.approval(out) {
                agree(world, (EntityId(index), at), &approval);
                world.entities[index].actions[at].approval = Some(approval);
            }
        }
    }
}

struct Link<'w> {
    world: &'w World<'w>,
    id: EntityId,
    at: usize,
    approval: &'w syntax::Approval,
}

impl<'w> Link<'w> {
    fn entity(&self) -> &'w Entity {
        &self.world.entities[self.id.0]
    }

    fn action(&self) -> &'w Action {
        &self.entity().actions[self.at]
    }

    fn approval(&self, out: &mut Diagnostics) -> Option<Approval> {
        let name = approvals::entity_name(&self.entity().name, &self.action().name);
        let entity = self.world.drafts.find(&name)?;
        let requests = &self.world.entities[entity.0];
        let request = self.request(requests, out)?;
        self.is_in_one_context(out)?;
        self.is_shown(&request, out)?;
        let when = match &self.approval.when {
            Some(when) => Some(self.when(when, out)?),
            None => None,
        };
        let expires = approvals::expires(self.approval)?;
        Some(Approval { entity, when, expires, request })
    }

    fn request(&self, requests: &Entity, out: &mut Diagnostics) -> Option<Request> {
        let (entity, action) = (self.entity(), self.action());
        let field =
            |name: &str| requests.fields.iter().position(|field| field.name == name).map(FieldId);
        let mut accept = Vec::new();
        for own in &action.accept {
            let name = &entity.fields[own.0].name;
            let Some(kept) = field(name) else {
                let message = format!("`{name}` is implied, and cannot wait for a second person");
                return wrong(out, self.approval.span, message, "declare the field");
            };
            accept.push((*own, kept));
        }
        let input: Option<Vec<FieldId>> =
            action.input.iter().map(|input| field(&input.name)).collect();
        Some(Request {
            of: field(&approvals::target(&entity.name))?,
            version: field(VERSION)?,
            maker: field(MAKER)?,
            hash: field(HASH)?,
            expires_at: field(EXPIRES_AT)?,
            because: field(BECAUSE).filter(|_| action.because),
            accept,
            input: input?,
        })
    }

    fn checkers(&self) -> impl Iterator<Item = (&'w syntax::Name, RoleId)> + use<'w> {
        let world = self.world;
        self.approval.by.iter().filter_map(|name| Some((name, world.role(&name.value)?)))
    }

    /// Who asks and who agrees act in the same context.
    fn is_in_one_context(&self, out: &mut Diagnostics) -> Option<()> {
        let (entity, world) = (self.entity(), self.world);
        let (name, role) = self.checkers().next()?;
        let context = world.roles[role.0].context;
        let elsewhere = self.action().by.iter().any(|who| match who {
            Who::Role(role) => world.roles[role.0].context != context,
            Who::Party(party) => entity.parties[party.0].context != context,
            Who::Anyone | Who::User => true,
        });
        if elsewhere {
            let action = &self.action().name;
            let acts = &world.contexts[context.0].name;
            let message = format!("`{action}` can be done in another context than `{acts}`");
            out.push(
                Diagnostic::new(codes::WRONG_APPROVAL, name.span, message)
                    .reason("a request is kept where it was made, and seen there by those who may agree")
                    .next("give each context an action of its own, with an approval of its own"),
            );
            return None;
        }
        Some(())
    }

    /// Who agrees reads all that he agrees to, and who asks all that he did not give: both are shown the request.
    fn is_shown(&self, request: &Request, out: &mut Diagnostics) -> Option<()> {
        let (entity, world) = (self.entity(), self.world);
        let mut shown = |who: &Who, name: &str, span: Span, reason: &str, next: &str| {
            let Some(hidden) = self.hidden_from(who, request) else { return Some(()) };
            let field = &entity.fields[hidden.0].name;
            let message = format!("`{name}` does not always read `{field}`");
            let next = format!("grant `{field}` to `{name}` without a condition, or {next}");
            let told = Diagnostic::new(codes::WRONG_APPROVAL, span, message);
            out.push(told.reason(reason).next(next));
            None
        };
        for (name, role) in self.checkers() {
            let reason =
                "who agrees is shown all that is asked for, also what it would give to a field";
            shown(&Who::Role(role), name.as_str(), name.span, reason, "name another role")?;
        }
        for who in &self.action().by {
            let name = match who {
                Who::Role(role) => &world.roles[role.0].name,
                Who::Party(party) => &entity.parties[party.0].name,
                Who::Anyone | Who::User => continue,
            };
            let reason = "who asks is shown the request, in which a field that he does not give stands as it is";
            let next = "take it as an `input`, and let a step `set` the field";
            shown(who, name, self.asked_by(), reason, next)?;
        }
        Some(())
    }

    /// Where the action says who does it.
    fn asked_by(&self) -> Span {
        let declared = self.world.drafts[self.id.0].declared;
        let written = declared.and_then(|one| one.actions.get(&self.action().name));
        let by = written.and_then(|written| written.by.first());
        by.map_or(self.approval.span, |name| name.span)
    }

    /// Something that a request holds of the row, and that is not everything of it to whoever this is.
    fn hidden_from(&self, whose: &Who, request: &Request) -> Option<FieldId> {
        let (entity, world) = (self.entity(), self.world);
        let is_his = |who: &Who| match (who, whose) {
            (Who::Role(of), Who::Role(role)) => {
                of == role || world.roles[role.0].includes.contains(of)
            }
            _ => *who == Who::Anyone || who == whose,
        };
        let reads = |field: &FieldId| {
            entity.reads.iter().any(|grant| {
                is_his(&grant.who)
                    && entity.besides_there(grant.when.as_ref()).is_none()
                    && grant.fields.contains(field)
            })
        };
        request.accept.iter().map(|(own, _)| *own).find(|own| !reads(own))
    }

    /// Of the row as it is before, and of inputs: what is asked for once and never again.
    fn when(&self, text: &ExprText, out: &mut Diagnostics) -> Option<Expr> {
        let (entity, action) = (self.entity(), self.action());
        let names = Names::of(self.world, self.id);
        let inputs = conditions::inputs(self.world, &action.input);
        let when = names.check(Place::Require, text, &inputs, out)?;
        if speaks_of_others(&when) {
            let message = "whether it waits is told by the row and what is given alone".to_owned();
            let next = "keep what it depends on in a field or a total of the row itself";
            return wrong(out, text.span, message, next);
        }
        let used = mentions(text).unwrap_or_default();
        let given = action.accept.iter().map(|own| entity.fields[own.0].name.as_str());
        let given: Vec<&str> = given.collect();
        let own = |one: &&Mention| one.what != What::Input && given.contains(&one.name.as_str());
        if let Some(one) = used.iter().find(own) {
            let message =
                format!("`{}` is what the caller gives, and is asked as it was before", one.name);
            return wrong(
                out,
                one.span,
                message,
                "take it as an `input`, and let a step `set` the field",
            );
        }
        Some(when)
    }
}

fn wrong<T>(out: &mut Diagnostics, span: Span, message: String, next: &str) -> Option<T> {
    out.push(Diagnostic::new(codes::WRONG_APPROVAL, span, message).next(next));
    None
}

/// Whether it speaks of another row, of who acts or of the moment.
fn speaks_of_others(expr: &Expr) -> bool {
    matches!(expr.node, Node::Path(..) | Node::Actor | Node::Made(_) | Node::Now | Node::Today(_))
        || expr.parts().into_iter().any(speaks_of_others)
}

/// What is done when somebody agrees: the row must be as it was, and the action is done.
fn agree(world: &mut World<'_>, (id, at): (EntityId, usize), approval: &Approval) {
    let target = world.entities[id.0].name.clone();
    let requests = &mut world.entities[approval.entity.0];
    let Some(agree) = requests.actions.iter_mut().find(|one| one.name == AGREE) else { return };
    let of = Node::Column(Column::Field(approval.request.of.0));
    let of = Expr { node: of, ty: Ty::Ref(target), nullable: false };
    let version = Far { column: Column::Version, name: "version".to_owned() };
    let int = |node: Node| Expr { node, ty: Ty::Int, nullable: false };
    let now = int(Node::Path(Box::new(of.clone()), version));
    let then = int(Node::Column(Column::Field(approval.request.version.0)));
    let node = Node::Binary(Op::Eq, Box::new(now), Box::new(then));
    let holds = Expr { node, ty: Ty::Bool, nullable: false };
    agree.require.push(Requirement { asked: Required::Named("unchanged".to_owned()), holds });
    agree.steps.push(Step {
        when: None,
        does: Does::Agree { entity: id, action: at, of },
        name: None,
    });
}
