//! What a worker takes from itself before it reads the first byte of a document.
//!
//! Three walls, each for itself enough against most of what a document that has taken over its
//! worker could try: limits of resources, which every system has; Landlock, which takes away files
//! and the network; a filter of system calls, which leaves what computing on two pipes needs and ends
//! the worker at anything else.

#[cfg(target_os = "linux")]
#[path = "linux.rs"]
mod kernel;
#[cfg(not(target_os = "linux"))]
#[path = "elsewhere.rs"]
mod kernel;

use std::io;
use std::thread;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

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

/// How far the kernel holds a worker in one respect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Hold {
    /// Wholly.
    Full,
    /// As far as this kernel knows how to.
    Partial,
    /// Not at all.
    None,
}

/// What the kernel holds a worker to, beside its limits of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    /// Landlock: no files, no network.
    pub landlock: Hold,
    /// Seccomp: no system calls but those that computing needs.
    pub seccomp: Hold,
}

/// Confines this process for good. What the kernel lacks is left out and told; nothing else is.
pub fn confine(limits: Limits) -> io::Result<Confinement> {
    // What is looked up once, is looked up now: some C libraries read the number of processors from
    // a file when there is a second thread, and the first look at a clock asks where it is.
    try_a_thread()?;
    allow_cpu(limits)?;
    let landlock = kernel::forbid_files_and_network();
    limit_resources(limits)?;
    let seccomp = kernel::filter_system_calls();
    // Drawing has a thread of its own. Where that is impossible, documents are not to blame.
    try_a_thread()?;
    Ok(Confinement { landlock, seccomp })
}

/// Gives one document its own processor time, on top of what the process has used already: the
/// clock of `RLIMIT_CPU` runs over its life, in which it serves many.
pub(super) fn allow_cpu(limits: Limits) -> io::Result<()> {
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec.unsigned_abs();
    let maximum = getrlimit(Resource::Cpu).maximum;
    let current = Some(used + limits.cpu_seconds + 1);
    setrlimit(Resource::Cpu, Rlimit { current, maximum })?;
    Ok(())
}

fn limit_resources(limits: Limits) -> io::Result<()> {
    set(Resource::As, limits.memory_mib.saturating_mul(1024 * 1024))?;
    // A core file would hold the document; so would any other file.
    set(Resource::Core, 0)?;
    set(Resource::Fsize, 0)?;
    // Standard input, output and error are open: no other descriptor can be, of a file or a socket.
    set(Resource::Nofile, 3)
}

fn set(resource: Resource, value: u64) -> io::Result<()> {
    setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) })?;
    Ok(())
}

fn try_a_thread() -> io::Result<()> {
    let thread = thread::Builder::new().name("try".to_owned()).spawn(|| vec![1_u8; 4096].len());
    thread?.join().map(drop).map_err(|_| io::Error::other("a thread failed"))
}
