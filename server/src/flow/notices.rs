//! When people are told what waits for them: rules as data, and what follows from them for one request.

use std::path::Path;

use jiff::civil::Date;
use serde::Deserialize;
use trien_core::document::Urgency;
use trien_core::env::UnixSecond;

use super::calendar::{Calendar, clock};
use super::forms::{Form, FormFault};
use crate::text::{first_second, local_date};

/// Most working hours that a rule may name.
const MAX_HOURS: u32 = 2000;
/// Longest quiet time, in minutes: what is held longer could be given up before it is told.
const MAX_QUIET: i64 = 14 * 60;
const DAY_MINUTES: i64 = 24 * 60;
/// How far ahead a working day is looked for.
const AHEAD: i64 = 366;

/// The rules of an office.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Notices {
    rule: Vec<Rule>,
    quiet: Option<Quiet>,
    digest: Option<Digest>,
}

/// What holds for documents of some urgencies; hours are working hours.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Rule {
    urgency: Vec<Urgency>,
    remind_after: Hours,
    remind_before: Hours,
    escalate_after: Option<Hours>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "u32")]
struct Hours(u32);

/// The hours in which no phone rings.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "WrittenQuiet")]
struct Quiet {
    /// Minutes from midnight.
    from: i64,
    to: i64,
    passes: Vec<Urgency>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenQuiet {
    from: String,
    to: String,
    #[serde(default)]
    passes: Vec<Urgency>,
}

/// The mail of each working day.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Digest {
    at: Clock,
    #[serde(default)]
    titles: bool,
}

/// Minutes from midnight.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
struct Clock(i64);

/// What a request says of its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// How soon it must move.
    pub urgency: Urgency,
    /// Since when its open step waits.
    pub since: UnixSecond,
    /// By when it is to be decided.
    pub due: Option<UnixSecond>,
    /// When somebody was last reminded of this step.
    pub reminded: Option<UnixSecond>,
    /// Whether this step was escalated.
    pub escalated: bool,
}

/// What is next for a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Next {
    /// When its signers are reminded.
    pub remind: Option<UnixSecond>,
    /// When it is escalated.
    pub escalate: Option<UnixSecond>,
}

impl Next {
    /// The earlier of the two.
    #[must_use]
    pub fn first(self) -> Option<UnixSecond> {
        [self.remind, self.escalate].into_iter().flatten().min()
    }
}

impl Form for Notices {
    const FILE: &'static str = "notices.toml";
    const BUILT_IN: &'static str = include_str!("../../assets/time/notices.toml");

    fn check(&self) -> Result<(), String> {
        Ok(())
    }
}

impl Notices {
    /// The data folder's own, or those that come with the program.
    pub fn of(data: &Path) -> Result<Self, FormFault> {
        Form::of(data)
    }

    /// What is next for a request that waits, in working time; nothing where no rule names its urgency.
    #[must_use]
    pub fn next(&self, calendar: &Calendar, of: &Waiting) -> Next {
        let Some(rule) = self.rule.iter().find(|rule| rule.urgency.contains(&of.urgency)) else {
            return Next::default();
        };
        let working = |at: Option<UnixSecond>| at.and_then(|at| calendar.next_working(at));
        let remind = match of.reminded {
            Some(last) => working(next_midnight(last)),
            None => {
                let after = calendar.after(of.since, rule.remind_after.seconds());
                let before =
                    of.due.and_then(|due| calendar.before(due, rule.remind_before.seconds()));
                // Who has just been told needs no reminder of it.
                let before = before.filter(|before| of.since < *before);
                working([after, before].into_iter().flatten().min())
            }
        };
        let escalate = rule.escalate_after.filter(|_| !of.escalated);
        let escalate = escalate.and_then(|hours| calendar.after(of.since, hours.seconds()));
        Next { remind, escalate: working(escalate) }
    }

    /// When a phone may be woken that would be woken now for a document of this urgency: later where these hours are quiet.
    #[must_use]
    pub fn quiet_until(&self, now: UnixSecond, urgency: Pressing) -> Option<UnixSecond> {
        let quiet = self.quiet.as_ref()?;
        let passes = quiet.passes.iter().any(|passing| urgency >= Pressing::of(*passing));
        if passes || urgency == Pressing::ASKED {
            return None;
        }
        let midnight = first_second(local_date(now))?;
        let minute = (now.get() - midnight.get()) / 60;
        let over_midnight = quiet.to <= quiet.from;
        let (evening, morning) = (minute >= quiet.from, minute < quiet.to);
        let days = match (over_midnight, evening, morning) {
            (true, true, _) => 1,
            (true, false, true) | (false, true, true) => 0,
            _ => return None,
        };
        Some(midnight.plus(days * 86_400 + quiet.to * 60))
    }

