//! Document signatures by keys outside phones: who signs by one, and which are awaited.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::decision::DecisionHash;
use trien_core::digest::Sha256;
use trien_core::document_signature::End;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{DeviceId, EntryId, PersonId, RequestId};
use trien_core::log::leaf::Salt;
use trien_core::register::{CertificateKind, KeyHome};
use trien_core::request::StepNumber;
use trien_core::wire::Awaits;

use super::people::Branch;
use super::reshape::Part;
use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};

/// Where a document signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may still come.
    Awaited,
    /// It was made.
    Signed,
    /// None came in time.
    Expired,
    /// It was not awaited any more.
    Withdrawn,
}

stored_names!(Standing {
    Standing::Awaited = "awaited",
    Standing::Signed = "signed",
    Standing::Expired = "expired",
    Standing::Withdrawn = "withdrawn",
});

impl From<End> for Standing {
    fn from(end: End) -> Self {
        match end {
            End::Signed => Self::Signed,
            End::Expired => Self::Expired,
            End::Withdrawn => Self::Withdrawn,
        }
    }
}

macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "SELECT w.decision, w.request, w.step, w.person, w.decider, w.device, w.entry, w.recipe, w.cbor, w.cose, \
             w.recorded_at_seconds, w.salt, w.leaf, w.until, w.state, w.statement, w.ended_at_seconds, w.end_salt, \
             w.end_leaf FROM document_signature w ",
            $rest
        )
    };
}

statements! {
    // Whose key signs for a device's person in its unit, where an officer said that one outside phones does. One that is
    // not valid yet signs nothing, and takes nobody's place.
    SIGNER = "SELECT e.id, e.certificate, e.der, e.home, e.not_before_seconds, e.not_after_seconds \
        FROM device d JOIN register_entry e ON e.person = d.person AND e.unit = d.unit \
        WHERE d.id = $1 AND e.kind = $2 AND e.state = 'in-use' AND e.home <> 'phone' AND e.signs_documents = 1 \
        AND e.der IS NOT NULL AND e.not_before_seconds <= $3 ORDER BY e.id DESC LIMIT 1";
    ENTRY = "SELECT e.id, e.certificate, e.der, e.home, e.not_before_seconds, e.not_after_seconds \
        FROM register_entry e WHERE e.id = $1 AND e.der IS NOT NULL";
    SIGNS = "SELECT signs_documents FROM register_entry WHERE id = $1";
    SET_SIGNS = "UPDATE register_entry SET signs_documents = $2 WHERE id = $1 AND home <> 'phone'";
    // The successor of a certificate that signs documents does so too.
    INHERIT = "UPDATE register_entry SET signs_documents = 1 WHERE id = $1 AND EXISTS \
        (SELECT 1 FROM register_entry p WHERE p.id = register_entry.predecessor AND p.signs_documents = 1)";
    // All that waits for an entry's holder, or for those who stand in for others by its holder's hand.
    WAITING = "SELECT r.id FROM register_entry e JOIN assignment a ON a.person = e.person \
        JOIN request r ON r.id = a.request \
        WHERE e.id = $1 AND e.signs_documents = 1 AND a.state IN ('open', 'waiting') AND r.state = 'open' \
        UNION SELECT s.request FROM register_entry e JOIN stand_in s ON s.person = e.person \
        WHERE e.id = $1 AND e.signs_documents = 1 AND s.ended_change IS NULL";
    INSERT = "INSERT INTO document_signature (decision, request, step, person, decider, device, entry, recipe, cbor, \
        cose, recorded_at_seconds, salt, leaf, until, state) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'awaited')";
    ONE = rows!("WHERE w.decision = $1");
    AWAITED = rows!("WHERE w.request = $1 AND w.state = 'awaited'");
    OF_DECIDER = rows!("WHERE w.decider = $1 AND w.state = 'awaited' ORDER BY w.leaf LIMIT 200");
    DECIDED_BY = rows!("WHERE w.decider = $1 AND w.state = 'awaited'");
    OF_DEVICE = rows!("WHERE w.device = $1 AND w.state = 'awaited'");
    // Few are awaited at once, and a province has a hundred thousand devices: SQLite takes the tables of a CROSS JOIN in
    // their order.
    OF_BRANCH = rows!("CROSS JOIN device d CROSS JOIN unit u WHERE w.state = 'awaited' AND d.id = w.device \
        AND u.id = d.unit AND u.path >= $1 AND u.path < $2");
    OF_ENTRY = rows!("WHERE w.entry = $1 AND w.state = 'awaited'");
    OF_DEVICE_OF_ENTRY = rows!("JOIN register_entry e ON e.device = w.device \
        WHERE e.id = $1 AND w.state = 'awaited'");
    // Its part is somebody else's, or no longer open.
    STRANDED = rows!("WHERE w.request = $1 AND w.state = 'awaited' AND NOT EXISTS \
        (SELECT 1 FROM assignment a JOIN request r ON r.id = a.request WHERE a.request = w.request \
        AND a.step = w.step AND a.person = w.person AND a.state = 'open' AND r.state = 'open')");
    UNDONE = "SELECT decision FROM document_signature WHERE request = $1 AND step = $2 AND person = $3 \
        AND decider = $4 AND state IN ('expired', 'withdrawn') ORDER BY leaf";
    RAN_OUT = "SELECT 1 FROM document_signature WHERE request = $1 AND step = $2 AND person = $3 AND decider = $4 \
        AND state = 'expired' LIMIT 1";
    AWAITS = "SELECT step, person, decider, decision, until FROM document_signature \
        WHERE request = $1 AND state = 'awaited'";
    END = "UPDATE document_signature SET state = $2, statement = $3, ended_at_seconds = $4, end_salt = $5, \
        end_leaf = $6 WHERE decision = $1 AND state = 'awaited'";
}

