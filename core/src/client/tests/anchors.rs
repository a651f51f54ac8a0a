//! Whom a phone trusts changes by acts of the log alone.

use serde_json::json;

use crate::anchor::{AnchorAct, CONFIRMED, ENDED, InvalidAnchorAct, MAX_ACTS};
use crate::certificate::Certificate;
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::id::{AnchorId, UnitId};
use crate::log::leaf::{Leaf, Salt, StatementKind};
use crate::testing::office::Office;
use crate::wire::{Base64, DeviceStatus, SyncAnswer};

use super::super::error::{ClientError, LogFault};
use super::Scene;
use super::fake::{ABOVE, Desk, UNIT};

const ANCHOR: AnchorId = AnchorId::from_bytes([21; 16]);
const OTHER: AnchorId = AnchorId::from_bytes([22; 16]);

/// An authority of another office.
fn elsewhere() -> Certificate {
    Office::new().issuing
}

impl Desk {
    /// States something about an anchor in the log.
    fn state(&mut self, act: &str, anchor: AnchorId, certificate: &Certificate) {
        let statement = json!({
            "act": act, "anchor": anchor, "unit": ABOVE, "certificate": certificate.sha256(),
            "why": "vì liên thông",
        });
        let (statement, salt) = (statement.to_string(), Salt([5; 32]));
        let recorded_at = UnixSecond::new(1_795_340_000);
        let hash = Sha256::of(statement.as_bytes());
        let leaf = Leaf::new(StatementKind::Policy, recorded_at, &salt, &hash);
        let leaf = self.append(&leaf.to_cbor());
        let (inclusion, certificate) = (Vec::new(), Base64(certificate.der().to_vec()));
        self.anchor_acts.push(AnchorAct {
            statement,
            recorded_at,
            salt,
            leaf,
            inclusion,
            certificate,
        });
    }
}

/// Whom the phone trusts.
async fn trusted(scene: &Scene) -> Vec<Certificate> {
    let profile = scene.phone.profile().unwrap();
    scene.phone.anchor_record().await.unwrap().anchors(&profile)
}

#[tokio::test]
async fn an_authority_that_the_log_confirms_is_trusted_until_the_log_ends_it() {
    let scene = Scene::enrolled().await;
    let before = trusted(&scene).await;
    scene.fake.change(|desk| desk.state(CONFIRMED, ANCHOR, &elsewhere()));
    scene.phone.sync().await.unwrap();
    let scene = scene.restarted().await;
    assert_eq!(trusted(&scene).await, [&before[..], &[elsewhere()]].concat());
    // Trusted for two units, and for one of them no more.
    scene.fake.change(|desk| desk.state(CONFIRMED, OTHER, &elsewhere()));
    scene.fake.change(|desk| desk.state(ENDED, ANCHOR, &elsewhere()));
    scene.phone.sync().await.unwrap();
    assert_eq!(trusted(&scene).await, [&before[..], &[elsewhere()]].concat());
    scene.fake.change(|desk| desk.state(ENDED, OTHER, &elsewhere()));
    scene.phone.sync().await.unwrap();
    assert_eq!(trusted(&scene).await, before);
    // The own office's authority is in the hands of nobody.
    scene.fake.change(|desk| desk.state(ENDED, ANCHOR, &before[0]));
    scene.phone.sync().await.unwrap();
    assert_eq!(trusted(&scene).await, before);
}

#[tokio::test]
async fn many_acts_come_one_part_after_the_other() {
    let scene = Scene::enrolled().await;
    for _ in 0..MAX_ACTS {
        scene.fake.change(|desk| desk.state(CONFIRMED, ANCHOR, &elsewhere()));
        scene.fake.change(|desk| desk.state(ENDED, ANCHOR, &elsewhere()));
    }
    scene.fake.change(|desk| desk.state(CONFIRMED, OTHER, &elsewhere()));
    scene.phone.sync().await.unwrap();
    assert!(trusted(&scene).await.contains(&elsewhere()));
}

