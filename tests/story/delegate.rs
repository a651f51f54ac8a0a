//! In another's place: a leader lets a deputy sign, who does, and a stranger sees by what right.

use http::header::COOKIE;
use tokio::process::Command;
use trien_core::client::{ClientError, DelegationDraft};
use trien_core::delegation::wire::DelegationState;
use trien_core::delegation::{Form, Reach, UnitScope};
use trien_core::document::Text;
use trien_core::env::Clock as _;
use trien_core::id::RequestId;
use trien_core::request::{Quorum, Role};
use trien_core::verify::{Reason, Recording, Verdict};
use trien_server::flow::account::{self, Grant, Login, NewAccount, Password, Role as OfficeRole};

use crate::support::{Office, approve, enroll, sample};
use crate::verify::{stranger_with_delegations, stranger_with_evidence};

#[tokio::test]
async fn a_deputy_signs_in_the_leaders_place_and_a_stranger_asks_by_what_right() {
    let office = Office::open().await;
    let leader = office.person("Trần Minh Khuê", "Chủ tịch").await;
    let deputy = office.person("Lê Thị Sự", "Phó Chủ tịch").await;
    let (leaders, deputys) = (enroll(&office, &leader).await, enroll(&office, &deputy).await);
    let request = office.submit(&office.submission(&[&leader]), sample()).await;
    leaders.companion.sync().await.unwrap();
    deputys.companion.sync().await.unwrap();
    assert!(deputys.companion.inbox().is_empty());

    let may = leaders.companion.delegates().await.unwrap();
    let to = may.into_iter().find(|it| it.person.id == deputy.id).unwrap();
    let draft = DelegationDraft {
        form: Form::Kt,
        to,
        units: vec![UnitScope { unit: office.unit.id, reach: Reach::AndBelow }],
        kinds: Vec::new(),
        starts: None,
        ends: office.clock.now().second().plus(3600),
        reason: Text::new("Đi công tác").unwrap(),
    };
    let before = leaders.keys.approvals();
    let given = leaders.companion.delegate(draft).await.unwrap();
    assert_eq!(leaders.keys.approvals(), before + 1, "one prompt, one signature");
    let listed = deputys.companion.delegations().await.unwrap();
    assert_eq!((listed[0].delegation, listed[0].state), (given, DelegationState::InForce));

    let receipt = approve(&deputys.companion, request).await;
    let signed = office.document(request).await;
    let evidence = office.evidence(request, receipt.decision).await;
    let alone = stranger_with_evidence(&office, &signed, &[&evidence]).await;
    assert_eq!(alone.verdict, Verdict::Undetermined, "{alone:#?}");
    assert_eq!(alone.recordings[0].finding().reason, Reason::AuthorityNotShown);
    let delegation = office.delegation(request, given).await;
    let report = stranger_with_delegations(&office, &signed, &[&evidence], &[&delegation]).await;
    assert_eq!(report.verdict, Verdict::Valid, "{report:#?}");
    let Recording::Shown { in_place: Some(place), .. } = &report.recordings[0] else {
        panic!("in whose place: {report:#?}")
    };
    assert_eq!((place.form, place.of.as_str()), (Form::Kt, "Chủ tịch"));

    let shown = shown_by_command(&office, request).await;
    let said =
        ["KT. CHỦ TỊCH: Lê Thị Sự, Phó Chủ tịch", "Lê Thị Sự in place of Trần Minh Khuê approved"];
    assert!(said.iter().all(|said| shown.contains(said)), "{shown}");
    let page = shown_in_console(&office, request).await;
    assert!(page.contains(said[0]), "{page}");

    deputys.companion.end_delegation(given, Text::new("Đi học").unwrap()).await.unwrap();
    let review = office.route(vec![(Role::Review, Quorum::All, vec![&leader])]);
    let request = office.submit(&review, sample()).await;
    deputys.companion.sync().await.unwrap();
    let nothing = deputys.companion.sheet(request).await;
    assert!(matches!(nothing, Err(ClientError::UnknownRequest(_))), "{nothing:?}");
}

/// What `trien request show` says to a document system.
async fn shown_by_command(office: &Office, request: RequestId) -> String {
    let id = request.to_string();
    let mut show = Command::new(env!("CARGO_BIN_EXE_trien"));
    show.env_clear().args(["request", "show", &id]).env("TRIEN_API_KEY", office.token());
    show.env("TRIEN_SERVER", format!("http://{}", office.address()));
    let done = show.output().await.unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// The request's page, as a clerk of the unit reads it.
async fn shown_in_console(office: &Office, request: RequestId) -> String {
    let grants = [OfficeRole::Administrator, OfficeRole::Clerk];
    let sentence = "trời xanh mây trắng nắng vàng";
    let new = NewAccount {
        login: Login::parse("van-thu").unwrap(),
        name: Text::new("Văn thư").unwrap(),
        password: Password::choose(sentence, "van-thu").unwrap(),
        grants: grants.map(|role| Grant { unit: office.unit.id, role }).to_vec(),
    };
    let code = account::begin_setup(office.app()).await.unwrap().unwrap();
    let session = account::set_up(office.app(), &code, new, "test").await.unwrap();
    let page = office.get(&format!("/console/requests/{request}"));
    let cookie = format!("trien-session={}", session.reveal());
    page.header(COOKIE, cookie).send().await.unwrap().text().await.unwrap()
}
