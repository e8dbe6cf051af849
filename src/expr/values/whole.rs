//! Whole numbers of 64 bits: integers, money in minor units, basis points, durations in seconds.

use super::{Fault, Rounding};

/// # Errors
///
/// [`Fault::Overflow`] where the sum does not fit.
pub fn add(a: i64, b: i64) -> Result<i64, Fault> {
    a.checked_add(b).ok_or(Fault::Overflow)
}

/// # Errors
///
/// [`Fault::Overflow`] where the difference does not fit.
pub fn sub(a: i64, b: i64) -> Result<i64, Fault> {
    a.checked_sub(b).ok_or(Fault::Overflow)
}

/// # Errors
///
/// [`Fault::Overflow`] where the product does not fit.
pub fn mul(a: i64, b: i64) -> Result<i64, Fault> {
    a.checked_mul(b).ok_or(Fault::Overflow)
}

/// # Errors
///
/// [`Fault::Overflow`] for the least number, which has no opposite.
pub fn neg(a: i64) -> Result<i64, Fault> {
    a.checked_neg().ok_or(Fault::Overflow)
}

/// `a / b`, rounded.
///
/// # Errors
///
/// [`Fault::DividedByZero`], and [`Fault::Overflow`] for the least number divided by -1.
pub fn quotient(a: i64, b: i64, rounding: Rounding) -> Result<i64, Fault> {
    rounded(i128::from(a), i128::from(b), rounding)
}

/// `rate` ten-thousandths of `of`, rounded. The product in between may be of any size.
///
/// # Errors
///
/// [`Fault::Overflow`] where the result does not fit.
pub fn share(of: i64, rate: i64, rounding: Rounding) -> Result<i64, Fault> {
    rounded(i128::from(of) * i128::from(rate), 10_000, rounding)
}

fn rounded(a: i128, b: i128, rounding: Rounding) -> Result<i64, Fault> {
    if b == 0 {
        return Err(Fault::DividedByZero);
    }
    let (whole, rest) = (a / b, a % b);
    let twice = (rest.unsigned_abs() * 2).cmp(&b.unsigned_abs());
    let further = rounding.goes_further(rest != 0, twice, whole % 2 != 0);
    let away = if (a < 0) == (b < 0) { 1 } else { -1 };
    let result = if further { whole + away } else { whole };
    i64::try_from(result).map_err(|_| Fault::Overflow)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_of_each_rounding() {
        use Rounding::{Down, HalfEven, HalfUp, Up};
        for (a, b, even, half_up, down, up) in [
            (5, 2, 2, 3, 2, 3),
            (7, 2, 4, 4, 3, 4),
            (-5, 2, -2, -3, -2, -3),
            (5, -2, -2, -3, -2, -3),
            (1, 3, 0, 0, 0, 1),
            (-1, 3, 0, 0, 0, -1),
            (-2, -3, 1, 1, 0, 1),
            (6, 3, 2, 2, 2, 2),
        ] {
            let found = [HalfEven, HalfUp, Down, Up].map(|how| quotient(a, b, how));
            assert_eq!(found, [even, half_up, down, up].map(Ok), "{a} / {b}");
        }
        assert_eq!(quotient(1, 0, Down), Err(Fault::DividedByZero));
        assert_eq!(quotient(i64::MIN, -1, Down), Err(Fault::Overflow));
    }

    #[test]
    fn a_share_may_be_large_in_between() {
        assert_eq!(share(i64::MAX, 10_000, Rounding::HalfEven), Ok(i64::MAX));
        assert_eq!(share(1_05, 5_000, Rounding::HalfEven), Ok(52));
        assert_eq!(share(1_07, 5_000, Rounding::HalfEven), Ok(54));
        assert_eq!(share(i64::MAX, 10_001, Rounding::HalfEven), Err(Fault::Overflow));
    }
}
