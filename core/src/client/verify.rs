//! Judging a file that somebody hands to the person: as a stranger would, with the anchors and the
//! revocation lists of this phone's office.

use crate::pdf::read::Refusal;
use crate::verify::{Report, Trust, verify_pdf};

use super::documents::MAX_BYTES;
use super::error::ClientError;
use super::{Companion, off_thread};

impl Companion {
    /// Judges a PDF, whoever it is from. Nothing is kept and nothing is sent. A phone that is not enrolled
    /// trusts nobody, so that its answer is at best "undetermined".
    pub async fn verify(&self, file: Vec<u8>) -> Result<Report, ClientError> {
        if file.len() as u64 > MAX_BYTES {
            return Err(ClientError::Unsignable(Refusal::TooLarge));
        }
        let trust = match self.trust().await {
            Err(ClientError::NotEnrolled) => self.nobody(),
            trust => trust?,
        };
        off_thread("verifying a file", move || verify_pdf(&file, &trust, None)).await
    }

    fn nobody(&self) -> Trust {
        Trust {
            anchors: Vec::new(),
            intermediates: Vec::new(),
            crls: Vec::new(),
            ocsp: Vec::new(),
            at: self.server_now().second(),
        }
    }
}
