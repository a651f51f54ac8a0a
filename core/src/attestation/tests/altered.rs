//! Look-alikes under a root of our own: the sound one is accepted, each altered one refused for its
//! own reason.

use std::collections::HashSet;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::super::*;
use super::lookalike::{
    Facts, Maker, PACKAGE, Plan, SIGNING_DIGEST, basic_constraints, describing, integer, key_usage,
    numbered, octets, set, tlv,
};
use crate::certificate::{Assurance, PromptPolicy, Prompts};
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::signer::SoftwareSigner;
use crate::testing::{Counting, software_key};

const CHALLENGE: [u8; 32] = [0xc1; 32];
const NOW: UnixSecond = UnixSecond::new(1_795_305_600);

struct Scene {
    maker: Maker,
    auth_key: SoftwareSigner,
    approval_key: SoftwareSigner,
    auth: Facts,
    approval: Facts,
    prompt_policy: PromptPolicy,
    policy: Policy,
    listed: String,
    now: UnixSecond,
    /// Changes the approval key's chain after it was made.
    rework: fn(&Scene, &mut Vec<Vec<u8>>),
}

impl Scene {
    fn new() -> Self {
        let maker = Maker::new(&Counting::new(100));
        let policy = Policy {
            package: PACKAGE.to_owned(),
            signing_digests: vec![Sha256(SIGNING_DIGEST)],
            roots: read_roots(&maker.roots()).unwrap(),
            minimum_patch_level: Some("2025-06".parse().unwrap()),
        };
        Self {
            maker,
            auth_key: software_key(200),
            approval_key: software_key(201),
            auth: Facts::auth(&CHALLENGE),
            approval: Facts::approval(&CHALLENGE),
            prompt_policy: PromptPolicy::PER_USE,
            policy,
            listed: String::new(),
            now: NOW,
            rework: |_, _| (),
        }
    }

    fn chains(&self) -> [Vec<Vec<u8>>; 2] {
        let auth = self.maker.attest(&self.auth_key.public_key(), &self.auth);
        let mut approval = self.maker.attest(&self.approval_key.public_key(), &self.approval);
        (self.rework)(self, &mut approval);
        [auth, approval]
    }

    fn judge(&self) -> Result<Assurance, Refused> {
        self.judge_chains(&self.chains())
    }

    fn judge_chains(&self, [auth, approval]: &[Vec<Vec<u8>>; 2]) -> Result<Assurance, Refused> {
        let list = format!("{{\"entries\": {{{}}}}}", self.listed);
        let status = StatusList::parse(list.as_bytes(), NOW).unwrap();
        let auth: Vec<&[u8]> = auth.iter().map(Vec::as_slice).collect();
        let approval: Vec<&[u8]> = approval.iter().map(Vec::as_slice).collect();
        let expected = Expected {
            challenge: &CHALLENGE,
            auth_key: &self.auth_key.public_key(),
            approval_key: &self.approval_key.public_key(),
            prompt_policy: self.prompt_policy,
            now: self.now,
        };
        judge(Chains { auth: &auth, approval: &approval }, &self.policy, &status, expected)
    }
}

fn altered(change: impl FnOnce(&mut Scene)) -> Result<Assurance, Refused> {
    let mut scene = Scene::new();
    change(&mut scene);
    scene.judge()
}

const SESSION: PromptPolicy =
    PromptPolicy { prompts: Prompts::Session { seconds: 60, signatures: 20 }, passcode: false };

