//! The certificate register: beginning entries, giving them certificates, and moving them on.

/// The units of [`Within`], `$1` its kind and `$2` its identifier. `UNION` drops what was reached
/// before, so that a circle of units ends.
macro_rules! reach {
    () => {
        "WITH RECURSIVE reach (unit) AS (\
            SELECT g.unit FROM role_grant g \
                WHERE $1 LIKE 'account %' AND $1 LIKE '% ' || g.role || ' %' \
                AND g.account = $2 AND g.until IS NULL \
            UNION SELECT w.unit FROM wave_unit w WHERE $1 = 'wave' AND w.wave = $2 \
            UNION SELECT u.id FROM unit u \
                WHERE $1 = 'all' OR ($1 IN ('unit', 'branch') AND u.id = $2) \
            UNION SELECT u.id FROM unit u JOIN reach r ON u.parent = r.unit WHERE $1 <> 'unit') "
    };
}

mod figures;
mod read;
mod renewal;
mod waiting;

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::certificate::{Assurance, PromptPolicy};
use trien_core::digest::Sha256;
use trien_core::env::{Timestamp, UnixSecond};
use trien_core::id::{AccountId, DeviceId, EntryId, InvitationId, PersonId, UnitId};
use trien_core::register::{CertificateKind, Event, KeyHome, State, Term, Turn};

pub use self::figures::{Cell, Depth, Edges, MOST_STEPS, figures};
pub use self::read::{
    EndPlace, EntryRow, Part, Roles, States, Way, Within, count_below, ending, events, exceeding,
    held_elsewhere, newest, one, tally,
};
pub use self::renewal::{
    Related, after, before, count_exceeding, renews, set_renews, was_certified,
};
pub use self::waiting::{
    Exported, Waiting, exports, insert_export, is_registered, keys_elsewhere, waiting,
};
use super::{Bind as _, Columns as _, StoreError, Stored, statements};

macro_rules! stored_by_name {
    ($($name:ty),+) => {$(
        impl Stored for $name {
            type Raw = String;
            fn to_raw(&self) -> String {
                self.name().to_owned()
            }
            fn from_raw(raw: String) -> Result<Self, StoreError> {
                Self::from_name(&raw).ok_or(StoreError::Corrupt(stringify!($name)))
            }
        }
    )+};
}
stored_by_name!(State, Event, CertificateKind, KeyHome);

/// The statements that read.
pub const READING: &[(&str, &str)] = read::STATEMENTS;
/// The statement of the figures of a period.
pub const FIGURES: &[(&str, &str)] = figures::STATEMENTS;
/// The statements about renewals and validities.
pub const RENEWAL: &[(&str, &str)] = renewal::STATEMENTS;
/// The statements about what an outside authority is to certify.
pub const WAITING: &[(&str, &str)] = waiting::STATEMENTS;

statements! {
    INSERT = "INSERT INTO register_entry (id, unit, person, device, kind, home, assurance, state, \
        events, predecessor, prompt_policy, renews) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, $10, $11)";
    STATE_PROMPT = "UPDATE register_entry SET prompt_policy = $2 WHERE id = $1";
    CERTIFY = "UPDATE register_entry SET certificate = $2, der = $3, not_before_seconds = $4, \
        not_after_seconds = $5, issued_at = $6, \
        exceeds = CASE WHEN (CAST($5 AS BIGINT) - CAST($4 AS BIGINT)) / 86400 \
            > CASE WHEN renews = 1 THEN CAST($7 AS BIGINT) ELSE CAST($8 AS BIGINT) END \
            THEN 1 ELSE 0 END \
        WHERE id = $1 AND certificate IS NULL";
    MOVE = "UPDATE register_entry SET state = $2, events = events + 1 \
        WHERE id = $1 AND state = $3 AND events + 1 = $4";
    INSERT_EVENT = "INSERT INTO register_event (entry, number, event, at, author, account, \
        reason, why, in_use) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    HEAD = "SELECT id, state, events FROM register_entry WHERE id = $1";
    OF_DEVICE = "SELECT id, state, events FROM register_entry WHERE device = $1 \
        ORDER BY id DESC LIMIT 1";
    REQUESTED_OF_INVITATION = "SELECT e.id, e.state, e.events FROM register_entry e \
        JOIN device d ON d.id = e.device JOIN attempt a ON a.id = d.attempt \
        WHERE a.invitation = $1 AND e.state = 'requested' ORDER BY e.id";
    PAST_ITS_END = "SELECT id, state, events FROM register_entry WHERE not_after_seconds < $1 \
        AND state IN ('issued', 'in-use', 'suspended', 'suspended-unused', 'renewed') \
        ORDER BY not_after_seconds, id LIMIT $2";
    BY_CERTIFICATE = "SELECT id, state, events FROM register_entry WHERE certificate = $1";
    RENEWABLE = "SELECT id, state, events FROM register_entry \
        WHERE id = $1 AND person = $2 AND home <> 'phone'";
    WAITING_FOR = "SELECT id, state, events FROM register_entry WHERE person = $1 AND unit = $2 \
        AND kind = $3 AND home = $4 AND device IS NULL AND state IN ('requested', 'reviewed') \
        ORDER BY id LIMIT 1";
    CERTIFICATE_OF = "SELECT certificate FROM register_entry WHERE id = $1";
}

