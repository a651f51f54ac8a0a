//! Which certificate renews which, or takes its place for another cause.

use sqlx::AnyConnection;
use trien_core::certificate::Certificate;
use trien_core::id::EntryId;
use trien_core::register::{Event, State};

use crate::flow::FlowError;
use crate::store::register::{self, Related};

/// What an entry has to do with others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relations {
    /// The one that it renews, or whose place it takes.
    pub before: Option<Relative>,
    /// Those that renew it or take its place, or wait to.
    pub after: Vec<Relative>,
}

/// An entry that another one renews, or that does so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relative {
    /// Which.
    pub entry: EntryId,
    /// The serial number of its certificate, hexadecimal, once there is one.
    pub serial: Option<String>,
    /// Where it stands.
    pub state: State,
    /// Whether one renews the other; else it takes its place for another cause.
    pub renews: bool,
}

/// What an entry has to do with others.
pub(super) async fn of(
    connection: &mut AnyConnection,
    entry: EntryId,
) -> Result<Relations, FlowError> {
    let before = register::before(connection, entry).await?;
    let after = register::after(connection, entry).await?;
    Ok(Relations {
        before: before.map(Relative::of).transpose()?,
        after: after.into_iter().map(Relative::of).collect::<Result<_, _>>()?,
    })
}

impl Relations {
    /// The serial number of the certificate that an event of the entry tells of besides its own: of what renewed
    /// it, or of what it renewed.
    #[must_use]
    pub fn other_serial(&self, event: Event) -> Option<&str> {
        let other = match event {
            Event::Renewed => self.after.iter().rfind(|one| one.renews)?,
            Event::Issued | Event::Recorded => self.before.as_ref().filter(|one| one.renews)?,
            _ => return None,
        };
        other.serial.as_deref()
    }
}

impl Relative {
    fn of(related: Related) -> Result<Self, FlowError> {
        let Related { entry, der, state, renews } = related;
        let damaged = |_| FlowError::Internal(format!("the certificate of {entry} is damaged"));
        let certificate = der.map(|der| Certificate::parse(&der)).transpose().map_err(damaged)?;
        let serial = certificate.map(|certificate| certificate.serial().to_string());
        Ok(Self { entry, serial, state, renews })
    }
}
