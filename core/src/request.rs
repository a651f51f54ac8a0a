//! A request: one document's route through the people who sign it.
//!
//! Steps run in order; a step may have several signers, all of whom or some number of whom must
//! decide. Every transition consumes the route and returns the next one, so a decision on a step
//! that is not open has no route to return.

use serde::{Deserialize, Serialize};

use crate::decision::{DecisionHash, Verb};
use crate::env::Timestamp;
use crate::id::PersonId;

/// Most steps of one request.
pub const MAX_STEPS: usize = 32;
/// Most signers of one step.
pub const MAX_SIGNERS: usize = 32;

/// A step's place in the route, from 1.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    minicbor::Encode,
    minicbor::Decode,
)]
#[serde(transparent)]
#[cbor(transparent)]
pub struct StepNumber(#[n(0)] pub u16);

/// What a step asks of its signers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Reads and agrees; the document is not signed.
    Review,
    /// Ký nháy: agrees, and signs the document only where the template says so.
    Initial,
    /// Ký số cá nhân: signs the document.
    Approve,
    /// Ký số cơ quan: the clerk seals the document.
    Seal,
    /// Receives a copy; nothing is decided.
    Receive,
}

impl Role {
    /// Whether an approval in this role signs the document itself.
    #[must_use]
    pub fn signs_document(self) -> bool {
        matches!(self, Self::Approve | Self::Seal)
    }
}

/// How many signers of a step must approve before the next one opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quorum {
    /// Every one.
    All,
    /// At least this many (n of m), from 1.
    AtLeast(u16),
}

/// Where one signer's part of a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum Assignment {
    /// An earlier step is not finished.
    Waiting,
    /// May decide now.
    Open,
    /// Has decided.
    Decided {
        /// What was decided.
        verb: Verb,
        /// Which statement decided it.
        decision: DecisionHash,
        /// When it was recorded.
        at: Timestamp,
    },
    /// Not needed any more: the step's quorum was reached or the request ended.
    Released,
}

/// One signer of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signer {
    /// Who.
    pub person: PersonId,
    /// How far.
    pub assignment: Assignment,
    /// Who decided in this person's place, where somebody did.
    pub by: Option<PersonId>,
}

/// One step of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it asks.
    pub role: Role,
    /// How many must approve.
    pub quorum: Quorum,
    /// Who may decide, each person once.
    pub signers: Vec<Signer>,
}

/// Where the whole request stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "state")]
pub enum RouteState {
    /// A step is open.
    Open {
        /// Which.
        step: StepNumber,
    },
    /// All steps are done.
    Completed,
    /// A signer refused; the request has ended.
    Rejected,
    /// A signer sent it back for a new version.
    Returned,
    /// The submitter took it back.
    Recalled,
    /// Its time ran out.
    Expired,
}

/// A request's steps and where they stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    steps: Vec<Step>,
    state: RouteState,
}

/// A route that cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidRoute {
    /// No step.
    #[error("a request needs at least one step")]
    NoStep,
    /// Too many steps.
    #[error("a request has at most {MAX_STEPS} steps")]
    TooManySteps,
    /// Nobody to decide.
    #[error("step {0:?} has no signer")]
    NoSigner(StepNumber),
    /// Too many signers.
    #[error("step {0:?} has more than {MAX_SIGNERS} signers")]
    TooManySigners(StepNumber),
    /// The same person twice in one step.
    #[error("step {0:?} names a person twice")]
    PersonTwice(StepNumber),
    /// More approvals asked than signers there are, or none.
    #[error("step {0:?} asks for a number of approvals it cannot get")]
    Quorum(StepNumber),
}

/// The decision does not fit where the route stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransitionError {
    /// The request has ended.
    #[error("the request has ended")]
    Ended,
    /// Another step is open.
    #[error("step {open:?} is open, not this one")]
    NotOpen {
        /// The open step.
        open: StepNumber,
    },
    /// The person is not a signer of the step.
    #[error("the person is not a signer of this step")]
    NotSigner,
    /// The person has decided already.
    #[error("already decided")]
    AlreadyDecided {
        /// By which statement.
        decision: DecisionHash,
    },
    /// The step no longer needs this person.
    #[error("the step no longer needs this person")]
    Released,
    /// The person who would take the part over, or decide in another's place, has one in this step already.
    #[error("the person has a part in this step already")]
    AlreadySigner,
}

