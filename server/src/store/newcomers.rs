//! Adding many people in few statements: each one is a way to the database's thread and back, and a
//! table of 20,000 people would keep every other writer waiting for as many of them.

use sqlx::AnyConnection;
use trien_core::env::Timestamp;

use super::directory::{PersonDetails, PersonRow};
use super::people::Words;
use super::{Bind as _, StoreError, statements};
use crate::fold;

/// People written in one statement.
const AT_ONCE: usize = 16;

statements! {
    TAKEN = "SELECT id FROM person WHERE staff_number IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
        $12, $13, $14, $15, $16) LIMIT 1";
    INSERT_PEOPLE = "INSERT INTO person (id, name, created_at, staff_number, email, phone) VALUES \
        ($1, $2, $3, $4, $5, $6), ($7, $8, $9, $10, $11, $12), ($13, $14, $15, $16, $17, $18), \
        ($19, $20, $21, $22, $23, $24), ($25, $26, $27, $28, $29, $30), \
        ($31, $32, $33, $34, $35, $36), ($37, $38, $39, $40, $41, $42), \
        ($43, $44, $45, $46, $47, $48), ($49, $50, $51, $52, $53, $54), \
        ($55, $56, $57, $58, $59, $60), ($61, $62, $63, $64, $65, $66), \
        ($67, $68, $69, $70, $71, $72), ($73, $74, $75, $76, $77, $78), \
        ($79, $80, $81, $82, $83, $84), ($85, $86, $87, $88, $89, $90), \
        ($91, $92, $93, $94, $95, $96) ON CONFLICT (id) DO NOTHING";
    INSERT_POSITIONS = "INSERT INTO position (person, unit, title, since, authority, sorting, \
        folded) VALUES \
        ($1, $2, $3, $4, $5, $6, $7), ($8, $9, $10, $11, $12, $13, $14), \
        ($15, $16, $17, $18, $19, $20, $21), ($22, $23, $24, $25, $26, $27, $28), \
        ($29, $30, $31, $32, $33, $34, $35), ($36, $37, $38, $39, $40, $41, $42), \
        ($43, $44, $45, $46, $47, $48, $49), ($50, $51, $52, $53, $54, $55, $56), \
        ($57, $58, $59, $60, $61, $62, $63), ($64, $65, $66, $67, $68, $69, $70), \
        ($71, $72, $73, $74, $75, $76, $77), ($78, $79, $80, $81, $82, $83, $84), \
        ($85, $86, $87, $88, $89, $90, $91), ($92, $93, $94, $95, $96, $97, $98), \
        ($99, $100, $101, $102, $103, $104, $105), ($106, $107, $108, $109, $110, $111, $112) ON CONFLICT (person, unit, title) DO NOTHING";
}

/// People who are added, each with a first position, written in portions.
#[derive(Debug)]
pub struct Newcomers {
    at: Timestamp,
    waiting: Vec<Newcomer>,
    words: Words,
}

#[derive(Debug)]
struct Newcomer {
    row: PersonRow,
    details: PersonDetails,
    sorting: String,
    folded: String,
}

impl Newcomers {
    /// Nobody yet; whoever comes does so at that moment.
    #[must_use]
    pub fn new(at: Timestamp) -> Self {
        Self { at, waiting: Vec::new(), words: Words::default() }
    }

    /// Adds somebody with a position in the unit of that name; says whether the staff numbers of those
    /// written meanwhile were free.
    pub async fn add(
        &mut self,
        connection: &mut AnyConnection,
        row: &PersonRow,
        details: &PersonDetails,
        unit_name: &str,
    ) -> Result<bool, StoreError> {
        let (sorting, folded) =
            (fold::sorting(&row.view.name), details.folded(&row.view, unit_name));
        self.words.add(connection, &folded, &sorting, row.view.id).await?;
        let (row, details) = (row.clone(), details.clone());
        self.waiting.push(Newcomer { row, details, sorting, folded });
        if self.waiting.len() < AT_ONCE { Ok(true) } else { self.write(connection).await }
    }

    /// Writes those who are left; says whether their staff numbers were free.
    pub async fn end(mut self, connection: &mut AnyConnection) -> Result<bool, StoreError> {
        let free = self.write(connection).await?;
        self.words.end(connection).await?;
        Ok(free)
    }

    async fn write(&mut self, connection: &mut AnyConnection) -> Result<bool, StoreError> {
        let portion = std::mem::take(&mut self.waiting);
        if portion.is_empty() {
            return Ok(true);
        }
        // A statement has so many places; the last one stands in what is left of them.
        let all = || portion.iter().chain(portion.last().into_iter().cycle()).take(AT_ONCE);
        let mut taken = sqlx::query(TAKEN);
        for one in all() {
            taken = taken.put_opt(one.details.staff_number.as_ref());
        }
        if taken.fetch_optional(&mut *connection).await?.is_some() {
            return Ok(false);
        }
        let mut people = sqlx::query(INSERT_PEOPLE);
        for Newcomer { row, details, .. } in all() {
            people = people
                .put(&row.view.id)
                .put(&row.view.name)
                .put(&self.at)
                .put_opt(details.staff_number.as_ref())
                .put_opt(details.email.as_ref())
                .put_opt(details.phone.as_ref());
        }
        people.execute(&mut *connection).await?;
        let mut positions = sqlx::query(INSERT_POSITIONS);
        for Newcomer { row, details, sorting, folded } in all() {
            positions = positions
                .put(&row.view.id)
                .put(&row.unit)
                .put(&row.view.position)
                .put(&self.at)
                .put_opt(details.authority.as_ref())
                .put(sorting)
                .put(folded);
        }
        positions.execute(connection).await?;
        Ok(true)
    }
}
