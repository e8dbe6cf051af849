//! A run of scenarios: each is a test by its name.

use super::Stage;
use libtest_mimic::{Arguments, Failed, Trial};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

/// Played on a stage; it panics where it finds what must not be.
pub type Scenario = fn(&Stage);

/// Plays those that the arguments choose. The stage is set by the first, and struck after the last.
pub fn play(binary: &'static str, scenarios: &[(&str, Scenario)]) -> ExitCode {
    let stage = Arc::new(OnceLock::new());
    let trials = scenarios.iter().map(|(name, scenario)| {
        let (stage, scenario) = (Arc::clone(&stage), *scenario);
        Trial::test(*name, move || {
            let stage = stage.get_or_init(|| set(binary));
            catch_unwind(AssertUnwindSafe(|| scenario(stage)))
                .map_err(|panic| Failed::from(said(panic.as_ref())))
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}

/// Without a stage nothing is tried, so all of it ends.
fn set(binary: &'static str) -> Stage {
    catch_unwind(|| Stage::set(binary)).unwrap_or_else(|panic| {
        eprintln!("no stage for the scenarios: {}", said(panic.as_ref()));
        std::process::exit(2)
    })
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("a panic")
        .to_owned()
}
