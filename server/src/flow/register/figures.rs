//! The register in figures: for a unit with those below it, what was in use when a period began, what happened in it
//! and what was in use at its end; by unit, by the level of units, by assurance level and by month, quarter or year.
//!
//! All of it is made of the same cells, so that each part adds up to the whole.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use sqlx::AnyConnection;
use trien_core::certificate::Assurance;
use trien_core::env::Timestamp;
use trien_core::id::UnitId;
use trien_core::register::Figures;
use trien_core::wire::UnitView;

use super::period::{Days, Period};
use super::{Reader, words};
use crate::app::App;
use crate::flow::FlowError;
use crate::flow::kept::Kept;
use crate::sheet::{self, Format};
use crate::store::directory;
use crate::store::level::{self, Level};
use crate::store::register::{self, Cell, Depth, Edges, MOST_STEPS, Part};
use crate::text::{Language, text};

/// The sums of some parts, made lately.
pub(crate) type KeptSums = Kept<(Vec<(Part, Depth)>, Edges), Sums>;

/// What is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Only this unit and those below it; without one, everything within reach.
    pub unit: Option<UnitId>,
    /// Which days, and the steps they are divided into.
    pub period: Period,
}

/// How much of a unit a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// The unit alone.
    Alone,
    /// The unit and all below it.
    Below,
}

/// The figures of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfUnit {
    /// Which.
    pub unit: UnitView,
    /// Whether those below it are counted with it.
    pub extent: Extent,
    /// Its figures.
    pub figures: Figures,
}

/// The figures of a level of units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfLevel {
    /// Its code and name; none for units without one.
    pub level: Option<(String, String)>,
    /// Its figures.
    pub figures: Figures,
}

/// The figures of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The unit that it is about, with those below it; none for everything within reach.
    pub unit: Option<UnitView>,
    /// Its days.
    pub days: Days,
    /// All together.
    pub whole: Figures,
    /// The unit alone and each of those right below it with what is below that one, in the order of their names.
    pub units: Arc<[OfUnit]>,
    /// By the level of the unit in which the entries are, the highest first.
    pub levels: Vec<OfLevel>,
    /// By how well the keys are known to be in hardware; none for those outside phones.
    pub assurances: Vec<(Option<Assurance>, Figures)>,
    /// By step, where there are steps.
    pub steps: Vec<(Days, Figures)>,
    /// When it was counted, where that was before this look.
    pub counted_at: Option<Timestamp>,
}

/// What the cells come to, whatever its parts are called.
pub(crate) struct Sums {
    whole: Figures,
    units: Arc<[OfUnit]>,
    /// By the code of the level.
    levels: BTreeMap<Option<String>, Figures>,
    assurances: Vec<(Option<Assurance>, Figures)>,
    /// Of each step that a period may have.
    steps: Vec<Figures>,
    pub(crate) events: u64,
}

/// The figures of what somebody reads.
pub async fn figures(app: &App, reader: Reader<'_>, asked: &Asked) -> Result<Report, FlowError> {
    let (parts, unit, levels) = {
        let mut connection = app.store().reader().await?;
        let parts = reader.parts(&mut connection, asked.unit).await?;
        let unit = subject(&mut connection, &parts).await?;
        (parts, unit, level::all(&mut connection).await?)
    };
    let places = places(parts);
    let edges = asked.period.edges();
    let edges = edges.ok_or_else(|| FlowError::Internal("a period without edges".to_owned()))?;
    let key = (places, edges);
    let (of, subject) = (key.clone(), unit.as_ref().map(|it| it.id));
    let count = move |app| counted(app, of.clone(), subject);
    let now = app.clock().now();
    let counted = app.figures().or_count(app.clone(), key, now, count).await?;
    let sums = &*counted.value;
    let steps = asked.period.by.map(|_| asked.period.steps().zip(sums.steps.iter().copied()));
    Ok(Report {
        days: asked.period.days(),
        whole: sums.whole,
        units: Arc::clone(&sums.units),
        levels: of_levels(&sums.levels, levels),
        assurances: sums.assurances.clone(),
        steps: steps.into_iter().flatten().collect(),
        counted_at: (counted.at != now).then_some(counted.at),
        unit,
    })
}

/// Counts anew; `subject` is the unit that all of it is about.
async fn counted(
    app: App,
    (places, edges): (Vec<(Part, Depth)>, Edges),
    subject: Option<UnitId>,
) -> Result<Sums, FlowError> {
    let mut connection = app.store().reader().await?;
    let mut cells = Vec::new();
    for (part, depth) in &places {
        cells.extend(register::figures(&mut connection, part, *depth, &edges).await?);
    }
    Ok(Sums {
        whole: sum(&cells, 1..=u32::MAX),
        units: of_units(&cells, subject).into(),
        levels: grouped(&cells, |cell| cell.level.clone()),
        assurances: of_assurances(&cells),
        steps: (1..).take(MOST_STEPS).map(|step| sum(&cells, step..=step)).collect(),
        events: cells.iter().map(|cell| cell.events).sum(),
    })
}

