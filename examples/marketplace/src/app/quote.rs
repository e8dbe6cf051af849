//! `hooks.quote`: what a booking costs.
//!
//! All amounts are whole minor units. What is multiplied is checked; what is divided is rounded half to even, once.
//! How the price is shared between vendor and platform the database says, by the rule of the day.

use crate::generated::domain::listing::ListingPriceUnit;
use crate::generated::hooks::quote::{Compute, Input, Output, Reads};
use crate::generated::kernel::hook::Failed;
use crate::generated::kernel::values::{Money, TimestampRange};

/// Basis points of the price that the platform takes from the customer.
const CUSTOMER_FEE: i64 = 500;

const HOUR: i128 = 3_600_000_000_000;
const DAY: i128 = 24 * HOUR;

pub struct Hook;

impl Compute for Hook {
    fn compute(input: &Input, reads: &Reads) -> Result<Output, Failed> {
        let [listing] = reads.listings.as_slice() else {
            return Err(Failed::because("there is no such listing"));
        };
        let too_much = || Failed::because("it would cost more than can be counted");
        let units = match listing.price_unit {
            ListingPriceUnit::Fixed => Some(1),
            ListingPriceUnit::Hour => begun(&input.during, HOUR),
            ListingPriceUnit::Night => begun(&input.during, DAY),
        };
        let price = units.and_then(|units| listing.base_price.minor().checked_mul(units));
        let price = price.ok_or_else(too_much)?;
        let customer_fee = share(price, CUSTOMER_FEE);
        let total = price.checked_add(customer_fee).ok_or_else(too_much)?;
        Ok(Output {
            price: Money::from_minor(price),
            customer_fee: Money::from_minor(customer_fee),
            total: Money::from_minor(total),
        })
    }
}

/// How many times `unit`, in nanoseconds, has begun; none where they cannot be counted.
fn begun(during: &TimestampRange, unit: i128) -> Option<i64> {
    let length = (during.until.get() - during.from.get()).whole_nanoseconds();
    i64::try_from((length + unit - 1) / unit).ok()
}

/// So many basis points of an amount, half to even.
fn share(amount: i64, rate: i64) -> i64 {
    let product = i128::from(amount) * i128::from(rate);
    let (whole, rest) = (product.div_euclid(10_000), product.rem_euclid(10_000));
    let up = rest > 5_000 || rest == 5_000 && whole % 2 != 0;
    let rounded = whole + i128::from(up);
    i64::try_from(rounded).expect("a share of an amount is no more than the amount")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generated::hooks::quote::ListingsRow;
    use uuid::Uuid;

    fn quote(price: i64, unit: ListingPriceUnit, minutes: i64) -> Result<Output, Failed> {
        let during = serde_json::json!({
            "from": "2026-03-01T09:00:00Z",
            "until": format!("2026-03-{:02}T{:02}:{:02}:00Z", 1 + (540 + minutes) / 1440, (540 + minutes) / 60 % 24, minutes % 60),
        });
        let during = serde_json::from_value(during).expect("a range");
        let base_price = Money::from_minor(price);
        let listings = vec![ListingsRow { id: Uuid::nil(), base_price, price_unit: unit }];
        Hook::compute(&Input { listing: Uuid::nil(), during }, &Reads { listings })
    }

    #[test]
    fn what_is_begun_is_paid() {
        let cost = |unit, minutes| quote(1_000, unit, minutes).unwrap().price.minor();
        assert_eq!(cost(ListingPriceUnit::Hour, 60), 1_000);
        assert_eq!(cost(ListingPriceUnit::Hour, 61), 2_000);
        assert_eq!(cost(ListingPriceUnit::Night, 60), 1_000);
        assert_eq!(cost(ListingPriceUnit::Night, 24 * 60 + 1), 2_000);
        assert_eq!(cost(ListingPriceUnit::Fixed, 24 * 60 * 5), 1_000);
    }

    #[test]
    fn nothing_is_lost_and_nothing_made() {
        for price in [1, 3, 7, 33, 99, 101, 3_333, 100_000, i64::MAX / 2] {
            let quote = quote(price, ListingPriceUnit::Fixed, 60).unwrap();
            assert_eq!(quote.total.minor(), quote.price.minor() + quote.customer_fee.minor());
            assert!(quote.customer_fee.minor() >= 0);
        }
    }

    #[test]
    fn halves_go_to_the_even() {
        // 5 % of 30 is 1.5, of 50 is 2.5, of 70 is 3.5.
        assert_eq!([30, 50, 70].map(|amount| share(amount, CUSTOMER_FEE)), [2, 2, 4]);
        assert_eq!(share(1, CUSTOMER_FEE), 0);
    }

    #[test]
    fn what_cannot_be_counted_is_no_price() {
        assert!(quote(i64::MAX, ListingPriceUnit::Hour, 120).is_err());
        assert!(quote(i64::MAX, ListingPriceUnit::Fixed, 60).is_err());
        let during = quote(1, ListingPriceUnit::Fixed, 60);
        assert!(during.is_ok());
    }

    #[test]
    fn no_listing_has_no_price() {
        let from = quote(1, ListingPriceUnit::Fixed, 60);
        assert!(from.is_ok());
        let reads = Reads { listings: Vec::new() };
        let during = serde_json::json!({ "from": "2026-03-01T09:00:00Z", "until": "2026-03-01T10:00:00Z" });
        let during = serde_json::from_value(during).expect("a range");
        assert!(Hook::compute(&Input { listing: Uuid::nil(), during }, &reads).is_err());
    }
}
