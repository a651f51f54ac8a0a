//! The certificate register (sổ thuê bao chứng thư số): the states of an entry, the events that lead
//! from one to the next, and counts that add up.
//!
//! An entry begins when a key is requested for a person, or when a certificate from elsewhere is
//! recorded, and stays for good. Its state is the sum of its events ([`State::after_all`]); whoever
//! stores both compares them by that.

mod examine;
mod figures;
mod validity;

use std::collections::BTreeMap;

pub use examine::{Unfit, examine};
pub use figures::{Figures, Turn};
pub use validity::Term;

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A key waits for its officer.
    Requested,
    /// The officer agreed; the authority has not answered yet.
    Reviewed,
    /// The officer did not agree. Final.
    Refused,
    /// The certificate is there; its holder has not confirmed it.
    Issued,
    /// The holder has it and uses it.
    InUse,
    /// Stopped for a while.
    Suspended,
    /// Stopped for a while before its holder confirmed it.
    SuspendedUnused,
    /// Another certificate took its place.
    Renewed,
    /// Ended before its time. Final.
    Revoked,
    /// Its validity is over.
    Expired,
}

/// What happened to an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// A phone sent its keys. Begins an entry.
    Requested,
    /// An officer entered a certificate that its holder has already. Begins an entry.
    Recorded,
    /// An officer compared and agreed.
    Reviewed,
    /// The request was written into a file for an outside authority, maybe again.
    Exported,
    /// An officer did not agree, or the request came to nothing.
    Refused,
    /// The authority issued the certificate.
    Issued,
    /// The holder confirmed to have it.
    HandedOver,
    /// Stopped for a while.
    Suspended,
    /// In force again.
    Resumed,
    /// Another certificate took its place.
    Renewed,
    /// Ended before its time (RFC 5280 §5.3.1 names the reasons).
    Revoked,
    /// Its validity is over.
    Expired,
}

/// An event that does not fit the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an entry that is {state:?} cannot be {event:?}")]
pub struct Misfit {
    /// Where the entry stands; none before its first event.
    pub state: Option<State>,
    /// What does not fit.
    pub event: Event,
}

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CertificateKind {
    /// A person's own (chữ ký số cá nhân).
    Personal,
    /// The agency's, held by its clerk, who must not lend it (chữ ký số cơ quan).
    AgencySeal,
}

/// Where the key of a certificate lives.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum KeyHome {
    /// In a phone that was enrolled here.
    Phone,
    /// In a USB token or smart card.
    Token,
    /// In a SIM.
    Sim,
    /// With a remote signing service.
    Remote,
}

