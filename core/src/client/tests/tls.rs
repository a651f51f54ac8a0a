//! Pins over a real TLS handshake.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use p256::pkcs8::EncodePrivateKey as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::certificate::{Profile, Validity};
use crate::digest::Sha256;
use crate::env::random;
use crate::testing::Counting;
use crate::testing::office::{ISSUED_AT, issue, name};

use super::super::error::ClientError;
use super::super::transport::{Call, Language, Origin, Transport};
use super::fake::TestClock;

struct Server {
    address: String,
    key: Sha256,
    bytes: Arc<AtomicUsize>,
}

/// Answers `{}` to anybody, and counts the bytes that come through the handshake.
fn serve() -> Server {
    let secret = random::<32>(&Counting::new(51));
    let signer = crate::testing::software_key(51);
    let root = issue(
        Profile::Root,
        51,
        &name("any name"),
        &signer.public_key(),
        Validity::days(ISSUED_AT, 1),
        &signer,
    );
    let key = p256::SecretKey::from_slice(&secret).unwrap().to_pkcs8_der().unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.as_bytes().to_vec()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(root.der().to_vec())], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    let bytes = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&bytes);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = rustls::StreamOwned::new(connection, stream);
            let mut buffer = [0; 4096];
            let Ok(read @ 1..) = stream.read(&mut buffer) else { continue };
            counter.fetch_add(read, Ordering::SeqCst);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
            stream.conn.send_close_notify();
            let _ = stream.flush();
        }
    });
    Server { address, key: Sha256::of(&signer.public_key()), bytes }
}

fn transport(server: &Server, pins: Vec<Sha256>) -> Transport {
    Transport::new(
        Origin::parse(&server.address).unwrap(),
        pins,
        Language::English,
        Arc::new(TestClock::new()),
        Arc::new(Counting::new(52)),
    )
    .unwrap()
}

#[tokio::test]
async fn a_pinned_key_is_enough_whatever_else_the_certificate_says() {
    let server = serve();
    // Another name, issued by itself, long expired.
    let pins = vec![Sha256::of(b"next key"), server.key];
    let call = Call::get("/");
    let answer: serde_json::Value = transport(&server, pins).unsigned(&call).await.unwrap();
    assert!(answer.is_object());
}

#[tokio::test]
async fn with_another_key_not_one_byte_is_sent() {
    let server = serve();
    let call = Call::post("/", &"secret");
    let transport = transport(&server, vec![Sha256::of(b"other key")]);
    let refused = transport.unsigned::<serde_json::Value>(&call).await;
    assert!(matches!(refused, Err(ClientError::WrongServerKey { .. })), "{refused:?}");
    assert_eq!(server.bytes.load(Ordering::SeqCst), 0);
}
