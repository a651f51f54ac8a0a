//! Who is away, and until when: a notice that everybody sees who asks for a signature.
//!
//! It gives nobody authority: that takes a delegation, or somebody else who is asked.

use async_trait::async_trait;
use jiff::civil::Date;
use serde_json::json;
use trien_core::document::Text;
use trien_core::env::UnixSecond;
use trien_core::id::{AccountId, PersonId, UnitId};
use trien_core::wire::Absence;

use super::account::{self, Officer, Role};
use super::act::Acted;
use super::{FlowError, people};
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::store::absence;
use crate::text::{first_second, local_date};
use crate::writer::{Commit, CommitError, Tx};

/// Longest absence, and how far ahead one is announced, in days.
const MAX_DAYS: i32 = 366;

/// Days on which somebody is away, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub first: Date,
    /// The last.
    pub last: Date,
}

impl Days {
    /// Reads two days written `2026-12-01`.
    #[must_use]
    pub fn read(first: &str, last: &str) -> Option<Self> {
        Some(Self { first: first.trim().parse().ok()?, last: last.trim().parse().ok()? })
    }
}

/// Notes that a person is away, in place of what was noted before. A clerk of the person's unit does.
pub async fn note(
    app: &App,
    officer: &Officer,
    person: PersonId,
    days: Days,
    why: Option<Text<500>>,
) -> Result<(), FlowError> {
    let unit = unit_of(app, officer, person).await?;
    let today = local_date(app.clock().now().second());
    let ahead = |day: Date| (day - today).get_days();
    if days.last < days.first || days.last < today || ahead(days.last) > MAX_DAYS {
        let rule = "an absence ends today or later, not before it begins, and within 366 days";
        return Err(FlowError::BadRequest(rule.to_owned()));
    }
    let end = days.last.tomorrow().ok().and_then(first_second);
    let (Some(since), Some(until)) = (first_second(days.first), end) else {
        return Err(FlowError::BadRequest("these are no days of a calendar".to_owned()));
    };
    let absent = Absence { person, since: since.timestamp(), until: UnixSecond::timestamp(until) };
    let note = Note { clerk: officer.account, unit, absent };
    app.writer().commit(Acted(officer.act(why), note)).await?;
    Ok(())
}

/// Notes that a person is back, or was never away.
pub async fn end(
    app: &App,
    officer: &Officer,
    person: PersonId,
    why: Option<Text<500>>,
) -> Result<(), FlowError> {
    let unit = unit_of(app, officer, person).await?;
    let end = End { clerk: officer.account, unit, person };
    app.writer().commit(Acted(officer.act(why), end)).await?;
    Ok(())
}

/// When a person is away, unless it is over.
pub async fn one(app: &App, person: PersonId) -> Result<Option<Absence>, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(absence::one(&mut connection, person, app.clock().now()).await?)
}

async fn unit_of(app: &App, officer: &Officer, person: PersonId) -> Result<UnitId, FlowError> {
    officer.require_somewhere(Role::Clerk)?;
    let unit = people::one(app, officer, person).await?.unit;
    officer.require(app, unit, &[Role::Clerk]).await?;
    Ok(unit)
}

fn said(of: &Absence) -> serde_json::Value {
    let (first, last) = (local_date(of.since.second()), local_date(of.until.second().plus(-1)));
    json!({ "first_day": first.to_string(), "last_day": last.to_string() })
}

struct Note {
    clerk: AccountId,
    unit: UnitId,
    absent: Absence,
}

#[async_trait]
impl Commit for Note {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        account::require_role(tx, self.clerk, self.unit, Role::Clerk).await?;
        let before = absence::one(tx.connection(), self.absent.person, now).await?;
        if before == Some(self.absent) {
            return Ok(());
        }
        absence::note(tx.connection(), &self.absent, now).await?;
        let statement = json!({
            "person": self.absent.person,
            "before": before.map(|of| said(&of)),
            "after": said(&self.absent),
        });
        tx.state(Kind::AbsenceNoted, self.absent.person.as_bytes(), &statement).await?;
        Ok(())
    }
}

struct End {
    clerk: AccountId,
    unit: UnitId,
    person: PersonId,
}

#[async_trait]
impl Commit for End {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        account::require_role(tx, self.clerk, self.unit, Role::Clerk).await?;
        let before = absence::one(tx.connection(), self.person, now).await?;
        let none = || FlowError::BadRequest("nobody noted that this person is away".to_owned());
        let before = before.ok_or_else(none)?;
        absence::end(tx.connection(), self.person).await?;
        let statement = json!({
            "person": self.person,
            "before": said(&before),
            "after": null,
        });
        tx.state(Kind::AbsenceEnded, self.person.as_bytes(), &statement).await?;
        Ok(())
    }
}
