//! `entities.Project`: a piece of work that a team has taken on.

use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use uuid::Uuid;

use super::currency::Eur;
use crate::generated::kernel::db::FromRow;
use crate::generated::kernel::http::{Patch, Stored};
use crate::generated::kernel::values::{Money, Text, Timestamp};

/// What a member sees of a project.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectInTeam {
    pub id: Uuid,
    pub team: Uuid,
    pub name: Text<1, 80>,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[serde(flatten)]
    pub lead: Option<ProjectInTeamForLead>,
}

/// What a lead sees besides.
#[derive(Debug, Clone, Serialize)]
pub struct ProjectInTeamForLead {
    pub budget: Money<Eur>,
}

/// Which projects of a team a member asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProjectFilterInTeam {}

/// `entities.Project.actions.create`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateProject {
    pub name: Text<1, 80>,
    pub budget: Money<Eur>,
}

/// `entities.Project.actions.update`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpdateProject {
    #[serde(default)]
    pub name: Patch<Text<1, 80>>,
    #[serde(default)]
    pub budget: Patch<Money<Eur>>,
}

impl UpdateProject {
    /// Names of the fields that are given.
    pub fn given(&self) -> Vec<&'static str> {
        [self.name.named("name"), self.budget.named("budget")].into_iter().flatten().collect()
    }
}

impl Stored for ProjectInTeam {
    fn id(&self) -> Uuid {
        self.id
    }

    fn version(&self) -> i32 {
        self.version
    }
}

impl FromRow for ProjectInTeam {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            team: row.try_get("team")?,
            name: row.try_get("name")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            lead: match row.try_get("facet_1")? {
                true => Some(ProjectInTeamForLead { budget: row.try_get("budget_minor")? }),
                false => None,
            },
        })
    }
}
