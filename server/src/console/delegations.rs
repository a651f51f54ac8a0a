//! Who may decide in whose place: everybody with a role sees it, an administrator ends it.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;
use trien_core::delegation::wire::{DelegationState, DelegationView};
use trien_core::document::Text;

use super::Console;
use super::error::PageError;
use super::page::{self, Frame};
use super::posted::Posted;
use super::visitor::Visitor;
use crate::flow::account::Role;
use crate::flow::{FlowError, Thing, delegate};

#[derive(askama::Template)]
#[template(path = "console/delegations.html")]
struct DelegationsPage {
    frame: Frame,
    delegations: Vec<DelegationView>,
}

/// What a form said of itself.
#[derive(Deserialize)]
pub(super) struct News {
    news: Option<String>,
}

/// Why it is ended.
#[derive(Deserialize)]
pub(super) struct Ending {
    #[serde(default)]
    why: String,
}

impl DelegationsPage {
    fn kinds(&self, view: &DelegationView) -> String {
        let named: Vec<&str> = view.kinds.iter().map(Text::as_str).collect();
        if named.is_empty() { self.frame.t.of("delegation-all-kinds") } else { named.join(", ") }
    }

    fn state(&self, view: &DelegationView) -> String {
        self.frame.t.of(match view.state {
            DelegationState::Planned => "delegation-planned",
            DelegationState::InForce => "delegation-in-force",
            DelegationState::Ended => "delegation-ended",
        })
    }

    fn ends_by_hand(&self, view: &DelegationView) -> bool {
        self.frame.administers && view.state != DelegationState::Ended
    }
}

/// The page.
pub(super) async fn list(
    State(console): State<Console>,
    visitor: Visitor,
    Query(News { news }): Query<News>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let found = delegate::within_reach(&console.app, &visitor.officer).await;
    let news = (news.as_deref() == Some("ended")).then_some("delegation-news-ended");
    let page = DelegationsPage {
        frame: Frame::new(&console, &visitor, "people").with_news(news),
        delegations: found.map_err(refused)?,
    };
    Ok(page::of(&page, visitor.language))
}

/// Ends one.
pub(super) async fn end(
    State(console): State<Console>,
    Path(id): Path<String>,
    Posted { visitor, form }: Posted<Ending>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    visitor.officer.require_somewhere(Role::Administrator).map_err(refused)?;
    let done = async {
        let hash = id.parse().map_err(|_| FlowError::NotFound(Thing::Delegation))?;
        let why = Text::new(form.why.trim());
        let why = why.map_err(|error| FlowError::BadRequest(error.to_string()))?;
        delegate::by_officer(&console.app, &visitor.officer, hash, why).await
    };
    done.await.map_err(refused)?;
    Ok(Redirect::to("/console/delegations?news=ended").into_response())
}
