//! Certificates that come back: looked at as a whole with every misfit named, then those that fit are
//! taken in one act.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use async_trait::async_trait;
use serde_json::json;
use sqlx::AnyConnection;
use trien_core::certificate::{BasicConstraints, Certificate, key_of_csr};
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::UnixSecond;
use trien_core::id::{AccountId, DeviceId, EntryId, UnitId};
use trien_core::register::State;
use trien_core::wire::{PersonView, UnitView};

use super::bundle::{self, Found, What};
use super::examine::{Expected, Objection, examine};
use super::{Asked, Exchanger, Layout, NoExchange, in_force_for, line};
use crate::app::App;
use crate::ca::issuer_name;
use crate::flow::account::Officer;
use crate::flow::act::Acted;
use crate::flow::act::kind::Kind;
use crate::flow::device::state_standing;
use crate::flow::forms::Form as _;
use crate::flow::import::kept;
use crate::flow::register::record;
use crate::flow::{FlowError, crl, replace};
use crate::store::certificate::{self, CertificateRow, Path};
use crate::store::device::{self, Standing};
use crate::store::register::{self, Certified, Waiting};
use crate::store::{anchor, directory, reshape};
use crate::writer::{Commit, CommitError, Tx};

/// The kind of a file that waits to be carried out.
const KIND: &str = "certificates";

/// What carrying files out would do, and what does not fit.
#[derive(Clone, Debug)]
pub struct Answer {
    /// SHA-256 of the files.
    pub digest: Sha256,
    /// Certificates that would be taken.
    pub accepted: Vec<Accepted>,
    /// What does not fit, in the order of the files.
    pub refused: Vec<Refusal>,
    /// Certificates of authorities, used to find chains.
    pub authorities: Vec<String>,
    /// Whether a secret key was among them: then nothing is taken, and nothing kept.
    pub holds_secret: bool,
}

/// A certificate that fits.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The entry that waits for it.
    pub entry: EntryId,
    /// Whose it is.
    pub person: PersonView,
    /// In which unit.
    pub unit: UnitView,
    /// The last second of its validity.
    pub ends: UnixSecond,
    device: DeviceId,
    certificate: Certificate,
    /// The authorities above it, the issuer first.
    path: Vec<Certificate>,
}

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// In which file; empty where there is one only.
    pub file: String,
    /// At which place of the file, from 1; 0 for the file as a whole.
    pub number: usize,
    /// Whose the certificate says it is.
    pub subject: String,
    /// Its serial number, hexadecimal.
    pub serial: String,
    /// Who waits for it, where the key is known.
    pub person: Option<PersonView>,
    /// All that does not fit.
    pub objections: Vec<Objection>,
}

impl Answer {
    /// Whether there is something to take.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.accepted.is_empty() && !self.holds_secret
    }
}

impl Accepted {
    /// The certificate's serial number, hexadecimal.
    #[must_use]
    pub fn serial(&self) -> String {
        self.certificate.serial().to_string()
    }
}

/// Looks at files for an officer, and keeps them if there is something to take.
pub async fn look(app: &App, officer: &Officer, file: Vec<u8>) -> Result<Answer, FlowError> {
    let answer = plan(app, Exchanger::Officer(officer), file.clone()).await?;
    if answer.is_ready() {
        kept::keep(app, officer, KIND, file).await?;
    }
    Ok(answer)
}

/// Looks again at the files that an officer left: others may have changed something since.
pub async fn look_again(
    app: &App,
    officer: &Officer,
    digest: &Sha256,
) -> Result<Answer, FlowError> {
    let file = kept::kept(app, officer, KIND, digest).await?;
    plan(app, Exchanger::Officer(officer), file).await
}

/// Forgets the files that an officer left.
pub async fn forget(app: &App, officer: &Officer) -> Result<(), FlowError> {
    kept::forget(app, officer).await
}

/// Looks at files without writing anything.
pub async fn plan(app: &App, who: Exchanger<'_>, file: Vec<u8>) -> Result<Answer, FlowError> {
    if app.is_made_up() {
        return Err(NoExchange::Demo.into());
    }
    let waiting = super::waiting(app, who, Asked::All).await?;
    let digest = Sha256::of(&file);
    // Unpacking and reading takes its time; other requests go on meanwhile.
    let found = tokio::task::spawn_blocking(move || bundle::read(&file)).await;
    let found = found.map_err(|error| FlowError::Internal(error.to_string()))?;
    let matching = Matching::load(app, who, waiting, &found).await?;
    // Signatures of thousands are verified there.
    let judged = tokio::task::spawn_blocking(move || matching.judge(digest, found)).await;
    judged.map_err(|error| FlowError::Internal(error.to_string()))
}

