//! A commune with three staff: everything that an office does with phones and certificates, by three persons
//! whose duties are kept apart; and wherever two persons are asked for, no one of them could do it alone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::Row as _;
use trien_core::document::Text;
use trien_core::id::{AnchorId, DeviceId, PersonId};
use trien_core::register::State;
use trien_server::flow::account::{
    self, Given, Grant, Login, NewAccount, Officer, Password, Role, RoleAct, Use,
};
use trien_server::flow::change::{self, Changer, NewPost, PostChange, PostRef};
use trien_server::flow::desk::{self, DeviceAct};
use trien_server::flow::device::{self, RevocationReason, Standing};
use trien_server::flow::exchange::{
    self, Asked, Encoding, Exchanger, NoExchange, Objection, Source, Way,
};
use trien_server::flow::{FlowError, Thing};

use crate::account::{SENTENCE, set_up, sign_in};
use crate::exchange::told;
use crate::office::Office;
use crate::on_both;
use crate::outside::{self, Outside, requests};
use crate::phone::Enrolling;
use crate::register::entry_of;

on_both! {
    three_persons_do_everything_and_none_alone_what_takes_two,
}

/// The three: An and Chung administer and enroll, Bình is CA officer and clerk.
struct Commune {
    office: Office,
    leader: PersonId,
}

fn why() -> Text<500> {
    Text::new("theo phân công ngày 1/12").unwrap()
}

impl Commune {
    /// Whoever it is, as they are at their next click.
    async fn now(&self, login: &str) -> Officer {
        let token = sign_in(&self.office, login, SENTENCE).await.unwrap();
        account::officer(&self.office.app, &token, Use::Acts).await.unwrap()
    }

    fn here(&self, role: Role) -> Grant {
        Grant { unit: self.office.unit.id, role }
    }

    /// An account that somebody makes, signed in.
    async fn made(&self, by: &Officer, login: &str, roles: &[Role]) -> Officer {
        let new = NewAccount {
            login: Login::parse(login).unwrap(),
            name: Text::new(&format!("Cán bộ {login}")).unwrap(),
            password: Password::choose(SENTENCE, login).unwrap(),
            grants: roles.iter().map(|role| self.here(*role)).collect(),
        };
        account::create(&self.office.app, by, new).await.unwrap();
        self.now(login).await
    }

    /// A phone whose keys wait, with the digits that its person reads out.
    async fn waiting(&self, by: &Officer) -> (DeviceId, String) {
        let app = &self.office.app;
        let invited = desk::invite(app, by, self.leader).await.unwrap();
        let enrolling = Enrolling::begin(app, invited.invitation).await.unwrap();
        let reveal = enrolling.send(app).await.unwrap();
        (reveal.device, enrolling.code(&reveal).grouped())
    }

    async fn on(&self, by: &Officer, id: DeviceId, act: DeviceAct) -> Result<(), FlowError> {
        desk::on_device(&self.office.app, by, id, act).await
    }

    async fn standing(&self, id: DeviceId) -> Standing {
        device::lookup(&self.office.app, id).await.unwrap().standing
    }
}

async fn three_persons_do_everything_and_none_alone_what_takes_two(office: Office) {
    // Until a phone is in use, one person alone sets everything up.
    set_up(&office).await;
    let leader = office.person("Nguyễn Văn An").await;
    let of = Commune { office, leader };
    let an = of.now("an").await;
    of.made(&an, "binh", &[Role::CaOfficer, Role::Clerk]).await;
    of.made(&an, "chung", &[Role::Administrator, Role::EnrollmentOfficer, Role::Auditor]).await;

    let phone = enrolled(&of).await;
    roles_take_two(&of).await;
    suspended_and_resumed(&of, phone).await;
    post_changed(&of, phone).await;
    certified_outside(&of).await;
    revoked(&of).await;
    every_act_of_two_names_both(&of).await;
}

