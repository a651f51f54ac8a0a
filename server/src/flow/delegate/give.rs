//! Giving a delegation: the statement as its giver's phone signed it, checked against who holds which post.

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::certificate::Certificate;
use trien_core::cose::{self, Content, Statement};
use trien_core::delegation::wire::DelegationSubmission;
use trien_core::delegation::{Delegation, Form, Holder};
use trien_core::digest::Sha256;
use trien_core::env::Timestamp;
use trien_core::id::UnitId;

use super::show::evidence_of;
use super::{NoDelegation, turn};
use crate::app::App;
use crate::flow::account::MAX_LEVELS;
use crate::flow::act::kind::Kind;
use crate::flow::decide::fit_checkpoint;
use crate::flow::device::AuthenticatedDevice;
use crate::flow::receipts::Fit;
use crate::flow::sync::enter_recovery;
use crate::flow::{FlowError, Mismatch};
use crate::store::certificate::{self, CertificateState};
use crate::store::delegation::{self, NewDelegation, PostOf};
use crate::store::directory::{self, Authority};
use crate::store::job::JobKind;
use crate::store::{device, log};
use crate::writer::{Commit, CommitError, Tx};

/// How far the phone's clock may be from ours, in seconds.
pub(super) const SKEW_SECONDS: i64 = 300;
/// Delegations by one person that may stand at once.
const MOST_STANDING: u64 = 32;

/// Takes a delegation that the device's person signed; gives its evidence as text. The same one again gives the same.
pub async fn give(
    app: &App,
    device: &AuthenticatedDevice,
    submission: DelegationSubmission,
) -> Result<String, FlowError> {
    device.require_active()?;
    let DelegationSubmission { statement, checkpoint } = submission;
    let cose = statement.0;
    let signed =
        Statement::parse_as(Content::Delegation, &cose).map_err(|_| NoDelegation::NotOne)?;
    let given = Delegation::from_cbor(&signed.payload).map_err(|_| NoDelegation::NotOne)?;
    if (given.from.person, given.device) != (device.person, device.id) {
        return Err(NoDelegation::NotOne.into());
    }
    let hash = given.hash();
    {
        let mut connection = app.store().reader().await?;
        if delegation::one(&mut connection, &hash).await?.is_none() {
            signature(&mut connection, &given, &cose).await?;
            let fit = fit_checkpoint(app, &mut connection, given.checkpoint, &checkpoint).await?;
            if let Fit::Foreign = fit {
                drop(connection);
                return Err(enter_recovery(app).await);
            }
            drop(connection);
            let give = Give { device: device.clone(), given, hash, cose };
            app.writer().commit(give).await?;
            turn(app, hash).await?;
        }
    }
    evidence_of(app, &hash).await
}

async fn signature(
    connection: &mut AnyConnection,
    given: &Delegation,
    cose: &[u8],
) -> Result<(), FlowError> {
    let registered = certificate::of_device(connection, given.device).await?;
    let held = registered.into_iter().find(|held| held.sha256 == given.certificate);
    let held = held.ok_or(Mismatch::Certificate)?;
    let certificate = Certificate::parse(&held.der)
        .map_err(|error| FlowError::Internal(format!("a registered certificate: {error}")))?;
    let key = certificate.public_key();
    cose::verify_as(Content::Delegation, cose, given.certificate, key)
        .map_err(|_| NoDelegation::Signature)?;
    Ok(())
}

struct Give {
    device: AuthenticatedDevice,
    given: Delegation,
    hash: Sha256,
    cose: Vec<u8>,
}

#[async_trait]
impl Commit for Give {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        if tx.mode() == log::Mode::Recovery {
            return Err(FlowError::LogRecovery.into());
        }
        self.device.still_active(tx).await?;
        if delegation::one(tx.connection(), &self.hash).await?.is_some() {
            return Ok(());
        }
        self.check_key(tx).await?;
        self.check_times(tx).await?;
        self.check_posts(tx).await?;
        let given = &self.given;
        let mut note = serde_json::Map::new();
        note.insert("by".to_owned(), json!({ "device": self.device.id }));
        tx.annotate(note);
        // Names of people and reasons stand in what was signed, which is kept beside the log.
        let statement = json!({
            "delegation": self.hash,
            "person": given.from.person,
            "unit": given.from.unit,
            "to": given.to.person,
            "form": given.form.name(),
            "starts": given.starts,
            "ends": given.ends,
            "before": null,
            "after": { "state": "given" },
        });
        let person = given.from.person;
        let leaf = tx.state(Kind::DelegationGiven, person.as_bytes(), &statement).await?;
        let now = tx.now();
        let new = NewDelegation { hash: self.hash, said: given, cose: &self.cose, leaf };
        delegation::insert(tx.connection(), &new, now).await?;
        let due = now.max(given.starts.timestamp());
        tx.schedule(JobKind::Delegation, self.hash.as_bytes(), due).await?;
        Ok(())
    }
}

