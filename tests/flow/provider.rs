//! Signing in by an identity provider: whom it lets in, and the answers that it does not believe.

mod fake;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use trien_core::document::Text;
use trien_core::env::{Clock as _, OsEntropy};
use trien_core::id::AccountId;
use trien_core::jose::Algorithm;
use trien_core::signer::SoftwareSigner;
use trien_server::flow::FlowError;
use trien_server::flow::account::{
    self, Answered, Arrival, Awaited, Departure, Grant, IdentityProvider, IdentityStanding, Login,
    NewAccount, NewPassword, NoIdentity, Officer, Password, Role, SessionToken, SettingOut, Use,
};

use crate::account::{SENTENCE, second, set_up, sign_in};
use crate::office::Office;
use crate::on_both;
use fake::{Fake, Fault, Script, code, signed};

on_both! {
    somebody_links_the_own_account_and_signs_in,
    somebody_who_is_awaited_is_linked_at_the_first_sign_in,
    tokens_that_are_wrong_sign_nobody_in,
    a_journey_ends_once_in_time_and_in_its_own_browser,
    a_provider_that_fails_signs_nobody_in_and_is_not_asked_at_once_again,
    a_proof_at_the_provider_stands_for_the_password_once,
    a_new_key_of_the_provider_is_asked_for_once,
    what_the_office_demands_of_a_sign_in_is_looked_at,
    a_link_ends_with_its_account_and_its_removal,
    whoever_links_takes_the_own_person_from_accounts_that_only_name_it,
    one_address_does_not_fill_the_way_and_a_session_is_on_one_way,
    a_sign_in_ends_the_session_before_it,
    whoever_was_linked_at_a_provider_of_before_is_linked_anew,
}

const BACK: &str = "https://ky.example.vn/console/sign-in/provider/back";

async fn fake(office: &Office) -> (Fake, IdentityProvider) {
    let fake = Fake::start(office.clock.now().second().get()).await;
    let provider = fake.provider();
    (fake, provider)
}

async fn officer(office: &Office, token: &SessionToken) -> Officer {
    account::officer(&office.app, token, Use::Acts).await.unwrap()
}

async fn depart(office: &Office, provider: &IdentityProvider) -> Departure {
    account::depart(&office.app, provider, SettingOut::default(), BACK).await.unwrap()
}

/// The browser comes back from where `departure` sent it.
async fn arrive(
    office: &Office,
    fake: &Fake,
    provider: &IdentityProvider,
    departure: &Departure,
    claims: Value,
) -> Result<Arrival, FlowError> {
    let (asked, code) = fake.sign_in(&departure.address, claims);
    let answered = Answered { state: asked.state, code: Some(code), issuer: None };
    account::arrive(&office.app, provider, Some(&departure.browser), answered, "test").await
}

/// The whole way to sign in as `claims`.
async fn come(
    office: &Office,
    fake: &Fake,
    provider: &IdentityProvider,
    claims: Value,
) -> Result<Arrival, FlowError> {
    let departure = depart(office, provider).await;
    arrive(office, fake, provider, &departure, claims).await
}

fn no(why: NoIdentity) -> Result<Arrival, FlowError> {
    Err(FlowError::NoIdentity(why))
}

fn is_unlinked(arrival: &Result<Arrival, FlowError>) -> bool {
    matches!(arrival, Err(FlowError::NoIdentity(NoIdentity::Unlinked(_))))
}

/// The first account, linked with the subject `an`.
async fn linked(office: &Office, fake: &Fake, provider: &IdentityProvider) -> SessionToken {
    let token = set_up(office).await;
    let own = officer(office, &token).await;
    let password = Password::typed(SENTENCE);
    let departure =
        account::depart_to_link(&office.app, provider, &own, &token, password, BACK).await;
    let departure = departure.unwrap();
    let arrived = arrive(office, fake, provider, &departure, json!({ "sub": "an" })).await;
    assert_eq!(arrived, Ok(Arrival::Linked));
    token
}

