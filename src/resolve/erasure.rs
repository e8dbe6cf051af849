//! Erasure of people: of everything personal it is clear whose it is, something can stand in its place, and
//! nothing that stays depends on it.

use super::draft::World;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::typed::{Column, Expr, Node, Ty};
use crate::model::{
    Action, Does, Each, Entity, EntityId, EntityKind, FieldId, Origin, Quota, Total, Type,
};
use crate::source::Span;

/// Once all fields, rules, totals and steps are known.
pub fn check(world: &World<'_>, out: &mut Diagnostics) {
    if world.entities[world.user().0].erased_at().is_none() {
        return;
    }
    for index in 0..world.entities.len() {
        let one = One { world, id: EntityId(index) };
        for field in one.entity().personal() {
            one.whose(field, out);
            one.replaced(field, out);
            one.ruled(field, out);
            one.counted(field, out);
        }
        one.taken(out);
    }
}

struct One<'w> {
    world: &'w World<'w>,
    id: EntityId,
}

impl One<'_> {
    fn entity(&self) -> &Entity {
        &self.world.entities[self.id.0]
    }

    /// Where the field is declared.
    fn place(&self, field: FieldId) -> Span {
        let draft = &self.world.drafts[self.id.0];
        let name = &self.entity().fields[field.0].name;
        let declared = draft.declared.and_then(|declared| declared.fields.entry(name));
        declared.map_or(draft.span, |(name, _)| name.span)
    }

    fn refuse(&self, field: FieldId, message: String) -> Diagnostic {
        let user = &self.world.drafts[self.world.user().0];
        let told = Diagnostic::new(codes::NOT_ERASABLE, self.place(field), message);
        match user.declared.and_then(|declared| declared.delete.as_ref()) {
            Some(said) => told.also(said.span, "people are erased"),
            None => told,
        }
    }

    /// It is of the one person whom the row names for ever.
    fn whose(&self, field: FieldId, out: &mut Diagnostics) {
        let it = self.entity();
        let name = &it.fields[field.0].name;
        if it.kind == EntityKind::User || matches!(it.fields[field.0].origin, Origin::Copied { .. })
        {
            return;
        }
        let told = |message: String| self.refuse(field, message);
        let whose = it.whose();
        let told = match whose.as_slice() {
            [one] if it.names_for_ever(*one) => return,
            [one] => {
                let of = &it.fields[one.0].name;
                told(format!(
                    "`{name}` is personal, and `{of}` need not always name the same person"
                ))
                .next(format!("make `{of}` frozen and not optional, or say `pii: false`"))
            }
            [] if self.world.party_lost(self.id) => return,
            [] => told(format!("`{name}` is personal, and nothing says whose it is"))
                .next("add a party `in: self` that the row names for ever, or say `pii: false`"),
            _ => told(format!("`{name}` is personal, and the row names several people"))
                .reason("what is one person's must not go with another")
                .next("move it to an entity whose rows name one, or say `pii: false`"),
        };
        out.push(told);
    }

    fn replaced(&self, field: FieldId, out: &mut Diagnostics) {
        let it = self.entity();
        let name = &it.fields[field.0].name;
        if matches!(it.fields[field.0].ty, Type::Money(_)) {
            let told = self.refuse(field, format!("`{name}` is money, which stays"));
            out.push(told.next("remove `pii`"));
        } else if it.replacement(field).is_none() {
            let told = self.refuse(field, format!("nothing can stand in the place of `{name}`"));
            out.push(told.next("make it optional, so that it is absent then"));
        }
    }

    /// No rule speaks of it, which could forbid that it is overwritten.
    fn ruled(&self, field: FieldId, out: &mut Diagnostics) {
        let it = self.entity();
        let rules = it.rules.iter().map(|rule| ("rule", &rule.name, &rule.holds));
        let caps = it.quotas.iter().map(|quota| ("cap of", &quota.name, &quota.cap));
        if let Some((what, rule, _)) = rules.chain(caps).find(|(.., of)| speaks(of, field)) {
            let name = &it.fields[field.0].name;
            let message = format!("the {what} `{rule}` speaks of `{name}`, which is personal");
            out.push(
                self.refuse(field, message)
                    .reason("it could forbid that the field is overwritten")
                    .next("ask it of the actions that write the field, by `require`"),
            );
        }
    }

    /// No total changes with it.
    fn counted(&self, field: FieldId, out: &mut Diagnostics) {
        let depends = |total: &&Total| {
            let filter = total.filter.as_ref();
            total.child == self.id
                && (total.adds.field() == Some(field) || filter.is_some_and(|of| speaks(of, field)))
        };
        let used = |quota: &&Quota| {
            let filter = quota.filter.as_ref();
            quota.child == self.id
                && (quota.adds.field() == Some(field) || filter.is_some_and(|of| speaks(of, field)))
        };
        for parent in &self.world.entities {
            let total = parent.totals.iter().find(depends);
            let total = total.map(|total| &parent.fields[total.field.0].name);
            let used = parent.quotas.iter().find(used).map(|quota| &quota.name);
            let Some(total) = total.or(used) else { continue };
            let name = &self.entity().fields[field.0].name;
            let message =
                format!("`{}.{total}` depends on `{name}`, which is personal", parent.name);
            out.push(
                self.refuse(field, message)
                    .reason("totals stay as they are when somebody is erased")
                    .next("count by something else, or say `pii: false`"),
            );
        }
    }

    /// What is personal is not taken into a field that is not.
    fn taken(&self, out: &mut Diagnostics) {
        let found = self.entity().picks.iter().flat_map(|pick| &pick.takes);
        let found = found.map(|copy| (self.id, copy.field, &copy.value));
        let actions = self.entity().actions.iter();
        for (entity, field, value) in actions.flat_map(|one| given(self.id, one)).chain(found) {
            let to = &self.world.entities[entity.0];
            if to.fields[field.0].personal || !self.is_personal(value) {
                continue;
            }
            let other = One { world: self.world, id: entity };
            let name = &to.fields[field.0].name;
            let message =
                format!("`{}.{name}` takes what is personal, and does not say so", to.name);
            out.push(
                other
                    .refuse(field, message)
                    .reason("it would be there when the person is erased")
                    .next("say `pii: true`"),
            );
        }
    }

    /// Whether it is what a personal field holds, and not only a condition on it.
    fn is_personal(&self, value: &Expr) -> bool {
        let of = |entity: &Entity, column: Column| match column {
            Column::Field(at) => entity.fields[at].personal,
            _ => false,
        };
        match &value.node {
            _ if value.ty == Ty::Bool => false,
            Node::Column(column) => of(self.entity(), *column),
            Node::Path(reference, far) => match &reference.ty {
                Ty::Ref(name) => {
                    let entity = self.world.entities.iter().find(|one| one.name == *name);
                    entity.is_some_and(|entity| of(entity, far.column))
                }
                _ => false,
            },
            _ => value.parts().into_iter().any(|part| self.is_personal(part)),
        }
    }
}

/// What steps give: to which entity's field, and what.
fn given(own: EntityId, action: &Action) -> Vec<(EntityId, FieldId, &Expr)> {
    let steps = action.steps.iter();
    let all = steps.flat_map(|step| match &step.does {
        Does::Call { .. } | Does::Agree { .. } => Vec::new(),
        Does::Set(set) => set.iter().map(|(field, value)| (own, *field, value)).collect::<Vec<_>>(),
        Does::Create { entity, with } => {
            with.iter().map(|(field, value)| (*entity, *field, value)).collect()
        }
        Does::Run { entity, accept, .. } | Does::Each(Each { entity, accept, .. }) => {
            accept.iter().map(|(field, value)| (*entity, *field, value)).collect()
        }
    });
    all.collect()
}

fn speaks(expr: &Expr, field: FieldId) -> bool {
    matches!(expr.node, Node::Column(Column::Field(at)) if at == field.0)
        || expr.parts().into_iter().any(|part| speaks(part, field))
}
