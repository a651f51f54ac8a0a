//! A phone with its certificate for each person, and a wave of all.

use std::error::Error;

use trien_core::document::Text;
use trien_core::env::Clock as _;
use trien_core::wave::Plan;
use trien_server::flow::waves::{self, Follower, NewWave, Who};

use crate::office::Office;
use crate::phone::Phone;

/// Enrolling is minutes of signatures; the rows are what it leaves. Of 15 phones one waits, one is
/// suspended, two are revoked; every tenth person has none. A page of any of these is full with 1,000 people. `$1`
/// is the present moment.
const ROWS: [&str; 7] = [
    "INSERT INTO invitation (id, person, unit, unit_name, pins, expires_seconds, state, failures, \
     created_at) SELECT unhex(printf('01890a5dac967000%016x', o.rowid)), o.person, o.unit, '', X'', 0, \
     'used', 0, $1 - 30 * 86400000 FROM position o WHERE o.rowid % 10 <> 0",
    "INSERT INTO attempt (id, invitation, state, c1, c2, created_at) SELECT i.id, i.id, 'approved', \
     X'', X'', i.created_at + $1 * 0 FROM invitation i",
    "INSERT INTO device (id, person, unit, attempt, state, auth_key, csr, nonce, assurance, evidence, \
     prompt_policy, model, app, created_at, sorting) SELECT i.id, i.person, i.unit, i.id, \
     CASE o.rowid % 15 WHEN 1 THEN 'pending' WHEN 2 THEN 'suspended' WHEN 3 THEN 'revoked' \
     WHEN 4 THEN 'revoked' ELSE 'active' END, zeroblob(91), zeroblob(400), zeroblob(32), \
     CASE o.rowid % 3 WHEN 0 THEN 'A' WHEN 1 THEN 'B' ELSE 'C' END, '\"none\"', '{\"kind\":\"per-use\"}', \
     'Pixel 9', 'trien 1', i.created_at + $1 * 0, o.sorting \
     FROM invitation i JOIN position o ON o.person = i.person",
    "INSERT INTO device_word (word, sorting, device) SELECT w.word, w.sorting, d.id FROM device d \
     JOIN person_word w ON w.person = d.person AND w.sorting = d.sorting \
     WHERE $1 > 0 AND ' ' || w.sorting || ' ' LIKE '% ' || w.word || ' %'",
    "INSERT INTO register_entry (id, unit, person, device, kind, home, assurance, state, events, \
     certificate, der, not_before_seconds, not_after_seconds, issued_at) SELECT d.id, d.unit, d.person, \
     d.id, 'personal', 'phone', d.assurance, CASE d.state WHEN 'pending' THEN 'requested' \
     WHEN 'active' THEN 'in-use' ELSE d.state END, 3, \
     CASE WHEN d.state <> 'pending' THEN randomblob(32) END, \
     CASE WHEN d.state <> 'pending' THEN X'' END, \
     CASE WHEN d.state <> 'pending' THEN $1 / 1000 - 86400 END, \
     CASE WHEN d.state <> 'pending' THEN $1 / 1000 + 86400 * (1 + d.rowid % 400) END, \
     CASE WHEN d.state <> 'pending' THEN d.created_at END FROM device d",
    "INSERT INTO register_event (entry, number, event, at, author, in_use) \
     SELECT d.id, 1, 'requested', d.created_at, 'phone', 0 FROM device d WHERE $1 > 0 \
     UNION ALL SELECT d.id, 2, 'issued', d.created_at, 'server', 1 FROM device d \
     UNION ALL SELECT d.id, 3, 'handed-over', d.created_at, 'phone', 0 FROM device d \
     UNION ALL SELECT d.id, 4, d.state, d.created_at + 86400000, 'server', -1 FROM device d \
     WHERE d.state IN ('suspended', 'revoked')",
    "UPDATE position SET equipped = 1 WHERE $1 > 0 \
     AND person IN (SELECT d.person FROM device d WHERE d.state = 'active')",
];

pub async fn fill(office: &Office) -> Result<(), Box<dyn Error>> {
    write(office, &ROWS).await?;
    // One is enrolled as all are; the others have a copy of its certificate.
    Phone::enroll(office, office.person("Phan Thị Cuối").await).await;
    let copy = "UPDATE register_entry SET der = (SELECT o.der FROM register_entry o WHERE o.der <> X'' LIMIT 1) \
        WHERE der = X'' AND $1 > 0";
    write(office, &[copy]).await?;
    let starts = office.clock.now().second().plus(-30 * 86_400);
    let new = NewWave {
        name: Text::new("Đợt I")?,
        who: Who::Everybody,
        plan: Plan { starts, ends: starts.plus(60 * 86_400), target: None },
        units: vec![office.unit.id],
    };
    waves::plan(&office.app, Follower::CommandLine, new, None).await?;
    Ok(())
}

/// Writes rows by statements about the present moment, all or none.
pub async fn write(office: &Office, rows: &[&'static str]) -> Result<(), Box<dyn Error>> {
    let mut connection = office.database().await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await?;
    for sql in rows {
        let now = office.clock.now().as_millis();
        sqlx::query(*sql).bind(now).execute(&mut connection).await?;
    }
    sqlx::query("COMMIT").execute(&mut connection).await?;
    Ok(())
}
