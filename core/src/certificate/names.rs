//! Which names an authority may certify (RFC 5280 §4.2.1.10).

use crate::asn1::{
    self, Element, IA5_STRING, InvalidDer, OID, PRINTABLE_STRING, SEQUENCE, SET, UTF8_STRING,
    context, context_constructed,
};
use crate::oid;

use super::extensions::members;
use super::parse::Certificate;

/// A name of any kind that is compared here.
#[derive(Clone, Copy, Debug)]
pub(super) enum GeneralName<'a> {
    Mail(&'a str),
    Host(&'a str),
    Directory(&'a [u8]),
    Address(&'a [u8]),
    /// Of another kind, by its tag.
    Other(u8),
}

impl<'a> GeneralName<'a> {
    const MAIL: u8 = context(1);
    const HOST: u8 = context(2);
    const DIRECTORY: u8 = context_constructed(4);
    const ADDRESS: u8 = context(7);

    pub(super) fn read(name: Element<'a>) -> Result<Self, InvalidDer> {
        let text = || std::str::from_utf8(name.value).map_err(|_| InvalidDer);
        Ok(match name.tag {
            Self::MAIL => Self::Mail(text()?),
            Self::HOST => Self::Host(text()?),
            Self::DIRECTORY => Self::Directory(asn1::single(name.value, SEQUENCE)?.raw),
            Self::ADDRESS => Self::Address(name.value),
            other => Self::Other(other),
        })
    }

    fn is_of_the_kind_of(self, other: Self) -> bool {
        match (self, other) {
            (Self::Other(one), Self::Other(other)) => one == other,
            _ => std::mem::discriminant(&self) == std::mem::discriminant(&other),
        }
    }

    /// Whether it lies within the subtree `base` of its own kind.
    fn lies_in(self, base: Self) -> Result<bool, Breach> {
        match (self, base) {
            (Self::Mail(name), Self::Mail(base)) => Ok(mail_lies_in(name, base)),
            (Self::Host(name), Self::Host(base)) => Ok(host_lies_in(name, base)),
            (Self::Address(name), Self::Address(base)) => Ok(address_lies_in(name, base)),
            (Self::Directory(name), Self::Directory(base)) => {
                Ok(directory_lies_in(name, base).unwrap_or(false))
            }
            (Self::Other(_), Self::Other(_)) => Err(Breach::Unknown),
            _ => Ok(false),
        }
    }
}

/// How a name offends against a constraint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breach {
    /// It lies outside what is permitted, or inside what is excluded.
    Forbidden,
    /// It is of a kind that is constrained, but not compared here.
    Unknown,
}

/// What an authority may certify.
#[derive(Clone, Debug)]
pub(super) struct NameConstraints<'a> {
    permitted: Vec<GeneralName<'a>>,
    excluded: Vec<GeneralName<'a>>,
}

impl<'a> NameConstraints<'a> {
    pub(super) fn read(value: &'a [u8]) -> Result<Self, InvalidDer> {
        let mut fields = asn1::single(value, SEQUENCE)?.inside();
        let permitted = fields.optional(context_constructed(0))?.map(subtrees).transpose()?;
        let excluded = fields.optional(context_constructed(1))?.map(subtrees).transpose()?;
        fields.finish()?;
        Ok(Self {
            permitted: permitted.unwrap_or_default(),
            excluded: excluded.unwrap_or_default(),
        })
    }

    /// That every name of a certificate's subject is allowed.
    pub(super) fn check(
        &self,
        certificate: &Certificate,
    ) -> Result<Result<(), Breach>, InvalidDer> {
        let mut names = certificate.alternative_names()?;
        let subject = certificate.subject();
        if !asn1::single(subject, SEQUENCE)?.value.is_empty() {
            names.push(GeneralName::Directory(subject));
        }
        // Addresses in the subject itself count where there is no other (RFC 5280 §4.2.1.10).
        if !names.iter().any(|name| matches!(name, GeneralName::Mail(_))) {
            names.extend(mail_in(subject)?.into_iter().map(GeneralName::Mail));
        }
        Ok(names.into_iter().try_for_each(|name| self.allows(name)))
    }

    fn allows(&self, name: GeneralName<'_>) -> Result<(), Breach> {
        for base in self.excluded.iter().filter(|base| name.is_of_the_kind_of(**base)) {
            if name.lies_in(*base)? {
                return Err(Breach::Forbidden);
            }
        }
        let mut bases =
            self.permitted.iter().filter(|base| name.is_of_the_kind_of(**base)).peekable();
        if bases.peek().is_none() {
            return Ok(());
        }
        for base in bases {
            if name.lies_in(*base)? {
                return Ok(());
            }
        }
        Err(Breach::Forbidden)
    }
}

fn subtrees(list: Element<'_>) -> Result<Vec<GeneralName<'_>>, InvalidDer> {
    let bases = members(list.inside())?.into_iter().map(|subtree| {
        let mut fields = subtree.inside();
        let base = GeneralName::read(fields.next()?)?;
        // Always 0 and absent (RFC 5280 §4.2.1.10).
        fields.finish()?;
        Ok(base)
    });
    bases.collect()
}

fn mail_lies_in(name: &str, base: &str) -> bool {
    let Some((local, host)) = name.rsplit_once('@') else { return false };
    match base.rsplit_once('@') {
        Some((base_local, base_host)) => {
            local == base_local && host.eq_ignore_ascii_case(base_host)
        }
        None if base.starts_with('.') => ends_with(host, base),
        None => host.eq_ignore_ascii_case(base),
    }
}

fn host_lies_in(name: &str, base: &str) -> bool {
    let base = base.trim_start_matches('.');
    base.is_empty() || name.eq_ignore_ascii_case(base) || ends_with(name, &format!(".{base}"))
}

fn ends_with(name: &str, end: &str) -> bool {
    let (name, end) = (name.as_bytes(), end.as_bytes());
    name.len() > end.len() && name[name.len() - end.len()..].eq_ignore_ascii_case(end)
}

/// `base` is an address and a mask of the same length.
fn address_lies_in(name: &[u8], base: &[u8]) -> bool {
    let (address, mask) = base.split_at(base.len() / 2);
    name.len() == mask.len()
        && name.len() == address.len()
        && name.iter().zip(address).zip(mask).all(|((one, other), mask)| one & mask == other & mask)
}

/// Whether the name begins with all of `base`.
fn directory_lies_in(name: &[u8], base: &[u8]) -> Result<bool, InvalidDer> {
    let name = members(asn1::single(name, SEQUENCE)?.inside())?;
    let base = members(asn1::single(base, SEQUENCE)?.inside())?;
    Ok(name.len() >= base.len()
        && name.iter().zip(&base).all(|(one, other)| one.raw == other.raw || alike(*one, *other)))
}

/// Whether two relative names differ in nothing but case, blanks and the kind of string (RFC 5280
/// §7.1).
fn alike(one: Element<'_>, other: Element<'_>) -> bool {
    let (Ok(one), Ok(other)) = (parts(one), parts(other)) else { return false };
    one.len() == other.len() && one.iter().all(|part| other.contains(part))
}

fn parts(relative: Element<'_>) -> Result<Vec<(&[u8], String)>, InvalidDer> {
    let parts = members(relative.inside())?.into_iter().map(|part| {
        let mut fields = part.inside();
        let kind = fields.expect(OID)?.value;
        let value = fields.next()?;
        fields.finish()?;
        let text = match value.tag {
            UTF8_STRING | PRINTABLE_STRING | IA5_STRING => {
                std::str::from_utf8(value.value).map_err(|_| InvalidDer)?.to_lowercase()
            }
            _ => hex::encode(value.raw),
        };
        Ok((kind, text.split_whitespace().collect::<Vec<_>>().join(" ")))
    });
    parts.collect()
}

fn mail_in(subject: &[u8]) -> Result<Vec<&str>, InvalidDer> {
    let mut found = Vec::new();
    for relative in members(asn1::single(subject, SEQUENCE)?.inside())? {
        if relative.tag != SET {
            return Err(InvalidDer);
        }
        for part in members(relative.inside())? {
            let mut fields = part.inside();
            if fields.expect(OID)?.value == oid::EMAIL_ADDRESS {
                let text = std::str::from_utf8(fields.next()?.value);
                found.push(text.map_err(|_| InvalidDer)?);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_lies_in_its_subtree_or_not() {
        for (name, base, expected) in [
            ("an@minhtan.example", "minhtan.example", true),
            ("an@minhtan.example", "AN@minhtan.example", false),
            ("an@minhtan.example", "an@MINHTAN.example", true),
            ("an@so.minhtan.example", "minhtan.example", false),
            ("an@so.minhtan.example", ".minhtan.example", true),
            ("an@minhtan.example", ".minhtan.example", false),
            ("no mail", "minhtan.example", false),
        ] {
            assert_eq!(mail_lies_in(name, base), expected, "{name} in {base}");
        }
        assert!(host_lies_in("www.gov.example", "gov.example"));
        assert!(host_lies_in("gov.example", ".gov.example"));
        assert!(!host_lies_in("evilgov.example", "gov.example"));
        assert!(address_lies_in(&[10, 1, 2, 3], &[10, 1, 0, 0, 255, 255, 0, 0]));
        assert!(!address_lies_in(&[10, 2, 2, 3], &[10, 1, 0, 0, 255, 255, 0, 0]));
        assert!(!address_lies_in(&[10, 2, 2], &[10, 1, 0]));
    }
}
