//! The officer's session with a person who holds a slip: a short code, its five tries, and the
//! invitation that it opens.

use async_trait::async_trait;
use serde_json::json;
use trien_core::enrollment::short_code::{self, MAX_TRIES, ShortCode, TTL_SECONDS};
use trien_core::env::UnixSecond;
use trien_core::id::{InvitationId, PersonId, SlipId, UnitId};
use trien_core::wire::{ShortCodeAnswer, ShortCodeQuestion, SlipQuestion, SlipStarted, SlipView};

use super::{CodeRow, CodeState, SlipEnd, SlipRow};
use crate::app::App;
use crate::flow::account::MAX_LEVELS;
use crate::flow::act::kind::Kind;
use crate::flow::act::{Act, Acted};
use crate::flow::enroll;
use crate::flow::invite::{DEFAULT_TTL_SECONDS, restore};
use crate::flow::{FlowError, Thing};
use crate::store::enrollment::{self, InvitationRow, InvitationState, insert_invitation};
use crate::store::register::Author;
use crate::store::{directory, reshape, slip};
use crate::writer::{Commit, CommitError, Tx};

/// Why no short code can be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoShortCode {
    /// The officer has not begun.
    NotStarted,
    /// Its ten minutes are over, or the officer began anew.
    Over,
    /// Five tries were made.
    TooOften,
}

impl NoShortCode {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::NotStarted, Self::Over, Self::TooOften];

    /// Its name in problems and the end of its texts' keys.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::NotStarted => "not-started",
            Self::Over => "over",
            Self::TooOften => "too-often",
        }
    }
}

/// A session that an officer started. The digits are shown once.
#[derive(Debug)]
pub struct Started {
    /// The digits.
    pub code: ShortCode,
    /// They can be tried until then.
    pub until: UnixSecond,
}

/// Starts a session with a person who holds an open slip. An older one ends, also where a phone has opened
/// it: whoever starts anew does so because the right phone is not the one that got in.
/// The officer acts in `unit`, and the slip has to be of that unit.
pub async fn start(
    app: &App,
    act: &Act,
    person: PersonId,
    unit: UnitId,
) -> Result<Started, FlowError> {
    let now = app.clock().now().second();
    let (slip, unit_name) = {
        let mut connection = app.store().reader().await?;
        let slip = slip::newest(&mut connection, person).await?;
        let slip = slip.filter(|slip| slip.unit == unit);
        let slip = slip.ok_or(FlowError::NotFound(Thing::Slip))?;
        let unit = directory::unit(&mut connection, slip.unit).await?;
        (slip, unit.ok_or(FlowError::NotFound(Thing::Unit))?.view.name)
    };
    if let Some(end) = slip.end(now) {
        return Err(FlowError::SlipEnded(end));
    }
    let invitation = InvitationRow {
        id: InvitationId::generate(app.clock(), app.entropy()),
        person,
        unit: slip.unit,
        unit_name,
        pins: app.settings().pins.clone(),
        expires: now.plus(DEFAULT_TTL_SECONDS),
        state: InvitationState::Open,
        failures: 0,
        replaces: None,
    };
    let (code, until) = (app.short_code(invitation.id), now.plus(TTL_SECONDS));
    app.writer().commit(Acted(act.clone(), Start { slip: slip.id, invitation, until })).await?;
    Ok(Started { code, until })
}

struct Start {
    slip: SlipId,
    invitation: InvitationRow,
    until: UnixSecond,
}

#[async_trait]
impl Commit for Start {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        let row = good(tx, self.slip).await?;
        end(tx, &row).await?;
        insert_invitation(tx.connection(), &self.invitation, now).await?;
        let id = self.invitation.id;
        slip::insert_code(tx.connection(), id, self.slip, self.until, now).await?;
        let statement = json!({
            "slip": self.slip,
            "invitation": id,
            "person": self.invitation.person,
            "unit": self.invitation.unit,
            "until": self.until,
            "before": null,
            "after": { "state": "open" },
        });
        tx.state(Kind::SessionStarted, id.as_bytes(), &statement).await?;
        Ok(())
    }
}

/// Ends what was started for a slip: codes, the invitations that they opened, and devices that came of
/// those and still wait.
pub(super) async fn end(tx: &mut Tx<'_>, row: &SlipRow) -> Result<(), CommitError> {
    if let Some(before) = slip::newest_code(tx.connection(), row.id).await? {
        enroll::end_all(tx, before.invitation, Author::Server).await?;
    }
    slip::end_codes(tx.connection(), row.id).await?;
    slip::spend_invitations(tx.connection(), row.person, row.unit).await?;
    Ok(())
}

/// The slip, if it still leads to its person.
async fn good(tx: &mut Tx<'_>, id: SlipId) -> Result<SlipRow, CommitError> {
    let now = tx.now().second();
    let row = slip::one(tx.connection(), id).await?.ok_or(FlowError::NotFound(Thing::Slip))?;
    if let Some(end) = row.end(now) {
        return Err(FlowError::SlipEnded(end).into());
    }
    let post = directory::person_in_unit(tx.connection(), row.person, row.unit).await?;
    if post.is_none() || !reshape::stands(tx.connection(), row.unit).await? {
        return Err(FlowError::SlipEnded(SlipEnd::Left).into());
    }
    Ok(row)
}

