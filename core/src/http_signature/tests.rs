use crate::digest::Sha256;
use crate::env::{Entropy as _, random};
use crate::signer::SoftwareSigner;
use crate::testing::{Counting, software_key};

use super::*;

const NOW: UnixSecond = UnixSecond::new(1_767_578_400);
const BODY: &[u8] = br#"{"decision":"approve"}"#;

/// What stands on the wire, owned so that it can be mutated.
#[derive(Clone, Debug, PartialEq)]
struct Sent {
    method: String,
    authority: String,
    path: String,
    query: String,
    content_type: Option<String>,
    body: Option<Vec<u8>>,
    headers: Vec<(String, Vec<u8>)>,
}

impl Sent {
    fn request(&self) -> Request<'_> {
        let body = self.body.as_deref().zip(self.content_type.as_deref());
        Request {
            method: &self.method,
            authority: &self.authority,
            path: &self.path,
            query: &self.query,
            body: body.map(|(bytes, content_type)| Body { content_type, bytes }),
        }
    }

    fn header(&mut self, name: &str) -> &mut Vec<u8> {
        &mut self.headers.iter_mut().find(|(known, _)| known == name).unwrap().1
    }

    fn replace(&mut self, header: &str, from: &str, to: &str) {
        let value = String::from_utf8(self.header(header).clone()).unwrap();
        assert!(value.contains(from), "{value} has {from}");
        *self.header(header) = value.replacen(from, to, 1).into_bytes();
    }
}

fn device() -> DeviceId {
    DeviceId::from_bytes([7; 16])
}

fn sign(mut sent: Sent, key: &SoftwareSigner) -> Sent {
    let nonce = Nonce::generate(&Counting::new(5));
    let prepared = prepare(&sent.request(), NOW, nonce, device());
    let signature = key.sign_now(prepared.to_be_signed());
    let signed = prepared.assemble(&signature, &key.public_key()).unwrap();
    sent.headers.push(("signature-input".to_owned(), signed.signature_input.into_bytes()));
    sent.headers.push(("signature".to_owned(), signed.signature.into_bytes()));
    if let (Some(digest), Some(content_type)) = (signed.content_digest, &sent.content_type) {
        let content_type = content_type.clone().into_bytes();
        sent.headers.push(("content-digest".to_owned(), digest.into_bytes()));
        sent.headers.push(("content-type".to_owned(), content_type));
    }
    sent
}

fn with_body(key: &SoftwareSigner) -> Sent {
    let sent = Sent {
        method: "PUT".to_owned(),
        authority: "ky.minhtan.gov.vn".to_owned(),
        path: "/api/v1/requests/01890a5d-ac96-774b-bcce-b302099a8057/steps/1/decision".to_owned(),
        query: String::new(),
        content_type: Some("application/json".to_owned()),
        body: Some(BODY.to_vec()),
        headers: Vec::new(),
    };
    sign(sent, key)
}

fn without_body(key: &SoftwareSigner) -> Sent {
    let sent = Sent {
        method: "GET".to_owned(),
        authority: "ky.minhtan.gov.vn:8443".to_owned(),
        path: "/api/v1/sync".to_owned(),
        query: "cursor=12&checkpoint=abc%20d".to_owned(),
        content_type: None,
        body: None,
        headers: Vec::new(),
    };
    sign(sent, key)
}

fn judge(sent: &Sent, key: &SoftwareSigner) -> Result<Presented, SignatureError> {
    let headers = sent.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
    let presented = parse(&Headers::collect(headers)?)?;
    presented.verify(&sent.request(), &key.public_key(), NOW.timestamp())?;
    Ok(presented)
}

fn refused(sent: &Sent) -> SignatureError {
    judge(sent, &software_key(1)).unwrap_err()
}

#[test]
fn a_signed_request_verifies() {
    let key = software_key(1);
    for sent in [with_body(&key), without_body(&key)] {
        let presented = judge(&sent, &key).unwrap();
        assert_eq!(presented.keyid, device());
        assert_eq!(presented.created, NOW);
    }
}

// RFC 9421 appendix B.2.4, signed by others with the key of appendix B.1.3.
#[test]
fn the_signature_base_is_that_of_the_standard() {
    let digest = "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymy\
                  U0rjJuahq4l5aGgfLQ==:";
    let lines = [
        ("@status", "200"),
        ("content-type", "application/json"),
        ("content-digest", digest),
        ("content-length", "23"),
    ];
    let parameters = "(\"@status\" \"content-type\" \"content-digest\" \"content-length\")\
                      ;created=1618884473;keyid=\"test-key-ecc-p256\"";
    let base = signature_base(&lines, parameters);
    let raw = Base64::decode_vec(
        "wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==",
    )
    .unwrap();
    let spki = Base64::decode_vec(
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf\
         w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==",
    )
    .unwrap();
    let signature = signer::from_raw(&raw.try_into().unwrap()).unwrap();
    signer::verify(&signature, base.as_bytes(), &spki).unwrap();
}

