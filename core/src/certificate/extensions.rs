//! The extensions of a certificate that limit what it may be used for (RFC 5280 §4.2.1).

use crate::asn1::{self, INTEGER, InvalidDer, OID, Reader, SEQUENCE, context, context_constructed};
use crate::oid;

use super::names::{self, NameConstraints};
use super::parse::Certificate;

/// Most members of any list in an extension. Real ones have a dozen; each is compared with each.
pub(super) const MAX_MEMBERS: usize = 256;

/// A policy of the issuer's, and the subject's that equals it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PolicyMapping<'a> {
    pub(super) from: &'a [u8],
    pub(super) to: &'a [u8],
}

/// After how many further certificates a limit on policies begins; `None`: never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PolicyConstraints {
    pub(super) require_explicit: Option<u64>,
    pub(super) inhibit_mapping: Option<u64>,
}

impl Certificate {
    /// What the key may be used for besides the key usage; `None`: for anything.
    pub(crate) fn extended_key_usage(&self) -> Result<Option<Vec<&[u8]>>, InvalidDer> {
        let Some(value) = self.extension(oid::EXTENDED_KEY_USAGE) else { return Ok(None) };
        let usages = list(value)?.into_iter().map(|usage| match usage.tag {
            OID => Ok(usage.value),
            _ => Err(InvalidDer),
        });
        usages.collect::<Result<_, _>>().map(Some)
    }

    /// Whether the extended key usage is marked as one that everybody must heed.
    pub(crate) fn extended_key_usage_is_critical(&self) -> bool {
        self.is_critical(oid::EXTENDED_KEY_USAGE)
    }

    /// The policies it was issued under; `None` where the extension is missing.
    pub(crate) fn policies(&self) -> Result<Option<Vec<&[u8]>>, InvalidDer> {
        let Some(value) = self.extension(oid::CERTIFICATE_POLICIES) else { return Ok(None) };
        let policies = list(value)?.into_iter().map(|policy| match policy.tag {
            SEQUENCE => Ok(policy.inside().expect(OID)?.value),
            _ => Err(InvalidDer),
        });
        policies.collect::<Result<_, _>>().map(Some)
    }

    pub(super) fn policy_mappings(&self) -> Result<Vec<PolicyMapping<'_>>, InvalidDer> {
        let Some(value) = self.extension(oid::POLICY_MAPPINGS) else { return Ok(Vec::new()) };
        let pairs = list(value)?.into_iter().map(|pair| {
            let mut pair = pair.inside();
            let (from, to) = (pair.expect(OID)?.value, pair.expect(OID)?.value);
            pair.finish()?;
            Ok(PolicyMapping { from, to })
        });
        pairs.collect()
    }

    pub(super) fn policy_constraints(&self) -> Result<PolicyConstraints, InvalidDer> {
        let Some(value) = self.extension(oid::POLICY_CONSTRAINTS) else {
            return Ok(PolicyConstraints::default());
        };
        let mut fields = asn1::single(value, SEQUENCE)?.inside();
        let require_explicit =
            fields.optional(context(0))?.map(asn1::Element::small).transpose()?;
        let inhibit_mapping = fields.optional(context(1))?.map(asn1::Element::small).transpose()?;
        fields.finish()?;
        Ok(PolicyConstraints { require_explicit, inhibit_mapping })
    }

    /// After how many further certificates anyPolicy means nothing.
    pub(super) fn inhibit_any_policy(&self) -> Result<Option<u64>, InvalidDer> {
        let Some(value) = self.extension(oid::INHIBIT_ANY_POLICY) else { return Ok(None) };
        asn1::single(value, INTEGER)?.small().map(Some)
    }

    pub(super) fn name_constraints(&self) -> Result<Option<NameConstraints<'_>>, InvalidDer> {
        self.extension(oid::NAME_CONSTRAINTS).map(NameConstraints::read).transpose()
    }

    /// The alternative names of its subject.
    pub(super) fn alternative_names(&self) -> Result<Vec<names::GeneralName<'_>>, InvalidDer> {
        let Some(value) = self.extension(oid::SUBJECT_ALT_NAME) else { return Ok(Vec::new()) };
        list(value)?.into_iter().map(names::GeneralName::read).collect()
    }

    /// Whether an OCSP responder's certificate vouches for itself until it expires (RFC 6960
    /// §4.2.2.2.1).
    pub(super) fn needs_no_revocation_check(&self) -> bool {
        self.extension(oid::OCSP_NO_CHECK).is_some()
    }

    /// Where its issuer's revocation lists are: the encodings of their names.
    pub(super) fn distribution_points(&self) -> Result<Vec<&[u8]>, InvalidDer> {
        let Some(value) = self.extension(oid::CRL_DISTRIBUTION_POINTS) else {
            return Ok(Vec::new());
        };
        let mut names = Vec::new();
        for point in list(value)? {
            if let Some(point) = point.inside().optional(context_constructed(0))? {
                names.extend(full_names(point.inside())?);
            }
        }
        Ok(names)
    }
}

/// The encodings of the names in a `DistributionPointName`; relative ones are left out.
pub(super) fn full_names(mut point: Reader<'_>) -> Result<Vec<&[u8]>, InvalidDer> {
    match point.optional(context_constructed(0))? {
        Some(full) => Ok(members(full.inside())?.into_iter().map(|name| name.raw).collect()),
        None => Ok(Vec::new()),
    }
}

/// The members of a SEQUENCE.
fn list(value: &[u8]) -> Result<Vec<asn1::Element<'_>>, InvalidDer> {
    members(asn1::single(value, SEQUENCE)?.inside())
}

/// All elements, of which there may be [`MAX_MEMBERS`].
pub(super) fn members(mut reader: Reader<'_>) -> Result<Vec<asn1::Element<'_>>, InvalidDer> {
    let mut members = Vec::new();
    while !reader.is_empty() {
        if members.len() == MAX_MEMBERS {
            return Err(InvalidDer);
        }
        members.push(reader.next()?);
    }
    Ok(members)
}
