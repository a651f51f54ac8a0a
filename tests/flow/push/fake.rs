//! Push services that say what a script tells them to, and look closely at what they are sent.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use base64ct::{Base64UrlUnpadded, Encoding as _};
use hyper::body::Incoming;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use p256::{ProjectivePoint, PublicKey, SecretKey};
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hmac;
use ring::signature::{ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::{Value, json};
use trien_core::env::{Clock as _, OsEntropy, random};
use trien_core::push::{PushAddress, Subscription, WakeUp};
use trien_core::wire::Base64;

use super::line::{Authority, Break, openssl, serve};
use crate::office::TestClock;

pub const PROJECT: &str = "trien-test";
pub const EMAIL: &str = "push@trien-test.iam.example";
pub const KEY_ID: &str = "ABCDE12345";
pub const TEAM: &str = "TEAM123456";
pub const TOPIC: &str = "vn.example.trien";

/// What stands in the place of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    GoAway,
    Close,
    Stall,
    /// Takes it, but not at once.
    Late,
    Gone,
    TooMany,
    ResetMidBody,
    Fails,
    /// Access to the service is refused (FCM's OAuth alone).
    NoAccess,
}

/// Faults in the share of a hundred.
pub struct Script {
    pub percent: u64,
    pub faults: &'static [Fault],
    seed: u64,
}

pub const ALL: &[Fault] = &[
    Fault::GoAway,
    Fault::Close,
    Fault::Stall,
    Fault::Gone,
    Fault::TooMany,
    Fault::ResetMidBody,
    Fault::Fails,
];

impl Script {
    pub fn of(percent: u64, faults: &'static [Fault]) -> Self {
        Self { percent, faults, seed: 0x9e37_79b9_7f4a_7c15 }
    }

    fn next(&mut self) -> Fault {
        // xorshift64*
        self.seed ^= self.seed >> 12;
        self.seed ^= self.seed << 25;
        self.seed ^= self.seed >> 27;
        let drawn = self.seed.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32;
        if drawn % 100 >= self.percent || self.faults.is_empty() {
            return Fault::None;
        }
        self.faults[usize::try_from(drawn / 100).unwrap() % self.faults.len()]
    }
}

/// What was seen.
#[derive(Default)]
pub struct Seen {
    /// Where in the order of all events each token was last taken.
    pub taken: HashMap<String, u64>,
    /// How often each was woken aloud, and when, in milliseconds.
    pub loud: HashMap<String, Vec<i64>>,
    pub silent: u64,
    pub events: u64,
    /// Tokens that were told to be gone.
    pub gone: HashSet<String>,
    /// Of these, tokens that the office noted as dead.
    pub buried: HashSet<String>,
    /// Wake-ups for them afterwards.
    pub to_the_dead: u64,
    /// Wake-ups for a token that is gone, where the answer that said so may have been lost.
    pub told_again: u64,
    /// Connections that were broken.
    pub breaks: u64,
    /// What was wrong with what was sent.
    pub faults: Vec<String>,
    /// Everything that was sent, headers too, and opened where it was sealed.
    pub bytes: Vec<u8>,
    pub nonces: HashSet<String>,
    /// Moments at which APNs' tokens were made, and access to FCM was given.
    pub apns_tokens: Vec<i64>,
    pub fcm_access: Vec<(i64, String)>,
}

struct State {
    clock: Arc<TestClock>,
    script: Mutex<Script>,
    /// What happens to those who ask for access to FCM.
    access: Mutex<Script>,
    seen: Mutex<Seen>,
    subscriptions: Mutex<HashMap<String, (SecretKey, [u8; 16])>>,
    vapid: Mutex<Vec<u8>>,
    fcm_key: Vec<u8>,
    apns_key: Vec<u8>,
    origin: Mutex<String>,
}

#[derive(Clone)]
pub struct Fake {
    pub origin: String,
    pub authority: Arc<Authority>,
    state: Arc<State>,
}

