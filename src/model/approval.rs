//! Four eyes: an action that is asked for by one person and done when another agrees.

use super::{Action, Does, EntityId, FieldId, Model};
use crate::expr::typed::Expr;

/// That a second person agrees before an action is done. What is asked for is a row of an entity of its own, with
/// all that was given, which never changes.
#[derive(Debug, Clone)]
pub struct Approval {
    /// Of the requests.
    pub entity: EntityId,
    /// Only then; of the row as it is before, and of inputs. None: always.
    pub when: Option<Expr>,
    /// Seconds for which one waits.
    pub expires: i64,
    /// What a request holds.
    pub request: Request,
}

/// The fields of a request.
#[derive(Debug, Clone)]
pub struct Request {
    /// Refers to the row that the action is about.
    pub of: FieldId,
    /// Its version, when it was asked for.
    pub version: FieldId,
    /// Who asked.
    pub maker: FieldId,
    /// Over all that was asked for.
    pub hash: FieldId,
    pub expires_at: FieldId,
    pub because: Option<FieldId>,
    /// What the accepted fields will hold: those of the row, and those of the request.
    pub accept: Vec<(FieldId, FieldId)>,
    /// One for each input of the action.
    pub input: Vec<FieldId>,
}

impl Action {
    /// The action that is done when somebody agrees by this one.
    pub fn agrees_to(&self) -> Option<(EntityId, usize)> {
        self.steps.iter().find_map(|step| match step.does {
            Does::Agree { entity, action, .. } => Some((entity, action)),
            _ => None,
        })
    }
}

impl Model {
    /// Whether the rows of an entity are requests for an action.
    pub fn is_of_requests(&self, id: EntityId) -> bool {
        self[id].actions.iter().any(|action| action.agrees_to().is_some())
    }

    /// Whether some action waits for a second person.
    pub fn has_approvals(&self) -> bool {
        self.entity_ids().any(|id| self[id].actions.iter().any(|one| one.approval.is_some()))
    }
}
