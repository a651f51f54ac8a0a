//! Acts of administration as auditors read them: who, what, why, before and after, out of the log.

mod backlog;
mod export;
mod verify;
mod view;
pub mod words;

use sqlx::AnyConnection;
use trien_core::digest::Sha256;
use trien_core::env::UnixSecond;
use trien_core::id::{AccountId, PersonId, UnitId};

use super::account::{Officer, Role};
use super::act::kind::Kind;
use super::people::branches_of;
use super::{FlowError, Thing};
use crate::app::App;
use crate::store::act::{self, Finding, Within};
use crate::store::directory;
use crate::store::people::Branch;

pub(crate) use backlog::index_older;
pub use export::{MOST_EXPORTED, export};
pub use verify::{Kept, Misfit, Verified, verify};
pub use view::{ActView, Author, Change};

/// Who reads what others did.
const READERS: [Role; 2] = [Role::Administrator, Role::Auditor];
/// Most that a leaf has.
const MAX_LEAF_BYTES: usize = 1024;
/// Acts on one page.
pub const PAGE: u32 = 50;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum Reader<'a> {
    /// Whoever can run the program on the server's data folder: sees all.
    CommandLine,
    /// Somebody who signed in: administrators and auditors see their units and what stands below.
    Officer(&'a Officer),
}

/// What a list is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only what concerns this unit or one below it.
    pub unit: Option<UnitId>,
    /// Only of this kind.
    pub kind: Option<Kind>,
    /// Only what this account did.
    pub account: Option<AccountId>,
    /// Only what concerns this person.
    pub person: Option<PersonId>,
    /// Only what was done to this thing, by its identifier.
    pub subject: Option<Vec<u8>>,
    /// Not before this moment.
    pub from: Option<UnixSecond>,
    /// Before this moment.
    pub until: Option<UnixSecond>,
}

/// One page of acts.
#[derive(Clone, Debug, PartialEq)]
pub struct Acts {
    /// The newest first.
    pub acts: Vec<ActView>,
    /// The next page begins before this leaf.
    pub next: Option<u64>,
}

/// Refuses whoever neither administers nor audits anywhere.
pub fn require_reader(officer: &Officer) -> Result<(), FlowError> {
    if READERS.into_iter().any(|role| officer.is(role)) {
        Ok(())
    } else {
        Err(FlowError::Forbidden)
    }
}

/// The kind of act of this name.
pub fn kind_of(name: &str) -> Result<Kind, FlowError> {
    let unknown = || FlowError::BadRequest("there is no such kind of act".to_owned());
    Kind::from_slug(name).filter(|kind| kind.is_listed()).ok_or_else(unknown)
}

/// The subject of acts that an identifier names, or a digest of a certificate or file.
pub fn subject_of(id: &str) -> Result<Vec<u8>, FlowError> {
    let unknown = || FlowError::BadRequest("a thing is named by its identifier".to_owned());
    // All identifiers look alike, whatever they are of.
    if let Ok(id) = id.parse::<UnitId>() {
        return Ok(id.as_bytes().to_vec());
    }
    let digest: Sha256 = id.parse().map_err(|_| unknown())?;
    Ok(digest.0.to_vec())
}

/// The acts within reach that stand in the log before `before`.
pub async fn list(
    app: &App,
    reader: Reader<'_>,
    filter: &Filter,
    before: Option<u64>,
    limit: u32,
) -> Result<Acts, FlowError> {
    let mut connection = app.store().reader().await?;
    let within = within(&mut connection, reader, filter.unit).await?;
    let finding = Finding {
        kind: filter.kind.map(Kind::slug),
        account: filter.account,
        person: filter.person,
        subject: filter.subject.clone(),
        from: filter.from,
        until: filter.until,
    };
    let before = before.unwrap_or(i64::MAX.unsigned_abs());
    let mut found: Vec<u64> = Vec::new();
    for part in &within {
        found.extend(act::list(&mut connection, part, &finding, before, limit + 1).await?);
    }
    found.sort_unstable_by(|one, other| other.cmp(one));
    found.dedup();
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().copied().filter(|_| more);
    let mut acts = Vec::with_capacity(found.len());
    for leaf in found {
        if let Some(found) = act::one(&mut connection, leaf).await? {
            acts.push(view::view(&mut connection, leaf, found).await?);
        }
    }
    Ok(Acts { acts, next })
}

/// The parts of the tree that are looked at. What concerns the office as a whole is seen by those who read
/// in a unit above which none stands.
async fn within(
    connection: &mut AnyConnection,
    reader: Reader<'_>,
    unit: Option<UnitId>,
) -> Result<Vec<Within>, FlowError> {
    let reached = match reader {
        Reader::Officer(officer) => {
            require_reader(officer)?;
            branches_of(connection, officer, &READERS).await?
        }
        Reader::CommandLine => directory::top_branches(connection).await?,
    };
    let Some(unit) = unit else {
        let whole = |branch: &Branch| branch.path().matches('/').count() == 1;
        let part = |branch| Within { whole: whole(&branch), branch };
        return Ok(reached.into_iter().map(part).collect());
    };
    let missing = FlowError::NotFound(Thing::Unit);
    let Some(branch) = directory::branch(connection, unit).await? else { return Err(missing) };
    if reached.iter().any(|wider| *wider == branch || wider.holds(&branch)) {
        Ok(vec![Within { branch, whole: false }])
    } else {
        Err(missing)
    }
}