impl Route {
    /// A new route with its first step open.
    pub fn start(steps: Vec<(Role, Quorum, Vec<PersonId>)>) -> Result<Self, InvalidRoute> {
        if steps.is_empty() {
            return Err(InvalidRoute::NoStep);
        }
        if steps.len() > MAX_STEPS {
            return Err(InvalidRoute::TooManySteps);
        }
        let mut built = Vec::with_capacity(steps.len());
        for (index, (role, quorum, people)) in steps.into_iter().enumerate() {
            check_step(number(index), quorum, &people)?;
            let assignment = if index == 0 { Assignment::Open } else { Assignment::Waiting };
            let signers =
                people.into_iter().map(|person| Signer::new(person, assignment)).collect();
            built.push(Step { role, quorum, signers });
        }
        Ok(Self { steps: built, state: RouteState::Open { step: number(0) } })
    }

    /// A route as it was stored.
    pub fn restore(steps: Vec<Step>, state: RouteState) -> Result<Self, InvalidRoute> {
        if steps.is_empty() {
            return Err(InvalidRoute::NoStep);
        }
        if let RouteState::Open { step } = state
            && index_of(step).is_none_or(|index| index >= steps.len())
        {
            return Err(InvalidRoute::NoStep);
        }
        Ok(Self { steps, state })
    }

    /// The steps, in order; the first has number 1.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// One step.
    #[must_use]
    pub fn step(&self, number: StepNumber) -> Option<&Step> {
        index_of(number).and_then(|index| self.steps.get(index))
    }

    /// Where the request stands.
    #[must_use]
    pub fn state(&self) -> RouteState {
        self.state
    }

    /// Records what `person` decided on `step`, and moves on as far as that carries.
    pub fn decide(
        self,
        step: StepNumber,
        person: PersonId,
        verb: Verb,
        decision: DecisionHash,
        at: Timestamp,
    ) -> Result<Self, TransitionError> {
        self.decide_for(step, person, person, verb, decision, at)
    }

    /// Records what `by` decided in the place of `principal`. One person has one voice in a step: nobody decides for
    /// another where they have a part themselves, or have decided for somebody else.
    pub fn decide_for(
        mut self,
        step: StepNumber,
        principal: PersonId,
        by: PersonId,
        verb: Verb,
        decision: DecisionHash,
        at: Timestamp,
    ) -> Result<Self, TransitionError> {
        let (index, signer) = self.open_signer(step, principal)?;
        let signers = &mut self.steps[index].signers;
        if by != principal {
            if signers.iter().any(|signer| signer.person == by || signer.by == Some(by)) {
                return Err(TransitionError::AlreadySigner);
            }
            signers[signer].by = Some(by);
        }
        signers[signer].assignment = Assignment::Decided { verb, decision, at };
        match verb {
            Verb::Reject => Ok(self.end(RouteState::Rejected)),
            Verb::Return => Ok(self.end(RouteState::Returned)),
            Verb::Approve if self.steps[index].is_satisfied() => Ok(self.advance(index)),
            Verb::Approve => Ok(self),
        }
    }

    /// Ends an open request because its submitter took it back.
    pub fn recall(self) -> Result<Self, TransitionError> {
        self.require_open()?;
        Ok(self.end(RouteState::Recalled))
    }

    /// Ends an open request because somebody whom it waits for can no longer act; its submitter makes
    /// a new version.
    pub fn send_back(self) -> Result<Self, TransitionError> {
        self.require_open()?;
        Ok(self.end(RouteState::Returned))
    }