/// Everything that certificates are compared with.
struct Matching {
    waiting: Vec<Waiting>,
    /// By the key that waits.
    by_key: HashMap<Vec<u8>, usize>,
    /// Keys that have a certificate; looked up only where one is for no key that waits.
    certified: HashSet<Vec<u8>>,
    /// Certificates for keys that wait which stand in the register already.
    registered: HashSet<Sha256>,
    units: HashMap<UnitId, InUnit>,
    /// The issuers of what these people had before.
    issuers_before: HashMap<EntryId, Vec<Vec<u8>>>,
    intermediates: Vec<Certificate>,
    layout: Layout,
    approver: Option<AccountId>,
    now: UnixSecond,
}

/// What holds in a unit.
struct InUnit {
    names: Vec<String>,
    anchors: Vec<Certificate>,
}

impl Matching {
    async fn load(
        app: &App,
        who: Exchanger<'_>,
        waiting: Vec<Waiting>,
        found: &[Found],
    ) -> Result<Self, FlowError> {
        let mut connection = app.store().reader().await?;
        let mut by_key = HashMap::new();
        for (at, one) in waiting.iter().enumerate() {
            let key = key_of_csr(&one.csr);
            by_key.insert(key.unwrap_or_default().to_vec(), at);
        }
        let certificates = found.iter().filter_map(|one| match &one.what {
            What::Certificate(certificate) => Some(&**certificate),
            _ => None,
        });
        let certificates: Vec<&Certificate> = certificates.collect();
        let mut intermediates: Vec<Certificate> = Vec::new();
        // Those in the file come first: a chain is looked for within a budget.
        for certificate in certificates.iter().filter(|one| is_authority(one)) {
            if !intermediates.contains(certificate) {
                intermediates.push((*certificate).clone());
            }
        }
        for der in anchor::proven(&mut connection).await? {
            intermediates
                .extend(Certificate::parse(&der).ok().filter(|it| !intermediates.contains(it)));
        }
        let foreign = |one: &&Certificate| !by_key.contains_key(one.public_key());
        let mut certified = HashSet::new();
        if certificates.iter().any(|one| foreign(one) && !is_authority(one)) {
            for csr in register::keys_elsewhere(&mut connection, who.within()).await? {
                certified.extend(key_of_csr(&csr).map(<[u8]>::to_vec));
            }
        }
        let (mut units, mut issuers_before) = (HashMap::new(), HashMap::new());
        let mut registered = HashSet::new();
        for certificate in &certificates {
            let Some(at) = by_key.get(certificate.public_key()) else { continue };
            if register::is_registered(&mut connection, &certificate.sha256()).await? {
                registered.insert(certificate.sha256());
            }
            let Waiting { entry, unit, person, .. } = &waiting[*at];
            if let Entry::Vacant(place) = units.entry(unit.id) {
                place.insert(in_unit(&mut connection, unit.id).await?);
            }
            let before = certificate::of_person(&mut connection, person.id).await?;
            let before = before.iter().filter_map(|der| Certificate::parse(der).ok());
            issuers_before.insert(*entry, before.map(|it| it.issuer().to_vec()).collect());
        }
        let approver = match who {
            Exchanger::CommandLine => None,
            Exchanger::Officer(officer) => Some(officer.account),
        };
        Ok(Self {
            waiting,
            by_key,
            certified,
            registered,
            units,
            issuers_before,
            intermediates,
            layout: Layout::of(app.data())?,
            approver,
            now: app.clock().now().second(),
        })
    }

