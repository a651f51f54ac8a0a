//! Keys in memory: for demos, tests, the headless companion, and the server's own authority.

use async_trait::async_trait;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _};
use pkcs8::pkcs5::{pbes2, scrypt};
use pkcs8::{DecodePrivateKey as _, LineEnding, PrivateKeyInfoRef};
use zeroize::Zeroizing;

use super::{Signer, SignerError, ToSign};
use crate::env::{Entropy, random};

/// How dear each guess at the passphrase of a key file is (RFC 7914 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretching {
    /// For what a person made up: 2^14 blocks of 1 KiB, so 16 MiB and some tens of milliseconds. Such a file is a
    /// second line behind the permissions of its folder.
    Guessable,
    /// For 32 random bytes, which nobody guesses however cheap it is: 2 blocks.
    Random,
}

impl Stretching {
    /// As scrypt takes it.
    #[must_use]
    pub fn cost(self) -> scrypt::Params {
        let log_n = match self {
            Self::Guessable => 14,
            Self::Random => 1,
        };
        scrypt::Params::new(log_n, 8, 1).expect("the constants are within the limits of scrypt")
    }
}

/// A P-256 private key in memory.
pub struct SoftwareSigner {
    key: SigningKey,
}

/// A key file could not be written or read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// Not an encrypted PKCS#8 file.
    #[error("not an encrypted PKCS#8 private key (RFC 5958)")]
    Malformed,
    /// The passphrase is wrong, or the file was damaged.
    #[error("the passphrase does not open the key")]
    WrongPassphrase,
    /// The key is not for P-256.
    #[error("not a P-256 private key")]
    NotP256,
}

impl SoftwareSigner {
    /// A fresh key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        loop {
            let scalar = Zeroizing::new(random::<32>(entropy));
            // Fails for zero and for values above the order: once in 2^32 draws.
            if let Ok(key) = SigningKey::from_slice(scalar.as_slice()) {
                return Self { key };
            }
        }
    }

    /// Signs at once: DER with the lower `s`; the same message gives the same bytes (RFC 6979).
    #[must_use]
    pub fn sign_now(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.key.sign(message);
        signature.normalize_s().to_der().as_bytes().to_vec()
    }

    /// The public key as DER `SubjectPublicKeyInfo` (RFC 5480).
    #[must_use]
    pub fn public_key(&self) -> Vec<u8> {
        self.key
            .verifying_key()
            .to_public_key_der()
            .expect("a P-256 point has an encoding")
            .as_bytes()
            .to_vec()
    }

    /// An encrypted PKCS#8 file (RFC 5958) in PEM: scrypt (RFC 7914) and AES-256-CBC, as OpenSSL
    /// reads it.
    #[must_use]
    pub fn to_pem(
        &self,
        passphrase: &str,
        stretching: Stretching,
        entropy: &dyn Entropy,
    ) -> Zeroizing<String> {
        let plain = self.key.to_pkcs8_der().expect("a P-256 scalar has an encoding");
        let encryption = pbes2::Parameters::generate_scrypt_aes256cbc(
            stretching.cost(),
            &random::<16>(entropy),
            random::<16>(entropy),
        )
        .expect("16 bytes are a salt");
        PrivateKeyInfoRef::try_from(plain.as_bytes())
            .and_then(|info| info.encrypt_with_params(encryption, passphrase))
            .ok()
            .and_then(|file| file.to_pem("ENCRYPTED PRIVATE KEY", LineEnding::LF).ok())
            .expect("a well-formed key encrypts")
    }

    /// Reads a file made by [`Self::to_pem`], or by `openssl pkcs8 -topk8`.
    pub fn from_pem(pem: &str, passphrase: &str) -> Result<Self, KeyFileError> {
        let (label, file) =
            pkcs8::SecretDocument::from_pem(pem).map_err(|_| KeyFileError::Malformed)?;
        if label != "ENCRYPTED PRIVATE KEY" {
            return Err(KeyFileError::Malformed);
        }
        let encrypted = pkcs8::EncryptedPrivateKeyInfoRef::try_from(file.as_bytes())
            .map_err(|_| KeyFileError::Malformed)?;
        let plain = encrypted.decrypt(passphrase).map_err(|_| KeyFileError::WrongPassphrase)?;
        let key =
            SigningKey::from_pkcs8_der(plain.as_bytes()).map_err(|_| KeyFileError::NotP256)?;
        Ok(Self { key })
    }
}

impl std::fmt::Debug for SoftwareSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SoftwareSigner(…)")
    }
}

#[async_trait]
impl Signer for SoftwareSigner {
    fn public_key(&self) -> Vec<u8> {
        Self::public_key(self)
    }

    async fn sign(&self, request: ToSign) -> Result<Vec<u8>, SignerError> {
        Ok(self.sign_now(&request.message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Counting, software_key};

    #[test]
    fn a_key_file_opens_with_its_passphrase_only() {
        let key = software_key(1);
        for stretching in [Stretching::Guessable, Stretching::Random] {
            let pem = key.to_pem("mật khẩu", stretching, &Counting::new(9));
            assert!(pem.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
            let opened = SoftwareSigner::from_pem(&pem, "mật khẩu").unwrap();
            assert_eq!(opened.public_key(), key.public_key());
            let refused = SoftwareSigner::from_pem(&pem, "mat khau").unwrap_err();
            assert_eq!(refused, KeyFileError::WrongPassphrase);
        }
        assert_eq!(SoftwareSigner::from_pem("", "x").unwrap_err(), KeyFileError::Malformed);
    }

    #[test]
    fn a_guess_at_what_a_person_made_up_takes_16_mib() {
        let blocks = |stretching: Stretching| 1_u64 << stretching.cost().log_n();
        assert_eq!(blocks(Stretching::Guessable) * 1024, 16 << 20);
        assert_eq!(blocks(Stretching::Random), 2);
    }

    #[test]
    fn keys_print_nothing() {
        assert_eq!(format!("{:?}", software_key(1)), "SoftwareSigner(…)");
    }
}
