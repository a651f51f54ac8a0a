//! What a command says when it cannot do its work, and the exit codes.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use trien_core::problem::Problem;

/// Why a command did not do its work: one line for a person, one exit code for a script.
///
/// | code | meaning |
/// |---|---|
/// | 0 | done; `verify`: valid |
/// | 1 | refused: the answer is no; `verify`: not valid |
/// | 2 | `verify` only: cannot be determined |
/// | 64 | the command line or the configuration cannot be used as it is |
/// | 66 | a file is missing or cannot be read or written |
/// | 69 | the server cannot be reached, or said to try again |
/// | 70 | anything else |
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The command line, the environment or the configuration file; says what to change.
    #[error("{0}")]
    Usage(String),
    /// A file.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The server, or a rule, said no; the text says what to do.
    #[error("{0}")]
    Refused(String),
    /// A problem document of the server.
    #[error("{}: {}", .0.title, .0.detail)]
    Problem(Box<Problem>),
    /// No answer; nothing is known to have changed.
    #[error("cannot reach {server}: {source}")]
    Unreachable {
        /// The address tried.
        server: String,
        /// Why.
        source: Box<dyn Error + Send + Sync>,
    },
    /// Anything else.
    #[error("{doing}: {source}")]
    Failed {
        /// What was being done.
        doing: &'static str,
        /// What went wrong.
        source: Box<dyn Error + Send + Sync>,
    },
}

impl CliError {
    /// An error of a file.
    pub fn file(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::File { path: path.into(), source }
    }

    /// Any other error, with what was being done, such as "cannot open the data folder".
    pub fn failed(doing: &'static str, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed { doing, source: source.into() }
    }

    fn code(&self) -> u8 {
        match self {
            Self::Problem(problem) if problem.status == 503 => 69,
            Self::Refused(_) | Self::Problem(_) => 1,
            Self::Usage(_) => 64,
            Self::File { .. } => 66,
            Self::Unreachable { .. } => 69,
            Self::Failed { .. } => 70,
        }
    }

    /// Prints the line and gives the exit code.
    pub(super) fn report(&self) -> ExitCode {
        let mut line = self.to_string();
        let mut cause = match self {
            Self::File { source, .. } => source.source(),
            Self::Unreachable { source, .. } | Self::Failed { source, .. } => source.source(),
            Self::Usage(_) | Self::Refused(_) | Self::Problem(_) => None,
        };
        while let Some(error) = cause {
            let text = error.to_string();
            if !line.contains(&text) {
                line.push_str(": ");
                line.push_str(&text);
            }
            cause = error.source();
        }
        eprintln!("trien: {line}");
        ExitCode::from(self.code())
    }
}

/// Prints clap's message; help and version are answers, anything else is exit code 64, because 2
/// means "cannot be determined" here.
pub(super) fn usage(error: &clap::Error) -> ExitCode {
    // A closed pipe (`trien --help | head`) is no failure.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(64) } else { ExitCode::SUCCESS }
}