    /// When the mail of a working day is sent, the first one after a moment; none where there are no such mails.
    #[must_use]
    pub fn next_digest(&self, calendar: &Calendar, after: UnixSecond) -> Option<UnixSecond> {
        let digest = self.digest?;
        let mut day: Date = local_date(after);
        for _ in 0..AHEAD {
            let at = first_second(day)?.plus(digest.at.0 * 60);
            if calendar.day(day).works() && after < at {
                return Some(at);
            }
            day = day.tomorrow().ok()?;
        }
        None
    }

    /// Whether mails may name documents by their abstracts.
    #[must_use]
    pub fn mails_titles(&self) -> bool {
        self.digest.is_some_and(|digest| digest.titles)
    }
}

/// How much something presses: an urgency, or somebody who asks for it and waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pressing(pub u32);

impl Pressing {
    /// Somebody holds the phone and waits for it.
    pub const ASKED: Self = Self(9);

    /// That of an urgency.
    #[must_use]
    pub fn of(urgency: Urgency) -> Self {
        Self(match urgency {
            Urgency::Normal => 0,
            Urgency::Urgent => 1,
            Urgency::VeryUrgent => 2,
            Urgency::Flash => 3,
        })
    }
}

fn next_midnight(at: UnixSecond) -> Option<UnixSecond> {
    first_second(local_date(at).tomorrow().ok()?)
}

impl Hours {
    fn seconds(self) -> u32 {
        self.0 * 3600
    }
}

impl TryFrom<u32> for Hours {
    type Error = String;

    fn try_from(hours: u32) -> Result<Self, String> {
        if (1..=MAX_HOURS).contains(&hours) {
            return Ok(Self(hours));
        }
        Err(format!("say 1 to {MAX_HOURS} working hours, or leave `escalate-after` out"))
    }
}

impl TryFrom<String> for Clock {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let minutes = clock(&text).filter(|minutes| *minutes < DAY_MINUTES);
        minutes.map(Self).ok_or_else(|| format!("{text:?}: write a time as \"07:30\""))
    }
}

impl TryFrom<WrittenQuiet> for Quiet {
    type Error = String;

    fn try_from(written: WrittenQuiet) -> Result<Self, String> {
        let WrittenQuiet { from, to, passes } = written;
        let (from, to) = (Clock::try_from(from)?.0, Clock::try_from(to)?.0);
        let long = (to - from).rem_euclid(DAY_MINUTES);
        if long == 0 || long > MAX_QUIET {
            return Err("quiet hours last up to 14 hours; leave [quiet] out for none".to_owned());
        }
        Ok(Self { from, to, passes })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};
    use proptest::prelude::*;

    use super::*;

    fn at(day: Date, hour: i64, minute: i64) -> UnixSecond {
        first_second(day).unwrap().plus(hour * 3600 + minute * 60)
    }

    fn rules() -> Notices {
        Notices::read(Notices::BUILT_IN).unwrap()
    }

    fn waiting(urgency: Urgency, since: UnixSecond) -> Waiting {
        Waiting { urgency, since, due: None, reminded: None, escalated: false }
    }

    #[test]
    fn a_reminder_comes_after_a_day_or_before_the_deadline_and_then_once_a_working_day() {
        let (rules, calendar) = (rules(), Calendar::built_in());
        let friday = date(2026, 11, 27);
        let monday = date(2026, 11, 30);
        let new = waiting(Urgency::Normal, at(friday, 10, 0));
        let next = rules.next(&calendar, &new);
        assert_eq!(next.remind, Some(at(monday, 10, 0)));
        assert_eq!(next.escalate, Some(at(date(2026, 12, 2), 10, 0)));
        let soon = Waiting { due: Some(at(friday, 17, 0)), ..new };
        assert_eq!(rules.next(&calendar, &soon).remind, Some(at(friday, 13, 0)));
        // Due at once: who was told a moment ago is not told again.
        let at_once = Waiting { due: Some(at(friday, 11, 0)), ..new };
        assert_eq!(rules.next(&calendar, &at_once).remind, Some(at(monday, 10, 0)));
        let again = Waiting { reminded: Some(at(friday, 13, 0)), escalated: true, ..soon };
        assert_eq!(rules.next(&calendar, &again).remind, Some(at(monday, 8, 0)));
        assert_eq!(rules.next(&calendar, &again).escalate, None);
        let flash = waiting(Urgency::Flash, at(friday, 11, 0));
        assert_eq!(rules.next(&calendar, &flash).first(), Some(at(friday, 13, 0)));
    }

