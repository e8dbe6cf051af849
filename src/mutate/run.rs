//! Judging mutants: two at a time, each by a run of the tests.

use super::Error;
use super::guards::{Guard, Layer};
use super::postgres::Server;
use super::scratch::Scratch;
use crate::model::Model;
use crate::tree::Tree;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Of one run of tests, before it is known how long all of them take.
const LIMIT: Duration = Duration::from_secs(900);

/// How many times as long as all tests without a mutant one with it may take.
const PATIENCE: u32 = 4;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// By the tests in which it stands alone; the name of the first that failed.
    Killed(String),
    /// Only when all tests ran; the name of the first that failed.
    KilledElsewhere(String),
    Survived,
    /// The tests did not end in a time in which they end easily without the mutant. Nobody can say
    /// that a test failed, so this is no kill.
    Hung,
    /// The mutated migrations cannot be applied, or the tests could not run.
    Broken(String),
}

#[derive(Debug, Clone)]
pub struct Outcome {
    pub guard: Guard,
    pub verdict: Verdict,
}

/// In the order of the guards.
#[derive(Debug, Clone)]
pub struct Report {
    pub outcomes: Vec<Outcome>,
}

impl Report {
    /// Killed, and judged.
    pub fn score(&self) -> (usize, usize) {
        let killed = |outcome: &&Outcome| {
            matches!(outcome.verdict, Verdict::Killed(_) | Verdict::KilledElsewhere(_))
        };
        (self.outcomes.iter().filter(killed).count(), self.outcomes.len())
    }
}

/// Judges `guards` of the service in the folder `service`, and says each verdict as it falls. With
/// `narrow` only by the tests meant for each, and without all of them in front: a survivor may then
/// still die by others.
pub fn run(
    model: &Model,
    service: &Path,
    guards: &[Guard],
    narrow: bool,
    said: &(dyn Fn(&Outcome) + Sync),
) -> Result<Report, Error> {
    let server = Server::find().map_err(Error::Postgres)?;
    let scratch = Scratch::make(service)?;
    let mut lab = Lab {
        model,
        scratch,
        url: server.admin_url(),
        limit: LIMIT,
        narrow,
        sound: Mutex::default(),
    };
    if !narrow {
        lab.limit = lab.control(&[])? * PATIENCE;
    }
    let next = AtomicUsize::new(0);
    let outcomes = Mutex::new(BTreeMap::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(guard) = guards.get(index) else { return };
                    let verdict = lab
                        .judge(index, guard)
                        .unwrap_or_else(|error| Verdict::Broken(error.to_string()));
                    let outcome = Outcome { guard: guard.clone(), verdict };
                    said(&outcome);
                    if let Ok(mut outcomes) = outcomes.lock() {
                        outcomes.insert(index, outcome);
                    }
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(Report { outcomes: outcomes.into_values().collect() })
}

struct Lab<'m> {
    model: &'m Model,
    scratch: Scratch,
    url: String,
    /// Of one run of the tests.
    limit: Duration,
    narrow: bool,
    /// Tests that were seen to pass without a mutant.
    sound: Mutex<BTreeSet<Vec<String>>>,
}

/// How one run of the tests ended.
enum Ended {
    Passed,
    /// With the name of the first test that failed.
    Failed(String),
    Hung,
    Not(String),
}

