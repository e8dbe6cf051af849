//! In what a request acts. Its path names the context, its token the person; what the person may do
//! there is derived by the database, from the grants as they are in the request's own transaction.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use uuid::Uuid;

use super::App;
use super::kernel::cursor::{Place, Signer};
use super::kernel::db::{Gate, Provision, Session};
use super::kernel::http::{List, Window, parameter};
use super::kernel::problem::Problem;
use super::kernel::values::Email;

const ENTER_SELF: &str = r#"
-- self identity.contexts.self
SELECT rt.enter_self($1)"#;

const ENTER_TEAM: &str = r#"
-- team identity.contexts.team
SELECT rt.enter_team($1, $2)"#;

const PROVISION: &str = r#"
-- self identity.user.provision
SELECT rt.provision($1, $2, $3)"#;

/// A person, acting as himself: paths under `/v1/me`.
pub struct Myself {
    pub session: Session,
    signer: Arc<Signer>,
}

/// A person, acting in one team: paths under `/v1/teams/{team}`.
pub struct InTeam {
    pub team: Uuid,
    pub session: Session,
    signer: Arc<Signer>,
}

impl Myself {
    /// The window of the list of this name.
    pub fn window<'a, F>(&'a self, list: &'a str, query: &List<F>) -> Result<Window<'a>, Problem> {
        let place = Place { list, tenant: None, subject: self.session.subject() };
        query.window(&self.signer, place)
    }
}

impl InTeam {
    /// The window of the list of this name.
    pub fn window<'a, F>(&'a self, list: &'a str, query: &List<F>) -> Result<Window<'a>, Problem> {
        let place = Place { list, tenant: Some(self.team), subject: self.session.subject() };
        query.window(&self.signer, place)
    }
}

impl FromRequestParts<App> for Myself {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let person = app.identity.person(&parts.headers).await?;
        let gate = Gate::Person(ENTER_SELF);
        let session =
            Session::new(app.myself.clone(), gate, person.subject.clone()).provisioned(Provision {
                sql: PROVISION,
                claims: vec![Box::new(person.claim::<Email>("email"))],
            });
        Ok(Self { session, signer: Arc::clone(&app.signer) })
    }
}

impl FromRequestParts<App> for InTeam {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let person = app.identity.person(&parts.headers).await?;
        let team = parameter(parts, "team").await?;
        let gate = Gate::Tenant(ENTER_TEAM, team);
        let session = Session::new(app.team.clone(), gate, person.subject.clone());
        Ok(Self { team, session, signer: Arc::clone(&app.signer) })
    }
}
