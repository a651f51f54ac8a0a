//! The recipe of a step that another person signs, or the same one in another post.
//!
//! Only what the server itself wrote into a stamp is written anew: name, position, unit. A text that a
//! document system gave may say "KT. CHỦ TỊCH", and nobody here knows whom it suits.

use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::pdf::recipe::{Appearance, Line, Recipe};
use trien_core::request::Role;

use super::held::{Held, HeldPost, HeldStep};
use crate::app::App;
use crate::flow::content::Content;
use crate::flow::{FlowError, Thing};
use crate::store::document::{self, Located};

/// Who signs, as a stamp says it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signer<'a> {
    pub name: &'a str,
    pub title: &'a str,
    /// The posts that end, where it is the same person; a position that stays is still true.
    pub leaves: Option<&'a [HeldPost]>,
}

/// The recipe with another signer; none where it holds a text that is not the server's own.
pub(super) fn for_signer(
    recipe: &Recipe,
    role: Role,
    held: &Held,
    unit: &str,
    to: Signer<'_>,
) -> Option<Recipe> {
    let mut new = recipe.clone();
    new.name = Text::new(to.name).ok()?;
    let Appearance::Stamp { lines, image, .. } = &mut new.appearance else { return Some(new) };
    for line in lines.iter_mut() {
        let Line::Text { text } = line else { continue };
        let was = text.as_str();
        if was == held.name {
            *text = Text::new(to.name).ok()?;
        } else if held.posts.iter().any(|post| post.title == was) {
            if to.leaves.is_none_or(|ends| ends.iter().any(|post| post.title == was)) {
                *text = Text::new(to.title).ok()?;
            }
        } else if was != unit {
            return None;
        }
    }
    // The picture of a personal signature is one person's; that of a seal is the agency's.
    if to.leaves.is_none() && role != Role::Seal && image.take().is_some() && lines.is_empty() {
        lines.push(Line::Text { text: Text::new(to.name).ok()? });
        lines.push(Line::Text { text: Text::new(to.title).ok()? });
    }
    new.check().ok()?;
    Recipe::from_cbor(&new.to_cbor()).ok()
}

/// The step's recipe with another signer, as it is stored; none where approving signs no document.
pub(super) fn rewritten(
    step: &HeldStep,
    held: &Held,
    to: Signer<'_>,
) -> Result<Option<Vec<u8>>, NotOurs> {
    let Some(cbor) = &step.recipe else { return Ok(None) };
    let recipe = Recipe::from_cbor(cbor).map_err(|_| NotOurs)?;
    let new = for_signer(&recipe, step.role, held, &step.unit.name, to).ok_or(NotOurs)?;
    Ok(Some(new.to_cbor()))
}

/// The stamp says what a document system wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotOurs;

/// Builds the revision of a new recipe on the document as it is now, so that what cannot be signed is
/// refused before somebody is asked to.
pub(super) async fn try_out(app: &App, step: &HeldStep, cbor: &[u8]) -> Result<(), FlowError> {
    let recipe = Recipe::from_cbor(cbor).map_err(|error| FlowError::Internal(error.to_string()))?;
    let (content, images) = {
        let mut connection = app.store().reader().await?;
        let images = match &recipe.appearance {
            Appearance::Stamp { image: Some(name), .. } => {
                document::image(&mut connection, name).await?.into_iter().collect()
            }
            _ => Vec::new(),
        };
        (main(app, &mut connection, step).await?, images)
    };
    let bytes = content.read(0..content.document.size).await?;
    let now = app.clock().now().second();
    app.checker().try_out(bytes, [&recipe], &images, now).await?;
    Ok(())
}

async fn main(
    app: &App,
    connection: &mut AnyConnection,
    step: &HeldStep,
) -> Result<Content, FlowError> {
    let current = document::current(connection, step.request).await?;
    let main = current.into_iter().next().ok_or(FlowError::NotFound(Thing::Document))?;
    let located = Located {
        request: step.request,
        place: main.place,
        number: main.number,
        name: main.name,
        media_type: main.document.media_type,
    };
    Content::load(app, connection, located).await
}

