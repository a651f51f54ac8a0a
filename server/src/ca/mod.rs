//! The office's own authority: a root, issuing authorities under it, and their revocation lists.
//!
//! Keys lie in the data folder as encrypted PKCS#8; an issuing key may lie in a PKCS#11 token instead, and
//! the root's in a safe. What an outside authority certifies comes and goes in files (`flow::exchange`).

mod authority;
mod fresh;
mod key;
mod life;
mod patient;
mod responder;
mod root;
mod token;
mod vault;

use std::sync::Arc;

use trien_core::certificate::{
    Certificate, DistinguishedName, IssueError, NamePart, Profile, Revocation, SerialNumber,
    TbsCertificate, TbsCrl, Validity,
};
use trien_core::digest::Sha256;
use trien_core::document::Text;
use trien_core::env::{Entropy, UnixSecond};
use trien_core::register::Term;
use trien_core::signer::SoftwareSigner;

pub use authority::Authority;
pub use fresh::{FreshKey, NewKey};
pub use key::{IssuingKey, KeyError, KeyPlace, TokenSettings};
pub use life::{CertificateDays, InvalidDays, Life, RenewalDays};
use responder::Appointing;
pub use responder::Responder;
pub use root::RootKey;
pub use vault::{LogSeed, Vault, VaultError};

const ROOT_DAYS: u32 = 20 * 365;
const ISSUING_DAYS: u32 = 10 * 365;
/// Lists come every day; a server that is down for some days does not stop verification.
pub(crate) const CRL_SECONDS: i64 = 7 * 86_400;
const ROOT_CRL_SECONDS: i64 = 365 * 86_400;

/// The authority could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum CaError {
    /// A certificate or list could not be made.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// A file of the vault could not be opened or written.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// An issuing key did not sign.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The root's key is kept elsewhere.
    #[error("the root's key is kept away from this server: bring it and give --root-key FILE")]
    RootAway,
    /// No responder could be appointed yet.
    #[error("no OCSP responder is appointed yet")]
    NoResponder,
    /// The file holds another key than the root's.
    #[error("the key in the file is not the one of this office's root")]
    OtherRoot,
}

/// The authority.
pub struct Ca {
    vault: Vault,
    root: Certificate,
    /// The newest last: it issues, the earlier ones only keep their lists.
    issuing: Vec<Arc<Authority>>,
    origin: String,
    life: Life,
}

impl std::fmt::Debug for Ca {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ca({}, …)", self.issuing().certificate().subject_name())
    }
}

impl Ca {
    /// Makes a root and an issuing authority with the key `fresh` for the office `name`, and writes both
    /// to the vault.
    pub fn create(
        vault: &Vault,
        fresh: &FreshKey,
        name: &Text<200>,
        origin: &str,
        now: UnixSecond,
        entropy: &dyn Entropy,
    ) -> Result<(), CaError> {
        let root_key = SoftwareSigner::generate(entropy);
        let root = TbsCertificate::prepare(
            Profile::Root,
            &SerialNumber::generate(entropy),
            &authority_name("Trien Root", short(name.as_str())),
            &root_key.public_key(),
            Validity::days(now, ROOT_DAYS),
        )?;
        let root = root.assemble(&root_key.sign_now(root.to_be_signed()))?;
        let subject = issuing_name(1, short(name.as_str()));
        let issuing = certify(&root, &root_key, fresh, &subject, origin, now, entropy)?;
        vault.write_key("root", &root_key, entropy)?;
        fresh.keep(vault, &file_name(1), entropy)?;
        vault.write_certificate("root", &root)?;
        vault.write_certificate(&file_name(1), &issuing)?;
        Ok(())
    }

