//! Waves of enrollment: how far each person is, what a plan expects by a day, and who is stuck.

use std::collections::BTreeMap;

use crate::env::UnixSecond;
use crate::register::State;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// How far a person is. Nobody is at two of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Nobody has invited the person.
    NotInvited,
    /// Invited; no phone has sent keys, or they came to nothing.
    Invited,
    /// A phone has sent its keys, and waits for its officer.
    KeysSent,
    /// Approved; an outside authority has not answered yet.
    WaitingForCertificate,
    /// The certificate is there; the phone has not confirmed it.
    Issued,
    /// The phone has it and uses it.
    Confirmed,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Self; 6] = [
        Self::NotInvited,
        Self::Invited,
        Self::KeysSent,
        Self::WaitingForCertificate,
        Self::Issued,
        Self::Confirmed,
    ];

    /// Its name in addresses and tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NotInvited => "not-invited",
            Self::Invited => "invited",
            Self::KeysSent => "keys-sent",
            Self::WaitingForCertificate => "waiting-for-certificate",
            Self::Issued => "issued",
            Self::Confirmed => "confirmed",
        }
    }

    /// How far a register entry has brought its holder; none where it came to nothing, or is over.
    #[must_use]
    pub fn of(state: State) -> Option<Self> {
        match state {
            State::Requested => Some(Self::KeysSent),
            State::Reviewed => Some(Self::WaitingForCertificate),
            State::Issued | State::SuspendedUnused => Some(Self::Issued),
            State::InUse | State::Suspended => Some(Self::Confirmed),
            State::Refused | State::Renewed | State::Revoked | State::Expired => None,
        }
    }

    /// Days after which somebody at this stage is stuck; none where there is nothing left to do.
    #[must_use]
    pub fn patience_days(self) -> Option<i64> {
        match self {
            Self::NotInvited | Self::Issued => Some(7),
            Self::Invited => Some(3),
            // After a day the keys are too old to be approved.
            Self::KeysSent => Some(1),
            Self::WaitingForCertificate => Some(30),
            Self::Confirmed => None,
        }
    }

    /// The moment since when one may be at this stage without being stuck there by now; none where there
    /// is nothing left to do.
    #[must_use]
    pub fn stuck_before(self, now: UnixSecond) -> Option<UnixSecond> {
        self.patience_days().map(|days| now.plus(-days * DAY))
    }

    /// Whether somebody who came to this stage then is stuck by now.
    #[must_use]
    pub fn is_stuck(self, since: UnixSecond, now: UnixSecond) -> bool {
        self.stuck_before(now).is_some_and(|moment| since < moment)
    }
}

/// People counted by how far they are. Whoever they are, the parts add up to their sums.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress(BTreeMap<Stage, u64>);

impl Progress {
    /// Counts one person more at this stage.
    pub fn add(&mut self, stage: Stage) {
        self.add_many(stage, 1);
    }

    /// Counts so many people more at this stage.
    pub fn add_many(&mut self, stage: Stage, people: u64) {
        *self.0.entry(stage).or_default() += people;
    }

    /// Counts everybody whom another one counted.
    pub fn merge(&mut self, other: &Self) {
        for (stage, people) in &other.0 {
            self.add_many(*stage, *people);
        }
    }

    /// People at this stage.
    #[must_use]
    pub fn at(&self, stage: Stage) -> u64 {
        self.0.get(&stage).copied().unwrap_or(0)
    }

    /// People at this stage or beyond it.
    #[must_use]
    pub fn reached(&self, stage: Stage) -> u64 {
        self.0.range(stage..).map(|(_, people)| people).sum()
    }

    /// Everybody.
    #[must_use]
    pub fn people(&self) -> u64 {
        self.0.values().sum()
    }
}

/// When a wave is, and how many people it brings to the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Its first second.
    pub starts: UnixSecond,
    /// The second after its last.
    pub ends: UnixSecond,
    /// How many people; none for everybody who is meant.
    pub target: Option<u64>,
}

impl Plan {
    /// How many people the wave is to bring to the end, of so many that are meant.
    #[must_use]
    pub fn goal(&self, people: u64) -> u64 {
        self.target.map_or(people, |target| target.min(people))
    }

