//! The names that our own certificates carry.

use serde::{Deserialize, Serialize};

use crate::asn1::{OID, PRINTABLE_STRING, SEQUENCE, SET, UTF8_STRING, write};
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

fn part(kind: &[u8], tag: u8, text: &str) -> Vec<u8> {
    let pair = write(SEQUENCE, &[&write(OID, &[kind]), &write(tag, &[text.as_bytes()])]);
    write(SET, &[&pair])
}
