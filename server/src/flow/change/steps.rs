//! The recipe of a step that another person signs, or the same one in another post.
//!
//! Only what the server itself wrote into a stamp is written anew: name, position, unit. A text that a
//! document system gave may say "KT. CHỦ TỊCH", and nobody here knows whom it suits.

use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::id::UnitId;
use trien_core::pdf::recipe::{Appearance, Line, Recipe};
use trien_core::request::Role;

use super::held::{Held, HeldPost, HeldStep};
use crate::app::App;
use crate::flow::account::MAX_LEVELS;
use crate::flow::content::Content;
use crate::flow::{FlowError, Thing};
use crate::store::directory;
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

/// Whether a step stays with somebody whose posts end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stay {
    /// Nothing in it names what ends.
    AsItIs,
    /// With this recipe, whose stamp names a post that is left or taken.
    With(Vec<u8>),
    /// Nobody would be left who may sign it, or its stamp would name what the signer is not any more.
    Not,
}

/// A step is addressed to a person for a post. It stays where a post in the submitter's unit or above it
/// is left or taken, and where its stamp names none that ends.
pub(super) async fn stay(
    connection: &mut AnyConnection,
    step: &HeldStep,
    held: &Held,
    ends: &[HeldPost],
    taken: Option<(UnitId, &str)>,
) -> Result<Stay, FlowError> {
    let line = directory::line(connection, step.unit.id, MAX_LEVELS).await?;
    let left = held.posts.iter().filter(|post| !ends.contains(post));
    let left = left.map(|post| (post.unit.id, post.title.as_str()));
    let titles = taken.into_iter().chain(left).filter(|(unit, _)| line.contains(unit));
    let titles: Vec<&str> = titles.map(|(_, title)| title).collect();
    Ok(with_titles(step, held, ends, taken.is_some(), &titles))
}

/// [`stay`], where the signer has these positions in the submitter's unit or above it.
fn with_titles(
    step: &HeldStep,
    held: &Held,
    ends: &[HeldPost],
    moves: bool,
    titles: &[&str],
) -> Stay {
    let Some(title) = titles.first() else { return Stay::Not };
    let goes = |post: &&HeldPost| !titles.contains(&post.title.as_str());
    let gone: Vec<HeldPost> = ends.iter().filter(goes).cloned().collect();
    let signer = Signer { name: &held.name, title, leaves: Some(&gone) };
    match rewritten(step, held, signer) {
        Ok(recipe) if recipe == step.recipe => Stay::AsItIs,
        Ok(Some(recipe)) => Stay::With(recipe),
        Err(NotOurs) if !moves && !says_any(step, &gone) => Stay::AsItIs,
        Ok(None) | Err(NotOurs) => Stay::Not,
    }
}

/// Whether a stamp says one of these positions, be it in capitals or behind "KT.".
fn says_any(step: &HeldStep, posts: &[HeldPost]) -> bool {
    let Some(cbor) = &step.recipe else { return false };
    let Ok(recipe) = Recipe::from_cbor(cbor) else { return true };
    let Appearance::Stamp { lines, .. } = &recipe.appearance else { return false };
    lines.iter().any(|line| match line {
        Line::Text { text } => {
            let said = text.as_str().to_lowercase();
            posts.iter().any(|post| said.contains(&post.title.to_lowercase()))
        }
        Line::SignedAt { .. } => false,
    })
}

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
    use trien_core::document::{Metadata, Urgency};
    use trien_core::env::Timestamp;
    use trien_core::id::{PersonId, RequestId, UnitId};
    use trien_core::pdf::recipe::{BUILDER, ImageRef, Rect, Target};
    use trien_core::request::StepNumber;
    use trien_core::wire::UnitView;

    use crate::store::holding::Turn;

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

    fn metadata() -> Metadata {
        let text = "Về việc thử nghiệm";
        Metadata {
            number: None,
            subject: Text::new(text).unwrap(),
            kind: Text::new("Quyết định").unwrap(),
            issuer: Text::new("UBND xã X").unwrap(),
            urgency: Urgency::Urgent,
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
    fn a_step_stays_only_where_its_stamp_says_no_post_that_ends() {
        let held = held();
        let step = |text| HeldStep {
            request: RequestId::from_bytes([3; 16]),
            metadata: metadata(),
            unit: held.posts[0].unit.clone(),
            step: StepNumber(1),
            role: Role::Approve,
            turn: Turn::Open,
            recipe: Some(recipe(&[text], false).to_cbor()),
        };
        let stay = |text, moves, titles: &[&str]| {
            with_titles(&step(text), &held, &held.posts, moves, titles)
        };
        assert_eq!(stay("Chủ tịch", false, &[]), Stay::Not, "no post is left above the request");
        let anew = recipe(&["Cố vấn"], false).to_cbor();
        assert_eq!(stay("Chủ tịch", false, &["Cố vấn"]), Stay::With(anew));
        assert_eq!(stay("KT. CHỦ TỊCH", false, &["Cố vấn"]), Stay::Not);
        assert_eq!(stay("TL. GIÁM ĐỐC", false, &["Cố vấn"]), Stay::AsItIs);
        assert_eq!(stay("TL. GIÁM ĐỐC", true, &["Cố vấn"]), Stay::Not, "a post was exchanged");
        assert_eq!(stay("Chủ tịch", true, &["Chủ tịch"]), Stay::AsItIs, "the same title again");
    }

    #[test]
    fn a_text_that_a_document_system_gave_is_not_given_to_somebody_else() {
        assert_eq!(written(&recipe(&["KT. CHỦ TỊCH"], false), Role::Approve), None);
    }
}