    fn judge(&self, digest: Sha256, found: Vec<Found>) -> Answer {
        let holds_secret = found.iter().any(|one| matches!(one.what, What::SecretKey));
        let (accepted, refused, authorities) = (Vec::new(), Vec::new(), Vec::new());
        let mut answer = Answer { digest, accepted, refused, authorities, holds_secret };
        let mut seen: HashSet<Vec<u8>> = HashSet::new();
        for Found { file, number, what } in found {
            let objection = match what {
                What::Certificate(certificate) => {
                    self.judge_one(&mut answer, &mut seen, (file, number), *certificate);
                    continue;
                }
                What::Unreadable => Objection::Unreadable,
                What::None => Objection::NoCertificate,
                What::SecretKey => Objection::SecretKey,
                What::TooMuch => Objection::TooMuch,
            };
            answer.refused.push(Refusal {
                file,
                number,
                subject: String::new(),
                serial: String::new(),
                person: None,
                objections: vec![objection],
            });
        }
        answer
    }

    fn judge_one(
        &self,
        answer: &mut Answer,
        seen: &mut HashSet<Vec<u8>>,
        (file, number): (String, usize),
        certificate: Certificate,
    ) {
        let key = certificate.public_key();
        let waiting = self.by_key.get(key).and_then(|at| self.waiting.get(*at));
        if is_authority(&certificate) && waiting.is_none() {
            let name = certificate.subject_text();
            if !answer.authorities.contains(&name) {
                answer.authorities.push(name);
            }
            return;
        }
        // An authority numbers its certificates once (RFC 5280 §4.1.2.2).
        let numbered = [certificate.issuer(), certificate.serial().as_bytes()].concat();
        let judged = match waiting {
            _ if seen.contains(key) || seen.contains(&numbered[..]) => Err(vec![Objection::Twice]),
            _ if self.registered.contains(&certificate.sha256()) => {
                Err(vec![Objection::HasCertificate])
            }
            None if self.certified.contains(key) => Err(vec![Objection::HasCertificate]),
            None => Err(vec![Objection::NobodyWaits]),
            Some(_) if is_authority(&certificate) => Err(vec![Objection::Authority]),
            Some(waiting) => self.examine(waiting, &certificate),
        };
        if judged.is_ok() {
            // Only what is taken stands before another one: a forged one in front must not.
            seen.extend([key.to_vec(), numbered]);
        }
        match (judged, waiting) {
            (Ok(path), Some(waiting)) => answer.accepted.push(Accepted {
                entry: waiting.entry,
                person: waiting.person.clone(),
                unit: waiting.unit.clone(),
                ends: certificate.not_after(),
                device: waiting.device,
                certificate,
                path,
            }),
            (judged, waiting) => answer.refused.push(Refusal {
                file,
                number,
                subject: certificate.subject_text(),
                serial: certificate.serial().to_string(),
                person: waiting.map(|it| it.person.clone()),
                objections: judged.err().unwrap_or_default(),
            }),
        }
    }

    fn examine(
        &self,
        waiting: &Waiting,
        certificate: &Certificate,
    ) -> Result<Vec<Certificate>, Vec<Objection>> {
        let unit = self.units.get(&waiting.unit.id);
        let before = self.issuers_before.get(&waiting.entry);
        let expected = Expected {
            name: &waiting.person.name,
            position: &waiting.person.position,
            units: unit.map_or(&[], |unit| &unit.names),
            anchors: unit.map_or(&[], |unit| &unit.anchors),
            intermediates: &self.intermediates,
            accept: &self.layout.accept,
            renewed: before.is_some_and(|all| all.iter().any(|it| it == certificate.issuer())),
            now: self.now,
        };
        let mut judged = examine(certificate, &expected)
            .map(|path| path.into_iter().cloned().collect::<Vec<Certificate>>());
        // One person is never both for one enrollment (security.md, part 6).
        if self.approver.is_some() && self.approver == waiting.approved_by {
            let mut objections = judged.err().unwrap_or_default();
            objections.push(Objection::OwnApproval);
            judged = Err(objections);
        }
        judged
    }
}

fn is_authority(certificate: &Certificate) -> bool {
    !matches!(certificate.basic_constraints(), Ok(BasicConstraints::EndEntity))
}

async fn in_unit(connection: &mut AnyConnection, unit: UnitId) -> Result<InUnit, FlowError> {
    let mut names = Vec::new();
    for above in line(connection, unit).await? {
        names.extend(directory::unit(connection, above).await?.map(|row| row.view.name));
    }
    let anchors = in_force_for(connection, unit).await?;
    let anchors = anchors.iter().filter_map(|row| Certificate::parse(&row.der).ok());
    Ok(InUnit { names, anchors: anchors.collect() })
}

