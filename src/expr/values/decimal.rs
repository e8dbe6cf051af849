//! Decimal fractions of any size: sums and products are exact, as `numeric` has them.

use std::cmp::Ordering;
use std::fmt;

use super::{Fault, Rounding};

/// `± digits / 10^scale`. The digits stand from the highest to the lowest, without leading zeros.
#[derive(Debug, Clone)]
pub struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    scale: usize,
}

impl Decimal {
    /// Digits, perhaps led by a minus, perhaps with a point and more digits. None: it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = whole.bytes().chain(fraction.bytes());
        let digits: Option<Vec<u8>> =
            digits.map(|byte| byte.is_ascii_digit().then(|| byte - b'0')).collect();
        Some(Self::new(negative, digits.filter(|digits| !digits.is_empty())?, fraction.len()))
    }

    /// Of a literal that the compiler has read already.
    ///
    /// # Panics
    ///
    /// Where it is no number.
    pub fn literal(text: &str) -> Self {
        Self::parse(text).expect("a literal is digits, a point, digits")
    }

    fn new(negative: bool, digits: Vec<u8>, scale: usize) -> Self {
        let zeros = digits.iter().take_while(|digit| **digit == 0).count();
        let digits = if zeros == 0 { digits } else { digits[zeros..].to_vec() };
        Decimal { negative: negative && !digits.is_empty(), digits, scale }
    }

    pub fn plus(&self, other: &Self) -> Self {
        let scale = self.scale.max(other.scale);
        let (a, b) = (self.digits_at(scale), other.digits_at(scale));
        if self.negative == other.negative {
            return Self::new(self.negative, sum(&a, &b), scale);
        }
        match compare(&a, &b) {
            Ordering::Less => Self::new(other.negative, difference(&b, &a), scale),
            _ => Self::new(self.negative, difference(&a, &b), scale),
        }
    }

    pub fn minus(&self, other: &Self) -> Self {
        self.plus(&other.negated())
    }

    pub fn negated(&self) -> Self {
        Self::new(!self.negative, self.digits.clone(), self.scale)
    }

    pub fn times(&self, other: &Self) -> Self {
        let mut wide = vec![0_u32; self.digits.len() + other.digits.len()];
        for (i, a) in self.digits.iter().enumerate() {
            for (j, b) in other.digits.iter().enumerate() {
                wide[i + j + 1] += u32::from(*a) * u32::from(*b);
            }
        }
        let mut carry = 0;
        let mut digits = vec![0; wide.len()];
        for (digit, wide) in digits.iter_mut().zip(&wide).rev() {
            let value = wide + carry;
            *digit = u8::try_from(value % 10).expect("a digit");
            carry = value / 10;
        }
        Self::new(self.negative != other.negative, digits, self.scale + other.scale)
    }

    /// `self / by` with so many digits after the point.
    ///
    /// # Errors
    ///
    /// [`Fault::DividedByZero`].
    pub fn quotient(&self, by: &Self, places: usize, rounding: Rounding) -> Result<Self, Fault> {
        if by.digits.is_empty() {
            return Err(Fault::DividedByZero);
        }
        // As whole numbers: (a / 10^s) / (b / 10^t) * 10^places = a * 10^(t + places) / (b * 10^s).
        let dividend = shifted(&self.digits, by.scale + places);
        let divisor = shifted(&by.digits, self.scale);
        let mut rest: Vec<u8> = Vec::new();
        let mut whole = Vec::with_capacity(dividend.len());
        for digit in dividend {
            if !rest.is_empty() || digit != 0 {
                rest.push(digit);
            }
            let mut count = 0;
            while compare(&rest, &divisor).is_ge() {
                rest = difference(&rest, &divisor);
                count += 1;
            }
            whole.push(count);
        }
        let twice = compare(&sum(&rest, &rest), &divisor);
        let odd = whole.last().is_some_and(|digit| digit % 2 == 1);
        if rounding.goes_further(!rest.is_empty(), twice, odd) {
            whole = sum(&whole, &[1]);
        }
        Ok(Self::new(self.negative != by.negative, whole, places))
    }

    /// With so many digits after the point.
    pub fn rounded(&self, places: usize, rounding: Rounding) -> Self {
        let one = Decimal::from(1);
        self.quotient(&one, places, rounding).expect("one is not zero")
    }

    fn digits_at(&self, scale: usize) -> Vec<u8> {
        shifted(&self.digits, scale - self.scale)
    }
}

