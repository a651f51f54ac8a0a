//! A province's people, as many as wanted.

use std::error::Error;

use trien_core::document::Text;
use trien_core::id::UnitId;
use trien_server::flow::act::Act;
use trien_server::flow::admin::{self, KeyPolicy};

use crate::office::Office;

/// People added at once, as the writer takes them.
const AT_ONCE: usize = 64;
/// People of one unit, so that 1,000 people have more units than a page.
const IN_UNIT: usize = 16;

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

/// Units of a province and their people; gives one of the units.
pub async fn fill(office: &Office, size: usize) -> Result<UnitId, Box<dyn Error>> {
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
