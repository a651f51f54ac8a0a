//! What was really signed, in tests/vectors and here. Whatever else verifies is a forgery.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use trien_core::certificate::Certificate;
use trien_core::cms::{self, SignedData};
use trien_core::pdf::read::{Document, SignatureField, open_to_judge};

use crate::seeds;

/// Signatures of the seeds.
pub struct Known {
    /// The bytes covered by each signature of a document that can be read.
    pub covered: HashSet<Vec<u8>>,
    /// By the signer's key: what was signed, and which attributes say so.
    by_key: HashMap<Vec<u8>, Vec<Signed>>,
}

struct Signed {
    content: Vec<u8>,
    attributes: Option<Vec<u8>>,
}

/// All that is known.
pub fn known() -> &'static Known {
    static KNOWN: OnceLock<Known> = OnceLock::new();
    KNOWN.get_or_init(Known::collect)
}

impl Known {
    fn collect() -> Self {
        let mut known = Self { covered: HashSet::new(), by_key: HashMap::new() };
        for file in seeds::documents() {
            let Ok(document) = open_to_judge(&file) else { continue };
            for signature in document.signatures() {
                known.add(&document, signature);
            }
        }
        assert!(known.covered.len() > 30, "tests/vectors holds signed documents");
        known
    }

    fn add(&mut self, document: &Document<'_>, signature: &SignatureField) {
        let Some(content) = covered(document, signature) else { return };
        if let Some(data) = cms_of(document, signature).and_then(|cms| cms::read(&cms).ok())
            && let Some(certificate) = data.signer_certificate()
        {
            let attributes = data.signed_attributes().map(<[u8]>::to_vec);
            let signed = Signed { content: content.clone(), attributes };
            self.by_key.entry(certificate.public_key().to_vec()).or_default().push(signed);
        }
        self.covered.insert(content);
    }

    /// Holds a signature by a known key to what that key really signed.
    pub fn no_forgery(&self, data: &SignedData) {
        let Some(key) = data.signer_certificate().map(Certificate::public_key) else {
            return;
        };
        let Some(signed) = self.by_key.get(key) else { return };
        for one in signed {
            let content: [&[u8]; 1] = [&one.content];
            if data.is_over(&content) == Some(true) && data.verify(&content, key).is_ok() {
                let attributes = data.signed_attributes().map(<[u8]>::to_vec);
                assert!(signed.iter().any(|known| known.attributes == attributes), "a forgery");
            }
        }
    }
}

/// The bytes that a signature covers.
pub fn covered(document: &Document<'_>, signature: &SignatureField) -> Option<Vec<u8>> {
    let [_, first, second, length] = signature.byte_range.map(usize::try_from).map(Result::ok);
    let (second, length) = (second?, length?);
    let bytes = document.bytes();
    Some([bytes.get(..first?)?, bytes.get(second..second + length)?].concat())
}

/// The CMS in a signature's hole, its zeros included.
pub fn cms_of(document: &Document<'_>, signature: &SignatureField) -> Option<Vec<u8>> {
    let hole = signature.hole();
    hex::decode(document.bytes().get(hole.start + 1..hole.end - 1)?).ok()
}
