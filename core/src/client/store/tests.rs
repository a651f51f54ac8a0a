//! What a folder of the phone holds, over its files.

use super::super::seal::{DataKey, KEY_BYTES};
use super::*;
use crate::env::OsEntropy;

fn vault(byte: u8) -> Vault {
    Vault::new(&DataKey::from_secret(&[byte; KEY_BYTES]).unwrap(), Arc::new(OsEntropy))
}

fn unlocked(root: &Path) -> Folder {
    let folder = Folder::open(root).unwrap();
    folder.unlock(vault(7)).unwrap();
    folder
}

#[test]
fn a_second_process_is_kept_out() {
    let place = tempfile::tempdir().unwrap();
    let first = Folder::open(place.path()).unwrap();
    assert!(matches!(Folder::open(place.path()), Err(StorageError::InUse(_))));
    drop(first);
    Folder::open(place.path()).unwrap();
}

#[test]
fn records_come_back_and_damage_has_a_name() {
    let place = tempfile::tempdir().unwrap();
    let folder = unlocked(place.path());
    folder.save("outbox/a.json", &vec![1, 2]).unwrap();
    folder.save("outbox/b.json", &vec![3]).unwrap();
    assert_eq!(folder.load_all::<Vec<u8>>("outbox").unwrap(), [vec![1, 2], vec![3]]);
    std::fs::write(folder.path("outbox/a.json"), b"[1,").unwrap();
    let Err(StorageError::Damaged { file, .. }) = folder.load::<Vec<u8>>("outbox/a.json") else {
        panic!("a cut record was accepted");
    };
    assert!(file.ends_with("outbox/a.json"));
}

#[test]
fn a_folder_of_another_release_is_left_alone() {
    let place = tempfile::tempdir().unwrap();
    drop(Folder::open(place.path()).unwrap());
    std::fs::write(place.path().join("format"), "trien.phone/9\n").unwrap();
    assert!(matches!(Folder::open(place.path()), Err(StorageError::OtherFormat(_))));
}

#[test]
fn what_is_not_there_is_none() {
    let place = tempfile::tempdir().unwrap();
    let folder = Folder::open(place.path()).unwrap();
    assert!(folder.load::<Vec<u8>>("device.json").unwrap().is_none());
    folder.remove("device.json").unwrap();
}

#[test]
fn a_key_of_another_folder_is_refused_and_one_that_is_not_there_is_missed() {
    let place = tempfile::tempdir().unwrap();
    let folder = unlocked(place.path());
    folder.save("sync.json", &1).unwrap();
    folder.forget_key();
    assert!(folder.needs_key());
    assert!(matches!(folder.load::<u8>("sync.json"), Err(StorageError::KeyLost(_))));
    assert!(matches!(folder.save("sync.json", &2), Err(StorageError::KeyLost(_))));
    assert!(matches!(folder.unlock(vault(8)), Err(StorageError::KeyLost(_))));
    folder.unlock(vault(7)).unwrap();
    assert_eq!(folder.load("sync.json").unwrap(), Some(1));
    for damage in [&b"damaged"[..], b""] {
        std::fs::write(folder.path(KEY_CHECK), damage).unwrap();
        assert!(matches!(folder.unlock(vault(8)), Err(StorageError::KeyLost(_))));
        folder.unlock(vault(7)).unwrap();
    }
    std::fs::remove_file(folder.path(KEY_CHECK)).unwrap();
    assert!(matches!(folder.unlock(vault(8)), Err(StorageError::KeyLost(_))));
}

#[test]
fn a_record_of_another_place_is_damaged() {
    let place = tempfile::tempdir().unwrap();
    let folder = unlocked(place.path());
    folder.save("outbox/a.json", &1).unwrap();
    folder.save("outbox/b.json", &2).unwrap();
    std::fs::rename(folder.path("outbox/b.json"), folder.path("outbox/a.json")).unwrap();
    let refused = folder.load::<u8>("outbox/a.json");
    assert!(matches!(refused, Err(StorageError::Damaged { .. })));
    assert_eq!(folder.load_if_sound::<u8>("outbox/a.json").unwrap(), None);
}

#[test]
fn what_is_erased_is_all_that_was_kept_and_nothing_beside_it() {
    let place = tempfile::tempdir().unwrap();
    let folder = unlocked(place.path());
    for name in ["sync.json", "requests/a.json", "outbox/a.json", "images/a.json"] {
        folder.save(name, &1).unwrap();
    }
    for name in ["documents/a", "documents/b.part", "outbox/b.json.new", "sync.json.new"] {
        std::fs::write(folder.path(name), b"half").unwrap();
    }
    std::fs::create_dir(folder.path("keys")).unwrap();
    std::fs::write(folder.path("keys/auth.pem"), b"a key").unwrap();
    folder.save_plain("erased.json", &1).unwrap();
    folder.erase(&["erased.json"]).unwrap();
    assert_eq!(folder.files("").unwrap(), ["erased.json", "format", "lock"]);
    assert!(KEPT.iter().all(|kept| folder.files(kept).unwrap().is_empty()));
    assert!(folder.path("keys/auth.pem").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error_of_its_own_and_leaves_what_was_there() {
    let place = tempfile::tempdir().unwrap();
    let folder = unlocked(place.path());
    folder.save("sync.json", &1).unwrap();
    // The kernel's own file without room.
    std::os::unix::fs::symlink("/dev/full", folder.path("sync.json.new")).unwrap();
    assert!(matches!(folder.save("sync.json", &2), Err(StorageError::Full(_))));
    assert_eq!(folder.load("sync.json").unwrap(), Some(1));
    folder.save("sync.json", &2).unwrap();
    assert_eq!(folder.load("sync.json").unwrap(), Some(2));
}

/// Randomness that, once it is told to, does not come before it may.
struct Held {
    holds: std::sync::atomic::AtomicBool,
    asked: std::sync::mpsc::Sender<()>,
    may: std::sync::Mutex<std::sync::mpsc::Receiver<()>>,
}

impl crate::env::Entropy for Held {
    fn fill(&self, bytes: &mut [u8]) {
        if self.holds.load(std::sync::atomic::Ordering::SeqCst) {
            self.asked.send(()).unwrap();
            self.may.lock().unwrap().recv().unwrap();
        }
        OsEntropy.fill(bytes);
    }
}

#[test]
fn a_write_that_was_under_way_does_not_survive_the_erasure() {
    use std::sync::{atomic, mpsc};
    let place = tempfile::tempdir().unwrap();
    let folder = Folder::open(place.path()).unwrap();
    let ((asked, is_asked), (may, may_go)) = (mpsc::channel(), mpsc::channel());
    let held = Arc::new(Held { holds: false.into(), asked, may: may_go.into() });
    let key = DataKey::from_secret(&[7; KEY_BYTES]).unwrap();
    folder.unlock(Vault::new(&key, held.clone())).unwrap();
    held.holds.store(true, atomic::Ordering::SeqCst);
    std::thread::scope(|threads| {
        threads.spawn(|| folder.save("sync.json", &1));
        is_asked.recv().unwrap();
        let erasure = threads.spawn(|| {
            folder.forget_key();
            folder.erase(&[]).unwrap();
        });
        // Time enough to be done, for whoever does not wait.
        std::thread::sleep(std::time::Duration::from_millis(200));
        may.send(()).unwrap();
        erasure.join().unwrap();
    });
    assert_eq!(folder.files("").unwrap(), ["format", "lock"]);
}