impl Lab<'_> {
    /// Without a mutant everything passes, or no verdict means anything. How long that takes.
    fn control(&self, only: &[String]) -> Result<Duration, Error> {
        let begun = Instant::now();
        match self.tests(only, &[]) {
            (Ended::Passed, _) => Ok(begun.elapsed()),
            (_, said) => Err(Error::Control(said)),
        }
    }

    /// The control of the tests that one guard is judged by: once, when the first of them has failed.
    fn narrow_control(&self, tests: &[String]) -> Result<(), Error> {
        let sound = || self.sound.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.narrow || sound().contains(tests) {
            return Ok(());
        }
        self.control(tests)?;
        sound().insert(tests.to_vec());
        Ok(())
    }

    fn judge(&self, number: usize, guard: &Guard) -> Result<Verdict, Error> {
        let mutation = self.mutation(number, guard)?;
        if guard.layer == Layer::Kernel {
            let (ended, _) = self.run(Command::new(&self.scratch.parts).envs(mutation.clone()));
            if let Ended::Failed(test) = ended {
                return Ok(Verdict::Killed(test));
            }
        }
        let narrow: fn(String) -> Verdict = Verdict::Killed;
        let mut passes = vec![(guard.narrow(), narrow)];
        if !self.narrow {
            passes.push((vec![String::new()], Verdict::KilledElsewhere));
        }
        for (tests, verdict) in passes {
            match self.tests(&tests, &mutation) {
                (Ended::Passed, _) => {}
                (Ended::Failed(test), _) => {
                    self.narrow_control(&tests)?;
                    return Ok(verdict(test));
                }
                (Ended::Hung, _) => return Ok(Verdict::Hung),
                (Ended::Not(reason), said) => {
                    let last = said.lines().last().unwrap_or_default();
                    return Ok(Verdict::Broken(format!("{reason}: {last}")));
                }
            }
        }
        Ok(Verdict::Survived)
    }

    /// What the tests' process is told.
    fn mutation(
        &self,
        number: usize,
        guard: &Guard,
    ) -> Result<Vec<(&'static str, PathBuf)>, Error> {
        let id = guard.id.as_str();
        Ok(match guard.layer {
            Layer::Database => {
                // The whole output takes ten times as long, and there is one for each guard.
                let schema = crate::schema::lower(self.model, Some(id));
                let folder = self.scratch.migrations(number, &schema)?;
                vec![("BLUEPRINT_TEST_MIGRATIONS", folder)]
            }
            Layer::Statement => {
                let mutant = crate::emit_without(self.model, id)
                    .ok_or_else(|| Error::Unknown(id.to_owned()))?;
                let swapped = swapped(&crate::emit(self.model), &mutant);
                vec![("BLUEPRINT_MUTANT_SQL", self.scratch.statements(number, &swapped)?)]
            }
            Layer::Kernel => vec![("BLUEPRINT_MUTANT", PathBuf::from(id))],
        })
    }

    fn tests(&self, only: &[String], mutation: &[(&'static str, PathBuf)]) -> (Ended, String) {
        let mut command = Command::new(&self.scratch.tests);
        command
            .env("DATABASE_URL", &self.url)
            .env("BLUEPRINT_TEST_FAIL_FAST", "1")
            .env("BLUEPRINT_TEST_ONLY", only.join(","))
            .envs(mutation.iter().cloned())
            .args(["--test-threads", "2"]);
        self.run(&mut command)
    }

    fn run(&self, command: &mut Command) -> (Ended, String) {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = match command.spawn() {
            Ok(child) => child,
            Err(error) => return (Ended::Not(error.to_string()), String::new()),
        };
        let id = child.id();
        let begun = Instant::now();
        let done = AtomicBool::new(false);
        let hung = AtomicBool::new(false);
        let output = std::thread::scope(|scope| {
            scope.spawn(|| {
                while begun.elapsed() < self.limit {
                    if done.load(Ordering::Relaxed) {
                        return;
                    }
                    std::thread::sleep(Duration::from_millis(50));
                }
                hung.store(true, Ordering::Relaxed);
                let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
            });
            let output = child.wait_with_output();
            done.store(true, Ordering::Relaxed);
            output
        });
        match output {
            Err(error) => (Ended::Not(error.to_string()), String::new()),
            Ok(output) => {
                // The first may end in the middle of a line.
                let said = String::from_utf8_lossy(&output.stdout).into_owned()
                    + "\n"
                    + &String::from_utf8_lossy(&output.stderr);
                let ended = match output.status.code() {
                    _ if hung.load(Ordering::Relaxed) => Ended::Hung,
                    Some(0) => Ended::Passed,
                    Some(101) => Ended::Failed(failed(&said)),
                    Some(code) => Ended::Not(format!("the tests ended with {code}")),
                    None => Ended::Not("the tests were ended by a signal".to_owned()),
                };
                (ended, said)
            }
        }
    }
}

/// The test that a run names as its first failure: `failed: NAME` is said by the generated tests,
/// `test NAME ... FAILED` by those of the library's own parts.
fn failed(said: &str) -> String {
    let name = said.lines().find_map(|line| {
        let named = line.strip_prefix("failed: ");
        named.or_else(|| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"))
    });
    name.unwrap_or_default().trim().to_owned()
}

/// Statements that differ between two outputs, as they stand and as they then are.
fn swapped(whole: &Tree, mutant: &Tree) -> String {
    let mut swapped = BTreeMap::new();
    for (path, file) in whole.iter().filter(|(path, _)| path.starts_with("src/generated/")) {
        let Some(other) = mutant.get(path).filter(|other| other.text != file.text) else {
            continue;
        };
        for (text, changed) in literals(&file.text).into_iter().zip(literals(&other.text)) {
            if text != changed {
                swapped.insert(text, changed);
            }
        }
    }
    serde_json::to_string(&swapped).expect("texts are JSON")
}

fn literals(text: &str) -> Vec<String> {
    use syn::visit::Visit;
    #[derive(Default)]
    struct Literals(Vec<String>);
    impl<'ast> Visit<'ast> for Literals {
        fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
            self.0.push(literal.value());
        }
    }
    let mut literals = Literals::default();
    if let Ok(file) = syn::parse_file(text) {
        literals.visit_file(&file);
    }
    literals.0
}
