//! Acts that take something away for good, or give power: who has not proved lately to be there is asked
//! anew, and then the act goes on as it was typed (security.md §4: whoever finds a desk with an open session
//! ends no phones).

use std::collections::{BTreeMap, HashMap};

use axum::Form;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts as _, MatchedPath, Path, Request};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::posted::Posted;
use crate::flow::FlowError;
use crate::flow::account::{self, Password};

/// The field of the proof.
const PROOF: &str = "proof";

/// A form of such an act; of the others at the same address, a form as any.
pub(super) struct Grave<T>(pub Posted<T>);

#[derive(askama::Template)]
#[template(path = "console/grave.html")]
struct GravePage {
    frame: Frame,
    /// Where the form goes.
    to: String,
    /// What was typed there before.
    fields: BTreeMap<String, String>,
}

impl<T: DeserializeOwned + Send> FromRequest<Console> for Grave<T> {
    type Rejection = Response;

    async fn from_request(request: Request, console: &Console) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let is_grave = is_grave(&mut parts).await;
        let body = Bytes::from_request(Request::from_parts(parts.clone(), body), console).await;
        let body = body.map_err(IntoResponse::into_response)?;
        let again = || Request::from_parts(parts.clone(), Body::from(body.clone()));
        let posted = Posted::<T>::from_request(again(), console).await;
        let posted = posted.map_err(PageError::into_response)?;
        let visitor = &posted.visitor;
        let refused = |error| PageError::of(error, visitor.language).into_response();
        let path = parts.uri.path();
        let fresh = account::is_fresh(&console.app, &visitor.token).await.map_err(refused)?;
        if fresh || !is_grave {
            return Ok(Self(posted));
        }
        let fields = Form::<BTreeMap<String, String>>::from_request(again(), console).await;
        let Form(mut fields) = fields.map_err(IntoResponse::into_response)?;
        let mut frame = Frame::new(console, visitor, "");
        if let Some(typed) = fields.remove(PROOF) {
            let (app, password) = (&console.app, Password::typed(&typed));
            match account::prove_anew(app, &visitor.officer, &visitor.token, password).await {
                Ok(()) => return Ok(Self(posted)),
                Err(FlowError::WrongPassword) => {
                    let fault = frame.t.of("console-password-wrong");
                    frame = frame.with_fault(fault);
                }
                Err(error) => return Err(refused(error)),
            }
        }
        fields.remove("token");
        let page = GravePage { frame, to: path.to_owned(), fields };
        let mut response = page::of(&page, visitor.language);
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        Err(response)
    }
}

/// Whether what is done there takes something away for good, or gives power. The act is read as the handler reads it:
/// an address may spell it in several ways.
async fn is_grave(parts: &mut Parts) -> bool {
    let named = Path::<HashMap<String, String>>::from_request_parts(parts, &()).await;
    let act = named.ok().and_then(|Path(mut named)| named.remove("act"));
    match (parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str), act.as_deref()) {
        (Some("/console/devices/{id}/{act}"), Some(act)) => act == "revoke",
        (Some("/console/accounts/{id}/{act}"), Some(act)) => {
            ["end", "give", "withdraw", "confirm"].contains(&act)
        }
        _ => true,
    }
}
