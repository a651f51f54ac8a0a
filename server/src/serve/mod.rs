//! The running server: listening, and stopping without cutting anybody off.

mod caller;
mod idle;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::serve::ListenerExt as _;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tower::ServiceExt as _;
use trien_core::env::{Clock, Entropy};

use self::idle::Impatient;
use crate::api::{self, Api, Data};
use crate::app::App;
use crate::attestation::AttestationFileError;
use crate::config::{Config, ConfigError, OidcConfig, Origin, Transport};
use crate::console::{Console, Demo, FirstRun};
use crate::flow::FlowError;
use crate::flow::account::{IdentityProvider, SetupCode};
use crate::flow::forms::{self, FormFault};
use crate::oidc::{NetworkError, Provider};
use crate::telemetry;
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
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data folder.
    #[error(transparent)]
    Open(#[from] FlowError),
    /// A file that phones' keys are judged with.
    #[error(transparent)]
    Attestation(#[from] AttestationFileError),
    /// The identity provider's authority.
    #[error(transparent)]
    Provider(#[from] NetworkError),
    /// A form in the data folder.
    #[error(transparent)]
    Form(#[from] FormFault),
    /// Anything else of the system.
    #[error(transparent)]
    System(#[from] std::io::Error),
}

/// A server that answers.
pub struct Server {
    app: App,
    address: SocketAddr,
    origin: Origin,
    stop: watch::Sender<()>,
    serving: JoinHandle<Result<(), ServeError>>,
}

impl Server {
    /// Binds (port 0 takes a free one), opens the data folder, starts jobs and answers requests.
    pub async fn start(
        config: Config,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, ServeError> {
        let door = Door::open(config).await?;
        let provider = door.provider()?;
        forms::check(&door.config.data)?;
        let app = App::open(door.config.settings()?, clock, entropy).await?;
        let router = answering(&app, &door.config, door.figures.clone(), provider);
        Ok(door.serve(router).of(app))
    }

    /// The application behind it.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address that phones use.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Answers what is under way, then closes the database.
    pub async fn stop(self) -> Result<(), ServeError> {
        self.app.leave();
        drop(self.stop);
        let served = self.serving.await;
        self.app.shut_down().await;
        match served {
            Ok(served) => served,
            Err(error) => Err(ServeError::System(std::io::Error::other(error))),
        }
    }
}

/// A server whose data folder is empty: it answers with the pages that make an office.
pub struct Founding {
    code: SetupCode,
    made: oneshot::Receiver<App>,
    running: Running,
}

impl Founding {
    /// Binds and answers; nothing is written before somebody sends the form.
    pub async fn start(
        config: Config,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, ServeError> {
        let door = Door::open(config).await?;
        let (config, figures) = (door.config.clone(), door.figures.clone());
        let provider = door.provider()?;
        let (made, taken) = oneshot::channel();
        let office: Arc<OnceLock<Router>> = Arc::default();
        let opened = Arc::clone(&office);
        let made = move |app: App| {
            // From here on the office's own router answers, the redirect to its page included.
            let _ = opened.set(answering(&app, &config, figures, provider));
            let _ = made.send(app);
        };
        let first = FirstRun::new(door.config.clone(), clock, entropy, Box::new(made));
        let code = first.code().clone();
        let pages = api::guarded(first.router());
        let router = Router::new().fallback(move |request: Request| {
            let router = office.get().unwrap_or(&pages).clone();
            async move { router.oneshot(request).await }
        });
        Ok(Self { code, made: taken, running: door.serve(router) })
    }

    /// What to type into the form.
    #[must_use]
    pub fn code(&self) -> &SetupCode {
        &self.code
    }

    /// The address that browsers use.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.running.origin
    }

    /// The address it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.running.address
    }

    /// The server, once there is an office; none if `stop` is ready before.
    pub async fn made(mut self, stop: impl Future<Output = ()>) -> Option<Server> {
        tokio::select! {
            app = &mut self.made => app.ok().map(|app| self.running.of(app)),
            () = stop => None,
        }
    }
}

/// A listener, and what stands beside the office.
struct Door {
    config: Config,
    listener: TcpListener,
    /// Figures to show among the office's own pages.
    figures: Option<PrometheusHandle>,
    stop: watch::Sender<()>,
    stopped: watch::Receiver<()>,
}

impl Door {
    async fn open(mut config: Config) -> Result<Self, ServeError> {
        config.check_exposure()?;
        if let Some(attestation) = &config.attestation {
            attestation.check()?;
        }
        if let Some(app_attest) = &config.app_attest {
            app_attest.check()?;
        }
        let listener = bind(config.listen).await?;
        config.listen = listener.local_addr()?;
        let (stop, stopped) = watch::channel(());
        let mut figures = telemetry::metrics();
        if let Some(address) = config.metrics
            && let Some(figures) = figures.take()
        {
            let (router, stop) = (api::metrics_router(figures), ended(stopped.clone()));
            tokio::spawn(serve(bind(address).await?, Transport::Loopback, router, stop));
        }
        Ok(Self { config, listener, figures, stop, stopped })
    }

    /// The identity provider, of whom nothing is asked yet.
    fn provider(&self) -> Result<Option<Provider>, NetworkError> {
        self.config.oidc.as_ref().map(OidcConfig::provider).transpose()
    }

    fn serve(self, router: Router) -> Running {
        let (address, origin) = (self.config.listen, self.config.origin());
        let serving = serve(self.listener, self.config.transport, router, ended(self.stopped));
        Running { address, origin, stop: self.stop, serving: tokio::spawn(serving) }
    }
}

struct Running {
    address: SocketAddr,
    origin: Origin,
    stop: watch::Sender<()>,
    serving: JoinHandle<Result<(), ServeError>>,
}

impl Running {
    fn of(self, app: App) -> Server {
        let Self { address, origin, stop, serving } = self;
        Server { app, address, origin, stop, serving }
    }
}

/// All routes of an office, whose jobs start.
fn answering(
    app: &App,
    config: &Config,
    figures: Option<PrometheusHandle>,
    provider: Option<Provider>,
) -> Router {
    app.start_jobs();
    let data = Data::of(&config.data);
    let demo = if data == Data::Demo { Demo::MadeUp } else { Demo::Real };
    let mut api = Api::new(app.clone(), &config.origins(), data);
    if let Some(figures) = figures.filter(|_| config.transport == Transport::Loopback) {
        api = api.with_metrics(figures);
    }
    let mut console = Console::new(app.clone(), &config.origins(), demo);
    if let Some(provider) = provider {
        console = console.with_provider(IdentityProvider::new(provider));
    }
    api.router(console.router())
}

// The sender never sends; it is dropped when the server is told to stop.
async fn ended(mut stopped: watch::Receiver<()>) {
    let _ = stopped.changed().await;
}

/// Binds `address`; port 0 takes a free one.
pub(crate) async fn bind(address: SocketAddr) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address).await.map_err(|source| ServeError::Listen { address, source })
}

/// Serves until `stop` is ready, then answers what is under way within [`DRAIN`].
pub(crate) async fn serve(
    listener: TcpListener,
    transport: Transport,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let (stopping, stopped) = watch::channel(());
    let stop = async move {
        stop.await;
        drop(stopping);
    };
    let deadline = async move {
        ended(stopped).await;
        tokio::time::sleep(DRAIN).await;
    };
    let router = caller::noted(router, &transport);
    let serving = async {
        match &transport {
            Transport::Tls { certificate, key } => {
                let listener = TlsListener::new(listener, tls::acceptor(certificate, key)?)?;
                let serving = axum::serve(Impatient(listener), caller::service(router));
                serving.with_graceful_shutdown(stop).await?;
            }
            Transport::BehindProxy { .. } | Transport::Loopback => {
                let listener = listener.tap_io(|stream| {
                    let _ = stream.set_nodelay(true);
                });
                let serving = axum::serve(Impatient(listener), caller::service(router));
                serving.with_graceful_shutdown(stop).await?;
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

/// Ready at the first SIGINT or SIGTERM after it was made: whoever says that the server runs makes
/// it first, or a signal that comes at once ends the process unheard.
pub fn asked_to_stop() -> impl Future<Output = ()> {
    let (interrupt, terminate) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    async {
        tokio::select! {
            () = first(interrupt) => {}
            () = first(terminate) => {}
        }
    }
}

/// Ready at the first signal; never where signals cannot be had.
async fn first(signals: std::io::Result<Signal>) {
    match signals {
        Ok(mut signals) => {
            signals.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}
