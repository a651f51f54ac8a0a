//! Timestamp tokens (RFC 3161 §2.4.2): an authority's signature over a digest and a time.

use crate::algorithm::Digest;
use crate::asn1::{self, BOOLEAN, INTEGER, OCTET_STRING, OID, SEQUENCE, context_constructed};
use crate::env::UnixSecond;

use super::read::{Content, ReadError, SignedData, read};

/// A timestamp as read; nothing in it is verified yet.
#[derive(Clone, Debug)]
pub struct TimestampToken {
    /// The authority's signature.
    pub cms: SignedData,
    /// What the authority signed.
    pub info: Vec<u8>,
    /// How the imprint was made; `None`: in a way that this product does not compute.
    pub digest: Option<Digest>,
    /// The digest of what was stamped.
    pub imprint: Vec<u8>,
    /// When the authority saw it, to the second.
    pub at: UnixSecond,
}

impl TimestampToken {
    /// Whether these bytes, one part after the other, were stamped; `None` if the digest is not
    /// computed here.
    #[must_use]
    pub fn is_over(&self, parts: &[&[u8]]) -> Option<bool> {
        Some(self.digest?.of_parts(parts) == self.imprint)
    }
}

/// Reads a token; zeros that fill a hole may follow it.
pub fn read_timestamp(token: &[u8]) -> Result<TimestampToken, ReadError> {
    let cms = read(token)?;
    let Content::Inside(info) = &cms.content else { return Err(ReadError::Content) };
    if !cms.is_timestamp() {
        return Err(ReadError::Content);
    }
    let info = info.clone();
    let mut fields = asn1::single(&info, SEQUENCE)?.inside();
    fields.expect(INTEGER)?;
    fields.expect(OID)?;
    let mut imprint = fields.expect(SEQUENCE)?.inside();
    let digest = Digest::read(imprint.expect(SEQUENCE)?)?;
    let value = imprint.expect(OCTET_STRING)?.value.to_vec();
    imprint.finish()?;
    fields.expect(INTEGER)?;
    let at = fields.next()?.time_to_the_second()?;
    // Accuracy, ordering, nonce, the authority's name, extensions: nothing here rests on them.
    fields.optional(SEQUENCE)?;
    fields.optional(BOOLEAN)?;
    fields.optional(INTEGER)?;
    fields.optional(context_constructed(0))?;
    fields.optional(context_constructed(1))?;
    fields.finish()?;
    Ok(TimestampToken { cms, info, digest, imprint: value, at })
}
