//! Looking at a table of people.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::id::{PersonId, UnitId};
use trien_core::wire::PersonView;

use super::carry::PersonWork;
use super::column::{Cells, Faults, Table};
use super::tree::{Known, Tree, key};
use super::{Column, Fault, Problem, Reach};
use crate::app::App;
use crate::flow::FlowError;
use crate::store::directory::{Authority, PersonDetails, PersonRow};
use crate::store::holding;
use crate::store::roll::{self, Standing};

pub(super) struct Planner<'a> {
    app: &'a App,
    reach: &'a Reach,
    tree: &'a Tree,
    /// Name and position of those who are in a unit already, or that the table adds.
    there: HashMap<UnitId, HashSet<(String, String)>>,
    numbers: HashMap<String, u64>,
    seen: HashMap<PersonId, u64>,
}

/// A row by itself sound.
struct Wanted<'t> {
    id: Option<PersonId>,
    name: Text<200>,
    position: Text<200>,
    unit: &'t Known,
    details: PersonDetails,
}

impl<'a> Planner<'a> {
    pub(super) fn new(app: &'a App, reach: &'a Reach, tree: &'a Tree) -> Self {
        let (there, numbers, seen) = (HashMap::new(), HashMap::new(), HashMap::new());
        Self { app, reach, tree, there, numbers, seen }
    }

    pub(super) async fn plan(
        &mut self,
        connection: &mut AnyConnection,
        table: &Table<'_>,
        problems: &mut Vec<Problem>,
    ) -> Result<Vec<PersonWork>, FlowError> {
        let mut work = Vec::new();
        for row in &table.rows {
            let mut faults = Faults { line: row.line, problems: &mut *problems };
            if let Some(wanted) = self.read(table, *row, &mut faults) {
                work.extend(self.place(connection, wanted, &mut faults).await?);
            }
        }
        Ok(work)
    }

    fn read(
        &self,
        table: &Table<'_>,
        cells: Cells<'_>,
        faults: &mut Faults<'_>,
    ) -> Option<Wanted<'a>> {
        let before = faults.problems.len();
        let needed = |column, faults: &mut Faults<'_>| {
            let cell = table.cell(cells, column);
            if cell.is_none() {
                faults.note(column, Fault::Blank, "");
            }
            cell
        };
        let name = needed(Column::FullName, faults);
        let position = needed(Column::Position, faults);
        let unit = needed(Column::Unit, faults);
        let text = |column, value: Option<&str>, faults: &mut Faults<'_>| {
            let value = value?;
            faults.check(column, value, Text::<200>::new(value).map_err(|_| Fault::BadText))
        };
        let name = text(Column::FullName, name, faults);
        let position = text(Column::Position, position, faults);
        let unit = unit.and_then(|value| {
            let known = self.tree.meant(value).and_then(|known| {
                let reached = self.reach.holds(&known.branch);
                if reached { Ok(known) } else { Err(Fault::OutOfReach) }
            });
            faults.check(Column::Unit, value, known)
        });
        let mut optional = |column, check: fn(&str) -> Result<String, Fault>| {
            let value = table.cell(cells, column)?;
            faults.check(column, value, check(value))
        };
        let details = PersonDetails {
            staff_number: optional(Column::StaffNumber, staff_number),
            email: optional(Column::Email, email),
            phone: optional(Column::Phone, phone),
            authority: None,
        };
        let authority = table.cell(cells, Column::Authority);
        let authority =
            authority.and_then(|it| faults.check(Column::Authority, it, authority_of(it)));
        let details = PersonDetails { authority, ..details };
        let id = table.cell(cells, Column::Id);
        let id = id
            .and_then(|it| faults.check(Column::Id, it, it.parse().map_err(|_| Fault::UnknownId)));
        if faults.problems.len() > before {
            return None;
        }
        Some(Wanted { id, name: name?, position: position?, unit: unit?, details })
    }

    /// What a row comes to: somebody new, a change, or nothing.
    async fn place(
        &mut self,
        connection: &mut AnyConnection,
        wanted: Wanted<'a>,
        faults: &mut Faults<'_>,
    ) -> Result<Option<PersonWork>, FlowError> {
        let line = faults.line;
        if let Some(number) = &wanted.details.staff_number
            && let Some(earlier) = self.numbers.insert(number.clone(), line)
        {
            faults.note(Column::StaffNumber, Fault::Twice, &earlier.to_string());
            return Ok(None);
        }
        let by_number = match &wanted.details.staff_number {
            Some(number) => roll::with_staff_number(connection, number).await?,
            None => None,
        };
        let meant = match wanted.id {
            Some(id) => roll::standing(connection, id).await?,
            None => by_number.clone(),
        };
        if let Some(id) = wanted.id.filter(|_| meant.is_none()) {
            faults.note(Column::Id, Fault::UnknownId, &id.to_string());
            return Ok(None);
        }
        let Some(standing) = meant else { return self.add(connection, wanted, faults).await };
        if by_number.is_some_and(|other| other.row.view.id != standing.row.view.id) {
            let number = wanted.details.staff_number.unwrap_or_default();
            faults.note(Column::StaffNumber, Fault::Taken, &number);
            return Ok(None);
        }
        if let Some(earlier) = self.seen.insert(standing.row.view.id, line) {
            faults.note(Column::FullName, Fault::Twice, &earlier.to_string());
            return Ok(None);
        }
        let present = self.tree.get(standing.row.unit);
        if !present.is_some_and(|unit| self.reach.holds(&unit.branch)) {
            faults.note(Column::FullName, Fault::OutOfReach, wanted.name.as_str());
            return Ok(None);
        }
        let changed = change(standing, &wanted);
        if let Some(PersonWork::Change { before, after }) = &changed
            && before.is_elsewhere(after)
            && holding::holds(connection, before.row.view.id).await?
        {
            faults.note(Column::Position, Fault::HoldsThings, wanted.position.as_str());
            return Ok(None);
        }
        Ok(changed)
    }

    async fn add(
        &mut self,
        connection: &mut AnyConnection,
        wanted: Wanted<'a>,
        faults: &mut Faults<'_>,
    ) -> Result<Option<PersonWork>, FlowError> {
        let unit = wanted.unit.id;
        let there = match self.there.entry(unit) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(vacant) => {
                let names = roll::names_in(connection, unit).await?;
                let names = names.into_iter().map(|(name, title)| (key(&name), key(&title)));
                vacant.insert(names.collect())
            }
        };
        let (name, title) = (wanted.name.as_str(), wanted.position.as_str());
        // Two people may share all three; their numbers tell them apart.
        let is_new = there.insert((key(name), key(title)));
        if !is_new && wanted.details.staff_number.is_none() {
            faults.note(Column::FullName, Fault::ThereAlready, name);
            return Ok(None);
        }
        let view = PersonView {
            id: PersonId::generate(self.app.clock(), self.app.entropy()),
            name: name.to_owned(),
            position: title.to_owned(),
        };
        let (unit_name, details) = (wanted.unit.name.clone(), wanted.details);
        Ok(Some(PersonWork::Add { person: PersonRow { view, unit }, details, unit_name }))
    }
}

