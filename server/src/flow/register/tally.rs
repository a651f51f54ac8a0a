//! The register in numbers: how many entries are in which state, and what ends soon.

use trien_core::env::Timestamp;
use trien_core::id::UnitId;
use trien_core::register::{State, Tally};

use super::{Reader, Soon};
use crate::app::App;
use crate::flow::FlowError;
use crate::flow::account::Officer;
use crate::flow::kept::{Beside, Kept};
use crate::store::register::{self, Part};

/// The numbers of some parts of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Entries by state.
    pub tally: Tally,
    /// Certificates in force that end within each time, the longest first.
    pub ending: Vec<(Soon, u64)>,
    /// When they were counted.
    pub counted_at: Timestamp,
    /// Whether that was before this look.
    pub is_kept: bool,
}

/// What of the register needs an officer today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alerts {
    /// Certificates in force that end within each time, the longest first.
    pub ending: Vec<(Soon, u64)>,
    /// Keys whose certificate the authority has not issued yet.
    pub waiting: u64,
    /// Certificates in force that are valid for longer than R14 allows, [`MOST_EXCEEDING`] at most.
    pub exceeding: u32,
}

/// Certificates that are valid for too long are counted up to here.
pub const MOST_EXCEEDING: u32 = 200;

/// What was counted of each part lately.
pub(crate) type Summaries = Kept<Vec<Part>, (Tally, [u64; 3])>;

impl Summaries {
    /// Nothing yet.
    pub(crate) fn empty(beside: &Beside) -> Self {
        Self::new(beside, |(tally, _)| State::ALL.iter().map(|it| tally.of(*it)).sum())
    }
}

/// The numbers of what somebody reads, or of a unit of it and those below.
pub async fn summary(
    app: &App,
    reader: Reader<'_>,
    unit: Option<UnitId>,
) -> Result<Summary, FlowError> {
    let parts = {
        let mut connection = app.store().reader().await?;
        reader.parts(&mut connection, unit).await?
    };
    let now = app.clock().now();
    // Whoever waits for another one's count holds no connection meanwhile: there are few.
    let of = parts.clone();
    let count = move |app| counted(app, of.clone());
    let counted = app.summaries().or_count(app.clone(), parts, now, count).await?;
    let (tally, ending) = &*counted.value;
    Ok(Summary {
        tally: tally.clone(),
        ending: Soon::ALL.into_iter().zip(*ending).collect(),
        counted_at: counted.at,
        is_kept: counted.at != now,
    })
}

/// Counts some parts now.
async fn counted(app: App, parts: Vec<Part>) -> Result<(Tally, [u64; 3]), FlowError> {
    let mut connection = app.store().reader().await?;
    let now = app.clock().now().second();
    let ends = Soon::ALL.map(|soon| soon.until(now));
    let (mut tally, mut ending) = (Tally::default(), [0; 3]);
    for part in &parts {
        for (state, entries, soon) in register::tally(&mut connection, part, now, ends).await? {
            tally.add(state, entries);
            ending.iter_mut().zip(soon).for_each(|(all, some)| *all += some);
        }
    }
    Ok((tally, ending))
}

/// What of the register needs this officer today.
pub async fn alerts(app: &App, officer: &Officer) -> Result<Alerts, FlowError> {
    let summary = summary(app, Reader::Officer(officer), None).await?;
    let mut connection = app.store().reader().await?;
    let mut exceeding = 0;
    for part in Reader::Officer(officer).parts(&mut connection, None).await? {
        let left = MOST_EXCEEDING - exceeding;
        exceeding += register::count_exceeding(&mut connection, &part, left).await?;
    }
    let waiting = summary.tally.of(State::Reviewed);
    Ok(Alerts { ending: summary.ending, waiting, exceeding })
}
