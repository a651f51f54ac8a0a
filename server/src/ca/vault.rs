//! Keys at rest: encrypted PKCS#8 files in a folder that only the server's user can read.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use der::asn1::OctetStringRef;
use der::{Decode as _, Encode as _};
use pkcs8::pkcs5::pbes2;
use pkcs8::spki::AlgorithmIdentifierRef;
use pkcs8::{EncryptedPrivateKeyInfoRef, LineEnding, ObjectIdentifier, PrivateKeyInfoRef};
use trien_core::certificate::Certificate;
use trien_core::env::{Entropy, random};
use trien_core::signer::{KeyFileError, SoftwareSigner, Stretching};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::key::KeyPlace;
use crate::private_file::{self, sync_folder_of};
use crate::token::{KeyName, RefusedPin};

/// Ed25519 (RFC 8410 §3).
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");
const LABEL: &str = "ENCRYPTED PRIVATE KEY";

/// The seed of the log's key, 32 bytes; prints as `…`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct LogSeed(pub [u8; 32]);

impl std::fmt::Debug for LogSeed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("LogSeed(…)")
    }
}

/// A key or certificate could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The file system.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The passphrase is wrong, or the file is not a sealed key.
    #[error("{path}: {source}", path = path.display())]
    Key {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        source: KeyFileError,
    },
    /// Not the certificate that should be there.
    #[error("{path}: not a certificate", path = path.display())]
    Certificate {
        /// Which file.
        path: PathBuf,
    },
    /// Not the name of a key in a token.
    #[error("{path}: does not name a key in a token", path = path.display())]
    Place {
        /// Which file.
        path: PathBuf,
    },
    /// There are keys already.
    #[error("{path} exists: a data folder is made once", path = path.display())]
    Exists {
        /// The folder of keys.
        path: PathBuf,
    },
    /// There are no keys.
    #[error("{path} has no keys: run `trien init` first", path = path.display())]
    Empty {
        /// The data folder.
        path: PathBuf,
    },
}

/// The folder of keys, with what opens them.
#[derive(Clone)]
pub struct Vault {
    folder: Arc<Path>,
    passphrase: Arc<Zeroizing<String>>,
    stretching: Stretching,
    refused: RefusedPin,
}

impl Vault {
    /// Makes the folder `keys` in a data folder. Without a passphrase a random one is put beside the
    /// keys (mode 0600): then the folder's permissions are the protection.
    pub fn create(
        data: &Path,
        passphrase: Option<&str>,
        entropy: &dyn Entropy,
    ) -> Result<Self, VaultError> {
        let folder = data.join("keys");
        make_private(data)?;
        Self::refuse_second(data)?;
        make_private(&folder)?;
        let passphrase = if let Some(given) = passphrase {
            (Zeroizing::new(given.to_owned()), Stretching::Guessable)
        } else {
            let fresh = Zeroizing::new(hex::encode(random::<32>(entropy)));
            write_private(&folder.join("passphrase"), fresh.as_bytes())?;
            (fresh, Stretching::Random)
        };
        Ok(Self::of(folder.into(), passphrase))
    }

    /// Refuses a data folder that has keys.
    pub fn refuse_second(data: &Path) -> Result<(), VaultError> {
        let path = data.join("keys");
        if path.exists() { Err(VaultError::Exists { path }) } else { Ok(()) }
    }

    /// Opens the folder `keys` of a data folder.
    pub fn open(data: &Path, passphrase: Option<&str>) -> Result<Self, VaultError> {
        let folder = data.join("keys");
        if !folder.is_dir() {
            return Err(VaultError::Empty { path: data.to_owned() });
        }
        let passphrase = match passphrase {
            Some(given) => (Zeroizing::new(given.to_owned()), Stretching::Guessable),
            None => {
                let kept = Zeroizing::new(read(&folder.join("passphrase"))?);
                let stretching = stretching_of(&kept);
                (kept, stretching)
            }
        };
        Ok(Self::of(folder.into(), passphrase))
    }

    fn of(folder: Arc<Path>, (passphrase, stretching): (Zeroizing<String>, Stretching)) -> Self {
        let passphrase = Arc::new(passphrase);
        let refused = RefusedPin::in_folder(folder.clone(), passphrase.clone());
        Self { folder, passphrase, stretching, refused }
    }

    fn seal_key(&self, key: &SoftwareSigner, entropy: &dyn Entropy) -> Zeroizing<String> {
        key.to_pem(&self.passphrase, self.stretching, entropy)
    }

    /// Writes a key, once.
    pub fn write_key(
        &self,
        name: &str,
        key: &SoftwareSigner,
        entropy: &dyn Entropy,
    ) -> Result<(), VaultError> {
        write_private(&self.key_path(name), self.seal_key(key, entropy).as_bytes())
    }

