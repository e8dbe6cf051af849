//! Money in whole minor units.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::object::object;
use super::stored_as;

/// An ISO 4217 currency.
pub trait Currency {
    const CODE: &'static str;
}

/// An amount in one currency: `{"amount_minor": 12000, "currency": "EUR"}`, stored as the number.
pub struct Money<C> {
    minor: i64,
    currency: PhantomData<fn() -> C>,
}

impl<C> Money<C> {
    pub fn from_minor(minor: i64) -> Self {
        Self { minor, currency: PhantomData }
    }

    pub fn minor(self) -> i64 {
        self.minor
    }
}

impl<C> PartialEq for Money<C> {
    fn eq(&self, other: &Self) -> bool {
        self.minor == other.minor
    }
}

impl<C> Eq for Money<C> {}

impl<C> fmt::Debug for Money<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Money").field(&self.minor).finish()
    }
}

impl<C> Clone for Money<C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<C> Copy for Money<C> {}

impl<C: Currency> Serialize for Money<C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Written {
            amount_minor: i64,
            currency: &'static str,
        }
        Written { amount_minor: self.minor, currency: C::CODE }.serialize(serializer)
    }
}

impl<'de, C: Currency> Deserialize<'de> for Money<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Read {
            amount_minor: i64,
            currency: String,
        }
        let read: Read = object(deserializer, "an object with amount_minor and currency")?;
        // guard: kernel.values.currency
        if read.currency != C::CODE {
            return Err(de::Error::custom(format_args!("an amount in {} is wanted", C::CODE)));
        }
        Ok(Self::from_minor(read.amount_minor))
    }
}

stored_as!(Money<C>, [C], i64, |money| &money.minor, Money::from_minor);