impl Fake {
    pub async fn start(clock: Arc<TestClock>) -> Self {
        let authority = Arc::new(Authority::new());
        let folder = authority.path("");
        let rsa = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
        openssl(&folder, &[&rsa[..], &["-out", "fcm.key"]].concat());
        let public = ["rsa", "-in", "fcm.key", "-RSAPublicKey_out", "-outform", "DER"];
        let fcm_key = openssl(&folder, &public);
        let ec = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
        openssl(&folder, &[&ec[..], &["-out", "apns.p8"]].concat());
        let public = ["pkey", "-in", "apns.p8", "-pubout", "-outform", "DER"];
        let spki = openssl(&folder, &public);
        let apns_key = spki[spki.len() - 65..].to_vec();
        let state = Arc::new(State {
            clock,
            script: Mutex::new(Script::of(0, &[])),
            access: Mutex::new(Script::of(0, &[])),
            seen: Mutex::default(),
            subscriptions: Mutex::default(),
            vapid: Mutex::default(),
            fcm_key,
            apns_key,
            origin: Mutex::default(),
        });
        let of = Arc::clone(&state);
        let origin = serve(&authority, move |request| answer(Arc::clone(&of), request)).await;
        origin.trim_end_matches('/').clone_into(&mut state.origin.lock().unwrap());
        let account = json!({
            "type": "service_account",
            "project_id": PROJECT,
            "client_email": EMAIL,
            "private_key_id": "k1",
            "private_key": std::fs::read_to_string(authority.path("fcm.key")).unwrap(),
            "token_uri": format!("{origin}token"),
        });
        std::fs::write(authority.path("fcm.json"), account.to_string()).unwrap();
        Self { origin, authority, state }
    }

    pub fn follow(&self, script: Script) {
        *self.state.script.lock().unwrap() = script;
    }

    /// What becomes of those who ask for access to FCM from now on.
    pub fn grant(&self, script: Script) {
        *self.state.access.lock().unwrap() = script;
    }

    pub fn expect_vapid(&self, key: &[u8]) {
        key.clone_into(&mut self.state.vapid.lock().unwrap());
    }

    pub fn seen(&self) -> std::sync::MutexGuard<'_, Seen> {
        self.state.seen.lock().unwrap()
    }

    /// Where in the order of all events a token was last taken.
    pub fn taken(&self, token: &str) -> Option<u64> {
        self.seen().taken.get(token).copied()
    }

    /// The office has noted that a token is dead.
    pub fn bury(&self, token: &str) {
        self.seen().buried.insert(token.to_owned());
    }

    /// How often a token was woken aloud.
    pub fn loud(&self, token: &str) -> usize {
        self.seen().loud.get(token).map_or(0, Vec::len)
    }

    /// The next number in the order of all events.
    pub fn tick(&self) -> u64 {
        let mut seen = self.seen();
        seen.events += 1;
        seen.events
    }

    /// A new subscription, as a distributor of UnifiedPush makes it for an app; gives its token too.
    pub fn subscribe(&self) -> (String, PushAddress) {
        let (token, subscription) = self.subscription();
        (token, PushAddress::Unifiedpush(subscription))
    }

    /// The same of a browser's push service.
    pub fn subscribe_web(&self) -> (String, PushAddress) {
        let (token, subscription) = self.subscription();
        (token, PushAddress::Webpush(subscription))
    }

    fn subscription(&self) -> (String, Subscription) {
        let token = hex::encode(random::<16>(&OsEntropy));
        let secret = SecretKey::from_slice(&random::<32>(&OsEntropy)).unwrap();
        let auth = random::<16>(&OsEntropy);
        let p256dh = secret.public_key().to_sec1_point(false).as_bytes().to_vec();
        let endpoint = format!("{}up/{token}", self.origin);
        self.state.subscriptions.lock().unwrap().insert(token.clone(), (secret, auth));
        let auth = Base64(auth.to_vec());
        (token, Subscription { endpoint, p256dh: Base64(p256dh), auth })
    }

    /// A new token of FCM or APNs.
    pub fn token() -> String {
        hex::encode(random::<32>(&OsEntropy))
    }
}

type Answered = (Break, Response<Body>);

fn plain(status: u16, body: String) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap();
    Response::builder().status(status).body(Body::from(body)).unwrap()
}

async fn answer(state: Arc<State>, request: Request<Incoming>) -> Answered {
    let (parts, body) = request.into_parts();
    // Whoever ran out of patience took the rest of the message away: nothing is there to be judged.
    let Ok(body) = to_bytes(Body::new(body), 1 << 16).await else {
        return (Break::No, plain(400, String::new()));
    };
    let path = parts.uri.path().to_owned();
    {
        let mut seen = state.seen.lock().unwrap();
        seen.bytes.extend_from_slice(path.as_bytes());
        for (name, value) in &parts.headers {
            seen.bytes.extend_from_slice(name.as_str().as_bytes());
            seen.bytes.extend_from_slice(value.as_bytes());
        }
        seen.bytes.extend_from_slice(&body);
    }
    if path == "/token" {
        let fault = state.access.lock().unwrap().next();
        return refuse_access(&state, &body, fault).await;
    }
    let checked = match path.strip_prefix("/up/") {
        Some(token) => web(&state, token, &parts.headers, &body),
        None => match path.strip_prefix("/3/device/") {
            Some(token) => apns(&state, token, &parts.headers, &body),
            None => fcm(&state, &path, &parts.headers, &body),
        },
    };
    let sent = match checked {
        Ok(sent) => sent,
        Err((status, why)) => {
            state.seen.lock().unwrap().faults.push(format!("{path}: {why}"));
            return (Break::No, plain(status, why));
        }
    };
    let fault = state.script.lock().unwrap().next();
    play(&state, &sent, fault).await
}

