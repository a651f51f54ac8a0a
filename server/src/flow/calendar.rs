//! Working time: in which hours of which days an office works, and what so many working hours later is.
//!
//! It is data in a file, because provinces set their own hours and holidays are announced each year.

mod written;

use std::collections::BTreeMap;
use std::path::Path;

use jiff::Span as JiffSpan;
use jiff::civil::{Date, Weekday};
use trien_core::env::UnixSecond;

use super::forms::{Form, FormFault};
use crate::text::{first_second, local_date};
pub use written::clock;
use written::{Fixed, Hours, Written};

/// How far ahead or back a moment is looked for, in days: a calendar without working days ends the search.
const MAX_DAYS: u32 = 4 * 366;
/// The years whose fixed holidays are made up for.
const YEARS: std::ops::RangeInclusive<i16> = 2020..=2120;

/// An office's working time.
#[derive(Clone, Debug)]
pub struct Calendar {
    hours: Hours,
    days: Vec<Weekday>,
    fixed: Vec<Fixed>,
    announced: BTreeMap<Date, Announced>,
    /// Days off for a fixed holiday on a day without work.
    made_up: BTreeMap<Date, usize>,
}

/// What was announced for one day.
#[derive(Clone, Debug)]
struct Announced {
    works: bool,
    name: String,
    draft: bool,
}

/// What a day is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Day<'a> {
    /// A working day of the week.
    Works,
    /// A day that is worked although it would be off, and why.
    WorksFor(&'a str),
    /// A day of the week without work.
    Free,
    /// A holiday, or a day off that was announced, and which.
    Off(&'a str),
    /// The day off for a holiday that fell on a day without work.
    OffFor(&'a str),
}

impl Day<'_> {
    /// Whether people work on it.
    #[must_use]
    pub fn works(&self) -> bool {
        matches!(self, Self::Works | Self::WorksFor(_))
    }
}

impl Calendar {
    /// The data folder's own, or the one that comes with the program.
    pub fn of(data: &Path) -> Result<Self, FormFault> {
        Written::of(data).map(Self::from)
    }

    /// The one that comes with the program.
    #[must_use]
    pub fn built_in() -> Self {
        Self::read(Written::BUILT_IN).expect("a test reads it")
    }

    /// Reads one; what is wrong with it, with the line, is for the administrator.
    pub fn read(text: &str) -> Result<Self, String> {
        Written::read(text).map(Self::from)
    }

    /// What a day is.
    #[must_use]
    pub fn day(&self, day: Date) -> Day<'_> {
        if let Some(announced) = self.announced.get(&day) {
            let name = &announced.name;
            return if announced.works { Day::WorksFor(name) } else { Day::Off(name) };
        }
        if let Some(fixed) = self.fixed.iter().find(|fixed| fixed.is(day)) {
            return Day::Off(&fixed.name);
        }
        if let Some(fixed) = self.made_up.get(&day).and_then(|at| self.fixed.get(*at)) {
            return Day::OffFor(&fixed.name);
        }
        if self.days.contains(&day.weekday()) { Day::Works } else { Day::Free }
    }

    /// Whether people work at a moment.
    #[must_use]
    pub fn is_working(&self, at: UnixSecond) -> bool {
        self.spans(local_date(at)).iter().any(|span| span.0 <= at && at < span.1)
    }

    /// The moment itself where people work then, or when they next begin; none where they never do.
    #[must_use]
    pub fn next_working(&self, at: UnixSecond) -> Option<UnixSecond> {
        self.spans_from(at).map(|span| span.0.max(at)).next()
    }

    /// When so many seconds of work will have passed: never outside working time, but for no seconds at all.
    #[must_use]
    pub fn after(&self, from: UnixSecond, seconds: u32) -> Option<UnixSecond> {
        let mut left = i64::from(seconds);
        if left == 0 {
            return Some(from);
        }
        for (begins, ends) in self.spans_from(from) {
            let begins = begins.max(from);
            let there = ends.get() - begins.get();
            if left <= there {
                return Some(begins.plus(left));
            }
            left -= there;
        }
        None
    }

    /// The latest moment from which so many seconds of work are left until `to`.
    #[must_use]
    pub fn before(&self, to: UnixSecond, seconds: u32) -> Option<UnixSecond> {
        let mut left = i64::from(seconds);
        if left == 0 {
            return Some(to);
        }
        for (begins, ends) in self.spans_to(to) {
            let ends = ends.min(to);
            let there = ends.get() - begins.get();
            if left <= there {
                return Some(ends.plus(-left));
            }
            left -= there;
        }
        None
    }

    /// The years from `year` on for which nothing was announced, or only a draft, up to the next one.
    #[must_use]
    pub fn unannounced(&self, year: i16) -> Vec<i16> {
        let announced = |year: i16| {
            let mut off = self.announced.iter().filter(|(day, _)| day.year() == year).peekable();
            off.peek().is_some() && off.all(|(_, announced)| !announced.draft)
        };
        [year, year + 1].into_iter().filter(|year| !announced(*year)).collect()
    }

    /// Whether it has any public holidays on fixed days.
    #[must_use]
    pub fn has_holidays(&self) -> bool {
        !self.fixed.is_empty()
    }

    /// The hours of a working day, as the file has them.
    #[must_use]
    pub fn hours(&self) -> String {
        self.hours.to_string()
    }

    /// Working time of one day, in its order.
    fn spans(&self, day: Date) -> Vec<(UnixSecond, UnixSecond)> {
        let Some(midnight) = first_second(day).filter(|_| self.day(day).works()) else {
            return Vec::new();
        };
        let moment = |minutes: i64| midnight.plus(minutes * 60);
        self.hours.spans().map(|(from, to)| (moment(from), moment(to))).collect()
    }

    fn spans_from(&self, at: UnixSecond) -> impl Iterator<Item = (UnixSecond, UnixSecond)> + '_ {
        let days = days_from(local_date(at), 1);
        days.flat_map(|day| self.spans(day)).filter(move |span| at < span.1)
    }

    fn spans_to(&self, at: UnixSecond) -> impl Iterator<Item = (UnixSecond, UnixSecond)> + '_ {
        let days = days_from(local_date(at), -1);
        let backwards = days.flat_map(|day| self.spans(day).into_iter().rev());
        backwards.filter(move |span| span.0 < at)
    }
}

