//! An instance of the service, and one that runs its timers, which are killed while they work: for scenarios of
//! what is left then.

use crate::http::{Answer, Request};
use crate::random::Random;
use crate::stage::Stage;
use crate::stage::outside::Outside;
use crate::stage::process::{Process, guarded};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

pub struct Mortal<'s> {
    outside: &'s Outside,
    service: Mutex<Process>,
    worker: Mutex<Process>,
    cut_off: AtomicUsize,
}

impl<'s> Mortal<'s> {
    pub fn beside(stage: &'s Stage) -> Self {
        let outside = &stage.outside;
        Self {
            outside,
            service: Mutex::new(Process::serve(outside.binary, &outside.environment)),
            worker: Mutex::new(Process::work(outside.binary, &outside.environment)),
            cut_off: AtomicUsize::new(0),
        }
    }

    /// How often a request had no answer.
    pub fn cut_off(&self) -> usize {
        self.cut_off.load(Ordering::Relaxed)
    }

    /// Kills one of the two within the next `milliseconds`, and starts it anew.
    pub fn kill(&self, random: &Mutex<Random>, milliseconds: usize) {
        let mut random = random.lock().unwrap_or_else(PoisonError::into_inner);
        let (after, timers) = (random.below(milliseconds), random.below(4) == 0);
        drop(random);
        sleep(Duration::from_millis(after as u64));
        let Outside {
            binary,
            environment,
            ..
        } = self.outside;
        if timers {
            let mut worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
            worker.kill();
            *worker = Process::work(binary, environment);
        } else {
            // Who asks meanwhile waits for the next, as at a balancer.
            let mut service = self.service.lock().unwrap_or_else(PoisonError::into_inner);
            service.kill();
            *service = Process::serve(binary, environment);
        }
    }

    /// The answer to a request, which is sent again, the same to the byte, where it was cut off or is still under way.
    pub fn send(&self, request: &Request) -> Answer {
        let began = Instant::now();
        loop {
            let service = self.service.lock().unwrap_or_else(PoisonError::into_inner);
            let address = service.address.clone();
            drop(service);
            match request.try_send(&address) {
                Ok(answer) if answer.json()["code"] != "in_flight" => return answer,
                _ if began.elapsed() > Duration::from_secs(30) => {
                    panic!("{} {}: no answer", request.method, request.path)
                }
                Ok(_) => sleep(Duration::from_millis(10)),
                Err(_) => {
                    self.cut_off.fetch_add(1, Ordering::Relaxed);
                    sleep(Duration::from_millis(10));
                }
            }
        }
    }
}

impl Process {
    /// One that runs timers, and answers nobody.
    pub fn work(binary: &str, environment: &[(String, String)]) -> Self {
        let mut environment = environment.to_vec();
        environment.push(("LOG_LEVEL".to_owned(), "error".to_owned()));
        Self {
            address: String::new(),
            guard: guarded(binary, "work", &environment),
        }
    }

    /// At once, whatever it is about: SIGKILL.
    pub fn kill(&mut self) {
        // The guard has become the service itself.
        let _ = self.guard.kill();
        let _ = self.guard.wait();
    }
}
