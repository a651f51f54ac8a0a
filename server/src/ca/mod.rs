//! The office's own authority: a root, an issuing key under it, and their revocation lists.
//!
//! Keys lie in the data folder as encrypted PKCS#8. What an outside authority certifies comes and goes
//! in files (`flow::exchange`).

mod vault;

use trien_core::certificate::{
    Certificate, DistinguishedName, IssueError, Profile, Reason, Revocation, SerialNumber,
    TbsCertificate, TbsCrl, Validity,
};
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::{Entropy, UnixSecond};
use trien_core::signer::SoftwareSigner;

pub use vault::{LogSeed, Vault, VaultError};

const ROOT_DAYS: u32 = 20 * 365;
const ISSUING_DAYS: u32 = 10 * 365;
const PERSON_DAYS: u32 = 3 * 365;
/// Lists come every day; a server that is down for some days does not stop verification.
const CRL_SECONDS: i64 = 7 * 86_400;
const ROOT_CRL_SECONDS: i64 = 365 * 86_400;

/// Which of the two authorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Issuer {
    /// Certifies the issuing authority alone.
    Root,
    /// Certifies people.
    Issuing,
}

/// The authority could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CaError {
    /// A certificate or list could not be made.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// A key could not be opened or written.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// The authority.
pub struct Ca {
    vault: Vault,
    root: Certificate,
    issuing: Certificate,
    issuing_key: SoftwareSigner,
    origin: String,
}

impl std::fmt::Debug for Ca {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ca({}, …)", self.issuing.subject_name())
    }
}

impl Ca {
    /// Makes both authorities for the office `name` and writes their keys to the vault.
    pub fn create(
        vault: Vault,
        name: &Text<200>,
        origin: &str,
        now: UnixSecond,
        entropy: &dyn Entropy,
    ) -> Result<Self, CaError> {
        let root_key = SoftwareSigner::generate(entropy);
        let root = TbsCertificate::prepare(
            Profile::Root,
            &SerialNumber::generate(entropy),
            &authority_name("Trien Root", name),
            &root_key.public_key(),
            Validity::days(now, ROOT_DAYS),
        )?;
        let root = root.assemble(&root_key.sign_now(root.to_be_signed()))?;
        let issuing_key = SoftwareSigner::generate(entropy);
        let issuing = TbsCertificate::prepare(
            Profile::Issuing { issuer: &root, crl_url: &crl_url(origin, &root) },
            &SerialNumber::generate(entropy),
            &authority_name("Trien Issuing CA", name),
            &issuing_key.public_key(),
            Validity::days(now, ISSUING_DAYS),
        )?;
        let issuing = issuing.assemble(&root_key.sign_now(issuing.to_be_signed()))?;
        vault.write_key("root", &root_key, entropy)?;
        vault.write_key("issuing", &issuing_key, entropy)?;
        vault.write_certificate("root", &root)?;
        vault.write_certificate("issuing", &issuing)?;
        Ok(Self { vault, root, issuing, issuing_key, origin: origin.to_owned() })
    }

    /// Opens what [`Self::create`] made. The root's key stays sealed until it is needed.
    pub fn open(vault: Vault, origin: &str) -> Result<Self, CaError> {
        let root = vault.read_certificate("root")?;
        let issuing = vault.read_certificate("issuing")?;
        let issuing_key = vault.read_key("issuing")?;
        Ok(Self { vault, root, issuing, issuing_key, origin: origin.to_owned() })
    }

    /// The root's certificate.
    #[must_use]
    pub fn root(&self) -> &Certificate {
        &self.root
    }

    /// The issuing authority's certificate.
    #[must_use]
    pub fn issuing(&self) -> &Certificate {
        &self.issuing
    }

    /// An authority's name in the addresses of its lists.
    #[must_use]
    pub fn name(&self, issuer: Issuer) -> String {
        crl_name(match issuer {
            Issuer::Root => &self.root,
            Issuer::Issuing => &self.issuing,
        })
    }

    /// Certifies a person's approval key, whose possession was proven.
    pub fn issue(
        &self,
        public_key: &[u8],
        subject: &DistinguishedName,
        now: UnixSecond,
        entropy: &dyn Entropy,
    ) -> Result<Certificate, CaError> {
        let mut validity = Validity::days(now, PERSON_DAYS);
        validity.not_after = validity.not_after.min(self.issuing.not_after());
        let url = crl_url(&self.origin, &self.issuing);
        let tbs = TbsCertificate::prepare(
            Profile::Person { issuer: &self.issuing, crl_url: &url },
            &SerialNumber::generate(entropy),
            subject,
            public_key,
            validity,
        )?;
        Ok(tbs.assemble(&self.issuing_key.sign_now(tbs.to_be_signed()))?)
    }

    /// Makes a revocation list, complete; gives it with the moment by which a newer one is out.
    pub fn crl(
        &self,
        issuer: Issuer,
        number: u64,
        now: UnixSecond,
        revoked: &[Revocation],
    ) -> Result<NewCrl, CaError> {
        let next_update = now.plus(match issuer {
            Issuer::Root => ROOT_CRL_SECONDS,
            Issuer::Issuing => CRL_SECONDS,
        });
        let certificate = match issuer {
            Issuer::Root => &self.root,
            Issuer::Issuing => &self.issuing,
        };
        let tbs = TbsCrl::prepare(certificate, number, now, next_update, revoked)?;
        let signature = match issuer {
            Issuer::Root => self.vault.read_key("root")?.sign_now(tbs.to_be_signed()),
            Issuer::Issuing => self.issuing_key.sign_now(tbs.to_be_signed()),
        };
        Ok(NewCrl { der: tbs.assemble(&signature)?, next_update })
    }
}

/// A fresh revocation list.
#[derive(Clone, Debug)]
pub struct NewCrl {
    /// The list.
    pub der: Vec<u8>,
    /// A newer one is out by then.
    pub next_update: UnixSecond,
}

/// The reason code of RFC 5280 §5.3.1 as core names it; unknown ones are unspecified.
#[must_use]
pub fn reason(code: u32) -> Reason {
    match code {
        1 => Reason::KeyCompromise,
        3 => Reason::AffiliationChanged,
        4 => Reason::Superseded,
        5 => Reason::CessationOfOperation,
        _ => Reason::Unspecified,
    }
}

/// At most 64 characters of a text, as names in certificates have (RFC 5280, appendix A.1).
#[must_use]
pub fn short(text: &str) -> Option<Text<64>> {
    let cut: String = text.chars().take(64).collect();
    Text::new(&cut).ok()
}

fn authority_name(role: &str, office: &Text<200>) -> DistinguishedName {
    let common_name = Text::new(role).expect("role names are short texts");
    let mut name = DistinguishedName::of(common_name);
    name.organization = short(office.as_str());
    name
}

fn crl_url(origin: &str, issuer: &Certificate) -> String {
    format!("{}/api/v1/crl/{}.crl", origin.trim_end_matches('/'), crl_name(issuer))
}

/// The short name of an authority, ours or another one, that no two have.
#[must_use]
pub fn issuer_name(issuer: &Certificate) -> String {
    crl_name(issuer)
}

fn crl_name(issuer: &Certificate) -> String {
    hex::encode(&Sha256::of(issuer.der()).0[..8])
}
