//! Sync: what changed, and that the log only ever grew.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use reqwest::header::HeaderName;

use crate::decision::Authority;
use crate::log::checkpoint::{Checkpoint, VerifierKey};
use crate::log::tree::verify_consistency;
use crate::problem::ProblemKind;
use crate::wire::{Base64, KNOWS, KNOWS_DELEGATIONS, KNOWS_DOCUMENT_SIGNERS, Post, SyncAnswer};

use super::Companion;
use super::anchors::Acts;
use super::error::{ClientError, LogFault};
use super::records::Synced;
use super::state::{Alarm, CRLS, DEVICE, SYNC, SyncRecord};
use super::transport::{Call, Connection};

/// Most answers of one sync; a server that never says "done" is not believed.
const MAX_ROUNDS: usize = 1000;

/// Tries to join receipts in one sync; what remains waits for the next.
const MAX_JOINS: usize = 3;

/// Receipts that may wait to be joined to the log; then nothing is sent before a sync.
const MAX_RECEIPTS: usize = 64;

impl Companion {
    /// Fetches what changed, and verifies that the log continues what this phone knew of it, the
    /// receipts that it got since included. Where the server says that this device is revoked, and says it
    /// again when it is asked, everything is erased.
    pub async fn sync(&self) -> Result<Synced, ClientError> {
        let synced = self.sync_once().await;
        match &synced {
            Ok(_) => self.tidy_after_sync().await,
            Err(ClientError::Problem(problem)) if problem.kind.0 == ProblemKind::DeviceRevoked => {
                // What of it fails is done at the next sync or start; that this is revoked is what to say.
                let _ = self.enroll_status().await;
            }
            Err(_) => {}
        }
        synced
    }

    async fn sync_once(&self) -> Result<Synced, ClientError> {
        let _only_one = self.syncing.lock().await;
        let server = self.connect().await?;
        let key = self.log_key()?;
        let known = self.lock().remembered.sync.clone();
        if !(known.delegations && known.document_signers) {
            // What a release that knew nothing of these was not shown.
            self.change_sync(|record| {
                (record.cursor, record.delegations, record.document_signers) = (0, true, true);
            })
            .await?;
        }
        let mut changed = 0;
        let mut joins = 0;
        let mut joined = Vec::new();
        for _ in 0..MAX_ROUNDS {
            let round = self.round(&server, &key).await?;
            changed += round.changed;
            if round.more {
                continue;
            }
            // The log may grow between the two questions; then both are asked again.
            let all = match self.join_receipts(&server, &key, &mut joined).await {
                Ok(all) => all,
                Err(error) => {
                    // Those before it need no second question.
                    if !joined.is_empty() {
                        self.change_sync(|record| record.forget(&joined)).await?;
                    }
                    return Err(error);
                }
            };
            if all == Joined::Yes || joins == MAX_JOINS {
                let at = self.server_now().second();
                self.change_sync(|record| {
                    record.forget(&joined);
                    record.synced_at = Some(at);
                })
                .await?;
                let clock_offset_ms = self.lock().remembered.sync.clock_offset_ms;
                return Ok(Synced { changed, log_size: round.log_size, clock_offset_ms });
            }
            joins += 1;
        }
        Err(ClientError::UnexpectedAnswer("the sync does not end".into()))
    }

    async fn round(&self, server: &Connection, key: &VerifierKey) -> Result<Round, ClientError> {
        let known = self.lock().remembered.sync.clone();
        let anchors = self.anchor_record().await?;
        let answer = ask(server, known.cursor, known.checkpoint.as_deref(), anchors.until).await?;
        let verified = match continues(known.checkpoint.as_deref(), &answer, key) {
            Ok(checkpoint) => checkpoint,
            Err(fault) => {
                return Err(self.raise(known.checkpoint, &answer.checkpoint, fault).await);
            }
        };
        let acts = self.take_anchor_acts(anchors, &answer, &verified).await?;
        self.take_delegations(&answer, &verified).await?;
        let round = Round {
            changed: u32::try_from(answer.requests.len()).unwrap_or(u32::MAX),
            more: (answer.more && answer.cursor > known.cursor) || acts == Acts::More,
            log_size: verified.size,
        };
        self.keep(answer).await?;
        Ok(round)
    }

