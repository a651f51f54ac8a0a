//! How many documents also went on paper, and why: what an office looks at to see paper go. Reports against targets are not
//! here.

use jiff::civil::Date;
use trien_core::env::UnixSecond;

use super::FlowError;
use super::account::Officer;
use super::people::branches_of;
use super::requests::{READERS, require_reader};
use crate::app::App;
use crate::store::on_paper;
pub use crate::store::on_paper::{PaperCount, PaperReason};
use crate::text::{first_second, local_date};

/// Lines that are shown.
const MOST: u32 = 500;

/// What went on paper in some days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnPaperCounts {
    /// The first day.
    pub first: Date,
    /// The last day, counted whole.
    pub last: Date,
    /// All of them, shown or not.
    pub whole: u64,
    /// By unit and reason, those above before those below.
    pub counts: Vec<PaperCount>,
    /// Whether more units or reasons have some.
    pub more: bool,
}

/// The documents of the units whose documents this person follows that all have signed and that also went on paper, by the day
/// on which they were submitted. Days are written `2026-11-22`; without them it is this quarter until today.
pub async fn counted(
    app: &App,
    officer: &Officer,
    from: &str,
    to: &str,
) -> Result<OnPaperCounts, FlowError> {
    require_reader(officer)?;
    let today = local_date(app.clock().now().second());
    let first = day(from)?.unwrap_or_else(|| quarter_of(today));
    let last = day(to)?.unwrap_or(today);
    let unclear = || FlowError::BadRequest("the days end before they begin".to_owned());
    let begin = first_second(first).ok_or_else(unclear)?;
    let end = last.tomorrow().ok().and_then(first_second).ok_or_else(unclear)?;
    if end <= begin {
        return Err(unclear());
    }
    let within = (UnixSecond::timestamp(begin), UnixSecond::timestamp(end));
    let mut connection = app.store().reader().await?;
    let (mut whole, mut counts) = (0, Vec::new());
    for branch in branches_of(&mut connection, officer, &READERS).await? {
        whole += on_paper::whole(&mut connection, &branch, within).await?;
        if counts.len() <= MOST as usize {
            counts.extend(on_paper::counts(&mut connection, &branch, within, MOST + 1).await?);
        }
    }
    let more = counts.len() > MOST as usize;
    counts.truncate(MOST as usize);
    Ok(OnPaperCounts { first, last, whole, counts, more })
}

fn day(typed: &str) -> Result<Option<Date>, FlowError> {
    let unclear = |_| FlowError::BadRequest("a day is written 2026-11-22".to_owned());
    match typed.trim() {
        "" => Ok(None),
        typed => typed.parse().map(Some).map_err(unclear),
    }
}

/// The first day of a day's quarter.
fn quarter_of(day: Date) -> Date {
    let month = (day.month() - 1) / 3 * 3 + 1;
    Date::new(day.year(), month, 1).unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_quarter_begins_in_january_april_july_and_october() {
        for (month, begins) in [(1, 1), (3, 1), (4, 4), (9, 7), (11, 10), (12, 10)] {
            assert_eq!(quarter_of(date(2026, month, 28)), date(2026, begins, 1));
        }
    }
}
