//! The enrollment slip: a long-lived paper or message that only says who one is.

use minicbor::{Decode, Encode};

use super::InvalidInvitation;
use crate::cbor;
use crate::digest::Sha256;
use crate::env::UnixSecond;
use crate::id::SlipId;

/// What stands before a slip's data in its link; an invitation's data never has a full stop.
const MARK: &str = "slip.";
/// The longest data of a slip, in bytes.
const MAX_BYTES: usize = 512;

/// What a slip's QR code carries, after `#` as base64url. Nothing in it is secret but that its
/// identifier, which nobody can guess, leads to a name: it enrolls nothing by itself.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Slip {
    /// Always 1.
    #[n(0)]
    pub version: u8,
    /// What the server looks up: 16 random bytes.
    #[n(1)]
    pub id: SlipId,
    /// SHA-256 of the server keys' `SubjectPublicKeyInfo`, as an invitation has them.
    #[n(2)]
    pub pins: Vec<Sha256>,
    /// Useless after this.
    #[n(3)]
    pub expires: UnixSecond,
}

impl Slip {
    /// The link: `https://server/e#slip.…`.
    #[must_use]
    pub fn to_link(&self, origin: &str) -> String {
        use base64ct::{Base64UrlUnpadded, Encoding as _};
        let data = Base64UrlUnpadded::encode_string(&cbor::encode(self));
        format!("{}/e#{MARK}{data}", origin.trim_end_matches('/'))
    }

    /// Whether a link is a slip's, sound or not.
    #[must_use]
    pub fn is_link(link: &str) -> bool {
        link.split_once('#').is_some_and(|(_, data)| data.starts_with(MARK))
    }

    /// Reads a link; gives the server's origin and the slip.
    pub fn from_link(link: &str) -> Result<(String, Self), InvalidInvitation> {
        use base64ct::{Base64UrlUnpadded, Encoding as _};
        let none = || InvalidInvitation::NotALink;
        let (address, data) = link.trim().split_once('#').ok_or_else(none)?;
        let data = data.strip_prefix(MARK).ok_or_else(none)?;
        let origin = address.strip_suffix("/e").ok_or_else(none)?;
        if !(origin.starts_with("https://") || origin.starts_with("http://")) {
            return Err(none());
        }
        let bytes = Base64UrlUnpadded::decode_vec(data).map_err(|_| none())?;
        let slip: Self = cbor::decode(&bytes, MAX_BYTES)?;
        if slip.version == 1 {
            Ok((origin.to_owned(), slip))
        } else {
            Err(InvalidInvitation::Newer)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::enrollment::Invitation;

    fn slip() -> Slip {
        Slip {
            version: 1,
            id: SlipId::from_bytes([7; 16]),
            pins: vec![Sha256::of(b"pin"), Sha256::of(b"next")],
            expires: UnixSecond::new(1_800_000_000),
        }
    }

    #[test]
    fn a_slip_survives_its_link_and_is_no_invitation() {
        let link = slip().to_link("https://ky.example.vn/");
        assert!(link.starts_with("https://ky.example.vn/e#slip.") && Slip::is_link(&link));
        assert_eq!(Slip::from_link(&link), Ok(("https://ky.example.vn".to_owned(), slip())));
        assert_eq!(Invitation::from_link(&link), Err(InvalidInvitation::NotALink));
    }

    #[test]
    fn foreign_and_damaged_links_are_no_slips() {
        let link = slip().to_link("https://ky.example.vn");
        let newer = Slip { version: 2, ..slip() }.to_link("https://ky.example.vn");
        assert_eq!(Slip::from_link(&newer), Err(InvalidInvitation::Newer));
        let cut = &link[..link.len() - 8];
        for other in ["", "#slip.", "https://x.vn/e#slip.oA", "ftp://x/e#slip.oA", cut] {
            assert!(Slip::from_link(other).is_err(), "{other}");
        }
    }
}
