//! Exact decimal fractions.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::stored_as;

/// At most 28 digits, `SCALE` of them after the point; a text in JSON, since a number there is a
/// float to many readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal<const SCALE: u32>(rust_decimal::Decimal);

impl<const SCALE: u32> Decimal<SCALE> {
    pub fn get(self) -> rust_decimal::Decimal {
        self.0
    }
}

impl<const SCALE: u32> Decimal<SCALE> {
    /// None with more than 28 digits, or more than `SCALE` of them after the point.
    pub fn new(mut number: rust_decimal::Decimal) -> Option<Self> {
        if number.scale() > SCALE {
            return None;
        }
        number.rescale(SCALE);
        let holds = number.scale() == SCALE && number.abs().mantissa() < 10_i128.pow(28);
        holds.then_some(Self(number))
    }
}

impl<const SCALE: u32> Serialize for Decimal<SCALE> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de, const SCALE: u32> Deserialize<'de> for Decimal<SCALE> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || de::Error::custom(format_args!("a decimal number as text is wanted"));
        let mut number = rust_decimal::Decimal::from_str_exact(&text).map_err(|_| wrong())?;
        // guard: kernel.values.scale
        if number.scale() > SCALE {
            return Err(de::Error::custom(format_args!("at most {SCALE} digits after the point")));
        }
        number.rescale(SCALE);
        if number.scale() != SCALE || number.abs().mantissa() >= 10_i128.pow(28) {
            return Err(de::Error::custom("at most 28 digits are wanted"));
        }
        Ok(Self(number))
    }
}

stored_as!(Decimal<SCALE>, [const SCALE: u32], rust_decimal::Decimal, |number| &number.0, Decimal);