    /// Asks for the proof that the log of each receipt is the log of the last round. A server with
    /// two histories could show one in receipts and the other in syncs. What is joined is for the caller to note.
    async fn join_receipts(
        &self,
        server: &Connection,
        key: &VerifierKey,
        joined: &mut Vec<String>,
    ) -> Result<Joined, ClientError> {
        let mut waiting = self.lock().remembered.sync.receipts.clone();
        waiting.retain(|receipt| !joined.contains(receipt));
        for receipt in waiting {
            if self.join_receipt(server, key, &receipt).await? == Joined::NotYet {
                return Ok(Joined::NotYet);
            }
            joined.push(receipt);
        }
        Ok(Joined::Yes)
    }

    async fn join_receipt(
        &self,
        server: &Connection,
        key: &VerifierKey,
        receipt: &str,
    ) -> Result<Joined, ClientError> {
        let cursor = self.lock().remembered.sync.cursor;
        let acts_until = self.anchor_record().await?.until;
        let answer = ask(server, cursor, Some(receipt), acts_until).await?;
        if let Err(fault) = continues(Some(receipt), &answer, key) {
            let known = Some(receipt.to_owned());
            return Err(self.raise(known, &answer.checkpoint, fault).await);
        }
        let (_, synced) = self.seen()?;
        let same = same_head(&answer.checkpoint, &synced, key);
        Ok(if same { Joined::Yes } else { Joined::NotYet })
    }

    /// The newest checkpoint that was verified, and its note.
    pub(super) fn seen(&self) -> Result<(Checkpoint, String), ClientError> {
        let known = self.lock().remembered.sync.clone();
        if let Some(alarm) = known.alarm {
            return Err(LogFault::Standing { at: alarm.at, what: alarm.what }.into());
        }
        let note = known.checkpoint.ok_or(ClientError::NeverSynced)?;
        let checkpoint = self.log_key()?.open(&note).map_err(LogFault::from)?;
        Ok((checkpoint, note))
    }

    /// Remembers the checkpoint of a receipt until a sync has joined it to the log. It may not
    /// contradict the last sync or a receipt that waits too.
    pub(super) async fn note_receipt(
        &self,
        receipt: &Checkpoint,
        note: String,
    ) -> Result<(), ClientError> {
        let key = self.log_key()?;
        let (_, synced) = self.seen()?;
        let waiting = self.lock().remembered.sync.receipts.clone();
        for known in waiting.into_iter().chain([synced]) {
            let other = key.open(&known).map_err(LogFault::from)?;
            if other.size == receipt.size && other.root != receipt.root {
                let (size, one, other) = (other.size, other.root, receipt.root);
                let fault = LogFault::Forked { size, one, other };
                return Err(self.raise(Some(known), &note, fault).await);
            }
        }
        self.change_sync(|record| {
            if !record.receipts.contains(&note) {
                record.receipts.push(note);
            }
        })
        .await
    }

    /// Refuses to send while too many receipts wait to be joined: none may be forgotten.
    pub(super) fn room_for_receipt(&self) -> Result<(), ClientError> {
        match self.lock().remembered.sync.receipts.len() {
            count if count >= MAX_RECEIPTS => Err(ClientError::ReceiptsWait(count)),
            _ => Ok(()),
        }
    }

    /// Stops decisions: keeps both sides of a contradiction, which prove it to anybody.
    pub(super) async fn raise(
        &self,
        known: Option<String>,
        presented: &str,
        fault: LogFault,
    ) -> ClientError {
        let (at, what) = (self.setup.clock.now().second(), fault.to_string());
        let alarm = Alarm { at, what, known, presented: presented.to_owned() };
        // In memory at once: nothing is signed while the disk is slow or full.
        self.lock().remembered.sync.alarm = Some(alarm.clone());
        match self.change_sync(|record| record.alarm = Some(alarm)).await {
            Ok(()) => fault.into(),
            Err(error) => error,
        }
    }

    pub(super) fn log_key(&self) -> Result<VerifierKey, ClientError> {
        let text = self.profile()?.log_key;
        text.parse().map_err(|_| ClientError::Defect("reading the log's key"))
    }

