//! How a signature in another's place looks: "KT. CHỦ TỊCH" above "PHÓ CHỦ TỊCH" (Decree 30/2020, article 13), the
//! delegate's name, and nobody else's picture.

use trien_core::delegation::Delegation;
use trien_core::document::Text;
use trien_core::pdf::recipe::{Appearance, Line, Recipe};

use crate::store::stand_in::May;

/// A stamp says what the server did not write: who knows whom that suits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotOurs;

/// The recipe of a part for the delegate, canonical CBOR; none where approving signs no document.
pub(super) fn for_delegate(
    may: &May,
    given: &Delegation,
    unit: &str,
) -> Result<Option<Vec<u8>>, NotOurs> {
    let Some(cbor) = &may.recipe else { return Ok(None) };
    let recipe = Recipe::from_cbor(cbor).map_err(|_| NotOurs)?;
    let new = rewritten(&recipe, given, (&may.name, &may.delegate), unit).ok_or(NotOurs)?;
    // The same way back as on the phone: also refuses what is too long.
    let new = Recipe::from_cbor(&new.to_cbor()).map_err(|_| NotOurs)?;
    Ok(Some(new.to_cbor()))
}

fn rewritten(
    recipe: &Recipe,
    given: &Delegation,
    (principal, delegate): (&str, &str),
    unit: &str,
) -> Option<Recipe> {
    let mut new = recipe.clone();
    new.name = Text::new(delegate).ok()?;
    let Appearance::Stamp { lines, image, .. } = &mut new.appearance else { return Some(new) };
    *image = None;
    let line = |text: &str| Some(Line::Text { text: Text::new(text).ok()? });
    let titles = [line(&given.in_place_of())?, line(&given.to.position.as_str().to_uppercase())?];
    let mut written = Vec::with_capacity(lines.len() + 2);
    let (mut has_title, mut has_name) = (false, false);
    for old in lines.drain(..) {
        match &old {
            Line::Text { text } if text.as_str() == principal => {
                written.push(line(delegate)?);
                has_name = true;
            }
            Line::Text { text } if text.as_str() == given.from.position.as_str() => {
                written.extend(titles.clone());
                has_title = true;
            }
            Line::Text { text } if text.as_str() != unit => return None,
            Line::Text { .. } | Line::SignedAt { .. } => written.push(old),
        }
    }
    if !has_name {
        written.insert(0, line(delegate)?);
    }
    if !has_title {
        written.splice(0..0, titles);
    }
    *lines = written;
    Some(new)
}

#[cfg(test)]
mod tests {
    use trien_core::decision::SeenCheckpoint;
    use trien_core::delegation::{Form, Holder};
    use trien_core::digest::Sha256;
    use trien_core::env::UnixSecond;
    use trien_core::id::{DeviceId, PersonId, UnitId};
    use trien_core::pdf::recipe::{BUILDER, ImageRef, Rect, Target};

    use super::*;

    fn given() -> Delegation {
        let post = |person, position| Holder {
            person: PersonId::from_bytes([person; 16]),
            unit: UnitId::from_bytes([1; 16]),
            position: Text::new(position).unwrap(),
        };
        let digest = Sha256::of(b"");
        Delegation {
            version: 1,
            form: Form::Kt,
            from: post(2, "Chủ tịch"),
            to: post(3, "Phó Chủ tịch"),
            units: Vec::new(),
            kinds: Vec::new(),
            starts: UnixSecond::new(1),
            ends: UnixSecond::new(2),
            reason: Text::new("Đi công tác").unwrap(),
            certificate: digest,
            device: DeviceId::from_bytes([4; 16]),
            checkpoint: SeenCheckpoint { size: 0, root: digest },
            signed_at: UnixSecond::new(1),
            app: Text::new("test").unwrap(),
        }
    }

    fn lines(texts: &[&str]) -> Option<Vec<String>> {
        let digest = Sha256::of(b"");
        let text = |text: &&str| Line::Text { text: Text::new(text).unwrap() };
        let recipe = Recipe {
            builder: BUILDER.to_owned(),
            field: "Trien-1-1".to_owned(),
            name: Text::new("Nguyễn Văn An").unwrap(),
            reason: None,
            location: None,
            offset_minutes: 420,
            appearance: Appearance::Stamp {
                page: 0,
                rect: Rect { left: 0, bottom: 0, right: 100, top: 100 },
                lines: texts.iter().map(text).collect(),
                image: Some(ImageRef { width: 1, height: 1, colour: digest, alpha: digest }),
            },
            target: Target::New,
            fill: Vec::new(),
        };
        let new = rewritten(&recipe, &given(), ("Nguyễn Văn An", "Lê Thị Khuê"), "UBND xã X")?;
        assert_eq!(new.name.as_str(), "Lê Thị Khuê");
        let Appearance::Stamp { lines, image: None, .. } = new.appearance else {
            panic!("the picture was of another hand")
        };
        let said = lines.into_iter().map(|line| match line {
            Line::Text { text } => text.to_string(),
            Line::SignedAt { .. } => String::new(),
        });
        Some(said.collect())
    }

    #[test]
    fn a_stamp_says_in_whose_place_and_who_signs() {
        let ours = lines(&["Nguyễn Văn An", "Chủ tịch", "UBND xã X"]);
        let said = ["Lê Thị Khuê", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "UBND xã X"];
        assert_eq!(ours.unwrap(), said);
        let bare = lines(&[]).unwrap();
        assert_eq!(bare, ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Lê Thị Khuê"]);
        assert_eq!(lines(&["TM. ỦY BAN NHÂN DÂN"]), None, "whom that suits is not known");
    }
}
