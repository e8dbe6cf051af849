//! `entities.User`: a person who signs in.

use serde::Serialize;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::generated::kernel::db::FromRow;
use crate::generated::kernel::http::Stored;
use crate::generated::kernel::values::{Email, Timestamp};

/// What a person sees of himself.
#[derive(Debug, Clone, Serialize)]
pub struct UserInSelf {
    pub id: Uuid,
    pub email: Option<Email>,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Stored for UserInSelf {
    fn id(&self) -> Uuid {
        self.id
    }

    fn version(&self) -> i32 {
        self.version
    }
}

impl FromRow for UserInSelf {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            email: row.try_get("email")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}
