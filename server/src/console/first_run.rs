//! The first page of a server whose data folder is empty: one form makes the office and the first
//! account. Who has the code that the server printed may send it, once.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::SET_COOKIE;
use tokio::sync::Mutex;
use trien_core::document::Text;
use trien_core::env::{Clock, Entropy};

use super::error::PageError;
use super::page::{self, Texts};
use super::posted::{Addressed, Open};
use super::setup::{Reach, SetupForm, SetupPage, first_grants};
use super::visitor::{Reader, client, session_cookie};
use super::{assets, language};
use crate::app::App;
use crate::config::{Config, Origin};
use crate::flow::FlowError;
use crate::flow::account::{self, NewAccount, SessionToken, SetupCode};
use crate::flow::admin::KeyPolicy;
use crate::founding::{Founded, NewOffice, found};

/// What makes the office.
#[derive(Clone)]
pub struct FirstRun {
    inner: Arc<Inner>,
}

struct Inner {
    config: Config,
    origins: Vec<Origin>,
    code: SetupCode,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// Told of the office that was made, before the browser is.
    made: Mutex<Option<Made>>,
}

/// Takes the office over.
pub type Made = Box<dyn FnOnce(App) + Send>;

impl FirstRun {
    /// A first run for this configuration; `made` is called once.
    #[must_use]
    pub fn new(
        config: Config,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        made: Made,
    ) -> Self {
        let (origins, code) = (config.origins(), SetupCode::generate(&*entropy));
        let made = Mutex::new(Some(made));
        Self { inner: Arc::new(Inner { config, origins, code, clock, entropy, made }) }
    }

    /// What the link carries, or somebody types.
    #[must_use]
    pub fn code(&self) -> &SetupCode {
        &self.inner.code
    }

    /// Its pages; every other page of the console leads there.
    pub fn router(self) -> Router {
        let here = || async { Redirect::to("/console/setup") };
        Router::new()
            .route("/console/setup", get(show).post(set_up))
            .route("/console", get(here))
            .route("/console/{*page}", get(here))
            .route("/console/language/{tag}", get(language::choose))
            .route("/console/assets/{file}", get(assets::file))
            .with_state(self)
    }

    fn page(&self, t: Texts, form: SetupForm, fault: Option<String>) -> SetupPage {
        SetupPage { t, unit: None, reach: Reach::of(&self.inner.origins), form, fault }
    }

    /// Makes the office and its first account.
    async fn make(&self, t: Texts, form: &SetupForm, client: &str) -> Result<SessionToken, Fault> {
        let Inner { config, clock, entropy, code, made, .. } = &*self.inner;
        // Of two who send the form at once, the second finds the office made.
        let mut made = made.lock().await;
        if !code.is(&SetupCode::typed(&form.code)) || made.is_none() {
            return Err(Fault::Form(t.of("console-setup-wrong-code")));
        }
        let unit = Text::new(form.unit.trim());
        let unit = unit.map_err(|_| Fault::Form(t.of("console-setup-unit-invalid")))?;
        // What is wrong with the account is said before anything is made.
        let new = form.account(t).map_err(Fault::Form)?;
        let keys =
            if form.trial.is_empty() { KeyPolicy::Hardware } else { KeyPolicy::SoftwareAllowed };
        let office = NewOffice { unit, keys, log_name: None };
        let founded = found(config, office, clock.clone(), entropy.clone()).await?;
        let Founded { app, unit, .. } = founded;
        let new = NewAccount { grants: first_grants(unit.id), ..new };
        let token = match account::begin_setup(&app).await? {
            Some(code) => account::set_up(&app, &code, new, client).await?,
            None => return Err(FlowError::SetupCode.into()),
        };
        if let Some(made) = made.take() {
            made(app);
        }
        Ok(token)
    }
}

impl Addressed for FirstRun {
    fn origins(&self) -> &[Origin] {
        &self.inner.origins
    }
}

/// Why there is no office yet.
enum Fault {
    /// Something is to be corrected in the form.
    Form(String),
    /// It could not be made.
    Flow(FlowError),
}

impl From<FlowError> for Fault {
    fn from(error: FlowError) -> Self {
        Self::Flow(error)
    }
}

async fn show(State(first): State<FirstRun>, Reader(language): Reader) -> Response {
    page::of(&first.page(Texts(language), SetupForm::default(), None), language)
}

async fn set_up(
    State(first): State<FirstRun>,
    Open { language, headers, form }: Open<SetupForm>,
) -> Result<Response, PageError> {
    let t = Texts(language);
    match first.make(t, &form, &client(&headers)).await {
        Ok(token) => {
            let cookie = session_cookie(&first.inner.origins, &token);
            let next = Redirect::to("/console/accounts?news=first");
            Ok(([(SET_COOKIE, cookie)], next).into_response())
        }
        Err(Fault::Form(fault)) => {
            let page = first.page(t, form.without_passwords(), Some(fault));
            let mut response = page::of(&page, language);
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(Fault::Flow(error)) => Err(PageError::of(error, language)),
    }
}