impl From<Written> for Calendar {
    fn from(written: Written) -> Self {
        let mut announced = BTreeMap::new();
        for off in &written.off {
            let off = off.get_ref();
            for day in off.days() {
                let of = Announced { works: false, name: off.name.clone(), draft: off.draft };
                announced.insert(day, of);
            }
        }
        for day in &written.working {
            let day = day.get_ref();
            let of = Announced { works: true, name: day.name.clone(), draft: false };
            announced.insert(day.date.0, of);
        }
        let mut calendar = Self {
            hours: written.hours,
            days: written.days.0,
            fixed: written.holiday,
            announced,
            made_up: BTreeMap::new(),
        };
        calendar.made_up = calendar.make_up();
        calendar
    }
}

impl Calendar {
    /// The days off for fixed holidays on days without work. One that is announced as a day off anyway is that day: whoever
    /// lists it says the same, not another one.
    fn make_up(&self) -> BTreeMap<Date, usize> {
        let mut made_up = BTreeMap::new();
        for year in YEARS {
            let mut holidays: Vec<_> = (0..).zip(&self.fixed).collect();
            holidays.sort_by_key(|(_, fixed)| (fixed.month, fixed.day));
            for (at, fixed) in holidays {
                let Ok(day) = Date::new(year, fixed.month, fixed.day) else { continue };
                if self.days.contains(&day.weekday()) {
                    continue;
                }
                let next = days_from(day, 1).skip(1).find(|day| {
                    let fixed = self.fixed.iter().any(|fixed| fixed.is(*day));
                    self.days.contains(&day.weekday()) && !fixed && !made_up.contains_key(day)
                });
                made_up.extend(next.map(|day| (day, at)));
            }
        }
        made_up
    }
}

fn days_from(day: Date, step: i64) -> impl Iterator<Item = Date> {
    (0..i64::from(MAX_DAYS))
        .map_while(move |days| day.checked_add(JiffSpan::new().days(days * step)).ok())
}

#[cfg(test)]
mod tests;
