//! A second instance of the service, and SQL as its logins have it: for scenarios of what connections show.

use crate::http::Answer;
use crate::stage::outside::Outside;
use crate::stage::process::Process;
use crate::stage::{Person, Stage, rows};

/// An instance of the service beside the first, on the same database.
pub struct Second(Process);

impl Second {
    /// With one variable of its environment changed.
    pub fn with(stage: &Stage, name: &str, value: &str) -> Self {
        let Outside {
            binary,
            environment,
            ..
        } = &stage.outside;
        let mut environment = environment.clone();
        environment.retain(|(other, _)| other != name);
        environment.push((name.to_owned(), value.to_owned()));
        Self(Process::serve(binary, &environment))
    }

    pub fn get(&self, person: &Person<'_>, path: &str) -> Answer {
        person.request("GET", path).send(&self.0.address)
    }
}

/// Rows of a query by a context's login, on a connection on which nobody has entered.
pub fn as_login(stage: &Stage, context: &str, sql: &str) -> Vec<Vec<Option<String>>> {
    rows(&stage.outside.login_url(context), sql)
}

impl Outside {
    fn login_url(&self, context: &str) -> String {
        let of = |variable: &str| {
            let found = self.environment.iter().find(|(name, _)| name == variable);
            found.map(|(_, value)| value.as_str()).unwrap_or_default()
        };
        let (login, password) = (of("DATABASE_ROLE_PREFIX"), of("DATABASE_PASSWORD"));
        let rest = of("DATABASE_URL").trim_start_matches("postgres://");
        format!("postgres://{login}_{context}:{password}@{rest}")
    }
}