/// The unit that the parts are about, if it is one.
async fn subject(
    connection: &mut AnyConnection,
    parts: &[Part],
) -> Result<Option<UnitView>, FlowError> {
    let [part] = parts else { return Ok(None) };
    let Some(unit) = part.unit() else { return Ok(None) };
    Ok(directory::unit(connection, unit).await?.map(|row| row.view))
}

/// How deep units are told apart: below the one that everything is about, else those that are reached.
fn places(parts: Vec<Part>) -> Vec<(Part, Depth)> {
    let one = parts.len() == 1;
    let depth = |part: &Part| if one { part.by_child() } else { part.together() };
    parts.into_iter().map(|part| (part.clone(), depth(&part))).collect()
}

/// All cells together, as of these steps.
fn sum(cells: &[Cell], steps: RangeInclusive<u32>) -> Figures {
    let mut figures = Figures::default();
    cells.iter().for_each(|cell| add(&mut figures, cell, steps.clone()));
    figures
}

/// Counts a cell in or before these steps; what is after them counts nothing.
fn add(figures: &mut Figures, cell: &Cell, steps: RangeInclusive<u32>) {
    if cell.step < *steps.start() {
        figures.before(cell.turn, cell.events);
    } else if steps.contains(&cell.step) {
        figures.within(cell.event, cell.turn, cell.events);
    }
}

fn grouped<K: Ord>(cells: &[Cell], by: impl Fn(&Cell) -> K) -> BTreeMap<K, Figures> {
    let mut groups: BTreeMap<K, Figures> = BTreeMap::new();
    for cell in cells {
        add(groups.entry(by(cell)).or_default(), cell, 1..=u32::MAX);
    }
    groups
}

fn of_units(cells: &[Cell], subject: Option<UnitId>) -> Vec<OfUnit> {
    let groups = grouped(cells, |cell| (cell.unit.name.clone(), cell.unit.id));
    let mut units: Vec<OfUnit> = groups
        .into_iter()
        .map(|((name, id), figures)| {
            let extent = if subject == Some(id) { Extent::Alone } else { Extent::Below };
            OfUnit { unit: UnitView { id, name }, extent, figures }
        })
        .collect();
    units.sort_by_key(|unit| unit.extent == Extent::Below);
    units
}

fn of_assurances(cells: &[Cell]) -> Vec<(Option<Assurance>, Figures)> {
    let groups = grouped(cells, |cell| cell.assurance.map(Assurance::letter));
    let known = Assurance::ALL.into_iter().map(Some).chain([None]);
    known.filter_map(|level| Some((level, *groups.get(&level.map(Assurance::letter))?))).collect()
}

/// By the levels there are, in their order; what has none comes last.
fn of_levels(sums: &BTreeMap<Option<String>, Figures>, levels: Vec<Level>) -> Vec<OfLevel> {
    let known = levels.into_iter().map(|level| Some((level.code, level.name)));
    let all = known.chain([None]);
    let found = all.filter_map(|level| {
        let figures = *sums.get(&level.as_ref().map(|(code, _)| code.clone()))?;
        Some(OfLevel { level, figures })
    });
    found.collect()
}

impl Report {
    /// The same as a sheet: what each line is about, its name, its figures.
    pub fn sheet(&self, format: Format, language: Language) -> Result<Vec<u8>, FlowError> {
        let word = |key: &str| text(language, key);
        let heads = ["figures-by", "figures-what"].into_iter().chain(figure_keys());
        let mut rows = vec![heads.map(word).collect::<Vec<_>>()];
        let mut line = |by: &str, name: String, figures: &Figures| {
            let numbers = figures.all().map(|number| number.to_string());
            rows.push([word(by), name].into_iter().chain(numbers).collect());
        };
        let all = || self.unit.as_ref().map_or_else(|| word("console-all"), |it| it.name.clone());
        line("figures-whole", all(), &self.whole);
        for one in &*self.units {
            let by = match one.extent {
                Extent::Alone => "figures-unit-alone",
                Extent::Below => "figures-unit-below",
            };
            line(by, one.unit.name.clone(), &one.figures);
        }
        for one in &self.levels {
            let name =
                one.level.as_ref().map_or_else(|| word("figures-no-level"), |it| it.1.clone());
            line("figures-unit-level", name, &one.figures);
        }
        for (level, figures) in &self.assurances {
            line("console-assurance", word(words::assurance_of(*level)), figures);
        }
        for (days, figures) in &self.steps {
            line("figures-step", words::days(language, *days), figures);
        }
        sheet::write(format, &rows).map_err(|error| FlowError::Internal(error.to_string()))
    }
}

/// The keys of the figures' names, in the order of [`Figures::all`].
pub fn figure_keys() -> impl Iterator<Item = &'static str> {
    [
        "figures-begin",
        "figures-issued",
        "figures-resumed",
        "figures-suspended",
        "figures-renewed",
        "figures-revoked",
        "figures-expired",
        "figures-idle",
        "figures-end",
    ]
    .into_iter()
}
