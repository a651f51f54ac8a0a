//! What a worker cannot do, shown in real processes: the whole confinement, then each wall alone.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::{env, fs, io, net, thread};

use rustix::process::{Signal, getppid, kill_process};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, TargetArch, apply_filter};
use serde_json::{Value, json};
use trien_server::worker::{Hold, Limits, confine};

use crate::office::{SAMPLE, binary};

const SYSTEM_CALL_NOT_ALLOWED: Option<i32> = Some(libc::SIGSYS);

/// Runs [`attempt`] in a process of its own, confined like a worker.
fn attempted(what: &str) -> ExitStatus {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "confined::attempt", "--ignored", "--nocapture"]);
    command.env_clear().env("TRIEN_ATTEMPT", what).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap()
}

/// What a document that has taken over its worker could try. Ends with 0 when it succeeded.
#[test]
#[ignore = "the tests beside it run it, in a process of its own"]
fn attempt() {
    let Ok(what) = env::var("TRIEN_ATTEMPT") else { return };
    let open = fs::File::open("/etc/passwd").unwrap();
    rustix::io::fcntl_setfd(&open, rustix::io::FdFlags::empty()).unwrap();
    if what.ends_with("without seccomp") {
        lack(&[libc::SYS_seccomp]);
    }
    let confinement = confine(Limits::default()).unwrap();
    let done = match what.as_str() {
        "compute" => {
            let drawn = thread::Builder::new().stack_size(32 << 20).spawn(|| vec![1; 100 << 20]);
            (drawn.unwrap().join().unwrap().len() == 100 << 20).then_some(())
        }
        "panic" => {
            let panicked = thread::spawn(|| assert_eq!(1 + 1, 3)).join();
            panicked.is_err().then_some(())
        }
        "open a file" => {
            let error = fs::File::open("/etc/passwd").unwrap_err().raw_os_error();
            (error == Some(libc::EACCES)).then_some(())
        }
        "give memory back" => {
            // The arena of a thread shrinks.
            let some = || (0..2000).map(|_| vec![1_u8; 16 << 10]).collect::<Vec<_>>().len();
            (thread::spawn(some).join().unwrap() == 2000).then_some(())
        }
        "use a file" => io::read_to_string(&open).ok().map(drop),
        "make a folder" => fs::create_dir("/tmp/trien-attempt").ok(),
        "make a socket" => net::UdpSocket::bind("127.0.0.1:0").ok().map(drop),
        "connect" => net::TcpStream::connect("127.0.0.1:9").ok().map(drop),
        "become a program" => {
            let _ = Command::new("/bin/true").exec();
            Some(())
        }
        "start a program" => Command::new("/bin/true").status().ok().map(drop),
        "kill its parent" => kill_process(getppid().unwrap(), Signal::TERM).ok(),
        "open a file without seccomp" => {
            assert_eq!(confinement.seccomp, Hold::None);
            let error = fs::File::open("/etc/passwd").unwrap_err().raw_os_error();
            (error == Some(libc::EMFILE)).then_some(())
        }
        "make a folder without seccomp" => {
            assert_eq!(confinement.seccomp, Hold::None);
            let error = fs::create_dir("/tmp/trien-attempt").unwrap_err().raw_os_error();
            (error == Some(libc::EACCES)).then_some(())
        }
        other => panic!("{other}"),
    };
    std::process::exit(if done.is_some() { 0 } else { 1 });
}

#[test]
fn a_worker_that_tries_anything_but_computing_is_stopped() {
    for what in [
        "use a file",
        "make a folder",
        "make a socket",
        "connect",
        "become a program",
        "start a program",
        "kill its parent",
    ] {
        assert_eq!(attempted(what).signal(), SYSTEM_CALL_NOT_ALLOWED, "{what}");
    }
}

#[test]
fn a_worker_gets_no_file() {
    assert_eq!(attempted("open a file").code(), Some(0));
}

#[test]
fn a_worker_can_compute_in_threads_and_survive_a_panic() {
    for what in ["compute", "give memory back", "panic"] {
        assert_eq!(attempted(what).code(), Some(0), "{what}");
    }
}

