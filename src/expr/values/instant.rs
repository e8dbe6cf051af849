//! Instants, to the microsecond.

use super::{Day, Fault};

const MICROS: i64 = 1_000_000;
/// PostgreSQL's calendar: from 24 November 4714 BC to the end of 294276.
const FIRST: i64 = -211_813_488_000 * MICROS;
const END: i64 = 9_223_371_331_200 * MICROS;
/// Days from 1970 to 2000.
const EPOCH: i64 = 10_957;
/// PostgreSQL moves an instant by hours that fit 32 bits: 245,000 years.
const HOURS: i64 = i32::MAX as i64;

/// Microseconds since the beginning of 2000, UTC, as PostgreSQL keeps them: since 1970, the end of its
/// calendar would not fit 64 bits. Without leap seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Instant(i64);

impl Instant {
    pub const fn from_micros(micros: i64) -> Self {
        Instant(micros)
    }

    pub const fn micros(self) -> i64 {
        self.0
    }

    /// So many seconds later. A day has 86,400 of them, whatever the clocks of a place do.
    ///
    /// # Errors
    ///
    /// [`Fault::Overflow`] where the calendar ends before.
    pub fn later(self, seconds: i64) -> Result<Self, Fault> {
        if !(-HOURS - 1..=HOURS).contains(&(seconds / 3_600)) {
            return Err(Fault::Overflow);
        }
        let moved = seconds.checked_mul(MICROS).and_then(|micros| self.0.checked_add(micros));
        Self::checked(moved)
    }

    /// # Errors
    ///
    /// As [`Instant::later`].
    pub fn earlier(self, seconds: i64) -> Result<Self, Fault> {
        if !(-HOURS - 1..=HOURS).contains(&(seconds / 3_600)) {
            return Err(Fault::Overflow);
        }
        let moved = seconds.checked_mul(MICROS).and_then(|micros| self.0.checked_sub(micros));
        Self::checked(moved)
    }

    fn checked(micros: Option<i64>) -> Result<Self, Fault> {
        let micros = micros.filter(|micros| (FIRST..END).contains(micros));
        micros.map(Instant).ok_or(Fault::Overflow)
    }

    /// Whole seconds since the other, rounded down: `a.since(b) >= n` says exactly that so many
    /// seconds have passed.
    ///
    /// # Errors
    ///
    /// [`Fault::Overflow`] where they are further apart than 64 bits of microseconds say.
    pub fn since(self, other: Self) -> Result<i64, Fault> {
        let micros = self.0.checked_sub(other.0).ok_or(Fault::Overflow)?;
        Ok(micros.div_euclid(MICROS))
    }

    /// The day that it lies in, in UTC.
    pub fn day(self) -> Day {
        let days = self.0.div_euclid(MICROS * 86_400) + EPOCH;
        Day::from_days(i32::try_from(days).expect("64 bits of microseconds are fewer days"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_between_are_rounded_down() {
        let at = |micros| Instant::from_micros(micros);
        assert_eq!(at(1_999_999).since(at(0)), Ok(1));
        assert_eq!(at(0).since(at(1)), Ok(-1));
        assert_eq!(at(3_000_000).since(at(1_000_000)), Ok(2));
    }

    #[test]
    fn the_calendar_ends() {
        let last = Instant::from_micros(END - 1);
        assert_eq!(last.later(1), Err(Fault::Overflow));
        assert_eq!(last.earlier(-1), Err(Fault::Overflow));
        assert!(last.earlier(1).is_ok());
        assert_eq!(Instant::from_micros(0).later(i64::MAX), Err(Fault::Overflow));
        assert_eq!(last.to_string_of_day(), "294276-12-31");
        assert_eq!(Instant::from_micros(FIRST).to_string_of_day(), "-4713-11-24");
    }

    impl Instant {
        fn to_string_of_day(self) -> String {
            self.day().to_string()
        }
    }
}
