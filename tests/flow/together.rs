//! Two officers at once, each with a click of their own: one act happens, and the log has it once.

use std::future::Future;

use serde_json::Value;
use sqlx::Row as _;
use trien_core::document::Text;
use trien_core::id::DeviceId;
use trien_server::flow::FlowError;
use trien_server::flow::account::{Officer, Role};
use trien_server::flow::act::Act;
use trien_server::flow::desk::{self, DeviceAct};
use trien_server::flow::device::{self, RevocationReason, Standing};
use trien_server::flow::exchange::{self, Way};
use trien_server::flow::invite;

use crate::exchange::officer;
use crate::office::Office;
use crate::on_both;
use crate::outside::Outside;
use crate::phone::{Enrolling, Phone};
use crate::register::entry_of;

on_both! {
    two_who_approve_one_device_at_once_make_one_certificate,
    who_approves_and_who_refuses_at_once_leave_one_outcome,
    two_who_confirm_one_resumption_at_once_resume_once,
    who_confirms_and_who_declines_at_once_leave_one_outcome,
    who_confirms_and_who_revokes_at_once_leave_it_revoked,
    two_who_confirm_one_authority_at_once_confirm_once,
}

/// Races in each case: either may win.
const ROUNDS: usize = 6;

fn why() -> Text<500> {
    Text::new("hai người cùng bấm").unwrap()
}

type Done = Result<(), FlowError>;

/// Both in tasks of their own; gives what each was told.
async fn at_once(
    one: impl Future<Output = Done> + Send + 'static,
    other: impl Future<Output = Done> + Send + 'static,
) -> [Done; 2] {
    let (one, other) = (tokio::spawn(one), tokio::spawn(other));
    [one.await.unwrap(), other.await.unwrap()]
}

/// How many statements of the log say this act of this thing.
async fn logged(office: &Office, act: &str, field: &str, thing: impl ToString) -> usize {
    let mut database = office.database().await;
    let rows = sqlx::query("SELECT body FROM statement ORDER BY leaf").fetch_all(&mut database);
    let (rows, thing) = (rows.await.unwrap(), thing.to_string());
    let read = |row: &sqlx::any::AnyRow| -> Value {
        serde_json::from_str(&row.get::<String, _>(0)).unwrap()
    };
    rows.iter().map(read).filter(|it| it["act"] == act && it[field] == *thing).count()
}

/// Three who enroll.
async fn three(office: &Office) -> [Officer; 3] {
    let role = Role::EnrollmentOfficer;
    [
        officer(office, "an", role).await,
        officer(office, "binh", role).await,
        officer(office, "chung", role).await,
    ]
}

async fn pending(office: &Office) -> (DeviceId, String) {
    let app = &office.app;
    let person = office.person("Nguyễn Văn An").await;
    let invited = invite::create(app, &Act::COMMAND_LINE, person, 1800).await.unwrap();
    let enrolling = Enrolling::begin(app, invited.invitation).await.unwrap();
    let reveal = enrolling.send(app).await.unwrap();
    (reveal.device, enrolling.code(&reveal).grouped())
}

/// A click of somebody on a device.
fn click(
    office: &Office,
    who: &Officer,
    device: DeviceId,
    act: DeviceAct,
) -> impl Future<Output = Done> + Send + 'static {
    let (app, who) = (office.app.clone(), who.clone());
    async move { desk::on_device(&app, &who, device, act).await }
}

async fn standing(office: &Office, device: DeviceId) -> Standing {
    device::lookup(&office.app, device).await.unwrap().standing
}

/// That exactly one of the two was done; gives which, and what the other one was told.
fn winner(done: [Done; 2]) -> (usize, FlowError) {
    match done {
        [Ok(()), Err(late)] => (0, late),
        [Err(late), Ok(())] => (1, late),
        both => panic!("{both:?}"),
    }
}

async fn two_who_approve_one_device_at_once_make_one_certificate(office: Office) {
    let [an, binh, _] = three(&office).await;
    for _ in 0..ROUNDS {
        let (device, digits) = pending(&office).await;
        let approve = |who| click(&office, who, device, DeviceAct::Approve(digits.clone()));
        let (_, late) = winner(at_once(approve(&an), approve(&binh)).await);
        assert_eq!(late, FlowError::EnrollmentEnded);
        assert_eq!(standing(&office, device).await, Standing::Active);
        for act in ["enrolled", "issued"] {
            assert_eq!(logged(&office, act, "device", device).await, 1, "{act}");
        }
        assert_eq!(entry_of(&office, device).await.events.len(), 3);
    }
}

