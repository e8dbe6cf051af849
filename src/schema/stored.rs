//! The column of a field, for people.

use super::{names, types};
use crate::model::{Entity, Field};

/// Where and how a field is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// With its schema, quoted where it must be: `app.booking`.
    pub table: String,
    /// `base_price_minor`.
    pub column: String,
    /// SQL's: `bigint`.
    pub ty: String,
    /// What must hold of a value there, in SQL; none: nothing but its type.
    pub bounds: Option<String>,
}

pub fn stored(entity: &Entity, field: &Field) -> Stored {
    let column = names::ident(&names::column(field));
    Stored {
        table: table(entity),
        ty: types::stored(&field.ty),
        bounds: types::bounds(&field.ty, &column),
        column,
    }
}

/// `app.booking`.
pub fn table(entity: &Entity) -> String {
    format!("app.{}", names::ident(&names::table(&entity.name)))
}
