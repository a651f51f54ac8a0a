//! Log lines and figures.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::LogFormat;

/// Upper bounds of the buckets of durations, in seconds.
const BUCKETS: [f64; 10] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Starts logging to standard error; `TRIEN_LOG` filters (`info`, `trien_server=debug` …). Does
/// nothing when logging has started already.
pub fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_env("TRIEN_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Fails only when somebody else has set it, whose choice then holds.
    let _ = match format {
        LogFormat::Json => log.json().flatten_event(true).with_span_list(false).try_init(),
        LogFormat::Text => log.compact().with_target(false).try_init(),
    };
}

/// Logging of a command that is not the server: warnings only, for people.
pub fn start_quiet_log() {
    let filter = EnvFilter::try_from_env("TRIEN_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = log.compact().with_target(false).try_init();
}

/// The process's figures; started by the first call.
#[must_use]
pub fn metrics() -> Option<PrometheusHandle> {
    static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    HANDLE
        .get_or_init(|| {
            let builder = PrometheusBuilder::new().set_buckets(&BUCKETS).ok()?;
            builder.install_recorder().ok()
        })
        .clone()
}