async fn whoever_was_linked_at_a_provider_of_before_is_linked_anew(office: Office) {
    let (before, provider) = fake(&office).await;
    let token = linked(&office, &before, &provider).await;
    let own = officer(&office, &token).await;
    // The office has another provider now, which calls the same person otherwise.
    let (now, provider) = fake(&office).await;
    let password = Password::typed(SENTENCE);
    let departure =
        account::depart_to_link(&office.app, &provider, &own, &token, password, BACK).await;
    let departure = departure.unwrap();
    let arrived = arrive(&office, &now, &provider, &departure, json!({ "sub": "nv-an" })).await;
    assert_eq!(arrived, Ok(Arrival::Linked));
    let arrived = come(&office, &now, &provider, json!({ "sub": "nv-an" })).await;
    assert!(matches!(arrived, Ok(Arrival::SignedIn(_))), "{arrived:?}");
}

pub async fn somebody_links_the_own_account_and_signs_in(office: Office) {
    let (fake, provider) = fake(&office).await;
    let token = set_up(&office).await;
    let own = officer(&office, &token).await;
    let subject = json!({ "sub": "an", "email": "an@x.gov.vn", "email_verified": true });
    let arrival = come(&office, &fake, &provider, subject.clone()).await;
    let Err(FlowError::NoIdentity(NoIdentity::Unlinked(identity))) = arrival else {
        panic!("{arrival:?}");
    };
    assert_eq!((&*identity.subject, identity.email.as_deref()), ("an", Some("an@x.gov.vn")));

    let link = async |typed: &str| {
        let password = Password::typed(typed);
        account::depart_to_link(&office.app, &provider, &own, &token, password, BACK).await
    };
    assert_eq!(link("sai").await.unwrap_err(), FlowError::WrongPassword);
    assert_eq!(link("").await.unwrap_err(), FlowError::WrongPassword, "nothing is no password");
    // Somebody else may have signed this browser in there.
    let departure = link(SENTENCE).await.unwrap();
    let old = json!({ "sub": "evil", "auth_time": office.clock.now().second().get() - 3_600 });
    let arrived = arrive(&office, &fake, &provider, &departure, old).await;
    assert_eq!(arrived, no(NoIdentity::Untrusted));
    let departure = link(SENTENCE).await.unwrap();
    let arrived = arrive(&office, &fake, &provider, &departure, subject.clone()).await;
    assert_eq!(arrived, Ok(Arrival::Linked));
    let Ok(Arrival::SignedIn(session)) = come(&office, &fake, &provider, subject.clone()).await
    else {
        panic!("linked");
    };
    assert!(session != token, "a session of its own");
    assert_eq!(officer(&office, &session).await.account, own.account);
    let known = account::identity_of(&office.app, &provider, own.account).await.unwrap().unwrap();
    assert_eq!((&*known.known_as, known.standing), ("an", IdentityStanding::Linked));
    assert_eq!(known.used_at, Some(office.clock.now()));
    assert_eq!(link(SENTENCE).await.unwrap_err(), FlowError::NoIdentity(NoIdentity::Taken));

    // Wrong passwords keep nobody out who has proved elsewhere who that is.
    for _ in 0..6 {
        let _ = sign_in(&office, "an", "sai").await;
    }
    come(&office, &fake, &provider, subject).await.unwrap();
    let other = json!({ "sub": "An" });
    assert!(is_unlinked(&come(&office, &fake, &provider, other).await), "letter by letter");
}

/// An account that awaits somebody at the provider.
async fn awaited(
    office: &Office,
    provider: &IdentityProvider,
    by: &Officer,
    login: &str,
    who: &str,
) -> Result<AccountId, FlowError> {
    let grants = vec![Grant { unit: office.unit.id, role: Role::Auditor }];
    let new = NewAccount {
        login: Login::parse(login).unwrap(),
        name: Text::new("Trần Thị Bình").unwrap(),
        password: Password::choose(SENTENCE, login).unwrap(),
        grants,
    };
    let who = Awaited::parse(who).unwrap();
    account::create_awaited(&office.app, by, new, Some((provider, who))).await
}

