//! A database of 1,000 teams with 200 tasks each.

use projects::SERVICE;
use projects::generated::kernel::db;
use projects::generated::kernel::migrate::{
    Bootstrap, Prefix, SubjectKeys, bootstrap, migrate, write_subject_keys,
};
use uuid::Uuid;

use crate::{Fallible, cpu};

const DATABASE: &str = "projects_bench";
const PREFIX: &str = "projects_bench";
const PASSWORD: &str = "bench";
/// By which the gates know the service.
pub const SUBJECT_KEY: &str = "a key for nothing but a benchmark";

pub struct World {
    /// Without user.
    pub url: String,
    /// As a superuser: no row security.
    pub admin_url: String,
    pub password: String,
    pub prefix: String,
    pub postmaster: u32,
    /// Each with the subject of its lead, who is the assignee of all its tasks.
    pub teams: Vec<Team>,
}

#[derive(Clone)]
pub struct Team {
    pub id: Uuid,
    pub subject: String,
    pub lead: Uuid,
    pub project: Uuid,
    /// Open, version 1.
    pub tasks: Vec<Uuid>,
}

const FILL: &str = "
SET session_replication_role = replica;
INSERT INTO app.\"user\" (id, subject, version, created_at, updated_at)
SELECT md5('user' || i)::uuid, 'person-' || i, 1, now(), now() FROM generate_series(1, 1000) i;
INSERT INTO app.team (id, name, version, created_at, updated_at)
SELECT md5('team' || i)::uuid, 'Team ' || i, 1, now(), now() FROM generate_series(1, 1000) i;
INSERT INTO app.member (id, team, \"user\", role, version, created_at, updated_at)
SELECT md5('member' || i)::uuid, md5('team' || i)::uuid, md5('user' || i)::uuid, 'lead', 1, now(), now()
FROM generate_series(1, 1000) i;
INSERT INTO app.project (id, team, name, budget_minor, version, created_at, updated_at)
SELECT md5('project' || i || '/' || j)::uuid, md5('team' || i)::uuid, 'Project ' || j, 100000, 1, now(), now()
FROM generate_series(1, 1000) i, generate_series(1, 4) j;
INSERT INTO app.task (id, team, project, title, due, assignee, state, version, created_at, updated_at)
SELECT md5('task' || i || '/' || j)::uuid, md5('team' || i)::uuid, md5('project' || i || '/' || (j % 4 + 1))::uuid,
       'Task number ' || j, '2027-01-01', md5('user' || i)::uuid, 'open', 1, now(), now()
FROM generate_series(1, 1000) i, generate_series(1, 200) j;
RESET session_replication_role;
ANALYZE;
";

pub async fn seed(admin: &str) -> Fallible<World> {
    let server = admin.rsplit_once('/').ok_or("DATABASE_ADMIN_URL names no database")?.0;
    let client = db::connect(admin).await?;
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")).await?;
    client.batch_execute(&format!("CREATE DATABASE {DATABASE}")).await?;

    let admin_url = format!("{server}/{DATABASE}");
    let place = server.rsplit_once(['@', '/']).ok_or("DATABASE_ADMIN_URL has no host")?.1;
    let mut admin = db::connect(&admin_url).await?;
    let prefix = Prefix::new(SERVICE.name, PREFIX).ok_or("the prefix is no plain word")?;
    let step = Bootstrap {
        sql: SERVICE.bootstrap,
        prefix: prefix.clone(),
        contexts: SERVICE.contexts,
        password: PASSWORD.into(),
        owner_password: Some(PASSWORD.into()),
    };
    bootstrap(&mut admin, &step).await?;
    let owner = format!("postgres://{PREFIX}_owner:{PASSWORD}@{place}/{DATABASE}");
    let mut owner = db::connect(&owner).await?;
    migrate(&mut owner, SERVICE.migrations, &prefix).await?;
    let keys = SubjectKeys { current: SUBJECT_KEY.into(), previous: None };
    write_subject_keys(&mut owner, &keys).await?;
    admin.batch_execute(FILL).await?;
    // Outside a transaction.
    admin.batch_execute("VACUUM ANALYZE app.task").await?;

    let backend: i32 = admin.query_one("SELECT pg_backend_pid()", &[]).await?.get(0);
    let postmaster =
        cpu::parent(backend.try_into()?).ok_or("PostgreSQL must run on this machine")?;
    Ok(World {
        url: format!("postgres://{place}/{DATABASE}"),
        password: PASSWORD.to_owned(),
        prefix: PREFIX.to_owned(),
        postmaster,
        teams: teams(&admin).await?,
        admin_url,
    })
}

async fn teams(admin: &tokio_postgres::Client) -> Fallible<Vec<Team>> {
    let rows = admin
        .query(
            "SELECT t.team, u.subject, u.id, min(t.project::text)::uuid, array_agg(t.id)
             FROM app.task t JOIN app.\"user\" u ON u.id = t.assignee
             GROUP BY t.team, u.subject, u.id",
            &[],
        )
        .await?;
    Ok(rows
        .iter()
        .map(|row| Team {
            id: row.get(0),
            subject: row.get(1),
            lead: row.get(2),
            project: row.get(3),
            tasks: row.get(4),
        })
        .collect())
}
