//! Random moments, that can be repeated.

use std::time::{SystemTime, UNIX_EPOCH};

/// xorshift64*, from the clock; the seed is printed and may be given.
pub struct Random(u64);

impl Random {
    pub fn new() -> Random {
        let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos().into();
        let given = std::env::var("BLUEPRINT_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed: u64 = given.unwrap_or_else(clock);
        eprintln!("BLUEPRINT_TEST_SEED={seed}");
        Random(seed.max(1))
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) % limit
    }
}
