//! What the office demands of phones' keys, and the files that it is judged with.
//!
//! The files are read at each judgement: enrollments are rare, and a status list that an
//! administrator has just put there must count at once.

use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use trien_core::attestation::{
    AppPolicy, Chains, Expected, MAX_STATUS_LIST_BYTES, PatchLevel, Policy, Refusal, Refused,
    Spoken, StatusList, judge, judge_app, read_roots,
};
use trien_core::certificate::{Assurance, Certificate};
use trien_core::digest::Sha256;
use trien_core::env::UnixSecond;

/// The largest file of roots, in bytes; Google's has four kilobytes.
const MAX_ROOTS_BYTES: usize = 1024 * 1024;

/// What the office demands of phones' keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestationSettings {
    /// The app's package, such as `vn.trien`.
    pub package: String,
    /// SHA-256 of the certificates that may sign the app.
    pub signers: Vec<Sha256>,
    /// The trusted roots: PEM, or JSON as Google publishes them.
    pub roots: PathBuf,
    /// Google's status list, JSON; its age is that of the file.
    pub status_list: PathBuf,
    /// The oldest security patches; any where absent.
    pub minimum_patch_level: Option<PatchLevel>,
}

/// What the office demands of iPhones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppAttestSettings {
    /// Team and bundle identifier of the app: `0352187391.vn.trien.app`.
    pub app: String,
    /// Apple's root for App Attest, PEM.
    pub root: PathBuf,
}

impl AppAttestSettings {
    /// Judges an attestation object. Reads a file and verifies signatures: not for a thread that
    /// others wait for.
    pub fn judge(
        &self,
        object: &[u8],
        spoken: Spoken<'_>,
        now: UnixSecond,
    ) -> Result<Result<(), Refusal>, AttestationFileError> {
        let policy = AppPolicy { app: self.app.clone(), roots: roots_in(&self.root)? };
        Ok(judge_app(object, &policy, spoken, now))
    }

    /// That the file can be used, so that a server does not start without it.
    pub fn check(&self) -> Result<(), AttestationFileError> {
        if roots_in(&self.root)?.is_empty() {
            return Err(fault(&self.root, "no certificate in it"));
        }
        Ok(())
    }
}

fn roots_in(path: &Path) -> Result<Vec<Certificate>, AttestationFileError> {
    let file = read(path, MAX_ROOTS_BYTES)?;
    let text = std::str::from_utf8(&file.bytes).map_err(|why| fault(path, why))?;
    read_roots(text).map_err(|why| fault(path, why))
}

/// A file of the attestation cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {why}", path = path.display())]
pub struct AttestationFileError {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub why: String,
}

/// A judgement, and by which list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The level that was shown, or why none was.
    pub outcome: Result<Assurance, Refused>,
    /// SHA-256 of the status list.
    pub status_list: Sha256,
    /// When the list was put there.
    pub status_list_as_of: UnixSecond,
    /// Whether the list ought to be fetched again.
    pub freshness: Freshness,
}

/// A status list as a file holds it.
#[derive(Debug)]
pub struct StatusListFile {
    /// What it says.
    pub list: StatusList,
    /// Its digest.
    pub sha256: Sha256,
    /// When it was put there.
    pub as_of: UnixSecond,
    /// The roots that are trusted beside it.
    pub roots: Vec<Certificate>,
}

/// How old a status list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// At most 30 days.
    Fresh,
    /// Older: it still counts, but revocations since are not known.
    Old,
}

impl AttestationSettings {
    /// Judges the attestations of a phone's two keys. Reads files and verifies up to sixteen
    /// signatures: not for a thread that others wait for.
    pub fn judge(
        &self,
        chains: Chains<'_>,
        expected: Expected<'_>,
    ) -> Result<Judgement, AttestationFileError> {
        let policy = Policy {
            package: self.package.clone(),
            signing_digests: self.signers.clone(),
            roots: roots_in(&self.roots)?,
            minimum_patch_level: self.minimum_patch_level,
        };
        let file = read(&self.status_list, MAX_STATUS_LIST_BYTES)?;
        let list = parse_status_list(&self.status_list, &file)?;
        let freshness = if list.is_old(expected.now) { Freshness::Old } else { Freshness::Fresh };
        Ok(Judgement {
            outcome: judge(chains, &policy, &list, expected),
            status_list: Sha256::of(&file.bytes),
            status_list_as_of: file.changed,
            freshness,
        })
    }

    /// The list as it is there now, with the roots. Reads files: not for a thread that others wait for.
    pub fn status_list_file(&self) -> Result<StatusListFile, AttestationFileError> {
        let file = read(&self.status_list, MAX_STATUS_LIST_BYTES)?;
        let list = parse_status_list(&self.status_list, &file)?;
        let roots = roots_in(&self.roots)?;
        Ok(StatusListFile { list, sha256: Sha256::of(&file.bytes), as_of: file.changed, roots })
    }

    /// That both files can be used, so that a server does not start without them.
    pub fn check(&self) -> Result<(), AttestationFileError> {
        let expected = Expected {
            challenge: &[],
            auth_key: &[],
            approval_key: &[],
            prompt_policy: trien_core::certificate::PromptPolicy::PER_USE,
            now: UnixSecond::new(0),
        };
        self.judge(Chains { auth: &[], approval: &[] }, expected).map(|_| ())
    }
}

/// Reads a status list; its age is that of the file.
pub fn read_status_list(path: &Path) -> Result<StatusList, AttestationFileError> {
    parse_status_list(path, &read(path, MAX_STATUS_LIST_BYTES)?)
}

fn parse_status_list(path: &Path, file: &Contents) -> Result<StatusList, AttestationFileError> {
    StatusList::parse(&file.bytes, file.changed).map_err(|why| fault(path, why))
}

struct Contents {
    bytes: Vec<u8>,
    changed: UnixSecond,
}

fn read(path: &Path, limit: usize) -> Result<Contents, AttestationFileError> {
    use std::io::Read as _;
    let mut file = std::fs::File::open(path).map_err(|why| fault(path, why))?;
    let changed = file.metadata().and_then(|data| data.modified());
    let changed = changed.map_err(|why| fault(path, why))?;
    let mut bytes = Vec::new();
    let one_more = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    file.by_ref().take(one_more).read_to_end(&mut bytes).map_err(|why| fault(path, why))?;
    if bytes.len() > limit {
        return Err(fault(path, format_args!("larger than {limit} bytes")));
    }
    let seconds = changed.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Ok(Contents { bytes, changed: UnixSecond::new(i64::try_from(seconds).unwrap_or(i64::MAX)) })
}

fn fault(path: &Path, why: impl std::fmt::Display) -> AttestationFileError {
    AttestationFileError { path: path.to_owned(), why: why.to_string() }
}
