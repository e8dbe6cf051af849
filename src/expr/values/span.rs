//! Ranges: from a start to an end, the end excluded, never empty.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span<T> {
    pub start: T,
    pub end: T,
}

impl<T: PartialOrd> Span<T> {
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    pub fn contains(&self, one: &T) -> bool {
        self.start <= *one && *one < self.end
    }

    /// Whether the whole of the other lies within.
    pub fn covers(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}