async fn somebody_who_is_awaited_is_linked_at_the_first_sign_in(office: Office) {
    let (fake, provider) = fake(&office).await;
    let token = set_up(&office).await;
    let admin = officer(&office, &token).await;
    let binh = awaited(&office, &provider, &admin, "binh", " Binh@X.gov.vn").await.unwrap();
    let again = awaited(&office, &provider, &admin, "khac", "binh@x.gov.vn").await;
    assert_eq!(again, Err(FlowError::NoIdentity(NoIdentity::Taken)));
    let chi = awaited(&office, &provider, &admin, "chi", "1f2e").await.unwrap();
    let come = async |claims: Value| come(&office, &fake, &provider, claims).await;
    for stranger in [
        json!({ "sub": "b1", "email": "binh@x.gov.vn" }),
        json!({ "sub": "b1", "email": "binh@x.gov.vn", "email_verified": false }),
        json!({ "sub": "b1", "email": "binh@x.gov.vn", "email_verified": "true" }),
        json!({ "sub": "b1", "name": "Trần Thị Bình", "preferred_username": "binh" }),
        json!({ "sub": "binh@x.gov.vn" }),
        json!({ "sub": "1F2E" }),
    ] {
        assert!(is_unlinked(&come(stranger.clone()).await), "{stranger}");
    }
    let who = async |arrival: Result<Arrival, FlowError>| match arrival {
        Ok(Arrival::SignedIn(session)) => officer(&office, &session).await.account,
        other => panic!("{other:?}"),
    };
    let address = json!({ "sub": "b1", "email": "binh@X.GOV.VN", "email_verified": true });
    assert_eq!(who(come(address.clone()).await).await, binh);
    assert_eq!(who(come(json!({ "sub": "1f2e" })).await).await, chi);
    // From now on the provider's own name counts, and an address that changed hands does not.
    let heir = json!({ "sub": "b2", "email": "binh@x.gov.vn", "email_verified": true });
    assert!(is_unlinked(&come(heir).await));
    assert_eq!(who(come(json!({ "sub": "b1" })).await).await, binh);
}

/// An HS256 token whose secret is the public key, as careless verifiers take it.
fn shared_secret(script: &Script, token: String) -> String {
    let content = token.split('.').nth(1).unwrap();
    let head = code(json!({ "alg": "HS256", "kid": script.kid }).to_string().as_bytes());
    let signed = format!("{head}.{content}");
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&script.signer.public_key()).unwrap();
    mac.update(signed.as_bytes());
    format!("{signed}.{}", code(&mac.finalize().into_bytes()))
}

/// The token signed anew with another head.
fn with_head(signer: &SoftwareSigner, token: &str, head: &Value) -> String {
    use base64ct::{Base64UrlUnpadded, Encoding as _};
    let content = Base64UrlUnpadded::decode_vec(token.split('.').nth(1).unwrap()).unwrap();
    signed(signer, head, &serde_json::from_slice(&content).unwrap())
}

type Alter = fn(&mut Value);
type Forge = fn(&Script, String) -> String;

const ALTERED: &[(&str, Alter)] = &[
    ("another issuer", |it| it["iss"] = json!("https://evil.example")),
    ("the issuer with a stroke", |it| {
        it["iss"] = json!(format!("{}/", it["iss"].as_str().unwrap()))
    }),
    ("no issuer", |it| drop(it.as_object_mut().unwrap().remove("iss"))),
    ("another audience", |it| it["aud"] = json!("another")),
    ("several audiences without us", |it| it["aud"] = json!(["another", "trien2"])),
    ("several audiences and no party", |it| it["aud"] = json!(["trien", "another"])),
    ("another party", |it| it["azp"] = json!("another")),
    ("no audience", |it| it["aud"] = json!([])),
    ("another nonce", |it| it["nonce"] = json!("another")),
    ("no nonce", |it| drop(it.as_object_mut().unwrap().remove("nonce"))),
    ("expired", |it| it["exp"] = json!(it["iat"].as_i64().unwrap() - 61)),
    ("no end", |it| drop(it.as_object_mut().unwrap().remove("exp"))),
    ("an end in words", |it| it["exp"] = json!("2999-01-01")),
    ("made tomorrow", |it| it["iat"] = json!(it["iat"].as_i64().unwrap() + 86_400)),
    ("made an hour ago", |it| it["iat"] = json!(it["iat"].as_i64().unwrap() - 3_600)),
    ("not yet valid", |it| it["nbf"] = json!(it["iat"].as_i64().unwrap() + 120)),
    ("no subject", |it| drop(it.as_object_mut().unwrap().remove("sub"))),
    ("an empty subject", |it| it["sub"] = json!("")),
    ("a subject that is a number", |it| it["sub"] = json!(1)),
    ("a subject of 256 letters", |it| it["sub"] = json!("a".repeat(256))),
    ("a subject with a foreign letter", |it| it["sub"] = json!("an\u{0}")),
];