/// What a row changes of somebody; a blank cell changes nothing.
fn change(before: Standing, wanted: &Wanted<'_>) -> Option<PersonWork> {
    let (new, old) = (&wanted.details, &before.details);
    let details = PersonDetails {
        authority: new.authority.or(old.authority),
        staff_number: new.staff_number.clone().or_else(|| old.staff_number.clone()),
        email: new.email.clone().or_else(|| old.email.clone()),
        phone: new.phone.clone().or_else(|| old.phone.clone()),
    };
    let view = PersonView {
        id: before.row.view.id,
        name: wanted.name.as_str().to_owned(),
        position: wanted.position.as_str().to_owned(),
    };
    let after = Standing { row: PersonRow { view, unit: wanted.unit.id }, details };
    (after != before).then_some(PersonWork::Change { before, after })
}

fn staff_number(text: &str) -> Result<String, Fault> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._/".contains(c);
    let sound = text.len() <= 32 && text.chars().all(allowed);
    if sound { Ok(text.to_uppercase()) } else { Err(Fault::BadStaffNumber) }
}

fn email(text: &str) -> Result<String, Fault> {
    let (local, domain) = text.rsplit_once('@').ok_or(Fault::BadEmail)?;
    let plain = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let sound = text.len() <= 254
        && !local.is_empty()
        && local.chars().all(plain)
        && domain.contains('.')
        && domain.split('.').all(|part| !part.is_empty())
        && domain.chars().all(|c| c.is_alphanumeric() || c == '.' || c == '-');
    if sound { Ok(text.to_owned()) } else { Err(Fault::BadEmail) }
}

fn phone(text: &str) -> Result<String, Fault> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let allowed = |c: char| c.is_ascii_digit() || "+ .-()".contains(c);
    let sound = (8..=15).contains(&digits) && text.len() <= 32 && text.chars().all(allowed);
    if sound { Ok(text.to_owned()) } else { Err(Fault::BadPhone) }
}

fn authority_of(text: &str) -> Result<Authority, Fault> {
    match key(text).as_str() {
        "chief" | "nguoi dung dau" | "cap truong" | "truong" => Ok(Authority::Chief),
        "deputy" | "cap pho" | "pho" => Ok(Authority::Deputy),
        "clerk" | "van thu" => Ok(Authority::Clerk),
        _ => Err(Fault::UnknownAuthority),
    }
}