/// A wake-up that is right in all that was looked at.
struct Sent {
    service: Service,
    token: String,
    loud: bool,
    wake_up: WakeUp,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Service {
    Web,
    Fcm,
    Apns,
}

async fn play(state: &State, sent: &Sent, fault: Fault) -> Answered {
    {
        let mut seen = state.seen.lock().unwrap();
        seen.to_the_dead += u64::from(seen.buried.contains(&sent.token));
        if seen.gone.contains(&sent.token) {
            seen.told_again += 1;
            return (Break::No, gone(sent.service));
        }
        seen.breaks += u64::from(matches!(fault, Fault::GoAway | Fault::Close));
    }
    match fault {
        Fault::GoAway => (Break::GoAway, plain(200, String::new())),
        Fault::Close => (Break::Close, plain(200, String::new())),
        Fault::Stall => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            (Break::No, plain(200, String::new()))
        }
        Fault::Gone => {
            state.seen.lock().unwrap().gone.insert(sent.token.clone());
            (Break::No, gone(sent.service))
        }
        Fault::TooMany => {
            let mut response = plain(429, "{}".to_owned());
            response.headers_mut().insert("retry-after", "7".parse().unwrap());
            (Break::No, response)
        }
        Fault::ResetMidBody => {
            let parts = [Ok("{\"name\":"), Err(std::io::Error::other("reset"))];
            let body = Body::from_stream(futures_util::stream::iter(parts));
            (Break::No, Response::builder().status(200).body(body).unwrap())
        }
        Fault::Fails | Fault::NoAccess => (Break::No, plain(500, "oops".to_owned())),
        Fault::None | Fault::Late => {
            if fault == Fault::Late {
                tokio::time::sleep(Duration::from_millis(1500)).await;
            }
            let now = state.clock.now().as_millis();
            let mut seen = state.seen.lock().unwrap();
            seen.events += 1;
            let event = seen.events;
            seen.taken.insert(sent.token.clone(), event);
            if sent.loud {
                seen.loud.entry(sent.token.clone()).or_default().push(now);
            } else {
                seen.silent += 1;
            }
            if !seen.nonces.insert(sent.wake_up.n.clone()) {
                seen.faults.push("a nonce came twice".to_owned());
            }
            let status = if sent.service == Service::Web { 201 } else { 200 };
            (Break::No, plain(status, "{}".to_owned()))
        }
    }
}

fn gone(service: Service) -> Response<Body> {
    match service {
        Service::Web => plain(410, String::new()),
        Service::Apns => plain(410, json!({ "reason": "Unregistered" }).to_string()),
        Service::Fcm => {
            let details = json!([{ "errorCode": "UNREGISTERED" }]);
            let error = json!({ "code": 404, "status": "NOT_FOUND", "details": details });
            plain(404, json!({ "error": error }).to_string())
        }
    }
}

type Checked<T> = Result<T, (u16, String)>;

