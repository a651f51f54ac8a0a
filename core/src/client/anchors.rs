//! Whom this phone trusts beside its own office's authority: what the enrollment said, changed by acts of the log.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::anchor::{AnchorAct, Said};
use crate::certificate::Certificate;
use crate::digest::Sha256;
use crate::id::{AnchorId, UnitId};
use crate::log::checkpoint::Checkpoint;
use crate::wire::{Base64, Profile};

use super::Companion;
use super::error::{ClientError, LogFault};
use super::state::ANCHORS;

/// What acts have said so far.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct AnchorRecord {
    /// For which unit and those above it they were asked for.
    pub unit: Option<UnitId>,
    /// Acts of leaves before this one are known.
    pub until: u64,
    in_force: BTreeMap<AnchorId, Base64>,
    /// Certificates that some act was about: of these, what the enrollment said is out of date.
    named: BTreeSet<Sha256>,
}

impl AnchorRecord {
    /// The record with which acts are asked for: whoever acts in another unit now begins anew.
    pub(super) fn of(self, unit: UnitId) -> Self {
        if self.unit == Some(unit) { self } else { Self { unit: Some(unit), ..Self::default() } }
    }

    fn apply(&mut self, leaf: u64, said: Said) {
        match said {
            Said::Confirmed { anchor, certificate } => {
                self.named.insert(certificate.sha256());
                self.in_force.insert(anchor, Base64(certificate.der().to_vec()));
            }
            Said::Ended { anchor, certificate } => {
                self.named.insert(certificate);
                self.in_force.remove(&anchor);
            }
        }
        self.until = leaf + 1;
    }

    /// All that is trusted. No act takes the own office's authority away: a device without it could not even
    /// read its own certificate.
    pub(super) fn anchors(&self, profile: &Profile) -> Vec<Certificate> {
        let own = profile.chain.last();
        let said = profile.anchors.iter();
        let said =
            said.filter(|der| own == Some(*der) || !self.named.contains(&Sha256::of(&der.0)));
        let all = said.chain(self.in_force.values());
        let mut anchors: Vec<Certificate> = Vec::new();
        for certificate in all.filter_map(|der| Certificate::parse(&der.0).ok()) {
            if !anchors.contains(&certificate) {
                anchors.push(certificate);
            }
        }
        anchors
    }
}

impl Companion {
    /// What is kept of it.
    pub(super) async fn anchor_record(&self) -> Result<AnchorRecord, ClientError> {
        let unit = self.profile()?.unit.id;
        let kept = self.on_disk(|folder| folder.load::<AnchorRecord>(ANCHORS)).await?;
        Ok(kept.unwrap_or_default().of(unit))
    }

    /// Keeps what acts say that stand in the log of this checkpoint, in its order.
    pub(super) async fn take_anchor_acts(
        &self,
        acts: &[AnchorAct],
        checkpoint: &Checkpoint,
    ) -> Result<(), ClientError> {
        if acts.is_empty() {
            return Ok(());
        }
        let mut record = self.anchor_record().await?;
        for act in acts {
            let said = act.verify(checkpoint.head()).map_err(LogFault::from)?;
            if act.leaf < record.until {
                return Err(ClientError::UnexpectedAnswer("acts out of their order".into()));
            }
            record.apply(act.leaf, said);
        }
        self.on_disk(move |folder| folder.save(ANCHORS, &record)).await
    }
}
