//! Practising without a server, as the other language sees it.

use std::sync::Arc;

use trien_core::client::practice;
pub use trien_core::client::practice::PracticeView;
use trien_core::env::{OsEntropy, SystemClock, UnixSecond};
use trien_core::pdf::check::Finding;
use trien_core::pdf::geometry::PageSize;
use trien_core::pdf::render::Region;

use crate::error::PhoneError;
use crate::foreign::{KeyStore, Keys};
use crate::looking::StampedPage;
use crate::phone::Language;
use crate::verification::Verification;

/// What the person reads, and where they sign.
#[derive(Clone, Debug, uniffi::Record)]
pub struct PracticeDocument {
    /// Its pages as displayed.
    pub pages: Vec<PageSize>,
    /// What the check found in it.
    pub findings: Vec<Finding>,
    /// Where the stamp goes.
    pub place: StampedPage,
}

/// Which picture of a page.
#[uniffi::remote(Enum)]
pub enum PracticeView {
    /// The document as it is.
    Plain,
    /// With the stamp as it will be signed, or as it was.
    Stamped,
}

/// One practice, from opening the document to the judged signature. Nothing of it is kept or sent.
#[derive(uniffi::Object)]
pub struct Practice(practice::Practice);

#[uniffi::export(async_runtime = "tokio")]
impl Practice {
    /// A practice with keys that are kept apart from the device's own.
    #[uniffi::constructor]
    pub fn new(keys: Arc<dyn KeyStore>, language: Language) -> Arc<Self> {
        let keys = Arc::new(Keys(keys));
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(OsEntropy));
        Arc::new(Self(practice::Practice::new(keys, clock, entropy, language.into())))
    }

    /// Opens the document anew: what was signed before is forgotten.
    pub async fn open(&self) -> Result<PracticeDocument, PhoneError> {
        let practice::PracticeDocument { pages, findings, place } = self.0.open().await?;
        Ok(PracticeDocument { pages, findings, place })
    }

    /// Fixes the time and builds the revision that `sign` signs; gives the time.
    pub async fn prepare(&self) -> Result<UnixSecond, PhoneError> {
        Ok(self.0.prepare().await?)
    }

    /// Signs what was prepared: makes the practice key, asks for the person once, and judges the file as
    /// a stranger would, who trusts nobody.
    pub async fn sign(&self) -> Result<Verification, PhoneError> {
        Ok(self.0.sign().await?.into())
    }

    /// A picture (PNG) of part of a page.
    pub async fn region_png(
        &self,
        region: Region,
        view: PracticeView,
    ) -> Result<Vec<u8>, PhoneError> {
        Ok(self.0.region_png(region, view).await?)
    }
}
