//! What deleting a row means, and which references stand in its way.

use super::{Entity, EntityId, FieldId, Model, Type};
use crate::expr::typed::{Column, Expr, Node, Op, Ty};

/// What becomes of a row that is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    /// No row is deleted.
    Never,
    /// It is gone, unless a row refers to it.
    Restrict,
    /// It stays, and this field says since when nobody sees it.
    Soft(FieldId),
    /// It stays without what is personal, of which this field says since when.
    Anonymise(FieldId),
}

impl Entity {
    /// The field that says since when a row is deleted, where deleted rows stay.
    pub fn deleted_at(&self) -> Option<FieldId> {
        match self.deletion {
            Deletion::Soft(field) => Some(field),
            _ => None,
        }
    }

    /// The field that says since when a person is erased, where persons are.
    pub fn erased_at(&self) -> Option<FieldId> {
        match self.deletion {
            Deletion::Anonymise(field) => Some(field),
            _ => None,
        }
    }

    /// A condition of rows that are not deleted.
    pub fn of_those_there(&self, condition: Option<Expr>) -> Option<Expr> {
        let Some(there) = self.there() else { return condition };
        Some(match condition {
            None => there,
            Some(condition) => Expr {
                node: Node::Binary(Op::And, Box::new(there), Box::new(condition)),
                ty: Ty::Bool,
                nullable: false,
            },
        })
    }

    /// What such a condition asks of rows of which it is known that they are not deleted.
    pub fn besides_there<'e>(&self, condition: Option<&'e Expr>) -> Option<&'e Expr> {
        let (Some(there), Some(asked)) = (self.there(), condition) else { return condition };
        match &asked.node {
            _ if *asked == there => None,
            Node::Binary(Op::And, left, right) if **left == there => Some(right),
            _ => condition,
        }
    }

    fn there(&self) -> Option<Expr> {
        let node = Node::Column(Column::Field(self.deleted_at()?.0));
        let at = Expr { node, ty: Ty::Timestamp, nullable: true };
        Some(Expr { node: Node::IsUnset(Box::new(at)), ty: Ty::Bool, nullable: false })
    }
}

impl Model {
    /// Every field that refers to rows of the entity.
    pub fn referring_to(&self, target: EntityId) -> Vec<(EntityId, FieldId)> {
        self.entity_ids()
            .flat_map(|entity| {
                let fields = self[entity].fields.iter().enumerate();
                let own = fields.filter(move |(_, field)| field.ty == Type::Ref(target));
                own.map(move |(at, _)| (entity, FieldId(at)))
            })
            .collect()
    }
}
