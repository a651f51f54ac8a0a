//! What is typed after the options: steps, places, sizes, fields.

use std::str::FromStr;

use trien_core::document::{Text, Urgency};
use trien_core::papers::OnPaper;
use trien_core::pdf::placement::Side;
use trien_core::pdf::recipe::{Fill, Rect};
use trien_core::request::Role;

/// One step as typed.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub role: Role,
    pub people: Vec<String>,
}

impl FromStr for Step {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let (role, people) = text.split_once(':').ok_or("a step is ROLE:PERSON")?;
        let role = match role.trim() {
            "review" => Role::Review,
            "initial" => Role::Initial,
            "approve" => Role::Approve,
            "seal" => Role::Seal,
            other => return Err(format!("{other:?} is not review, initial, approve or seal")),
        };
        Ok(Self { role, people: people.split(';').map(|name| name.trim().to_owned()).collect() })
    }
}

/// A stamp's place as typed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stamp {
    pub page: i32,
    pub rect: Rect,
}

impl FromStr for Stamp {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a stamp is PAGE:LEFT,BOTTOM,RIGHT,TOP in points".to_owned();
        let (page, edges) = text.split_once(':').ok_or_else(wrong)?;
        let page = page.parse().map_err(|_| wrong())?;
        let edges: Option<Vec<i32>> = edges.split(',').map(hundredths).collect();
        match edges.as_deref() {
            Some(&[left, bottom, right, top]) => {
                Ok(Self { page, rect: Rect { left, bottom, right, top } })
            }
            _ => Err(wrong()),
        }
    }
}

/// A field to add as typed.
#[derive(Clone, Debug)]
pub(super) struct AddedField {
    pub name: String,
    pub stamp: Stamp,
}

impl FromStr for AddedField {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = "a field is NAME=PAGE:LEFT,BOTTOM,RIGHT,TOP in points";
        let (name, stamp) = text.split_once('=').ok_or(wrong)?;
        Ok(Self { name: name.to_owned(), stamp: stamp.parse().map_err(|_| wrong)? })
    }
}

pub(super) fn filled(text: &str) -> Result<Fill, String> {
    let (field, text) = text.split_once('=').ok_or("what is filled in is NAME=TEXT")?;
    let field = Text::new(field).map_err(|error| error.to_string())?;
    Ok(Fill { field, text: Text::new(text).map_err(|error| error.to_string())? })
}

/// A stamp's size as typed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    pub width: i32,
    pub height: i32,
}

impl FromStr for Size {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let size = text.split_once('x').and_then(|(width, height)| {
            let (width, height) = (hundredths(width)?, hundredths(height)?);
            (width > 0 && height > 0).then_some(Self { width, height })
        });
        size.ok_or_else(|| "a size is WIDTHxHEIGHT in points".to_owned())
    }
}

pub(super) fn side(text: &str) -> Result<Side, String> {
    match text {
        "below" => Ok(Side::Below),
        "above" => Ok(Side::Above),
        "left" => Ok(Side::Left),
        "right" => Ok(Side::Right),
        "over" => Ok(Side::Over),
        other => Err(format!("{other:?} is not below, above, left, right or over")),
    }
}

pub(super) fn on_paper(text: &str) -> Result<OnPaper, String> {
    if let Some(words) = text.strip_prefix("other:") {
        return Ok(OnPaper::Other(Text::new(words).map_err(|error| error.to_string())?));
    }
    let named = OnPaper::NAMED.into_iter().find(|(name, _)| *name == text);
    let wrong =
        || format!("{text:?} is not legislation, finance, personnel, complaints or other:REASON");
    named.map(|(_, why)| why).ok_or_else(wrong)
}

fn hundredths(points: &str) -> Option<i32> {
    let points: f64 = points.trim().parse().ok()?;
    let within = points.abs() <= 1_000_000.0;
    #[expect(clippy::cast_possible_truncation, reason = "bounded by the line above")]
    within.then(|| (points * 100.0).round() as i32)
}

pub(super) fn urgency(text: &str) -> Result<Urgency, String> {
    match text {
        "normal" => Ok(Urgency::Normal),
        "urgent" => Ok(Urgency::Urgent),
        "very-urgent" => Ok(Urgency::VeryUrgent),
        "flash" => Ok(Urgency::Flash),
        other => Err(format!("{other:?} is not normal, urgent, very-urgent or flash")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_is_read_in_points() {
        let stamp: Stamp = "-1:300,80.5,560,160".parse().unwrap();
        assert_eq!(stamp.page, -1);
        assert_eq!(stamp.rect, Rect { left: 30000, bottom: 8050, right: 56000, top: 16000 });
        for wrong in ["", "1", "1:1,2,3", "1:a,b,c,d", "x:1,2,3,4", "1:1,2,3,1e30"] {
            assert!(wrong.parse::<Stamp>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_size_is_read_in_points() {
        let size: Size = "200x60.5".parse().unwrap();
        assert_eq!((size.width, size.height), (20_000, 6050));
        for wrong in ["", "200", "200x", "0x60", "-1x60", "axb", "1x2x3"] {
            assert!(wrong.parse::<Size>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_step_names_role_and_people() {
        let step: Step = "review:Trần Thị Bình; Lê Văn C".parse().unwrap();
        assert_eq!(step.role, Role::Review);
        assert_eq!(step.people, ["Trần Thị Bình", "Lê Văn C"]);
        assert!("sign:x".parse::<Step>().is_err());
    }
}