/// Takes the certificates that fit, all or nothing; gives how many.
pub async fn carry_out(
    app: &App,
    who: Exchanger<'_>,
    answer: Answer,
    why: Option<Text<500>>,
) -> Result<usize, FlowError> {
    if !answer.is_ready() {
        return Err(NoExchange::NothingWaits.into());
    }
    let taken = answer.accepted.len();
    let take = Take { digest: answer.digest, accepted: answer.accepted };
    let ended = app.writer().commit(Acted(who.act(why), take)).await?.value;
    if ended {
        crl::renew_now(app).await;
    }
    Ok(taken)
}

struct Take {
    digest: Sha256,
    accepted: Vec<Accepted>,
}

#[async_trait]
impl Commit for Take {
    /// Whether the certificate of a device that was replaced has ended.
    type Done = bool;

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<bool, CommitError> {
        let mut ended = false;
        let mut trusted: HashSet<(UnitId, Sha256)> = HashSet::new();
        for one in &self.accepted {
            let anchor = one.path.last().unwrap_or(&one.certificate).sha256();
            if trusted.insert((one.unit.id, anchor)) {
                let in_force = in_force_for(tx.connection(), one.unit.id).await?;
                if !in_force.iter().any(|row| row.sha256 == anchor) {
                    return Err(FlowError::from(NoExchange::Moved).into());
                }
            }
            issue(tx, one).await?;
            ended |= replace::end_replaced(tx, one.device).await?;
        }
        let taken = self.accepted.len();
        let after = json!({ "taken": taken, "file": self.digest });
        let statement =
            json!({ "file": self.digest, "taken": taken, "before": null, "after": after });
        tx.state(Kind::CertificatesImported, &self.digest.0, &statement).await?;
        Ok(ended)
    }
}

/// Whether a device's person still has a post in its unit, and the unit stands.
async fn has_post(tx: &mut Tx<'_>, device: DeviceId) -> Result<bool, CommitError> {
    let Some(device) = device::by_id(tx.connection(), device).await? else { return Ok(false) };
    let (person, unit) = (device.person, device.unit);
    let post = directory::person_in_unit(tx.connection(), person, unit).await?;
    Ok(post.is_some() && reshape::stands(tx.connection(), unit).await?)
}

/// Gives a device that waits its certificate.
async fn issue(tx: &mut Tx<'_>, one: &Accepted) -> Result<(), CommitError> {
    let (now, certificate) = (tx.now(), &one.certificate);
    if !has_post(tx, one.device).await? {
        return Err(FlowError::from(NoExchange::Moved).into());
    }
    for authority in &one.path {
        anchor::keep(tx.connection(), authority.der(), now).await?;
        anchor::prove(tx.connection(), &authority.sha256()).await?;
    }
    let sha256 = certificate.sha256();
    let waiting = Standing::WaitingForCertificate;
    if device::activate(tx.connection(), one.device, waiting, &sha256).await? != 1 {
        return Err(FlowError::from(NoExchange::Moved).into());
    }
    let row = CertificateRow {
        sha256,
        device: one.device,
        issuer: issuer_name(one.path.first().unwrap_or(certificate)),
        serial: certificate.serial().as_bytes().to_vec(),
        der: certificate.der().to_vec(),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        path: Some(Path(one.path.iter().map(Certificate::sha256).collect())),
    };
    certificate::insert(tx.connection(), &row, now).await?;
    let certified = Certified {
        sha256,
        der: row.der,
        not_before: row.not_before,
        not_after: row.not_after,
        issued_at: now,
    };
    let before = register::of_device(tx.connection(), one.device).await?;
    let before = before.map(|head| head.state.name());
    record::certify(tx, one.device, certified).await?;
    let (from, to) = (waiting, Standing::Active);
    state_standing(tx, Kind::DeviceEnrolled, one.device, from, to).await?;
    let issued = json!({
        "certificate": sha256,
        "issuer": row.issuer,
        "serial": hex::encode(&row.serial),
        "device": one.device,
        "outside": true,
        "path": one.path.iter().map(Certificate::sha256).collect::<Vec<_>>(),
        "before": { "state": before },
        "after": { "state": State::Issued.name() },
    });
    tx.state(Kind::CertificateIssued, sha256.as_bytes(), &issued).await?;
    Ok(())
}
