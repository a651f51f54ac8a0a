//! Which units somebody reaches, found out one by one: for one page, a province's are not all read.

use std::collections::HashMap;

use sqlx::AnyConnection;
use trien_core::id::UnitId;

use super::{MAX_LEVELS, Officer, Role};
use crate::flow::FlowError;
use crate::store::directory;

/// What was found out so far.
pub(crate) struct Reach<'a> {
    officer: &'a Officer,
    role: Option<Role>,
    known: HashMap<UnitId, bool>,
}

impl<'a> Reach<'a> {
    /// By any role.
    pub(crate) fn of(officer: &'a Officer) -> Self {
        Self { officer, role: None, known: HashMap::new() }
    }

    /// By this role alone.
    pub(crate) fn by(officer: &'a Officer, role: Role) -> Self {
        Self { role: Some(role), ..Self::of(officer) }
    }

    /// Whether the officer has the role in the unit or above it.
    pub(crate) async fn holds(
        &mut self,
        connection: &mut AnyConnection,
        unit: UnitId,
    ) -> Result<bool, FlowError> {
        if let Some(known) = self.known.get(&unit) {
            return Ok(*known);
        }
        let line = directory::line(connection, unit, MAX_LEVELS).await?;
        let mut grants = self.officer.grants.iter();
        let is_held = grants.any(|grant| {
            self.role.is_none_or(|role| grant.role == role) && line.contains(&grant.unit)
        });
        self.known.insert(unit, is_held);
        Ok(is_held)
    }

    /// Whether it holds one of these.
    pub(crate) async fn holds_any(
        &mut self,
        connection: &mut AnyConnection,
        units: impl IntoIterator<Item = UnitId>,
    ) -> Result<bool, FlowError> {
        for unit in units {
            if self.holds(connection, unit).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
