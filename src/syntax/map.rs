//! Names and what stands under them, in the order written.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Name;

/// Each name once: `yaml` refuses a second.
#[derive(Debug, Clone)]
pub struct Map<T> {
    /// An entity may be that of another reading ([`super::kept`]).
    entries: Vec<(Name, Arc<T>)>,
    /// A hostile blueprint has many names; looking each up must stay cheap.
    places: BTreeMap<String, usize>,
}

impl<T> Default for Map<T> {
    fn default() -> Self {
        Map { entries: Vec::new(), places: BTreeMap::new() }
    }
}

impl<T> Map<T> {
    pub fn push(&mut self, name: Name, value: impl Into<Arc<T>>) {
        self.places.insert(name.value.clone(), self.entries.len());
        self.entries.push((name, value.into()));
    }

    pub fn get(&self, name: &str) -> Option<&T> {
        self.entry(name).map(|(_, value)| value)
    }

    /// The name as it stands there, and what stands under it.
    pub fn entry(&self, name: &str) -> Option<(&Name, &T)> {
        let (name, value) = &self.entries[*self.places.get(name)?];
        Some((name, value))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Name, &T)> {
        self.entries.iter().map(|(name, value)| (name, &**value))
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|(name, _)| name.value.as_str())
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}
