//! Document systems: `Authorization: Bearer` and a key or an access token, with a scope and a unit.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use trien_core::problem::ProblemKind;

use super::{Api, ApiError};
use crate::flow::access;
use crate::flow::key::{ApiCaller, Scope};

/// What a route asks of a key.
pub trait Asks: Send + Sync {
    /// Whether a key with these scopes may use the route.
    fn allows(scopes: &[Scope]) -> bool;
}

/// Queueing documents.
#[derive(Clone, Copy, Debug)]
pub struct Submit;

/// Reading what the unit has.
#[derive(Clone, Copy, Debug)]
pub struct Read;

/// Looking up units and people: needed by both.
#[derive(Clone, Copy, Debug)]
pub struct Any;

impl Asks for Submit {
    fn allows(scopes: &[Scope]) -> bool {
        scopes.contains(&Scope::Submit)
    }
}

impl Asks for Read {
    fn allows(scopes: &[Scope]) -> bool {
        scopes.contains(&Scope::Read)
    }
}

impl Asks for Any {
    fn allows(scopes: &[Scope]) -> bool {
        !scopes.is_empty()
    }
}

/// A document system whose key reaches this route.
#[derive(Clone, Debug)]
pub struct Caller<A> {
    /// Who.
    pub caller: ApiCaller,
    asks: PhantomData<A>,
}

impl<A: Asks> FromRequestParts<Api> for Caller<A> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, ApiError> {
        let caller = access::authenticate(&api.app, bearer_text(parts)?).await?;
        if A::allows(&caller.scopes) {
            Ok(Self { caller, asks: PhantomData })
        } else {
            Err(ApiError::new(ProblemKind::Forbidden))
        }
    }
}

/// What stands after `Bearer` in the one header that a request has (RFC 6750 §2.1).
pub(super) fn bearer_text(parts: &Parts) -> Result<&str, ApiError> {
    let unauthenticated = || ApiError::new(ProblemKind::Unauthenticated);
    let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
    let (Some(header), None) = (headers.next(), headers.next()) else {
        return Err(unauthenticated());
    };
    let header = header.to_str().map_err(|_| unauthenticated())?;
    let (scheme, token) = header.split_once(' ').ok_or_else(unauthenticated)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(unauthenticated());
    }
    Ok(token.trim())
}