/// Times ten to the power of `zeros`.
fn shifted(digits: &[u8], zeros: usize) -> Vec<u8> {
    if digits.is_empty() {
        return Vec::new();
    }
    digits.iter().copied().chain(std::iter::repeat_n(0, zeros)).collect()
}

/// Of digits without leading zeros.
fn compare(a: &[u8], b: &[u8]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.cmp(b))
}

fn sum(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut digits = Vec::with_capacity(a.len().max(b.len()) + 1);
    let mut carry = 0;
    let (mut a, mut b) = (a.iter().rev(), b.iter().rev());
    loop {
        let (x, y) = (a.next(), b.next());
        if x.is_none() && y.is_none() && carry == 0 {
            break;
        }
        let value = x.unwrap_or(&0) + y.unwrap_or(&0) + carry;
        digits.push(value % 10);
        carry = value / 10;
    }
    digits.reverse();
    digits
}

/// `a - b`, where a is not the smaller; without leading zeros.
fn difference(a: &[u8], b: &[u8]) -> Vec<u8> {
    let mut digits = Vec::with_capacity(a.len());
    let mut borrow = 0;
    let mut b = b.iter().rev();
    for x in a.iter().rev() {
        let taken = b.next().unwrap_or(&0) + borrow;
        borrow = u8::from(*x < taken);
        digits.push(x + 10 * borrow - taken);
    }
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits.reverse();
    digits
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Self {
        Self::literal(&value.to_string())
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By value: 1.50 is 1.5.
impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
            (negative, _) => {
                let scale = self.scale.max(other.scale);
                let order = compare(&self.digits_at(scale), &other.digits_at(scale));
                if negative { order.reverse() } else { order }
            }
        }
    }
}

/// Without zeros that say nothing: 1.50 is written `1.5`, 2.00 is `2`.
impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits: String = self.digits.iter().map(|digit| char::from(b'0' + digit)).collect();
        let digits = format!("{digits:0>width$}", width = self.scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - self.scale);
        let fraction = fraction.trim_end_matches('0');
        let sign = if self.negative { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        write!(out, "{sign}{whole}{point}{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Decimal {
        Decimal::literal(text)
    }

    #[test]
    fn sums_and_products_are_exact() {
        for (a, b, plus, minus, times) in [
            ("1.5", "2.25", "3.75", "-0.75", "3.375"),
            ("-1.5", "1.5", "0", "-3", "-2.25"),
            ("0.1", "0.2", "0.3", "-0.1", "0.02"),
            (
                "99999999999999999999.99",
                "0.01",
                "100000000000000000000",
                "99999999999999999999.98",
                "999999999999999999.9999",
            ),
            ("-0", "0.00", "0", "0", "0"),
            ("0", "-7", "-7", "7", "0"),
        ] {
            let (x, y) = (of(a), of(b));
            let found = [x.plus(&y), x.minus(&y), x.times(&y)].map(|one| one.to_string());
            assert_eq!(found, [plus, minus, times], "{a} {b}");
        }
    }

    #[test]
    fn order_is_by_value() {
        assert_eq!(of("1.50"), of("1.5"));
        assert!(of("-2") < of("-1.9"));
        assert!(of("10") > of("9.999"));
        assert_eq!(of("-0.0"), of("0"));
    }

    #[test]
    fn quotients_have_the_digits_that_are_asked_for() {
        use Rounding::{Down, HalfEven, HalfUp, Up};
        for (a, b, places, even, half_up, down, up) in [
            ("1", "3", 2, "0.33", "0.33", "0.33", "0.34"),
            ("0.125", "1", 2, "0.12", "0.13", "0.12", "0.13"),
            ("-0.375", "1", 2, "-0.38", "-0.38", "-0.37", "-0.38"),
            ("10", "4", 0, "2", "3", "2", "3"),
            ("1.5", "-0.25", 1, "-6", "-6", "-6", "-6"),
            ("0.004", "1", 2, "0", "0", "0", "0.01"),
        ] {
            let found = [HalfEven, HalfUp, Down, Up]
                .map(|how| of(a).quotient(&of(b), places, how).unwrap().to_string());
            assert_eq!(found, [even, half_up, down, up], "{a} / {b}");
        }
        assert_eq!(of("1").quotient(&of("0.00"), 2, Down), Err(Fault::DividedByZero));
        assert_eq!(of("2.345").rounded(2, HalfEven).to_string(), "2.34");
    }
}
