//! A ceiling for what is allocated: beyond it the next allocation fails, and the process with it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that a test process may hold at one time. A small text needs a few MiB.
const CEILING: usize = 200 * 1024 * 1024;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

pub struct Counting;

/// The most that was held at one time, in MiB.
pub fn most() -> usize {
    MOST.load(Ordering::Relaxed) / 1024 / 1024
}

fn take(bytes: usize) -> bool {
    let held = HELD.fetch_add(bytes, Ordering::Relaxed) + bytes;
    MOST.fetch_max(held, Ordering::Relaxed);
    let fits = held <= CEILING;
    if !fits {
        HELD.fetch_sub(bytes, Ordering::Relaxed);
    }
    fits
}

// Sound where the system's is: it adds nothing but counts.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if take(layout.size()) { unsafe { System.alloc(layout) } } else { std::ptr::null_mut() }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(place, layout) }
    }

    // The system moves pages rather than bytes: what grows does not stand there twice.
    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !take(size.saturating_sub(layout.size())) {
            return std::ptr::null_mut();
        }
        let moved = unsafe { System.realloc(place, layout, size) };
        let gone = if moved.is_null() { size } else { layout.size() };
        let there = if moved.is_null() { layout.size() } else { size };
        HELD.fetch_sub(gone.saturating_sub(there), Ordering::Relaxed);
        moved
    }
}