    /// How many should be at the end by now, if each day brings as many as the others.
    #[must_use]
    pub fn expected(&self, people: u64, now: UnixSecond) -> u64 {
        let goal = self.goal(people);
        let whole = self.ends.get().saturating_sub(self.starts.get());
        let gone = now.get().saturating_sub(self.starts.get());
        if gone <= 0 {
            return 0;
        }
        if gone >= whole {
            return goal;
        }
        let part = i128::from(goal) * i128::from(gone) / i128::from(whole);
        u64::try_from(part).unwrap_or(goal)
    }

    /// Whether fewer people are at the end than the plan expects by now.
    #[must_use]
    pub fn is_behind(&self, progress: &Progress, now: UnixSecond) -> bool {
        progress.at(Stage::Confirmed) < self.expected(progress.people(), now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::register::Event;

    const START: UnixSecond = UnixSecond::new(1_795_305_600);

    fn plan(days: i64, target: Option<u64>) -> Plan {
        Plan { starts: START, ends: START.plus(days * DAY), target }
    }

    #[test]
    fn a_plan_expects_an_equal_part_each_day() {
        let plan = plan(10, Some(50));
        let expected = |days| plan.expected(80, START.plus(days * DAY));
        assert_eq!([-3, 0, 1, 5, 9, 10, 99].map(expected), [0, 0, 5, 25, 45, 50, 50]);
        assert_eq!(plan.goal(20), 20, "nobody enrolls more people than there are");
    }

    #[test]
    fn a_stage_has_a_time_after_which_one_is_stuck() {
        let stuck = |stage: Stage, days: i64| stage.is_stuck(START, START.plus(days * DAY + 1));
        assert!(!stuck(Stage::Invited, 2) && stuck(Stage::Invited, 3));
        assert!(!stuck(Stage::WaitingForCertificate, 29), "outside authorities take weeks");
        assert!(!stuck(Stage::Confirmed, 9_999));
    }

    proptest! {
        #[test]
        fn counts_add_up_however_people_stand(
            units in proptest::collection::vec(
                proptest::collection::vec(proptest::sample::select(&Stage::ALL[..]), 0..40), 0..8,
            ),
        ) {
            let mut whole = Progress::default();
            let mut each = Progress::default();
            for stages in &units {
                let mut unit = Progress::default();
                for stage in stages {
                    unit.add(*stage);
                    each.add(*stage);
                }
                prop_assert_eq!(unit.people(), stages.len() as u64);
                whole.merge(&unit);
            }
            prop_assert_eq!(&whole, &each);
            let parts: u64 = Stage::ALL.iter().map(|stage| whole.at(*stage)).sum();
            prop_assert_eq!(parts, whole.people());
            prop_assert_eq!(whole.reached(Stage::NotInvited), whole.people());
            for pair in Stage::ALL.windows(2) {
                let (before, after) = (whole.reached(pair[0]), whole.reached(pair[1]));
                prop_assert_eq!(before - after, whole.at(pair[0]));
            }
        }

        #[test]
        fn what_is_expected_grows_to_the_goal_and_no_further(
            days in 0_i64..400, target in proptest::option::of(0_u64..5_000),
            people in 0_u64..5_000, one in -400_i64..800, more in 0_i64..400,
        ) {
            let plan = plan(days, target);
            let at = |day: i64| plan.expected(people, START.plus(day * DAY));
            prop_assert!(at(one) <= at(one + more));
            prop_assert!(at(one) <= plan.goal(people));
            prop_assert_eq!(at(days.max(1)), plan.goal(people));
            let mut progress = Progress::default();
            (0..plan.goal(people)).for_each(|_| progress.add(Stage::Confirmed));
            prop_assert!(!plan.is_behind(&progress, START.plus(one * DAY)), "all are there");
        }

        #[test]
        fn no_event_of_an_enrollment_leads_back(
            tries in proptest::collection::vec(proptest::sample::select(Event::ALL), 0..30),
        ) {
            let mut state: Option<State> = None;
            let mut furthest = None;
            for event in tries {
                let next = state.map_or_else(|| State::first(event), |state| state.after(event));
                let Ok(next) = next else { continue };
                state = Some(next);
                // Over is over: then the person begins again with another entry.
                let Some(stage) = Stage::of(next) else { break };
                prop_assert!(furthest <= Some(stage), "{event:?} leads back to {stage:?}");
                furthest = Some(stage);
            }
        }
    }
}
