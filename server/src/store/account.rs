//! Accounts of those who administer, and what each may do where.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::env::Timestamp;
use trien_core::id::{AccountId, UnitId};

use super::people::{Branch, MAX_WORDS};
use super::value::stored_names;
use super::{Bind as _, Columns as _, StoreError, statements};
use crate::fold;
use crate::paging::Turn;

/// What an account may do in a unit and in all units below it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Units, people, accounts and settings.
    Administrator,
    /// Invitations and devices.
    EnrollmentOfficer,
    /// Certificates: the register, and ending them.
    CaOfficer,
    /// Documents: submits them and follows them, and keeps the agency's seal.
    Clerk,
    /// Reads everything, changes nothing.
    Auditor,
}

impl Role {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 5] =
        [Self::Administrator, Self::EnrollmentOfficer, Self::CaOfficer, Self::Clerk, Self::Auditor];

    /// Its name in the database, in addresses and in the keys of its texts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::EnrollmentOfficer => "enrollment-officer",
            Self::CaOfficer => "ca-officer",
            Self::Clerk => "clerk",
            Self::Auditor => "auditor",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

stored_names!(Role {
    Role::Administrator = "administrator",
    Role::EnrollmentOfficer = "enrollment-officer",
    Role::CaOfficer = "ca-officer",
    Role::Clerk = "clerk",
    Role::Auditor = "auditor",
});

/// Both directions of one list: along the order of names, so that a page ends the search.
macro_rules! listed {
    ($compare:literal, $along:literal) => {
        concat!(
            "SELECT a.id, a.sorting FROM account a WHERE (a.sorting, a.id) ",
            $compare,
            " ($1, $2) AND a.folded LIKE $3 AND a.folded LIKE $4 AND a.folded LIKE $5 \
             AND a.folded LIKE $6 AND a.folded LIKE $7 AND a.folded LIKE $8 AND a.folded LIKE $9 \
             AND a.folded LIKE $10 AND ($11 <> 'active' OR a.ended_at IS NULL) \
             AND ($11 <> 'ended' OR a.ended_at IS NOT NULL) \
             AND (($11 <> 'waiting' AND EXISTS (SELECT 1 FROM role_grant g JOIN unit u \
             ON u.id = g.unit WHERE g.account = a.id AND g.until IS NULL \
             AND u.path >= $12 AND u.path < $13 AND ($14 = '' OR g.role = $14))) \
             OR EXISTS (SELECT 1 FROM role_proposal p JOIN unit u ON u.id = p.unit \
             JOIN account b ON b.id = p.proposed_by WHERE p.account = a.id \
             AND p.ended_at IS NULL AND p.ends_at > $15 AND b.ended_at IS NULL \
             AND a.ended_at IS NULL AND u.path >= $12 AND u.path < $13 \
             AND ($14 = '' OR p.role = $14)) \
             OR ($11 <> 'waiting' AND $14 = '' AND NOT EXISTS (SELECT 1 FROM role_grant g \
             WHERE g.account = a.id AND g.until IS NULL) \
             AND NOT EXISTS (SELECT 1 FROM role_proposal p JOIN account b ON b.id = p.proposed_by \
             WHERE p.account = a.id AND p.ended_at IS NULL AND p.ends_at > $15 \
             AND b.ended_at IS NULL AND a.ended_at IS NULL) \
             AND (EXISTS (SELECT 1 FROM role_grant g JOIN unit u ON u.id = g.unit \
             WHERE g.account = a.id AND u.path >= $12 AND u.path < $13) \
             OR EXISTS (SELECT 1 FROM role_proposal p JOIN unit u ON u.id = p.unit \
             WHERE p.account = a.id AND u.path >= $12 AND u.path < $13)))) \
             ORDER BY a.sorting ",
            $along,
            ", a.id ",
            $along,
            " LIMIT $16"
        )
    };
}

statements! {
    LISTED_AFTER = listed!(">", "ASC");
    LISTED_BEFORE = listed!("<", "DESC");
    IN_USE = "SELECT 1 FROM certificate LIMIT 1";
    WITHDRAW = "UPDATE role_grant SET until = $4 \
        WHERE account = $1 AND unit = $2 AND role = $3 AND until IS NULL";
    INSERT = "INSERT INTO account (id, login, name, password, failures, locked_until, created_at, \
        sorting, folded) VALUES ($1, $2, $3, $4, 0, 0, $5, $6, $7) ON CONFLICT (login) DO NOTHING";
    BY_LOGIN = "SELECT id, login, name, password, failures, locked_until, created_at, ended_at \
        FROM account WHERE login = $1";
    BY_ID = "SELECT id, login, name, password, failures, locked_until, created_at, ended_at \
        FROM account WHERE id = $1";
    MADE_BY = "SELECT made_by FROM account WHERE id = $1";
    NOTE_MAKER = "UPDATE account SET made_by = $2 WHERE id = $1 \
        AND EXISTS (SELECT 1 FROM certificate) AND EXISTS (SELECT 1 FROM account WHERE id = $2)";
    ANY = "SELECT id FROM account LIMIT 1";
    NOTE_FAILURE = "UPDATE account SET failures = $2, locked_until = $3 WHERE id = $1";
    SET_PASSWORD = "UPDATE account SET password = $3 \
        WHERE id = $1 AND password = $2 AND ended_at IS NULL";
    END = "UPDATE account SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    GRANT = "INSERT INTO role_grant (account, unit, role, since) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (account, unit, role, since) DO UPDATE SET until = NULL";
    GRANTS = "SELECT unit, role FROM role_grant WHERE account = $1 AND until IS NULL \
        ORDER BY unit, role";
    GRANTS_IN = "SELECT account, role FROM role_grant WHERE unit = $1 AND until IS NULL \
        ORDER BY account, role";
    PAST_UNITS = "SELECT unit FROM role_grant WHERE account = $1 \
        UNION SELECT unit FROM role_proposal WHERE account = $1 ORDER BY unit";
}

