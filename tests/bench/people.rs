//! What a page of the console costs with 1,000 people, devices and certificates and with 100,000: the
//! flow's time, SQLite, median.

use std::error::Error;
use std::time::{Duration, Instant};

use trien_core::document::Text;
use trien_core::id::{AccountId, UnitId};
use trien_server::flow::FlowError;
use trien_server::flow::account::{Grant, Officer, Role};
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};
use trien_server::flow::people::{self};
use trien_server::paging::Turn;

use crate::office::Office;
use crate::phones;

const SIZES: [usize; 2] = [1_000, 100_000];
const ROUNDS: usize = 61;
/// People added at once, as the writer takes them.
const AT_ONCE: usize = 64;
/// People of one unit, as a commune has.
const IN_UNIT: usize = 40;

const FAMILY: [(&str, usize); 8] = [
    ("Nguyễn", 38),
    ("Trần", 12),
    ("Lê", 10),
    ("Phạm", 8),
    ("Hoàng", 6),
    ("Vũ", 5),
    ("Đặng", 3),
    ("Bùi", 2),
];
const MIDDLE: [&str; 7] = ["Văn", "Thị", "Đức", "Minh", "Ngọc", "Quốc", "Thanh"];
const GIVEN: [&str; 13] = [
    "An", "Bình", "Chi", "Dũng", "Giang", "Hạnh", "Khuê", "Lan", "Minh", "Nam", "Phúc", "Quân",
    "Tâm",
];
const POSITION: [&str; 4] = ["Chuyên viên", "Phó Trưởng phòng", "Trưởng phòng", "Văn thư"];

pub async fn measure() -> Result<(), Box<dyn Error>> {
    let mut columns = Vec::new();
    for size in SIZES {
        let office = Office::on_sqlite().await;
        let start = now();
        let unit = fill(&office, size).await?;
        eprintln!("{size} people added in {:.0?}", start.elapsed());
        phones::fill(&office).await?;
        eprintln!("with phones after {:.0?}", start.elapsed());
        let mut rows = times(&office, unit).await?;
        rows.extend(phones::times(&office, unit).await?);
        columns.push(rows);
    }
    println!("| page | with {} | with {} | ratio |", SIZES[0], SIZES[1]);
    println!("|---|---|---|---|");
    for ((what, few), (_, many)) in columns[0].iter().zip(&columns[1]) {
        let ratio = many.as_secs_f64() / few.as_secs_f64();
        println!("| {what} | {few:.2?} | {many:.2?} | {ratio:.2} |");
    }
    Ok(())
}

/// Units of a province and their people; gives one of the units.
async fn fill(office: &Office, size: usize) -> Result<UnitId, Box<dyn Error>> {
    let act = &Act::COMMAND_LINE;
    let mut unit = office.unit.id;
    let mut adding = tokio::task::JoinSet::new();
    for number in 0..size {
        if number % IN_UNIT == 0 {
            let name = Text::new(&format!("UBND xã Số {}", number / IN_UNIT))?;
            let top = Some(office.unit.id);
            unit = admin::create_unit(&office.app, act, &name, top, KeyPolicy::Hardware).await?.id;
        }
        let (name, position) = (Text::new(&name(number))?, POSITION[number % POSITION.len()]);
        let (app, position) = (office.app.clone(), Text::new(position)?);
        adding.spawn(async move {
            admin::create_person(&app, &Act::COMMAND_LINE, &name, unit, &position).await
        });
        if adding.len() == AT_ONCE {
            adding.join_next().await.transpose()?.transpose()?;
        }
    }
    for added in adding.join_all().await {
        added?;
    }
    let name = Text::new("Tôn Nữ Hiếm Hoi")?;
    admin::create_person(&office.app, act, &name, unit, &Text::new("Chủ tịch")?).await?;
    Ok(unit)
}

fn name(number: usize) -> String {
    let all: usize = FAMILY.iter().map(|(_, weight)| weight).sum();
    let mut at = (number * 7_919) % all;
    let family = FAMILY.iter().find(|(_, weight)| {
        let here = at < *weight;
        at = at.wrapping_sub(*weight);
        here
    });
    let (middle, given) = (MIDDLE[number % MIDDLE.len()], GIVEN[(number / 3) % GIVEN.len()]);
    format!("{} {middle} {given}", family.map_or("Lý", |(name, _)| name))
}

async fn times(
    office: &Office,
    unit: UnitId,
) -> Result<Vec<(&'static str, Duration)>, Box<dyn Error>> {
    let (top, commune) = (officer(office, office.unit.id), officer(office, unit));
    let mut rows = Vec::new();
    for (what, officer, query, next) in [
        ("first, no word", &top, "", false),
        ("next, no word", &top, "", true),
        ("first, common word: nguyen", &top, "nguyen", false),
        ("next, common word: nguyen", &top, "nguyen", true),
        ("rare word: hiem", &top, "hiem", false),
        ("two words: khue tran", &top, "khue tran", false),
        ("nobody: zz", &top, "zz", false),
        ("one commune's officer, no word", &commune, "", false),
        ("one commune's officer: nguyen", &commune, "nguyen", false),
    ] {
        let first = people::search(&office.app, officer, query, Turn::First).await?;
        let turn = match first.next {
            Some(place) if next => Turn::After(place),
            _ => Turn::First,
        };
        let look =
            async || people::search(&office.app, officer, query, turn.clone()).await.map(|_| ());
        rows.push((what, median(look).await?));
    }
    Ok(rows)
}

/// Somebody who administers a unit.
pub fn officer(office: &Office, unit: UnitId) -> Officer {
    Officer {
        account: AccountId::generate(office.app.clock(), office.app.entropy()),
        login: String::new(),
        name: String::new(),
        grants: vec![Grant { unit, role: Role::Administrator }],
        token: None,
    }
}

/// The time of one of many looks.
pub async fn median(
    look: impl AsyncFn() -> Result<(), FlowError>,
) -> Result<Duration, Box<dyn Error>> {
    median_of(ROUNDS, look).await
}

/// The time of one of so many looks.
pub async fn median_of(
    rounds: usize,
    look: impl AsyncFn() -> Result<(), FlowError>,
) -> Result<Duration, Box<dyn Error>> {
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = now();
        look().await?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok(times[rounds / 2])
}

#[expect(clippy::disallowed_methods, reason = "a stopwatch is no rule about time")]
fn now() -> Instant {
    Instant::now()
}
