//! Letting others decide in this person's place, and what was let by whom.

use trien_core::client;
use trien_core::delegation::{self, wire};
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::UnixSecond;
use trien_core::id::UnitId;
use trien_core::wire::{PersonView, UnitView};

use crate::error::PhoneError;
use crate::phone::Phone;

/// What stands before the title of the one whose place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum DelegationForm {
    /// Ký thay: a deputy for the head of the same unit.
    Kt,
    /// Thừa lệnh: by the head's order.
    Tl,
    /// Thừa ủy quyền: by a written authorisation for certain matters.
    Tuq,
}

/// Where a delegation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum DelegationState {
    /// It has not started.
    Planned,
    /// It counts.
    InForce,
    /// It is over.
    Ended,
}

/// How far a unit of a delegation reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, uniffi::Enum)]
pub enum DelegationReach {
    /// The unit alone.
    Alone,
    /// The unit and those below it.
    AndBelow,
}

/// A unit whose requests are covered.
#[derive(Clone, Debug, uniffi::Record)]
pub struct DelegationUnit {
    /// Which.
    pub unit: UnitId,
    /// How far that reaches.
    pub reach: DelegationReach,
}

/// A delegation, given by this person or to this person.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Delegation {
    /// Its hash.
    pub delegation: Sha256,
    /// The first line above a signature by it, such as "KT. CHỦ TỊCH".
    pub title: String,
    /// KT., TL. or TUQ.
    pub form: DelegationForm,
    /// Whose place it is, with the position from which it was given.
    pub from: PersonView,
    /// The unit of that position.
    pub from_unit: UnitView,
    /// Who may decide, with the position that signs.
    pub to: PersonView,
    /// The unit of that position.
    pub to_unit: UnitView,
    /// Whose requests.
    pub units: Vec<DelegationUnit>,
    /// About which kinds of documents; none: about all.
    pub kinds: Vec<String>,
    /// From when.
    pub starts: UnixSecond,
    /// Until when; not in that second any more.
    pub ends: UnixSecond,
    /// Why, or by which written act.
    pub reason: String,
    /// Where it stands.
    pub state: DelegationState,
}

/// Somebody to whom this person may delegate.
#[derive(Clone, Debug, uniffi::Record)]
pub struct Delegate {
    /// Who, with the position that would sign.
    pub person: PersonView,
    /// In which unit.
    pub unit: UnitView,
    /// Whether the position is one of a deputy.
    pub is_deputy: bool,
    /// In which forms; at least one.
    pub forms: Vec<DelegationForm>,
}

/// What this person delegates.
#[derive(Clone, Debug, uniffi::Record)]
pub struct DelegationDraft {
    /// KT., TL. or TUQ.
    pub form: DelegationForm,
    /// To whom.
    pub to: Delegate,
    /// Whose requests.
    pub units: Vec<DelegationUnit>,
    /// About which kinds of documents; none: about all.
    pub kinds: Vec<String>,
    /// From when; now when absent.
    pub starts: Option<UnixSecond>,
    /// Until when.
    pub ends: UnixSecond,
    /// Why, or by which written act.
    pub reason: String,
}

#[uniffi::export(async_runtime = "tokio")]
impl Phone {
    /// To whom this person may delegate: everybody with a post in the own unit or below it, at most 200.
    pub async fn delegates(&self) -> Result<Vec<Delegate>, PhoneError> {
        Ok(self.0.delegates().await?.into_iter().map(Delegate::from).collect())
    }

    /// What this person delegated, and what was delegated to this person; the newest first.
    pub async fn delegations(&self) -> Result<Vec<Delegation>, PhoneError> {
        Ok(self.0.delegations().await?.into_iter().map(Delegation::from).collect())
    }

    /// The first line above what somebody signs in this person's place, such as "KT. CHỦ TỊCH".
    pub fn title_in_place(&self, form: DelegationForm) -> Result<String, PhoneError> {
        Ok(self.0.title_in_place(form.into())?)
    }