// RFC 9421 sections 2.2.1, 2.2.3, 2.2.6 and 2.2.7.
#[test]
fn derived_components_are_those_of_the_standard() {
    let request = |path, query| Request {
        method: "POST",
        authority: "www.example.com",
        path,
        query,
        body: None,
    };
    let base = |path, query| {
        let base = base_of(&request(path, query), None, "()");
        String::from_utf8(base).unwrap()
    };
    assert_eq!(
        base("/path", "param=value&foo=bar&baz=bat%2Dman"),
        "\"@method\": POST\n\"@authority\": www.example.com\n\"@path\": /path\n\
         \"@query\": ?param=value&foo=bar&baz=bat%2Dman\n\"@signature-params\": ()"
    );
    assert!(base("", "").contains("\"@path\": /\n\"@query\": ?\n"));
}

#[test]
fn the_wire_form_is_the_documented_one() {
    let mut sent = with_body(&software_key(1));
    let nonce = Nonce::generate(&Counting::new(5)).to_text();
    assert_eq!(
        String::from_utf8(sent.header("signature-input").clone()).unwrap(),
        format!(
            "trien=(\"@method\" \"@authority\" \"@path\" \"@query\" \"content-digest\" \
             \"content-type\");created=1767578400;nonce=\"{nonce}\";\
             keyid=\"07070707-0707-0707-0707-070707070707\";\
             alg=\"ecdsa-p256-sha256\";tag=\"trien-device\""
        )
    );
    let digest = Base64::encode_string(Sha256::of(BODY).as_bytes());
    assert_eq!(*sent.header("content-digest"), format!("sha-256=:{digest}:").into_bytes());
}

#[test]
fn each_departure_from_the_profile_has_its_error() {
    use SignatureError as E;
    let input = "signature-input";
    let cases: &[(&str, &str, &str, E)] = &[
        (input, "trien=", "other=", E::NotOneSignature),
        (input, "trien=", "a=1, trien=", E::NotOneSignature),
        (input, "trien=(", "trien=1;a=(", E::MalformedHeader("signature-input")),
        (input, "\"@method\" ", "", E::WrongComponents),
        (input, "\"@method\"", "\"@method\";req", E::WrongComponents),
        (input, "\"@method\"", "\"@method\" \"@method\"", E::WrongComponents),
        (input, "\"@path\" \"@query\"", "\"@query\" \"@path\"", E::WrongComponents),
        (input, "\"@authority\"", "\"@target-uri\"", E::WrongComponents),
        (input, "\"content-type\"", "\"content-type\" \"date\"", E::WrongComponents),
        (input, "created=1767578400", "created=\"1\"", E::WrongParameter("created")),
        (input, ";created=1767578400", "", E::WrongParameter("created")),
        (input, ";nonce=\"", ";nonce=\"A", E::WrongParameter("nonce")),
        (input, "keyid=\"0707", "keyid=\"xyz", E::WrongParameter("keyid")),
        (input, "ecdsa-p256-sha256", "rsa-pss-sha512", E::WrongAlgorithm),
        (input, "trien-device", "trien-devices", E::WrongTag),
        (input, ";tag=", ";expires=1767578500;tag=", E::NotCanonical),
        (input, "\"@method\" ", "\"@method\"  ", E::NotCanonical),
        (input, "created=1767578400", "created=1767578401", E::WrongSignature),
        ("content-digest", "sha-256", "sha-512", E::MalformedHeader("content-digest")),
        ("content-digest", "sha-256=", "a=1, sha-256=", E::NotCanonical),
        ("content-type", "json", "cbor", E::WrongContentType),
        ("signature", "trien=", "other=", E::NotOneSignature),
        ("signature", "==:", "==:;a=1", E::NotCanonical),
    ];
    for (header, from, to, error) in cases {
        let mut sent = with_body(&software_key(1));
        sent.replace(header, from, to);
        assert_eq!(refused(&sent), *error, "{header}: {from} → {to}");
    }
}

#[test]
fn a_header_comes_exactly_once() {
    let key = software_key(1);
    for name in ["signature-input", "signature", "content-digest", "content-type"] {
        let mut twice = with_body(&key);
        let value = twice.header(name).clone();
        twice.headers.push((name.to_ascii_uppercase(), value));
        assert_eq!(refused(&twice), SignatureError::RepeatedHeader(name));

        let mut missing = with_body(&key);
        missing.headers.retain(|(known, _)| known != name);
        assert_eq!(refused(&missing), SignatureError::MissingHeader(name));
    }
}

