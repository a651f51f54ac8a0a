//! Names and strings as people and programs read them (ISO 32000-1, 7.3.4, 7.3.5 and annex D).

use std::borrow::Cow;

use super::lexer::is_blank;

/// The bytes of a name without its slash, escapes resolved.
pub(super) fn name_bytes(raw: &[u8]) -> Cow<'_, [u8]> {
    if !raw.contains(&b'#') {
        return Cow::Borrowed(raw);
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut at = 0;
    while let Some(&byte) = raw.get(at) {
        if byte == b'#'
            && let Some(&[high, low]) = raw.get(at + 1..at + 3)
            && let (Some(high), Some(low)) = (hex_digit(high), hex_digit(low))
        {
            bytes.push(high << 4 | low);
            at += 3;
        } else {
            bytes.push(byte);
            at += 1;
        }
    }
    Cow::Owned(bytes)
}

/// The bytes of a string with its delimiters, escapes resolved.
pub(super) fn string_bytes(raw: &[u8]) -> Vec<u8> {
    let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default();
    if raw.first() == Some(&b'<') { hex_bytes(inner) } else { literal_bytes(inner) }
}

fn hex_bytes(inner: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> =
        inner.iter().filter(|&&byte| !is_blank(byte)).filter_map(|&byte| hex_digit(byte)).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

fn literal_bytes(inner: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(inner.len());
    let mut rest = inner;
    loop {
        rest = match rest {
            [] => return bytes,
            [b'\\', b'\r', b'\n', tail @ ..] | [b'\\', b'\r' | b'\n', tail @ ..] => tail,
            [b'\\', b'0'..=b'7', ..] => {
                let octal = &rest[1..];
                let digits = octal.iter().take(3).take_while(|b| matches!(b, b'0'..=b'7')).count();
                let value =
                    octal[..digits].iter().fold(0u16, |sum, b| sum * 8 + u16::from(b - b'0'));
                // A value above 377 keeps its low eight bits (7.3.4.2).
                bytes.push(value.to_be_bytes()[1]);
                &octal[digits..]
            }
            [b'\\', escaped, tail @ ..] => {
                bytes.push(match escaped {
                    b'n' => b'\n',
                    b'r' => b'\r',
                    b't' => b'\t',
                    b'b' => 8,
                    b'f' => 12,
                    other => *other,
                });
                tail
            }
            [b'\r', b'\n', tail @ ..] | [b'\r' | b'\n', tail @ ..] => {
                bytes.push(b'\n');
                tail
            }
            [byte, tail @ ..] => {
                bytes.push(*byte);
                tail
            }
        };
    }
}

/// The text of a string's bytes.
pub(super) fn decode(bytes: &[u8]) -> String {
    if let Some(utf16) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        let units = utf16.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        return char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
    }
    if let Some(utf8) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        return String::from_utf8_lossy(utf8).into_owned();
    }
    bytes.iter().map(|&byte| document_char(byte)).collect()
}

/// `PDFDocEncoding` (annex D.2).
fn document_char(byte: u8) -> char {
    const LOW: [char; 8] = ['˘', 'ˇ', 'ˆ', '˙', '˝', '˛', '˚', '˜'];
    const HIGH: [char; 33] = [
        '•', '†', '‡', '…', '—', '–', 'ƒ', '⁄', '‹', '›', '−', '‰', '„', '“', '”', '‘', '’', '‚',
        '™', 'ﬁ', 'ﬂ', 'Ł', 'Œ', 'Š', 'Ÿ', 'Ž', 'ı', 'ł', 'œ', 'š', 'ž', '\u{FFFD}', '€',
    ];
    match byte {
        0x18..=0x1F => LOW[usize::from(byte - 0x18)],
        0x80..=0xA0 => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