    /// Lets somebody decide in this person's place: one prompt, one signature. Gives its hash. `DelegationUnknown` where
    /// it was sent and may count all the same: `delegations` says whether it does.
    pub async fn delegate(&self, draft: DelegationDraft) -> Result<Sha256, PhoneError> {
        Ok(self.0.delegate(draft.try_into()?).await?)
    }

    /// Ends a delegation by this person before its time, or lays down one that was given to them. Asking again is safe.
    pub async fn end_delegation(&self, delegation: Sha256, why: String) -> Result<(), PhoneError> {
        let why = Text::new(&why).map_err(client::ClientError::Reason)?;
        Ok(self.0.end_delegation(delegation, why).await?)
    }
}

impl From<delegation::Form> for DelegationForm {
    fn from(form: delegation::Form) -> Self {
        match form {
            delegation::Form::Kt => Self::Kt,
            delegation::Form::Tl => Self::Tl,
            delegation::Form::Tuq => Self::Tuq,
        }
    }
}

impl From<DelegationForm> for delegation::Form {
    fn from(form: DelegationForm) -> Self {
        match form {
            DelegationForm::Kt => Self::Kt,
            DelegationForm::Tl => Self::Tl,
            DelegationForm::Tuq => Self::Tuq,
        }
    }
}

impl From<wire::DelegationState> for DelegationState {
    fn from(state: wire::DelegationState) -> Self {
        match state {
            wire::DelegationState::Planned => Self::Planned,
            wire::DelegationState::InForce => Self::InForce,
            wire::DelegationState::Ended => Self::Ended,
        }
    }
}

impl From<delegation::UnitScope> for DelegationUnit {
    fn from(scope: delegation::UnitScope) -> Self {
        let reach = match scope.reach {
            delegation::Reach::Alone => DelegationReach::Alone,
            delegation::Reach::AndBelow => DelegationReach::AndBelow,
        };
        Self { unit: scope.unit, reach }
    }
}

impl From<DelegationUnit> for delegation::UnitScope {
    fn from(unit: DelegationUnit) -> Self {
        let reach = match unit.reach {
            DelegationReach::Alone => delegation::Reach::Alone,
            DelegationReach::AndBelow => delegation::Reach::AndBelow,
        };
        Self { unit: unit.unit, reach }
    }
}

impl From<wire::DelegationView> for Delegation {
    fn from(view: wire::DelegationView) -> Self {
        Self {
            delegation: view.delegation,
            title: view.form.in_place_of(&view.from.position),
            form: view.form.into(),
            from: view.from,
            from_unit: view.from_unit,
            to: view.to,
            to_unit: view.to_unit,
            units: view.units.into_iter().map(DelegationUnit::from).collect(),
            kinds: view.kinds.iter().map(ToString::to_string).collect(),
            starts: view.starts,
            ends: view.ends,
            reason: view.reason.to_string(),
            state: view.state.into(),
        }
    }
}

impl From<wire::Delegate> for Delegate {
    fn from(delegate: wire::Delegate) -> Self {
        let forms = delegate.forms.into_iter().map(DelegationForm::from).collect();
        let wire::Delegate { person, unit, is_deputy, .. } = delegate;
        Self { person, unit, is_deputy, forms }
    }
}

impl TryFrom<DelegationDraft> for client::DelegationDraft {
    type Error = PhoneError;
    fn try_from(draft: DelegationDraft) -> Result<Self, PhoneError> {
        let kinds = draft.kinds.iter().map(|kind| Text::new(kind));
        let kinds: Result<Vec<_>, _> = kinds.collect();
        let Delegate { person, unit, is_deputy, forms } = draft.to;
        let forms = forms.into_iter().map(delegation::Form::from).collect();
        Ok(Self {
            form: draft.form.into(),
            to: wire::Delegate { person, unit, is_deputy, forms },
            units: draft.units.into_iter().map(delegation::UnitScope::from).collect(),
            kinds: kinds.map_err(client::ClientError::Reason)?,
            starts: draft.starts,
            ends: draft.ends,
            reason: Text::new(&draft.reason).map_err(client::ClientError::Reason)?,
        })
    }
}