/// Gives a closed list its names, which databases, addresses and exports hold.
macro_rules! named {
    ($type:ident { $($variant:ident = $name:literal,)+ }) => {
        impl $type {
            /// All of them, in the order in which they are listed.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// Its name in databases and addresses.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {$(Self::$variant => $name,)+}
            }

            /// The one of this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    };
}

named!(State {
    Requested = "requested",
    Reviewed = "reviewed",
    Issued = "issued",
    InUse = "in-use",
    Suspended = "suspended",
    SuspendedUnused = "suspended-unused",
    Renewed = "renewed",
    Revoked = "revoked",
    Expired = "expired",
    Refused = "refused",
});

named!(Event {
    Requested = "requested",
    Recorded = "recorded",
    Reviewed = "reviewed",
    Exported = "exported",
    Refused = "refused",
    Issued = "issued",
    HandedOver = "handed-over",
    Suspended = "suspended",
    Resumed = "resumed",
    Renewed = "renewed",
    Revoked = "revoked",
    Expired = "expired",
});

named!(CertificateKind {
    Personal = "personal",
    AgencySeal = "agency-seal",
});

named!(KeyHome {
    Phone = "phone",
    Token = "token",
    Sim = "sim",
    Remote = "remote",
});

impl State {
    /// The state of an entry that begins with this event.
    pub fn first(event: Event) -> Result<Self, Misfit> {
        match event {
            Event::Requested => Ok(Self::Requested),
            Event::Recorded => Ok(Self::InUse),
            _ => Err(Misfit { state: None, event }),
        }
    }

    /// The state after this event.
    pub fn after(self, event: Event) -> Result<Self, Misfit> {
        use State::{
            Expired, InUse, Issued, Refused, Renewed, Requested, Reviewed, Revoked, Suspended,
            SuspendedUnused,
        };
        match (self, event) {
            (Requested, Event::Reviewed) | (Reviewed, Event::Exported) => Ok(Reviewed),
            (Requested | Reviewed, Event::Refused) => Ok(Refused),
            (Reviewed, Event::Issued) => Ok(Issued),
            (Issued, Event::HandedOver) | (Suspended, Event::Resumed) => Ok(InUse),
            (InUse, Event::Suspended) => Ok(Suspended),
            (Issued, Event::Suspended) => Ok(SuspendedUnused),
            (SuspendedUnused, Event::Resumed) => Ok(Issued),
            (InUse | Suspended, Event::Renewed) => Ok(Renewed),
            // A key that was lost after its time may have signed before: the reason is kept.
            (Issued | InUse | Suspended | SuspendedUnused | Renewed | Expired, Event::Revoked) => {
                Ok(Revoked)
            }
            (Issued | InUse | Suspended | SuspendedUnused | Renewed, Event::Expired) => Ok(Expired),
            _ => Err(Misfit { state: Some(self), event }),
        }
    }

    /// The state after a whole history, oldest event first; none for an empty one.
    pub fn after_all(events: &[Event]) -> Result<Option<Self>, Misfit> {
        let mut state: Option<Self> = None;
        for event in events {
            state = Some(match state {
                None => Self::first(*event)?,
                Some(state) => state.after(*event)?,
            });
        }
        Ok(state)
    }

    /// Whether there is a certificate.
    #[must_use]
    pub fn has_certificate(self) -> bool {
        !matches!(self, Self::Requested | Self::Reviewed | Self::Refused)
    }

    /// Whether the certificate is in use: in force and not suspended, confirmed by its holder or not.
    #[must_use]
    pub fn is_usable(self) -> bool {
        matches!(self, Self::Issued | Self::InUse)
    }

    /// Whether the certificate is in force, suspended or not.
    #[must_use]
    pub fn is_in_force(self) -> bool {
        matches!(self, Self::Issued | Self::InUse | Self::Suspended | Self::SuspendedUnused)
    }
}

/// Entries counted by state. Whatever the entries, the parts add up to their sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(BTreeMap<State, u64>);

impl Tally {
    /// Counts `entries` more in this state.
    pub fn add(&mut self, state: State, entries: u64) {
        *self.0.entry(state).or_default() += entries;
    }

    /// Counts everything that another tally counted.
    pub fn merge(&mut self, other: &Self) {
        for (state, entries) in &other.0 {
            self.add(*state, *entries);
        }
    }

    /// Entries in this state.
    #[must_use]
    pub fn of(&self, state: State) -> u64 {
        self.0.get(&state).copied().unwrap_or(0)
    }

    /// All entries.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.0.values().sum()
    }

    /// Entries that wait for their officer or the authority.
    #[must_use]
    pub fn waiting(&self) -> u64 {
        self.of(State::Requested) + self.of(State::Reviewed)
    }

    /// Certificates that are stopped for a while.
    #[must_use]
    pub fn suspended(&self) -> u64 {
        self.of(State::Suspended) + self.of(State::SuspendedUnused)
    }

    /// Certificates issued at any time: not yet confirmed, in use, suspended, renewed, revoked or
    /// expired.
    #[must_use]
    pub fn issued(&self) -> u64 {
        let certified = State::ALL.iter().filter(|state| state.has_certificate());
        certified.map(|state| self.of(*state)).sum()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Tries the events in turn; gives those that fitted, and where they led.
    fn live(tries: &[Event]) -> (Vec<Event>, Option<State>) {
        let (mut history, mut state) = (Vec::new(), None::<State>);
        for event in tries {
            let next = state.map_or_else(|| State::first(*event), |state| state.after(*event));
            if let Ok(next) = next {
                history.push(*event);
                state = Some(next);
            }
        }
        (history, state)
    }

    fn times(history: &[Event], event: Event) -> usize {
        history.iter().filter(|one| **one == event).count()
    }

    fn place(history: &[Event], event: Event) -> Option<usize> {
        history.iter().position(|one| *one == event)
    }

    /// What the office's rules say of a history, without the state machine.
    fn check(history: &[Event], state: Option<State>) -> Result<(), TestCaseError> {
        let Some(last) = history.last() else {
            prop_assert_eq!(state, None);
            return Ok(());
        };
        let once = [
            Event::Requested,
            Event::Recorded,
            Event::Reviewed,
            Event::Refused,
            Event::Issued,
            Event::HandedOver,
            Event::Renewed,
            Event::Revoked,
            Event::Expired,
        ];
        for event in once {
            prop_assert!(times(history, event) <= 1, "{event:?} twice in {history:?}");
        }
        prop_assert!(matches!(history[0], Event::Requested | Event::Recorded));
        let begins = times(history, Event::Requested) + times(history, Event::Recorded);
        prop_assert_eq!(begins, 1, "an entry begins once");
        let (reviewed, issued) = (place(history, Event::Reviewed), place(history, Event::Issued));
        prop_assert!(issued.is_none() || reviewed < issued, "nobody certifies unseen");
        for (number, event) in history.iter().enumerate() {
            let waits = reviewed.is_some_and(|reviewed| reviewed < number)
                && issued.is_none_or(|issued| number < issued);
            prop_assert!(*event != Event::Exported || waits, "only what waits is handed out");
        }
        let certified = issued.is_some() || history[0] == Event::Recorded;
        let held = place(history, Event::HandedOver).is_some() || history[0] == Event::Recorded;
        prop_assert!(place(history, Event::HandedOver).is_none() || certified);
        for event in [Event::Suspended, Event::Renewed, Event::Revoked, Event::Expired] {
            prop_assert!(times(history, event) == 0 || certified, "{event:?} without certificate");
        }
        let open = times(history, Event::Suspended) - times(history, Event::Resumed);
        prop_assert!(open <= 1);
        for over in [Event::Refused, Event::Revoked] {
            prop_assert!(times(history, over) == 0 || *last == over, "{over:?} is final");
        }
        let state = state.expect("a history has a state");
        prop_assert_eq!(state.has_certificate(), certified);
        let ended = [Event::Renewed, Event::Revoked, Event::Expired, Event::Refused]
            .iter()
            .any(|event| times(history, *event) > 0);
        prop_assert_eq!(state == State::InUse, certified && held && open == 0 && !ended);
        prop_assert_eq!(state == State::Revoked, *last == Event::Revoked);
        prop_assert_eq!(state.is_in_force(), certified && !ended);
        Ok(())
    }

    proptest! {
        #[test]
        fn no_sequence_of_acts_reaches_a_state_that_the_rules_forbid(
            tries in proptest::collection::vec(proptest::sample::select(Event::ALL), 0..40),
        ) {
            let (history, state) = live(&tries);
            check(&history, state)?;
            prop_assert_eq!(State::after_all(&history), Ok(state));
        }

        #[test]
        fn counts_add_up_by_unit_level_and_period(
            lives in proptest::collection::vec(
                (
                    (0_u8..4, 0_u8..3, 0_u8..5),
                    proptest::collection::vec(proptest::sample::select(Event::ALL), 1..30),
                ),
                0..60,
            ),
        ) {
            let mut whole = Tally::default();
            let mut groups: BTreeMap<(u8, u8, u8), Tally> = BTreeMap::new();
            let (mut certified, mut revoked, mut begun) = (0, 0, 0);
            for (group, tries) in &lives {
                let (history, state) = live(tries);
                let Some(state) = state else { continue };
                whole.add(state, 1);
                groups.entry(*group).or_default().add(state, 1);
                begun += 1;
                certified += times(&history, Event::Issued) + times(&history, Event::Recorded);
                revoked += times(&history, Event::Revoked);
            }
            prop_assert_eq!(whole.entries(), begun);
            prop_assert_eq!(whole.issued(), certified as u64);
            prop_assert_eq!(whole.of(State::Revoked), revoked as u64);
            let parts = whole.of(State::Issued)
                + whole.of(State::InUse)
                + whole.suspended()
                + whole.of(State::Renewed)
                + whole.of(State::Revoked)
                + whole.of(State::Expired);
            prop_assert_eq!(whole.issued(), parts);
            prop_assert_eq!(whole.entries(), parts + whole.waiting() + whole.of(State::Refused));
            let mut sum = Tally::default();
            groups.values().for_each(|group| sum.merge(group));
            prop_assert_eq!(sum, whole);
        }
    }

    #[test]
    fn a_resumed_certificate_is_where_it_was_before() {
        let unused = [Event::Requested, Event::Reviewed, Event::Issued, Event::Suspended];
        let state = State::after_all(&unused).unwrap().unwrap();
        assert_eq!(state.after(Event::Resumed), Ok(State::Issued));
        let used = State::first(Event::Recorded).unwrap().after(Event::Suspended).unwrap();
        assert_eq!(used.after(Event::Resumed), Ok(State::InUse));
    }
}