const FORGED: &[(&str, Forge)] = &[
    ("no signature", |_, token| {
        let content = token.split('.').nth(1).unwrap();
        format!("{}.{content}.", code(b"{\"alg\":\"none\"}"))
    }),
    ("an empty signature", |_, token| token[..=token.rfind('.').unwrap()].to_owned()),
    ("the public key as a shared secret", shared_secret),
    ("another key of the same name", |script, token| {
        let other = SoftwareSigner::generate(&OsEntropy);
        with_head(&other, &token, &json!({ "alg": "ES256", "kid": script.kid }))
    }),
    ("a key that nobody knows", |_, token| {
        let other = SoftwareSigner::generate(&OsEntropy);
        with_head(&other, &token, &json!({ "alg": "ES256", "kid": "z" }))
    }),
    ("the key comes with the token", |script, token| {
        let other = SoftwareSigner::generate(&OsEntropy);
        let spki = other.public_key();
        let (x, y) = spki[spki.len() - 64..].split_at(32);
        let jwk = json!({ "kty": "EC", "crv": "P-256", "x": code(x), "y": code(y) });
        with_head(&other, &token, &json!({ "alg": "ES256", "kid": script.kid, "jwk": jwk }))
    }),
    ("an algorithm of another kind of key", |script, token| {
        with_head(&script.signer, &token, &json!({ "alg": "RS256", "kid": script.kid }))
    }),
    ("an algorithm that is not allowed", |script, token| {
        with_head(&script.signer, &token, &json!({ "alg": "PS256", "kid": script.kid }))
    }),
    ("an extension that is not known", |script, token| {
        let head = json!({ "alg": "ES256", "kid": script.kid, "crit": ["exp"] });
        with_head(&script.signer, &token, &head)
    }),
    ("content of another token", |_, token| {
        let parts: Vec<&str> = token.split('.').collect();
        format!("{}.{}.{}", parts[0], code(b"{\"sub\":\"an\"}"), parts[2])
    }),
    ("a signature cut short", |_, token| token[..token.len() - 4].to_owned()),
    ("no token", |_, _| "không phải".to_owned()),
    ("a token without end", |_, token| token.repeat(300)),
];

async fn tokens_that_are_wrong_sign_nobody_in(office: Office) {
    let (fake, provider) = fake(&office).await;
    linked(&office, &fake, &provider).await;
    let an = || json!({ "sub": "an" });
    for (what, alter) in ALTERED {
        fake.tell(|script| script.alter = *alter);
        let arrival = come(&office, &fake, &provider, an()).await;
        assert_eq!(arrival, no(NoIdentity::Untrusted), "{what}");
    }
    fake.tell(|script| script.alter = |_| {});
    for (what, forge) in FORGED {
        fake.tell(|script| script.forge = *forge);
        let arrival = come(&office, &fake, &provider, an()).await;
        assert_eq!(arrival, no(NoIdentity::Untrusted), "{what}");
    }
    fake.tell(|script| script.forge = |_, token| token);
    come(&office, &fake, &provider, an()).await.unwrap();
    let several = json!({ "sub": "an", "aud": ["another", "trien"], "azp": "trien" });
    come(&office, &fake, &provider, several).await.unwrap();
}

