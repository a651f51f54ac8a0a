//! What stands beside documents and is never part of them: copies that came to this person, and comments beside pages.

use serde::Deserialize;

use crate::document::Metadata;
use crate::env::Timestamp;
use crate::id::{CommentId, PersonId, RequestId};
use crate::papers::{CommentView, CopyHolder, CopyView, NewComment, OnPaper};
use crate::wire::UnitView;

use super::Companion;
use super::error::ClientError;
use super::transport::Call;

/// A finished document of which this person got a copy (nơi nhận).
#[derive(Clone, Debug, PartialEq)]
pub struct ReceivedCopy {
    /// Of which request.
    pub request: RequestId,
    /// Who sends it.
    pub unit: UnitView,
    /// What the register says of the document.
    pub metadata: Metadata,
    /// Why the document also goes on paper, where it does.
    pub on_paper: Option<OnPaper>,
    /// When it came, and when it was first opened.
    pub receipt: CopyReceipt,
}

/// How far a copy of this person is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyReceipt {
    /// When it was delivered.
    pub delivered_at: Timestamp,
    /// When it was first opened, as far as this phone knows.
    pub opened_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Commented {
    id: CommentId,
}

impl Companion {
    /// The copies that came to this person, as of the last sync; the newest first.
    #[must_use]
    pub fn copies(&self) -> Vec<ReceivedCopy> {
        let state = self.lock();
        let Some(device) = &state.remembered.device else { return Vec::new() };
        let person = device.profile.person.id;
        let views = state.remembered.requests.values();
        let received = views.filter_map(|view| {
            Some(ReceivedCopy {
                request: view.id,
                unit: view.unit.clone(),
                metadata: view.metadata.clone(),
                on_paper: view.on_paper.clone(),
                receipt: receipt(&view.copies, person)?,
            })
        });
        let mut copies: Vec<ReceivedCopy> = received.collect();
        copies.sort_by_key(|copy| std::cmp::Reverse((copy.receipt.delivered_at, copy.request)));
        copies
    }

    /// How far this person's copy of a request is, where one was delivered.
    pub fn own_copy(&self, request: RequestId) -> Result<Option<CopyReceipt>, ClientError> {
        let (view, person) = (self.request(request)?, self.profile()?.person.id);
        Ok(receipt(&view.copies, person))
    }

    /// The comments beside a request's pages, the oldest first.
    pub async fn comments(&self, request: RequestId) -> Result<Vec<CommentView>, ClientError> {
        let path = format!("/api/v1/device/requests/{request}/comments");
        self.connect().await?.json(&Call::get(path)).await
    }

    /// Writes a comment beside a page, while somebody still has to decide. Where no answer came, it may stand twice
    /// once it is written again: [`Self::comments`] says whether it does.
    pub async fn comment(
        &self,
        request: RequestId,
        comment: &NewComment,
    ) -> Result<CommentId, ClientError> {
        let path = format!("/api/v1/device/requests/{request}/comments");
        let written: Commented = self.connect().await?.json(&Call::post(path, comment)).await?;
        Ok(written.id)
    }

    /// Withdraws an own comment: its text is gone for everybody.
    pub async fn withdraw_comment(
        &self,
        request: RequestId,
        comment: CommentId,
    ) -> Result<(), ClientError> {
        let path = format!("/api/v1/device/requests/{request}/comments/{comment}/withdraw");
        self.connect().await?.raw(&Call::post_nothing(path)).await.map(drop)
    }

    /// Notes that this person's copy was opened here. The server notes it when the file is fetched, which is no change
    /// of the request, so that no sync brings it.
    pub(super) async fn note_copy_opened(&self, request: RequestId) -> Result<(), ClientError> {
        let (person, now) = (self.profile()?.person.id, self.server_now());
        // Before the view is read: a sync that began and ended in between would have written a newer one.
        let nobody_syncs = self.syncing.try_lock();
        let view = {
            let mut state = self.lock();
            let Some(view) = state.remembered.requests.get_mut(&request) else { return Ok(()) };
            let mut copies = view.copies.iter_mut();
            let is_new = |copy: &&mut CopyView| {
                is_for(copy, person) && copy.delivered_at.is_some() && copy.opened_at.is_none()
            };
            let Some(copy) = copies.find(is_new) else { return Ok(()) };
            copy.opened_at = Some(now);
            view.clone()
        };
        // What a sync is writing is newer than this, which then stands in memory alone.
        if nobody_syncs.is_err() {
            return Ok(());
        }
        self.on_disk(move |folder| folder.save(&format!("requests/{}.json", view.id), &view)).await
    }
}

fn is_for(copy: &CopyView, of: PersonId) -> bool {
    matches!(&copy.holder, CopyHolder::Person { person } if person.id == of)
}

fn receipt(copies: &[CopyView], of: PersonId) -> Option<CopyReceipt> {
    let copy = copies.iter().find(|copy| is_for(copy, of))?;
    Some(CopyReceipt { delivered_at: copy.delivered_at?, opened_at: copy.opened_at })
}
