//! A JSON object whose members are made as they are written: a large service's document never
//! stands in memory as a tree.

use serde::ser::{Serialize, SerializeMap, Serializer};

pub struct Lazy<'i, I, F> {
    items: &'i [I],
    /// Name and value of an item's member.
    member: F,
}

impl<'i, I, F> Lazy<'i, I, F> {
    pub fn new<N, V>(items: &'i [I], member: F) -> Self
    where
        F: Fn(&'i I) -> (N, V),
    {
        Self { items, member }
    }
}

impl<'i, I, F, N, V> Serialize for Lazy<'i, I, F>
where
    F: Fn(&'i I) -> (N, V),
    N: Serialize,
    V: Serialize,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.items.len()))?;
        for item in self.items {
            let (name, value) = (self.member)(item);
            map.serialize_entry(&name, &value)?;
        }
        map.end()
    }
}
