//! Talking to a server with an API key, or with the token of somebody who administers.

use std::path::{Path, PathBuf};

use reqwest::{Client, RequestBuilder, Response};
use serde::de::DeserializeOwned;
use trien_core::problem::Problem;

use super::CliError;
use crate::config::{Origin, Secret};

/// Which server, and as whom.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Server")]
pub struct RemoteArgs {
    /// The server's address
    #[arg(long, env = "TRIEN_SERVER", value_name = "URL", default_value = "http://127.0.0.1:8420")]
    server: String,
    #[arg(
        long,
        help = "File that holds the API key (or set TRIEN_API_KEY)",
        env = "TRIEN_API_KEY_FILE",
        value_name = "FILE",
        global = true
    )]
    api_key_file: Option<PathBuf>,
    /// Certificate in PEM to trust for the server, besides the system's
    #[arg(long, env = "TRIEN_CA", value_name = "FILE", global = true)]
    ca: Option<PathBuf>,
}

/// Which server, and with whose token.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Server")]
pub struct AdminRemoteArgs {
    /// The server's address
    #[arg(
        long,
        env = "TRIEN_SERVER",
        value_name = "URL",
        default_value = "http://127.0.0.1:8420",
        global = true
    )]
    server: String,
    #[arg(
        long,
        help = "File that holds the token (or set TRIEN_TOKEN)",
        env = "TRIEN_TOKEN_FILE",
        value_name = "FILE",
        global = true
    )]
    token_file: Option<PathBuf>,
    /// Certificate in PEM to trust for the server, besides the system's
    #[arg(long, env = "TRIEN_CA", value_name = "FILE", global = true)]
    ca: Option<PathBuf>,
}

/// A server to talk to.
#[derive(Debug)]
pub struct Remote {
    origin: Origin,
    key: Secret,
    client: Client,
}

impl Remote {
    /// Reads key and certificate; nothing is sent yet.
    pub fn new(args: &RemoteArgs) -> Result<Self, CliError> {
        let origin = Origin::parse(&args.server)?;
        let key = match &args.api_key_file {
            Some(path) => std::fs::read_to_string(path).map_err(|e| CliError::file(path, e))?,
            None => std::env::var("TRIEN_API_KEY").map_err(|_| {
                CliError::Usage(
                    "no API key: set TRIEN_API_KEY, or --api-key-file; `trien api-key create` \
                     makes one"
                        .to_owned(),
                )
            })?,
        };
        Self::connect(origin, Secret::new(key.trim().to_owned()), args.ca.as_deref())
    }

    /// Reads token and certificate; nothing is sent yet.
    pub fn with_token(args: &AdminRemoteArgs) -> Result<Self, CliError> {
        let origin = Origin::parse(&args.server)?;
        let token = match &args.token_file {
            Some(path) => std::fs::read_to_string(path).map_err(|e| CliError::file(path, e))?,
            None => std::env::var("TRIEN_TOKEN").map_err(|_| {
                CliError::Usage(
                    "no token: set TRIEN_TOKEN, or --token-file; the console makes one, under your \
                     own name"
                        .to_owned(),
                )
            })?,
        };
        Self::connect(origin, Secret::new(token.trim().to_owned()), args.ca.as_deref())
    }

    /// A server whose key is at hand; nothing is sent yet.
    pub fn with_key(origin: Origin, token: String) -> Result<Self, CliError> {
        Self::connect(origin, Secret::new(token), None)
    }

    fn connect(origin: Origin, key: Secret, ca: Option<&Path>) -> Result<Self, CliError> {
        // Fails only when a provider is installed already, which then is the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut client = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("trien/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = ca {
            let pem = std::fs::read(path).map_err(|error| CliError::file(path, error))?;
            let roots = reqwest::Certificate::from_pem_bundle(&pem)
                .map_err(|error| CliError::failed("cannot read the certificate", error))?;
            for root in roots {
                client = client.add_root_certificate(root);
            }
        }
        let client =
            client.build().map_err(|error| CliError::failed("cannot prepare TLS", error))?;
        Ok(Self { origin, key, client })
    }

    /// A GET of `path`, which begins with `/`.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("{}{path}", self.origin))
    }

    /// A POST to `path`, which begins with `/`.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("{}{path}", self.origin))
    }

    /// Sends with the key; a problem document becomes an error.
    pub async fn send(&self, request: RequestBuilder) -> Result<Response, CliError> {
        let request = request.bearer_auth(self.key.reveal()).header("accept-language", "en");
        let response = request.send().await.map_err(|error| self.unreachable(error))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        match response.json::<Problem>().await {
            Ok(problem) => Err(CliError::Problem(Box::new(problem))),
            Err(_) => Err(CliError::Refused(format!(
                "{} answered {status} without a problem document: is it a Trien server?",
                self.origin
            ))),
        }
    }

    /// Sends and reads a JSON answer.
    pub async fn json<T: DeserializeOwned>(&self, request: RequestBuilder) -> Result<T, CliError> {
        let response = self.send(request).await?;
        response.json().await.map_err(|error| self.unreachable(error))
    }

    /// The error of a connection.
    pub fn unreachable(&self, error: reqwest::Error) -> CliError {
        // The address stands in the message already; without it the cause is readable.
        let source = Box::new(error.without_url());
        CliError::Unreachable { server: self.origin.to_string(), source }
    }
}