#[test]
fn keys_under_the_offices_terms_are_accepted_at_their_level() {
    assert_eq!(altered(|_| ()), Ok(Assurance::B));
    let strongbox = |facts: &mut Facts| (facts.attestation_level, facts.keymint_level) = (2, 2);
    assert_eq!(altered(|scene| strongbox(&mut scene.approval)), Ok(Assurance::A));
    assert_eq!(altered(|scene| strongbox(&mut scene.auth)), Ok(Assurance::B));
    assert_eq!(altered(|scene| scene.approval.keymint_level = 2), Ok(Assurance::B));
    let session = altered(|scene| {
        scene.prompt_policy = SESSION;
        scene.approval.auth_timeout = Some(60);
    });
    assert_eq!(session, Ok(Assurance::B));
    for user_auth_type in [2, 3] {
        let passcode = altered(|scene| {
            scene.prompt_policy = PromptPolicy::PER_USE.with_passcode(true);
            scene.approval.user_auth_type = Some(user_auth_type);
        });
        assert_eq!(passcode, Ok(Assurance::B), "{user_auth_type}");
    }
    let any_patches = altered(|scene| {
        scene.policy.minimum_patch_level = None;
        scene.approval.patch_level = 201_001;
    });
    assert_eq!(any_patches, Ok(Assurance::B));
}

#[test]
fn what_differs_between_sound_devices_is_accepted() {
    // Tags that later versions add.
    let unknown = altered(|scene| {
        scene.approval.more = vec![numbered(720, &[5, 0]), numbered(9_999, &octets(b"new"))];
    });
    assert_eq!(unknown, Ok(Assurance::B));
    // A root's copy that ran out, of a root that has not: real devices keep one for ten years.
    assert_eq!(altered(|scene| scene.maker.root.not_after = "260524162852Z"), Ok(Assurance::B));
    // An attesting certificate that is no authority, as real devices have.
    let plain = altered(|scene| scene.maker.device.extensions = vec![basic_constraints(false)]);
    assert_eq!(plain, Ok(Assurance::B));
    // The trusted root itself may be left out.
    assert_eq!(altered(|scene| scene.rework = |_, chain| drop(chain.pop())), Ok(Assurance::B));
}

type Change = fn(&mut Scene);