/// An account as stored.
#[derive(Clone)]
pub struct AccountRow {
    /// Which.
    pub id: AccountId,
    /// What is typed to sign in: lower case.
    pub login: String,
    /// The person's full name.
    pub name: String,
    /// The password's hash, a PHC string.
    pub password: String,
    /// Wrong passwords since the last right one.
    pub failures: u32,
    /// No password is looked at before this.
    pub locked_until: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was ended, if it was.
    pub ended_at: Option<Timestamp>,
}

/// A role in a unit and below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grant {
    /// The unit.
    pub unit: UnitId,
    /// The role.
    pub role: Role,
}

/// Adds an account; gives 0 when the login is taken.
pub async fn insert(
    connection: &mut AnyConnection,
    account: &AccountRow,
) -> Result<u64, StoreError> {
    let insert = sqlx::query(INSERT)
        .put(&account.id)
        .put(&account.login)
        .put(&account.name)
        .put(&account.password)
        .put(&account.created_at)
        .bind(fold::sorting(&account.name))
        .bind(fold::folded(&[&account.name, &account.login]));
    Ok(insert.execute(connection).await?.rows_affected())
}

/// The account with this login, ended or not.
pub async fn by_login(
    connection: &mut AnyConnection,
    login: &str,
) -> Result<Option<AccountRow>, StoreError> {
    let query = sqlx::query(BY_LOGIN).bind(login.to_owned());
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// One account, ended or not.
pub async fn by_id(
    connection: &mut AnyConnection,
    id: AccountId,
) -> Result<Option<AccountRow>, StoreError> {
    let query = sqlx::query(BY_ID).put(&id);
    query.fetch_optional(connection).await?.as_ref().map(read).transpose()
}

/// A place in the order of accounts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AccountPlace {
    /// The name as it is sorted by.
    pub sorting: String,
    /// Which account.
    pub id: AccountId,
}

/// Which accounts a list has.
pub struct Finding<'a> {
    /// Those that have, or may soon have, a role in this part of the tree,
    pub branch: &'a Branch,
    /// all of these words, each at the beginning of one of theirs,
    pub words: &'a [String],
    /// this role,
    pub role: Option<Role>,
    /// and this standing: `active`, `ended`, `waiting`; empty for any.
    pub standing: &'a str,
    /// What waits is open at this moment.
    pub now: Timestamp,
}

/// An account as a list finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Which.
    pub id: AccountId,
    /// What it is sorted by.
    pub sorting: String,
}

impl Listed {
    /// Where this stands in the order.
    #[must_use]
    pub fn place(&self) -> AccountPlace {
        AccountPlace { sorting: self.sorting.clone(), id: self.id }
    }
}

/// At most `limit` accounts.
pub async fn list(
    connection: &mut AnyConnection,
    finding: &Finding<'_>,
    turn: &Turn<AccountPlace>,
    limit: u32,
) -> Result<Vec<Listed>, StoreError> {
    let sql = match turn {
        Turn::Before(_) => LISTED_BEFORE,
        Turn::First | Turn::After(_) => LISTED_AFTER,
    };
    let mut query = sqlx::query(sql);
    query = match turn {
        // Nothing stands before an empty text.
        Turn::First => query.bind(String::new()).bind(Vec::<u8>::new()),
        Turn::After(place) | Turn::Before(place) => query.put(&place.sorting).put(&place.id),
    };
    for at in 0..MAX_WORDS {
        // Words are letters and digits: nothing in them means something else to LIKE.
        let word = finding.words.get(at);
        query = query.bind(word.map_or_else(|| "%".to_owned(), |word| format!("% {word}%")));
    }
    let rows = query
        .bind(finding.standing.to_owned())
        .bind(finding.branch.path().to_owned())
        .bind(finding.branch.end())
        .bind(finding.role.map_or("", Role::name).to_owned())
        .put(&finding.now)
        .put(&limit)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| Ok(Listed { id: row.get_as(0)?, sorting: row.get_as(1)? })).collect()
}

/// Whether any phone is, or was, in use.
pub async fn is_phone_in_use(connection: &mut AnyConnection) -> Result<bool, StoreError> {
    Ok(sqlx::query(IN_USE).fetch_optional(connection).await?.is_some())
}

