//! The names that our own certificates carry.

use serde::{Deserialize, Serialize};

use crate::asn1::{
    self, Element, IA5_STRING, OID, PRINTABLE_STRING, SEQUENCE, SET, UTF8_STRING, write,
};
use crate::document::Text;
use crate::oid;

/// Who a certificate is for. The country is always VN.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DistinguishedName {
    /// The person's or the authority's name.
    pub common_name: Text<64>,
    /// The office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization: Option<Text<64>>,
    /// The position, such as "Chủ tịch".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Text<64>>,
    /// Tells apart people of the same name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_serial: Option<Text<64>>,
}

impl DistinguishedName {
    /// A name that is only a common name.
    #[must_use]
    pub fn of(common_name: Text<64>) -> Self {
        Self { common_name, organization: None, title: None, subject_serial: None }
    }

    /// DER of the name (RFC 5280 §4.1.2.4), texts in UTF-8.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let mut parts = vec![part(oid::COUNTRY, PRINTABLE_STRING, "VN")];
        let texts = [
            (oid::ORGANIZATION, self.organization.as_ref()),
            (oid::TITLE, self.title.as_ref()),
            (oid::COMMON_NAME, Some(&self.common_name)),
        ];
        for (kind, text) in texts {
            parts.extend(text.map(|text| part(kind, UTF8_STRING, text.as_str())));
        }
        // X.520 allows a PrintableString only.
        let serial = self.subject_serial.as_ref().filter(|text| text.as_str().is_ascii());
        parts.extend(serial.map(|text| part(oid::SUBJECT_SERIAL, PRINTABLE_STRING, text.as_str())));
        let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
        write(SEQUENCE, &parts)
    }
}

/// A part of a name that is compared with what an office knows of its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NamePart {
    /// CN.
    CommonName,
    /// O.
    Organization,
    /// OU.
    OrganizationalUnit,
    /// The position.
    Title,
    /// The serial number of the subject: of those that our own authority issues, the person's identifier.
    SubjectSerial,
}

impl NamePart {
    fn oid(self) -> &'static [u8] {
        match self {
            Self::CommonName => oid::COMMON_NAME,
            Self::Organization => oid::ORGANIZATION,
            Self::OrganizationalUnit => oid::ORGANIZATIONAL_UNIT,
            Self::Title => oid::TITLE,
            Self::SubjectSerial => oid::SUBJECT_SERIAL,
        }
    }
}

/// The texts of a kind in a DER name, in their order; those that are no text are left out.
pub(super) fn parts(name: &[u8], wanted: NamePart) -> Vec<String> {
    let mut found = Vec::new();
    let Ok(name) = asn1::single(name, SEQUENCE) else { return found };
    let mut sets = name.inside();
    while let Ok(set) = sets.expect(SET) {
        let mut members = set.inside();
        while let Ok(member) = members.expect(SEQUENCE) {
            let mut pair = member.inside();
            if pair.expect(OID).is_ok_and(|kind| kind.value == wanted.oid()) {
                found.extend(pair.next().ok().and_then(text));
            }
        }
    }
    found
}

/// A `DirectoryString` (RFC 5280 §4.1.2.4), or the like.
fn text(value: Element<'_>) -> Option<String> {
    const TELETEX_STRING: u8 = 0x14;
    const BMP_STRING: u8 = 0x1e;
    match value.tag {
        UTF8_STRING | PRINTABLE_STRING | IA5_STRING => {
            std::str::from_utf8(value.value).ok().map(str::to_owned)
        }
        // T.61 as all the world writes it: Latin-1.
        TELETEX_STRING => Some(value.value.iter().map(|byte| char::from(*byte)).collect()),
        BMP_STRING => {
            let (pairs, rest) = value.value.as_chunks::<2>();
            let units: Vec<u16> = pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
            String::from_utf16(&units).ok().filter(|_| rest.is_empty())
        }
        _ => None,
    }
}

fn part(kind: &[u8], tag: u8, text: &str) -> Vec<u8> {
    let pair = write(SEQUENCE, &[&write(OID, &[kind]), &write(tag, &[text.as_bytes()])]);
    write(SET, &[&pair])
}
