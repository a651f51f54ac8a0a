//! A template as a form has it: rows of steps and signers, each a few fields. What the form cannot say, such as a stamp
//! at a place of the page, it keeps as it is.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use trien_core::document::Text;
use trien_core::pdf::placement::{Occurrence, Side};
use trien_core::pdf::recipe::Fill;
use trien_core::request::{Quorum, Role as StepRole};
use trien_core::template::{PostName, TemplateBody, TemplateSigner, TemplateStep, Who};
use trien_core::wire::{Numbering, SubmittedAppearance, SubmittedField};

use super::super::Console;
use super::super::papers;
use super::super::papers::identifier;
use crate::flow::account::Officer;
use crate::flow::templates::{Draft, Holder, ResolvedSigner, ResolvedStep, VersionView};
use crate::flow::{FlowError, people, units};
use crate::fold;
use crate::paging::Turn;

/// Most steps, and most signers of a step, that the form shows.
const MAX_STEPS: usize = 16;
const MAX_SIGNERS: usize = 8;
/// Size of a stamp beside a text, in hundredths of a point.
const WIDTH: i32 = 18_000;
const HEIGHT: i32 = 5_600;

/// What a signer may be asked for.
pub(super) const ASKED_FOR: [(&str, StepRole); 4] = [
    ("review", StepRole::Review),
    ("initial", StepRole::Initial),
    ("approve", StepRole::Approve),
    ("seal", StepRole::Seal),
];

/// How a signature may show, with the key of its text.
pub(super) const LOOKS: [(&str, &str); 4] = [
    ("usual", "template-look-usual"),
    ("invisible", "template-look-invisible"),
    ("beside", "template-look-beside"),
    ("field", "template-look-field"),
];

/// One step of the form.
pub(super) struct StepRow {
    pub at: usize,
    pub role: String,
    pub least: String,
    pub signers: Vec<SignerRow>,
}

/// One signer of the form.
pub(super) struct SignerRow {
    pub at: usize,
    /// The name of a post, `person`, or nothing.
    pub who: String,
    /// Unit or person.
    pub of: String,
    pub look: String,
    pub text: String,
    pub kept: String,
}

/// What the form cannot say of a signer.
#[derive(Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Kept {
    #[serde(skip_serializing_if = "Option::is_none")]
    appearance: Option<SubmittedAppearance>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fill: Vec<Fill>,
}

/// What was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct TemplateForm {
    pub fields: HashMap<String, String>,
}

impl TemplateForm {
    pub(super) fn typed(&self, name: &str) -> &str {
        self.fields.get(name).map(|text| text.trim()).unwrap_or_default()
    }

    fn put(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.fields.insert(name.into(), text.into());
    }

    /// The form of a version.
    pub(super) fn of(version: &VersionView) -> Self {
        let mut form = Self::default();
        form.put("name", &version.name);
        form.put("seen", version.number.to_string());
        for (at, (step, resolved)) in version.body.steps.iter().zip(&version.steps).enumerate() {
            form.put_step(at, step, resolved);
        }
        if let Some(numbering) = &version.body.numbering {
            form.put("notation", numbering.notation.to_string());
            form.put("number-field", numbering.number_field.to_string());
            let date = numbering.date_field.as_ref().map(ToString::to_string);
            form.put("date-field", date.unwrap_or_default());
        }
        form.put("copies", version.copies.iter().map(papers::named).collect::<Vec<_>>().join("\n"));
        form.put("fields", serde_json::to_string(&version.body.fields).unwrap_or_default());
        form
    }

    fn put_step(&mut self, at: usize, step: &TemplateStep, resolved: &ResolvedStep) {
        let role = ASKED_FOR.into_iter().find(|(_, role)| *role == step.role);
        self.put(format!("role-{at}"), role.map_or("", |(name, _)| name));
        if let Quorum::AtLeast(count) = step.quorum {
            self.put(format!("least-{at}"), count.to_string());
        }
        for (n, (signer, resolved)) in step.signers.iter().zip(&resolved.signers).enumerate() {
            let (who, of) = shown(resolved);
            self.put(format!("who-{at}-{n}"), who);
            self.put(format!("of-{at}-{n}"), of);
            let (look, text) = look_of(signer.appearance.as_ref());
            self.put(format!("look-{at}-{n}"), look);
            self.put(format!("text-{at}-{n}"), text);
            let appearance = signer.appearance.clone().filter(|_| look == "kept");
            let kept = Kept { appearance, fill: signer.fill.clone() };
            let kept = serde_json::to_string(&kept).unwrap_or_default();
            self.put(format!("kept-{at}-{n}"), if kept == "{}" { String::new() } else { kept });
        }
    }