async fn a_journey_ends_once_in_time_and_in_its_own_browser(office: Office) {
    let (fake, provider) = fake(&office).await;
    linked(&office, &fake, &provider).await;
    let an = json!({ "sub": "an" });
    let back = async |departure: &Departure, state: &str, code: Option<&str>| {
        let (state, code) = (state.to_owned(), code.map(str::to_owned));
        let answered = Answered { state, code, issuer: None };
        let browser = Some(&departure.browser);
        account::arrive(&office.app, &provider, browser, answered, "test").await
    };
    let departure = depart(&office, &provider).await;
    assert_eq!(back(&departure, "", Some("x")).await, no(NoIdentity::Late));
    let (asked, code) = fake.sign_in(&departure.address, an.clone());
    assert_eq!(asked.redirect, BACK);
    assert!(!asked.fresh);
    assert!(matches!(back(&departure, &asked.state, Some(&code)).await, Ok(Arrival::SignedIn(_))));
    assert_eq!(back(&departure, &asked.state, Some(&code)).await, no(NoIdentity::Late), "replayed");
    // The code of one journey, brought by another one.
    let first = depart(&office, &provider).await;
    let second = depart(&office, &provider).await;
    let (_, code) = fake.sign_in(&first.address, an.clone());
    let (asked, _) = fake.sign_in(&second.address, an.clone());
    assert_eq!(back(&second, &asked.state, Some(&code)).await, no(NoIdentity::Untrusted));
    // A code that was taken before.
    let departure = depart(&office, &provider).await;
    let (asked, _) = fake.sign_in(&departure.address, an.clone());
    assert_eq!(back(&departure, &asked.state, Some(&code)).await, no(NoIdentity::Untrusted));

    let mine = depart(&office, &provider).await;
    let theirs = depart(&office, &provider).await;
    let (asked, code) = fake.sign_in(&mine.address, an.clone());
    assert_eq!(back(&theirs, &asked.state, Some(&code)).await, no(NoIdentity::Late), "another's");
    assert_eq!(back(&mine, &asked.state, Some(&code)).await, no(NoIdentity::Late), "and lost");
    let departure = depart(&office, &provider).await;
    let (asked, code) = fake.sign_in(&departure.address, an.clone());
    let answered = Answered { state: asked.state, code: Some(code), issuer: None };
    let none = account::arrive(&office.app, &provider, None, answered, "test").await;
    assert_eq!(none, no(NoIdentity::Late), "no browser that set out");

    let departure = depart(&office, &provider).await;
    let (asked, code) = fake.sign_in(&departure.address, an.clone());
    office.clock.forward(300);
    assert_eq!(back(&departure, &asked.state, Some(&code)).await, no(NoIdentity::Late), "late");
    let now = office.clock.now().second().get();
    fake.tell(|script| script.now = now);
    let departure = depart(&office, &provider).await;
    let (asked, _) = fake.sign_in(&departure.address, an.clone());
    assert_eq!(back(&departure, &asked.state, None).await, no(NoIdentity::Declined));
    let departure = depart(&office, &provider).await;
    let (asked, _) = fake.sign_in(&departure.address, an.clone());
    let long = "x".repeat(5000);
    assert_eq!(back(&departure, &asked.state, Some(&long)).await, no(NoIdentity::Untrusted));

    // RFC 9207: an answer that names another provider, or none where it names itself.
    for (names_itself, issuer) in [(false, Some("https://evil.example")), (true, None)] {
        fake.tell(|script| script.names_itself = names_itself);
        let provider = fake.provider();
        let departure = depart(&office, &provider).await;
        let (asked, code) = fake.sign_in(&departure.address, an.clone());
        let issuer = issuer.map(str::to_owned);
        let answered = Answered { state: asked.state, code: Some(code), issuer };
        let browser = Some(&departure.browser);
        let arrived = account::arrive(&office.app, &provider, browser, answered, "test").await;
        assert_eq!(arrived, no(NoIdentity::Untrusted));
    }
}

async fn a_provider_that_fails_signs_nobody_in_and_is_not_asked_at_once_again(office: Office) {
    let (fake, provider) = fake(&office).await;
    linked(&office, &fake, &provider).await;
    let unreachable = FlowError::NoIdentity(NoIdentity::Unreachable);
    let wrong =
        [Fault::Redirects, Fault::TooLarge, Fault::Fails, Fault::OtherIssuer, Fault::PlainToken];
    for fault in wrong {
        fake.tell(|script| script.discovery = fault);
        let provider = fake.provider();
        let before = fake.asked("discovery");
        for _ in 0..3 {
            let departed =
                account::depart(&office.app, &provider, SettingOut::default(), BACK).await;
            assert_eq!(departed.unwrap_err(), unreachable, "{fault:?}");
        }
        assert_eq!(fake.asked("discovery"), before + 1, "{fault:?}");
        fake.tell(|script| script.discovery = Fault::None);
        office.clock.forward(10);
        account::depart(&office.app, &provider, SettingOut::default(), BACK).await.unwrap();
    }
    let now = office.clock.now().second().get();
    fake.tell(|script| script.now = now);
    for fault in [Fault::Redirects, Fault::TooLarge, Fault::Fails] {
        for what in ["keys", "token"] {
            let provider = fake.provider();
            fake.tell(|script| match what {
                "keys" => script.keys = fault,
                _ => script.token = fault,
            });
            let arrival = come(&office, &fake, &provider, json!({ "sub": "an" })).await;
            assert_eq!(arrival, no(NoIdentity::Unreachable), "{what} {fault:?}");
            fake.tell(|script| (script.keys, script.token) = (Fault::None, Fault::None));
        }
    }
    fake.tell(|script| script.token = Fault::Hangs);
    let arrival = come(&office, &fake, &provider, json!({ "sub": "an" }));
    let arrival = tokio::time::timeout(std::time::Duration::from_secs(60), arrival).await;
    assert_eq!(arrival.unwrap(), no(NoIdentity::Unreachable));
}