/// One of those who enroll invites and approves; the others cannot, and the register has it.
async fn enrolled(of: &Commune) -> DeviceId {
    let [an, binh] = [of.now("an").await, of.now("binh").await];
    let refused = desk::invite(&of.office.app, &binh, of.leader).await;
    assert_eq!(refused.err(), Some(FlowError::Forbidden));
    let (phone, digits) = of.waiting(&an).await;
    let by_other = of.on(&binh, phone, DeviceAct::Approve(digits.clone())).await;
    assert_eq!(by_other, Err(FlowError::Forbidden), "who certifies does not enroll");
    let wrong = of.on(&an, phone, DeviceAct::Approve("00000000".to_owned())).await;
    assert_eq!(wrong, Err(FlowError::WrongCode { left: 4 }), "nor does anybody without the person");
    of.on(&an, phone, DeviceAct::Approve(digits)).await.unwrap();
    assert_eq!(of.standing(phone).await, Standing::Active);
    assert_eq!(entry_of(&of.office, phone).await.entry.state, State::Issued);
    phone
}

/// The CA officer's role goes and comes back: one takes it away, two give it.
async fn roles_take_two(of: &Commune) {
    let app = &of.office.app;
    let [an, binh, chung] = [of.now("an").await, of.now("binh").await, of.now("chung").await];
    let ca = of.here(Role::CaOfficer);
    for (who, to) in [(&an, an.account), (&an, chung.account), (&chung, an.account)] {
        let both = account::give(app, who, to, ca, why()).await;
        assert!(matches!(both, Err(FlowError::BadRequest(_))), "never both duties: {both:?}");
    }
    of.office.clock.forward(60);
    account::withdraw(app, &an, binh.account, ca, why()).await.unwrap();
    let given = account::give(app, &an, binh.account, ca, why()).await;
    assert_eq!(given, Ok(Given::Proposed));
    let confirm = async |by: &Officer| {
        account::on_role(app, by, binh.account, ca, RoleAct::Confirm, None).await
    };
    let binh = of.now("binh").await;
    assert!(!binh.is(Role::CaOfficer));
    // A second account of An's making is An.
    let puppet = of.made(&an, "roi", &[Role::Administrator, Role::EnrollmentOfficer]).await;
    for alone in [&an, &puppet, &binh] {
        assert_eq!(confirm(alone).await, Err(FlowError::Forbidden), "{}", alone.login);
    }
    assert!(!of.now("binh").await.is(Role::CaOfficer));
    confirm(&chung).await.unwrap();
    assert!(of.now("binh").await.is(Role::CaOfficer));
}

/// One stops a phone; two let it act again.
async fn suspended_and_resumed(of: &Commune, phone: DeviceId) {
    let [an, binh, chung] = [of.now("an").await, of.now("binh").await, of.now("chung").await];
    let puppet = of.now("roi").await;
    of.on(&chung, phone, DeviceAct::Suspend(why())).await.unwrap();
    let early = of.on(&an, phone, DeviceAct::ConfirmResume).await;
    assert_eq!(early, Err(FlowError::NotFound(Thing::Proposal)), "nobody asked yet");
    of.on(&an, phone, DeviceAct::ProposeResume(why())).await.unwrap();
    for alone in [&an, &puppet, &binh] {
        let confirmed = of.on(alone, phone, DeviceAct::ConfirmResume).await;
        assert_eq!(confirmed, Err(FlowError::Forbidden), "{}", alone.login);
    }
    assert_eq!(of.standing(phone).await, Standing::Suspended);
    of.on(&chung, phone, DeviceAct::ConfirmResume).await.unwrap();
    assert_eq!(of.standing(phone).await, Standing::Active);
}

