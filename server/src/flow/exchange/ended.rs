//! Certificates that were revoked here and that only their outside authority can revoke for others:
//! the list that tells it.

use async_trait::async_trait;
use serde_json::json;
use trien_core::certificate::Certificate;
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::Timestamp;
use trien_core::id::EntryId;

use super::{Exchanger, NoExchange};
use crate::app::App;
use crate::flow::FlowError;
use crate::flow::act::Acted;
use crate::flow::act::kind::Kind;
use crate::flow::register::words;
use crate::sheet::{self, Format};
use crate::store::certificate::{self, ToTell};
use crate::text::{Language, local_day, text};
use crate::writer::{Commit, CommitError, Tx};

/// A certificate that its authority has to revoke.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its entry in the register.
    pub entry: EntryId,
    /// Who held it.
    pub holder: String,
    /// Its serial number, hexadecimal.
    pub serial: String,
    /// Whose authority has to revoke it.
    pub issuer: String,
    /// The reason code of RFC 5280 §5.3.1.
    pub reason: u32,
    /// When it was revoked here.
    pub revoked_at: Timestamp,
    /// When it was first written into a list for the authority.
    pub told_at: Option<Timestamp>,
    sha256: Sha256,
    subject: String,
}

/// All of them within reach, those that were not told yet before the others.
pub async fn ended(app: &App, who: Exchanger<'_>) -> Result<Vec<Ended>, FlowError> {
    let reach = who.reach(app).await?;
    let rows = {
        let mut connection = app.store().reader().await?;
        certificate::to_tell(&mut connection).await?
    };
    let mut all = Vec::new();
    for row in rows {
        if reach.as_ref().is_none_or(|reach| reach.contains(&row.unit)) {
            all.push(read(row)?);
        }
    }
    all.sort_by_key(|one| one.told_at.is_some());
    Ok(all)
}

fn read(row: ToTell) -> Result<Ended, FlowError> {
    let damaged = |_| FlowError::Internal(format!("the certificate {} is damaged", row.sha256));
    let certificate = Certificate::parse(&row.der).map_err(damaged)?;
    Ok(Ended {
        entry: row.entry,
        holder: row.holder,
        serial: certificate.serial().to_string(),
        issuer: certificate.issuer_text(),
        reason: row.reason,
        revoked_at: row.revoked_at,
        told_at: row.told_at,
        sha256: row.sha256,
        subject: certificate.subject_text(),
    })
}

/// The list for the authority: those that were not told yet, or all again. It is an act, because it
/// notes that they are told.
pub async fn write_ended(
    app: &App,
    who: Exchanger<'_>,
    format: Format,
    language: Language,
    why: Option<Text<500>>,
) -> Result<Vec<u8>, FlowError> {
    let mut all = ended(app, who).await?;
    if all.iter().any(|one| one.told_at.is_none()) {
        all.retain(|one| one.told_at.is_none());
    }
    if all.is_empty() {
        return Err(NoExchange::NothingWaits.into());
    }
    let heads = [
        "console-holder",
        "console-subject",
        "console-serial",
        "console-issuer",
        "console-reason",
        "exchange-revoked-on",
        "console-fingerprint",
    ];
    let mut rows = vec![heads.map(|key| text(language, key)).to_vec()];
    rows.extend(all.iter().map(|one| {
        vec![
            one.holder.clone(),
            one.subject.clone(),
            one.serial.clone(),
            one.issuer.clone(),
            text(language, words::reason(one.reason)),
            local_day(one.revoked_at.second()),
            one.sha256.to_string(),
        ]
    }));
    let sheet = sheet::write(format, &rows);
    let sheet = sheet.map_err(|error| FlowError::Internal(error.to_string()))?;
    let told: Vec<Sha256> = all.iter().map(|one| one.sha256).collect();
    let tell = Tell { told, file: Sha256::of(&sheet) };
    app.writer().commit(Acted(who.act(why), tell)).await?;
    Ok(sheet)
}

struct Tell {
    told: Vec<Sha256>,
    file: Sha256,
}

#[async_trait]
impl Commit for Tell {
    type Done = ();

    async fn apply(&mut self, tx: &mut Tx<'_>) -> Result<(), CommitError> {
        let now = tx.now();
        for sha256 in &self.told {
            certificate::tell(tx.connection(), sha256, now).await?;
        }
        let statement = json!({
            "file": self.file,
            "entries": self.told.len(),
            "before": null,
            "after": { "entries": self.told.len(), "file": self.file },
        });
        tx.state(Kind::RevocationsExported, self.file.as_bytes(), &statement).await?;
        Ok(())
    }
}
