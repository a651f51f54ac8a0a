//! A server that is killed (SIGKILL) after its commit and before its answer.

use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use trien_core::client::Decided;

use crate::support::{Fate, Office, Proxy, enroll, sample, try_approve};

/// The office's server as a process of its own, on the same data and the same address.
#[expect(clippy::zombie_processes, reason = "the caller kills it and waits")]
async fn in_a_process(office: &Office) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trien"));
    command.arg("serve").arg("--data").arg(&office.config.data);
    command.arg("--listen").arg(office.address().to_string());
    for origin in &office.config.origins {
        command.arg("--origin").arg(origin.as_str());
    }
    if let Some(url) = &office.config.database_url {
        command.env("DATABASE_URL", url.reveal());
    }
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    for _ in 0..600 {
        if tokio::net::TcpStream::connect(office.address()).await.is_ok() {
            return child;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the server does not listen");
}

#[tokio::test]
async fn a_decision_survives_the_server_killed_between_commit_and_answer() {
    let proxy = Proxy::listen().await;
    let mut office = Office::behind(&proxy).await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await;
    let request = office.submit(&office.submission(&[&leader]), sample()).await;
    office.halt().await;

    let child = Arc::new(Mutex::new(in_a_process(&office).await));
    let victim = child.clone();
    proxy.rule(move |path, _| {
        if !path.contains("/decision") {
            return Fate::Passes;
        }
        // Its answer exists, so its commit was on disk; nobody ever reads it.
        let mut child = victim.lock().unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        Fate::IsLost
    });
    let decided = try_approve(&phone.companion, request).await.unwrap();
    assert!(matches!(decided, Decided::Waiting(_)), "{decided:?}");

    proxy.rule(|_, _| Fate::Passes);
    office.resume().await;
    let sent = phone.companion.flush().await.unwrap();
    assert!(matches!(sent[0].state, Decided::Recorded(_)), "{sent:?}");
    phone.companion.sync().await.expect("the log goes on from where phones saw it");
    assert_eq!(office.decisions(request).await.len(), 1);
}
