//! Judging mutants: two at a time, each by a run of the tests.

use super::Error;
use super::guards::{Guard, Layer};
use super::postgres::Server;
use super::scratch::Scratch;
use crate::model::Model;
use crate::tree::Tree;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Longer than any honest run; a mutant that hangs has been noticed.
const LIMIT: Duration = Duration::from_secs(300);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// By the tests in which it stands alone.
    Killed,
    /// Only when all tests ran.
    KilledElsewhere,
    Survived,
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
            matches!(outcome.verdict, Verdict::Killed | Verdict::KilledElsewhere)
        };
        (self.outcomes.iter().filter(killed).count(), self.outcomes.len())
    }
}

/// Judges `guards` of the service in the folder `service`, and says each verdict as it falls.
pub fn run(
    model: &Model,
    service: &Path,
    guards: &[Guard],
    said: &(dyn Fn(&Outcome) + Sync),
) -> Result<Report, Error> {
    let server = Server::find().map_err(Error::Postgres)?;
    let scratch = Scratch::make(service)?;
    let lab = Lab { model, scratch, url: server.admin_url() };
    lab.control()?;
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
    let outcomes = outcomes.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(Report { outcomes: outcomes.into_values().collect() })
}

struct Lab<'m> {
    model: &'m Model,
    scratch: Scratch,
    url: String,
}

/// How one run of the tests ended.
enum Ended {
    Passed,
    Failed,
    Not(String),
}

impl Lab<'_> {
    /// Without a mutant everything passes, or no verdict means anything.
    fn control(&self) -> Result<(), Error> {
        match self.tests(&[], &[]) {
            (Ended::Passed, _) => Ok(()),
            (_, said) => Err(Error::Control(said)),
        }
    }

    fn judge(&self, number: usize, guard: &Guard) -> Result<Verdict, Error> {
        let mutation = self.mutation(number, guard)?;
        if guard.layer == Layer::Kernel {
            let (ended, _) = self.run(Command::new(&self.scratch.parts).envs(mutation.clone()));
            if matches!(ended, Ended::Failed) {
                return Ok(Verdict::Killed);
            }
        }
        let all = vec![String::new()];
        for (tests, verdict) in [(guard.narrow(), Verdict::Killed), (all, Verdict::KilledElsewhere)]
        {
            match self.tests(&tests, &mutation) {
                (Ended::Passed, _) => {}
                (Ended::Failed, _) => return Ok(verdict),
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
        let mutant =
            || crate::emit_without(self.model, id).ok_or_else(|| Error::Unknown(id.to_owned()));
        Ok(match guard.layer {
            Layer::Database => {
                let folder = self.scratch.migrations(number, &mutant()?)?;
                vec![("BLUEPRINT_TEST_MIGRATIONS", folder)]
            }
            Layer::Statement => {
                let swapped = swapped(&crate::emit(self.model), &mutant()?);
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
        let done = Mutex::new(false);
        let output = std::thread::scope(|scope| {
            scope.spawn(|| {
                while begun.elapsed() < LIMIT {
                    if done.lock().is_ok_and(|done| *done) {
                        return;
                    }
                    std::thread::sleep(Duration::from_millis(50));
                }
                let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
            });
            let output = child.wait_with_output();
            if let Ok(mut done) = done.lock() {
                *done = true;
            }
            output
        });
        match output {
            Err(error) => (Ended::Not(error.to_string()), String::new()),
            Ok(output) => {
                let said = String::from_utf8_lossy(&output.stdout).into_owned()
                    + &String::from_utf8_lossy(&output.stderr);
                let ended = match output.status.code() {
                    Some(0) => Ended::Passed,
                    Some(101) | None => Ended::Failed,
                    Some(code) => Ended::Not(format!("the tests ended with {code}")),
                };
                (ended, said)
            }
        }
    }
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
