//! How much may stand in one file and in all files of a blueprint.

use super::limits;

/// How many more values may follow.
pub struct Budget {
    pub(super) in_file: usize,
    pub(super) in_all: usize,
}

impl Budget {
    pub fn new() -> Self {
        Budget { in_file: limits::NODES, in_all: limits::ALL_NODES }
    }

    /// So many values less of all, where so many may follow.
    pub(super) fn spend_all(&mut self, values: usize) -> bool {
        let left = self.in_all.checked_sub(values);
        self.in_all = left.unwrap_or(self.in_all);
        left.is_some()
    }

    /// One value less; how many there may be where there are more.
    pub(super) fn spend(&mut self) -> Result<(), (usize, &'static str)> {
        let left = |number: &mut usize| match number.checked_sub(1) {
            Some(left) => {
                *number = left;
                true
            }
            None => false,
        };
        if !left(&mut self.in_file) {
            Err((limits::NODES, "file"))
        } else if !left(&mut self.in_all) {
            Err((limits::ALL_NODES, "blueprint"))
        } else {
            Ok(())
        }
    }
}
