//! Days and months of the proleptic Gregorian calendar.

use std::fmt;

use super::Fault;

/// PostgreSQL's days, since 1970: from 24 November 4714 BC to 5874897.
const FIRST: i64 = -2_440_588;
const END: i64 = 2_145_042_906;
/// Where months are added, an instant must fit too: the first day of 294277.
const END_OF_INSTANTS: i64 = 106_762_940;
const DAY: i64 = 86_400;

/// Days since the first of January 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i32);

impl Day {
    pub const fn from_days(days: i32) -> Self {
        Day(days)
    }

    pub const fn days(self) -> i32 {
        self.0
    }

    /// By a duration of whole days, in seconds.
    ///
    /// # Errors
    ///
    /// [`Fault::Overflow`] where the calendar ends before.
    pub fn later(self, seconds: i64) -> Result<Self, Fault> {
        Self::checked(i64::from(self.0) + seconds / DAY, END)
    }

    /// # Errors
    ///
    /// As [`Day::later`].
    pub fn earlier(self, seconds: i64) -> Result<Self, Fault> {
        Self::checked(i64::from(self.0) - seconds / DAY, END)
    }

    /// Seconds of the days since the other.
    pub fn since(self, other: Self) -> i64 {
        (i64::from(self.0) - i64::from(other.0)) * DAY
    }

    /// So many months later, on the same day of the month or, where that month is shorter, on its
    /// last.
    ///
    /// # Errors
    ///
    /// [`Fault::Overflow`] where the months do not fit 32 bits or PostgreSQL's calendar of instants
    /// ends before.
    pub fn add_months(self, months: i64) -> Result<Self, Fault> {
        let months = i32::try_from(months).map_err(|_| Fault::Overflow)?;
        if i64::from(self.0) >= END_OF_INSTANTS {
            return Err(Fault::Overflow);
        }
        let (year, month, day) = self.civil();
        let index = year * 12 + (month - 1) + i64::from(months);
        let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
        let first = days_of(year, month, 1);
        let next = if month == 12 { days_of(year + 1, 1, 1) } else { days_of(year, month + 1, 1) };
        Self::checked(first + day.min(next - first) - 1, END_OF_INSTANTS)
    }

    fn checked(days: i64, end: i64) -> Result<Self, Fault> {
        let days = Some(days).filter(|days| (FIRST..end).contains(days));
        days.and_then(|days| i32::try_from(days).ok()).map(Day).ok_or(Fault::Overflow)
    }

    /// The day of a year (0 is 1 BC), a month and a day of the month.
    pub fn from_civil(year: i64, month: i64, day: i64) -> Result<Self, Fault> {
        Self::checked(days_of(year, month, day), END)
    }

    /// Year, month, day of the month: `civil_from_days` of Howard Hinnant.
    pub fn civil(self) -> (i64, i64, i64) {
        let days = i64::from(self.0) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        (year_of_era + era * 400 + i64::from(month <= 2), month, day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

/// Days since 1970: `days_from_civil` of Howard Hinnant.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i64, month: i64, day: i64) -> Day {
        Day::from_civil(year, month, day).unwrap()
    }

    #[test]
    fn days_and_their_names() {
        assert_eq!(day(1970, 1, 1).days(), 0);
        assert_eq!(day(2000, 3, 1).days(), 11_017);
        for days in [-2_440_588, -719_469, -1, 0, 59, 11_016, 106_762_939, 2_145_042_905] {
            let (year, month, of_month) = Day::from_days(days).civil();
            assert_eq!(days_of(year, month, of_month), i64::from(days));
        }
        assert_eq!(day(1, 2, 3).to_string(), "0001-02-03");
    }

    #[test]
    fn months_end_where_they_are_shorter() {
        for (from, months, to) in [
            ((2026, 1, 31), 1, (2026, 2, 28)),
            ((2024, 1, 31), 1, (2024, 2, 29)),
            ((2024, 3, 31), -1, (2024, 2, 29)),
            ((2026, 12, 15), 1, (2027, 1, 15)),
            ((2026, 1, 15), -1, (2025, 12, 15)),
            ((2026, 5, 31), 25, (2028, 6, 30)),
        ] {
            let moved = day(from.0, from.1, from.2).add_months(months);
            assert_eq!(moved, Ok(day(to.0, to.1, to.2)), "{from:?} {months}");
        }
        assert_eq!(day(2026, 1, 1).add_months(i64::MAX), Err(Fault::Overflow));
        assert_eq!(day(2026, 1, 1).add_months(12 * 300_000), Err(Fault::Overflow));
    }
}
