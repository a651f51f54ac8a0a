//! A disk that is full: a clear answer, nothing lost, nothing left behind.

use std::path::{Path, PathBuf};
use std::process::Command;

use trien_core::problem::ProblemKind;

use crate::support::{Office, Options, approve, enroll, sample};

/// A small file system of its own in memory; mounting needs root.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Self {
        std::fs::create_dir_all(at).unwrap();
        let done = as_root(&["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs"], at);
        assert!(done, "mounting a small disk needs root, or sudo without a password");
        let anyone = std::os::unix::fs::PermissionsExt::from_mode(0o777);
        let _ = std::fs::set_permissions(at, anyone);
        Self(at.to_owned())
    }

    fn fill(&self) -> PathBuf {
        let filler = self.0.join("filler");
        let chunk = vec![7; 4096];
        let mut file = std::fs::File::create(&filler).unwrap();
        while std::io::Write::write_all(&mut file, &chunk).is_ok() {}
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        as_root(&["umount", "--lazy"], &self.0);
    }
}

fn as_root(words: &[&str], last: &Path) -> bool {
    let root = rustix::process::geteuid().is_root();
    let prefix: &[&str] = if root { &[] } else { &["sudo", "-n"] };
    let all: Vec<&str> = prefix.iter().chain(words).copied().collect();
    Command::new(all[0]).args(&all[1..]).arg(last).status().is_ok_and(|status| status.success())
}

#[tokio::test]
async fn a_full_disk_refuses_submissions_and_loses_nothing() {
    let disk = tempfile::TempDir::new().unwrap();
    let disk = SmallDisk::mount(disk.path());
    let folder = Some(disk.0.join("server"));
    let office = Office::with(Options { folder, ..Options::default() }).await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await.companion;
    let waiting = office.submit(&office.submission(&[&leader]), sample()).await;

    let filler = disk.fill();
    let mut other = office.submission(&[&leader]);
    other.metadata.number = None;
    let mut document = sample();
    document.extend_from_slice(b"\n");
    let problem = office.try_submit(&other, document.clone()).await.unwrap_err();
    assert_eq!(problem.kind.0, ProblemKind::StorageFull, "{problem:?}");
    let digest = trien_core::digest::Sha256::of(&document).to_string();
    let left = std::process::Command::new("find").arg(&disk.0).output().unwrap();
    assert!(!String::from_utf8_lossy(&left.stdout).contains(&digest), "half a file was left");

    std::fs::remove_file(filler).unwrap();
    office.submit(&other, document).await;
    approve(&phone, waiting).await;
}
