//! Listening, and stopping without cutting anybody off.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::config::Transport;
use crate::tls::{self, TlsError, TlsListener};

/// How long requests under way may take once the server is told to stop.
const DRAIN: Duration = Duration::from_secs(20);

/// The server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken, or not ours.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Certificate or key.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// Anything else of the system.
    #[error(transparent)]
    System(#[from] std::io::Error),
}

/// Binds `address`; port 0 takes a free one.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

/// Serves until `stop` is ready, then answers what is under way within [`DRAIN`].
pub async fn serve(
    listener: TcpListener,
    transport: &Transport,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let (stopping, stopped) = watch::channel(());
    let stop = async move {
        stop.await;
        drop(stopping);
    };
    let deadline = async move {
        let mut stopped = stopped;
        // The sender is dropped when the server is told to stop; it never sends.
        let _ = stopped.changed().await;
        tokio::time::sleep(DRAIN).await;
    };
    let serving = async {
        match transport {
            Transport::Tls { certificate, key } => {
                let listener = TlsListener::new(listener, tls::acceptor(certificate, key)?)?;
                axum::serve(listener, router).with_graceful_shutdown(stop).await?;
            }
            Transport::BehindProxy | Transport::Loopback => {
                let listener = listener.tap_io(|stream| {
                    let _ = stream.set_nodelay(true);
                });
                axum::serve(listener, router).with_graceful_shutdown(stop).await?;
            }
        }
        Ok(())
    };
    tokio::select! {
        served = serving => served,
        () = deadline => {
            tracing::warn!("some requests were still under way at the deadline");
            Ok(())
        }
    }
}

/// Ready at the first SIGINT or SIGTERM.
pub async fn asked_to_stop() {
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => {
                signals.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
}
