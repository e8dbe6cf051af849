//! Random numbers that can be repeated.

/// xorshift64*.
pub struct Random(u64);

impl Random {
    pub fn seeded(seed: u64) -> Random {
        // Neighbouring seeds shall not begin alike.
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).max(1));
        random.below(2);
        random
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 11;
        (number % limit.max(1) as u64) as usize
    }
}