/// Takes a role away; gives 0 when the account has not got it.
pub async fn withdraw(
    connection: &mut AnyConnection,
    account: AccountId,
    grant: Grant,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let withdraw = sqlx::query(WITHDRAW).put(&account).put(&grant.unit).put(&grant.role).put(&at);
    Ok(withdraw.execute(connection).await?.rows_affected())
}

/// Whether there is any account, ended or not.
pub async fn is_any(connection: &mut AnyConnection) -> Result<bool, StoreError> {
    Ok(sqlx::query(ANY).fetch_optional(connection).await?.is_some())
}

/// Notes who made an account, if a phone has been in use.
pub async fn note_maker(
    connection: &mut AnyConnection,
    id: AccountId,
    maker: AccountId,
) -> Result<(), StoreError> {
    sqlx::query(NOTE_MAKER).put(&id).put(&maker).execute(connection).await?;
    Ok(())
}

/// Longest line of accounts of which each made the next; longer ones are nobody's.
const MAX_LINE: usize = 64;

/// Whether two accounts are two persons: the lines of those who made them, once phones were in use,
/// begin with different ones. An account made by an account of one's own is one's own as well.
pub async fn are_two_persons(
    connection: &mut AnyConnection,
    one: AccountId,
    other: AccountId,
) -> Result<bool, StoreError> {
    let one = first_maker(&mut *connection, one).await?;
    let other = first_maker(connection, other).await?;
    Ok(one.zip(other).is_some_and(|(one, other)| one != other))
}

async fn first_maker(
    connection: &mut AnyConnection,
    id: AccountId,
) -> Result<Option<AccountId>, StoreError> {
    let mut at = id;
    for _ in 0..MAX_LINE {
        let row = sqlx::query(MADE_BY).put(&at).fetch_optional(&mut *connection).await?;
        match row.map(|row| row.get_opt(0)).transpose()?.flatten() {
            Some(maker) => at = maker,
            None => return Ok(Some(at)),
        }
    }
    Ok(None)
}

/// Notes how many wrong passwords came, and until when none is looked at.
pub async fn note_failures(
    connection: &mut AnyConnection,
    id: AccountId,
    failures: u32,
    locked_until: Timestamp,
) -> Result<(), StoreError> {
    let note = sqlx::query(NOTE_FAILURE).put(&id).put(&failures).put(&locked_until);
    note.execute(connection).await?;
    Ok(())
}

/// Replaces a password's hash; gives 0 when it was another one.
pub async fn set_password(
    connection: &mut AnyConnection,
    id: AccountId,
    before: &str,
    password: &str,
) -> Result<u64, StoreError> {
    let set = sqlx::query(SET_PASSWORD).put(&id).bind(before.to_owned()).bind(password.to_owned());
    Ok(set.execute(connection).await?.rows_affected())
}

/// Ends an account; gives the number of rows changed.
pub async fn end(
    connection: &mut AnyConnection,
    id: AccountId,
    at: Timestamp,
) -> Result<u64, StoreError> {
    Ok(sqlx::query(END).put(&id).put(&at).execute(connection).await?.rows_affected())
}

/// Gives a role; one that ended in the millisecond in which it began goes on.
pub async fn grant(
    connection: &mut AnyConnection,
    account: AccountId,
    grant: Grant,
    at: Timestamp,
) -> Result<(), StoreError> {
    let insert = sqlx::query(GRANT).put(&account).put(&grant.unit).put(&grant.role).put(&at);
    insert.execute(connection).await?;
    Ok(())
}

/// The roles that an account has now.
pub async fn grants(
    connection: &mut AnyConnection,
    account: AccountId,
) -> Result<Vec<Grant>, StoreError> {
    let rows = sqlx::query(GRANTS).put(&account).fetch_all(connection).await?;
    rows.iter().map(|row| Ok(Grant { unit: row.get_as(0)?, role: row.get_as(1)? })).collect()
}

/// The accounts that have a role in a unit now, each with its role.
pub async fn grants_in(
    connection: &mut AnyConnection,
    unit: UnitId,
) -> Result<Vec<(AccountId, Role)>, StoreError> {
    let rows = sqlx::query(GRANTS_IN).put(&unit).fetch_all(connection).await?;
    rows.iter().map(|row| Ok((row.get_as(0)?, row.get_as(1)?))).collect()
}

/// The units in which an account has had a role, or was to have one.
pub async fn past_units(
    connection: &mut AnyConnection,
    account: AccountId,
) -> Result<Vec<UnitId>, StoreError> {
    let rows = sqlx::query(PAST_UNITS).put(&account).fetch_all(connection).await?;
    rows.iter().map(|row| row.get_as(0)).collect()
}

fn read(row: &AnyRow) -> Result<AccountRow, StoreError> {
    Ok(AccountRow {
        id: row.get_as(0)?,
        login: row.get_as(1)?,
        name: row.get_as(2)?,
        password: row.get_as(3)?,
        failures: row.get_as(4)?,
        locked_until: row.get_as(5)?,
        created_at: row.get_as(6)?,
        ended_at: row.get_opt(7)?,
    })
}