    /// Opens what [`Self::create`] made. The root's key stays sealed until it is needed, and a token is
    /// looked for when it first signs.
    pub fn open(
        vault: Vault,
        token: Option<&TokenSettings>,
        origin: &str,
        life: Life,
    ) -> Result<Self, CaError> {
        let root = vault.read_certificate("root")?;
        let mut issuing = vec![Arc::new(Authority::open(&vault, token, &file_name(1))?)];
        while vault.has_certificate(&file_name(issuing.len() + 1)) {
            let name = file_name(issuing.len() + 1);
            issuing.push(Arc::new(Authority::open(&vault, token, &name)?));
        }
        Ok(Self { vault, root, issuing, origin: origin.to_owned(), life })
    }

    /// Certifies the key `fresh` as that of one more issuing authority.
    pub fn certify_issuing(
        &self,
        fresh: &FreshKey,
        root_key: &RootKey,
        now: UnixSecond,
        entropy: &dyn Entropy,
    ) -> Result<Certificate, CaError> {
        let number = self.issuing.len() + 1;
        let root_key = root_key.of(self)?;
        let office = self.root.subject_parts(NamePart::Organization);
        let subject = issuing_name(number, office.first().and_then(|office| short(office)));
        let origin = &self.origin;
        Ok(certify(&self.root, &root_key, fresh, &subject, origin, now, entropy)?)
    }

    /// Puts what [`Self::certify_issuing`] gave behind the others; it issues once the vault is opened
    /// again. The vault changes with its last write, the certificate's.
    pub fn keep_issuing(
        &self,
        fresh: &FreshKey,
        certificate: &Certificate,
        entropy: &dyn Entropy,
    ) -> Result<(), CaError> {
        let name = file_name(self.issuing.len() + 1);
        self.vault.refuse_second_certificate(&name)?;
        fresh.keep(&self.vault, &name, entropy)?;
        Ok(self.vault.replace_certificate(&name, certificate)?)
    }

    /// The root's certificate.
    #[must_use]
    pub fn root(&self) -> &Certificate {
        &self.root
    }

    /// The vault that holds it all.
    #[must_use]
    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The authority that issues.
    #[must_use]
    pub fn issuing(&self) -> &Arc<Authority> {
        self.issuing.last().expect("there is a first one, and none is taken away")
    }

    /// Every authority that ever issued, the one that does last.
    #[must_use]
    pub fn authorities(&self) -> &[Arc<Authority>] {
        &self.issuing
    }

    /// The authority of this name or, in hexadecimal, serial number.
    #[must_use]
    pub fn called(&self, called: &str) -> Option<&Arc<Authority>> {
        let is_called = |it: &&Arc<Authority>| {
            let names = [it.name(), &it.certificate().serial().to_string()];
            names.iter().any(|name| name.eq_ignore_ascii_case(called))
        };
        self.issuing.iter().find(is_called)
    }

    /// The authority that issued a certificate of ours.
    #[must_use]
    pub fn issuer_of(&self, certificate: &Certificate) -> &Arc<Authority> {
        let issued = |it: &&Arc<Authority>| it.certificate().subject() == certificate.issuer();
        self.issuing.iter().find(issued).unwrap_or_else(|| self.issuing())
    }

    /// The root's name in the address of its list.
    #[must_use]
    pub fn root_name(&self) -> String {
        issuer_name(&self.root)
    }

    /// Certifies a person's approval key, whose possession was proven, for as long as the office lets such live.
    pub async fn issue(
        &self,
        public_key: &[u8],
        subject: &DistinguishedName,
        term: Term,
        now: UnixSecond,
        entropy: &dyn Entropy,
    ) -> Result<Certificate, CaError> {
        let issuing = self.issuing();
        let mut validity = Validity::days(now, self.life.days(term));
        validity.not_after = validity.not_after.min(issuing.certificate().not_after());
        let url = crl_url(&self.origin, issuing.certificate());
        let ocsp_url = format!("{}/api/v1/ocsp", self.origin.trim_end_matches('/'));
        let tbs = TbsCertificate::prepare(
            Profile::Person {
                issuer: issuing.certificate(),
                crl_url: &url,
                ocsp_url: Some(&ocsp_url),
            },
            &SerialNumber::generate(entropy),
            subject,
            public_key,
            validity,
        )?;
        let signature = issuing.sign(tbs.to_be_signed()).await?;
        Ok(tbs.assemble(&signature)?)
    }