/// A certificate outside phones whose key signs documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignerRow {
    /// Its entry in the register.
    pub entry: EntryId,
    /// SHA-256 of the DER.
    pub sha256: Sha256,
    /// The certificate.
    pub der: Vec<u8>,
    /// Where its key lives.
    pub home: KeyHome,
    /// Not valid before.
    pub not_before: UnixSecond,
    /// Not valid after.
    pub not_after: UnixSecond,
}

/// A decision whose document signature is awaited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAwaited {
    /// Its identity.
    pub decision: DecisionHash,
    /// Whose part it decides.
    pub part: Part,
    /// Who decided.
    pub decider: PersonId,
    /// On which device.
    pub device: DeviceId,
    /// Whose key signs.
    pub entry: EntryId,
    /// SHA-256 of the recipe.
    pub recipe: Sha256,
    /// The decision, deterministic CBOR.
    pub cbor: Vec<u8>,
    /// The `COSE_Sign1` over it.
    pub cose: Vec<u8>,
    /// When it was recorded.
    pub recorded_at: UnixSecond,
    /// Its leaf's salt.
    pub salt: Salt,
    /// Its leaf's place.
    pub leaf: u64,
    /// Not awaited after this.
    pub until: Timestamp,
}

/// How it ended, with the place of the second leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The statement, deterministic CBOR.
    pub statement: Vec<u8>,
    /// When it was recorded.
    pub recorded_at: UnixSecond,
    /// The leaf's salt.
    pub salt: Salt,
    /// The leaf's place.
    pub leaf: u64,
}

/// The same as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureRow {
    /// What was decided.
    pub of: NewAwaited,
    /// Where it stands.
    pub standing: Standing,
    /// How it ended, once it has.
    pub ended: Option<Ended>,
}

/// What a request waits for, as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AwaitedPart {
    /// In which step.
    pub step: StepNumber,
    /// Whose part.
    pub person: PersonId,
    /// Who decided it.
    pub decider: PersonId,
    /// Which decision, and until when.
    pub awaits: Awaits,
}