fn bad<T>(status: u16, why: &str) -> Checked<T> {
    Err((status, why.to_owned()))
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Claims and header of a token whose signature is right.
fn token_of(
    token: &str,
    algorithm: &str,
    key: &UnparsedPublicKey<Vec<u8>>,
) -> Checked<(Value, Value)> {
    let decode = |part: &str| Base64UrlUnpadded::decode_vec(part).unwrap_or_default();
    let Some((signed, signature)) = token.rsplit_once('.') else { return bad(403, "no token") };
    let (header, claims) = signed.split_once('.').unwrap_or_default();
    if key.verify(signed.as_bytes(), &decode(signature)).is_err() {
        return bad(403, "a wrong signature");
    }
    let json = |part: &str| serde_json::from_slice::<Value>(&decode(part)).unwrap_or_default();
    let (header, claims) = (json(header), json(claims));
    if header["alg"] == algorithm { Ok((header, claims)) } else { bad(403, "another algorithm") }
}

fn sound(wake_up: Option<WakeUp>) -> Checked<WakeUp> {
    let Some(wake_up) = wake_up else { return bad(400, "no wake-up") };
    let nonce = Base64UrlUnpadded::decode_vec(&wake_up.n).unwrap_or_default();
    match (wake_up.v, wake_up.t.as_str(), nonce.len()) {
        (1, "sync", 16) => Ok(wake_up),
        _ => bad(400, "another wake-up"),
    }
}

fn web(state: &State, token: &str, headers: &HeaderMap, body: &[u8]) -> Checked<Sent> {
    let authorization = header(headers, "authorization");
    let parts = authorization.strip_prefix("vapid t=").and_then(|it| it.split_once(", k="));
    let Some((jwt, key)) = parts else { return bad(401, "no VAPID") };
    let key = Base64UrlUnpadded::decode_vec(key).unwrap_or_default();
    if key != *state.vapid.lock().unwrap() {
        return bad(403, "another key than the subscription's");
    }
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key);
    let (_, claims) = token_of(jwt, "ES256", &key)?;
    let now = state.clock.now().second().get();
    let until = claims["exp"].as_i64().unwrap_or_default();
    if claims["aud"] != *state.origin.lock().unwrap() || until <= now || until > now + 86_400 {
        return bad(403, "a token for another service, or too old or long");
    }
    if !claims["sub"].as_str().is_some_and(|sub| sub.starts_with("http")) {
        return bad(403, "nobody to ask");
    }
    if header(headers, "ttl").parse::<u32>().is_err() || header(headers, "topic") != "sync" {
        return bad(400, "no TTL, or another topic");
    }
    if header(headers, "content-encoding") != "aes128gcm" {
        return bad(415, "another encoding");
    }
    let subscriptions = state.subscriptions.lock().unwrap();
    let Some((secret, auth)) = subscriptions.get(token) else { return bad(404, "a stranger") };
    let Some(message) = decrypt(secret, auth, body) else { return bad(400, "not for the phone") };
    state.seen.lock().unwrap().bytes.extend_from_slice(&message);
    let wake_up = sound(serde_json::from_slice(&message).ok())?;
    let loud = header(headers, "urgency") == "high";
    Ok(Sent { service: Service::Web, token: token.to_owned(), loud, wake_up })
}

/// RFC 8291 from the other side, by HMAC alone.
pub fn decrypt(secret: &SecretKey, auth: &[u8], body: &[u8]) -> Option<Vec<u8>> {
    let mac = |key: &[u8], parts: &[&[u8]]| {
        hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &parts.concat()).as_ref().to_vec()
    };
    let (salt, rest) = body.split_at_checked(16)?;
    let (size, rest) = rest.split_at_checked(4)?;
    let (sender, sealed) = rest.get(1..)?.split_at_checked(usize::from(*rest.first()?))?;
    let size = u32::from_be_bytes(size.try_into().ok()?);
    if sealed.len() > usize::try_from(size).ok()? {
        return None;
    }
    let theirs = PublicKey::from_sec1_bytes(sender).ok()?;
    let shared = ProjectivePoint::from(*theirs.as_affine()) * *secret.to_nonzero_scalar();
    let shared = shared.to_affine().to_sec1_point(true);
    let own = secret.public_key().to_sec1_point(false);
    let prk = mac(auth, &[&shared.as_bytes()[1..]]);
    let ikm = mac(&prk, &[b"WebPush: info\0", own.as_bytes(), sender, &[1]]);
    let prk = mac(salt, &[&ikm]);
    let key = mac(&prk, &[b"Content-Encoding: aes128gcm\0", &[1]]);
    let nonce = mac(&prk, &[b"Content-Encoding: nonce\0", &[1]]);
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key[..16]).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(&nonce[..12]).ok()?;
    let mut sealed = sealed.to_vec();
    let opened = key.open_in_place(nonce, Aad::empty(), &mut sealed).ok()?;
    let end = opened.iter().rposition(|byte| *byte != 0)?;
    (opened[end] == 2).then(|| opened[..end].to_vec())
}

async fn refuse_access(state: &State, body: &[u8], fault: Fault) -> Answered {
    match fault {
        Fault::None => (Break::No, grant(state, body)),
        Fault::Stall => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            (Break::No, plain(200, String::new()))
        }
        Fault::NoAccess => (Break::No, plain(401, "{\"error\":\"invalid_client\"}".to_owned())),
        Fault::Close => (Break::Close, plain(200, String::new())),
        _ => (Break::No, plain(500, "oops".to_owned())),
    }
}

