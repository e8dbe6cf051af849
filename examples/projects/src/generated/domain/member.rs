//! `entities.Member`: who holds which role in a team.

use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::generated::kernel::db::FromRow;
use crate::generated::kernel::http::Stored;
use crate::generated::kernel::values::{Timestamp, text_enum};

text_enum! {
    /// Roles in a team.
    pub enum MemberRole {
        Member = "member",
        Lead = "lead",
    }
}

/// What a person sees of his own membership.
#[derive(Debug, Clone, Serialize)]
pub struct MemberInSelf {
    pub id: Uuid,
    pub team: Uuid,
    pub user: Uuid,
    pub role: MemberRole,
    pub revoked_at: Option<Timestamp>,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What a member sees of a membership.
#[derive(Debug, Clone, Serialize)]
pub struct MemberInTeam {
    pub id: Uuid,
    pub team: Uuid,
    pub user: Uuid,
    pub role: MemberRole,
    pub revoked_at: Option<Timestamp>,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Which of his own memberships a person asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberFilterInSelf {
    pub team: Option<Uuid>,
    pub user: Option<Uuid>,
    pub role: Option<MemberRole>,
}

/// Which memberships of a team a member asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MemberFilterInTeam {
    pub user: Option<Uuid>,
    pub role: Option<MemberRole>,
}

/// `entities.Member.actions.grant`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantMember {
    pub user: Uuid,
    pub role: MemberRole,
}

impl Stored for MemberInSelf {
    fn id(&self) -> Uuid {
        self.id
    }

    fn version(&self) -> i32 {
        self.version
    }
}

impl Stored for MemberInTeam {
    fn id(&self) -> Uuid {
        self.id
    }

    fn version(&self) -> i32 {
        self.version
    }
}

impl FromRow for MemberInSelf {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            team: row.try_get("team")?,
            user: row.try_get("user")?,
            role: row.try_get("role")?,
            revoked_at: row.try_get("revoked_at")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}

impl FromRow for MemberInTeam {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            team: row.try_get("team")?,
            user: row.try_get("user")?,
            role: row.try_get("role")?,
            revoked_at: row.try_get("revoked_at")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}
