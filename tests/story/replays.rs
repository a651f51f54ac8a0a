//! The same signed request again and again: one effect.

use trien_core::problem::{Problem, ProblemKind};
use trien_core::receipt::Receipt;

use crate::support::{Office, Proxy, approve, enroll, sample};

#[tokio::test]
async fn a_thousand_replays_of_a_signed_decision_have_one_effect() {
    let proxy = Proxy::listen().await;
    let office = Office::behind(&proxy).await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let phone = enroll(&office, &leader).await;
    let request = office.submit(&office.submission(&[&leader]), sample()).await;
    let decision = approve(&phone.companion, request).await.decision;
    let before = phone.companion.sync().await.unwrap().log_size;

    let sent = proxy.last("/decision");
    let client = reqwest::Client::new();
    let url = format!("http://{}{}", office.address(), sent.path);
    let mut replays = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let (client, url, sent) = (client.clone(), url.clone(), sent.clone());
        replays.spawn(async move {
            for _ in 0..50 {
                let call = client.put(&url).headers(sent.headers.clone()).body(sent.body.clone());
                let answer = call.send().await.unwrap();
                // A retry is answered with what was recorded before; anything else is a replay.
                if answer.status().is_success() {
                    let again: Receipt = answer.json().await.unwrap();
                    assert_eq!(again.decision, decision);
                } else {
                    let problem: Problem = answer.json().await.unwrap();
                    assert_eq!(problem.kind.0, ProblemKind::Replayed, "{problem:?}");
                }
            }
        });
    }
    replays.join_all().await;
    assert_eq!(office.decisions(request).await.len(), 1);
    assert_eq!(phone.companion.sync().await.unwrap().log_size, before, "no leaf was added");
}
