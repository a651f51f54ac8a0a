//! The period of the figures, in days of Việt Nam, and its steps.

use jiff::civil::Date;
use trien_core::env::Timestamp;

use crate::flow::FlowError;
use crate::store::register::{Edges, MOST_STEPS};
use crate::text::{first_second, local_date};

/// Into which steps a period is divided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Calendar months.
    Month,
    /// Quarters of a year.
    Quarter,
    /// Years.
    Year,
}

impl Step {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Month, Self::Quarter, Self::Year];

    /// Its name in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    fn months(self) -> i32 {
        match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
        }
    }

    /// The first day of the step so many steps after the one in which a day is.
    fn begin(self, day: Date, further: i32) -> Option<Date> {
        let months = i32::from(day.year()) * 12 + i32::from(day.month()) - 1;
        let months = (months.div_euclid(self.months()) + further) * self.months();
        let year = i16::try_from(months.div_euclid(12)).ok()?;
        Date::new(year, i8::try_from(months.rem_euclid(12)).ok()? + 1, 1).ok()
    }
}

/// Days that are counted, and the steps that they are divided into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Period {
    /// The days on which the steps begin, and the one after the last; the first is none where everything from the
    /// beginning is counted.
    days: Vec<Option<Date>>,
    /// What the steps are.
    pub by: Option<Step>,
}

/// The days of one step, both included; without the first where everything before the last is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub first: Option<Date>,
    /// The last.
    pub last: Date,
}

fn unclear(why: &str) -> FlowError {
    FlowError::BadRequest(why.to_owned())
}

impl Period {
    /// The days from the first to the last, such as `2026-11-22`, both included. Blank for the beginning of
    /// everything, or with steps for the twelve that end with the last day; and blank for today.
    pub fn asked(
        from: &str,
        to: &str,
        by: Option<Step>,
        now: Timestamp,
    ) -> Result<Self, FlowError> {
        let day = |text: &str| match text {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| unclear("a day is written 2026-11-22")),
        };
        let (from, to): (Option<Date>, Option<Date>) = (day(from)?, day(to)?);
        let last = to.unwrap_or_else(|| local_date(now.second()));
        let out = || unclear("the day is too far away");
        let end = last.tomorrow().map_err(|_| out())?;
        let first = match (from, by) {
            (Some(from), _) if from >= end => {
                return Err(unclear("the period ends before it begins"));
            }
            (Some(from), _) => Some(from),
            (None, None) => None,
            (None, Some(step)) => Some(step.begin(last, -11).ok_or_else(out)?),
        };
        let mut days = vec![first];
        if let (Some(step), Some(mut at)) = (by, first) {
            loop {
                at = step.begin(at, 1).ok_or_else(out)?;
                if at >= end {
                    break;
                }
                if days.len() == MOST_STEPS {
                    let most = "at most 12 months, quarters or years: choose a shorter period";
                    return Err(unclear(most));
                }
                days.push(Some(at));
            }
        }
        days.push(Some(end));
        let period = Self { days, by };
        period.edges().ok_or_else(out)?;
        Ok(period)
    }

    /// The days of all of it.
    #[must_use]
    pub fn days(&self) -> Days {
        let (first, end) = (self.days.first().copied().flatten(), self.days.last());
        Days { first, last: before(end.copied().flatten()) }
    }

    /// The days of each step.
    pub fn steps(&self) -> impl Iterator<Item = Days> {
        self.days.windows(2).map(|pair| Days { first: pair[0], last: before(pair[1]) })
    }

    /// The moments between the steps.
    pub(super) fn edges(&self) -> Option<Edges> {
        // What nobody kept the moment of counts as of moment 0, and was before everything.
        let moment = |day: &Option<Date>| match day {
            None => Some(Timestamp::from_millis(1)),
            Some(day) => {
                let millis = first_second(*day)?.get().checked_mul(1000)?;
                Some(Timestamp::from_millis(millis.max(1)))
            }
        };
        Edges::new(&self.days.iter().map(moment).collect::<Option<Vec<_>>>()?)
    }
}

fn before(end: Option<Date>) -> Date {
    end.and_then(|end| end.yesterday().ok()).unwrap_or(Date::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 22/11/2026 23:59 in Việt Nam.
    const NOW: Timestamp = Timestamp::from_millis(1_795_366_740_000);

    fn steps(from: &str, to: &str, by: Step) -> Vec<String> {
        let period = Period::asked(from, to, Some(by), NOW).unwrap();
        let day = |day: Option<Date>| day.map_or_else(|| "-".to_owned(), |day| day.to_string());
        period.steps().map(|it| format!("{} {}", day(it.first), it.last)).collect()
    }

    #[test]
    fn a_period_is_divided_at_the_beginnings_of_calendar_months_quarters_and_years() {
        assert_eq!(
            steps("2026-05-20", "2026-08-01", Step::Quarter),
            ["2026-05-20 2026-06-30", "2026-07-01 2026-08-01"]
        );
        assert_eq!(steps("2026-01-01", "2026-12-31", Step::Month).len(), 12);
        assert_eq!(steps("2024-02-29", "2024-02-29", Step::Month), ["2024-02-29 2024-02-29"]);
        let last = steps("", "", Step::Month);
        assert_eq!((last.len(), &*last[0]), (12, "2025-12-01 2025-12-31"));
        assert_eq!(last[11], "2026-11-01 2026-11-22", "until today");
        assert_eq!(steps("", "2026-11-22", Step::Year)[0], "2015-01-01 2015-12-31");
        assert_eq!(steps("", "2026-11-22", Step::Quarter)[11], "2026-10-01 2026-11-22");
        let all = Period::asked("", "", None, NOW).unwrap();
        assert_eq!(
            (all.days().first, all.days().last.to_string()),
            (None, "2026-11-22".to_owned())
        );
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for (from, to, by) in [
            ("x", "", None),
            ("", "2026-02-30", None),
            ("2026-02-02", "2026-02-01", None),
            ("2025-01-01", "2026-01-01", Some(Step::Month)),
            ("-9999-01-01", "9999-12-31", Some(Step::Year)),
            ("", "9999-12-31", None),
            ("", "-9999-01-01", Some(Step::Year)),
            ("\0", "", None),
        ] {
            let asked = Period::asked(from, to, by, NOW);
            assert!(matches!(asked, Err(FlowError::BadRequest(_))), "{from} {to}");
        }
        assert!(Period::asked("0001-01-01", "2026-01-01", None, NOW).is_ok());
    }
}
