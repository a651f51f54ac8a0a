//! The register in figures: what was in use when a period began, what happened in it, and what was in use at its end.
//!
//! A certificate is in use from its issue to its end, but for the time in which it is suspended; whether its holder has
//! confirmed it makes no difference. Each event says what it does to that ([`Turn`]), so that the figures of any units,
//! levels and periods are sums of events and add up.

use super::{Event, State};

/// What an event does to whether a certificate is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Turn {
    /// It is in use from then on.
    Begins,
    /// It is in use no longer.
    Ends,
    /// It is in use as before, or as little.
    None,
}

impl Turn {
    /// What leads from one state to another; from none where an entry begins.
    #[must_use]
    pub fn between(from: Option<State>, to: State) -> Self {
        match (from.is_some_and(State::is_usable), to.is_usable()) {
            (false, true) => Self::Begins,
            (true, false) => Self::Ends,
            _ => Self::None,
        }
    }

    /// How many more certificates are in use afterwards.
    #[must_use]
    pub fn step(self) -> i64 {
        match self {
            Self::Begins => 1,
            Self::Ends => -1,
            Self::None => 0,
        }
    }

    /// The one that leads so many further.
    #[must_use]
    pub fn of_step(step: i64) -> Option<Self> {
        [Self::Begins, Self::Ends, Self::None].into_iter().find(|turn| turn.step() == step)
    }
}

/// The figures of a period.
///
/// `begin + issued + resumed + idle = suspended + renewed + revoked + expired + end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    begin: i64,
    turned: i64,
    /// Issued or, where they came from elsewhere, recorded.
    pub issued: u64,
    /// In force again after they were suspended.
    pub resumed: u64,
    /// Stopped for a while.
    pub suspended: u64,
    /// Another certificate took their place.
    pub renewed: u64,
    /// Ended before their time.
    pub revoked: u64,
    /// Their validity was over.
    pub expired: u64,
    /// Of those renewed, revoked and expired: how many were not in use when it happened, being suspended, or
    /// renewed or expired before.
    pub idle: u64,
}

impl Figures {
    /// Counts as many events of before the period.
    pub fn before(&mut self, turn: Turn, events: u64) {
        self.begin += turn.step() * signed(events);
    }

    /// Counts as many events of the period.
    pub fn within(&mut self, event: Event, turn: Turn, events: u64) {
        self.turned += turn.step() * signed(events);
        let ends = matches!(event, Event::Renewed | Event::Revoked | Event::Expired);
        if ends && turn == Turn::None {
            self.idle += events;
        }
        match event {
            Event::Issued | Event::Recorded => self.issued += events,
            Event::Resumed => self.resumed += events,
            Event::Suspended => self.suspended += events,
            Event::Renewed => self.renewed += events,
            Event::Revoked => self.revoked += events,
            Event::Expired => self.expired += events,
            Event::Requested
            | Event::Reviewed
            | Event::Exported
            | Event::Refused
            | Event::HandedOver => {}
        }
    }

    /// Certificates in use when the period began.
    #[must_use]
    pub fn begin(&self) -> u64 {
        self.begin.try_into().unwrap_or(0)
    }

    /// Certificates in use when it ended.
    #[must_use]
    pub fn end(&self) -> u64 {
        (self.begin + self.turned).try_into().unwrap_or(0)
    }

    /// Everything in it, in the order of [`Self::NAMES`].
    #[must_use]
    pub fn all(&self) -> [u64; 9] {
        let Self { issued, resumed, suspended, renewed, revoked, expired, idle, .. } = *self;
        [self.begin(), issued, resumed, suspended, renewed, revoked, expired, idle, self.end()]
    }

    /// What the figures are called in answers and the keys of texts.
    pub const NAMES: [&'static str; 9] =
        ["begin", "issued", "resumed", "suspended", "renewed", "revoked", "expired", "idle", "end"];
}

fn signed(events: u64) -> i64 {
    i64::try_from(events).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Each history is cut in two anywhere; the figures of the second part follow from the first.
        #[test]
        fn what_is_in_use_at_the_end_is_what_was_at_the_beginning_and_what_happened(
            lives in proptest::collection::vec(
                (proptest::collection::vec(proptest::sample::select(Event::ALL), 1..30), 0_usize..12),
                0..40,
            ),
        ) {
            let mut figures = Figures::default();
            let mut in_use = [0_u64; 2];
            for (tries, cut) in &lives {
                let (mut state, mut number) = (None::<State>, 0);
                let mut states = [None; 2];
                for event in tries {
                    let next = state.map_or_else(|| State::first(*event), |it| it.after(*event));
                    let Ok(next) = next else { continue };
                    let turn = Turn::between(state, next);
                    if number < *cut {
                        figures.before(turn, 1);
                        states[0] = Some(next);
                    } else {
                        figures.within(*event, turn, 1);
                    }
                    states[1] = Some(next);
                    (state, number) = (Some(next), number + 1);
                }
                for (count, state) in in_use.iter_mut().zip(states) {
                    *count += u64::from(state.is_some_and(State::is_usable));
                }
            }
            prop_assert_eq!([figures.begin(), figures.end()], in_use);
            let came = figures.begin() + figures.issued + figures.resumed + figures.idle;
            let Figures { suspended, renewed, revoked, expired, .. } = figures;
            prop_assert_eq!(came, suspended + renewed + revoked + expired + figures.end());
        }
    }

    #[test]
    fn a_turn_is_read_back_and_others_are_not() {
        for turn in [Turn::Begins, Turn::Ends, Turn::None] {
            assert_eq!(Turn::of_step(turn.step()), Some(turn));
        }
        assert_eq!(Turn::of_step(2), None);
    }
}
