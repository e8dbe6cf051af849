//! Databases that a test has left as they were made: to copy one costs more than most tests do.

use super::database::{Database, Session, Template};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What was undone still lies in its pages, so that a database is not used for ever.
const TIMES: usize = 40;

#[derive(Default)]
pub struct Idle(Mutex<Known>);

#[derive(Default)]
struct Known {
    idle: Vec<(Template, String)>,
    /// What copies are like when they are made; none where that cannot be told.
    made: HashMap<Template, Option<String>>,
    times: HashMap<String, usize>,
}

impl Idle {
    fn known<T>(&self, look: impl FnOnce(&mut Known) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One that is a copy of `template` as if it were new.
    pub fn take(&self, template: Template) -> Option<String> {
        self.known(|known| {
            let at = known.idle.iter().position(|(of, _)| *of == template)?;
            Some(known.idle.swap_remove(at).1)
        })
    }

    pub fn made(&self, database: &Database<'_>) {
        if self.known(|known| !known.made.contains_key(&database.template)) {
            let state = state(&mut database.admin());
            self.known(|known| known.made.insert(database.template, state));
        }
    }

    /// Whether it is kept for another test: nothing that was committed has changed it, and nobody is in it any more.
    pub fn keep(&self, database: &Database<'_>) -> bool {
        if std::thread::panicking() {
            return false;
        }
        let name = &database.name;
        let made = self.known(|known| {
            let times = known.times.entry(name.clone()).or_default();
            *times += 1;
            known.made.get(&database.template).cloned().flatten().filter(|_| *times < TIMES)
        });
        let Some(made) = made else { return false };
        let mut admin = database.admin();
        if !alone(&mut admin) || state(&mut admin) != Some(made) {
            return false;
        }
        self.known(|known| known.idle.push((database.template, name.clone())));
        true
    }

    pub fn all(&self) -> Vec<String> {
        self.known(|known| known.idle.iter().map(|(_, name)| name.clone()).collect())
    }
}

/// A connection that was closed is there for a moment longer.
fn alone(admin: &mut Session) -> bool {
    let others = "SELECT pid::text FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    let began = Instant::now();
    loop {
        match admin.column(others) {
            Ok(found) if found.is_empty() => return true,
            Ok(_) if began.elapsed() < Duration::from_millis(500) => {
                sleep(Duration::from_millis(5))
            }
            _ => return false,
        }
    }
}

/// Of each table how many rows there are and by which transactions they were written, and of the catalogs that say what tables,
/// functions and rights there are. Rows that another would not see by its policies are counted by a superuser alone.
fn state(admin: &mut Session) -> Option<String> {
    let tables = "SELECT string_agg(
          format('SELECT %L AS of, count(*), sum(xmin::text::bigint) FROM %s', c.oid::regclass, c.oid::regclass),
          ' UNION ALL ' ORDER BY c.oid
        )
        FROM pg_class c, pg_roles r
        WHERE c.relkind = 'r' AND r.rolname = current_user AND r.rolsuper AND (
          c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
          OR c.relname IN ('pg_attribute', 'pg_class', 'pg_constraint', 'pg_namespace', 'pg_policy', 'pg_proc',
                           'pg_rewrite', 'pg_trigger', 'pg_type')
        )";
    let tables = admin.column(tables).ok()?.pop()?;
    let all = format!(
        "SELECT concat_ws(' ', string_agg(concat_ws(' ', of, count, sum), ' ' ORDER BY of), d.datacl::text, s.settings)
         FROM ({tables}) found, pg_database d,
              (SELECT array_agg(setconfig)::text AS settings FROM pg_db_role_setting
               WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())) s
         WHERE d.datname = current_database()
         GROUP BY d.datacl::text, s.settings"
    );
    admin.column(&all).expect("a superuser may read all").pop()
}
