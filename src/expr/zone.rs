//! Time zones, by the names of the IANA database.
//!
//! The database is part of the compiler, so that a name is known or not wherever it is compiled; a service asks
//! that of its PostgreSQL.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use std::sync::LazyLock;

use super::values::{Day, Fault, Instant};

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// Seconds from 1970 to 2000, from which instants are counted.
const EPOCH: i64 = 946_684_800;
/// Seconds of 400 years, after which the calendar repeats with its days of the week.
const CYCLE: i64 = 146_097 * 86_400;
/// Beyond the first of January 9000 years repeat what those before them did.
const LAST: i64 = 221_845_392_000;
/// Before 1800 no place had another than its own time.
const FIRST: i64 = -5_364_662_400;

/// A time zone of some place.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone(TimeZone);

/// Why a text names none.
#[derive(Debug, PartialEq, Eq)]
pub enum NoZone {
    /// An older or differently written name of this one, which every PostgreSQL knows.
    Called(String),
    Unknown,
}

impl Zone {
    /// # Errors
    ///
    /// [`NoZone`], where the text is not the first name of a place's zone, or `UTC`.
    pub fn named(name: &str) -> Result<Self, NoZone> {
        let zone = DATABASE.get(name).map_err(|_| NoZone::Unknown)?;
        match zone.primary_iana_name() {
            Some(primary) if !is_place(primary) => Err(NoZone::Unknown),
            Some(primary) if primary == name => Ok(Zone(zone)),
            Some(primary) => Err(NoZone::Called(primary.to_owned())),
            None => Err(NoZone::Unknown),
        }
    }

    /// Every name that [`Zone::named`] takes.
    pub fn names() -> Vec<String> {
        let all = DATABASE.available().map(|name| name.as_str().to_owned());
        all.filter(|name| Zone::named(name).is_ok()).collect()
    }

    pub fn name(&self) -> &str {
        self.0.iana_name().expect("found by its name")
    }

    /// The day that an instant lies in at this place.
    ///
    /// # Errors
    ///
    /// [`Fault::Overflow`] where the calendar ends before.
    pub fn day(&self, at: Instant) -> Result<Day, Fault> {
        let seconds = at.micros().div_euclid(1_000_000) + EPOCH;
        Ok(at.later(self.offset(seconds))?.day())
    }

    /// Seconds east of UTC, so many seconds after the beginning of 1970.
    fn offset(&self, seconds: i64) -> i64 {
        let beyond = (seconds - LAST).max(0);
        let like = (seconds - (beyond + CYCLE - 1) / CYCLE * CYCLE).max(FIRST);
        let like = Timestamp::from_second(like).expect("between the years 1800 and 9000");
        self.0.to_offset(like).seconds().into()
    }

    /// From which second after the beginning of 1970 on its clocks are so many seconds ahead of UTC, between two of
    /// such seconds; the first is `from`.
    pub fn offsets(&self, from: i64, until: i64) -> Vec<(i64, i64)> {
        let start = Timestamp::from_second(from).expect("within the calendar");
        let changes = self.0.following(start).map(|change| change.timestamp().as_second());
        let all = std::iter::once(from).chain(changes.take_while(|at| *at < until));
        all.map(|at| (at, self.offset(at))).collect()
    }
}

/// Others are rules of no place, which not every PostgreSQL has.
fn is_place(name: &str) -> bool {
    name == "UTC" || name.contains('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        let at: Timestamp = text.parse().unwrap();
        Instant::from_micros(at.as_microsecond() - EPOCH * 1_000_000)
    }

    #[test]
    fn a_day_begins_where_its_place_is() {
        let day =
            |zone: &str, of: &str| Zone::named(zone).unwrap().day(at(of)).unwrap().to_string();
        assert_eq!(day("UTC", "2026-03-28T23:59:59Z"), "2026-03-28");
        assert_eq!(day("Europe/Berlin", "2026-03-28T22:59:59Z"), "2026-03-28");
        assert_eq!(day("Europe/Berlin", "2026-03-28T23:00:00Z"), "2026-03-29");
        // Summer time began in between.
        assert_eq!(day("Europe/Berlin", "2026-03-29T22:00:00Z"), "2026-03-30");
        assert_eq!(day("America/New_York", "2026-03-29T03:59:59Z"), "2026-03-28");
        assert_eq!(day("Pacific/Kiritimati", "2026-03-28T10:00:00Z"), "2026-03-29");
    }

    #[test]
    fn far_years_are_like_near_ones() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        assert_eq!(zone.offset(LAST + 200 * 86_400), 7_200);
        assert_eq!(zone.offset(LAST + 200 * 86_400 + 3 * CYCLE), 7_200);
        assert_eq!(zone.offset(i64::MIN / 2), 3_208);
        let end = Instant::from_micros(9_223_371_331_199_999_999);
        assert_eq!(zone.day(end), Err(Fault::Overflow));
    }

    #[test]
    fn a_name_is_one_that_every_database_has() {
        assert_eq!(Zone::named("europe/berlin"), Err(NoZone::Called("Europe/Berlin".into())));
        assert_eq!(Zone::named("Asia/Calcutta"), Err(NoZone::Called("Asia/Kolkata".into())));
        assert_eq!(Zone::named("GMT"), Err(NoZone::Called("UTC".into())));
        for none in ["", "Berlin", "EST5EDT", "Factory", "+01:00", "Europe/Berlin "] {
            assert_eq!(Zone::named(none), Err(NoZone::Unknown), "{none}");
        }
        assert!(Zone::names().len() > 400);
    }

    #[test]
    fn offsets_tell_when_clocks_change() {
        let zone = Zone::named("Europe/Berlin").unwrap();
        let from = at("2026-01-01T00:00:00Z").micros() / 1_000_000 + EPOCH;
        let all = zone.offsets(from, from + 365 * 86_400);
        let offsets: Vec<i64> = all.iter().map(|(_, offset)| *offset).collect();
        assert_eq!((all[0].0, offsets), (from, vec![3_600, 7_200, 3_600]));
        assert_eq!(Zone::named("UTC").unwrap().offsets(0, CYCLE), [(0, 0)]);
    }
}
