//! What becomes of the rest of a division.

use std::cmp::Ordering;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest; in the middle, to the even one.
    HalfEven,
    /// To the nearest; in the middle, away from zero.
    HalfUp,
    /// Towards zero.
    Down,
    /// Away from zero.
    Up,
}

impl Rounding {
    pub const ALL: [Rounding; 4] =
        [Rounding::HalfEven, Rounding::HalfUp, Rounding::Down, Rounding::Up];

    /// As a blueprint and the database write it.
    pub fn name(self) -> &'static str {
        match self {
            Rounding::HalfEven => "half_even",
            Rounding::HalfUp => "half_up",
            Rounding::Down => "down",
            Rounding::Up => "up",
        }
    }

    /// Whether a quotient that was cut off goes one further from zero: `inexact` where there is a
    /// rest, `twice` the rest against the divisor, `odd` of what was cut off.
    pub fn goes_further(self, inexact: bool, twice: Ordering, odd: bool) -> bool {
        match self {
            Rounding::Down => false,
            Rounding::Up => inexact,
            Rounding::HalfUp => twice.is_ge(),
            Rounding::HalfEven => twice.is_gt() || twice.is_eq() && odd,
        }
    }
}
