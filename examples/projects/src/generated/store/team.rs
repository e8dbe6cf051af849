//! Queries of `entities.Team`.

use uuid::Uuid;

use crate::generated::contexts::{InTeam, Myself};
use crate::generated::domain::team::{FoundTeam, TeamInTeam};
use crate::generated::kernel::db;

const GET_IN_TEAM: &str = r#"
-- team entities.Team.get
SELECT t.id, t.name, t.version, t.created_at, t.updated_at
FROM app.team t
WHERE t.id = $1"#;

/// The team itself.
pub async fn get_in_team(team: &InTeam) -> Result<Option<TeamInTeam>, db::Error> {
    team.session.row(GET_IN_TEAM, &[&team.team]).await
}

const FOUND_IN_SELF: &str = r#"
-- self entities.Team.actions.found
SELECT api.team_found_self_v1($1, $2, $3)"#;

/// `entities.Team.actions.found`
pub async fn found_in_self(myself: &Myself, id: Uuid, found: &FoundTeam) -> Result<(), db::Error> {
    let FoundTeam { name } = found;
    myself.session.act_unread(FOUND_IN_SELF, &[&myself.session.subject(), &id, name]).await
}
