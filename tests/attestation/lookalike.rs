//! Attestations as a device would make them, under a root of our own: every field can be another.
//!
//! Written with a DER writer of its own, so that it shares no mistake with what it tests.

#![allow(dead_code, reason = "not every test needs every part")]

use trien_core::env::Entropy;
use trien_core::signer::SoftwareSigner;

pub const PACKAGE: &str = "vn.trien.app";
pub const SIGNING_DIGEST: [u8; 32] = [0xd1; 32];

/// What the device says of a key.
#[derive(Clone, Debug)]
pub struct Facts {
    pub attestation_level: u8,
    pub keymint_level: u8,
    pub challenge: Vec<u8>,
    pub purposes: Vec<u64>,
    pub algorithm: u64,
    pub key_size: u64,
    pub ec_curve: u64,
    pub digests: Vec<u64>,
    pub no_auth_required: bool,
    pub user_auth_type: Option<u64>,
    pub auth_timeout: Option<u64>,
    pub on_body: bool,
    pub origin: u64,
    pub locked: bool,
    pub boot_state: u8,
    pub root_of_trust: bool,
    pub patch_level: u64,
    pub packages: Vec<String>,
    pub signatures: Vec<[u8; 32]>,
    /// More elements at the end of the hardware's list.
    pub more: Vec<Vec<u8>>,
}

impl Facts {
    /// A silent key in the trusted environment.
    pub fn auth(challenge: &[u8]) -> Self {
        Self {
            attestation_level: 1,
            keymint_level: 1,
            challenge: challenge.to_vec(),
            purposes: vec![2],
            algorithm: 3,
            key_size: 256,
            ec_curve: 1,
            digests: vec![4],
            no_auth_required: true,
            user_auth_type: None,
            auth_timeout: None,
            on_body: false,
            origin: 0,
            locked: true,
            boot_state: 0,
            root_of_trust: true,
            patch_level: 202_511,
            packages: vec![PACKAGE.to_owned()],
            signatures: vec![SIGNING_DIGEST],
            more: Vec::new(),
        }
    }

    /// A key that asks for a finger each time.
    pub fn approval(challenge: &[u8]) -> Self {
        Self { no_auth_required: false, user_auth_type: Some(2), ..Self::auth(challenge) }
    }

    pub fn description(&self) -> Vec<u8> {
        let mut hardware = vec![
            numbered(1, &set(&self.purposes)),
            numbered(2, &integer(self.algorithm)),
            numbered(3, &integer(self.key_size)),
            numbered(5, &set(&self.digests)),
            numbered(10, &integer(self.ec_curve)),
        ];
        hardware.extend(self.no_auth_required.then(|| numbered(503, &[5, 0])));
        hardware.extend(self.user_auth_type.map(|kind| numbered(504, &integer(kind))));
        hardware.extend(self.auth_timeout.map(|seconds| numbered(505, &integer(seconds))));
        hardware.extend(self.on_body.then(|| numbered(506, &[5, 0])));
        hardware.push(numbered(702, &integer(self.origin)));
        let locked = [1, 1, if self.locked { 0xff } else { 0 }];
        let state = [10, 1, self.boot_state];
        let root = [octets(&[7; 32]), locked.to_vec(), state.to_vec(), octets(&[8; 32])];
        hardware.extend(self.root_of_trust.then(|| numbered(704, &tlv(0x30, &root.concat()))));
        hardware.push(numbered(705, &integer(160_000)));
        hardware.push(numbered(706, &integer(self.patch_level)));
        hardware.extend(self.more.clone());
        let packages = self
            .packages
            .iter()
            .map(|name| tlv(0x30, &[octets(name.as_bytes()), integer(7)].concat()));
        let signatures = self.signatures.iter().map(|digest| octets(digest));
        let application = [
            tlv(0x31, &packages.collect::<Vec<_>>().concat()),
            tlv(0x31, &signatures.collect::<Vec<_>>().concat()),
        ];
        let software = [
            numbered(701, &integer(1_795_305_600_000)),
            numbered(709, &octets(&tlv(0x30, &application.concat()))),
        ];
        let fields = [
            integer(400),
            vec![10, 1, self.attestation_level],
            integer(400),
            vec![10, 1, self.keymint_level],
            octets(&self.challenge),
            octets(&[]),
            tlv(0x30, &software.concat()),
            tlv(0x30, &hardware.concat()),
        ];
        tlv(0x30, &fields.concat())
    }
}

/// A certificate before it is signed.
#[derive(Clone, Debug)]
pub struct Plan {
    pub serial: Vec<u8>,
    pub issuer: String,
    pub subject: String,
    pub key: Vec<u8>,
    pub not_before: &'static str,
    pub not_after: &'static str,
    pub extensions: Vec<Vec<u8>>,
}

