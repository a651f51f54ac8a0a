//! What administrators do, over the API: as an account, with a personal token (docs/adr/0018).
//!
//! Every act is the console's own flow, with the account as its author and the token's identifier beside
//! it in the log. Keys of document systems and devices never reach these routes.

mod absence;
mod accounts;
mod acts;
mod anchors;
mod certificates;
mod changes;
mod comments;
mod copies;
mod delegations;
mod devices;
mod exchange;
mod figures;
mod levels;
mod numbers;
mod on_paper;
mod own;
mod own_account;
mod people;
mod posts;
mod requests;
mod slips;
mod stuck;
mod tables;
mod templates;
mod today;
mod unit_levels;
mod units;
mod wake;
mod waves;
mod webhooks;

use std::marker::PhantomData;

use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use trien_core::document::Text;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;

use super::caller::bearer_text;
use super::{Api, ApiError};
pub(super) use super::{fresh, plain};
use crate::flow::FlowError;
use crate::flow::account::{self, Bearer, Verbs};
use crate::flow::device::RevocationReason;

/// Most entries of a page.
const MOST: u32 = 200;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .merge(today::routes())
        .merge(own::routes())
        .merge(own_account::routes())
        .merge(units::routes())
        .merge(levels::routes())
        .merge(unit_levels::routes())
        .merge(slips::routes())
        .merge(people::routes())
        .merge(posts::routes())
        .merge(tables::routes())
        .merge(absence::routes())
        .merge(accounts::routes())
        .merge(acts::routes())
        .merge(devices::routes())
        .merge(wake::routes())
        .merge(certificates::routes())
        .merge(figures::routes())
        .merge(exchange::routes())
        .merge(anchors::routes())
        .merge(stuck::routes())
        .merge(waves::routes())
        .merge(changes::routes())
        .merge(requests::routes())
        .merge(templates::routes())
        .merge(numbers::routes())
        .merge(on_paper::routes())
        .merge(copies::routes())
        .merge(comments::routes())
        .merge(delegations::routes())
        .merge(webhooks::routes())
}

/// What a route asks of a token.
pub(super) trait Asks: Send + Sync {
    /// The verbs that it needs.
    const VERBS: Verbs;
}

/// Looking.
#[derive(Clone, Copy, Debug)]
pub(super) struct Looks;

/// Doing what one person's role does day by day.
#[derive(Clone, Copy, Debug)]
pub(super) struct Acts;

/// What gives power to others, is a second person's word, or reaches over a whole unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sensitive;

impl Asks for Looks {
    const VERBS: Verbs = Verbs::Read;
}

impl Asks for Acts {
    const VERBS: Verbs = Verbs::Act;
}

impl Asks for Sensitive {
    const VERBS: Verbs = Verbs::Sensitive;
}

/// Somebody who administers, with a token that reaches this route. What the account may do where is read
/// anew for each call; the flows ask for the roles.
#[derive(Clone, Debug)]
pub(super) struct Admin<A>(pub Bearer, PhantomData<A>);

impl<A: Asks> FromRequestParts<Api> for Admin<A> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let bearer = account::bearer(&api.app, bearer_text(parts)?).await?;
        bearer.require(A::VERBS)?;
        Ok(Self(bearer, PhantomData))
    }
}

/// Why something is done, in the words of whoever does it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Why {
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = String)]
    pub why: Text<500>,
}

/// Why something is done, of what is routine: nothing has to be said, nor sent.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MayWhy {
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = Option<String>)]
    pub why: Option<Text<500>>,
}

/// What a body says that need not be there.
#[derive(Debug)]
pub(super) struct Maybe<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Default> FromRequest<S> for Maybe<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let bytes = Bytes::from_request(request, state).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        // As for any other body, also where it has no media type.
        let said: Option<T> = serde_json::from_slice(&bytes)
            .map_err(|error| FlowError::BadRequest(error.to_string()))?;
        Ok(Self(said.unwrap_or_default()))
    }
}

/// What a body says of why, where there is one.
#[derive(Debug)]
pub(super) struct Reasoned(pub Option<Text<500>>);

impl<S: Send + Sync> FromRequest<S> for Reasoned {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Maybe(MayWhy { why }) = Maybe::from_request(request, state).await?;
        Ok(Self(why))
    }
}

/// Why a certificate or a device ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Revocation {
    /// `key-compromise`, `affiliation-changed`, `superseded` or `cessation-of-operation`.
    pub reason: String,
    /// 1 to 500 characters; part of the log's statement.
    #[schema(value_type = String)]
    pub why: Text<500>,
}

impl Revocation {
    /// The reason of that name.
    pub(super) fn reason(&self) -> Result<RevocationReason, FlowError> {
        let unknown = || FlowError::BadRequest("there is no such reason".to_owned());
        RevocationReason::from_name(&self.reason).ok_or_else(unknown)
    }
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Made {
    /// Its identifier.
    pub id: String,
}
