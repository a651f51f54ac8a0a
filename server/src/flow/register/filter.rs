//! Which entries somebody sees, and in which pages.

use std::fmt;
use std::str::FromStr;

use sqlx::AnyConnection;
use trien_core::env::UnixSecond;
use trien_core::id::{EntryId, UnitId};
use trien_core::register::State;

use crate::flow::account::Officer;
use crate::flow::key::{ApiCaller, Scope};
use crate::flow::people::branches;
use crate::flow::{FlowError, Thing};
use crate::store::directory;
use crate::store::register::{EndPlace, EntryRow, Part, States};

/// Who reads the register.
#[derive(Clone, Copy, Debug)]
pub enum Reader<'a> {
    /// Whoever can run the program on the server's data folder: everything.
    CommandLine,
    /// Somebody who signed in: the units in which they have any role, and those below.
    Officer(&'a Officer),
    /// A document system: its own unit.
    Key(&'a ApiCaller),
}

impl Reader<'_> {
    /// The parts of the register that are looked at; a chosen unit, with those below it, must be within
    /// reach.
    pub(super) async fn parts(
        &self,
        connection: &mut AnyConnection,
        chosen: Option<UnitId>,
    ) -> Result<Vec<Part>, FlowError> {
        let missing = || FlowError::NotFound(Thing::Unit);
        let place = match (self, chosen) {
            (Self::Key(caller), _) => {
                caller.require(Scope::Read)?;
                Some(caller.unit)
            }
            (_, chosen) => chosen,
        };
        let place = match place {
            Some(unit) => Some(directory::branch(connection, unit).await?.ok_or_else(missing)?),
            None => None,
        };
        match (self, place) {
            (Self::CommandLine, None) => Ok(vec![Part::everything()]),
            (Self::CommandLine, Some(place)) => Ok(vec![Part::branch(&place)]),
            (Self::Officer(officer), place) => {
                let reached = branches(connection, officer).await?;
                match place {
                    None => Ok(reached.iter().map(Part::branch).collect()),
                    Some(place) if reached.iter().any(|branch| branch.holds(&place)) => {
                        Ok(vec![Part::branch(&place)])
                    }
                    Some(_) => Err(missing()),
                }
            }
            (Self::Key(caller), Some(place)) if chosen.is_none_or(|it| it == caller.unit) => {
                Ok(vec![Part::alone(&place)])
            }
            (Self::Key(_), _) => Err(missing()),
        }
    }
}

/// How soon a certificate ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Soon {
    /// Within 60 days: the time by which a renewal was asked for (Decree 130/2018, article 63).
    TwoMonths,
    /// Within 30 days.
    Month,
    /// Within 7 days.
    Week,
}

impl Soon {
    /// All of them, the longest first.
    pub const ALL: [Self; 3] = [Self::TwoMonths, Self::Month, Self::Week];

    /// Days until then.
    #[must_use]
    pub fn days(self) -> i64 {
        match self {
            Self::TwoMonths => 60,
            Self::Month => 30,
            Self::Week => 7,
        }
    }

    /// The one of so many days.
    #[must_use]
    pub fn of_days(days: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|soon| soon.days() == days)
    }

    /// The last second that is soon.
    #[must_use]
    pub fn until(self, now: UnixSecond) -> UnixSecond {
        now.plus(self.days() * 86_400)
    }
}

/// Which entries are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only those in this state; suspended ones whether or not they were confirmed before.
    pub state: Option<State>,
    /// Only those of this unit and the ones below it.
    pub unit: Option<UnitId>,
    /// Only those in force that end soon.
    pub soon: Option<Soon>,
    /// Only those that are valid for longer than R14 allows; not together with `soon`.
    pub exceeds: bool,
}

impl Filter {
    /// The states that can be asked for.
    pub fn choices() -> impl Iterator<Item = State> {
        State::ALL.iter().copied().filter(|state| *state != State::SuspendedUnused)
    }

    pub(super) fn states(&self) -> States {
        match self.state {
            None => States::Any,
            Some(State::Suspended | State::SuspendedUnused) => {
                States::Either(State::Suspended, State::SuspendedUnused)
            }
            Some(state) => States::Only(state),
        }
    }
}

/// Where a page ended: the end and the identifier of its last entry. Written `1795305600.01890a5d-…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// When its certificate ends; 0 where it has none.
    not_after: UnixSecond,
    /// Which.
    pub(super) entry: EntryId,
}

impl Cursor {
    /// A place before everything that ends at `now` or later.
    pub(super) fn before(now: UnixSecond) -> Self {
        Self { not_after: now, entry: EntryId::from_bytes([0; 16]) }
    }

    pub(super) fn end_place(self) -> EndPlace {
        EndPlace { not_after: self.not_after, entry: self.entry }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.not_after.get(), self.entry)
    }
}

impl FromStr for Cursor {
    type Err = FlowError;

    fn from_str(text: &str) -> Result<Self, FlowError> {
        let bad = || FlowError::BadRequest("the place in the list is not one of ours".to_owned());
        let (end, entry) = text.split_once('.').ok_or_else(bad)?;
        let not_after = end.parse().map(UnixSecond::new).map_err(|_| bad())?;
        Ok(Self { not_after, entry: entry.parse().map_err(|_| bad())? })
    }
}

/// One page of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The entries.
    pub entries: Vec<EntryRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

impl Page {
    pub(super) fn cut(mut entries: Vec<EntryRow>, limit: u32) -> Self {
        let more = entries.len() > limit as usize;
        entries.truncate(limit as usize);
        let next = entries
            .last()
            .filter(|_| more)
            .map(|last| Cursor { not_after: last.ends(), entry: last.id });
        Self { entries, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_list_is_read_back_and_others_are_not() {
        let text = "1795305600.01890a5d-ac96-774b-bcce-b302099a8057";
        assert_eq!(text.parse::<Cursor>().unwrap().to_string(), text);
        for wrong in ["", ".", "1", "1.x", "x.01890a5d-ac96-774b-bcce-b302099a8057", "1.2.3"] {
            assert!(wrong.parse::<Cursor>().is_err(), "{wrong}");
        }
    }
}
