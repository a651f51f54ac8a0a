//! What others learn of the office's certificates: openssl asks the responder and reads the lists.

use axum::body::{Body, to_bytes};
use base64ct::{Base64, Encoding as _};
use http::{Request, StatusCode};
use trien_core::certificate::{Certificate, OcspResponse, Reason, State};

use crate::founded::{Founded, get};
use crate::office::{AUTHORITY, Office};

#[test]
fn openssl_learns_at_once_what_was_done_to_a_certificate() {
    let office = Founded::new(tempfile::tempdir().unwrap(), &[], &[]);
    let _server = office.serve();
    let phone = office.enroll("Nguyễn Văn An");
    office.write_chain(&phone);
    let (_, text) = office.other("openssl", &["x509", "-in", "person.pem", "-noout", "-ocsp_uri"]);
    assert_eq!(text.trim(), format!("{}/api/v1/ocsp", office.origin()));
    assert_eq!(office.openssl_verifies(), (true, "person.pem: OK\n".to_owned()));
    let asks = |expected: &str| {
        // With a nonce, which openssl compares, and without.
        for more in [&[][..], &["-no_nonce"]] {
            let (_, said) = office.openssl_asks(more);
            assert!(said.contains("Response verify OK"), "{said}");
            assert!(!said.contains("WARNING"), "{said}");
            assert!(said.contains(&format!("person.pem: {expected}")), "{said}");
        }
    };
    asks("good");
    office.trien(&["device", "suspend", &phone.device]);
    asks("revoked\n\tThis Update");
    let (_, said) = office.openssl_asks(&[]);
    assert!(said.contains("certificateHold"), "{said}");
    office.trien(&["device", "resume", &phone.device]);
    asks("good");
    office.trien(&["device", "revoke", &phone.device, "--reason", "affiliation-changed"]);
    asks("revoked");
    let (_, said) = office.openssl_asks(&[]);
    assert!(said.contains("affiliationChanged"), "{said}");
    let (good, said) = office.openssl_verifies();
    assert!(!good && said.contains("certificate revoked"), "{said}");

    // Of a number that was never given, and of the root's own certificate.
    let url = format!("{}/api/v1/ocsp", office.origin());
    let trust = ["-url", &url, "-CAfile", "root.pem", "-verify_other", "issuing.pem"];
    let ask = ["ocsp", "-issuer", "issuing.pem", "-serial", "0x1234"];
    let (_, said) = office.other("openssl", &[&ask[..], &trust].concat());
    assert!(said.contains("0x1234: unknown"), "{said}");
    let ask = ["ocsp", "-issuer", "root.pem", "-cert", "issuing.pem"];
    let (_, said) = office.other("openssl", &[&ask[..], &trust].concat());
    assert!(said.contains("unauthorized"), "{said}");

    // The request in the address, and what trien itself makes of the answer.
    let ask = ["ocsp", "-issuer", "issuing.pem", "-cert", "person.pem", "-no_nonce"];
    let (made, said) = office.other("openssl", &[&ask[..], &["-reqout", "ask.der"]].concat());
    assert!(made, "{said}");
    let ask = Base64::encode_string(&std::fs::read(office.path("ask.der")).unwrap());
    let ask = ask.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let answer = OcspResponse::parse(&get(&format!("{url}/{ask}"))).unwrap();
    let read = |name: &str| {
        let pem = std::fs::read_to_string(office.path(name)).unwrap();
        Certificate::parse_pem(&pem).unwrap().remove(0)
    };
    let (person, issuing) = (read("person.pem"), read("issuing.pem"));
    let state = answer.about(&person, &issuing).unwrap().statement.state;
    assert!(
        matches!(state, State::Revoked { reason: Reason::AffiliationChanged, .. }),
        "{state:?}"
    );
}

/// `trien authority revoke`, with whatever more it takes.
fn revoke<'a>(issuer: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let why = ["--reason", "key-compromise", "--why", "Mất token"];
    [&["authority", "revoke", issuer][..], &why, more].concat()
}