/// Whose key outside phones signs documents of a kind for a device's person at a moment; none where the phone's own does.
pub async fn signer(
    connection: &mut AnyConnection,
    device: DeviceId,
    kind: CertificateKind,
    at: UnixSecond,
) -> Result<Option<SignerRow>, StoreError> {
    let query = sqlx::query(SIGNER).put(&device).put(&kind).put(&at);
    query.fetch_optional(connection).await?.as_ref().map(read_signer).transpose()
}

/// The certificate of an entry.
pub async fn entry(
    connection: &mut AnyConnection,
    id: EntryId,
) -> Result<Option<SignerRow>, StoreError> {
    let row = sqlx::query(ENTRY).put(&id).fetch_optional(connection).await?;
    row.as_ref().map(read_signer).transpose()
}

/// Whether an entry's key signs documents; none where there is no such entry.
pub async fn signs(
    connection: &mut AnyConnection,
    entry: EntryId,
) -> Result<Option<bool>, StoreError> {
    let row = sqlx::query(SIGNS).put(&entry).fetch_optional(connection).await?;
    row.map(|row| row.get_as(0)).transpose()
}

/// Says whether an entry's key signs documents; gives 0 for one in a phone.
pub async fn set_signs(
    connection: &mut AnyConnection,
    entry: EntryId,
    signs: bool,
) -> Result<u64, StoreError> {
    let update = sqlx::query(SET_SIGNS).put(&entry).put(&signs);
    Ok(update.execute(connection).await?.rows_affected())
}

/// Has an entry sign documents if the one whose place it takes did.
pub async fn inherit(connection: &mut AnyConnection, entry: EntryId) -> Result<(), StoreError> {
    sqlx::query(INHERIT).put(&entry).execute(connection).await?;
    Ok(())
}