    /// Hands what waits for one person to another one: the first is released, the second has the same
    /// part, at the end of the step's list.
    pub fn hand_on(
        mut self,
        step: StepNumber,
        from: PersonId,
        to: PersonId,
    ) -> Result<Self, TransitionError> {
        self.require_open()?;
        let index = index_of(step).filter(|index| *index < self.steps.len());
        let signers = &mut self.steps[index.ok_or(TransitionError::NotSigner)?].signers;
        let place = signers.iter().position(|signer| signer.person == from);
        let place = place.ok_or(TransitionError::NotSigner)?;
        let has_voice = |signer: &Signer| signer.person == to || signer.by == Some(to);
        if signers.iter().any(has_voice) || signers.len() >= MAX_SIGNERS {
            return Err(TransitionError::AlreadySigner);
        }
        let assignment = signers[place].assignment;
        match assignment {
            Assignment::Open | Assignment::Waiting => {}
            Assignment::Released => return Err(TransitionError::Released),
            Assignment::Decided { decision, .. } => {
                return Err(TransitionError::AlreadyDecided { decision });
            }
        }
        signers[place].assignment = Assignment::Released;
        signers.push(Signer::new(to, assignment));
        Ok(self)
    }

    /// Ends an open request because its time ran out.
    pub fn expire(self) -> Result<Self, TransitionError> {
        self.require_open()?;
        Ok(self.end(RouteState::Expired))
    }

    fn require_open(&self) -> Result<StepNumber, TransitionError> {
        match self.state {
            RouteState::Open { step } => Ok(step),
            _ => Err(TransitionError::Ended),
        }
    }

    fn open_signer(
        &self,
        step: StepNumber,
        person: PersonId,
    ) -> Result<(usize, usize), TransitionError> {
        let index = index_of(step).filter(|index| *index < self.steps.len());
        let index = index.ok_or(TransitionError::NotSigner)?;
        let signer = self.steps[index].signers.iter().position(|s| s.person == person);
        let signer = signer.ok_or(TransitionError::NotSigner)?;
        // What was recorded for this person matters more to them than where the request stands.
        match self.steps[index].signers[signer].assignment {
            Assignment::Decided { decision, .. } => {
                Err(TransitionError::AlreadyDecided { decision })
            }
            Assignment::Open => Ok((index, signer)),
            Assignment::Waiting => match self.require_open() {
                Ok(open) => Err(TransitionError::NotOpen { open }),
                Err(ended) => Err(ended),
            },
            Assignment::Released => match self.state {
                RouteState::Open { .. } | RouteState::Completed => Err(TransitionError::Released),
                _ => Err(TransitionError::Ended),
            },
        }
    }

    fn advance(mut self, finished: usize) -> Self {
        release_open(&mut self.steps[finished]);
        let next = finished + 1;
        match self.steps.get_mut(next) {
            None => self.state = RouteState::Completed,
            Some(step) => {
                // Whoever handed the part on stays released.
                let waiting = |signer: &&mut Signer| signer.assignment == Assignment::Waiting;
                for signer in step.signers.iter_mut().filter(waiting) {
                    signer.assignment = Assignment::Open;
                }
                self.state = RouteState::Open { step: number(next) };
            }
        }
        self
    }

    fn end(mut self, state: RouteState) -> Self {
        self.steps.iter_mut().for_each(release_open);
        self.state = state;
        self
    }
}

impl Step {
    fn is_satisfied(&self) -> bool {
        let approved = self.signers.iter().filter(|s| s.has_approved()).count();
        match self.quorum {
            // In a step that is open, released is only whose part went to somebody else.
            Quorum::All => {
                let mut asked = self.signers.iter();
                asked.all(|s| s.has_approved() || s.assignment == Assignment::Released)
            }
            Quorum::AtLeast(needed) => approved >= usize::from(needed),
        }
    }
}

impl Signer {
    /// Somebody whose part stands so, and in whose place nobody has decided.
    #[must_use]
    pub fn new(person: PersonId, assignment: Assignment) -> Self {
        Self { person, assignment, by: None }
    }

    fn has_approved(&self) -> bool {
        matches!(self.assignment, Assignment::Decided { verb: Verb::Approve, .. })
    }
}

fn release_open(step: &mut Step) {
    for signer in &mut step.signers {
        if matches!(signer.assignment, Assignment::Open | Assignment::Waiting) {
            signer.assignment = Assignment::Released;
        }
    }
}

