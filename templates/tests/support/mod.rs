//! The tests' engine: the same in every service.

mod agreed;
mod approvals;
mod approver;
pub mod assertion;
pub mod audit;
pub mod bounds;
pub mod calls;
pub mod copies;
mod caps;
pub mod counters;
pub mod database;
pub mod deletes;
pub mod doors;
pub mod erasure;
mod erasure_kept;
mod erasure_race;
mod each;
pub mod effective;
pub mod eval;
pub mod exclusions;
mod far;
mod find;
pub mod flight;
mod gave;
pub mod hooks;
pub mod http;
pub mod identity;
mod in_force;
pub mod locks;
mod moves;
pub mod numbers;
pub mod picks;
pub mod quotas;
pub mod oracle;
mod overwritten;
pub mod paths;
pub mod permissions;
mod picked;
pub mod postgres;
pub mod race;
pub mod reads;
pub mod repeats;
pub mod requests;
pub mod reviser;
mod reuse;
pub mod rights;
pub mod routes;
mod rows;
pub mod rules;
pub mod running;
pub mod seal;
pub mod service;
pub mod settle;
pub mod spec;
pub mod statements;
pub mod step_up;
pub mod steps;
pub mod subject;
pub mod tables;
pub mod timers;
pub mod tokens;
pub mod totals;
pub mod value;
pub mod way;
pub mod world;

use database::Cluster;
use libtest_mimic::{Arguments, Conclusion, Failed, Trial};
use permissions::Table;
use spec::Spec;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use tokens::Issuer;
use world::World;

/// What every test works on.
pub struct Bench {
    pub spec: Spec,
    /// Who may what, as `blueprint explain` says it.
    pub table: Table,
    pub world: World,
    /// The service's own binary.
    pub binary: &'static str,
    cluster: OnceLock<Cluster>,
    issuer: OnceLock<Issuer>,
}

impl Bench {
    /// The server with its templates: made by the first test that asks.
    pub fn cluster(&self) -> &Cluster {
        self.cluster.get_or_init(|| {
            Cluster::start(&self.spec, &self.world).unwrap_or_else(|error| {
                eprintln!("the tests need PostgreSQL: {error}");
                std::process::exit(2)
            })
        })
    }

    pub fn issuer(&self) -> &Issuer {
        self.issuer.get_or_init(|| Issuer::start(&self.spec))
    }
}

/// Named tests, in the order in which they are listed.
pub struct Tests {
    bench: Arc<Bench>,
    trials: Vec<Trial>,
}

impl Tests {
    /// Left out where `BLUEPRINT_TEST_ONLY` (patterns, separated by commas) names others. With
    /// `BLUEPRINT_TEST_FAIL_FAST` the first failure ends the process.
    pub fn add(&mut self, name: String, test: impl Fn(&Bench, &mut Faults) + Send + 'static) {
        self.add_where(|_| true, name, test);
    }

    /// As `add`, where the service has what it is tried with: a test that could try nothing is none.
    pub fn add_where(
        &mut self,
        can_be_tried: impl Fn(&Bench) -> bool,
        name: String,
        test: impl Fn(&Bench, &mut Faults) + Send + 'static,
    ) {
        let only = std::env::var("BLUEPRINT_TEST_ONLY").unwrap_or_default();
        if !only.is_empty() && !only.split(',').any(|pattern| fits(pattern, &name)) {
            return;
        }
        if !can_be_tried(&self.bench) {
            return;
        }
        let bench = Arc::clone(&self.bench);
        let fail_fast = std::env::var_os("BLUEPRINT_TEST_FAIL_FAST").is_some();
        self.trials.push(Trial::test(name.clone(), move || {
            let mut faults = Faults::default();
            let ended = catch_unwind(AssertUnwindSafe(|| test(&bench, &mut faults)));
            let result = match ended {
                Ok(()) => faults.result(),
                Err(panic) => Err(said(panic.as_ref()).into()),
            };
            if let (Err(failed), true) = (&result, fail_fast) {
                eprintln!("failed: {name}\n{}", failed.message().unwrap_or_default());
                std::process::exit(101);
            }
            result
        }));
    }
}

/// Whether a name begins as the pattern says; `*` stands for anything.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|head| name.strip_prefix(head)) else {
        return false;
    };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic").to_owned()
}

/// Everything that was not as it must be: a test goes on to its last cell.
#[derive(Default)]
pub struct Faults {
    cells: usize,
    list: Vec<String>,
}

impl Faults {
    /// One cell of a test.
    pub fn check(&mut self, right: bool, what: impl FnOnce() -> String) {
        self.cells += 1;
        if !right {
            self.list.push(what());
        }
    }

    pub fn same<T: PartialEq + std::fmt::Debug>(
        &mut self,
        found: &T,
        expected: &T,
        what: impl FnOnce() -> String,
    ) {
        self.check(found == expected, || {
            format!("{}\n    expected {expected:?}\n    found    {found:?}", what())
        });
    }

    /// Whether something was not as it must be so far.
    pub fn any(&self) -> bool {
        !self.list.is_empty()
    }

    fn result(self) -> Result<(), Failed> {
        if self.cells == 0 {
            return Err("no cell was tried".into());
        }
        if self.list.is_empty() {
            return Ok(());
        }
        let shown: Vec<&str> = self.list.iter().take(12).map(String::as_str).collect();
        Err(format!(
            "{} of {} cells, seed {}\n  {}",
            self.list.len(),
            self.cells,
            world::seed(),
            shown.join("\n  ")
        )
        .into())
    }
}

/// Runs the tests that the arguments choose.
pub fn run(spec: &str, table: &str, binary: &'static str) -> Conclusion {
    let arguments = Arguments::from_args();
    let spec: Spec = serde_json::from_str(spec).expect("spec.json fits these types");
    let table: Table = serde_json::from_str(table).expect("permissions.json fits these types");
    let world = World::new(&spec);
    let (cluster, issuer) = (OnceLock::new(), OnceLock::new());
    let bench = Arc::new(Bench { spec, table, world, binary, cluster, issuer });
    let mut tests = Tests { bench: Arc::clone(&bench), trials: Vec::new() };
    reads::add(&mut tests);
    doors::add(&mut tests);
    tables::add(&mut tests);
    timers::add(&mut tests);
    agreed::add(&mut tests);
    exclusions::add(&mut tests);
    way::add(&mut tests);
    totals::add(&mut tests);
    caps::add(&mut tests);
    rules::add(&mut tests);
    locks::add(&mut tests);
    copies::add(&mut tests);
    hooks::add(&mut tests);
    numbers::add(&mut tests);
    each::add(&mut tests);
    effective::add(&mut tests);
    picks::add(&mut tests);
    deletes::add(&mut tests);
    erasure::add(&mut tests);
    erasure_race::add(&mut tests);
    rights::add(&mut tests);
    audit::add(&mut tests);
    approver::add(&mut tests);
    routes::add(&mut tests);
    requests::add(&mut tests);
    repeats::add(&mut tests);
    step_up::add(&mut tests);
    permissions::add(&mut tests);
    identity::add(&mut tests);
    running::add(&mut tests);
    flight::add(&mut tests);
    seal::add(&mut tests);
    subject::add(&mut tests);
    statements::add(&mut tests);
    libtest_mimic::run(&arguments, tests.trials)
}