/// Whose a slip is. Whoever does not hold it cannot guess its identifier.
pub async fn look_up(app: &App, question: &SlipQuestion) -> Result<SlipView, FlowError> {
    let now = app.clock().now().second();
    let mut connection = app.store().reader().await?;
    let row = slip::one(&mut connection, question.slip).await?;
    let row = row.ok_or(FlowError::NotFound(Thing::Slip))?;
    if let Some(end) = row.end(now) {
        return Err(FlowError::SlipEnded(end));
    }
    let left = || FlowError::SlipEnded(SlipEnd::Left);
    let person = directory::person_in_unit(&mut connection, row.person, row.unit).await?;
    let person = person.ok_or_else(left)?;
    if !reshape::stands(&mut connection, row.unit).await? {
        return Err(left());
    }
    let missing = || FlowError::NotFound(Thing::Unit);
    let unit = directory::unit(&mut connection, row.unit).await?.ok_or_else(missing)?;
    let line = directory::line(&mut connection, row.unit, MAX_LEVELS).await?;
    let top = line.last().copied().unwrap_or(row.unit);
    let office = directory::unit(&mut connection, top).await?.ok_or_else(missing)?;
    let code = slip::newest_code(&mut connection, row.id).await?;
    let started = code.filter(|code| trying(Some(code), now).is_ok());
    Ok(SlipView {
        person: person.view,
        unit: unit.view,
        office: office.view,
        expires: row.expires,
        started: started.map(|code| SlipStarted { until: code.until, left: left_of(&code) }),
    })
}

/// Tries left.
#[must_use]
pub fn left_of(code: &CodeRow) -> u32 {
    MAX_TRIES.saturating_sub(code.tries)
}

fn trying(code: Option<&CodeRow>, now: UnixSecond) -> Result<(), NoShortCode> {
    match code {
        None => Err(NoShortCode::NotStarted),
        Some(code) => match code.state {
            CodeState::Open if now <= code.until => Ok(()),
            CodeState::Spent => Err(NoShortCode::TooOften),
            CodeState::Open | CodeState::Opened | CodeState::Ended => Err(NoShortCode::Over),
        },
    }
}

/// Answers a question for which the short code is needed. The try is counted, on disk, before the
/// answer leaves: whoever asks learns by it whether one guess was right.
pub async fn answer(app: &App, question: ShortCodeQuestion) -> Result<ShortCodeAnswer, FlowError> {
    {
        // What can be seen to be nothing does not take the writer's time.
        let now = app.clock().now().second();
        let mut connection = app.store().reader().await?;
        let row = slip::one(&mut connection, question.slip).await?;
        let row = row.ok_or(FlowError::NotFound(Thing::Slip))?;
        if let Some(end) = row.end(now) {
            return Err(FlowError::SlipEnded(end));
        }
        let code = slip::newest_code(&mut connection, row.id).await?;
        trying(code.as_ref(), now).map_err(FlowError::NoShortCode)?;
    }
    let tried = app.writer().commit(Try(question.slip)).await?.value;
    let (code, slip) = (app.short_code(tried.invitation.id), tried.slip.slip());
    let (share, left) = (&question.share.0, left_of(&tried.code));
    let invitation = restore(app, &tried.invitation);
    short_code::answer(&code, &slip, share, &invitation, left, app.entropy())
        .map_err(|error| FlowError::BadRequest(error.to_string()))
}

struct Try(SlipId);

struct Tried {
    slip: SlipRow,
    code: CodeRow,
    invitation: InvitationRow,
}

#[async_trait]
impl Commit for Try {
    type Done = Tried;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<Tried, CommitError> {
        let now = tx.now().second();
        let row = good(tx, self.0).await?;
        let code = slip::newest_code(tx.connection(), self.0).await?;
        trying(code.as_ref(), now).map_err(FlowError::NoShortCode)?;
        if slip::try_code(tx.connection(), self.0, now, MAX_TRIES).await? != 1 {
            return Err(FlowError::NoShortCode(NoShortCode::Over).into());
        }
        let code = slip::newest_code(tx.connection(), self.0).await?;
        let code = code.ok_or(FlowError::NotFound(Thing::Slip))?;
        let invitation = enrollment::invitation(tx.connection(), code.invitation).await?;
        let invitation = invitation.ok_or(FlowError::NotFound(Thing::Invitation))?;
        if code.state == CodeState::Spent {
            let (before, after) = (json!({ "state": "open" }), json!({ "state": "spent" }));
            let statement = json!({ "slip": self.0, "before": before, "after": after });
            tx.state(Kind::ShortCodeSpent, self.0.as_bytes(), &statement).await?;
        }
        Ok(Tried { slip: row, code, invitation })
    }
}
