//! App Attest: look-alikes under a root of our own, with one thing altered at a time.

use crate::attestation::{AppPolicy, Refusal, Spoken, binding, judge_app, read_roots};
use crate::env::{OsEntropy, UnixSecond};
use crate::id::InvitationId;
use crate::signer::SoftwareSigner;

use super::lookalike::{APP, AppFacts, Maker, basic_constraints, key_usage, object};

const NOW: UnixSecond = UnixSecond::new(1_795_000_000);

struct Scene {
    maker: Maker,
    key: SoftwareSigner,
    auth_key: Vec<u8>,
    approval_key: Vec<u8>,
    invitation: InvitationId,
}

impl Scene {
    fn new() -> Self {
        let key = || SoftwareSigner::generate(&OsEntropy);
        Self {
            maker: Maker::new(&OsEntropy),
            auth_key: key().public_key(),
            approval_key: key().public_key(),
            key: key(),
            invitation: InvitationId::from_bytes([5; 16]),
        }
    }

    fn spoken(&self) -> Spoken<'_> {
        Spoken {
            challenge: &[3; 32],
            auth_key: &self.auth_key,
            approval_key: &self.approval_key,
            invitation: self.invitation,
        }
    }

    fn facts(&self) -> AppFacts {
        AppFacts::new(binding(self.spoken()).0)
    }

    fn judge(&self, object: &[u8]) -> Result<(), Refusal> {
        let roots = read_roots(&self.maker.roots()).unwrap();
        let policy = AppPolicy { app: APP.to_owned(), roots };
        judge_app(object, &policy, self.spoken(), NOW)
    }

    fn altered(&self, alter: impl FnOnce(&mut AppFacts)) -> Result<(), Refusal> {
        let mut facts = self.facts();
        alter(&mut facts);
        self.judge(&self.maker.attest_app(&self.key, &facts))
    }
}

#[test]
fn a_genuine_app_speaks_for_its_keys() {
    assert_eq!(Scene::new().altered(|_| ()), Ok(()));
}

type Alter = fn(&mut AppFacts);

/// One thing altered, and the reason that it meets.
pub const ALTERATIONS: &[(Refusal, Alter)] = &[
    (Refusal::WrongApp, |it| it.app = "X.vn.trien.app".to_owned()),
    (Refusal::WrongApp, |it| it.aaguid = [0; 16]),
    (Refusal::DevelopmentApp, |it| it.aaguid = *b"appattestdevelop"),
    (Refusal::UsedBefore, |it| it.counter = 1),
    (Refusal::WrongChallenge, |it| it.binding[0] ^= 1),
    (Refusal::ObjectUnreadable, |it| it.format = "packed"),
    (Refusal::WrongKey, |it| it.id = Some(vec![1; 32])),
    (Refusal::WrongKey, |it| {
        it.credential = Some(SoftwareSigner::generate(&OsEntropy).public_key());
    }),
    (Refusal::NotValidNow, |it| it.not_after = "210101000000Z"),
    (Refusal::NotValidNow, |it| it.not_before = "470101000000Z"),
];

#[test]
fn one_altered_fact_refuses_by_its_own_name() {
    let scene = Scene::new();
    for (number, (why, alter)) in ALTERATIONS.iter().enumerate() {
        assert_eq!(scene.altered(alter), Err(*why), "alteration {number}");
    }
}

#[test]
fn an_attestation_is_for_one_challenge_two_keys_and_one_invitation() {
    let scene = Scene::new();
    let object = scene.maker.attest_app(&scene.key, &scene.facts());
    let roots = read_roots(&scene.maker.roots()).unwrap();
    let policy = AppPolicy { app: APP.to_owned(), roots };
    let spoken = scene.spoken();
    let other = SoftwareSigner::generate(&OsEntropy).public_key();
    for altered in [
        Spoken { challenge: &[4; 32], ..spoken },
        Spoken { auth_key: &other, ..spoken },
        Spoken { approval_key: &other, ..spoken },
        Spoken { auth_key: spoken.approval_key, approval_key: spoken.auth_key, ..spoken },
        Spoken { invitation: InvitationId::from_bytes([6; 16]), ..spoken },
    ] {
        let judged = judge_app(&object, &policy, altered, NOW);
        assert_eq!(judged, Err(Refusal::WrongChallenge));
    }
}

#[test]
fn a_chain_leads_to_the_trusted_root_through_authorities() {
    let mut scene = Scene::new();
    let stranger = Scene::new();
    let strange = stranger.maker.attest_app(&scene.key, &scene.facts());
    assert!(matches!(scene.judge(&strange), Err(Refusal::UnknownRoot | Refusal::WrongSignature)));
    let alone = object("apple-appattest", &[scene.maker.middle.sign(&scene.maker.root_key)], &[]);
    assert_eq!(scene.judge(&alone), Err(Refusal::ChainLength));
    scene.maker.middle.extensions = vec![basic_constraints(false), key_usage(0x80, 7)];
    assert_eq!(scene.altered(|_| ()), Err(Refusal::NotAnAuthority));
}

#[test]
fn no_byte_of_an_attestation_is_free() {
    let scene = Scene::new();
    let object = scene.maker.attest_app(&scene.key, &scene.facts());
    for at in 0..object.len() {
        for bit in [0x01, 0x80] {
            let mut object = object.clone();
            object[at] ^= bit;
            assert!(scene.judge(&object).is_err(), "byte {at}");
        }
        assert!(scene.judge(&object[..at]).is_err(), "cut at {at}");
    }
    assert!(scene.judge(&[&object[..], &[0]].concat()).is_err());
    assert!(scene.judge(&[0xA1; 40_000]).is_err());
}