    /// Who answers now whether certificates of `authority` were revoked.
    pub async fn responder(
        &self,
        authority: &Arc<Authority>,
        now: UnixSecond,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Arc<Responder>, CaError> {
        self.appointing(authority, now, entropy).responder().await
    }

    /// Appoints a new responder where the present one ends within a week.
    pub async fn renew_responder(
        &self,
        authority: &Arc<Authority>,
        now: UnixSecond,
        entropy: Arc<dyn Entropy>,
    ) -> Result<(), CaError> {
        self.appointing(authority, now, entropy).renew().await
    }

    fn appointing(
        &self,
        authority: &Arc<Authority>,
        now: UnixSecond,
        entropy: Arc<dyn Entropy>,
    ) -> Appointing {
        Appointing { authority: authority.clone(), vault: self.vault.clone(), now, entropy }
    }

    /// Makes the root's revocation list, complete; gives it with the moment by which a newer one is out.
    pub fn root_crl(
        &self,
        key: &RootKey,
        number: u64,
        now: UnixSecond,
        revoked: &[Revocation],
    ) -> Result<NewCrl, CaError> {
        let next_update = now.plus(ROOT_CRL_SECONDS);
        let tbs = TbsCrl::prepare(&self.root, number, now, next_update, revoked)?;
        let signature = key.of(self)?.sign_now(tbs.to_be_signed());
        Ok(NewCrl { der: tbs.assemble(&signature)?, next_update })
    }
}

fn certify(
    root: &Certificate,
    root_key: &SoftwareSigner,
    fresh: &FreshKey,
    subject: &DistinguishedName,
    origin: &str,
    now: UnixSecond,
    entropy: &dyn Entropy,
) -> Result<Certificate, IssueError> {
    let mut validity = Validity::days(now, ISSUING_DAYS);
    validity.not_after = validity.not_after.min(root.not_after());
    let tbs = TbsCertificate::prepare(
        Profile::Issuing { issuer: root, crl_url: &crl_url(origin, root) },
        &SerialNumber::generate(entropy),
        subject,
        fresh.public_key(),
        validity,
    )?;
    tbs.assemble(&root_key.sign_now(tbs.to_be_signed()))
}

/// A fresh revocation list.
#[derive(Clone, Debug)]
pub struct NewCrl {
    /// The list.
    pub der: Vec<u8>,
    /// A newer one is out by then.
    pub next_update: UnixSecond,
}

/// At most 64 characters of a text, as names in certificates have (RFC 5280, appendix A.1).
#[must_use]
pub fn short(text: &str) -> Option<Text<64>> {
    let cut: String = text.chars().take(64).collect();
    Text::new(&cut).ok()
}

fn authority_name(role: &str, office: Option<Text<64>>) -> DistinguishedName {
    let common_name = Text::new(role).expect("role names are short texts");
    let mut name = DistinguishedName::of(common_name);
    name.organization = office;
    name
}

// Two authorities of one name would be taken for one by those who look for its list.
fn issuing_name(number: usize, office: Option<Text<64>>) -> DistinguishedName {
    let role = match number {
        1 => "Trien Issuing CA".to_owned(),
        number => format!("Trien Issuing CA {number}"),
    };
    authority_name(&role, office)
}

/// The files of the authority that came as the `number`th.
fn file_name(number: usize) -> String {
    match number {
        1 => "issuing".to_owned(),
        number => format!("issuing-{number}"),
    }
}

fn crl_url(origin: &str, issuer: &Certificate) -> String {
    format!("{}/api/v1/crl/{}.crl", origin.trim_end_matches('/'), issuer_name(issuer))
}

/// The short name of an authority, ours or another one, that no two have.
#[must_use]
pub fn issuer_name(issuer: &Certificate) -> String {
    hex::encode(&Sha256::of(issuer.der()).0[..8])
}
