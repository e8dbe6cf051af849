//! Queries of `entities.Project`.

use uuid::Uuid;

use crate::generated::contexts::InTeam;
use crate::generated::domain::project::{
    CreateProject, ProjectFilterInTeam, ProjectInTeam, UpdateProject,
};
use crate::generated::kernel::db;
use crate::generated::kernel::http::Window;

const GET_IN_TEAM: &str = r#"
-- team entities.Project.get
SELECT t.id, t.team, t.name, t.version, t.created_at, t.updated_at,
       f1.id IS NOT NULL AS facet_1, f1.budget_minor
FROM app.project t
LEFT JOIN facet.project_team_1 f1 ON f1.team = t.team AND f1.id = t.id
WHERE t.team = $1
  AND t.id = $2"#;

/// One project of the team.
pub async fn get_in_team(team: &InTeam, id: Uuid) -> Result<Option<ProjectInTeam>, db::Error> {
    team.session.row(GET_IN_TEAM, &[&team.team, &id]).await
}

const LIST_IN_TEAM: &str = r#"
-- team entities.Project.list
SELECT t.id, t.team, t.name, t.version, t.created_at, t.updated_at,
       f1.id IS NOT NULL AS facet_1, f1.budget_minor
FROM app.project t
LEFT JOIN facet.project_team_1 f1 ON f1.team = t.team AND f1.id = t.id
WHERE t.team = $1
  AND t.id < $2
ORDER BY t.id DESC
LIMIT $3"#;

/// Projects of the team, newest first.
pub async fn list_in_team(
    team: &InTeam,
    window: &Window<'_>,
    filter: &ProjectFilterInTeam,
) -> Result<Vec<ProjectInTeam>, db::Error> {
    let ProjectFilterInTeam {} = filter;
    team.session.rows(LIST_IN_TEAM, &[&team.team, &window.before, &window.limit]).await
}

const CREATE_IN_TEAM: &str = r#"
-- team entities.Project.actions.create
SELECT * FROM api.project_create_team_v1($1, $2, $3, $4, $5)"#;

/// `entities.Project.actions.create`
pub async fn create_in_team(
    team: &InTeam,
    id: Uuid,
    create: &CreateProject,
) -> Result<Option<ProjectInTeam>, db::Error> {
    let CreateProject { name, budget } = create;
    team.session
        .act(CREATE_IN_TEAM, &[&team.session.subject(), &team.team, &id, name, budget])
        .await
}

const UPDATE_IN_TEAM: &str = r#"
-- team entities.Project.actions.update
SELECT * FROM api.project_update_team_v1($1, $2, $3, $4, $5, $6, $7)"#;

/// `entities.Project.actions.update`
pub async fn update_in_team(
    team: &InTeam,
    id: Uuid,
    version: i32,
    update: &UpdateProject,
) -> Result<Option<ProjectInTeam>, db::Error> {
    let given = update.given();
    let UpdateProject { name, budget } = update;
    team.session
        .act(
            UPDATE_IN_TEAM,
            &[
                &team.session.subject(),
                &team.team,
                &id,
                &version,
                &given,
                &name.as_ref(),
                &budget.as_ref(),
            ],
        )
        .await
}
