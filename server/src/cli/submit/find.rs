//! Units, people and templates by the names or identifiers that are typed.

use trien_core::id::{PersonId, TemplateId};
use trien_core::papers::CopyTo;
use trien_core::template::TemplateChoice;
use trien_core::wire::{PersonView, UnitView};

use super::super::CliError;
use super::super::remote::Remote;
use crate::flow::read::ListedUnit;

pub(super) async fn standing_units(remote: &Remote) -> Result<Vec<UnitView>, CliError> {
    let units: Vec<ListedUnit> = remote.json(remote.get("/api/v1/units")).await?;
    let standing = units.into_iter().filter(|unit| unit.ended_at.is_none());
    Ok(standing.map(|unit| unit.unit).collect())
}

pub(super) fn find_unit(units: &[UnitView], wanted: Option<&str>) -> Result<UnitView, CliError> {
    match (wanted, units) {
        (Some(wanted), _) => {
            let found = units.iter().find(|u| u.id.to_string() == wanted || u.name == wanted);
            let missing = || CliError::Usage(format!("the server has no unit {wanted:?}"));
            found.cloned().ok_or_else(missing)
        }
        (None, [only]) => Ok(only.clone()),
        (None, _) => {
            Err(CliError::Usage("the server has several units: say which with --unit".to_owned()))
        }
    }
}

pub(super) fn find_copy(
    units: &[UnitView],
    people: &[PersonView],
    wanted: &str,
) -> Result<CopyTo, CliError> {
    match find_unit(units, Some(wanted)) {
        Ok(unit) => Ok(CopyTo::Unit { unit: unit.id }),
        Err(_) => Ok(CopyTo::Person { person: find_person(people, wanted)? }),
    }
}

/// What is needed of a template that the server lists.
#[derive(serde::Deserialize)]
struct ListedTemplate {
    id: TemplateId,
    name: String,
}

/// In its present version, whichever that is: the same command twice is one submission.
pub(super) async fn find_template(
    remote: &Remote,
    wanted: &str,
) -> Result<TemplateChoice, CliError> {
    let listed: Vec<ListedTemplate> = remote.json(remote.get("/api/v1/templates")).await?;
    let mut found =
        listed.into_iter().filter(|it| it.id.to_string() == wanted || it.name == wanted);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(TemplateChoice { id: one.id, version: None }),
        (None, _) => Err(CliError::Usage(format!("the unit has no template {wanted:?}"))),
        (Some(_), Some(_)) => {
            Err(CliError::Usage(format!("several templates are called {wanted:?}: give the id")))
        }
    }
}

pub(super) fn find_person(people: &[PersonView], wanted: &str) -> Result<PersonId, CliError> {
    if let Ok(id) = wanted.parse() {
        return Ok(id);
    }
    let mut found = people.iter().filter(|person| person.name == wanted);
    match (found.next(), found.next()) {
        (Some(person), None) => Ok(person.id),
        (None, _) => Err(CliError::Usage(format!(
            "the server knows nobody called {wanted:?}: see `trien person list`"
        ))),
        (Some(_), Some(_)) => Err(CliError::Usage(format!(
            "several people are called {wanted:?}: give the id from `trien person list`"
        ))),
    }
}
