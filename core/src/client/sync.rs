//! Sync: what changed, and that the log only ever grew.

use base64ct::{Base64UrlUnpadded, Encoding as _};

use crate::log::checkpoint::{Checkpoint, VerifierKey};
use crate::log::tree::verify_consistency;
use crate::wire::SyncAnswer;

use super::Companion;
use super::error::{ClientError, LogFault};
use super::records::Synced;
use super::state::{Alarm, CRLS, SYNC, SyncRecord};
use super::transport::Call;

/// Most answers of one sync; a server that never says "done" is not believed.
const MAX_ROUNDS: usize = 1000;

impl Companion {
    /// Fetches what changed, and verifies that the log continues what this phone knew of it.
    pub async fn sync(&self) -> Result<Synced, ClientError> {
        let _only_one = self.syncing.lock().await;
        let server = self.connect().await?;
        let key = self.log_key()?;
        let mut changed = 0;
        for _ in 0..MAX_ROUNDS {
            let known = self.lock().remembered.sync.clone();
            let call = Call::get("/api/v1/sync").query(query(&known));
            let answer: SyncAnswer = server.json(&call).await?;
            let verified = match continues(&known, &answer, &key) {
                Ok(checkpoint) => checkpoint,
                Err(fault) => return Err(self.raise(known, &answer.checkpoint, fault).await),
            };
            let now = self.setup.clock.now().as_millis();
            let record = SyncRecord {
                cursor: answer.cursor,
                checkpoint: Some(answer.checkpoint.clone()),
                clock_offset_ms: answer.server_time.as_millis().saturating_sub(now),
                alarm: known.alarm.clone(),
            };
            changed += u32::try_from(answer.requests.len()).unwrap_or(u32::MAX);
            let more = answer.more && answer.cursor > known.cursor;
            let clock_offset_ms = record.clock_offset_ms;
            self.keep(answer, record).await?;
            if !more {
                return Ok(Synced { changed, log_size: verified.size, clock_offset_ms });
            }
        }
        Err(ClientError::UnexpectedAnswer("the sync does not end".into()))
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

    pub(super) fn log_key(&self) -> Result<VerifierKey, ClientError> {
        let text = self.profile()?.log_key;
        text.parse().map_err(|_| ClientError::Defect("reading the log's key"))
    }

    /// Stops decisions: keeps both sides of a contradiction, which prove it to anybody.
    pub(super) async fn raise(
        &self,
        known: SyncRecord,
        presented: &str,
        fault: LogFault,
    ) -> ClientError {
        let alarm = Alarm {
            at: self.setup.clock.now().second(),
            what: fault.to_string(),
            known: known.checkpoint.clone(),
            presented: presented.to_owned(),
        };
        let record = SyncRecord { alarm: Some(alarm), ..known };
        self.lock().remembered.sync = record.clone();
        match self.on_disk(move |folder| folder.save(SYNC, &record)).await {
            Ok(()) => fault.into(),
            Err(error) => error,
        }
    }

    // Requests first, the cursor last: after a crash in between they are fetched again.
    async fn keep(&self, answer: SyncAnswer, record: SyncRecord) -> Result<(), ClientError> {
        let requests = answer.requests.clone();
        let crls = answer.crls;
        let saved = record.clone();
        self.on_disk(move |folder| {
            for view in &requests {
                folder.save(&format!("requests/{}.json", view.id), view)?;
            }
            folder.save(CRLS, &crls)?;
            folder.save(SYNC, &saved)
        })
        .await?;
        let mut state = self.lock();
        for view in answer.requests {
            state.remembered.requests.insert(view.id, view);
        }
        state.remembered.sync = record;
        Ok(())
    }
}

fn query(known: &SyncRecord) -> String {
    let mut query = format!("cursor={}", known.cursor);
    if let Some(note) = &known.checkpoint {
        query.push_str("&checkpoint=");
        query.push_str(&Base64UrlUnpadded::encode_string(note.as_bytes()));
    }
    query
}

fn continues(
    known: &SyncRecord,
    answer: &SyncAnswer,
    key: &VerifierKey,
) -> Result<Checkpoint, LogFault> {
    let newest = key.open(&answer.checkpoint)?;
    if let Some(note) = &known.checkpoint {
        let earlier = key.open(note)?;
        verify_consistency(earlier.head(), newest.head(), &answer.consistency)?;
    }
    Ok(newest)
}
