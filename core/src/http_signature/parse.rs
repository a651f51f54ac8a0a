//! Reading the headers of a signed request.

use sfv::{BareItem, Dictionary, InnerList, Item, ListEntry, Parameters, Parser};

use crate::digest::Sha256;
use crate::env::UnixSecond;

use super::{
    ALGORITHM, BODY_COMPONENTS, COMPONENTS, LABEL, Nonce, Presented, PresentedBody, SignatureError,
    TAG, content_digest, parameters,
};

// The longest well-formed Signature-Input of the profile has 262 bytes, a Content-Type of ours
// far less than the rest.
const MAX_HEADER_BYTES: usize = 512;

/// The headers of a request that matter here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    signature_input: Option<String>,
    signature: Option<String>,
    content_digest: Option<String>,
    content_type: Option<String>,
}

impl Headers {
    /// Picks them from all headers of a request, each a name and its bytes.
    pub fn collect<'a>(
        headers: impl IntoIterator<Item = (&'a str, &'a [u8])>,
    ) -> Result<Self, SignatureError> {
        let mut picked = Self::default();
        for (name, value) in headers {
            let Some((name, place)) = picked.place(name) else { continue };
            if place.is_some() {
                return Err(SignatureError::RepeatedHeader(name));
            }
            let is_plain = value.len() <= MAX_HEADER_BYTES
                && value.iter().all(|byte| matches!(byte, 0x20..=0x7e));
            let text = std::str::from_utf8(value).ok().filter(|_| is_plain);
            *place = Some(text.ok_or(SignatureError::MalformedHeader(name))?.to_owned());
        }
        Ok(picked)
    }

    fn place(&mut self, name: &str) -> Option<(&'static str, &mut Option<String>)> {
        match name.to_ascii_lowercase().as_str() {
            "signature-input" => Some(("signature-input", &mut self.signature_input)),
            "signature" => Some(("signature", &mut self.signature)),
            "content-digest" => Some(("content-digest", &mut self.content_digest)),
            "content-type" => Some(("content-type", &mut self.content_type)),
            _ => None,
        }
    }
}

/// Reads a signature in the form of the profile and no other.
pub fn parse(headers: &Headers) -> Result<Presented, SignatureError> {
    let input = required(headers.signature_input.as_ref(), "signature-input")?;
    let signature = required(headers.signature.as_ref(), "signature")?;

    let list = match one_member(input, "signature-input")? {
        ListEntry::InnerList(list) => list,
        ListEntry::Item(_) => return Err(SignatureError::WrongComponents),
    };
    let has_body = covers_body(&list)?;
    let values = &list.params;
    let created = UnixSecond::new(integer(values, "created")?);
    let nonce = parse_nonce(text(values, "nonce")?)?;
    let keyid =
        text(values, "keyid")?.parse().map_err(|_| SignatureError::WrongParameter("keyid"))?;
    if text(values, "alg")? != ALGORITHM {
        return Err(SignatureError::WrongAlgorithm);
    }
    if text(values, "tag")? != TAG {
        return Err(SignatureError::WrongTag);
    }
    // What was read, written again: leaves no room for further parameters or another spelling.
    if input != format!("{LABEL}={}", parameters(has_body, created, nonce, keyid)) {
        return Err(SignatureError::NotCanonical);
    }
    Ok(Presented {
        keyid,
        created,
        nonce,
        body: if has_body { Some(parse_body(headers)?) } else { None },
        signature: parse_signature(signature)?,
    })
}

fn required<'a>(value: Option<&'a String>, name: &'static str) -> Result<&'a str, SignatureError> {
    value.map(String::as_str).ok_or(SignatureError::MissingHeader(name))
}

fn one_member(value: &str, name: &'static str) -> Result<ListEntry, SignatureError> {
    let members: Dictionary =
        Parser::new(value).parse().map_err(|_| SignatureError::MalformedHeader(name))?;
    let mut members = members.into_iter();
    match (members.next(), members.next()) {
        (Some((label, entry)), None) if label.as_str() == LABEL => Ok(entry),
        _ => Err(SignatureError::NotOneSignature),
    }
}

fn covers_body(list: &InnerList) -> Result<bool, SignatureError> {
    let mut covered = Vec::new();
    for item in &list.items {
        match &item.bare_item {
            BareItem::String(name) if item.params.is_empty() => covered.push(name.as_str()),
            _ => return Err(SignatureError::WrongComponents),
        }
    }
    if covered == COMPONENTS {
        Ok(false)
    } else if covered == [COMPONENTS.as_slice(), &BODY_COMPONENTS].concat() {
        Ok(true)
    } else {
        Err(SignatureError::WrongComponents)
    }
}

fn integer(values: &Parameters, name: &'static str) -> Result<i64, SignatureError> {
    match values.get(name) {
        Some(BareItem::Integer(number)) => Ok(i64::from(*number)),
        _ => Err(SignatureError::WrongParameter(name)),
    }
}

fn text<'a>(values: &'a Parameters, name: &'static str) -> Result<&'a str, SignatureError> {
    match values.get(name) {
        Some(BareItem::String(text)) => Ok(text.as_str()),
        _ => Err(SignatureError::WrongParameter(name)),
    }
}

fn parse_nonce(text: &str) -> Result<Nonce, SignatureError> {
    use base64ct::{Base64UrlUnpadded, Encoding as _};
    let mut bytes = [0; 16];
    match Base64UrlUnpadded::decode(text, &mut bytes) {
        Ok(decoded) if decoded.len() == 16 => Ok(Nonce(bytes)),
        _ => Err(SignatureError::WrongParameter("nonce")),
    }
}

fn parse_body(headers: &Headers) -> Result<PresentedBody, SignatureError> {
    let malformed = SignatureError::MalformedHeader("content-digest");
    let content_type = required(headers.content_type.as_ref(), "content-type")?;
    let text = required(headers.content_digest.as_ref(), "content-digest")?;
    let members: Dictionary = Parser::new(text).parse().map_err(|_| malformed.clone())?;
    let Some(ListEntry::Item(Item { bare_item: BareItem::ByteSequence(bytes), .. })) =
        members.get("sha-256")
    else {
        return Err(malformed);
    };
    let digest = Sha256::from_slice(bytes).map_err(|_| malformed)?;
    if text != content_digest(digest) {
        return Err(SignatureError::NotCanonical);
    }
    Ok(PresentedBody { digest, content_type: content_type.to_owned() })
}

fn parse_signature(value: &str) -> Result<[u8; 64], SignatureError> {
    use base64ct::{Base64, Encoding as _};
    let malformed = SignatureError::MalformedHeader("signature");
    let ListEntry::Item(Item { bare_item: BareItem::ByteSequence(bytes), params }) =
        one_member(value, "signature")?
    else {
        return Err(malformed);
    };
    if !params.is_empty() || value != format!("{LABEL}=:{}:", Base64::encode_string(&bytes)) {
        return Err(SignatureError::NotCanonical);
    }
    bytes.try_into().map_err(|_| malformed)
}