#[test]
fn a_body_cannot_be_added_dropped_or_changed() {
    let key = software_key(1);
    let mut added = without_body(&key);
    added.body = Some(BODY.to_vec());
    added.content_type = Some("application/json".to_owned());
    assert_eq!(refused(&added), SignatureError::BodyNotCovered);

    let mut dropped = with_body(&key);
    dropped.body = None;
    assert_eq!(refused(&dropped), SignatureError::BodyNotCovered);

    let mut changed = with_body(&key);
    changed.body = Some(b"{}".to_vec());
    assert_eq!(refused(&changed), SignatureError::WrongDigest);
}

#[test]
fn a_clock_may_be_five_minutes_off() {
    let key = software_key(1);
    let sent = with_body(&key);
    let headers = sent.headers.iter().map(|(name, value)| (name.as_str(), value.as_slice()));
    let presented = parse(&Headers::collect(headers).unwrap()).unwrap();
    let verify_at =
        |now: UnixSecond| presented.verify(&sent.request(), &key.public_key(), now.timestamp());
    for seconds in [-300, 0, 300] {
        assert_eq!(verify_at(NOW.plus(-seconds)), Ok(()));
    }
    for seconds in [-301, 301] {
        assert_eq!(verify_at(NOW.plus(-seconds)), Err(SignatureError::ClockSkew { seconds }));
    }
}

#[test]
fn another_key_does_not_verify() {
    let sent = with_body(&software_key(2));
    assert_eq!(refused(&sent), SignatureError::WrongSignature);
    let key = software_key(1);
    let headers = Headers::default();
    assert_eq!(parse(&headers), Err(SignatureError::MissingHeader("signature-input")));
    let presented = judge(&with_body(&key), &key).unwrap();
    let result = presented.verify(&with_body(&key).request(), b"", NOW.timestamp());
    assert_eq!(result, Err(SignatureError::WrongKey));
}

#[test]
fn of_two_thousand_mutations_none_is_accepted() {
    let key = software_key(1);
    let other_key = software_key(2);
    let entropy = Counting::new(2000);
    let originals = [with_body(&key), without_body(&key)];
    let mut tried = 0;
    while tried < 2000 {
        let original = &originals[tried % 2];
        let mut mutated = original.clone();
        mutate(&mut mutated, &entropy);
        if mutated == *original {
            continue;
        }
        assert!(judge(&mutated, &key).is_err(), "{mutated:?}");
        assert!(judge(original, &other_key).is_err());
        tried += 1;
    }
}

fn mutate(sent: &mut Sent, entropy: &Counting) {
    let [choice, which] = random::<2>(entropy);
    let header = usize::from(which) % sent.headers.len();
    match choice % 10 {
        0 => mutate_text(&mut sent.method, entropy),
        1 => mutate_text(&mut sent.authority, entropy),
        2 => mutate_text(&mut sent.path, entropy),
        3 => mutate_text(&mut sent.query, entropy),
        4 => match &mut sent.body {
            Some(body) => mutate_bytes(body, entropy),
            None => mutate_text(&mut sent.path, entropy),
        },
        5 => drop(sent.headers.remove(header)),
        6 => {
            let again = sent.headers[header].clone();
            sent.headers.push(again);
        }
        7 => mutate_components(sent.header("signature-input"), entropy),
        _ => mutate_bytes(&mut sent.headers[header].1, entropy),
    }
}

fn mutate_components(input: &mut Vec<u8>, entropy: &Counting) {
    let text = String::from_utf8(input.clone()).unwrap();
    let (list, rest) = text.split_once(')').unwrap();
    let mut names: Vec<&str> = list.strip_prefix("trien=(").unwrap().split(' ').collect();
    let [choice, from, to] = random::<3>(entropy).map(usize::from);
    let (from, to) = (from % names.len(), to % names.len());
    match choice % 3 {
        0 => drop(names.remove(from)),
        1 => names.insert(to, names[from]),
        _ => names.swap(from, to),
    }
    *input = format!("trien=({}){rest}", names.join(" ")).into_bytes();
}

fn mutate_text(text: &mut String, entropy: &Counting) {
    let mut bytes = std::mem::take(text).into_bytes();
    mutate_bytes(&mut bytes, entropy);
    *text = String::from_utf8_lossy(&bytes).into_owned();
}

fn mutate_bytes(bytes: &mut Vec<u8>, entropy: &Counting) {
    let mut draws = [0; 3];
    entropy.fill(&mut draws);
    let [choice, at, value] = draws;
    let place = if bytes.is_empty() { 0 } else { usize::from(at) % bytes.len() };
    match choice % 4 {
        0 => bytes.insert(place, value),
        1 if !bytes.is_empty() => drop(bytes.remove(place)),
        2 => bytes.truncate(place),
        _ if !bytes.is_empty() => bytes[place] ^= 1 << (value % 8),
        _ => bytes.push(value),
    }
}
