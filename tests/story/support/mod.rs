//! The office of a story: a server, its people, their phones, and a document system.

#![allow(dead_code, unused_imports, reason = "stories and figures each use a part")]

mod database;
mod documents;
mod office;
mod phones;
mod proxy;

pub use database::Database;
pub use documents::{sample, with_text};
pub use office::{Office, Options, Outcome, stamp};
pub use phones::{
    Phone, Prompted, approve, begin, enroll, newest_device, phone_setup, try_approve,
};
pub use proxy::{Fate, Proxy, Seen};

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use trien_core::env::{Clock, SystemClock, Timestamp};

/// A clock that runs with the machine's, and can be moved.
#[derive(Clone, Default)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    /// Moves the clock by `seconds`, which may be negative.
    pub fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let moved = self.0.load(Ordering::SeqCst);
        Timestamp::from_millis(SystemClock.now().as_millis() + moved)
    }
}