impl Plan {
    /// An authority's.
    pub fn authority(serial: u8, issuer: &str, subject: &str, key: &SoftwareSigner) -> Self {
        Self {
            serial: vec![0x0a, serial],
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            key: key.public_key(),
            not_before: "200101000000Z",
            not_after: "400101000000Z",
            extensions: vec![basic_constraints(true), key_usage(0x04, 2)],
        }
    }

    /// A key's, of which `description` speaks.
    pub fn leaf(issuer: &str, key: &[u8], description: &[u8]) -> Self {
        Self {
            serial: vec![1],
            issuer: issuer.to_owned(),
            subject: "Android Keystore Key".to_owned(),
            key: key.to_vec(),
            not_before: "700101000000Z",
            not_after: "480101000000Z",
            extensions: vec![key_usage(0x80, 7), describing(description)],
        }
    }

    pub fn sign(&self, issuer: &SoftwareSigner) -> Vec<u8> {
        let algorithm = [0x30, 10, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
        let time = |text: &str| tlv(0x17, text.as_bytes());
        let validity = [time(self.not_before), time(self.not_after)].concat();
        let fields = [
            tlv(0xa0, &integer(2)),
            tlv(2, &self.serial),
            algorithm.to_vec(),
            name(&self.issuer),
            tlv(0x30, &validity),
            name(&self.subject),
            self.key.clone(),
            tlv(0xa3, &tlv(0x30, &self.extensions.concat())),
        ];
        let signed = tlv(0x30, &fields.concat());
        let signature = [vec![0], issuer.sign_now(&signed)].concat();
        tlv(0x30, &[signed, algorithm.to_vec(), tlv(3, &signature)].concat())
    }
}

/// A maker of devices: a root, an authority under it, and the key with which devices attest.
pub struct Maker {
    pub root_key: SoftwareSigner,
    pub middle_key: SoftwareSigner,
    pub device_key: SoftwareSigner,
    pub root: Plan,
    pub middle: Plan,
    pub device: Plan,
}

impl Maker {
    pub fn new(entropy: &dyn Entropy) -> Self {
        let [root_key, middle_key, device_key] =
            [(); 3].map(|()| SoftwareSigner::generate(entropy));
        Self {
            root: Plan::authority(1, "root", "root", &root_key),
            middle: Plan::authority(2, "root", "middle", &middle_key),
            device: Plan::authority(3, "middle", "device", &device_key),
            root_key,
            middle_key,
            device_key,
        }
    }

    /// The trusted root, PEM as JSON: the form in which Google publishes its own.
    pub fn roots(&self) -> String {
        use base64ct::{Base64, Encoding as _};
        let body = Base64::encode_string(&self.root.sign(&self.root_key));
        format!("[\"-----BEGIN CERTIFICATE-----\\n{body}\\n-----END CERTIFICATE-----\"]")
    }

    /// What stands above the key's certificate, lowest first.
    pub fn above(&self) -> Vec<Vec<u8>> {
        vec![
            self.device.sign(&self.middle_key),
            self.middle.sign(&self.root_key),
            self.root.sign(&self.root_key),
        ]
    }

    /// The chain of a key, leaf first.
    pub fn attest(&self, key: &[u8], facts: &Facts) -> Vec<Vec<u8>> {
        let leaf = Plan::leaf("device", key, &facts.description()).sign(&self.device_key);
        [vec![leaf], self.above()].concat()
    }
}

/// What an iPhone says of the app's instance.
#[derive(Clone, Debug)]
pub struct AppFacts {
    pub app: String,
    pub aaguid: [u8; 16],
    pub counter: u32,
    /// The app's `clientDataHash`.
    pub binding: [u8; 32],
    pub format: &'static str,
    /// Names the key; the SHA-256 of its point where absent.
    pub id: Option<Vec<u8>>,
    /// Another key than the certificate's.
    pub credential: Option<Vec<u8>>,
    pub not_before: &'static str,
    pub not_after: &'static str,
}

pub const APP: &str = "0352187391.vn.trien.app";

impl AppFacts {
    /// A released app, whose key is new.
    pub fn new(binding: [u8; 32]) -> Self {
        Self {
            app: APP.to_owned(),
            aaguid: *b"appattest\0\0\0\0\0\0\0",
            counter: 0,
            binding,
            format: "apple-appattest",
            id: None,
            credential: None,
            not_before: "200101000000Z",
            not_after: "480101000000Z",
        }
    }

