//! One worker, as the server holds it.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::confine::Confinement;
use super::frame::{receive_answer, receive_greeting, send_task};
use super::pool::{CheckerSettings, InspectError};
use super::task::Answer;

/// Bytes that a pipe holds, so that most documents go through at once.
const PIPE_BYTES: usize = 256 * 1024;

/// How long a worker may take to confine itself.
const START: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub(super) struct Worker {
    // Owned so that dropping a worker, also when a request is cancelled, kills it.
    process: Child,
    input: ChildStdin,
    output: ChildStdout,
    /// What the kernel holds it to.
    pub confinement: Confinement,
    /// Documents so far.
    pub served: u32,
}

impl Worker {
    /// Starts a worker and waits until it is confined.
    pub(super) async fn start(settings: &CheckerSettings) -> Result<Self, InspectError> {
        let unavailable = |error: &dyn std::fmt::Display| {
            tracing::error!(%error, binary = %settings.binary.display(), "cannot start a worker");
            InspectError::Unavailable(error.to_string())
        };
        let mut process = Command::new(&settings.binary)
            .arg("worker")
            .arg(format!("--memory-mib={}", settings.limits.memory_mib))
            .arg(format!("--cpu-seconds={}", settings.limits.cpu_seconds))
            // Secrets of the server live in its environment.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Ctrl-C reaches the whole group of a terminal, but what is under way is finished.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| unavailable(&error))?;
        let (Some(input), Some(mut output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(unavailable(&"no pipes"));
        };
        widen(&input);
        let greeting = tokio::time::timeout(START, receive_greeting(&mut output)).await;
        match greeting {
            Ok(Ok(greeting)) => {
                let confinement = greeting.confinement;
                Ok(Self { process, input, output, confinement, served: 0 })
            }
            Ok(Err(error)) => Err(unavailable(&error)),
            Err(_elapsed) => Err(unavailable(&"it did not greet in time")),
        }
    }

    /// Asks, and gives up after `limit`.
    pub(super) async fn ask_within(
        &mut self,
        task: &[u8],
        document: &[u8],
        limit: Duration,
    ) -> Result<(Answer, Vec<u8>), InspectError> {
        match tokio::time::timeout(limit, self.ask(task, document)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                // Killed by SIGSYS, it tried what no document should make it try.
                let _ = self.process.start_kill();
                let status =
                    self.process.wait().await.map_or_else(|e| e.to_string(), |s| s.to_string());
                tracing::warn!(%error, status, "a worker died over a document");
                Err(InspectError::Crashed)
            }
            Err(_elapsed) => {
                tracing::warn!("a document took too long to check");
                Err(InspectError::TimedOut)
            }
        }
    }

    async fn ask(&mut self, task: &[u8], document: &[u8]) -> std::io::Result<(Answer, Vec<u8>)> {
        self.served += 1;
        send_task(&mut self.input, task, document).await?;
        receive_answer(&mut self.output).await
    }
}

#[cfg(target_os = "linux")]
fn widen(pipe: &ChildStdin) {
    // Where it is not allowed, more turns are taken.
    let _ = rustix::pipe::fcntl_setpipe_size(pipe, PIPE_BYTES);
}

#[cfg(not(target_os = "linux"))]
fn widen(_: &ChildStdin) {}