#[test]
fn openssl_objects_to_what_a_revoked_authority_issued_and_to_nothing_else() {
    let office = Founded::new(tempfile::tempdir().unwrap(), &[], &[]);
    // The name of the root, and of the authority that issues.
    let names = || {
        let said = office.trien(&["authority", "show"]);
        let lines =
            said.lines().filter(|line| line.starts_with(['r', 'i']) && line.contains("CN="));
        let names = lines.map(|line| line.split_whitespace().nth(1).unwrap().to_owned());
        names.collect::<Vec<_>>()
    };
    let found = names();
    let [root, earlier] = &found[..] else { panic!("{found:?}") };
    let first = {
        let _server = office.serve();
        office.enroll("Nguyễn Văn An")
    };
    let said = office.refused(&revoke(earlier, &[]));
    assert!(said.contains("run `trien authority new-issuing` first"), "{said}");
    let said = office.refused(&revoke(root, &[]));
    assert!(said.contains("no issuing authority is called so"), "{said}");

    std::fs::write(office.path("words"), "một cụm từ thật dài\n").unwrap();
    let words = ["--root-passphrase-file", "words"];
    office.trien(&[&["authority", "export-root", "usb.pem"][..], &words].concat());
    let brought = [&["--root-key", "usb.pem"][..], &words].concat();
    office.trien(&[&["authority", "new-issuing"][..], &brought].concat());
    let _server = office.serve();
    let second = office.enroll("Trần Thị Bình");
    assert!(office.refused(&revoke(earlier, &[])).contains("give --root-key FILE"));
    office.write_chain(&first);
    assert_eq!(office.openssl_verifies(), (true, "person.pem: OK\n".to_owned()), "not yet");
    // Its serial number, as openssl prints it too.
    let (_, serial) = office.other("openssl", &["x509", "-in", "issuing.pem", "-noout", "-serial"]);
    office.trien(&revoke(serial.trim().trim_start_matches("serial="), &brought));

    let (good, said) = office.openssl_verifies();
    assert!(!good && said.contains("error 23 at 1 depth lookup: certificate revoked"), "{said}");
    let (_, said) = office.other("openssl", &["crl", "-in", "root.crl", "-noout", "-text"]);
    assert!(said.contains("CA Compromise"), "{said}");
    assert!(office.openssl_asks(&[]).1.contains("person.pem: good"), "it answers on");
    office.write_chain(&second);
    assert_eq!(office.openssl_verifies(), (true, "person.pem: OK\n".to_owned()));
    // A later list of the root says it still.
    office.trien(&[&["authority", "root-list"][..], &brought].concat());
    office.write_chain(&first);
    assert!(office.openssl_verifies().1.contains("at 1 depth lookup: certificate revoked"));
    assert!(office.trien(&["authority", "show"]).contains("revoked on "));
    assert!(office.refused(&revoke(earlier, &brought)).contains("revoked already"));
    let newer = names().pop().unwrap();
    assert!(office.refused(&revoke(&newer, &brought)).contains("no other authority"));
}

fn request(method: &str, path: &str, bytes: &[u8]) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header("host", AUTHORITY);
    request.body(Body::from(bytes.to_vec())).unwrap()
}

#[tokio::test]
async fn a_responder_answers_whatever_it_is_sent() {
    let office = Office::open().await;
    let malformed = [0x30, 3, 0x0a, 1, 1];
    for bytes in [&b""[..], b"x", &[0x30, 0x80], &[0xff; 8_192]] {
        let answer = office.ask(request("POST", "/api/v1/ocsp", bytes)).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["content-type"], "application/ocsp-response");
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(to_bytes(answer.into_body(), 100).await.unwrap(), &malformed[..]);
    }
    let answer = office.ask(request("POST", "/api/v1/ocsp", &[0; 8_193])).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    for path in ["MA%3D%3D", "a", "%2F%2B", &"A".repeat(20_000)] {
        let answer = office.ask(request("GET", &format!("/api/v1/ocsp/{path}"), b"")).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()["cache-control"], "no-store");
        assert_eq!(to_bytes(answer.into_body(), 100).await.unwrap(), &malformed[..]);
    }
}
