//! A document to practise on: read, signed with the system's own prompt, and judged, without a server.
//!
//! Nothing of it is kept, sent or shown among what is real. The key is another than the device's own and
//! is registered nowhere. Its certificate comes from an authority that is made for one signature and
//! forgotten with it, so that nobody can ever trust it; the stamp says what it is.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::pkcs8::EncodePublicKey as _;
use zeroize::Zeroizing;

use crate::certificate::{
    Certificate, DistinguishedName, Profile, PromptPolicy, SerialNumber, TbsCertificate, Validity,
};
use crate::cms;
use crate::decision::DecisionHash;
use crate::digest::Sha256;
use crate::document::Text;
use crate::env::{Clock, Entropy, UnixSecond, random};
use crate::pdf::check::{Finding, check};
use crate::pdf::geometry::PageSize;
use crate::pdf::image::Images;
use crate::pdf::read;
use crate::pdf::recipe::{Appearance, BUILDER, Line, Recipe, Rect, Target};
use crate::pdf::render::{Drawing, Region};
use crate::pdf::revise::{Delta, build_revision};
use crate::signer::{self, ToSign};
use crate::verify::{Report, Trust, verify_pdf};

use super::error::{ClientError, RecipeFault};
use super::keys::{KeyRole, KeyStore, KeyTerms};
use super::pictures::StampedPage;
use super::{Language, off_thread};

/// The document, made by `tests/sample/make.py`.
const DOCUMENT: &[u8] = include_bytes!("../../assets/practice/phieu-tap-ky.pdf");

/// Where its last page leaves room for a signature.
const PLACE: Rect = Rect { left: 28_000, bottom: 41_000, right: 52_000, top: 50_000 };
const PAGE: u32 = 1;

/// What the certificate and the stamp call the person.
const NAME: &str = "BẢN TẬP / PRACTICE";

/// How long the certificate holds, in days: the least that can be written.
const DAYS: u32 = 1;

/// What the person reads, and where they sign.
#[derive(Clone, Debug, PartialEq)]
pub struct PracticeDocument {
    /// Its pages as displayed.
    pub pages: Vec<PageSize>,
    /// What the check found in it.
    pub findings: Vec<Finding>,
    /// Where the stamp goes.
    pub place: StampedPage,
}

/// Which picture of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PracticeView {
    /// The document as it is.
    Plain,
    /// With the stamp as it will be signed, or as it was: the newest of the two.
    Stamped,
}

/// One practice, from opening the document to the judged signature. All methods may be called at any
/// time from any thread.
pub struct Practice {
    keys: Arc<dyn KeyStore>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    language: Language,
    stage: Mutex<Stage>,
}

/// How far it is.
#[derive(Clone, Default)]
enum Stage {
    #[default]
    Reading,
    Prepared {
        delta: Delta,
        signed_at: UnixSecond,
    },
    Signed(Arc<Vec<u8>>),
}

impl Practice {
    /// A practice with keys that are kept apart from the device's own.
    #[must_use]
    pub fn new(
        keys: Arc<dyn KeyStore>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        language: Language,
    ) -> Self {
        Self { keys, clock, entropy, language, stage: Mutex::default() }
    }

    /// Opens the document anew: what was signed before is forgotten.
    pub async fn open(&self) -> Result<PracticeDocument, ClientError> {
        *self.stage() = Stage::Reading;
        off_thread("reading the practice document", || {
            let document = read::open(DOCUMENT).map_err(ClientError::Unsignable)?;
            let pages: Vec<PageSize> = document.pages().iter().map(PageSize::of).collect();
            let size = pages.get(PAGE as usize).copied();
            let size = size.ok_or(ClientError::Defect("reading the practice document"))?;
            let place = StampedPage { page: PAGE, size, rect: PLACE };
            Ok(PracticeDocument { findings: check(&document), pages, place })
        })
        .await?
    }

    /// Fixes the time and builds the revision that [`Self::sign`] signs; gives the time.
    pub async fn prepare(&self) -> Result<UnixSecond, ClientError> {
        let signed_at = self.clock.now().second();
        let delta = off_thread("building the practice revision", move || {
            let document = read::open(DOCUMENT).map_err(ClientError::Unsignable)?;
            build_revision(&document, &recipe()?, &Images::none(), signed_at)
                .map_err(|error| ClientError::from(RecipeFault::Build(error)))
        })
        .await??;
        *self.stage() = Stage::Prepared { delta, signed_at };
        Ok(signed_at)
    }

