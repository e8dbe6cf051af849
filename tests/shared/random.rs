//! Numbers that look random and can be had again.

use std::time::{SystemTime, UNIX_EPOCH};

/// Where it all begins: `BLUEPRINT_TEST_SEED`, else what is `fixed`, else the clock. Which it is, is printed.
pub fn seed(fixed: Option<u64>) -> u64 {
    let given = std::env::var("BLUEPRINT_TEST_SEED").ok();
    let given = given.map(|seed| seed.parse().expect("BLUEPRINT_TEST_SEED is a number"));
    let clock = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos().into();
    let seed = given.or(fixed).unwrap_or_else(clock);
    eprintln!("BLUEPRINT_TEST_SEED={seed}");
    seed
}

/// xorshift64*.
pub struct Random(u64);

impl Random {
    pub fn seeded(seed: u64) -> Random {
        // Neighbouring seeds shall not begin alike.
        let mut random = Random(seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        random.below(2);
        random
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11;
        usize::try_from(number % limit.max(1) as u64).expect("it is below the limit")
    }
}