/// The leader changes post: one act of one administrator, and not of the CA officer.
async fn post_changed(of: &Commune, phone: DeviceId) {
    let app = &of.office.app;
    let [an, binh] = [of.now("an").await, of.now("binh").await];
    let unit = of.office.unit.id;
    let title = Text::new("Bí thư").unwrap();
    let moves = PostChange::Moves {
        from: PostRef { unit, title: "Chủ tịch".to_owned() },
        to: NewPost { unit, title, authority: None },
    };
    let refused = desk::look(app, &binh, of.leader, moves.clone()).await;
    assert_eq!(refused.err(), Some(FlowError::Forbidden));
    let plan = desk::look(app, &an, of.leader, moves).await.unwrap();
    let act = an.act(Some(why()));
    let chosen = BTreeMap::new();
    change::carry_out(app, Changer::Officer(&an), &act, plan, &chosen).await.unwrap();
    assert_eq!(of.standing(phone).await, Standing::Revoked, "it said the old post");
}

/// Certificates from outside: trust takes two, and who approved a phone never certifies it.
async fn certified_outside(of: &Commune) {
    let app = &of.office.app;
    let [an, binh, chung] = [of.now("an").await, of.now("binh").await, of.now("chung").await];
    let unit = of.office.unit.id;
    let outside = Outside::new(app.clock().now().second().get());
    let from = async |by: &Officer| {
        exchange::set_source(app, Exchanger::Officer(by), unit, Some(Source::Outside), why()).await
    };
    assert_eq!(from(&an).await, Err(FlowError::Forbidden));
    from(&binh).await.unwrap();

    let root = outside.root();
    let early = exchange::propose(app, &an, unit, root.as_bytes(), why()).await;
    assert_eq!(early, Err(FlowError::Forbidden));
    exchange::propose(app, &binh, unit, root.as_bytes(), why()).await.unwrap();
    let anchor: AnchorId = exchange::anchors(app, &binh).await.unwrap()[0].id;
    let confirm = async |by: &Officer| exchange::act_on(app, by, anchor, Way::Confirm, None).await;
    assert_eq!(confirm(&binh).await, Err(NoExchange::OwnProposal.into()));
    let in_force = async || exchange::anchors(app, &binh).await.unwrap()[0].confirmed_at.is_some();
    assert!(!in_force().await);
    confirm(&chung).await.unwrap();
    assert!(in_force().await);

    // Approved by An, handed out and taken by Bình.
    let (phone, digits) = of.waiting(&an).await;
    of.on(&an, phone, DeviceAct::Approve(digits)).await.unwrap();
    assert_eq!(of.standing(phone).await, Standing::WaitingForCertificate);
    let pack = async |by: &Officer| {
        exchange::pack(app, Exchanger::Officer(by), Asked::All, Encoding::Pem, None).await
    };
    assert_eq!(pack(&an).await.err(), Some(FlowError::Forbidden));
    let csr = requests(&pack(&binh).await.unwrap().zip).remove(0);
    let answer = answered(&outside, &csr);
    let look = async |by: &Officer, file: &[u8]| {
        exchange::plan(app, Exchanger::Officer(by), file.to_vec()).await
    };
    assert_eq!(look(&an, &answer).await.err(), Some(FlowError::Forbidden));
    let fits = look(&binh, &answer).await.unwrap();
    exchange::carry_out(app, Exchanger::Officer(&binh), fits, Some(why())).await.unwrap();
    assert_eq!(of.standing(phone).await, Standing::Active);

    // Bình enrolls too while the others are away: that one needs somebody else's approval.
    let enrolls = of.here(Role::EnrollmentOfficer);
    let given = account::give(app, &chung, binh.account, enrolls, why()).await;
    assert_eq!(given, Ok(Given::Now));
    let binh = of.now("binh").await;
    let (own, digits) = of.waiting(&binh).await;
    of.on(&binh, own, DeviceAct::Approve(digits)).await.unwrap();
    let csr = requests(&pack(&binh).await.unwrap().zip).remove(0);
    let answer = answered(&outside, &csr);
    let refused = look(&binh, &answer).await.unwrap();
    assert_eq!(told(&refused), [[Objection::OwnApproval]]);
    let taken = exchange::carry_out(app, Exchanger::Officer(&binh), refused, Some(why())).await;
    assert_eq!(taken, Err(NoExchange::NothingWaits.into()));
    assert_eq!(of.standing(own).await, Standing::WaitingForCertificate);
    of.on(&chung, own, DeviceAct::Refuse(why())).await.unwrap();
    let (phone, digits) = of.waiting(&binh).await;
    of.on(&chung, phone, DeviceAct::Approve(digits)).await.unwrap();
    let csr = requests(&pack(&binh).await.unwrap().zip).remove(0);
    let fits = look(&binh, &answered(&outside, &csr)).await.unwrap();
    exchange::carry_out(app, Exchanger::Officer(&binh), fits, Some(why())).await.unwrap();
    assert_eq!(of.standing(phone).await, Standing::Active);
}

