//! What the demo tells while it works, in the reader's language, with the time each step took.

use trien_core::env::{Clock as _, SystemClock, Timestamp};
use trien_core::verify::Report;

use super::office::Files;
use crate::cli::verify;
use crate::text::{Argument, Language, lookup};

/// Tells one step after the other.
pub struct Teller {
    language: Language,
    steps: u32,
    total: i64,
    since: Timestamp,
}

impl Teller {
    /// Begins with the title.
    pub fn start(language: Language) -> Self {
        let teller = Self { language, steps: 0, total: 0, since: SystemClock.now() };
        println!("\n{}\n{}\n", teller.say("demo-title", &[]), teller.say("demo-simulated", &[]));
        teller
    }

    /// One step is done: says so, with the time since the last one.
    pub fn step(&mut self, key: &str, arguments: &[(&'static str, &str)]) {
        let now = SystemClock.now();
        let millis = now.as_millis() - self.since.as_millis();
        self.steps += 1;
        self.total += millis;
        println!("{:>3}  {}  ({millis} ms)", self.steps, self.say(key, arguments));
        self.since = now;
    }

    /// What a stranger found, and where everything lies.
    pub fn finish(&self, report: &Report, files: &Files) {
        println!("\n{}", indent(&verify::to_text(report, self.language)));
        println!("{}", self.say("demo-files", &[]));
        for path in files.all() {
            println!("     {}", path.display());
        }
        println!("\n{}\n     {}", self.say("demo-verify-again", &[]), files.verify_command());
        println!("\n{}", self.say("demo-total", &[("millis", &self.total.to_string())]));
    }

    /// The server stays: where, and how to end it.
    pub fn open(&self, address: &str) {
        println!("{}: {address}/", self.say("demo-open", &[]));
        println!("{}", self.say("demo-stop", &[]));
    }

    fn say(&self, key: &str, arguments: &[(&'static str, &str)]) -> String {
        let arguments: Vec<Argument<'_>> =
            arguments.iter().map(|(name, value)| Argument { name, value }).collect();
        lookup(self.language, key, &arguments).unwrap_or_else(|| key.to_owned())
    }
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("     {line}\n")).collect()
}
