//! Recording a certificate from elsewhere: on a token, in a SIM or with a remote service; a person's
//! own, or the agency's seal in its clerk's hands.

use async_trait::async_trait;
use trien_core::certificate::{PromptPolicy, Prompts};
use trien_core::id::{EntryId, PersonId, UnitId};
use trien_core::register::{CertificateKind, Event, KeyHome, State, Unfit, examine};

use super::record;
use crate::app::App;
use crate::flow::act::kind::Kind;
use crate::flow::act::{Act, Acted};
use crate::flow::document_signature::choose::plan_beginning;
use crate::flow::document_signature::end::show_again;
use crate::flow::{FlowError, Thing};
use crate::store::register::{self, Author, Certified, Head, NewEntry};
use crate::store::{directory, document_signature};
use crate::writer::{Commit, CommitError, Tx};

/// Where a key lives that is in no phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// In a USB token or smart card.
    Token,
    /// In a SIM.
    Sim,
    /// With a remote signing service.
    Remote,
}

impl Elsewhere {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Token, Self::Sim, Self::Remote];

    /// The same among all places.
    #[must_use]
    pub fn home(self) -> KeyHome {
        match self {
            Self::Token => KeyHome::Token,
            Self::Sim => KeyHome::Sim,
            Self::Remote => KeyHome::Remote,
        }
    }
}

/// A certificate to record.
#[derive(Clone, Debug)]
pub struct Found {
    /// The file: PEM or DER.
    pub file: Vec<u8>,
    /// Who holds it: for an agency's seal, its clerk.
    pub person: PersonId,
    /// The unit in which the person has a post.
    pub unit: UnitId,
    /// What it is for.
    pub kind: CertificateKind,
    /// Where its key lives.
    pub home: Elsewhere,
    /// How often the key asks for the person, as its officer knows; none where nobody does.
    pub prompt_policy: Option<PromptPolicy>,
    /// The entry whose place it takes.
    pub renews: Option<EntryId>,
}

/// What an officer may state of a key outside phones: a session of whatever bounds, or a prompt each time.
pub fn stated_prompt(policy: PromptPolicy) -> Result<PromptPolicy, FlowError> {
    let Prompts::Session { seconds, signatures } = policy.prompts else { return Ok(policy) };
    let session = PromptPolicy::session_elsewhere(seconds, signatures);
    session.map_err(|_| {
        FlowError::BadRequest("a session has at least 1 second and 1 signature".to_owned())
    })
}

/// Records a certificate that its holder has already.
pub async fn add(app: &App, act: &Act, found: Found) -> Result<EntryId, FlowError> {
    let certificate = examine(&found.file, app.clock().now().second())?;
    let entry = NewEntry {
        id: EntryId::generate(app.clock(), app.entropy()),
        unit: found.unit,
        person: found.person,
        device: None,
        kind: found.kind,
        home: found.home.home(),
        assurance: None,
        prompt_policy: found.prompt_policy,
        predecessor: found.renews,
        renews: found.renews.is_some(),
    };
    let certified = Certified {
        sha256: certificate.sha256(),
        der: certificate.der().to_vec(),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        issued_at: app.clock().now(),
    };
    Ok(app.writer().commit(Acted(act.clone(), Add { entry, certified })).await?.value)
}

struct Add {
    entry: NewEntry,
    certified: Certified,
}

#[async_trait]
impl Commit for Add {
    type Done = EntryId;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<EntryId, CommitError> {
        let (entry, certified) = (&self.entry, &self.certified);
        let holder = directory::person_in_unit(tx.connection(), entry.person, entry.unit).await?;
        if holder.is_none() {
            return Err(FlowError::NotFound(Thing::Person).into());
        }
        // R12: the clerk holds the agency's certificate, and must not lend it.
        if entry.kind == CertificateKind::AgencySeal
            && !directory::is_clerk(tx.connection(), entry.person, entry.unit).await?
        {
            return Err(FlowError::from(Unfit::HolderNotClerk).into());
        }
        if register::by_certificate(tx.connection(), &certified.sha256).await?.is_some() {
            return Err(FlowError::from(Unfit::Registered).into());
        }
        if let Some(earlier) = entry.predecessor {
            self.renew(tx, earlier).await?;
        }
        let waiting = register::waiting_for(tx.connection(), entry).await?;
        let before = waiting.map(|head| head.state);
        let head = match waiting {
            Some(head) => self.fulfil(tx, head).await?,
            None => {
                let head = record::begin(tx, entry, Event::Recorded, Author::Server).await?;
                register::certify(tx.connection(), entry.id, certified).await?;
                head
            }
        };
        document_signature::inherit(tx.connection(), head.id).await?;
        plan_beginning(tx, head.id).await?;
        show_again(tx, head.id).await?;
        let (kind, moved) = (Kind::CertificateRecorded, (before, head.state));
        record::state(tx, kind, &certified.sha256, moved).await?;
        Ok(head.id)
    }
}

impl Add {
    /// What was asked for when a seal went to another clerk has come.
    async fn fulfil(&self, tx: &mut Tx<'_>, head: Head) -> Result<Head, CommitError> {
        let mut head = head;
        if head.state == State::Requested {
            head = record::note(tx, head, Event::Reviewed, Author::Server).await?;
        }
        if self.entry.renews {
            register::set_renews(tx.connection(), head.id, true).await?;
        }
        register::certify(tx.connection(), head.id, &self.certified).await?;
        register::state_prompt(tx.connection(), head.id, self.entry.prompt_policy).await?;
        let head = record::note(tx, head, Event::Issued, Author::Server).await?;
        record::note(tx, head, Event::HandedOver, Author::Server).await
    }

    /// The earlier one is over; in a phone it would go on signing.
    async fn renew(&self, tx: &mut Tx<'_>, earlier: EntryId) -> Result<(), CommitError> {
        let head = register::renewable(tx.connection(), earlier, self.entry.person).await?;
        let head = head.filter(|head| matches!(head.state, State::InUse | State::Suspended));
        let head = head.ok_or(FlowError::from(Unfit::NothingToRenew))?;
        record::note(tx, head, Event::Renewed, Author::Server).await?;
        Ok(())
    }
}