/// An entry to begin.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// Which.
    pub id: EntryId,
    /// For which unit.
    pub unit: UnitId,
    /// Who holds it: for an agency's seal, its clerk.
    pub person: PersonId,
    /// The phone, where the key lives in one.
    pub device: Option<DeviceId>,
    /// What the certificate is for.
    pub kind: CertificateKind,
    /// Where its key lives.
    pub home: KeyHome,
    /// How well the phone's keys are known to be in hardware.
    pub assurance: Option<Assurance>,
    /// How often the key asks for the person; none where nobody stated it.
    pub prompt_policy: Option<PromptPolicy>,
    /// The entry whose place it takes.
    pub predecessor: Option<EntryId>,
    /// Whether it renews that one; else it takes its place for another cause.
    pub renews: bool,
}

/// An entry as far as the next event depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Which.
    pub id: EntryId,
    /// Where it stands.
    pub state: State,
    /// Events so far.
    pub events: u32,
}

/// A certificate's bytes and times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certified {
    /// SHA-256 of the DER.
    pub sha256: Sha256,
    /// The certificate.
    pub der: Vec<u8>,
    /// Not valid before.
    pub not_before: UnixSecond,
    /// Not valid after.
    pub not_after: UnixSecond,
    /// When it was issued, or recorded here.
    pub issued_at: Timestamp,
}

/// Who made something happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    /// The holder's phone.
    Phone,
    /// This server, on time.
    Server,
    /// Whoever can run the program on the server's data folder.
    CommandLine,
    /// Somebody who signed in.
    Account(AccountId),
    /// Somebody, before there was a register.
    Unrecorded,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// What.
    pub event: Event,
    /// When; none where nobody kept the moment.
    pub at: Option<Timestamp>,
    /// By whom.
    pub author: Author,
    /// The reason code of RFC 5280 §5.3.1, of a revocation.
    pub reason: Option<u32>,
    /// Why, in the author's words.
    pub why: Option<String>,
    /// The full name of an author who signed in.
    pub name: Option<String>,
}

/// Begins an entry. Its first event is inserted by whoever begins it.
pub async fn insert(
    connection: &mut AnyConnection,
    entry: &NewEntry,
    state: State,
) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .put(&entry.id)
        .put(&entry.unit)
        .put(&entry.person)
        .put_opt(entry.device.as_ref())
        .put(&entry.kind)
        .put(&entry.home)
        .put_opt(entry.assurance.as_ref())
        .put(&state)
        .put_opt(entry.predecessor.as_ref())
        .put_opt(entry.prompt_policy.as_ref())
        .put(&entry.renews)
        .execute(connection)
        .await?;
    Ok(())
}

/// Notes how often the key of an entry asks for the person.
pub async fn state_prompt(
    connection: &mut AnyConnection,
    entry: EntryId,
    policy: Option<PromptPolicy>,
) -> Result<(), StoreError> {
    let update = sqlx::query(STATE_PROMPT).put(&entry).put_opt(policy.as_ref());
    update.execute(connection).await?;
    Ok(())
}

/// Gives an entry its certificate, and notes whether that is valid for longer than R14 allows; gives 0 when
/// it has one.
pub async fn certify(
    connection: &mut AnyConnection,
    entry: EntryId,
    certificate: &Certified,
) -> Result<u64, StoreError> {
    let update = sqlx::query(CERTIFY)
        .put(&entry)
        .put(&certificate.sha256)
        .put(&certificate.der)
        .put(&certificate.not_before)
        .put(&certificate.not_after)
        .put(&certificate.issued_at)
        .put(&Term::Renewal.most_days())
        .put(&Term::First.most_days());
    Ok(update.execute(connection).await?.rows_affected())
}