    // Requests first, the cursor last: after a crash in between they are fetched again.
    async fn keep(&self, answer: SyncAnswer) -> Result<(), ClientError> {
        let SyncAnswer { cursor, server_time, requests, checkpoint, crls, post, .. } = answer;
        if let Some(post) = post {
            self.take_post(post).await?;
        }
        let views = requests.clone();
        self.on_disk(move |folder| {
            folder.save_all("requests", views.iter().map(|view| (view.id.to_string(), view)))?;
            // Most syncs bring the lists that are here.
            match folder.load_if_sound::<Vec<Base64>>(CRLS)? {
                Some(held) if held == crls => Ok(()),
                _ => folder.save(CRLS, &crls),
            }
        })
        .await?;
        {
            let mut state = self.lock();
            // The phone may have been erased meanwhile.
            if state.remembered.device.is_some() {
                state.remembered.requests.extend(requests.into_iter().map(|view| (view.id, view)));
            }
        }
        let now = self.setup.clock.now().as_millis();
        self.change_sync(|record| {
            record.cursor = cursor;
            record.checkpoint = Some(checkpoint);
            record.clock_offset_ms = server_time.as_millis().saturating_sub(now);
        })
        .await
    }

    /// Nothing else of a profile changes by what a server says later: keys and certificate are those of the
    /// enrollment, and anchors change by acts of the log. The sheet shows the post, and the decision states it.
    async fn take_post(&self, post: Post) -> Result<(), ClientError> {
        let Some(mut device) = self.lock().remembered.device.clone() else { return Ok(()) };
        let profile = &mut device.profile;
        let is_new = (&profile.person, &profile.unit, &profile.authority)
            != (&post.person, &post.unit, &post.authority);
        if !is_new || profile.person.id != post.person.id {
            return Ok(());
        }
        // What the person sees as the position is what the decision will state.
        match &post.authority {
            Authority::Own { position } if position.as_str() == post.person.position => {}
            Authority::Own { .. } | Authority::Delegated { .. } => {
                let what = "a post in another's name, or in another position than it shows";
                return Err(ClientError::UnexpectedAnswer(what.into()));
            }
        }
        Post { person: profile.person, unit: profile.unit, authority: profile.authority } = post;
        let kept = device.clone();
        self.on_disk(move |folder| folder.save(DEVICE, &kept)).await?;
        let mut state = self.lock();
        // It may have been erased, or replaced, meanwhile.
        if let Some(now) = &mut state.remembered.device
            && now.profile.device == device.profile.device
        {
            *now = device;
        }
        Ok(())
    }

    /// As a release that knew of no delegations left it.
    #[cfg(all(test, feature = "software-signer"))]
    pub(super) async fn forget_delegations(&self) {
        self.change_sync(|record| record.delegations = false).await.unwrap();
    }

    /// Changes the record on disk, then in memory; one change at a time, so that none is lost.
    async fn change_sync(&self, change: impl FnOnce(&mut SyncRecord)) -> Result<(), ClientError> {
        let _one_at_a_time = self.noting.lock().await;
        let mut record = self.lock().remembered.sync.clone();
        change(&mut record);
        let saved = record.clone();
        self.on_disk(move |folder| folder.save(SYNC, &saved)).await?;
        self.lock().remembered.sync = record;
        Ok(())
    }
}

/// What one question brought.
struct Round {
    changed: u32,
    more: bool,
    log_size: u64,
}

/// Whether the receipts are known to be of the log that was synced.
#[derive(PartialEq)]
enum Joined {
    Yes,
    NotYet,
}

async fn ask(
    server: &Connection,
    cursor: u64,
    checkpoint: Option<&str>,
    acts_until: u64,
) -> Result<SyncAnswer, ClientError> {
    let mut query = format!("cursor={cursor}&anchors={acts_until}");
    if let Some(note) = checkpoint {
        query.push_str("&checkpoint=");
        query.push_str(&Base64UrlUnpadded::encode_string(note.as_bytes()));
    }
    let call = Call::get("/api/v1/sync").query(query);
    let knows = format!("{KNOWS_DELEGATIONS}, {KNOWS_DOCUMENT_SIGNERS}");
    server.json(&call.header(HeaderName::from_static(KNOWS), &knows)).await
}

fn continues(
    known: Option<&str>,
    answer: &SyncAnswer,
    key: &VerifierKey,
) -> Result<Checkpoint, LogFault> {
    let newest = key.open(&answer.checkpoint)?;
    if let Some(note) = known {
        let earlier = key.open(note)?;
        verify_consistency(earlier.head(), newest.head(), &answer.consistency)?;
    }
    Ok(newest)
}

fn same_head(one: &str, other: &str, key: &VerifierKey) -> bool {
    matches!((key.open(one), key.open(other)), (Ok(one), Ok(other)) if one.head() == other.head())
}
