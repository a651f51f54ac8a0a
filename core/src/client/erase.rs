//! The data key: made when there is something to keep, and destroyed with all that it sealed.

use std::sync::Arc;

use zeroize::Zeroizing;

use crate::id::DeviceId;

use super::enroll::INVITATION;
use super::error::ClientError;
use super::records::Erasure;
use super::seal::{DataKey, Vault};
use super::state::{ERASED, ErasedRecord, Remembered, State};
use super::store::{Folder, StorageError};
use super::{Companion, Setup, in_folder, open_folder};

/// The data key in the secret store.
const DATA_KEY: &str = "data-key";

/// There while everything is being erased; what was cut off is done at the next start.
const ERASING: &str = "erasing";

/// Everything in the folder, opened with its key.
pub(super) async fn open(setup: &Setup, folder: &Arc<Folder>) -> Result<Remembered, ClientError> {
    finish(setup, folder).await?;
    let key = setup.secrets.get(DATA_KEY.to_owned()).await?.map(Zeroizing::new);
    match key.and_then(|key| DataKey::from_secret(&key)) {
        Some(key) => unlock(setup, folder, &key).await?,
        None if folder.needs_key() => return Err(folder.key_lost().into()),
        None => {}
    }
    in_folder(folder, Remembered::load).await
}

/// Erases what no key opens, if that is so.
pub(super) async fn give_up_unreadable(setup: &Setup) -> Result<(), ClientError> {
    let folder = open_folder(setup).await?;
    match open(setup, &folder).await {
        Err(ClientError::Storage(StorageError::KeyLost(_))) => {}
        other => return other.map(drop),
    }
    let at = setup.clock.now().second();
    in_folder(&folder, move |folder| {
        // What an earlier device knew of the log is told without the key.
        let before: Option<ErasedRecord> = folder.load_plain(ERASED)?;
        let log = before.and_then(|before| before.log);
        note(folder, Some(&ErasedRecord { why: Erasure::KeyLost, at, log }))
    })
    .await?;
    destroy(setup, &folder).await
}

/// Does what is left of an erasure that was cut off, or failed.
async fn finish(setup: &Setup, folder: &Arc<Folder>) -> Result<(), ClientError> {
    if in_folder(folder, |folder| folder.read(ERASING)).await?.is_some() {
        destroy(setup, folder).await?;
    }
    Ok(())
}

async fn make_key(setup: &Setup, folder: &Arc<Folder>) -> Result<(), ClientError> {
    let key = DataKey::generate(&*setup.entropy);
    // First, so that nothing is ever sealed with a key that is not kept.
    setup.secrets.put(DATA_KEY.to_owned(), key.to_secret()).await?;
    unlock(setup, folder, &key).await
}

async fn unlock(setup: &Setup, folder: &Arc<Folder>, key: &DataKey) -> Result<(), ClientError> {
    let vault = Vault::new(key, Arc::clone(&setup.entropy));
    in_folder(folder, move |folder| folder.unlock(vault)).await
}

// From here on the rest is done whatever happens, at the next start if need be.
fn note(folder: &Folder, left: Option<&ErasedRecord>) -> Result<(), StorageError> {
    if let Some(left) = left {
        folder.save_plain(ERASED, left)?;
    }
    folder.write(ERASING, b"")
}

// The key goes first: without it, what the disk still holds of removed files says nothing either.
async fn destroy(setup: &Setup, folder: &Arc<Folder>) -> Result<(), ClientError> {
    in_folder(folder, |folder| {
        folder.forget_key();
        Ok(())
    })
    .await?;
    let gone = setup.secrets.remove(DATA_KEY.to_owned()).await;
    in_folder(folder, |folder| folder.erase(&[ERASED])).await?;
    gone?;
    setup.secrets.remove(INVITATION.to_owned()).await?;
    in_folder(folder, |folder| folder.remove(ERASING)).await
}

impl Companion {
    /// Makes the data key, where there is none yet. What an erasure that failed has left goes first, with the
    /// secrets that are still there: else the next start would erase what is kept from now on.
    pub(super) async fn need_key(&self) -> Result<(), ClientError> {
        let _one_at_a_time = self.noting.lock().await;
        if self.folder.is_unlocked() {
            return Ok(());
        }
        finish(&self.setup, &self.folder).await?;
        make_key(&self.setup, &self.folder).await
    }

    /// The server says that a device has ended for good. What was signed is offered once more, since
    /// its answer may have been lost; then everything goes. Where that device is not this one any more,
    /// the answer came late, and nothing goes.
    pub(super) async fn end(&self, ended: DeviceId) -> Result<(), ClientError> {
        if self.device() == Some(ended) {
            let _ = self.flush().await;
        }
        let _no_key_is_made = self.noting.lock().await;
        let left = {
            let mut state = self.lock();
            let device = state.remembered.device.as_ref();
            if device.is_none_or(|device| device.profile.device != ended) {
                return Ok(());
            }
            let open = state.remembered.outbox.values().filter(|row| row.is_open()).count();
            let unanswered = u32::try_from(open).unwrap_or(u32::MAX);
            let at = self.setup.clock.now().second();
            let (why, log) = (Erasure::Revoked { unanswered }, state.known_log());
            let left = ErasedRecord { why, at, log };
            let erased = Some(left.clone());
            *state = State::new(Remembered { erased, ..Remembered::default() });
            left
        };
        self.erase_files(Some(left)).await
    }

    /// Erases everything of a phone that has no device; what was said of the one before it stays.
    pub(super) async fn erase(&self) -> Result<(), ClientError> {
        let _no_key_is_made = self.noting.lock().await;
        {
            let mut state = self.lock();
            if state.remembered.device.is_some() {
                return Ok(());
            }
            let erased = state.remembered.erased.clone();
            *state = State::new(Remembered { erased, ..Remembered::default() });
        }
        self.erase_files(None).await
    }

    /// Erases all files; `left` is what is said of it afterwards.
    async fn erase_files(&self, left: Option<ErasedRecord>) -> Result<(), ClientError> {
        let first = left.clone();
        let noted = self.on_disk(move |folder| note(folder, first.as_ref())).await;
        destroy(&self.setup, &self.folder).await?;
        // A disk that was full takes no note before it is emptied.
        match (noted, left) {
            (Err(_), Some(left)) => {
                self.on_disk(move |folder| folder.save_plain(ERASED, &left)).await
            }
            _ => Ok(()),
        }
    }
}