/// One change each, and why it is refused.
const ALTERATIONS: &[(Refusal, Change)] = &[
    (Refusal::ChainLength, |scene| scene.rework = |_, chain| chain.clear()),
    (Refusal::ChainLength, |scene| scene.rework = |_, chain| chain.truncate(2)),
    (Refusal::ChainLength, |scene| {
        scene.rework = |_, chain| chain.resize(MAX_CHAIN + 1, chain[3].clone());
    }),
    (Refusal::CertificateUnreadable, |scene| scene.rework = |_, chain| chain[1].push(0)),
    (Refusal::CertificateUnreadable, |scene| scene.rework = |_, chain| chain[0].clear()),
    (Refusal::NotLinked, |scene| scene.rework = |_, chain| chain.swap(1, 2)),
    (Refusal::NotLinked, |scene| scene.maker.device.issuer = "other".to_owned()),
    (Refusal::WrongSignature, |scene| scene.maker.device_key = software_key(300)),
    (Refusal::WrongSignature, |scene| scene.maker.middle_key = software_key(301)),
    (Refusal::WrongSignature, |scene| {
        scene.rework = |_, chain| *chain[0].last_mut().unwrap() ^= 1;
    }),
    (Refusal::WrongSignature, |scene| {
        // The copy of the root.
        scene.rework = |_, chain| *chain[3].last_mut().unwrap() ^= 1;
    }),
    (Refusal::WeakSignature, |scene| {
        scene.rework = |_, chain| {
            // An algorithm that nobody knows, in both places.
            let hex = hex::encode(&chain[0]).replace("2a8648ce3d040302", "2a8648ce3d040309");
            chain[0] = hex::decode(hex).unwrap();
        };
    }),
    (Refusal::UnknownRoot, |scene| scene.policy.roots.clear()),
    (Refusal::UnknownRoot, |scene| {
        let other = Maker::new(&Counting::new(101));
        scene.policy.roots = read_roots(&other.roots()).unwrap();
    }),
    (Refusal::NotValidNow, |scene| scene.maker.device.not_after = "260524162852Z"),
    (Refusal::NotValidNow, |scene| scene.maker.middle.not_before = "300101000000Z"),
    (Refusal::NotValidNow, |scene| {
        scene.maker.root.not_after = "260524162852Z";
        scene.policy.roots = read_roots(&scene.maker.roots()).unwrap();
    }),
    (Refusal::NotValidNow, |scene| scene.now = UnixSecond::new(1_500_000_000)),
    (Refusal::NotAnAuthority, |scene| {
        scene.maker.middle.extensions = vec![basic_constraints(false)];
    }),
    (Refusal::NotAnAuthority, |scene| {
        scene.maker.middle.extensions = vec![basic_constraints(true), key_usage(0x80, 7)];
    }),
    (Refusal::NotAnAuthority, |scene| {
        let none_below = tlv(0x30, &[&[1, 1, 0xff], &*integer(0)].concat());
        scene.maker.middle.extensions =
            vec![super::lookalike::extension(&[0x55, 0x1d, 0x13], &none_below)];
    }),
    (Refusal::CriticalExtension, |scene| {
        let unknown = [tlv(6, &[0x2a, 3, 4]), vec![1, 1, 0xff], octets(&[5, 0])].concat();
        scene.maker.device.extensions.push(tlv(0x30, &unknown));
    }),
    (Refusal::Revoked, |scene| scene.listed = r#""a03": {"status": "REVOKED"}"#.to_owned()),
    (Refusal::Revoked, |scene| scene.listed = r#""a01": {"status": "REVOKED"}"#.to_owned()),
    (Refusal::Suspended, |scene| scene.listed = r#""a02": {"status": "SUSPENDED"}"#.to_owned()),
    (Refusal::NoDescription, |scene| {
        scene.rework = |scene, chain| {
            let mut plan = Plan::leaf("device", &scene.approval_key.public_key(), &[]);
            plan.extensions.pop();
            chain[0] = plan.sign(&scene.maker.device_key);
        };
    }),
    (Refusal::ExtendedChain, |scene| {
        scene.rework = |scene, chain| {
            // A key that the device really holds signs a description of one that it does not.
            let held = software_key(302);
            let attested = Facts::auth(&CHALLENGE).description();
            let mut middle = Plan::leaf("device", &held.public_key(), &attested);
            middle.subject = "held".to_owned();
            chain[0] = middle.sign(&scene.maker.device_key);
            let key = scene.approval_key.public_key();
            let forged = Plan::leaf("held", &key, &scene.approval.description());
            chain.insert(0, forged.sign(&held));
        };
    }),
    (Refusal::ExtendedChain, |scene| {
        scene.maker.root.extensions.push(describing(&Facts::auth(&CHALLENGE).description()));
    }),
    (Refusal::DescriptionUnreadable, |scene| {
        scene.rework = |scene, chain| {
            let key = scene.approval_key.public_key();
            let description = [scene.approval.description(), vec![5, 0]].concat();
            chain[0] = Plan::leaf("device", &key, &description).sign(&scene.maker.device_key);
        };
    }),
    (Refusal::DescriptionUnreadable, |scene| scene.approval.boot_state = 4),
    (Refusal::DescriptionUnreadable, |scene| scene.approval.keymint_level = 3),
    (Refusal::DescriptionUnreadable, |scene| scene.approval.purposes = vec![2, 2]),
    (Refusal::DescriptionUnreadable, |scene| {
        scene.approval.more = vec![numbered(718, &[2, 2, 0, 1])];
    }),
    (Refusal::TagOrder, |scene| scene.approval.more = vec![numbered(706, &integer(209_912))]),
    (Refusal::TagOrder, |scene| scene.approval.more = vec![numbered(504, &integer(2))]),
    (Refusal::TagOrder, |scene| scene.approval.more = vec![numbered(1, &set(&[2]))]),
    (Refusal::WrongChallenge, |scene| scene.approval.challenge[31] ^= 1),
    (Refusal::WrongChallenge, |scene| scene.approval.challenge.push(0)),
    (Refusal::WrongKey, |scene| {
        scene.rework = |scene, chain| {
            *chain = scene.maker.attest(&software_key(303).public_key(), &scene.approval);
        };
    }),
    (Refusal::NotHardware, |scene| scene.approval.attestation_level = 0),
    (Refusal::NotHardware, |scene| scene.approval.keymint_level = 0),
    (Refusal::WrongAlgorithm, |scene| scene.approval.algorithm = 1),
    (Refusal::WrongAlgorithm, |scene| scene.approval.key_size = 384),
    (Refusal::WrongAlgorithm, |scene| scene.approval.ec_curve = 2),
    (Refusal::WrongPurpose, |scene| scene.approval.purposes = vec![2, 3]),
    (Refusal::WrongPurpose, |scene| scene.approval.purposes = vec![7]),
    (Refusal::WrongPurpose, |scene| scene.approval.purposes.clear()),
    (Refusal::WrongDigest, |scene| scene.approval.digests = vec![0, 4]),
    (Refusal::WrongDigest, |scene| scene.approval.digests = vec![2]),
    (Refusal::NotGenerated, |scene| scene.approval.origin = 2),
    (Refusal::NotGenerated, |scene| scene.approval.origin = 4),
    (Refusal::NoPersonAsked, |scene| scene.approval.no_auth_required = true),
    (Refusal::NotBiometric, |scene| scene.approval.user_auth_type = None),
    (Refusal::NotBiometric, |scene| scene.approval.user_auth_type = Some(3)),
    (Refusal::NotBiometric, |scene| scene.approval.user_auth_type = Some(1)),
    (Refusal::NotBiometric, |scene| {
        scene.prompt_policy = PromptPolicy::PER_USE.with_passcode(true);
        scene.approval.user_auth_type = Some(1);
    }),
    (Refusal::WrongTimeout, |scene| scene.approval.auth_timeout = Some(0)),
    (Refusal::WrongTimeout, |scene| scene.approval.auth_timeout = Some(60)),
    (Refusal::WrongTimeout, |scene| scene.prompt_policy = SESSION),
    (Refusal::WrongTimeout, |scene| {
        scene.prompt_policy = SESSION;
        scene.approval.auth_timeout = Some(61);
    }),
    (Refusal::OpenOnBody, |scene| scene.approval.on_body = true),
    (Refusal::Unlocked, |scene| scene.approval.locked = false),
    (Refusal::BootNotVerified, |scene| scene.approval.boot_state = 1),
    (Refusal::BootNotVerified, |scene| scene.approval.boot_state = 2),
    (Refusal::BootNotVerified, |scene| scene.approval.root_of_trust = false),
    (Refusal::PatchesTooOld, |scene| scene.approval.patch_level = 202_505),
    (Refusal::WrongApp, |scene| scene.approval.packages = vec!["vn.other".to_owned()]),
    (Refusal::WrongApp, |scene| scene.approval.packages.push("vn.other".to_owned())),
    (Refusal::WrongApp, |scene| scene.approval.packages.clear()),
    (Refusal::WrongAppSigner, |scene| scene.approval.signatures = vec![[0; 32]]),
    (Refusal::WrongAppSigner, |scene| scene.approval.signatures.push([0; 32])),
    (Refusal::WrongAppSigner, |scene| scene.approval.signatures.clear()),
];

#[test]
fn each_alteration_is_refused_for_its_own_reason() {
    for (number, (why, change)) in ALTERATIONS.iter().enumerate() {
        let judged = altered(change);
        assert_eq!(judged.map_err(|refused| refused.why), Err(*why), "alteration {number}");
    }
}

#[test]
fn every_reason_has_an_alteration_and_a_name_of_its_own() {
    let android = ALTERATIONS.iter().map(|(why, _)| *why);
    let apple = super::app::ALTERATIONS.iter().map(|(why, _)| *why);
    let shown: HashSet<Refusal> = android.chain(apple).collect();
    let missing: Vec<_> = Refusal::ALL.iter().filter(|why| !shown.contains(why)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let slugs: HashSet<&str> = Refusal::ALL.iter().map(|why| why.slug()).collect();
    assert_eq!(slugs.len(), Refusal::ALL.len());
    for why in Refusal::ALL {
        assert_eq!(Refusal::from_slug(why.slug()), Some(*why));
    }
    assert_eq!(Refusal::from_slug("sound"), None);
}

#[test]
fn the_auth_key_is_judged_by_the_same_rules_but_asks_nobody() {
    let auth = |why| Err(Refused { key: KeyUse::Auth, why });
    let changes: [(Refusal, Change); 6] = [
        (Refusal::WrongChallenge, |scene| scene.auth.challenge[0] ^= 1),
        (Refusal::NotHardware, |scene| scene.auth.keymint_level = 0),
        (Refusal::NotGenerated, |scene| scene.auth.origin = 2),
        (Refusal::Unlocked, |scene| scene.auth.locked = false),
        (Refusal::PatchesTooOld, |scene| scene.auth.patch_level = 0),
        (Refusal::WrongApp, |scene| scene.auth.packages.clear()),
    ];
    for (why, change) in changes {
        assert_eq!(altered(change), auth(why));
    }
    let mut scene = Scene::new();
    std::mem::swap(&mut scene.auth_key, &mut scene.approval_key);
    let [auth_chain, approval_chain] = Scene::new().chains();
    assert_eq!(scene.judge_chains(&[auth_chain, approval_chain]), auth(Refusal::WrongKey));
}

#[test]
fn the_chain_of_one_key_does_not_serve_for_the_other() {
    let scene = Scene::new();
    let [auth, _] = scene.chains();
    let refused = scene.judge_chains(&[auth.clone(), auth]).unwrap_err();
    assert_eq!(refused, Refused { key: KeyUse::Approval, why: Refusal::WrongKey });
}

#[test]
fn patch_levels_are_a_year_and_a_month() {
    let level: PatchLevel = "2025-11".parse().unwrap();
    assert_eq!(level.to_string(), "2025-11");
    for text in
        ["", "2025", "202511", "2025-13", "2025-00", "25-11", "2025-1", "2025-11-05", "+025-11"]
    {
        assert!(text.parse::<PatchLevel>().is_err(), "{text}");
    }
}

/// One byte of one certificate: another value, one more, or one less.
#[derive(Clone, Debug)]
enum Mutation {
    Xor(u8),
    Insert(u8),
    Remove,
}

#[test]
fn no_random_mutation_of_accepted_evidence_is_accepted() {
    let scene = Scene::new();
    let chains = scene.chains();
    scene.judge_chains(&chains).unwrap();
    let mutation = prop_oneof![
        4 => (1..=255_u8).prop_map(Mutation::Xor),
        1 => any::<u8>().prop_map(Mutation::Insert),
        1 => Just(Mutation::Remove),
    ];
    let place = (0..2_usize, 0..4_usize, any::<prop::sample::Index>());
    let config = ProptestConfig { cases: 1000, ..ProptestConfig::default() };
    let run = TestRunner::new(config).run(&(place, mutation), |((key, number, at), mutation)| {
        let mut mutated = chains.clone();
        let certificate = &mut mutated[key][number];
        let at = at.index(certificate.len());
        match mutation {
            Mutation::Xor(bits) => certificate[at] ^= bits,
            Mutation::Insert(byte) => certificate.insert(at, byte),
            Mutation::Remove => drop(certificate.remove(at)),
        }
        // To insert a byte before its equal changes nothing at some place; the length does.
        prop_assert_ne!(&mutated, &chains);
        prop_assert!(scene.judge_chains(&mutated).is_err(), "{key} {number} {at}");
        Ok(())
    });
    run.unwrap();
}

proptest! {
    #[test]
    fn arbitrary_chains_never_panic(
        chain in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..10)
    ) {
        let scene = Scene::new();
        let refused = scene.judge_chains(&[chain.clone(), chain]);
        prop_assert!(refused.is_err());
    }
}