pub async fn a_proof_at_the_provider_stands_for_the_password_once(office: Office) {
    let (fake, provider) = fake(&office).await;
    let token = linked(&office, &fake, &provider).await;
    let own = officer(&office, &token).await;
    let other = sign_in(&office, "an", SENTENCE).await.unwrap();
    let change = async |current: &str| {
        let chosen = Password::choose("một câu khác thật là dài", "an").unwrap();
        let change = NewPassword { current: Password::typed(current), chosen };
        account::change_password(&office.app, &own, &token, change).await
    };
    let depart = async || account::depart_to_prove(&office.app, &provider, &token, BACK).await;
    let arrive = async |departure: Departure, claims: Value| {
        arrive(&office, &fake, &provider, &departure, claims).await
    };
    let now = || office.clock.now().second().get();
    assert_eq!(change("").await, Err(FlowError::WrongPassword));
    let old = json!({ "sub": "an", "auth_time": now() - 120 });
    assert_eq!(arrive(depart().await.unwrap(), old).await, no(NoIdentity::Untrusted), "not fresh");
    let unsaid = json!({ "sub": "an", "auth_time": null });
    assert_eq!(arrive(depart().await.unwrap(), unsaid).await, no(NoIdentity::Untrusted));
    let somebody = json!({ "sub": "binh" });
    assert_eq!(arrive(depart().await.unwrap(), somebody).await, no(NoIdentity::Other));
    assert_eq!(change("").await, Err(FlowError::WrongPassword));

    let departure = depart().await.unwrap();
    assert!(fake.sign_in(&departure.address, json!({})).0.fresh, "prompt and age are asked for");
    let proved = arrive(departure, json!({ "sub": "an" })).await;
    assert_eq!(proved, Ok(Arrival::Proved));
    let ended = account::officer(&office.app, &other, Use::Acts).await;
    assert_eq!(ended, Err(FlowError::Unauthenticated), "no other session uses it first");
    assert_eq!(change("").await, Ok(()));
    assert_eq!(change("").await, Err(FlowError::WrongPassword), "once");
    arrive(depart().await.unwrap(), json!({ "sub": "an" })).await.unwrap();
    office.clock.forward(300);
    assert_eq!(change("").await, Err(FlowError::WrongPassword), "in time");
}

async fn a_new_key_of_the_provider_is_asked_for_once(office: Office) {
    let (fake, provider) = fake(&office).await;
    linked(&office, &fake, &provider).await;
    let an = || json!({ "sub": "an" });
    come(&office, &fake, &provider, an()).await.unwrap();
    assert_eq!((fake.asked("keys"), fake.asked("discovery")), (1, 1), "they are kept");
    let later = |seconds| {
        office.clock.forward(seconds);
        let now = office.clock.now().second().get();
        fake.tell(|script| script.now = now);
    };
    fake.tell(|script| {
        script.signer = SoftwareSigner::generate(&OsEntropy);
        script.kid = "b";
    });
    let at_once = come(&office, &fake, &provider, an()).await;
    assert_eq!((at_once, fake.asked("keys")), (no(NoIdentity::Untrusted), 1), "asked just now");
    later(10);
    come(&office, &fake, &provider, an()).await.unwrap();
    assert_eq!(fake.asked("keys"), 2);
    fake.tell(|script| script.forge = FORGED[4].1);
    later(10);
    for _ in 0..3 {
        assert_eq!(come(&office, &fake, &provider, an()).await, no(NoIdentity::Untrusted));
    }
    assert_eq!(fake.asked("keys"), 3, "once in ten seconds");
    // Keys that cannot be had are not asked for at once again, and those that are kept still count.
    later(10);
    fake.tell(|script| script.keys = Fault::Fails);
    for _ in 0..3 {
        assert_eq!(come(&office, &fake, &provider, an()).await, no(NoIdentity::Unreachable));
    }
    assert_eq!(fake.asked("keys"), 4);
    fake.tell(|script| {
        script.keys = Fault::None;
        script.forge = |_, token| token;
    });
    come(&office, &fake, &provider, an()).await.unwrap();
    later(3600);
    come(&office, &fake, &provider, an()).await.unwrap();
    assert_eq!(fake.asked("discovery"), 2, "an hour at most");
}

