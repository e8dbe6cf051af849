//! What expressions draw from.

#[path = "../shared/random.rs"]
mod shared;

pub use shared::{Random, seed};

impl Random {
    /// Once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}
