//! The register of numbers at the desk: clerks and auditors look into it, and clerks reserve.

use sqlx::AnyConnection;
use trien_core::id::UnitId;
use trien_core::wire::UnitView;

use super::{NumberView, PAGE, Place, Reserve, SeriesView, Submitter, Wish, number, series, year};
use crate::app::App;
use crate::flow::account::Officer;
use crate::flow::act::Acted;
use crate::flow::requests::{reads, require_reader};
use crate::flow::{FlowError, Thing, desk};
use crate::store::directory;

/// Series of a unit that are shown.
const MOST_SERIES: u32 = 200;

/// Which numbers of a register are asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// None of them: the series alone.
    Nothing,
    /// Those of one kind and year after a number, in order.
    Series {
        /// Kind of document; case and marks say nothing.
        kind: String,
        /// Year.
        year: u32,
        /// The last number of the page before.
        after: u64,
    },
    /// A number with its notation, a number of any kind, or the name under which one was reserved.
    Named(String),
}

/// The register of a unit, and some of its numbers.
#[derive(Clone, Debug)]
pub struct Register {
    /// The unit.
    pub unit: UnitView,
    /// The year of now.
    pub year: u32,
    /// Its series, the newest year first.
    pub series: Vec<SeriesView>,
    /// What was asked for.
    pub numbers: Vec<NumberView>,
    /// The next page begins after this number.
    pub next: Option<u64>,
}

impl Register {
    /// The number that comes next of a series; none where its year is over.
    #[must_use]
    pub fn next_of(&self, of: &SeriesView) -> Option<u64> {
        (of.year == self.year).then_some(of.last + 1)
    }
}

/// The register of a unit whose documents this person follows.
pub async fn of_unit(
    app: &App,
    officer: &Officer,
    unit: UnitId,
    asked: &Asked,
) -> Result<Register, FlowError> {
    require_reader(officer)?;
    let missing = FlowError::NotFound(Thing::Unit);
    let mut connection = app.store().reader().await?;
    if !reads(&mut connection, officer, unit).await? {
        return Err(missing);
    }
    let view = directory::unit(&mut connection, unit).await?.ok_or(missing)?.view;
    let mut next = None;
    let numbers = match asked {
        Asked::Nothing => Vec::new(),
        Asked::Series { kind, year, after } => {
            let place = Place { unit, kind: series(kind), year: *year, value: *after };
            let mut page = number::list(&mut connection, &place, PAGE + 1).await?;
            let more = page.len() > PAGE as usize;
            page.truncate(PAGE as usize);
            next = page.last().map(|last| last.value).filter(|_| more);
            page
        }
        Asked::Named(typed) => named(&mut connection, unit, typed).await?,
    };
    let series = number::series(&mut connection, unit, MOST_SERIES).await?;
    let year = year(app.clock().now());
    Ok(Register { unit: view, year, series, numbers, next })
}

/// What is called so: by its number, or with the notation, and by the name under which it was reserved, which may be a number
/// too.
async fn named(
    connection: &mut AnyConnection,
    unit: UnitId,
    typed: &str,
) -> Result<Vec<NumberView>, FlowError> {
    let mut found = match typed.parse() {
        Ok(value) => number::find_value(connection, unit, value, PAGE).await?,
        Err(_) => number::find_text(connection, unit, typed, PAGE).await?,
    };
    let reserved = number::by_reference(connection, unit, typed).await?;
    found.extend(reserved.filter(|one| !found.contains(one)));
    Ok(found)
}

/// Reserves the next number of a unit in which this person is clerk, for a document that is still to be submitted. The same
/// name gets the same number, until a document bears it or the year is over.
pub async fn reserve_by(
    app: &App,
    officer: &Officer,
    unit: UnitId,
    wish: Wish,
) -> Result<NumberView, FlowError> {
    desk::require_clerk(app, officer, unit).await?;
    let reserve = Reserve { by: Submitter::Clerk(officer.account), unit, wish };
    Ok(app.writer().commit(Acted(officer.act(None), reserve)).await?.value)
}