async fn what_the_office_demands_of_a_sign_in_is_looked_at(office: Office) {
    let (fake, provider) = fake(&office).await;
    linked(&office, &fake, &provider).await;
    let mut settings = fake.settings();
    settings.acr = vec!["gold".to_owned(), "silver".to_owned()];
    settings.amr = vec!["otp".to_owned()];
    let strict = fake.with(settings.clone());
    let departure = depart(&office, &strict).await;
    assert!(departure.address.contains("acr_values=gold+silver"), "{}", departure.address);
    for wrong in [
        json!({ "sub": "an" }),
        json!({ "sub": "an", "acr": "bronze", "amr": ["otp"] }),
        json!({ "sub": "an", "acr": "gold", "amr": ["pwd"] }),
        json!({ "sub": "an", "acr": "gold" }),
        json!({ "sub": "an", "acr": "gold silver", "amr": ["otp"] }),
    ] {
        let arrival = come(&office, &fake, &strict, wrong.clone()).await;
        assert_eq!(arrival, no(NoIdentity::Untrusted), "{wrong}");
    }
    let right = json!({ "sub": "an", "acr": "silver", "amr": ["pwd", "otp"] });
    come(&office, &fake, &strict, right).await.unwrap();
    settings.algorithms = vec![Algorithm::Rs256];
    let other = fake.with(settings);
    let right = json!({ "sub": "an", "acr": "gold", "amr": ["otp"] });
    assert_eq!(come(&office, &fake, &other, right).await, no(NoIdentity::Untrusted));
}

pub async fn a_link_ends_with_its_account_and_its_removal(office: Office) {
    let (fake, provider) = fake(&office).await;
    let token = linked(&office, &fake, &provider).await;
    let own = officer(&office, &token).await;
    // One person there, one account here.
    second(&office, &own).await;
    let theirs = sign_in(&office, "binh", SENTENCE).await.unwrap();
    let binh = officer(&office, &theirs).await;
    let link = async |officer: &Officer, token: &SessionToken| {
        let password = Password::typed(SENTENCE);
        account::depart_to_link(&office.app, &provider, officer, token, password, BACK).await
    };
    let departure = link(&binh, &theirs).await.unwrap();
    let taken = arrive(&office, &fake, &provider, &departure, json!({ "sub": "an" })).await;
    assert_eq!(taken, no(NoIdentity::Taken));
    // A session that ended on the way links nothing.
    let departure = link(&binh, &theirs).await.unwrap();
    account::sign_out(&office.app, &theirs).await.unwrap();
    let gone = arrive(&office, &fake, &provider, &departure, json!({ "sub": "binh" })).await;
    assert_eq!(gone, Err(FlowError::Unauthenticated));
    assert!(is_unlinked(&come(&office, &fake, &provider, json!({ "sub": "binh" })).await));

    account::unlink(&office.app, &own).await.unwrap();
    assert!(is_unlinked(&come(&office, &fake, &provider, json!({ "sub": "an" })).await));
    let theirs = sign_in(&office, "binh", SENTENCE).await.unwrap();
    let departure = link(&binh, &theirs).await.unwrap();
    arrive(&office, &fake, &provider, &departure, json!({ "sub": "binh" })).await.unwrap();
    let why = Text::new("chuyển công tác").unwrap();
    account::end(&office.app, &own, binh.account, why).await.unwrap();
    assert!(is_unlinked(&come(&office, &fake, &provider, json!({ "sub": "binh" })).await));
}

