//! A wake-up as a push service gets it, for judges who did not make it: encrypted for the subscription
//! on the command line, with who sends it.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use trien_core::env::{Clock as _, OsEntropy, SystemClock, random};
use trien_core::push::{Subscription, WakeUp};
use trien_core::wire::Base64;
use trien_server::push::VapidKey;
use trien_server::push::encryption::encrypt;
use trien_server::push::vapid::Vapid;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [p256dh, auth] = arguments.as_slice() else { return Err("usage: wake_up KEY AUTH".into()) };
    let decode = |text: &str| Base64UrlUnpadded::decode_vec(text).map(Base64);
    let subscription = Subscription {
        endpoint: "https://push.example.vn/x".to_owned(),
        p256dh: decode(p256dh).map_err(|_| "the key is not base64url")?,
        auth: decode(auth).map_err(|_| "the secret is not base64url")?,
    };
    let message = WakeUp::new(random(&OsEntropy)).to_json();
    let body = encrypt(&subscription, &message, &OsEntropy)?;
    let key = VapidKey::of(std::iter::repeat_with(|| random(&OsEntropy))).ok_or("no key")?;
    let vapid = Vapid::new(key, "https://ky.example.vn");
    let authorization = vapid.authorization("https://push.example.vn", SystemClock.now());
    println!("{}", Base64UrlUnpadded::encode_string(&body));
    println!("{authorization}");
    Ok(())
}