    #[test]
    fn the_night_is_quiet_but_for_what_passes_and_for_who_asks() {
        let rules = rules();
        let day = date(2026, 11, 27);
        let normal = Pressing::of(Urgency::Normal);
        let until = |hour, minute| rules.quiet_until(at(day, hour, minute), normal);
        assert_eq!(until(20, 59), None);
        assert_eq!(until(21, 0), Some(at(date(2026, 11, 28), 6, 30)));
        assert_eq!(until(6, 29), Some(at(day, 6, 30)));
        assert_eq!(until(6, 30), None);
        for urgency in [Pressing::of(Urgency::Flash), Pressing::ASKED] {
            assert_eq!(rules.quiet_until(at(day, 23, 0), urgency), None);
        }
        let noon = Notices::BUILT_IN.replace("21:00", "11:30").replace("06:30", "13:30");
        let noon = Notices::read(&noon).unwrap();
        assert_eq!(noon.quiet_until(at(day, 12, 0), normal), Some(at(day, 13, 30)));
        assert_eq!(noon.quiet_until(at(day, 11, 0), normal), None);
        assert_eq!(noon.quiet_until(at(day, 14, 0), normal), None);
    }

    #[test]
    fn the_mail_of_the_day_comes_on_working_days() {
        let (rules, calendar) = (rules(), Calendar::built_in());
        let next = |from| rules.next_digest(&calendar, from);
        let (friday, monday) = (date(2026, 11, 27), date(2026, 11, 30));
        assert_eq!(next(at(friday, 7, 0)), Some(at(friday, 7, 30)));
        assert_eq!(next(at(friday, 7, 30)), Some(at(monday, 7, 30)));
        assert_eq!(next(at(date(2026, 2, 13), 8, 0)), Some(at(date(2026, 2, 23), 7, 30)));
    }

    #[test]
    fn a_fault_in_the_rules_names_its_line() {
        let good = Notices::BUILT_IN;
        for (from, to, told) in [
            ("escalate-after = 24", "escalate-after = 0", "leave `escalate-after` out"),
            ("\"flash\"", "\"blitz\"", "blitz"),
            ("to = \"06:30\"", "to = \"21:00\"", "14 hours"),
            ("to = \"06:30\"", "to = \"6.30\"", "write a time"),
            ("at = \"07:30\"", "at = \"24:00\"", "write a time"),
            ("titles = false", "subjects = false", "subjects"),
        ] {
            let fault = Notices::read(&good.replacen(from, to, 1)).unwrap_err();
            assert!(fault.contains(told) && fault.contains("line "), "{to}: {fault}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn nobody_is_reminded_outside_working_time_or_twice_a_day(
            since in 1_767_200_000_i64..1_800_000_000, due in prop::option::of(0_i64..3_000_000),
            urgency in 0..4_usize,
        ) {
            let (rules, calendar) = (rules(), Calendar::built_in());
            let all = [Urgency::Normal, Urgency::Urgent, Urgency::VeryUrgent, Urgency::Flash];
            let since = UnixSecond::new(since);
            let due = due.map(|due| since.plus(due));
            let mut of = Waiting { due, ..waiting(all[urgency], since) };
            let mut days = std::collections::BTreeSet::new();
            for _ in 0..8 {
                let next = rules.next(&calendar, &of);
                let remind = next.remind.unwrap();
                prop_assert!(calendar.is_working(remind) && remind > since);
                prop_assert!(days.insert(local_date(remind)));
                prop_assert!(next.escalate.is_some_and(|at| calendar.is_working(at)));
                of.reminded = Some(remind);
            }
        }
    }
}