fn check_step(number: StepNumber, quorum: Quorum, people: &[PersonId]) -> Result<(), InvalidRoute> {
    if people.is_empty() {
        return Err(InvalidRoute::NoSigner(number));
    }
    if people.len() > MAX_SIGNERS {
        return Err(InvalidRoute::TooManySigners(number));
    }
    let mut unique = people.to_vec();
    unique.sort_unstable();
    unique.dedup();
    if unique.len() != people.len() {
        return Err(InvalidRoute::PersonTwice(number));
    }
    match quorum {
        Quorum::AtLeast(n) if n == 0 || usize::from(n) > people.len() => {
            Err(InvalidRoute::Quorum(number))
        }
        _ => Ok(()),
    }
}

fn number(index: usize) -> StepNumber {
    StepNumber(u16::try_from(index + 1).expect("a route has at most MAX_STEPS steps"))
}

fn index_of(number: StepNumber) -> Option<usize> {
    usize::from(number.0).checked_sub(1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::digest::Sha256;

    fn person(n: u8) -> PersonId {
        PersonId::from_bytes([n; 16])
    }

    fn decision(n: usize) -> DecisionHash {
        DecisionHash(Sha256::of(&n.to_be_bytes()))
    }

    const AT: Timestamp = Timestamp::from_millis(1_760_000_000_000);

    fn two_steps() -> Route {
        Route::start(vec![
            (Role::Review, Quorum::AtLeast(1), vec![person(1), person(2)]),
            (Role::Approve, Quorum::All, vec![person(3), person(4)]),
        ])
        .unwrap()
    }

    #[test]
    fn a_step_opens_only_after_the_one_before() {
        let early = two_steps().decide(StepNumber(2), person(3), Verb::Approve, decision(0), AT);
        assert_eq!(early, Err(TransitionError::NotOpen { open: StepNumber(1) }));
    }

    #[test]
    fn one_of_two_reviewers_releases_the_other_and_opens_the_next_step() {
        let route =
            two_steps().decide(StepNumber(1), person(2), Verb::Approve, decision(0), AT).unwrap();
        assert_eq!(route.state(), RouteState::Open { step: StepNumber(2) });
        assert_eq!(route.steps()[0].signers[0].assignment, Assignment::Released);
        let late = route.decide(StepNumber(1), person(1), Verb::Approve, decision(1), AT);
        assert_eq!(late, Err(TransitionError::Released));
    }

    #[test]
    fn a_rejection_ends_the_request_for_everyone() {
        let route =
            two_steps().decide(StepNumber(1), person(1), Verb::Reject, decision(0), AT).unwrap();
        assert_eq!(route.state(), RouteState::Rejected);
        for (step, who) in [(1, 2), (2, 3), (2, 4)] {
            let late =
                route.clone().decide(StepNumber(step), person(who), Verb::Approve, decision(1), AT);
            assert_eq!(late, Err(TransitionError::Ended));
        }
    }

    #[test]
    fn routes_that_could_never_end_are_refused() {
        let refused = |steps| Route::start(steps).unwrap_err();
        let step = StepNumber(1);
        assert_eq!(refused(vec![]), InvalidRoute::NoStep);
        assert_eq!(
            refused(vec![(Role::Approve, Quorum::All, vec![])]),
            InvalidRoute::NoSigner(step)
        );
        assert_eq!(
            refused(vec![(Role::Approve, Quorum::AtLeast(2), vec![person(1)])]),
            InvalidRoute::Quorum(step)
        );
        assert_eq!(
            refused(vec![(Role::Approve, Quorum::AtLeast(0), vec![person(1)])]),
            InvalidRoute::Quorum(step)
        );
        assert_eq!(
            refused(vec![(Role::Approve, Quorum::All, vec![person(1), person(1)])]),
            InvalidRoute::PersonTwice(step)
        );
    }

    fn routes() -> impl Strategy<Value = Route> {
        prop::collection::vec((1_u16..5, 0_u16..5), 1..5).prop_map(|steps| {
            let steps = steps
                .into_iter()
                .map(|(signers, needed)| {
                    let people = (0..signers).map(|n| person(u8::try_from(n).unwrap())).collect();
                    let quorum = match needed {
                        0 => Quorum::All,
                        n => Quorum::AtLeast(n.min(signers)),
                    };
                    (Role::Approve, quorum, people)
                })
                .collect();
            Route::start(steps).unwrap()
        })
    }

    fn verbs() -> impl Strategy<Value = Verb> {
        prop_oneof![8 => Just(Verb::Approve), 1 => Just(Verb::Reject), 1 => Just(Verb::Return)]
    }

    #[test]
    fn what_was_handed_on_is_decided_by_the_one_who_has_it() {
        let route = two_steps().hand_on(StepNumber(2), person(3), person(5)).unwrap();
        let route = route.hand_on(StepNumber(1), person(1), person(6)).unwrap();
        let late = route.clone().decide(StepNumber(1), person(1), Verb::Approve, decision(0), AT);
        assert_eq!(late, Err(TransitionError::Released));
        let route = route.decide(StepNumber(1), person(6), Verb::Approve, decision(1), AT).unwrap();
        let route = route.decide(StepNumber(2), person(4), Verb::Approve, decision(2), AT).unwrap();
        assert_eq!(route.state(), RouteState::Open { step: StepNumber(2) }, "one is missing");
        let late = route.clone().decide(StepNumber(2), person(3), Verb::Approve, decision(3), AT);
        assert_eq!(late, Err(TransitionError::Released));
        let twice = route.clone().hand_on(StepNumber(2), person(5), person(4));
        assert_eq!(twice, Err(TransitionError::AlreadySigner));
        let route = route.decide(StepNumber(2), person(5), Verb::Approve, decision(4), AT).unwrap();
        assert_eq!(route.state(), RouteState::Completed);
        let over = route.hand_on(StepNumber(2), person(5), person(7));
        assert_eq!(over, Err(TransitionError::Ended));
    }

    #[test]
    fn one_of_principal_and_delegate_decides_and_nobody_has_two_voices() {
        let (step, approve) = (StepNumber(1), Verb::Approve);
        let route = Route::start(vec![
            (Role::Review, Quorum::All, vec![person(1), person(2)]),
            (Role::Approve, Quorum::All, vec![person(3)]),
        ]);
        let route = route.unwrap();
        let own = route.clone().decide_for(step, person(1), person(2), approve, decision(0), AT);
        assert_eq!(own, Err(TransitionError::AlreadySigner));
        let stranger =
            route.clone().decide_for(step, person(7), person(8), approve, decision(0), AT);
        assert_eq!(stranger, Err(TransitionError::NotSigner));
        let early =
            route.clone().decide_for(StepNumber(2), person(3), person(8), approve, decision(0), AT);
        assert_eq!(early, Err(TransitionError::NotOpen { open: step }));
        let route = route.decide_for(step, person(1), person(8), approve, decision(1), AT).unwrap();
        assert_eq!(route.steps()[0].signers[0].by, Some(person(8)));
        let late = route.clone().decide(step, person(1), Verb::Reject, decision(2), AT);
        assert_eq!(late, Err(TransitionError::AlreadyDecided { decision: decision(1) }));
        let second = route.clone().decide_for(step, person(2), person(8), approve, decision(3), AT);
        assert_eq!(second, Err(TransitionError::AlreadySigner));
        let handed = route.clone().hand_on(step, person(2), person(8));
        assert_eq!(handed, Err(TransitionError::AlreadySigner));
        let route = route.decide_for(step, person(2), person(9), approve, decision(4), AT).unwrap();
        assert_eq!(route.state(), RouteState::Open { step: StepNumber(2) });
    }

    #[test]
    fn a_request_that_is_sent_back_waits_for_nobody() {
        let route = two_steps().send_back().unwrap();
        assert_eq!(route.state(), RouteState::Returned);
        let late = route.clone().decide(StepNumber(1), person(1), Verb::Approve, decision(0), AT);
        assert_eq!(late, Err(TransitionError::Ended));
        assert_eq!(route.send_back(), Err(TransitionError::Ended));
    }

    /// Whatever must hold of any route, however it came about.
    fn assert_sound(route: &Route) {
        let open: Vec<usize> = (0..route.steps.len())
            .filter(|i| route.steps[*i].signers.iter().any(|s| s.assignment == Assignment::Open))
            .collect();
        match route.state {
            RouteState::Open { step } => {
                assert_eq!(open, vec![usize::from(step.0) - 1], "only the open step may decide");
                for done in &route.steps[..usize::from(step.0) - 1] {
                    assert!(done.is_satisfied(), "a step was passed without its quorum");
                }
            }
            RouteState::Completed => {
                assert!(open.is_empty());
                assert!(route.steps.iter().all(Step::is_satisfied));
            }
            _ => assert!(open.is_empty(), "an ended request still takes decisions"),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn no_order_of_decisions_skips_a_step_or_decides_twice(
            route in routes(),
            moves in prop::collection::vec((1_u16..6, 0_u8..5, verbs()), 0..40),
        ) {
            let mut route = route;
            assert_sound(&route);
            for (n, (step, who, verb)) in moves.into_iter().enumerate() {
                let before = route.clone();
                match route.clone().decide(StepNumber(step), person(who), verb, decision(n), AT) {
                    Ok(next) => {
                        prop_assert_eq!(before.state(), RouteState::Open { step: StepNumber(step) });
                        assert_sound(&next);
                        let again = next.clone().decide(
                            StepNumber(step), person(who), verb, decision(n + 1_000), AT);
                        prop_assert_eq!(
                            again,
                            Err(TransitionError::AlreadyDecided { decision: decision(n) })
                        );
                        route = next;
                    }
                    Err(_) => prop_assert_eq!(&route, &before),
                }
            }
        }

        #[test]
        fn whoever_decides_for_others_has_one_voice_in_a_step(
            route in routes(),
            moves in prop::collection::vec((1_u16..6, 0_u8..5, 0_u8..9, verbs()), 0..40),
        ) {
            let mut route = route;
            for (n, (step, principal, by, verb)) in moves.into_iter().enumerate() {
                let (step, principal, by) = (StepNumber(step), person(principal), person(by));
                let next = route.clone().decide_for(step, principal, by, verb, decision(n), AT);
                let Ok(next) = next else { continue };
                prop_assert_eq!(route.state(), RouteState::Open { step });
                assert_sound(&next);
                for of in next.steps() {
                    let decided = |s: &&Signer| matches!(s.assignment, Assignment::Decided { .. });
                    let voices = of.signers.iter().filter(decided).map(|s| s.by.unwrap_or(s.person));
                    let mut voices: Vec<PersonId> = voices.collect();
                    let delegates = of.signers.iter().filter_map(|s| s.by);
                    let signs = |by: PersonId| of.signers.iter().any(|s| s.person == by);
                    prop_assert!(delegates.into_iter().all(|by| !signs(by)));
                    let count = voices.len();
                    voices.sort_unstable();
                    voices.dedup();
                    prop_assert_eq!(voices.len(), count);
                }
                route = next;
            }
        }

        #[test]
        fn handing_on_neither_adds_nor_loses_a_part(
            route in routes(),
            moves in prop::collection::vec(
                (1_u16..6, 0_u8..9, prop::option::of(0_u8..9), verbs()), 0..40),
        ) {
            let asked = |route: &Route, step: usize| {
                let mut signers = route.steps()[step].signers.iter();
                signers.by_ref().filter(|s| s.assignment != Assignment::Released).count()
            };
            let mut route = route;
            for (n, (step, who, to, verb)) in moves.into_iter().enumerate() {
                let number = StepNumber(step);
                let next = match to {
                    Some(to) => route.clone().hand_on(number, person(who), person(to)),
                    None => route.clone().decide(number, person(who), verb, decision(n), AT),
                };
                let Ok(next) = next else { continue };
                assert_sound(&next);
                let before = route.steps().iter().flat_map(|step| &step.signers);
                let released = before.filter(|s| s.assignment == Assignment::Released).count();
                let after = next.steps().iter().flat_map(|step| &step.signers);
                let still = after.filter(|s| s.assignment == Assignment::Released).count();
                prop_assert!(still >= released, "a released part came back");
                if let Some(to) = to {
                    let step = usize::from(step) - 1;
                    prop_assert_eq!(next.state(), route.state());
                    prop_assert_eq!(asked(&next, step), asked(&route, step));
                    let people: Vec<_> =
                        next.steps()[step].signers.iter().map(|s| s.person).collect();
                    prop_assert_eq!(people.last(), Some(&person(to)));
                    let again = next.clone().hand_on(number, person(who), person(to));
                    prop_assert!(again.is_err());
                }
                route = next;
            }
        }
    }
}
