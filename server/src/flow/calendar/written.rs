//! A calendar as its file has it. What does not fit is refused where it stands, so that the fault names the line.

use std::fmt;

use jiff::Span as JiffSpan;
use jiff::civil::{Date, Weekday};
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::flow::forms::Form;

/// Longest span of days off, in days.
const MAX_OFF: i64 = 31;
/// Most entries of each list.
const MAX_ENTRIES: usize = 1000;
/// Longest name, in characters.
const MAX_NAME: usize = 200;

/// The file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    pub(super) hours: Hours,
    pub(super) days: Days,
    #[serde(default)]
    pub(super) holiday: Vec<Fixed>,
    #[serde(default)]
    pub(super) off: Vec<Spanned<Off>>,
    #[serde(default)]
    pub(super) working: Vec<Spanned<Working>>,
}

/// The hours of a working day: minutes from midnight, in order.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub(super) struct Hours(Vec<(i64, i64)>);

/// The working days of a week.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Vec<Name>")]
pub(super) struct Days(pub(super) Vec<Weekday>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Name {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// A holiday of each year.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "WrittenFixed")]
pub(super) struct Fixed {
    pub(super) month: i8,
    pub(super) day: i8,
    pub(super) name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenFixed {
    month: i8,
    day: i8,
    name: String,
}

/// Days off of one year.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "WrittenOff")]
pub(super) struct Off {
    from: Date,
    to: Date,
    pub(super) name: String,
    pub(super) draft: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenOff {
    from: Day,
    to: Option<Day>,
    name: String,
    #[serde(default)]
    draft: bool,
}

/// A day that is worked although it would be off.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Working {
    pub(super) date: Day,
    pub(super) name: String,
}

/// A day, written `2026-11-28`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "Datetime")]
pub(super) struct Day(pub(super) Date);

impl Form for Written {
    const FILE: &'static str = "calendar.toml";
    const BUILT_IN: &'static str = include_str!("../../../assets/time/calendar.toml");

    fn check(&self) -> Result<(), String> {
        if [self.holiday.len(), self.off.len(), self.working.len()].iter().any(|n| *n > MAX_ENTRIES)
        {
            return Err(format!("a list has at most {MAX_ENTRIES} entries"));
        }
        Ok(())
    }

    fn read(text: &str) -> Result<Self, String> {
        let read: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        read.check()?;
        for day in &read.working {
            let date = day.get_ref().date.0;
            let off = read.off.iter().find(|off| off.get_ref().days().any(|day| day == date));
            if let Some(off) = off {
                let (at, other) = (line(text, day.span().start), line(text, off.span().start));
                return Err(format!(
                    "line {at}: {date} is worked here and off in line {other}: take one of the two out"
                ));
            }
        }
        Ok(read)
    }
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

impl Hours {
    pub(super) fn spans(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.0.iter().copied()
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (from, to)) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            let clock = |minutes: i64| format!("{:02}:{:02}", minutes / 60, minutes % 60);
            write!(f, "{comma}{}-{}", clock(*from), clock(*to))?;
        }
        Ok(())
    }
}

impl TryFrom<Vec<String>> for Hours {
    type Error = String;

    fn try_from(written: Vec<String>) -> Result<Self, String> {
        let mut spans: Vec<(i64, i64)> = Vec::new();
        for text in &written {
            let span = text.split_once('-').and_then(|(from, to)| Some((clock(from)?, clock(to)?)));
            let fault = || format!("{text:?}: write hours as \"08:00-12:00\"");
            let (from, to) = span.filter(|(from, to)| from < to).ok_or_else(fault)?;
            if spans.last().is_some_and(|before| from < before.1) {
                return Err(format!("{text:?} begins before the hours before it end"));
            }
            spans.push((from, to));
        }
        if spans.is_empty() { Err("a working day has hours".to_owned()) } else { Ok(Self(spans)) }
    }
}

/// Minutes from midnight of a time written `08:00`; `24:00` is the end of the day.
#[must_use]
pub fn clock(text: &str) -> Option<i64> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let two = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| part.parse::<i64>().ok()).flatten()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    let whole = hours * 60 + minutes;
    (minutes < 60 && whole <= 24 * 60).then_some(whole)
}

impl TryFrom<Vec<Name>> for Days {
    type Error = String;

    fn try_from(names: Vec<Name>) -> Result<Self, String> {
        if names.is_empty() {
            return Err("a week has working days".to_owned());
        }
        let mut days = Vec::new();
        for name in names {
            let day = match name {
                Name::Monday => Weekday::Monday,
                Name::Tuesday => Weekday::Tuesday,
                Name::Wednesday => Weekday::Wednesday,
                Name::Thursday => Weekday::Thursday,
                Name::Friday => Weekday::Friday,
                Name::Saturday => Weekday::Saturday,
                Name::Sunday => Weekday::Sunday,
            };
            if days.contains(&day) {
                return Err("a day of the week stands twice".to_owned());
            }
            days.push(day);
        }
        Ok(Self(days))
    }
}

impl Fixed {
    pub(super) fn is(&self, day: Date) -> bool {
        (self.month, self.day) == (day.month(), day.day())
    }
}

impl TryFrom<WrittenFixed> for Fixed {
    type Error = String;

    fn try_from(written: WrittenFixed) -> Result<Self, String> {
        let WrittenFixed { month, day, name } = written;
        // A year with a 29 February.
        if Date::new(2024, month, day).is_err() {
            return Err(format!("no year has a day {day} of month {month}"));
        }
        check_name(&name)?;
        Ok(Self { month, day, name })
    }
}

impl Off {
    pub(super) fn days(&self) -> impl Iterator<Item = Date> + use<> {
        let (from, to) = (self.from, self.to);
        (0..MAX_OFF)
            .map_while(move |days| from.checked_add(JiffSpan::new().days(days)).ok())
            .take_while(move |day| *day <= to)
    }
}

impl TryFrom<WrittenOff> for Off {
    type Error = String;

    fn try_from(written: WrittenOff) -> Result<Self, String> {
        let WrittenOff { from, to, name, draft } = written;
        let off = Self { from: from.0, to: to.unwrap_or(from).0, name, draft };
        if off.to < off.from {
            return Err(format!("these days end on {} before they begin on {}", off.to, off.from));
        }
        if off.days().last() != Some(off.to) {
            return Err(format!("more than {MAX_OFF} days off in one: is the year right?"));
        }
        check_name(&off.name)?;
        Ok(off)
    }
}

impl TryFrom<Datetime> for Day {
    type Error = String;

    fn try_from(written: Datetime) -> Result<Self, String> {
        let fault = || format!("{written}: write a day as 2026-11-28, without quotes or time");
        let Datetime { date: Some(date), time: None, offset: None } = written else {
            return Err(fault());
        };
        let day = (i16::try_from(date.year), i8::try_from(date.month), i8::try_from(date.day));
        let (Ok(year), Ok(month), Ok(day)) = day else { return Err(fault()) };
        Date::new(year, month, day).map(Self).map_err(|_| fault())
    }
}

fn check_name(name: &str) -> Result<(), String> {
    if (1..=MAX_NAME).contains(&name.trim().chars().count()) {
        return Ok(());
    }
    Err(format!("say in 1 to {MAX_NAME} characters which day it is"))
}
