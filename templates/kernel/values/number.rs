//! Whole numbers.

use serde::{Deserialize, Deserializer, Serialize, de};

use super::stored_as;

/// `MIN` to `MAX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Int<const MIN: i64, const MAX: i64>(i64);

/// Basis points: 0 to 10,000, stored in 32 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Bps(i32);

/// A duration in whole seconds, not negative.
pub type Seconds = Int<0, { i64::MAX }>;

impl<const MIN: i64, const MAX: i64> Int<MIN, MAX> {
    /// None out of bounds.
    pub fn new(number: i64) -> Option<Self> {
        (MIN..=MAX).contains(&number).then_some(Self(number))
    }

    pub fn get(self) -> i64 {
        self.0
    }
}

impl<'de, const MIN: i64, const MAX: i64> Deserialize<'de> for Int<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(deserializer)?;
        Self::new(number).ok_or_else(|| {
            de::Error::custom(format_args!("a number from {MIN} to {MAX} is wanted"))
        })
    }
}

impl Bps {
    /// None out of bounds.
    pub fn new(number: i32) -> Option<Self> {
        (0..=10_000).contains(&number).then_some(Self(number))
    }

    pub fn get(self) -> i32 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Bps {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Int::<0, 10_000>::deserialize(deserializer)?;
        i32::try_from(number.0).map(Self).map_err(de::Error::custom)
    }
}

stored_as!(Bps, [], i32, |number| &number.0, Bps);
stored_as!(Int<MIN, MAX>, [const MIN: i64, const MAX: i64], i64, |number| &number.0, Int);
