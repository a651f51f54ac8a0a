//! Whom this phone trusts beside its own office's authority: what the enrollment said, until acts of the log say it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::anchor::{InvalidAnchorAct, MAX_ACTS, Said};
use crate::certificate::Certificate;
use crate::id::{AnchorId, UnitId};
use crate::log::checkpoint::Checkpoint;
use crate::wire::{Base64, Profile, SyncAnswer};

use super::Companion;
use super::error::{ClientError, LogFault};
use super::state::ANCHORS;

/// What acts have said so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct AnchorRecord {
    /// The device's unit and those above it, about which they were. Units move: then all is asked for anew.
    line: Vec<UnitId>,
    /// Acts of leaves before this one are known.
    pub until: u64,
    in_force: BTreeMap<AnchorId, Base64>,
}

/// Whether all acts are known now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Acts {
    /// As far as the server says.
    All,
    /// There may be others: ask again.
    More,
}

impl AnchorRecord {
    fn apply(&mut self, leaf: u64, said: Said) {
        match said {
            Said::Confirmed { anchor, certificate, .. } => {
                self.in_force.insert(anchor, Base64(certificate.der().to_vec()));
            }
            Said::Ended { anchor, .. } => {
                self.in_force.remove(&anchor);
            }
        }
        self.until = leaf + 1;
    }

    /// All that is trusted. No act takes away the own office's authority, which stands first in the profile, nor the one
    /// above the own certificate: a device without them could not even read that. The others that the enrollment
    /// named are among the acts, once these are known.
    pub(super) fn anchors(&self, profile: &Profile) -> Vec<Certificate> {
        let own = profile.anchors.first().into_iter().chain(profile.chain.last());
        let said = profile.anchors.iter().filter(|_| self.line.is_empty());
        let mut anchors: Vec<Certificate> = Vec::new();
        for der in own.chain(said).chain(self.in_force.values()) {
            if let Ok(certificate) = Certificate::parse(&der.0)
                && !anchors.contains(&certificate)
            {
                anchors.push(certificate);
            }
        }
        anchors
    }
}

impl Companion {
    /// What is kept of it.
    pub(super) async fn anchor_record(&self) -> Result<AnchorRecord, ClientError> {
        let kept = self.on_disk(|folder| folder.load_if_sound(ANCHORS)).await?;
        Ok(kept.unwrap_or_default())
    }

    /// Keeps what acts say that stand in the log of this checkpoint, in its order, beside what is known.
    pub(super) async fn take_anchor_acts(
        &self,
        known: AnchorRecord,
        answer: &SyncAnswer,
        checkpoint: &Checkpoint,
    ) -> Result<Acts, ClientError> {
        if answer.anchor_line.is_empty() {
            return Ok(Acts::All);
        }
        let mut record = known.clone();
        if record.line != answer.anchor_line {
            // These acts begin where those for other units ended.
            let asked_all = record.until == 0;
            record = AnchorRecord { line: answer.anchor_line.clone(), ..AnchorRecord::default() };
            if !asked_all {
                self.on_disk(move |folder| folder.save(ANCHORS, &record)).await?;
                return Ok(Acts::More);
            }
        }
        for act in &answer.anchor_acts {
            let said = act.verify(checkpoint.head()).map_err(LogFault::from)?;
            if !record.line.contains(&said.unit()) {
                return Err(LogFault::from(InvalidAnchorAct::OtherUnit).into());
            }
            if act.leaf < record.until {
                return Err(ClientError::UnexpectedAnswer("acts out of their order".into()));
            }
            record.apply(act.leaf, said);
        }
        if record != known {
            self.on_disk(move |folder| folder.save(ANCHORS, &record)).await?;
        }
        Ok(if answer.anchor_acts.len() >= MAX_ACTS { Acts::More } else { Acts::All })
    }
}