/// The open requests that show an entry's holder whose key signs.
pub async fn waiting(
    connection: &mut AnyConnection,
    entry: EntryId,
) -> Result<Vec<RequestId>, StoreError> {
    let rows = sqlx::query(WAITING).put(&entry).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

/// Adds a decision whose document signature is awaited.
pub async fn insert(connection: &mut AnyConnection, new: &NewAwaited) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .put(&new.decision)
        .put(&new.part.request)
        .put(&new.part.step)
        .put(&new.part.person)
        .put(&new.decider)
        .put(&new.device)
        .put(&new.entry)
        .put(&new.recipe)
        .put(&new.cbor)
        .put(&new.cose)
        .put(&new.recorded_at)
        .put(&new.salt)
        .put(&new.leaf)
        .put(&new.until)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes how it ended; gives 0 when it had.
pub async fn end(
    connection: &mut AnyConnection,
    decision: &DecisionHash,
    end: End,
    ended: &Ended,
) -> Result<u64, StoreError> {
    let update = sqlx::query(END)
        .put(decision)
        .put(&Standing::from(end))
        .put(&ended.statement)
        .put(&ended.recorded_at)
        .put(&ended.salt)
        .put(&ended.leaf);
    Ok(update.execute(connection).await?.rows_affected())
}

/// One by its decision.
pub async fn one(
    connection: &mut AnyConnection,
    decision: &DecisionHash,
) -> Result<Option<SignatureRow>, StoreError> {
    let row = sqlx::query(ONE).put(decision).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The one that a request waits for.
pub async fn awaited(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Option<SignatureRow>, StoreError> {
    let row = sqlx::query(AWAITED).put(&request).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// The one that a request waits for in vain.
pub async fn stranded(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Option<SignatureRow>, StoreError> {
    let row = sqlx::query(STRANDED).put(&request).fetch_optional(connection).await?;
    row.as_ref().map(read).transpose()
}

/// Those that a person decided and that are awaited, the oldest first; at most 200.
pub async fn of_decider(
    connection: &mut AnyConnection,
    decider: PersonId,
) -> Result<Vec<SignatureRow>, StoreError> {
    let rows = sqlx::query(OF_DECIDER).put(&decider).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// All that a person decided and that are awaited.
pub async fn decided_by(
    connection: &mut AnyConnection,
    decider: PersonId,
) -> Result<Vec<SignatureRow>, StoreError> {
    let rows = sqlx::query(DECIDED_BY).put(&decider).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// Those that were decided on a device and are awaited.
pub async fn of_device(
    connection: &mut AnyConnection,
    device: DeviceId,
) -> Result<Vec<SignatureRow>, StoreError> {
    let rows = sqlx::query(OF_DEVICE).put(&device).fetch_all(connection).await?;
    rows.iter().map(read).collect()
}

/// Those that were decided on devices of a unit, or of one below it, and are awaited.
pub async fn of_branch(
    connection: &mut AnyConnection,
    branch: &Branch,
) -> Result<Vec<SignatureRow>, StoreError> {
    let query = sqlx::query(OF_BRANCH).bind(branch.path().to_owned()).bind(branch.end());
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// Those awaited of the key of an entry, or decided by the phone whose entry it is.
pub async fn of_entry(
    connection: &mut AnyConnection,
    entry: EntryId,
) -> Result<Vec<SignatureRow>, StoreError> {
    let mut rows = sqlx::query(OF_ENTRY).put(&entry).fetch_all(&mut *connection).await?;
    rows.extend(sqlx::query(OF_DEVICE_OF_ENTRY).put(&entry).fetch_all(connection).await?);
    rows.iter().map(read).collect()
}

/// What a request waits for, with whose part it is.
pub async fn awaits(
    connection: &mut AnyConnection,
    request: RequestId,
) -> Result<Option<AwaitedPart>, StoreError> {
    let row = sqlx::query(AWAITS).put(&request).fetch_optional(connection).await?;
    row.map(|row| {
        Ok(AwaitedPart {
            step: row.get_as(0)?,
            person: row.get_as(1)?,
            decider: row.get_as(2)?,
            awaits: Awaits { decision: row.get_as(3)?, until: row.get_as(4)? },
        })
    })
    .transpose()
}

/// Whether a person decided on a part before, and no document signature came in time.
pub async fn ran_out(
    connection: &mut AnyConnection,
    part: Part,
    decider: PersonId,
) -> Result<bool, StoreError> {
    let query = sqlx::query(RAN_OUT).put(&part.request).put(&part.step).put(&part.person);
    Ok(query.put(&decider).fetch_optional(connection).await?.is_some())
}

/// A person's decisions on a part for which no document signature came.
pub async fn undone(
    connection: &mut AnyConnection,
    part: Part,
    decider: PersonId,
) -> Result<Vec<DecisionHash>, StoreError> {
    let query = sqlx::query(UNDONE).put(&part.request).put(&part.step).put(&part.person);
    let rows = query.put(&decider).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

fn read_signer(row: &AnyRow) -> Result<SignerRow, StoreError> {
    Ok(SignerRow {
        entry: row.get_as(0)?,
        sha256: row.get_as(1)?,
        der: row.get_as(2)?,
        home: row.get_as(3)?,
        not_before: row.get_as(4)?,
        not_after: row.get_as(5)?,
    })
}

fn read(row: &AnyRow) -> Result<SignatureRow, StoreError> {
    let ended = match row.get_opt(15)? {
        None => None,
        Some(statement) => Some(Ended {
            statement,
            recorded_at: row.get_as(16)?,
            salt: row.get_as(17)?,
            leaf: row.get_as(18)?,
        }),
    };
    Ok(SignatureRow {
        of: NewAwaited {
            decision: row.get_as(0)?,
            part: Part { request: row.get_as(1)?, step: row.get_as(2)?, person: row.get_as(3)? },
            decider: row.get_as(4)?,
            device: row.get_as(5)?,
            entry: row.get_as(6)?,
            recipe: row.get_as(7)?,
            cbor: row.get_as(8)?,
            cose: row.get_as(9)?,
            recorded_at: row.get_as(10)?,
            salt: row.get_as(11)?,
            leaf: row.get_as(12)?,
            until: row.get_as(13)?,
        },
        standing: row.get_as(14)?,
        ended,
    })
}