    /// Signs what was prepared: makes the practice key, asks for the person once, and judges the file as
    /// a stranger would, who trusts nobody.
    pub async fn sign(&self) -> Result<Report, ClientError> {
        let Stage::Prepared { delta, signed_at } = self.stage().clone() else {
            return Err(ClientError::UnknownSheet);
        };
        let challenge = random::<32>(&*self.entropy);
        let terms = KeyTerms { challenge, prompt_policy: PromptPolicy::PER_USE };
        let key = self.keys.create(KeyRole::Approval, terms).await?;
        let (certificate, authority) = certified(&key.public_key(), signed_at, &*self.entropy)?;
        let digest = delta.digests(DOCUMENT).signed;
        let decides_nothing = DecisionHash(Sha256::of(b"trien practice: nothing is decided"));
        let message = cms::signed_attributes(digest, certificate.der(), decides_nothing);
        let signature = key.sign(ToSign::new(message.clone(), self.prompt())).await?;
        let signature = signer::normalise(&signature, &message, certificate.public_key())?;
        let chain = [certificate.der(), authority.der()];
        let made = cms::assemble(&message, &signature, &chain)
            .ok()
            .and_then(|signed| delta.embed(&signed).ok())
            .ok_or(ClientError::Defect("writing the practice signature"))?;
        let file = Arc::new([DOCUMENT, &made].concat());
        *self.stage() = Stage::Signed(Arc::clone(&file));
        let trust = nobody(self.clock.now().second());
        off_thread("judging the practice signature", move || verify_pdf(&file, &trust, None)).await
    }

    /// A picture (PNG) of part of a page.
    pub async fn region_png(
        &self,
        region: Region,
        view: PracticeView,
    ) -> Result<Vec<u8>, ClientError> {
        let file = match (view, self.stage().clone()) {
            (PracticeView::Plain, _) | (_, Stage::Reading) => Arc::new(DOCUMENT.to_vec()),
            (_, Stage::Prepared { delta, .. }) => Arc::new([DOCUMENT, delta.bytes()].concat()),
            (_, Stage::Signed(file)) => file,
        };
        off_thread("drawing the practice document", move || {
            let document = read::open(&file).map_err(ClientError::Unsignable)?;
            Ok(Drawing::of(&document, &file)?.region_png(&region)?)
        })
        .await?
    }

    fn prompt(&self) -> &'static str {
        match self.language {
            Language::Vietnamese => "Ký thử trên bản tập; chữ ký không có giá trị",
            Language::English => "Sign the practice document; the signature is worth nothing",
        }
    }

    fn stage(&self) -> MutexGuard<'_, Stage> {
        // A stage is only ever replaced whole.
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn recipe() -> Result<Recipe, ClientError> {
    let defect = |_| ClientError::Defect("writing the practice stamp");
    let text = |text| Ok::<_, ClientError>(Line::Text { text: Text::new(text).map_err(defect)? });
    let lines = vec![
        text(NAME)?,
        text("Không có giá trị pháp lý / No legal value")?,
        Line::SignedAt { label: Text::new("Thời gian ký").map_err(defect)? },
    ];
    Ok(Recipe {
        builder: BUILDER.to_owned(),
        field: "ban-tap".to_owned(),
        name: Text::new(NAME).map_err(defect)?,
        reason: None,
        location: None,
        offset_minutes: 420,
        appearance: Appearance::Stamp { page: PAGE, rect: PLACE, lines, image: None },
        target: Target::New,
        fill: Vec::new(),
    })
}

/// A certificate for the practice key, and the authority that made it, whose own key ends here.
fn certified(
    key: &[u8],
    at: UnixSecond,
    entropy: &dyn Entropy,
) -> Result<(Certificate, Certificate), ClientError> {
    let defect = |()| ClientError::Defect("making the practice certificate");
    let name = || Text::new(NAME).map(DistinguishedName::of).map_err(|_| ());
    let authority = Authority::new(entropy).ok_or(()).map_err(defect)?;
    let issue = |profile: Profile<'_>, key: &[u8]| {
        let serial = SerialNumber::generate(entropy);
        let made =
            TbsCertificate::prepare(profile, &serial, &name()?, key, Validity::days(at, DAYS));
        let made = made.map_err(|_| ())?;
        made.assemble(&authority.sign(made.to_be_signed())).map_err(|_| ())
    };
    let issuer = issue(Profile::Root, &authority.public).map_err(defect)?;
    // RFC 2606: nobody answers there, now or later.
    let crl_url = "http://practice.invalid/none.crl";
    let person = Profile::Person { issuer: &issuer, crl_url, ocsp_url: None };
    let person = issue(person, key).map_err(defect)?;
    Ok((person, issuer))
}

/// An authority of one certificate.
struct Authority {
    key: SigningKey,
    public: Vec<u8>,
}

impl Authority {
    // One scalar of 2^32 is no key; eight draws are never all such.
    fn new(entropy: &dyn Entropy) -> Option<Self> {
        let drawn = (0..8).find_map(|_| {
            let scalar = Zeroizing::new(random::<32>(entropy));
            SigningKey::from_slice(scalar.as_slice()).ok()
        });
        let key = drawn?;
        let public = key.verifying_key().to_public_key_der().ok()?.as_bytes().to_vec();
        Some(Self { key, public })
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature: Signature = self.key.sign(message);
        signature.normalize_s().to_der().as_bytes().to_vec()
    }
}

fn nobody(at: UnixSecond) -> Trust {
    Trust { anchors: Vec::new(), intermediates: Vec::new(), crls: Vec::new(), ocsp: Vec::new(), at }
}