#[tokio::test]
async fn an_act_that_does_not_stand_in_the_log_changes_nothing() {
    type Bend = fn(&mut AnchorAct);
    let bends: [Bend; 6] = [
        |act| act.statement = act.statement.replace("thông", "thong"),
        |act| act.salt = Salt([6; 32]),
        |act| act.recorded_at = act.recorded_at.plus(1),
        |act| act.leaf += 1,
        |act| act.inclusion.push(Sha256::of(b"")),
        |act| act.certificate = Base64(Office::new().root.der().to_vec()),
    ];
    for bend in bends {
        let scene = Scene::enrolled().await;
        let before = trusted(&scene).await;
        scene.fake.change(|desk| desk.state(CONFIRMED, ANCHOR, &elsewhere()));
        scene.fake.twist(move |asked, reply| {
            if asked.path.ends_with("/sync") {
                reply.edit::<SyncAnswer>(|answer| answer.anchor_acts.iter_mut().for_each(bend));
            }
        });
        let refused = scene.phone.sync().await;
        let Err(ClientError::Log(LogFault::Anchor(fault))) = refused else { panic!("{refused:?}") };
        let of_proof = matches!(fault, InvalidAnchorAct::Inclusion(_));
        assert!(of_proof || fault == InvalidAnchorAct::OtherCertificate, "{fault}");
        assert_eq!(trusted(&scene).await, before);
        scene.fake.honest();
        scene.phone.sync().await.unwrap();
        assert!(trusted(&scene).await.contains(&elsewhere()), "the honest answer is taken");
    }
}

#[tokio::test]
async fn a_statement_about_something_else_makes_nobody_trusted() {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| desk.state("anchor-proposed", ANCHOR, &elsewhere()));
    let refused = scene.phone.sync().await;
    let fault = LogFault::Anchor(InvalidAnchorAct::OtherStatement);
    assert!(matches!(refused, Err(ClientError::Log(found)) if found == fault));
    assert!(!trusted(&scene).await.contains(&elsewhere()));
}

#[tokio::test]
async fn an_act_about_a_unit_elsewhere_is_refused() {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| desk.line = vec![UNIT]);
    scene.fake.change(|desk| desk.state(CONFIRMED, ANCHOR, &elsewhere()));
    let refused = scene.phone.sync().await;
    let fault = LogFault::Anchor(InvalidAnchorAct::OtherUnit);
    assert!(matches!(refused, Err(ClientError::Log(found)) if found == fault));
    assert!(!trusted(&scene).await.contains(&elsewhere()));
}

#[tokio::test]
async fn whoever_comes_below_other_units_trusts_what_they_trust_and_nothing_else() {
    let scene = Scene::enrolled().await;
    scene.fake.change(|desk| desk.state(CONFIRMED, ANCHOR, &elsewhere()));
    scene.phone.sync().await.unwrap();
    assert!(trusted(&scene).await.contains(&elsewhere()));
    // The unit itself moved, or the person to another one: the acts are others.
    let kept = scene.fake.change(|desk| std::mem::take(&mut desk.anchor_acts));
    scene.fake.change(|desk| desk.line = vec![UNIT, UnitId::from_bytes([77; 16])]);
    scene.phone.sync().await.unwrap();
    assert!(!trusted(&scene).await.contains(&elsewhere()));
    // And back: acts of before are learned in the same sync.
    scene.fake.change(|desk| (desk.line, desk.anchor_acts) = (vec![UNIT, ABOVE], kept));
    scene.phone.sync().await.unwrap();
    assert!(trusted(&scene).await.contains(&elsewhere()));
}

#[tokio::test]
async fn what_ended_since_the_enrollment_is_trusted_no_more() {
    let scene = Scene::new().await;
    let named = elsewhere().der().to_vec();
    scene.fake.twist(move |asked, reply| {
        if asked.path.ends_with("/device") {
            reply.edit::<DeviceStatus>(|status| {
                if let DeviceStatus::Active { profile } = status {
                    profile.anchors.push(Base64(named.clone()));
                }
            });
        }
    });
    scene.phone.enroll_begin(scene.fake.link()).await.unwrap();
    scene.phone.enroll_keys().await.unwrap();
    scene.fake.change(|desk| desk.approved = true);
    scene.phone.enroll_status().await.unwrap();
    assert!(trusted(&scene).await.contains(&elsewhere()), "the enrollment named it");
    scene.fake.change(|desk| desk.state(CONFIRMED, ANCHOR, &elsewhere()));
    scene.fake.change(|desk| desk.state(ENDED, ANCHOR, &elsewhere()));
    scene.phone.sync().await.unwrap();
    assert!(!trusted(&scene).await.contains(&elsewhere()));
}