fn grant(state: &State, body: &[u8]) -> Response<Body> {
    let form = String::from_utf8_lossy(body).into_owned();
    let word = form.rsplit_once("assertion=").map_or("", |(_, word)| word);
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, state.fcm_key.clone());
    let checked = token_of(word, "RS256", &key).and_then(|(_, claims)| {
        let now = state.clock.now().second().get();
        let iat = claims["iat"].as_i64().unwrap_or_default();
        let aud = format!("{}/token", state.origin.lock().unwrap());
        let right = claims["iss"] == EMAIL
            && claims["aud"] == aud
            && claims["scope"] == "https://www.googleapis.com/auth/firebase.messaging"
            && (now - 60..=now).contains(&iat)
            && claims["exp"].as_i64().is_some_and(|exp| exp > now && exp <= iat + 3600);
        if right { Ok(now) } else { bad(400, "other claims") }
    });
    let mut seen = state.seen.lock().unwrap();
    match checked {
        Ok(now) => {
            let access = format!("access-{}", seen.fcm_access.len());
            seen.fcm_access.push((now, access.clone()));
            plain(200, json!({ "access_token": access, "expires_in": 3600 }).to_string())
        }
        Err((status, why)) => {
            seen.faults.push(format!("/token: {why}"));
            plain(status, json!({ "error": "invalid_grant" }).to_string())
        }
    }
}

fn fcm(state: &State, path: &str, headers: &HeaderMap, body: &[u8]) -> Checked<Sent> {
    if path != format!("/v1/projects/{PROJECT}/messages:send") {
        return bad(404, "another project");
    }
    let now = state.clock.now().second().get();
    let access = header(headers, "authorization").strip_prefix("Bearer ").unwrap_or_default();
    let given = state.seen.lock().unwrap().fcm_access.clone();
    if !given.iter().any(|(at, token)| token == access && now < at + 3600) {
        return bad(401, "no access");
    }
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let message = &json["message"];
    let (data, android) = (&message["data"], &message["android"]);
    if android["collapse_key"] != "sync" || android["ttl"] != "86400s" {
        return bad(400, "no collapse key or lifetime");
    }
    if android["restricted_package_name"] != "vn.example.trien"
        || json.get("notification").is_some()
    {
        return bad(400, "another app, or words");
    }
    let text = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
    let wake_up = WakeUp { v: text("v").parse().unwrap_or(0), t: text("t"), n: text("n") };
    if data.as_object().is_none_or(|data| data.len() != 3) {
        return bad(400, "more data than a wake-up");
    }
    let token = message["token"].as_str().unwrap_or_default().to_owned();
    let loud = android["priority"] == "HIGH";
    Ok(Sent { service: Service::Fcm, token, loud, wake_up: sound(Some(wake_up))? })
}

fn apns(state: &State, token: &str, headers: &HeaderMap, body: &[u8]) -> Checked<Sent> {
    let jwt = header(headers, "authorization").strip_prefix("bearer ").unwrap_or_default();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, state.apns_key.clone());
    let (head, claims) = token_of(jwt, "ES256", &key)?;
    if head["kid"] != KEY_ID || claims["iss"] != TEAM {
        return bad(403, "another key or team");
    }
    let now = state.clock.now().second().get();
    let iat = claims["iat"].as_i64().unwrap_or_default();
    if !(now - 3600..=now).contains(&iat) {
        return bad(403, "ExpiredProviderToken");
    }
    {
        let mut seen = state.seen.lock().unwrap();
        if !seen.apns_tokens.contains(&iat) {
            if seen.apns_tokens.last().is_some_and(|last| iat - last < 1200) {
                return bad(429, "TooManyProviderTokenUpdates");
            }
            seen.apns_tokens.push(iat);
        }
    }
    let until: i64 = header(headers, "apns-expiration").parse().unwrap_or_default();
    if header(headers, "apns-topic") != TOPIC || header(headers, "apns-collapse-id") != "sync" {
        return bad(400, "another app, or no collapse id");
    }
    if until <= now || until > now + 30 * 86_400 {
        return bad(400, "another lifetime");
    }
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let kind = (header(headers, "apns-push-type"), header(headers, "apns-priority"));
    let loud = match kind {
        _ if json["aps"]["content-available"] != 1 => return bad(400, "the app is not woken"),
        ("alert", "10") if json["aps"]["alert"].get("loc-key").is_some() => true,
        ("background", "5") => false,
        _ => return bad(400, "another kind or priority"),
    };
    let mut rest = json.clone();
    if let Some(object) = rest.as_object_mut() {
        object.remove("aps");
    }
    let wake_up = sound(serde_json::from_value(rest).ok())?;
    Ok(Sent { service: Service::Apns, token: token.to_owned(), loud, wake_up })
}
