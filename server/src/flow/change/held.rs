//! What somebody holds, as one value that can be compared with what stands later.

use sqlx::AnyConnection;
use trien_core::certificate::Certificate;
use trien_core::digest::Sha256;
use trien_core::env::UnixSecond;
use trien_core::id::{PersonId, UnitId};

use crate::ca::short;
use crate::flow::{FlowError, Thing};
use crate::store::device::Standing;
use crate::store::holding;
pub use crate::store::holding::{
    HeldDevice, HeldEntry, HeldInvitation, HeldPost, HeldStep, PastPost,
};

/// Everything that somebody holds now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Who.
    pub person: PersonId,
    /// Full name.
    pub name: String,
    /// Posts, the oldest first.
    pub posts: Vec<HeldPost>,
    /// Phones that may act or are suspended, with their certificates, and those that wait.
    pub devices: Vec<HeldDevice>,
    /// What the register says is held outside phones, or waited for.
    pub entries: Vec<HeldEntry>,
    /// What waits for the person's decision.
    pub steps: Vec<HeldStep>,
    /// Invitations that can be used.
    pub invitations: Vec<HeldInvitation>,
}

/// A part of what was looked at, for saying what has changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Name and posts.
    Posts,
    /// Phones.
    Devices,
    /// Certificates outside phones.
    Certificates,
    /// Steps that wait.
    Steps,
    /// Invitations.
    Invitations,
    /// The unit itself: its name, what stands below it, its document systems and roles.
    Unit,
}

impl Part {
    const ALL: [Self; 6] = [
        Self::Posts,
        Self::Devices,
        Self::Certificates,
        Self::Steps,
        Self::Invitations,
        Self::Unit,
    ];

    /// Its name in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Posts => "posts",
            Self::Devices => "devices",
            Self::Certificates => "certificates",
            Self::Steps => "steps",
            Self::Invitations => "invitations",
            Self::Unit => "unit",
        }
    }

    /// The key of its text.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Posts => "change-part-posts",
            Self::Devices => "change-part-devices",
            Self::Certificates => "change-part-certificates",
            Self::Steps => "change-part-steps",
            Self::Invitations => "change-part-invitations",
            Self::Unit => "change-part-unit",
        }
    }
}

/// The names of parts, for a message.
#[must_use]
pub fn parts(of: &[Part]) -> String {
    of.iter().map(|part| part.name()).collect::<Vec<_>>().join(", ")
}

impl Held {
    /// Reads it all.
    pub(super) async fn load(
        connection: &mut AnyConnection,
        person: PersonId,
        now: UnixSecond,
    ) -> Result<Self, FlowError> {
        let name = holding::name(connection, person).await?;
        Ok(Self {
            person,
            name: name.ok_or(FlowError::NotFound(Thing::Person))?,
            posts: holding::posts(connection, person).await?,
            devices: holding::devices(connection, person).await?,
            entries: holding::entries(connection, person).await?,
            steps: holding::steps(connection, person).await?,
            invitations: holding::invitations(connection, person, now).await?,
        })
    }

    /// The units of whatever is held.
    pub(super) fn units(&self) -> impl Iterator<Item = UnitId> {
        let devices = self.devices.iter().map(|device| device.unit);
        let entries = self.entries.iter().map(|entry| entry.unit);
        let steps = self.steps.iter().map(|step| step.unit.id);
        let invitations = self.invitations.iter().map(|invitation| invitation.unit.id);
        devices.chain(entries).chain(steps).chain(invitations)
    }

    /// Nothing of it but who it is.
    pub(super) fn only_name(self) -> Self {
        Self {
            posts: Vec::new(),
            devices: Vec::new(),
            entries: Vec::new(),
            steps: Vec::new(),
            invitations: Vec::new(),
            ..self
        }
    }

    /// What of it is other than in `before`.
    pub(super) fn changed(&self, before: &Self) -> Vec<Part> {
        let same = [
            (Part::Posts, (&self.name, &self.posts) == (&before.name, &before.posts)),
            (Part::Devices, self.devices == before.devices),
            (Part::Certificates, self.entries == before.entries),
            (Part::Steps, self.steps == before.steps),
            (Part::Invitations, self.invitations == before.invitations),
        ];
        same.into_iter().filter(|(_, same)| !same).map(|(part, _)| part).collect()
    }

    /// A text that stands for each part: short enough for a form, and different when the part is.
    fn prints(&self) -> [String; 5] {
        let print = |part: String| Sha256::of(part.as_bytes()).to_string()[..16].to_owned();
        [
            print(format!("{:?}{:?}", self.name, self.posts)),
            print(format!("{:?}", self.devices)),
            print(format!("{:?}", self.entries)),
            print(format!("{:?}", self.steps)),
            print(format!("{:?}", self.invitations)),
        ]
    }
}

/// What was looked at, as a form carries it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen(String);

impl Seen {
    /// Of several people, and of what else the plan depends on.
    pub(super) fn of<'h>(people: impl IntoIterator<Item = &'h Held>, unit: &str) -> Self {
        let mut all: [String; 6] = Default::default();
        for held in people {
            for (sum, print) in all.iter_mut().zip(held.prints()) {
                *sum = Sha256::of(format!("{sum}{print}").as_bytes()).to_string();
            }
        }
        unit.clone_into(&mut all[5]);
        Self(all.map(|sum| Sha256::of(sum.as_bytes()).to_string()[..16].to_owned()).join("-"))
    }

    /// As a form carries it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Refuses what was looked at before something of it changed, and says what did.
    pub(super) fn require(&self, looked_at: &str) -> Result<(), FlowError> {
        if self.0 == looked_at {
            return Ok(());
        }
        let before: Vec<&str> = looked_at.split('-').collect();
        let now = self.0.split('-').zip(Part::ALL);
        let moved: Vec<Part> = now
            .enumerate()
            .filter(|(at, (print, _))| before.get(*at) != Some(print))
            .map(|(_, (_, part))| part)
            .collect();
        Err(FlowError::PlanMoved(moved))
    }
}

/// Whether a certificate's subject names a text, as it would have been written into it.
pub(super) fn names(der: &[u8], text: &str) -> bool {
    let Ok(certificate) = Certificate::parse(der) else { return false };
    // RFC 4514 puts a stroke before commas and the like.
    let subject = certificate.subject_text().replace('\\', "");
    short(text).is_some_and(|written| subject.contains(written.as_str()))
}

/// Whether what a certificate says of unit and title is true of a post.
pub(super) fn fits(der: &[u8], old: (&str, &str), new: (&str, &str)) -> bool {
    let stale = |old: &str, new: &str| old != new && names(der, old);
    !stale(old.0, new.0) && !stale(old.1, new.1)
}

/// Whether a phone waits for its officer, or for a certificate from outside.
pub(super) fn waits(device: &HeldDevice) -> bool {
    matches!(device.standing, Standing::Pending | Standing::WaitingForCertificate)
}

/// Whether somebody has a post in a unit.
pub(super) fn has_post_in(posts: &[HeldPost], unit: UnitId) -> bool {
    posts.iter().any(|post| post.unit.id == unit)
}
