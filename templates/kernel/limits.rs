//! Every bound of the service in one place.

use std::time::Duration;

/// Bytes of a request's body; more answers 413.
pub const BODY: usize = 64 * 1024;

/// For a client to send a request's head; slower loses its connection.
pub const HEAD: Duration = Duration::from_secs(15);

/// From the end of a request's head to its answer; longer answers 503.
pub const REQUEST: Duration = Duration::from_secs(10);

/// One statement in the database; longer is cancelled there (57014) and answers 503.
pub const STATEMENT: Duration = Duration::from_secs(5);

/// Waiting for a free connection, and making one; longer answers 503.
pub const CONNECTION: Duration = Duration::from_secs(3);

/// After a signal to stop, the time that requests under way have left.
pub const SHUTDOWN: Duration = Duration::from_secs(20);

/// Bytes of a bearer token; longer is refused unread.
pub const TOKEN: usize = 8 * 1024;

/// What clocks may differ, for a token's `exp` and `nbf`.
pub const CLOCK: Duration = Duration::from_secs(30);

/// How long a gate believes what the service says of a person, and so what their clocks may differ.
pub const ASSERTION: Duration = Duration::from_secs(300);

/// Between two readings of an issuer's keys that tokens with unknown keys may cause.
pub const REFETCH: Duration = Duration::from_secs(10);

/// Between two looks at what timers are due.
pub const TIMERS: Duration = Duration::from_secs(1);

/// Rows of one timer before it is the next one's turn.
pub const TIMER_ROWS: usize = 100;

/// Rows of a page: unless asked for, and at most.
pub const PAGE: i64 = 50;
pub const PAGE_MAX: i64 = 100;
