//! What a page says when there is nothing else to show.

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use trien_core::problem::ProblemKind;

use super::page::{self, Texts};
use crate::flow::FlowError;
use crate::problem;
use crate::text::Language;

/// A page that cannot be shown.
#[derive(Debug)]
pub(super) enum PageError {
    /// Nobody signed in, or the session ended.
    SignIn,
    /// The same, told to a page that asks on its own: it leads its reader to sign in.
    Leave,
    /// A flow refused.
    Refused(Box<Refused>),
}

/// A refusal in words.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    language: Language,
    title: String,
    detail: String,
}

impl PageError {
    /// A flow's refusal in the reader's language.
    #[expect(clippy::needless_pass_by_value, reason = "as `map_err` hands it over")]
    pub fn of(error: FlowError, language: Language) -> Self {
        let kind = error.problem();
        if error == FlowError::Unauthenticated {
            return Self::SignIn;
        }
        match kind {
            ProblemKind::Internal => tracing::error!(%error, "defect"),
            ProblemKind::Unavailable | ProblemKind::StorageFull | ProblemKind::LogRecovery => {
                tracing::warn!(%error, "not available");
            }
            _ => {}
        }
        let (title, detail) = words(&error, language);
        let status = StatusCode::from_u16(kind.status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self::Refused(Box::new(Refused { status, language, title, detail }))
    }
}

/// Title and detail of a refusal: those of its problem.
pub(super) fn words(error: &FlowError, language: Language) -> (String, String) {
    let code = error.code().unwrap_or_default();
    let problem = problem::document(error.problem(), Some(&code), language);
    (problem.title, problem.detail)
}

#[derive(askama::Template)]
#[template(path = "console/refused.html")]
struct RefusedPage {
    t: Texts,
    title: String,
    detail: String,
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        match self {
            Self::SignIn => Redirect::to("/console/sign-in").into_response(),
            Self::Leave => {
                let there = [("hx-redirect", "/console/sign-in")];
                (StatusCode::UNAUTHORIZED, there).into_response()
            }
            Self::Refused(refused) => {
                let Refused { status, language, title, detail } = *refused;
                let template = RefusedPage { t: Texts(language), title, detail };
                let mut response = page::of(&template, language);
                *response.status_mut() = status;
                response
            }
        }
    }
}