    /// Writes a key in the place of the one that was there.
    pub fn replace_key(
        &self,
        name: &str,
        key: &SoftwareSigner,
        entropy: &dyn Entropy,
    ) -> Result<(), VaultError> {
        replace_private(&self.key_path(name), self.seal_key(key, entropy).as_bytes())
    }

    /// Whether there is a key of this name.
    #[must_use]
    pub fn has_key(&self, name: &str) -> bool {
        self.key_path(name).exists()
    }

    /// Removes a key. What a disk or a backup kept of it is out of reach from here.
    pub fn remove_key(&self, name: &str) -> Result<(), VaultError> {
        let path = self.key_path(name);
        let remove = || fs::remove_file(&path).and_then(|()| sync_folder_of(&path));
        remove().map_err(|source| VaultError::File { path, source })
    }

    /// Notes which key of a token is meant by this name.
    pub fn write_place(&self, name: &str, key: &KeyName) -> Result<(), VaultError> {
        let text = toml::to_string(key).expect("two texts have a TOML form");
        replace_private(&self.place_path(name), text.as_bytes())
    }

    /// Removes what an attempt that was cut off may have noted.
    pub fn remove_place(&self, name: &str) -> Result<(), VaultError> {
        let path = self.place_path(name);
        match fs::remove_file(&path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                Err(VaultError::File { path, source })
            }
            _ => Ok(()),
        }
    }

    /// Where the key of this name is.
    pub fn place(&self, name: &str) -> Result<KeyPlace, VaultError> {
        let path = self.place_path(name);
        if !path.exists() {
            return Ok(KeyPlace::File);
        }
        let named = toml::from_str(&read(&path)?);
        named.map(KeyPlace::Token).map_err(|_| VaultError::Place { path })
    }

    /// Remembers which PINs tokens refused.
    #[must_use]
    pub fn refused_pin(&self) -> RefusedPin {
        self.refused.clone()
    }

    /// Opens a key.
    pub fn read_key(&self, name: &str) -> Result<SoftwareSigner, VaultError> {
        let path = self.key_path(name);
        let pem = Zeroizing::new(read(&path)?);
        SoftwareSigner::from_pem(&pem, &self.passphrase)
            .map_err(|source| VaultError::Key { path, source })
    }

    /// Writes the seed of the log's key, once.
    pub fn write_seed(&self, seed: &LogSeed, entropy: &dyn Entropy) -> Result<(), VaultError> {
        let pem = seal(seed, &self.passphrase, self.stretching, entropy);
        write_private(&self.key_path("log"), pem.as_bytes())
    }

    /// Opens the seed of the log's key.
    pub fn read_seed(&self) -> Result<LogSeed, VaultError> {
        let path = self.key_path("log");
        let pem = read(&path)?;
        unseal(&pem, &self.passphrase).map_err(|source| VaultError::Key { path, source })
    }

    /// Writes a certificate, once.
    pub fn write_certificate(&self, name: &str, of: &Certificate) -> Result<(), VaultError> {
        write_private(&self.certificate_path(name), of.to_pem().as_bytes())
    }

    /// Writes a certificate in the place of the one that was there.
    pub fn replace_certificate(&self, name: &str, of: &Certificate) -> Result<(), VaultError> {
        replace_private(&self.certificate_path(name), of.to_pem().as_bytes())
    }

    /// Whether there is a certificate of this name.
    #[must_use]
    pub fn has_certificate(&self, name: &str) -> bool {
        self.certificate_path(name).exists()
    }

    /// Refuses a name that somebody else has given meanwhile.
    pub fn refuse_second_certificate(&self, name: &str) -> Result<(), VaultError> {
        let path = self.certificate_path(name);
        if path.exists() { Err(VaultError::Exists { path }) } else { Ok(()) }
    }

    /// Reads a certificate.
    pub fn read_certificate(&self, name: &str) -> Result<Certificate, VaultError> {
        let path = self.certificate_path(name);
        let mut found = Certificate::parse_pem(&read(&path)?).unwrap_or_default();
        match (found.pop(), found.is_empty()) {
            (Some(certificate), true) => Ok(certificate),
            _ => Err(VaultError::Certificate { path }),
        }
    }

    fn key_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.key.pem"))
    }

    fn place_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.token"))
    }

    fn certificate_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}.pem"))
    }
}

/// Somebody may have put words of their own in the place of the random ones.
fn stretching_of(kept: &str) -> Stretching {
    let is_random =
        kept.len() == 64 && kept.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'));
    if is_random { Stretching::Random } else { Stretching::Guessable }
}