async fn whoever_links_takes_the_own_person_from_accounts_that_only_name_it(office: Office) {
    let (fake, provider) = fake(&office).await;
    let token = set_up(&office).await;
    let own = officer(&office, &token).await;
    let squatted = awaited(&office, &provider, &own, "mot", "an").await.unwrap();
    let too = awaited(&office, &provider, &own, "hai", "an@x.gov.vn").await.unwrap();
    let known = async |id| account::identity_of(&office.app, &provider, id).await.unwrap();
    assert_eq!(known(squatted).await.unwrap().standing, IdentityStanding::Awaited);
    // What somebody wrote is no proof that stands for a password.
    let theirs = sign_in(&office, "mot", SENTENCE).await.unwrap();
    let departure = account::depart_to_prove(&office.app, &provider, &theirs, BACK).await.unwrap();
    let proved = arrive(&office, &fake, &provider, &departure, json!({ "sub": "an" })).await;
    assert_eq!(proved, no(NoIdentity::Other));

    let link = async || {
        let password = Password::typed(SENTENCE);
        let departure =
            account::depart_to_link(&office.app, &provider, &own, &token, password, BACK).await;
        let claims = json!({ "sub": "an", "email": "an@x.gov.vn", "email_verified": true });
        arrive(&office, &fake, &provider, &departure?, claims).await
    };
    assert_eq!(link().await, Ok(Arrival::Linked));
    assert_eq!((known(squatted).await, known(too).await), (None, None));
    assert_eq!(known(own.account).await.unwrap().standing, IdentityStanding::Linked);
    let arrived = come(&office, &fake, &provider, json!({ "sub": "an" })).await;
    let Ok(Arrival::SignedIn(session)) = arrived else { panic!("{arrived:?}") };
    assert_eq!(officer(&office, &session).await.account, own.account);
}

async fn one_address_does_not_fill_the_way_and_a_session_is_on_one_way(office: Office) {
    let (fake, provider) = fake(&office).await;
    let token = linked(&office, &fake, &provider).await;
    let from = async |address: [u8; 4]| {
        let setting_out = SettingOut { address: Some(address.into()), earlier: None };
        account::depart(&office.app, &provider, setting_out, BACK).await
    };
    let first = from([10, 0, 0, 1]).await.unwrap();
    let mut more = 0;
    while from([10, 0, 0, 1]).await.is_ok() {
        more += 1;
    }
    assert_eq!(more, 299);
    assert_eq!(from([10, 0, 0, 1]).await.unwrap_err(), FlowError::TooManyGuesses);
    from([10, 0, 0, 2]).await.unwrap();
    let arrived = arrive(&office, &fake, &provider, &first, json!({ "sub": "an" })).await;
    assert!(matches!(arrived, Ok(Arrival::SignedIn(_))), "{arrived:?}");
    from([10, 0, 0, 1]).await.unwrap();

    let prove = async || account::depart_to_prove(&office.app, &provider, &token, BACK).await;
    let (before, after) = (prove().await.unwrap(), prove().await.unwrap());
    let arrive = async |departure| {
        arrive(&office, &fake, &provider, departure, json!({ "sub": "an" })).await
    };
    assert_eq!(arrive(&before).await, no(NoIdentity::Late));
    assert_eq!(arrive(&after).await, Ok(Arrival::Proved));
}

async fn a_sign_in_ends_the_session_before_it(office: Office) {
    let (fake, provider) = fake(&office).await;
    let token = linked(&office, &fake, &provider).await;
    let setting_out = SettingOut { address: None, earlier: Some(token.clone()) };
    let departure = account::depart(&office.app, &provider, setting_out, BACK).await.unwrap();
    officer(&office, &token).await;
    let arrived = arrive(&office, &fake, &provider, &departure, json!({ "sub": "an" })).await;
    let Ok(Arrival::SignedIn(session)) = arrived else { panic!("{arrived:?}") };
    officer(&office, &session).await;
    let ended = account::officer(&office.app, &token, Use::Acts).await;
    assert_eq!(ended, Err(FlowError::Unauthenticated));
}