/// Moves an entry on by its event number `number`; gives 0 when it is not where it was.
pub async fn advance(
    connection: &mut AnyConnection,
    head: Head,
    to: State,
    number: u32,
) -> Result<u64, StoreError> {
    let update = sqlx::query(MOVE).put(&head.id).put(&to).put(&head.state).put(&number);
    Ok(update.execute(connection).await?.rows_affected())
}

/// Adds an event, with what it does to whether the certificate is in use.
pub async fn insert_event(
    connection: &mut AnyConnection,
    (entry, number): (EntryId, u32),
    event: &EventRow,
    turn: Turn,
) -> Result<(), StoreError> {
    let (author, account) = author_parts(event.author);
    sqlx::query(INSERT_EVENT)
        .put(&entry)
        .put(&number)
        .put(&event.event)
        .put_opt(event.at.as_ref())
        .bind(author.to_owned())
        .put_opt(account.as_ref())
        .put_opt(event.reason.as_ref())
        .put_opt(event.why.as_ref())
        .put(&turn)
        .execute(connection)
        .await?;
    Ok(())
}

/// One entry's head.
pub async fn head(
    connection: &mut AnyConnection,
    entry: EntryId,
) -> Result<Option<Head>, StoreError> {
    let row = sqlx::query(HEAD).put(&entry).fetch_optional(connection).await?;
    row.as_ref().map(read_head).transpose()
}

/// The head of a device's newest entry.
pub async fn of_device(
    connection: &mut AnyConnection,
    device: DeviceId,
) -> Result<Option<Head>, StoreError> {
    let row = sqlx::query(OF_DEVICE).put(&device).fetch_optional(connection).await?;
    row.as_ref().map(read_head).transpose()
}

/// The head of the entry of a certificate.
pub async fn by_certificate(
    connection: &mut AnyConnection,
    certificate: &Sha256,
) -> Result<Option<Head>, StoreError> {
    let row = sqlx::query(BY_CERTIFICATE).put(certificate).fetch_optional(connection).await?;
    row.as_ref().map(read_head).transpose()
}

/// The head of an entry of this person whose key is in no phone.
pub async fn renewable(
    connection: &mut AnyConnection,
    entry: EntryId,
    person: PersonId,
) -> Result<Option<Head>, StoreError> {
    let row = sqlx::query(RENEWABLE).put(&entry).put(&person).fetch_optional(connection).await?;
    row.as_ref().map(read_head).transpose()
}

/// The head of an entry without a phone that waits for a certificate as `like` has it.
pub async fn waiting_for(
    connection: &mut AnyConnection,
    like: &NewEntry,
) -> Result<Option<Head>, StoreError> {
    let query = sqlx::query(WAITING_FOR).put(&like.person).put(&like.unit);
    let row = query.put(&like.kind).put(&like.home).fetch_optional(connection).await?;
    row.as_ref().map(read_head).transpose()
}

/// The certificate of an entry, if it has one.
pub async fn certificate_of(
    connection: &mut AnyConnection,
    entry: EntryId,
) -> Result<Option<Sha256>, StoreError> {
    let row = sqlx::query(CERTIFICATE_OF).put(&entry).fetch_optional(connection).await?;
    row.map(|row| row.get_opt(0)).transpose().map(Option::flatten)
}

/// The heads of what was requested with an invitation and waits for its officer.
pub async fn requested_of(
    connection: &mut AnyConnection,
    invitation: InvitationId,
) -> Result<Vec<Head>, StoreError> {
    let query = sqlx::query(REQUESTED_OF_INVITATION).put(&invitation);
    query.fetch_all(connection).await?.iter().map(read_head).collect()
}

/// The heads of those whose validity is over, though their state does not say so; at most `limit`.
pub async fn past_their_end(
    connection: &mut AnyConnection,
    now: UnixSecond,
    limit: u32,
) -> Result<Vec<Head>, StoreError> {
    let query = sqlx::query(PAST_ITS_END).put(&now).put(&limit);
    query.fetch_all(connection).await?.iter().map(read_head).collect()
}

fn read_head(row: &AnyRow) -> Result<Head, StoreError> {
    Ok(Head { id: row.get_as(0)?, state: row.get_as(1)?, events: row.get_as(2)? })
}

fn author_parts(author: Author) -> (&'static str, Option<AccountId>) {
    match author {
        Author::Phone => ("phone", None),
        Author::Server => ("server", None),
        Author::CommandLine => ("command-line", None),
        Author::Account(account) => ("account", Some(account)),
        Author::Unrecorded => ("unrecorded", None),
    }
}