fn seal(
    seed: &LogSeed,
    passphrase: &str,
    stretching: Stretching,
    entropy: &dyn Entropy,
) -> Zeroizing<String> {
    let inner = OctetStringRef::new(&seed.0).expect("32 bytes are an octet string");
    let inner = Zeroizing::new(inner.to_der().expect("an octet string has an encoding"));
    let algorithm = AlgorithmIdentifierRef { oid: ED25519, parameters: None };
    let private = OctetStringRef::new(&inner).expect("34 bytes are an octet string");
    let parameters = pbes2::Parameters::generate_scrypt_aes256cbc(
        stretching.cost(),
        &random::<16>(entropy),
        random::<16>(entropy),
    )
    .expect("16 bytes are a salt");
    PrivateKeyInfoRef::new(algorithm, private)
        .encrypt_with_params(parameters, passphrase)
        .ok()
        .and_then(|file| file.to_pem(LABEL, LineEnding::LF).ok())
        .expect("a well-formed key encrypts")
}

fn unseal(pem: &str, passphrase: &str) -> Result<LogSeed, KeyFileError> {
    let (label, file) =
        pkcs8::SecretDocument::from_pem(pem).map_err(|_| KeyFileError::Malformed)?;
    if label != LABEL {
        return Err(KeyFileError::Malformed);
    }
    let sealed = EncryptedPrivateKeyInfoRef::try_from(file.as_bytes())
        .map_err(|_| KeyFileError::Malformed)?;
    let plain = sealed.decrypt(passphrase).map_err(|_| KeyFileError::WrongPassphrase)?;
    let info =
        PrivateKeyInfoRef::try_from(plain.as_bytes()).map_err(|_| KeyFileError::Malformed)?;
    if info.algorithm.oid != ED25519 {
        return Err(KeyFileError::Malformed);
    }
    let seed = <&OctetStringRef>::from_der(info.private_key.as_bytes())
        .map_err(|_| KeyFileError::Malformed)?;
    seed.as_bytes().try_into().map(LogSeed).map_err(|_| KeyFileError::Malformed)
}

fn make_private(folder: &Path) -> Result<(), VaultError> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|source| VaultError::File { path: folder.to_owned(), source })
}

pub(super) fn write_private(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let written = private_file::write(path, bytes);
    written.map_err(|source| VaultError::File { path: path.to_owned(), source })
}

fn replace_private(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let written = private_file::replace(path, bytes);
    written.map_err(|source| VaultError::File { path: path.to_owned(), source })
}

fn read(path: &Path) -> Result<String, VaultError> {
    fs::read_to_string(path).map_err(|source| VaultError::File { path: path.to_owned(), source })
}

/// Reads a sealed key from outside the vault.
pub(super) fn read_sealed(path: &Path) -> Result<Zeroizing<String>, VaultError> {
    read(path).map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use trien_core::env::OsEntropy;

    use super::*;

    /// How dear a guess at this key's passphrase is: scrypt's N, as the file says it.
    fn cost(vault: &Vault, name: &str) -> u64 {
        let pem = fs::read_to_string(vault.key_path(name)).unwrap();
        let (_, file) = pkcs8::SecretDocument::from_pem(&pem).unwrap();
        let sealed = EncryptedPrivateKeyInfoRef::try_from(file.as_bytes()).unwrap();
        let parameters = sealed.encryption_algorithm.pbes2().unwrap();
        parameters.kdf.scrypt().unwrap().cost_parameter
    }

    #[test]
    fn only_a_passphrase_that_is_random_is_cheap_to_try() {
        let key = SoftwareSigner::generate(&OsEntropy);
        let costs = |vault: &Vault, name: &str| {
            vault.write_key(name, &key, &OsEntropy).unwrap();
            assert_eq!(vault.read_key(name).unwrap().public_key(), key.public_key());
            cost(vault, name)
        };
        let folder = tempfile::tempdir().unwrap();
        let made = Vault::create(folder.path(), None, &OsEntropy).unwrap();
        made.write_seed(&LogSeed([1; 32]), &OsEntropy).unwrap();
        assert_eq!((costs(&made, "a"), cost(&made, "log")), (2, 2));
        let opened = Vault::open(folder.path(), None).unwrap();
        assert_eq!(costs(&opened, "b"), 2);
        fs::write(folder.path().join("keys/passphrase"), "nhớ được").unwrap();
        assert_eq!(costs(&Vault::open(folder.path(), None).unwrap(), "c"), 1 << 14);
        let given = Vault::open(folder.path(), Some("nhớ được")).unwrap();
        assert_eq!(costs(&given, "d"), 1 << 14);
    }
}