fn answered(outside: &Outside, csr: &str) -> Vec<u8> {
    let asked = outside::Asked::of(csr, "/O=UBND xã Thử Nghiệm/title=Bí thư/CN=Nguyễn Văn An");
    format!("{}{}", outside.issue(&asked), outside.issuing()).into_bytes()
}

/// Who takes authority away errs on the safe side, so that one is enough: the CA officer in the register, and
/// not whoever reads it.
async fn revoked(of: &Commune) {
    let app = &of.office.app;
    let [an, binh] = [of.now("an").await, of.now("binh").await];
    let (phone, digits) = of.waiting(&an).await;
    exchange::set_source(app, Exchanger::Officer(&binh), of.office.unit.id, None, why())
        .await
        .unwrap();
    of.on(&an, phone, DeviceAct::Approve(digits)).await.unwrap();
    let entry = entry_of(&of.office, phone).await.entry.id;
    let revoke = async |by: &Officer| {
        desk::revoke_certificate(app, by, entry, RevocationReason::KeyCompromise, why()).await
    };
    assert_eq!(revoke(&an).await, Err(FlowError::Forbidden));
    revoke(&binh).await.unwrap();
    assert_eq!(of.standing(phone).await, Standing::Revoked);
    assert_eq!(entry_of(&of.office, phone).await.entry.state, State::Revoked);
    let back = of.on(&an, phone, DeviceAct::ProposeResume(why())).await;
    assert_eq!(back, Err(FlowError::DeviceRevoked), "and nobody brings it back");
}

/// The log says of each act that took two who asked and who confirmed, and they are two.
async fn every_act_of_two_names_both(of: &Commune) {
    let mut database = of.office.database().await;
    let rows = sqlx::query("SELECT body FROM statement ORDER BY leaf").fetch_all(&mut database);
    let rows = rows.await.unwrap();
    let read = |row: &sqlx::any::AnyRow| serde_json::from_str(&row.get::<String, _>(0)).unwrap();
    let statements: Vec<Value> = rows.iter().map(read).collect();
    let mut acts = BTreeSet::new();
    for statement in statements.iter().filter(|it| it["proposed"].is_string()) {
        assert!(statement["by"].is_string(), "{statement}");
        assert_ne!(statement["by"], statement["proposed"], "{statement}");
        acts.insert(statement["act"].as_str().unwrap().to_owned());
    }
    let expected = ["anchor-confirmed", "resumed", "role-granted"].map(str::to_owned);
    assert_eq!(acts, BTreeSet::from(expected));
    for once in ["anchor-confirmed", "resumed"] {
        assert_eq!(statements.iter().filter(|it| it["act"] == once).count(), 1, "{once}");
    }
    for done in [
        "set-up",
        "account-created",
        "invited",
        "reviewed",
        "enrolled",
        "issued",
        "suspended",
        "post-or-unit-changed",
        "certificates-imported",
        "revoked",
    ] {
        assert!(statements.iter().any(|it| it["act"] == done), "{done}");
    }
}