    /// The rows, with an empty one after the last that is used, of steps and in each.
    pub(super) fn rows(&self) -> Vec<StepRow> {
        let steps = self.used_steps();
        (0..(steps + 1).min(MAX_STEPS)).map(|at| self.row(at)).collect()
    }

    fn used_steps(&self) -> usize {
        let used = |at: &usize| !self.typed(&format!("role-{at}")).is_empty() || self.used(*at) > 0;
        (0..MAX_STEPS).rev().find(used).map_or(0, |last| last + 1)
    }

    /// How many rows of a step are used.
    fn used(&self, at: usize) -> usize {
        let used = |n: &usize| {
            ["who", "of"].iter().any(|it| !self.typed(&format!("{it}-{at}-{n}")).is_empty())
        };
        (0..MAX_SIGNERS).rev().find(used).map_or(0, |last| last + 1)
    }

    fn row(&self, at: usize) -> StepRow {
        let signer = |n: usize| {
            let typed = |name: &str| self.typed(&format!("{name}-{at}-{n}")).to_owned();
            let (who, of, look) = (typed("who"), typed("of"), typed("look"));
            SignerRow { at: n, who, of, look, text: typed("text"), kept: typed("kept") }
        };
        let shown = (self.used(at) + 1).min(MAX_SIGNERS);
        StepRow {
            at,
            role: self.typed(&format!("role-{at}")).to_owned(),
            least: self.typed(&format!("least-{at}")).to_owned(),
            signers: (0..shown).map(signer).collect(),
        }
    }

    /// What the form says, or the key of what is wrong with it.
    pub(super) async fn draft(
        &self,
        console: &Console,
        officer: &Officer,
    ) -> Result<Result<Draft, &'static str>, FlowError> {
        let Ok(name) = Text::new(self.typed("name")) else { return Ok(Err("template-fault-name")) };
        let mut steps = Vec::new();
        for at in 0..self.used_steps() {
            let row = self.row(at);
            let role = ASKED_FOR.into_iter().find(|(name, _)| *name == row.role);
            let Some((_, role)) = role else { return Ok(Err("template-fault-role")) };
            let quorum = match row.least.as_str() {
                "" => Quorum::All,
                count => match count.parse() {
                    Ok(count) => Quorum::AtLeast(count),
                    Err(_) => return Ok(Err("template-fault-least")),
                },
            };
            let mut signers = Vec::new();
            for signer in row.signers.iter().filter(|it| !it.who.is_empty() || !it.of.is_empty()) {
                let who = match who(console, officer, signer).await? {
                    Ok(who) => who,
                    Err(fault) => return Ok(Err(fault)),
                };
                match appearance(signer) {
                    Ok((appearance, fill)) => {
                        signers.push(TemplateSigner { who, appearance, fill });
                    }
                    Err(fault) => return Ok(Err(fault)),
                }
            }
            steps.push(TemplateStep { role, quorum, signers });
        }
        let numbering = match self.numbering() {
            Ok(numbering) => numbering,
            Err(fault) => return Ok(Err(fault)),
        };
        let fields: Vec<SubmittedField> = match self.typed("fields") {
            "" => Vec::new(),
            text => serde_json::from_str(text)
                .map_err(|error| FlowError::BadRequest(error.to_string()))?,
        };
        let copies = papers::read_copies(&console.app, self.typed("copies")).await?;
        let Some(copies) = copies else { return Ok(Err("request-fault-copies")) };
        Ok(Ok(Draft { name, body: TemplateBody { steps, fields, numbering, copies } }))
    }

    fn numbering(&self) -> Result<Option<Numbering>, &'static str> {
        let fault = "template-fault-numbering";
        let [notation, number, date] =
            ["notation", "number-field", "date-field"].map(|name| self.typed(name));
        if notation.is_empty() && number.is_empty() && date.is_empty() {
            return Ok(None);
        }
        let date = Some(date).filter(|date| !date.is_empty());
        Ok(Some(Numbering {
            notation: Text::new(notation).map_err(|_| fault)?,
            number_field: Text::new(number).map_err(|_| fault)?,
            date_field: date.map(Text::new).transpose().map_err(|_| fault)?,
        }))
    }
}