#[cfg(test)]
mod tests {
    use trien_core::digest::Sha256;
    use trien_core::env::Timestamp;
    use trien_core::id::{PersonId, UnitId};
    use trien_core::pdf::recipe::{BUILDER, ImageRef, Rect, Target};
    use trien_core::wire::UnitView;

    use super::super::held::HeldPost;
    use super::*;

    fn held() -> Held {
        let unit = UnitView { id: UnitId::from_bytes([1; 16]), name: "UBND xã X".to_owned() };
        let since = Timestamp::from_millis(0);
        let post = HeldPost { unit, title: "Chủ tịch".to_owned(), authority: None, since };
        Held {
            person: PersonId::from_bytes([2; 16]),
            name: "Nguyễn Văn An".to_owned(),
            posts: vec![post],
            devices: Vec::new(),
            entries: Vec::new(),
            steps: Vec::new(),
            invitations: Vec::new(),
        }
    }

    fn recipe(texts: &[&str], pictured: bool) -> Recipe {
        let image =
            ImageRef { width: 1, height: 1, colour: Sha256::of(b"c"), alpha: Sha256::of(b"a") };
        let line = |text: &&str| Line::Text { text: Text::new(text).unwrap() };
        Recipe {
            builder: BUILDER.to_owned(),
            field: "Trien-1-1".to_owned(),
            name: Text::new("Nguyễn Văn An").unwrap(),
            reason: None,
            location: None,
            offset_minutes: 420,
            appearance: Appearance::Stamp {
                page: 0,
                rect: Rect { left: 0, bottom: 0, right: 100, top: 100 },
                lines: texts.iter().map(line).collect(),
                image: pictured.then_some(image),
            },
            target: Target::New,
            fill: Vec::new(),
        }
    }

    fn written(recipe: &Recipe, role: Role) -> Option<(Vec<String>, bool)> {
        let to = Signer { name: "Lê Thị Khuê", title: "Phó Chủ tịch", leaves: None };
        let new = for_signer(recipe, role, &held(), "UBND xã X", to)?;
        assert_eq!(new.name.as_str(), "Lê Thị Khuê");
        let Appearance::Stamp { lines, image, .. } = new.appearance else { panic!("a stamp") };
        let texts = lines.iter().filter_map(|line| match line {
            Line::Text { text } => Some(text.as_str().to_owned()),
            Line::SignedAt { .. } => None,
        });
        Some((texts.collect(), image.is_some()))
    }

    #[test]
    fn a_stamp_of_ours_says_who_signs_now_and_bears_nobody_elses_picture() {
        let ours = recipe(&["Nguyễn Văn An", "Chủ tịch", "UBND xã X"], true);
        let (texts, pictured) = written(&ours, Role::Approve).unwrap();
        assert_eq!(texts, ["Lê Thị Khuê", "Phó Chủ tịch", "UBND xã X"]);
        assert!(!pictured, "the picture was of another hand");
        let (texts, pictured) = written(&recipe(&[], true), Role::Approve).unwrap();
        assert_eq!((texts.len(), pictured), (2, false), "something is left to be seen");
        let (_, pictured) = written(&recipe(&[], true), Role::Seal).unwrap();
        assert!(pictured, "the seal is the agency's");
    }

    #[test]
    fn a_position_that_stays_stays_in_the_stamp() {
        let mut held = held();
        let ends = HeldPost { title: "Trưởng ban".to_owned(), ..held.posts[0].clone() };
        held.posts.push(ends.clone());
        let ends = [ends];
        let to = Signer { name: &held.name, title: "Bí thư", leaves: Some(&ends) };
        let after = |title| {
            let recipe = recipe(&[title], true);
            let new = for_signer(&recipe, Role::Approve, &held, "UBND xã X", to).unwrap();
            let Appearance::Stamp { lines, image: Some(_), .. } = new.appearance else {
                panic!("the picture is of the same hand")
            };
            lines
        };
        let line = |text: &str| vec![Line::Text { text: Text::new(text).unwrap() }];
        assert_eq!(after("Chủ tịch"), line("Chủ tịch"));
        assert_eq!(after("Trưởng ban"), line("Bí thư"));
    }

    #[test]
    fn a_text_that_a_document_system_gave_is_not_given_to_somebody_else() {
        assert_eq!(written(&recipe(&["KT. CHỦ TỊCH"], false), Role::Approve), None);
    }
}
