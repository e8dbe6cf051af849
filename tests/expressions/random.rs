//! Numbers that look random and can be had again.

use std::time::{SystemTime, UNIX_EPOCH};

/// xorshift64*.
pub struct Random(u64);

impl Random {
    /// From `BLUEPRINT_SEED`, else from the clock; which, is printed.
    pub fn new() -> Self {
        let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos().into();
        let given = std::env::var("BLUEPRINT_SEED").ok();
        let given = given.map(|seed| seed.parse().expect("BLUEPRINT_SEED is a number"));
        let seed: u64 = given.unwrap_or_else(clock);
        eprintln!("BLUEPRINT_SEED={seed}");
        Self::of(seed)
    }

    pub fn of(seed: u64) -> Self {
        // Small seeds would begin alike.
        Random(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let wide = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16;
        usize::try_from(wide).unwrap() % limit
    }

    /// Once in so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }
}