#[test]
fn each_wall_holds_alone() {
    // No descriptor is to be had, by the limit of resources; no name, by Landlock.
    for what in ["open a file without seccomp", "make a folder without seccomp"] {
        assert_eq!(attempted(what).code(), Some(0), "{what}");
    }
}

/// `trien worker`, as the server starts it, asked by hand.
struct Worker(Child);

impl Worker {
    fn start() -> Self {
        let mut command = Command::new(binary());
        command.arg("worker").env_clear();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }

    fn part(&mut self) -> Vec<u8> {
        let output = self.0.stdout.as_mut().unwrap();
        let mut length = [0; 4];
        output.read_exact(&mut length).unwrap();
        let mut part = vec![0; u32::from_be_bytes(length) as usize];
        output.read_exact(&mut part).unwrap();
        part
    }

    fn json(&mut self) -> Value {
        serde_json::from_slice(&self.part()).unwrap()
    }

    fn inspect(&mut self, document: &[u8]) -> Value {
        let input = self.0.stdin.as_mut().unwrap();
        for part in [b"\"Inspect\"", document] {
            input.write_all(&u32::try_from(part.len()).unwrap().to_be_bytes()).unwrap();
            input.write_all(part).unwrap();
        }
        let answer = self.json();
        assert_eq!(self.part(), b"");
        answer
    }

    fn proc(&self, file: &str) -> Vec<u8> {
        fs::read(format!("/proc/{}/{file}", self.0.id())).unwrap()
    }

    fn status(&self, name: &str) -> String {
        let status = String::from_utf8(self.proc("status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim_start_matches(':').trim().to_owned()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_worker_itself_is_confined_before_it_reads_a_byte() {
    let mut worker = Worker::start();
    let greeting = worker.json();
    assert_eq!(greeting, json!({ "confinement": { "landlock": "full", "seccomp": "full" } }));
    assert_eq!(worker.status("Seccomp"), "2");
    assert_eq!(worker.status("NoNewPrivs"), "1");
    assert_eq!(worker.status("Threads"), "1");
    assert_eq!(worker.proc("environ"), b"");
    let open = fs::read_dir(format!("/proc/{}/fd", worker.0.id())).unwrap();
    // What whoever started these tests left open is there, but cannot be used: see "use a file".
    let left_open = |name: &str| {
        let link = |id: &str| fs::read_link(format!("/proc/{id}/fd/{name}")).ok();
        link("self").is_some() && link("self") == link(&worker.0.id().to_string())
    };
    let open = open.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let own = |name: &String| matches!(name.as_str(), "0" | "1" | "2") || !left_open(name);
    let mut open: Vec<_> = open.filter(own).collect();
    open.sort();
    assert_eq!(open, ["0", "1", "2"]);
    let limits = String::from_utf8(worker.proc("limits")).unwrap();
    for (name, limit) in [
        ("Max address space", "805306368"),
        ("Max open files", "3"),
        ("Max file size", "0"),
        ("Max core file size", "0"),
    ] {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        let hard = line.strip_prefix(name).unwrap().split_whitespace().nth(1);
        assert_eq!(hard, Some(limit), "{name}");
    }
    assert!(worker.inspect(SAMPLE)["Inspected"].is_object());
}

/// Makes this thread, and what it starts, a kernel that does not know these system calls.
fn lack(calls: &[i64]) {
    let rules: BTreeMap<_, _> = calls.iter().map(|call| (*call, Vec::new())).collect();
    let unknown = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let arch = TargetArch::try_from(env::consts::ARCH).unwrap();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, unknown, arch).unwrap();
    let program: BpfProgram = filter.try_into().unwrap();
    apply_filter(&program).unwrap();
}

#[test]
fn on_an_old_kernel_the_worker_says_so_and_goes_on() {
    let old = thread::spawn(|| {
        lack(&[libc::SYS_landlock_create_ruleset, libc::SYS_seccomp]);
        let mut worker = Worker::start();
        let greeting = worker.json();
        assert_eq!(greeting, json!({ "confinement": { "landlock": "none", "seccomp": "none" } }));
        assert!(worker.inspect(SAMPLE)["Inspected"].is_object());
    });
    old.join().unwrap();
}