    fn authenticator_data(&self, key: &[u8]) -> Vec<u8> {
        use trien_core::digest::Sha256;
        let id = self.id.clone().unwrap_or_else(|| Sha256::of(&key[key.len() - 65..]).0.to_vec());
        let credential = self.credential.as_deref().unwrap_or(key);
        let (x, y) = credential[credential.len() - 64..].split_at(32);
        [
            &Sha256::of(self.app.as_bytes()).0[..],
            &[0x40],
            &self.counter.to_be_bytes(),
            &self.aaguid,
            &u16::try_from(id.len()).unwrap().to_be_bytes(),
            &id,
            &[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32],
            x,
            &[0x22, 0x58, 32],
            y,
        ]
        .concat()
    }
}

impl Maker {
    /// The attestation object of an app's key.
    pub fn attest_app(&self, key: &SoftwareSigner, facts: &AppFacts) -> Vec<u8> {
        use trien_core::digest::Sha256;
        let data = facts.authenticator_data(&key.public_key());
        let nonce = Sha256::of_parts(&[&data, &facts.binding]);
        let wrapped = tlv(0x30, &tlv(0xa1, &octets(&nonce.0)));
        let leaf = Plan {
            not_before: facts.not_before,
            not_after: facts.not_after,
            extensions: vec![
                key_usage(0x80, 7),
                extension(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x63, 0x64, 8, 2], &wrapped),
            ],
            ..Plan::leaf("middle", &key.public_key(), &[])
        };
        let chain = [leaf.sign(&self.middle_key), self.middle.sign(&self.root_key)];
        object(facts.format, &chain, &data)
    }
}

/// An attestation object around these certificates and this authenticator data.
pub fn object(format: &str, chain: &[Vec<u8>], data: &[u8]) -> Vec<u8> {
    let mut e = minicbor::Encoder::new(Vec::new());
    e.map(3).unwrap().str("fmt").unwrap().str(format).unwrap();
    e.str("attStmt").unwrap().map(1).unwrap().str("x5c").unwrap();
    e.array(chain.len() as u64).unwrap();
    for certificate in chain {
        e.bytes(certificate).unwrap();
    }
    e.str("authData").unwrap().bytes(data).unwrap();
    e.into_writer()
}

/// The extension that describes a key.
pub fn describing(description: &[u8]) -> Vec<u8> {
    extension(&[0x2b, 6, 1, 4, 1, 0xd6, 0x79, 2, 1, 0x11], description)
}

pub fn basic_constraints(authority: bool) -> Vec<u8> {
    let flag: &[u8] = if authority { &[1, 1, 0xff] } else { &[] };
    extension(&[0x55, 0x1d, 0x13], &tlv(0x30, flag))
}

pub fn key_usage(bits: u8, unused: u8) -> Vec<u8> {
    extension(&[0x55, 0x1d, 0x0f], &[3, 2, unused, bits])
}

pub fn extension(oid: &[u8], value: &[u8]) -> Vec<u8> {
    tlv(0x30, &[tlv(6, oid), octets(value)].concat())
}

/// An element `[number] EXPLICIT`.
pub fn numbered(number: u32, value: &[u8]) -> Vec<u8> {
    let low = |bits: u32| u8::try_from(bits & 0x7f).unwrap();
    let tag = match number {
        0..=30 => vec![0xa0 | low(number)],
        31..=127 => vec![0xbf, low(number)],
        _ => vec![0xbf, 0x80 | low(number >> 7), low(number)],
    };
    [tag, length(value.len()), value.to_vec()].concat()
}

pub fn integer(number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let zeros = bytes.iter().take(7).take_while(|byte| **byte == 0).count();
    let mut magnitude = bytes[zeros..].to_vec();
    if magnitude[0] & 0x80 != 0 {
        magnitude.insert(0, 0);
    }
    tlv(2, &magnitude)
}

pub fn set(numbers: &[u64]) -> Vec<u8> {
    tlv(0x31, &numbers.iter().flat_map(|number| integer(*number)).collect::<Vec<_>>())
}

pub fn octets(value: &[u8]) -> Vec<u8> {
    tlv(4, value)
}

fn name(common_name: &str) -> Vec<u8> {
    let part = [tlv(6, &[0x55, 4, 3]), tlv(12, common_name.as_bytes())].concat();
    tlv(0x30, &tlv(0x31, &tlv(0x30, &part)))
}

pub fn tlv(tag: u8, value: &[u8]) -> Vec<u8> {
    [vec![tag], length(value.len()), value.to_vec()].concat()
}

fn length(length: usize) -> Vec<u8> {
    let byte = |value: usize| u8::try_from(value & 0xff).unwrap();
    match length {
        0..=0x7f => vec![byte(length)],
        0x80..=0xff => vec![0x81, byte(length)],
        _ => vec![0x82, byte(length >> 8), byte(length)],
    }
}