/// Whom a signer of the form means.
async fn who(
    console: &Console,
    officer: &Officer,
    row: &SignerRow,
) -> Result<Result<Who, &'static str>, FlowError> {
    let (app, of) = (&console.app, identifier(&row.of));
    if let Some(post) = PostName::from_name(&row.who) {
        if of.is_empty() {
            return Ok(Ok(Who::Post { post, unit: None }));
        }
        return match units::meant(app, officer, of).await {
            Ok(unit) => Ok(Ok(Who::Post { post, unit: Some(unit) })),
            Err(FlowError::NotFound(_)) => Ok(Err("template-fault-unit")),
            Err(other) => Err(other),
        };
    }
    if row.who != "person" {
        return Ok(Err("template-fault-who"));
    }
    if let Ok(person) = of.parse() {
        return Ok(Ok(Who::Person { person }));
    }
    let found = people::search(app, officer, of, Turn::First).await?.people;
    let words = fold::words(of);
    let mut named: Vec<_> = found.iter().map(|one| &one.person).collect();
    named.retain(|person| fold::words(&person.name) == words);
    named.dedup_by_key(|person| person.id);
    match &named[..] {
        [one] => Ok(Ok(Who::Person { person: one.id })),
        _ => Ok(Err("template-fault-person")),
    }
}

fn shown(signer: &ResolvedSigner) -> (&'static str, String) {
    match (signer.who, &signer.holder) {
        (Who::Post { post, unit: None }, _) => (post.name(), String::new()),
        (Who::Post { post, unit: Some(id) }, _) => {
            let name = signer.unit.as_ref().map_or("", |unit| unit.name.as_str());
            (post.name(), format!("{name} ({id})"))
        }
        (Who::Person { person }, Holder::One(view)) => {
            ("person", format!("{} ({person})", view.name))
        }
        (Who::Person { person }, _) => ("person", person.to_string()),
    }
}

fn look_of(appearance: Option<&SubmittedAppearance>) -> (&'static str, String) {
    use SubmittedAppearance::{Beside, Field, Invisible};
    match appearance {
        None => ("usual", String::new()),
        Some(Invisible) => ("invisible", String::new()),
        Some(Field { name, lines: None, image: None }) => ("field", name.clone()),
        Some(Beside {
            text,
            occurrence: Occurrence::Last,
            page: None,
            side: Side::Below,
            width: WIDTH,
            height: HEIGHT,
            lines: None,
            image: None,
        }) => ("beside", text.to_string()),
        Some(_) => ("kept", String::new()),
    }
}

fn appearance(row: &SignerRow) -> Result<(Option<SubmittedAppearance>, Vec<Fill>), &'static str> {
    let fault = "template-fault-look";
    let kept: Kept = match row.kept.as_str() {
        "" => Kept::default(),
        text => serde_json::from_str(text).map_err(|_| fault)?,
    };
    let (lines, image) = (None, None);
    let appearance = match row.look.as_str() {
        "" | "usual" => None,
        "invisible" => Some(SubmittedAppearance::Invisible),
        "field" if row.text.is_empty() => return Err(fault),
        "field" => Some(SubmittedAppearance::Field { name: row.text.clone(), lines, image }),
        "beside" => Some(SubmittedAppearance::Beside {
            text: Text::new(row.text.as_str()).map_err(|_| fault)?,
            occurrence: Occurrence::Last,
            page: None,
            side: Side::Below,
            width: WIDTH,
            height: HEIGHT,
            lines,
            image,
        }),
        "kept" => kept.appearance,
        _ => return Err(fault),
    };
    Ok((appearance, kept.fill))
}
