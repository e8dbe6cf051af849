//! A tenant's rows, and people, are shown to strangers only on a condition of the row's own.

use super::ground::Ground;
use crate::diagnostics::{Diagnostic, Diagnostics, codes};
use crate::expr::typed::{Column, Expr, Node};
use crate::model::{Entity, EntityKind, ReadGrant, Who};

pub fn prove(ground: &Ground<'_>, out: &mut Diagnostics) {
    for (_, entity) in ground.entities() {
        let private = entity.scope.tenant().is_some() || entity.kind != EntityKind::Plain;
        for grant in entity.reads.iter().filter(|grant| private && is_public(entity, grant)) {
            let path = format!(
                "entities.{}.read.{}",
                entity.name,
                ground.model.name_of(entity, grant.who)
            );
            if ground.clean(&path) {
                out.push(fault(ground, entity, grant, &path));
            }
        }
    }
}

fn is_public(entity: &Entity, grant: &ReadGrant) -> bool {
    let when = entity.besides_there(grant.when.as_ref());
    matches!(grant.who, Who::Anyone | Who::User) && !when.is_some_and(speaks_of_the_row)
}

fn fault(ground: &Ground<'_>, entity: &Entity, grant: &ReadGrant, path: &str) -> Diagnostic {
    let who = ground.model.name_of(entity, grant.who);
    let rows = match entity.kind {
        EntityKind::User => "all people".to_owned(),
        EntityKind::Tenant(_) => "all tenants".to_owned(),
        _ => format!("every tenant's rows of `{}`", entity.name),
    };
    let next = if entity.states.is_some() {
        "add `when:` with the states in which a row is public"
    } else {
        "add `when:` with a condition over the row's own fields"
    };
    Diagnostic::new(codes::PUBLIC_ROWS, ground.place(path), format!("`{who}` would see {rows}"))
        .reason("what crosses tenants does so by a condition of the row, never wholesale")
        .next(next)
}

/// Whether a condition depends on the row at all: `true` does not.
fn speaks_of_the_row(expr: &Expr) -> bool {
    match &expr.node {
        Node::Column(column) => !matches!(column, Column::Id),
        Node::Literal(_)
        | Node::Path(..)
        | Node::Made(_)
        | Node::Input(_)
        | Node::Own
        | Node::Actor
        | Node::Now
        | Node::Today(_) => false,
        Node::Not(of) | Node::Negate(of) | Node::OneOf(of, _) => speaks_of_the_row(of),
        Node::IsSet(of) | Node::IsUnset(of) => speaks_of_the_row(of),
        Node::Binary(_, left, right) | Node::OrElse(left, right) => {
            speaks_of_the_row(left) || speaks_of_the_row(right)
        }
        Node::If(test, then, otherwise) => {
            [test, then, otherwise].into_iter().any(|part| speaks_of_the_row(part))
        }
        Node::Call(_, arguments) => arguments.iter().any(speaks_of_the_row),
    }
}
