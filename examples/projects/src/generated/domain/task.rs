//! `entities.Task`: one thing to do in a project.

use serde::{Deserialize, Serialize};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::generated::kernel::db::FromRow;
use crate::generated::kernel::http::Stored;
use crate::generated::kernel::values::{Because, Date, Text, Timestamp, text_enum};

text_enum! {
    /// States of a task; the first is the start.
    pub enum TaskState {
        Open = "open",
        Done = "done",
    }
}

/// What a member sees of a task.
#[derive(Debug, Clone, Serialize)]
pub struct TaskInTeam {
    pub id: Uuid,
    pub team: Uuid,
    pub project: Uuid,
    pub title: Text<1, 120>,
    pub due: Option<Date>,
    pub assignee: Uuid,
    pub state: TaskState,
    pub version: i32,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Which tasks of a team a member asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskFilterInTeam {
    pub project: Option<Uuid>,
    pub assignee: Option<Uuid>,
    pub state: Option<TaskState>,
}

/// `entities.Task.actions.create`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreateTask {
    pub project: Uuid,
    pub title: Text<1, 120>,
    pub due: Option<Date>,
    pub assignee: Uuid,
}

/// `entities.Task.actions.reopen`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReopenTask {
    pub because: Because,
}

impl Stored for TaskInTeam {
    fn id(&self) -> Uuid {
        self.id
    }

    fn version(&self) -> i32 {
        self.version
    }
}

impl FromRow for TaskInTeam {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(Self {
            id: row.try_get("id")?,
            team: row.try_get("team")?,
            project: row.try_get("project")?,
            title: row.try_get("title")?,
            due: row.try_get("due")?,
            assignee: row.try_get("assignee")?,
            state: row.try_get("state")?,
            version: row.try_get("version")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}
