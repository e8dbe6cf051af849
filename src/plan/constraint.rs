//! What each constraint of the database means to a caller.

use serde::Serialize;

use crate::schema::calls::RefusalKind;

use super::database::Database;
use super::quote;

#[derive(Debug, Clone, Serialize)]
pub struct Constraint {
    pub name: String,
    pub path: String,
    /// `Bounds("name")`.
    pub violation: String,
}

pub fn constraints(database: Database<'_>) -> Vec<Constraint> {
    database
        .refusals()
        .into_iter()
        .map(|refusal| {
            let field = quote::rust_str(refusal.field.as_deref().unwrap_or_default());
            let violation = match (refusal.kind, &refusal.field) {
                (RefusalKind::Bounds, Some(_)) => format!("Bounds({field})"),
                (RefusalKind::Reference, Some(_)) => format!("Reference({field})"),
                (RefusalKind::Unique, _) => "Unique".to_owned(),
                (RefusalKind::Unpaid, _) => "Unpaid".to_owned(),
                (RefusalKind::Exclusion, _) => "Exclusion".to_owned(),
                (RefusalKind::Rule | RefusalKind::Bounds | RefusalKind::Reference, _) => {
                    "Rule".to_owned()
                }
            };
            Constraint { name: refusal.constraint, path: refusal.path, violation }
        })
        .collect()
}
