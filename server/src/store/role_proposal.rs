//! Roles that take two persons: one asks, another one confirms.

use sqlx::AnyConnection;
use sqlx::any::AnyRow;
use trien_core::env::Timestamp;
use trien_core::id::AccountId;

use super::account::Grant;
use super::proposal::Outcome;
use super::{Bind as _, Columns as _, StoreError, statements};

macro_rules! open {
    ($where:literal) => {
        concat!(
            "SELECT p.account, r.name, p.unit, p.role, p.proposed_by, a.name, p.why, \
             p.proposed_at, p.ends_at FROM role_proposal p JOIN account r ON r.id = p.account \
             JOIN account a ON a.id = p.proposed_by WHERE p.ended_at IS NULL \
             AND p.ends_at > $1 AND a.ended_at IS NULL AND r.ended_at IS NULL",
            $where,
            " ORDER BY p.proposed_at, p.account, p.unit"
        )
    };
}

statements! {
    INSERT = "INSERT INTO role_proposal (account, unit, role, proposed_by, why, proposed_at, \
        ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    OPEN = open!("");
    OPEN_ON = open!(" AND p.account = $2");
    END = "UPDATE role_proposal SET ended_at = $4, outcome = $5 \
        WHERE account = $1 AND unit = $2 AND role = $3 AND ended_at IS NULL";
    END_ALL = "UPDATE role_proposal SET ended_at = $2, outcome = $3 \
        WHERE account = $1 AND ended_at IS NULL";
}

/// A role that another person may confirm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleProposal {
    /// Who is to have it.
    pub account: AccountId,
    /// That person's full name.
    pub name: String,
    /// The role, and where.
    pub grant: Grant,
    /// Who asked.
    pub by: AccountId,
    /// That person's full name.
    pub by_name: String,
    /// Why.
    pub why: String,
    /// When.
    pub proposed_at: Timestamp,
    /// Until when it can be confirmed.
    pub ends_at: Timestamp,
}

/// Adds one; an account has one at most that is open for a role in a unit.
pub async fn insert(connection: &mut AnyConnection, new: &RoleProposal) -> Result<(), StoreError> {
    sqlx::query(INSERT)
        .put(&new.account)
        .put(&new.grant.unit)
        .put(&new.grant.role)
        .put(&new.by)
        .put(&new.why)
        .put(&new.proposed_at)
        .put(&new.ends_at)
        .execute(connection)
        .await?;
    Ok(())
}

/// All that are open now, oldest first. What somebody asked for whose account ended is not.
pub async fn open(
    connection: &mut AnyConnection,
    now: Timestamp,
) -> Result<Vec<RoleProposal>, StoreError> {
    sqlx::query(OPEN).put(&now).fetch_all(connection).await?.iter().map(read).collect()
}

/// Those that are open for an account now.
pub async fn open_on(
    connection: &mut AnyConnection,
    account: AccountId,
    now: Timestamp,
) -> Result<Vec<RoleProposal>, StoreError> {
    let query = sqlx::query(OPEN_ON).put(&now).put(&account);
    query.fetch_all(connection).await?.iter().map(read).collect()
}

/// Ends one, if it has not ended.
pub async fn end(
    connection: &mut AnyConnection,
    account: AccountId,
    grant: Grant,
    at: Timestamp,
    outcome: Outcome,
) -> Result<u64, StoreError> {
    let end = sqlx::query(END).put(&account).put(&grant.unit).put(&grant.role);
    Ok(end.put(&at).put(&outcome).execute(connection).await?.rows_affected())
}

/// Ends all of an account.
pub async fn end_all(
    connection: &mut AnyConnection,
    account: AccountId,
    at: Timestamp,
) -> Result<(), StoreError> {
    let end = sqlx::query(END_ALL).put(&account).put(&at).put(&Outcome::Overtaken);
    end.execute(connection).await?;
    Ok(())
}

fn read(row: &AnyRow) -> Result<RoleProposal, StoreError> {
    Ok(RoleProposal {
        account: row.get_as(0)?,
        name: row.get_as(1)?,
        grant: Grant { unit: row.get_as(2)?, role: row.get_as(3)? },
        by: row.get_as(4)?,
        by_name: row.get_as(5)?,
        why: row.get_as(6)?,
        proposed_at: row.get_as(7)?,
        ends_at: row.get_as(8)?,
    })
}
