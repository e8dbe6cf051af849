//! Queries of `entities.Task`.

use uuid::Uuid;

use crate::generated::contexts::InTeam;
use crate::generated::domain::task::{CreateTask, ReopenTask, TaskFilterInTeam, TaskInTeam};
use crate::generated::kernel::db;
use crate::generated::kernel::http::Window;

const GET_IN_TEAM: &str = r#"
-- team entities.Task.get
SELECT t.id, t.team, t.project, t.title, t.due, t.assignee,
       t.state, t.version, t.created_at, t.updated_at
FROM app.task t
WHERE t.team = $1
  AND t.id = $2"#;

/// One task of the team.
pub async fn get_in_team(team: &InTeam, id: Uuid) -> Result<Option<TaskInTeam>, db::Error> {
    team.session.row(GET_IN_TEAM, &[&team.team, &id]).await
}

const LIST_IN_TEAM: &str = r#"
-- team entities.Task.list
SELECT t.id, t.team, t.project, t.title, t.due, t.assignee,
       t.state, t.version, t.created_at, t.updated_at
FROM app.task t
WHERE t.team = $1
  AND t.id < $2
  AND ($4::uuid IS NULL OR t.project = $4)
  AND ($5::uuid IS NULL OR t.assignee = $5)
  AND ($6::text IS NULL OR t.state = $6)
ORDER BY t.id DESC
LIMIT $3"#;

/// Tasks of the team, newest first.
pub async fn list_in_team(
    team: &InTeam,
    window: &Window<'_>,
    filter: &TaskFilterInTeam,
) -> Result<Vec<TaskInTeam>, db::Error> {
    let TaskFilterInTeam { project, assignee, state } = filter;
    team.session
        .rows(LIST_IN_TEAM, &[&team.team, &window.before, &window.limit, project, assignee, state])
        .await
}

const CREATE_IN_TEAM: &str = r#"
-- team entities.Task.actions.create
SELECT * FROM api.task_create_team_v1($1, $2, $3, $4, $5, $6, $7)"#;

/// `entities.Task.actions.create`
pub async fn create_in_team(
    team: &InTeam,
    id: Uuid,
    create: &CreateTask,
) -> Result<Option<TaskInTeam>, db::Error> {
    let CreateTask { project, title, due, assignee } = create;
    team.session
        .act(
            CREATE_IN_TEAM,
            &[&team.session.subject(), &team.team, &id, project, title, due, assignee],
        )
        .await
}

const FINISH_IN_TEAM: &str = r#"
-- team entities.Task.actions.finish
SELECT * FROM api.task_finish_team_v1($1, $2, $3, $4)"#;

/// `entities.Task.actions.finish`
pub async fn finish_in_team(
    team: &InTeam,
    id: Uuid,
    version: i32,
) -> Result<Option<TaskInTeam>, db::Error> {
    team.session.act(FINISH_IN_TEAM, &[&team.session.subject(), &team.team, &id, &version]).await
}

const REOPEN_IN_TEAM: &str = r#"
-- team entities.Task.actions.reopen
SELECT * FROM api.task_reopen_team_v1($1, $2, $3, $4, $5)"#;

/// `entities.Task.actions.reopen`
pub async fn reopen_in_team(
    team: &InTeam,
    id: Uuid,
    version: i32,
    reopen: &ReopenTask,
) -> Result<Option<TaskInTeam>, db::Error> {
    let ReopenTask { because } = reopen;
    team.session
        .act(REOPEN_IN_TEAM, &[&team.session.subject(), &team.team, &id, &version, because])
        .await
}
