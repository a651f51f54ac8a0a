//! Invitations that nobody used: cancelled, or sent again.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use trien_core::id::InvitationId;

use super::Console;
use super::error::PageError;
use super::page::Texts;
use super::people::{MayWhy, invitation_page};
use super::posted::Posted;
use crate::flow::desk::Doing;
use crate::flow::invite::{InvitationEnd, Listed};
use crate::flow::{FlowError, Thing, desk};
use crate::text::local_minute;

#[expect(clippy::trivially_copy_pass_by_ref, reason = "templates hand references to methods")]
impl Texts {
    /// Where an invitation stands.
    pub(super) fn invitation_state(&self, one: &Listed) -> String {
        self.of(match one.end {
            None => "invitation-state-open",
            Some(InvitationEnd::Used) => "invitation-state-used",
            Some(InvitationEnd::Expired) => "invitation-state-expired",
            Some(InvitationEnd::Spent) => "invitation-state-spent",
            Some(InvitationEnd::Cancelled) => "invitation-state-cancelled",
            Some(InvitationEnd::Replaced) => "invitation-state-replaced",
        })
    }

    /// Until when an invitation is good, or was.
    pub(super) fn invitation_until(&self, one: &Listed) -> String {
        let _ = self;
        local_minute(one.row.expires)
    }
}

impl Listed {
    /// Whether it can be cancelled or sent again: a device may wait by one that has expired.
    pub(super) fn is_unused(&self) -> bool {
        matches!(self.end, None | Some(InvitationEnd::Expired))
    }
}

/// Ends an invitation that nobody used.
pub(super) async fn cancel(
    State(console): State<Console>,
    Path((person, id)): Path<(String, String)>,
    Posted { visitor, form }: Posted<MayWhy>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = invitation_id(&id).map_err(refused)?;
    let by = Doing::because(&visitor.officer, form.read().map_err(refused)?);
    desk::cancel_invitation(&console.app, by, id).await.map_err(refused)?;
    Ok(Redirect::to(&format!("/console/people/{person}?news=uninvited")).into_response())
}

/// Invites the same person again in place of an invitation that nobody used.
pub(super) async fn resend(
    State(console): State<Console>,
    Path((_, id)): Path<(String, String)>,
    Posted { visitor, form }: Posted<MayWhy>,
) -> Result<Response, PageError> {
    let refused = |error: FlowError| PageError::of(error, visitor.language);
    let id = invitation_id(&id).map_err(refused)?;
    let by = Doing::because(&visitor.officer, form.read().map_err(refused)?);
    let sent = desk::resend_invitation(&console.app, by, id).await;
    let (person, new) = sent.map_err(refused)?;
    invitation_page(&console, &visitor, person, new).map_err(refused)
}

fn invitation_id(id: &str) -> Result<InvitationId, FlowError> {
    id.parse().map_err(|_| FlowError::NotFound(Thing::Invitation))
}
