//! Certificates from an outside authority, such as the government's, by exchange of files: requests go
//! out with a list of subscribers, certificates come in, weeks later.
//!
//! A unit says where its certificates come from; those below it follow unless they say otherwise.

mod anchors;
mod answer;
mod bundle;
mod ended;
mod examine;
mod layout;
mod requests;

use std::collections::HashSet;
use std::path::Path;

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::document::Text;
use trien_core::id::UnitId;
use trien_core::wire::UnitView;

use super::account::{MAX_LEVELS, Officer, Reach, Role};
use super::act::{Act, Acted};
use super::forms::{Form as _, FormFault};
use super::{FlowError, Thing};
use crate::app::App;
use crate::flow::act::kind::Kind;
pub use crate::store::anchor::{AnchorRow, Source};
use crate::store::register::{Roles, Within};
use crate::store::{StoreError, anchor, directory, reshape};
use crate::writer::{Commit, CommitError, Tx};

pub(super) use self::anchors::acts;
pub(super) use self::anchors::in_force_for;
pub use self::anchors::{Way, act_on, anchors, propose, trust};
pub use self::answer::{Accepted, Answer, Refusal, carry_out, forget, look, look_again, plan};
pub use self::bundle::{MAX_FILE_BYTES, Upload, together};
pub use self::ended::{Ended, ended, write_ended};
pub use self::examine::Objection;
pub use self::layout::Layout;
pub use self::requests::{Asked, Encoding, Packed, exports, pack, waiting};

/// Refuses a data folder whose list for outside authorities cannot be used.
pub(super) fn check_forms(data: &Path) -> Result<(), FormFault> {
    Layout::of(data).map(drop)
}

/// Why files are not exchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoExchange {
    /// Everything here is made up, and no authority may be asked to certify it.
    #[error("a server on demo data does not ask an outside authority for certificates")]
    Demo,
    /// No entry waits for a certificate.
    #[error("no key waits for a certificate there")]
    NothingWaits,
    /// No certificate of an authority that is valid now.
    #[error("the file is not one certificate of an authority that is valid now")]
    NotAnAuthority,
    /// Proposed or in force already.
    #[error("the authority is proposed or trusted there already")]
    AnchorThere,
    /// Nobody confirms what they asked for.
    #[error("another person has to confirm this")]
    OwnProposal,
    /// Something was decided meanwhile.
    #[error("something has changed since the files were looked at; look at them again")]
    Moved,
}

impl NoExchange {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Demo,
        Self::NothingWaits,
        Self::NotAnAuthority,
        Self::AnchorThere,
        Self::OwnProposal,
        Self::Moved,
    ];

    /// The key of its text.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Demo => "exchange-demo",
            Self::NothingWaits => "exchange-nothing-waits",
            Self::NotAnAuthority => "exchange-not-an-authority",
            Self::AnchorThere => "exchange-anchor-there",
            Self::OwnProposal => "exchange-own-proposal",
            Self::Moved => "exchange-moved",
        }
    }
}

/// Who exchanges files.
#[derive(Clone, Copy, Debug)]
pub enum Exchanger<'a> {
    /// Whoever can run the program on the server's data folder: for every unit.
    CommandLine,
    /// A CA officer: for the units in which this person is one, and those below.
    Officer(&'a Officer),
}

impl Exchanger<'_> {
    /// The units for which files are exchanged; none limits nothing.
    async fn reach(&self, app: &App) -> Result<Option<HashSet<UnitId>>, FlowError> {
        let Self::Officer(officer) = self else { return Ok(None) };
        let mut certifying = (*officer).clone();
        certifying.grants.retain(|grant| grant.role == Role::CaOfficer);
        if certifying.grants.is_empty() {
            return Err(FlowError::Forbidden);
        }
        Ok(Some(certifying.reach(app).await?))
    }

    /// The same for statements about the register.
    fn within(self) -> Within {
        match self {
            Self::CommandLine => Within::All,
            Self::Officer(officer) => Within::Account(officer.account, Roles::of(&officer.grants)),
        }
    }

    fn act(self, why: Option<Text<500>>) -> Act {
        match self {
            Self::CommandLine => Act { why, ..Act::COMMAND_LINE },
            Self::Officer(officer) => officer.act(why),
        }
    }
}

/// Where the certificates of a unit come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sourced {
    /// From there.
    pub source: Source,
    /// The unit that says so, if it is another one, or none says anything.
    pub said_by: Option<UnitId>,
}

/// Where the certificates of a unit come from: as it says itself, or the next unit above that does.
pub(super) async fn source_of(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Sourced, StoreError> {
    let mut at = unit;
    for _ in 0..MAX_LEVELS {
        match anchor::source(connection, at).await? {
            Some((Some(source), _)) => {
                return Ok(Sourced { source, said_by: (at != unit).then_some(at) });
            }
            Some((None, Some(parent))) => at = parent,
            Some((None, None)) | None => break,
        }
    }
    Ok(Sourced { source: Source::Here, said_by: None })
}

/// What is said where within an officer's reach, those above before those below.
pub async fn sources(app: &App, officer: &Officer) -> Result<Vec<(UnitView, Source)>, FlowError> {
    let mut reach = Reach::of(officer);
    let mut connection = app.store().reader().await?;
    let mut said = Vec::new();
    for (unit, source) in anchor::sources(&mut connection).await? {
        if reach.holds(&mut connection, unit.id).await? {
            said.push((unit, source));
        }
    }
    Ok(said)
}

/// The source that holds for a unit, for whoever reaches it.
pub async fn source(app: &App, unit: UnitId) -> Result<Sourced, FlowError> {
    let mut connection = app.store().reader().await?;
    Ok(source_of(&mut connection, unit).await?)
}

/// Says where the certificates of a unit and of those below it come from; none leaves it to the unit
/// above. Keys that wait for an outside authority go on waiting for it.
pub async fn set_source(
    app: &App,
    who: Exchanger<'_>,
    unit: UnitId,
    source: Option<Source>,
    why: Text<500>,
) -> Result<(), FlowError> {
    if source == Some(Source::Outside) && app.is_made_up() {
        return Err(NoExchange::Demo.into());
    }
    if who.reach(app).await?.is_some_and(|reach| !reach.contains(&unit)) {
        return Err(FlowError::NotFound(Thing::Unit));
    }
    app.writer().commit(Acted(who.act(Some(why)), SetSource { unit, source })).await?;
    Ok(())
}

struct SetSource {
    unit: UnitId,
    source: Option<Source>,
}

#[async_trait]
impl Commit for SetSource {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        if !reshape::stands(tx.connection(), self.unit).await? {
            return Err(FlowError::NotFound(Thing::Unit).into());
        }
        let before = anchor::source(tx.connection(), self.unit).await?;
        let (before, _) = before.ok_or(FlowError::NotFound(Thing::Unit))?;
        anchor::set_source(tx.connection(), self.unit, self.source).await?;
        let name = |source: Option<Source>| match source {
            None => "as-above",
            Some(Source::Here) => "here",
            Some(Source::Outside) => "outside",
        };
        let statement = json!({
            "unit": self.unit,
            "before": { "certified_by": name(before) },
            "after": { "certified_by": name(self.source) },
        });
        tx.state(Kind::CertifiedBy, self.unit.as_bytes(), &statement).await?;
        Ok(())
    }
}

/// The units from this one up to the top.
async fn line(connection: &mut AnyConnection, unit: UnitId) -> Result<Vec<UnitId>, StoreError> {
    directory::line(connection, unit, MAX_LEVELS).await
}
