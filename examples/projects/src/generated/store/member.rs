//! Queries of `entities.Member`.

use uuid::Uuid;

use crate::generated::contexts::{InTeam, Myself};
use crate::generated::domain::member::{
    GrantMember, MemberFilterInSelf, MemberFilterInTeam, MemberInSelf, MemberInTeam,
};
use crate::generated::kernel::db;
use crate::generated::kernel::http::Window;

const GET_IN_SELF: &str = r#"
-- self entities.Member.get
SELECT t.id, t.team, t."user", t.role, t.revoked_at, t.version, t.created_at, t.updated_at
FROM app.member t
WHERE t.id = $1"#;

/// One membership of the person who asks.
pub async fn get_in_self(myself: &Myself, id: Uuid) -> Result<Option<MemberInSelf>, db::Error> {
    myself.session.row(GET_IN_SELF, &[&id]).await
}

const LIST_IN_SELF: &str = r#"
-- self entities.Member.list
SELECT t.id, t.team, t."user", t.role, t.revoked_at, t.version, t.created_at, t.updated_at
FROM app.member t
WHERE t.id < $1
  AND ($3::uuid IS NULL OR t.team = $3)
  AND ($4::uuid IS NULL OR t."user" = $4)
  AND ($5::text IS NULL OR t.role = $5)
ORDER BY t.id DESC
LIMIT $2"#;

/// Memberships of the person who asks, newest first.
pub async fn list_in_self(
    myself: &Myself,
    window: &Window<'_>,
    filter: &MemberFilterInSelf,
) -> Result<Vec<MemberInSelf>, db::Error> {
    let MemberFilterInSelf { team, user, role } = filter;
    myself.session.rows(LIST_IN_SELF, &[&window.before, &window.limit, team, user, role]).await
}

const GET_IN_TEAM: &str = r#"
-- team entities.Member.get
SELECT t.id, t.team, t."user", t.role, t.revoked_at, t.version, t.created_at, t.updated_at
FROM app.member t
WHERE t.team = $1
  AND t.id = $2"#;

/// One membership of the team.
pub async fn get_in_team(team: &InTeam, id: Uuid) -> Result<Option<MemberInTeam>, db::Error> {
    team.session.row(GET_IN_TEAM, &[&team.team, &id]).await
}

const LIST_IN_TEAM: &str = r#"
-- team entities.Member.list
SELECT t.id, t.team, t."user", t.role, t.revoked_at, t.version, t.created_at, t.updated_at
FROM app.member t
WHERE t.team = $1
  AND t.id < $2
  AND ($4::uuid IS NULL OR t."user" = $4)
  AND ($5::text IS NULL OR t.role = $5)
ORDER BY t.id DESC
LIMIT $3"#;

/// Memberships of the team, newest first.
pub async fn list_in_team(
    team: &InTeam,
    window: &Window<'_>,
    filter: &MemberFilterInTeam,
) -> Result<Vec<MemberInTeam>, db::Error> {
    let MemberFilterInTeam { user, role } = filter;
    team.session.rows(LIST_IN_TEAM, &[&team.team, &window.before, &window.limit, user, role]).await
}

const GRANT_IN_TEAM: &str = r#"
-- team entities.Member.actions.grant
SELECT * FROM api.member_grant_team_v1($1, $2, $3, $4, $5)"#;

/// `entities.Member.actions.grant`
pub async fn grant_in_team(
    team: &InTeam,
    id: Uuid,
    grant: &GrantMember,
) -> Result<Option<MemberInTeam>, db::Error> {
    let GrantMember { user, role } = grant;
    team.session.act(GRANT_IN_TEAM, &[&team.session.subject(), &team.team, &id, user, role]).await
}

const REVOKE_IN_TEAM: &str = r#"
-- team entities.Member.actions.revoke
SELECT * FROM api.member_revoke_team_v1($1, $2, $3, $4)"#;

/// `entities.Member.actions.revoke`
pub async fn revoke_in_team(
    team: &InTeam,
    id: Uuid,
    version: i32,
) -> Result<Option<MemberInTeam>, db::Error> {
    team.session.act(REVOKE_IN_TEAM, &[&team.session.subject(), &team.team, &id, &version]).await
}
