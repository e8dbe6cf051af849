//! Values with parts.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Reads the parts of `T` from an object, never from an array, which serde would take as well.
/// `wanted` is what an error asks for.
pub fn object<'de, T, D>(deserializer: D, wanted: &'static str) -> Result<T, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_map(Parts { wanted, parts: PhantomData })
}

struct Parts<T> {
    wanted: &'static str,
    parts: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Parts<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wanted)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}
