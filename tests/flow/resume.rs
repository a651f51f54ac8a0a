//! A suspended device acts again when two persons say so.

use trien_core::document::Text;
use trien_server::flow::account::{
    self, Grant, Login, NewAccount, Officer, Password, Role, SignIn,
};
use trien_server::flow::act::Act;
use trien_server::flow::device::{self, RevocationReason, Standing};
use trien_server::flow::{FlowError, Thing, overview, resume};

use crate::account::administrator;
use crate::office::Office;
use crate::on_both;
use crate::phone::Phone;

on_both! {
    one_asks_and_another_confirms,
    nobody_confirms_what_they_asked_for,
    a_proposal_ends_with_its_time_its_device_and_its_author,
    whoever_has_no_role_there_neither_asks_nor_confirms,
}

const SENTENCE: &str = "trời xanh mây trắng nắng vàng";

/// Somebody with one role in the office's unit, beside whoever else has an account.
async fn officer(office: &Office, login: &str, role: Role) -> Officer {
    let grant = Grant { unit: office.unit.id, role };
    let new = NewAccount {
        login: Login::parse(login).unwrap(),
        name: Text::new(login).unwrap(),
        password: Password::choose(SENTENCE, login).unwrap(),
        grants: vec![grant],
    };
    let token = match account::begin_setup(&office.app).await.unwrap() {
        Some(code) => account::set_up(&office.app, &code, new, "test").await.unwrap(),
        None => {
            let first = administrator(office).await;
            account::create(&office.app, &first, new).await.unwrap();
            let password = Password::typed(SENTENCE);
            let asked = SignIn { login: login.to_owned(), password, client: "test".to_owned() };
            account::sign_in(&office.app, asked).await.unwrap()
        }
    };
    account::officer(&office.app, &token, account::Use::Acts).await.unwrap()
}

async fn suspended(office: &Office) -> Phone {
    let person = office.person("Nguyễn Văn An").await;
    let phone = Phone::enroll(office, person).await;
    device::suspend(&office.app, &Act::COMMAND_LINE, phone.device).await.unwrap();
    phone
}

fn why() -> Text<500> {
    Text::new("tìm lại được máy").unwrap()
}

async fn standing(office: &Office, phone: &Phone) -> Standing {
    device::lookup(&office.app, phone.device).await.unwrap().standing
}

pub async fn one_asks_and_another_confirms(office: Office) {
    let app = &office.app;
    let phone = suspended(&office).await;
    let an = officer(&office, "an", Role::EnrollmentOfficer).await;
    let binh = officer(&office, "binh", Role::EnrollmentOfficer).await;
    assert_eq!(resume::confirm(app, &binh, phone.device).await, missing());
    resume::propose(app, &an, phone.device, why()).await.unwrap();
    let again = resume::propose(app, &binh, phone.device, why()).await;
    assert!(matches!(again, Err(FlowError::BadRequest(_))), "{again:?}");
    assert_eq!(standing(&office, &phone).await, Standing::Suspended);
    let home = overview::today(app, &binh).await.unwrap().to_confirm;
    assert_eq!(
        home.iter().map(|one| (one.device, &*one.by)).collect::<Vec<_>>(),
        [(phone.device, "an")]
    );
    assert_eq!(overview::today(app, &an).await.unwrap().to_confirm, []);
    resume::confirm(app, &binh, phone.device).await.unwrap();
    assert_eq!(standing(&office, &phone).await, Standing::Active);
    assert_eq!(resume::confirm(app, &binh, phone.device).await, missing());
    assert_eq!(resume::waiting(app, &binh).await.unwrap(), []);
}

fn missing() -> Result<(), FlowError> {
    Err(FlowError::NotFound(Thing::Proposal))
}

pub async fn nobody_confirms_what_they_asked_for(office: Office) {
    let app = &office.app;
    let phone = suspended(&office).await;
    let an = officer(&office, "an", Role::EnrollmentOfficer).await;
    resume::propose(app, &an, phone.device, why()).await.unwrap();
    assert_eq!(resume::confirm(app, &an, phone.device).await, Err(FlowError::Forbidden));
    assert_eq!(standing(&office, &phone).await, Standing::Suspended);
    resume::decline(app, &an, phone.device, why()).await.unwrap();
    assert_eq!(resume::decline(app, &an, phone.device, why()).await, missing());
    resume::propose(app, &an, phone.device, why()).await.unwrap();
}

pub async fn a_proposal_ends_with_its_time_its_device_and_its_author(office: Office) {
    let app = &office.app;
    let phone = suspended(&office).await;
    let an = officer(&office, "an", Role::EnrollmentOfficer).await;
    let binh = officer(&office, "binh", Role::EnrollmentOfficer).await;
    let quan = officer(&office, "quan", Role::Administrator).await;
    resume::propose(app, &an, phone.device, why()).await.unwrap();
    office.clock.forward(resume::MAX_WAIT_SECONDS);
    assert_eq!(resume::confirm(app, &binh, phone.device).await, missing(), "its time");

    resume::propose(app, &an, phone.device, why()).await.unwrap();
    device::resume(app, &Act::COMMAND_LINE, phone.device).await.unwrap();
    device::suspend(app, &Act::COMMAND_LINE, phone.device).await.unwrap();
    assert_eq!(resume::confirm(app, &binh, phone.device).await, missing(), "another suspension");

    resume::propose(app, &an, phone.device, why()).await.unwrap();
    account::end(app, &quan, an.account, why()).await.unwrap();
    assert_eq!(resume::confirm(app, &binh, phone.device).await, missing(), "its author");

    resume::propose(app, &binh, phone.device, why()).await.unwrap();
    let reason = RevocationReason::KeyCompromise;
    device::revoke(app, &Act::COMMAND_LINE, phone.device, reason).await.unwrap();
    assert_eq!(resume::waiting_on(app, phone.device).await.unwrap(), None, "its device");
    let ended = resume::propose(app, &binh, phone.device, why()).await;
    assert_eq!(ended, Err(FlowError::DeviceRevoked));
}

async fn whoever_has_no_role_there_neither_asks_nor_confirms(office: Office) {
    let app = &office.app;
    let phone = suspended(&office).await;
    let an = officer(&office, "an", Role::EnrollmentOfficer).await;
    let forbidden = || Err(FlowError::Forbidden);
    for role in [Role::Administrator, Role::Auditor] {
        let other = officer(&office, role.name(), role).await;
        assert_eq!(resume::propose(app, &other, phone.device, why()).await, forbidden());
        resume::propose(app, &an, phone.device, why()).await.unwrap();
        assert_eq!(resume::confirm(app, &other, phone.device).await, forbidden());
        assert_eq!(resume::decline(app, &other, phone.device, why()).await, forbidden());
        resume::decline(app, &an, phone.device, why()).await.unwrap();
    }
}