impl Give {
    /// The key may have been stopped while the statement was looked at.
    async fn check_key(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now().second();
        let device = device::now(tx.connection(), self.device.id).await?;
        let device = device.ok_or(FlowError::Unauthenticated)?;
        if !device.takes() {
            return Err(FlowError::AssuranceTooLow.into());
        }
        let holds = device.certificate.is_some_and(|held| {
            held.sha256 == self.given.certificate
                && held.state == CertificateState::Valid
                && held.not_before <= self.given.signed_at
                && self.given.signed_at <= held.not_after
                && now <= held.not_after
        });
        if holds { Ok(()) } else { Err(FlowError::CertificateNotValid.into()) }
    }

    async fn check_times(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now().second();
        let apart = self.given.signed_at.get().saturating_sub(now.get());
        if apart.saturating_abs() > SKEW_SECONDS {
            return Err(FlowError::from(NoDelegation::Time).into());
        }
        if self.given.ends <= now {
            return Err(FlowError::from(NoDelegation::Over).into());
        }
        let from = self.given.from.person;
        if delegation::count_standing(tx.connection(), from, now).await? >= MOST_STANDING {
            return Err(FlowError::from(NoDelegation::TooMany).into());
        }
        Ok(())
    }

    async fn check_posts(&self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let (from, to) = (&self.given.from, &self.given.to);
        if !holds(tx, from, now).await? {
            return Err(FlowError::from(NoDelegation::NotYourPost).into());
        }
        if !holds(tx, to, now).await? {
            return Err(FlowError::from(NoDelegation::NotTheirPost).into());
        }
        let giver = delegation::authority(tx.connection(), post(from)).await?;
        if !heads(giver) {
            return Err(FlowError::from(NoDelegation::NotHead).into());
        }
        let taker = delegation::authority(tx.connection(), post(to)).await?;
        let line = directory::line(tx.connection(), to.unit, MAX_LEVELS).await?;
        if suits(self.given.form, taker) && line.contains(&from.unit) {
            Ok(())
        } else {
            Err(FlowError::from(NoDelegation::Form).into())
        }
    }
}

/// Whether a post lets its holder delegate. Where it says nothing of what it lets them do, the giver answers for it.
pub(super) fn heads(giver: Option<Authority>) -> bool {
    matches!(giver, None | Some(Authority::Chief))
}

/// The forms in which one may delegate from a unit to a post.
pub(super) fn forms(from: UnitId, to: UnitId, taker: Option<Authority>) -> Vec<Form> {
    let fits = |form: &Form| suits(*form, taker) && (*form != Form::Kt || from == to);
    Form::ALL.into_iter().filter(fits).collect()
}

fn suits(form: Form, taker: Option<Authority>) -> bool {
    match form {
        Form::Kt => matches!(taker, None | Some(Authority::Deputy)),
        Form::Tl | Form::Tuq => taker != Some(Authority::Clerk),
    }
}

pub(super) fn post(holder: &Holder) -> PostOf<'_> {
    PostOf { person: holder.person, unit: holder.unit, title: holder.position.as_str() }
}

pub(super) async fn holds(
    tx: &mut Tx<'_>,
    holder: &Holder,
    since: Timestamp,
) -> Result<bool, CommitError> {
    Ok(delegation::holds(tx.connection(), post(holder), since).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_clerk_gives_or_takes_and_only_a_deputy_signs_kt() {
        let (chief, deputy, clerk) =
            (Some(Authority::Chief), Some(Authority::Deputy), Some(Authority::Clerk));
        assert!(heads(chief) && heads(None) && !heads(deputy) && !heads(clerk));
        let (unit, other) = (UnitId::from_bytes([1; 16]), UnitId::from_bytes([2; 16]));
        let by_order = [Form::Tl, Form::Tuq];
        assert_eq!(forms(unit, unit, deputy), Form::ALL);
        assert_eq!(forms(unit, unit, None), Form::ALL);
        assert_eq!(forms(unit, unit, chief), by_order);
        assert_eq!(forms(unit, other, deputy), by_order, "KT. is for the same unit");
        assert_eq!(forms(unit, unit, clerk), []);
    }
}
