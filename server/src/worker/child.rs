//! The worker's side: `trien worker`.

use std::io;
use std::sync::Arc;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use trien_core::pdf::inspect::inspect;

use super::frame::{Answer, read_document, write_answer};

/// What one worker may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Address space in MiB (`RLIMIT_AS`); a worker that asks for more is aborted.
    pub memory_mib: u64,
    /// CPU seconds for one document (`RLIMIT_CPU`); a worker that needs more is killed.
    pub cpu_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { memory_mib: 768, cpu_seconds: 10 }
    }
}

/// Answers documents on standard input until it is closed.
pub fn run(limits: Limits) -> io::Result<()> {
    confine(limits)?;
    let mut input = io::stdin().lock();
    let mut output = io::stdout().lock();
    while let Some(document) = read_document(&mut input)? {
        allow_cpu(limits.cpu_seconds)?;
        let answer = match inspect(&Arc::new(document)) {
            Ok(inspection) => Answer::Inspected(inspection),
            Err(refusal) => Answer::Refused(refusal),
        };
        write_answer(&mut output, &answer)?;
    }
    Ok(())
}

fn confine(limits: Limits) -> io::Result<()> {
    set(Resource::As, limits.memory_mib.saturating_mul(1024 * 1024))?;
    // A core file would hold the document; so would any other file.
    set(Resource::Core, 0)?;
    set(Resource::Fsize, 0)?;
    Ok(())
}

fn set(resource: Resource, value: u64) -> io::Result<()> {
    setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) })?;
    Ok(())
}

// The clock of RLIMIT_CPU runs over the life of the process, and the process serves many
// documents: each gets its own allowance on top of what is used already.
fn allow_cpu(seconds: u64) -> io::Result<()> {
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
    let maximum = getrlimit(Resource::Cpu).maximum;
    setrlimit(Resource::Cpu, Rlimit { current: Some(used + seconds + 1), maximum })?;
    Ok(())
}
