//! A message to a document system, for judges who did not make it: a secret, and what signs the body on the command line.

use trien_core::env::{Clock as _, OsEntropy, SystemClock, random};
use trien_server::egress::secret::Secret;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [body] = arguments.as_slice() else { return Err("usage: webhook BODY".into()) };
    let secret = Secret::generate(&OsEntropy);
    let id = format!("msg_{}", hex::encode(random::<16>(&OsEntropy)));
    let timestamp = SystemClock.now().second().get();
    println!("{}", secret.reveal());
    println!("{id}\n{timestamp}\n{}", secret.sign(&id, timestamp, body.as_bytes()));
    Ok(())
}
