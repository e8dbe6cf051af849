//! `entities.Team`: whose rows are its own.

use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::generated::kernel::db::FromRow;
use crate::generated::kernel::http::Stored;
use crate::generated::kernel::values::{Text, Timestamp};

/// What a member sees of the team.
#[derive(Debug, Clone, Serialize)]
pub struct TeamInTeam {
    pub id: Uuid,
    pub name: Text<1, 120>,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// `entities.Team.actions.found`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoundTeam {
    pub name: Text<1, 120>,
}

impl Stored for TeamInTeam {
    fn id(&self) -> Uuid {
        self.id
    }

    fn version(&self) -> i32 {
        self.version
    }
}

impl FromRow for TeamInTeam {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            name: row.try_get("name")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}