async fn who_approves_and_who_refuses_at_once_leave_one_outcome(office: Office) {
    let [an, binh, _] = three(&office).await;
    for round in 0..ROUNDS {
        let (device, digits) = pending(&office).await;
        let approve = click(&office, &an, device, DeviceAct::Approve(digits));
        let refuse = click(&office, &binh, device, DeviceAct::Refuse(why()));
        // Whoever begins first wins more often; so each begins as often.
        let approved = if round % 2 == 0 {
            winner(at_once(approve, refuse).await).0 == 0
        } else {
            winner(at_once(refuse, approve).await).0 == 1
        };
        let expected = if approved { Standing::Active } else { Standing::Refused };
        assert_eq!(standing(&office, device).await, expected);
        assert_eq!(logged(&office, "issued", "device", device).await, usize::from(approved));
        assert_eq!(logged(&office, "refused", "device", device).await, usize::from(!approved));
    }
}

/// A suspended phone that An wants to act again.
async fn proposed(office: &Office, an: &Officer) -> DeviceId {
    let phone = Phone::enroll(office, office.person("Nguyễn Văn An").await).await.device;
    for act in [DeviceAct::Suspend(why()), DeviceAct::ProposeResume(why())] {
        click(office, an, phone, act).await.unwrap();
    }
    phone
}

async fn two_who_confirm_one_resumption_at_once_resume_once(office: Office) {
    let [an, binh, chung] = three(&office).await;
    for _ in 0..ROUNDS {
        let device = proposed(&office, &an).await;
        let confirm = |who| click(&office, who, device, DeviceAct::ConfirmResume);
        winner(at_once(confirm(&binh), confirm(&chung)).await);
        assert_eq!(standing(&office, device).await, Standing::Active);
        assert_eq!(logged(&office, "resumed", "device", device).await, 1);
    }
}

async fn who_confirms_and_who_declines_at_once_leave_one_outcome(office: Office) {
    let [an, binh, chung] = three(&office).await;
    for _ in 0..ROUNDS {
        let device = proposed(&office, &an).await;
        let confirm = click(&office, &binh, device, DeviceAct::ConfirmResume);
        let decline = click(&office, &chung, device, DeviceAct::DeclineResume(why()));
        let confirmed = winner(at_once(confirm, decline).await).0 == 0;
        let expected = if confirmed { Standing::Active } else { Standing::Suspended };
        assert_eq!(standing(&office, device).await, expected);
        assert_eq!(logged(&office, "resumed", "device", device).await, usize::from(confirmed));
        let declined = logged(&office, "resume-declined", "device", device).await;
        assert_eq!(declined, usize::from(!confirmed));
    }
}

async fn who_confirms_and_who_revokes_at_once_leave_it_revoked(office: Office) {
    let [an, binh, chung] = three(&office).await;
    for _ in 0..ROUNDS {
        let device = proposed(&office, &an).await;
        let confirm = click(&office, &binh, device, DeviceAct::ConfirmResume);
        let lost = DeviceAct::Revoke(RevocationReason::KeyCompromise, why());
        let revoke = click(&office, &chung, device, lost);
        let [confirmed, revoked] = at_once(confirm, revoke).await;
        assert_eq!(revoked, Ok(()), "nothing holds that up");
        assert_eq!(standing(&office, device).await, Standing::Revoked);
        let resumed = logged(&office, "resumed", "device", device).await;
        assert_eq!(resumed, usize::from(confirmed.is_ok()), "{confirmed:?}");
        // The phone, and its certificate.
        assert_eq!(logged(&office, "revoked", "device", device).await, 2);
    }
}

async fn two_who_confirm_one_authority_at_once_confirm_once(office: Office) {
    let (app, unit) = (&office.app, office.unit.id);
    let ca = officer(&office, "ca", Role::CaOfficer).await;
    let an = officer(&office, "an", Role::Administrator).await;
    let binh = officer(&office, "binh", Role::Administrator).await;
    let root = Outside::new(app.clock().now().second().get()).root();
    for _ in 0..ROUNDS {
        exchange::propose(app, &ca, unit, root.as_bytes(), why()).await.unwrap();
        let id = exchange::anchors(app, &ca).await.unwrap()[0].id;
        let act = |who: &Officer, way| {
            let (app, who) = (app.clone(), who.clone());
            async move { exchange::act_on(&app, &who, id, way, Some(why())).await }
        };
        winner(at_once(act(&an, Way::Confirm), act(&binh, Way::Confirm)).await);
        assert_eq!(logged(&office, "anchor-confirmed", "anchor", id).await, 1);
        winner(at_once(act(&an, Way::End), act(&ca, Way::End)).await);
        assert_eq!(logged(&office, "anchor-ended", "anchor", id).await, 1);
    }
}
