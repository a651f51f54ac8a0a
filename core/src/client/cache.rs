//! Which documents stay on the phone: those of requests that wait for the person, within a bound.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::digest::Sha256;
use crate::env::Timestamp;
use crate::wire::RequestView;

use super::Companion;
use super::error::ClientError;
use super::state::State;
use super::store::{Folder, StorageError, io_error};

/// Most bytes of documents that are kept: ten of the largest, or hundreds of usual ones, and a
/// sixtieth of the 32 GB that the smallest phones of today have.
pub(super) const MAX_KEPT_BYTES: u64 = 512 << 20;

/// What may not be removed, and what need not be.
#[derive(Debug, Default, PartialEq)]
struct Kept {
    /// Worth their place.
    wanted: BTreeSet<Sha256>,
    /// Whatever the bound: open, on their way, or with a decision that was not answered yet.
    fast: BTreeSet<Sha256>,
}

impl Companion {
    /// Removes documents of requests that are done.
    pub(super) async fn tidy_after_sync(&self) {
        // What cannot be removed now is tried again after the next sync; that one is not the worse for it.
        let _ = self.sweep(None, MAX_KEPT_BYTES).await;
    }

    /// Removes what was opened longest ago, until there is room for the documents of a request.
    pub(super) async fn make_room(&self, coming: &RequestView) -> Result<(), ClientError> {
        let size: u64 = coming.documents.iter().map(|document| document.current.size).sum();
        self.sweep(Some(coming), MAX_KEPT_BYTES.saturating_sub(size)).await
    }

    /// Removes all that may be removed: the disk is full.
    pub(super) async fn make_all_room(&self, coming: &RequestView) -> Result<(), ClientError> {
        self.sweep(Some(coming), 0).await
    }

    /// Removes documents that are not wanted, and then as many as the bound demands.
    pub(super) async fn sweep(
        &self,
        coming: Option<&RequestView>,
        limit: u64,
    ) -> Result<(), ClientError> {
        let kept = kept(&self.lock(), coming);
        self.on_disk(move |folder| sweep(folder, &kept, limit)).await
    }
}

fn kept(state: &State, coming: Option<&RequestView>) -> Kept {
    let mut kept = Kept::default();
    for view in state.remembered.requests.values() {
        if state.is_unanswered(view) {
            kept.fast.extend(documents_of(view));
        } else if state.waits(view) {
            kept.wanted.extend(documents_of(view));
        }
    }
    kept.fast.extend(coming.into_iter().flat_map(documents_of));
    kept.fast.extend(state.on_its_way());
    kept.fast.extend(state.loaded.iter().map(|(sha256, _)| *sha256));
    kept
}

// A later revision is fetched by its tail, as long as an earlier one is here.
fn documents_of(view: &RequestView) -> impl Iterator<Item = Sha256> {
    let all = view.documents.iter().flat_map(|it| it.earlier.iter().chain([&it.current]));
    all.map(|document| document.sha256)
}

/// A document's file, whole or on its way.
struct Held {
    path: PathBuf,
    bytes: u64,
    opened: SystemTime,
}

fn sweep(folder: &Folder, kept: &Kept, limit: u64) -> Result<(), StorageError> {
    let vault = folder.vault()?;
    let names = |set: &BTreeSet<Sha256>| -> BTreeSet<String> {
        set.iter().map(|sha256| vault.file_name(*sha256)).collect()
    };
    let (wanted, fast) = (names(&kept.wanted), names(&kept.fast));
    let (mut total, mut may_go) = (0, Vec::new());
    for name in folder.files("documents")? {
        let path = folder.path(&name);
        let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let (is_wanted, is_fast) = (wanted.contains(stem), fast.contains(stem));
        if !is_wanted && !is_fast {
            Folder::discard(&path)?;
            continue;
        }
        let held = Held::at(path)?;
        total += held.bytes;
        if !is_fast {
            may_go.push(held);
        }
    }
    may_go.sort_by_key(|held| std::cmp::Reverse(held.opened));
    while total > limit
        && let Some(oldest) = may_go.pop()
    {
        Folder::discard(&oldest.path)?;
        total -= oldest.bytes;
    }
    Ok(())
}

impl Held {
    fn at(path: PathBuf) -> Result<Self, StorageError> {
        let read = std::fs::metadata(&path);
        let read = read.and_then(|metadata| Ok((metadata.len(), metadata.modified()?)));
        match read {
            Ok((bytes, opened)) => Ok(Self { path, bytes, opened }),
            Err(source) => Err(io_error(&path, source)),
        }
    }
}

/// Notes when a document was opened, as its file's time. A system that does not take it costs a
/// worse choice of what goes first, and nothing else.
pub(super) fn opened_at(path: &Path, now: Timestamp) {
    let since = Duration::from_millis(u64::try_from(now.as_millis()).unwrap_or(0));
    let opened = File::options().write(true).open(path);
    let _ = opened.and_then(|file| file.set_modified(SystemTime::UNIX_EPOCH + since));
}
