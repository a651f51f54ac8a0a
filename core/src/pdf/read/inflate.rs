//! Unpacks the streams that hold structure: cross-reference and object streams.

use flate2::{Decompress, FlushDecompress, Status};

use super::limits::MAX_INFLATED;
use super::{Dict, Refusal, Value};

/// How many bytes may still be unpacked, and with what: a document may have thousands of short
/// streams, and a decoder takes longer to make than such a stream to unpack.
pub(super) struct Budget {
    left: usize,
    decoder: Option<Decompress>,
}

impl Budget {
    pub(super) fn new() -> Self {
        Self { left: MAX_INFLATED, decoder: None }
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Refusal> {
        self.left = self.left.checked_sub(bytes).ok_or(Refusal::TooMuchInflated)?;
        Ok(())
    }

    fn decoder(&mut self) -> Decompress {
        match self.decoder.take() {
            Some(mut used) => {
                used.reset(true);
                used
            }
            None => Decompress::new(true),
        }
    }
}

/// Unpacks a stream: no filter or one `FlateDecode`, with no predictor, TIFF's or one of PNG's.
pub(super) fn unpack(
    object: u32,
    dict: Dict<'_>,
    data: &[u8],
    budget: &mut Budget,
) -> Result<Vec<u8>, Refusal> {
    let bad = Refusal::BadFilter { object };
    let Some(filter) = single(dict.get("Filter"), bad)? else {
        budget.spend(data.len())?;
        return Ok(data.to_vec());
    };
    // The short name is meant for inline images, but every reader takes it for streams as well.
    if !filter.name().is_some_and(|name| name.is("FlateDecode") || name.is("Fl")) {
        return Err(bad);
    }
    let plain = inflate(data, bad, budget)?;
    match single(dict.get("DecodeParms"), bad)? {
        None => Ok(plain),
        Some(Value::Dict(parameters)) => undo_predictor(plain, parameters, bad),
        Some(_) => Err(bad),
    }
}

/// A value, or the only element of an array of one.
fn single(value: Option<Value<'_>>, bad: Refusal) -> Result<Option<Value<'_>>, Refusal> {
    let value = match value {
        Some(Value::Array(array)) => {
            let mut elements = array.iter();
            let first = elements.next();
            if elements.next().is_some() {
                return Err(bad);
            }
            first
        }
        other => other,
    };
    Ok(value.filter(|value| *value != Value::Null))
}

fn inflate(data: &[u8], bad: Refusal, budget: &mut Budget) -> Result<Vec<u8>, Refusal> {
    let mut decoder = budget.decoder();
    let mut plain = Vec::with_capacity(data.len().saturating_mul(4).clamp(64, 1 << 20));
    let mut taken = 0;
    loop {
        let before = plain.len();
        let status = decoder
            .decompress_vec(&data[taken..], &mut plain, FlushDecompress::Finish)
            .map_err(|_| bad)?;
        taken = usize::try_from(decoder.total_in()).map_err(|_| bad)?;
        budget.spend(plain.len() - before)?;
        match status {
            Status::StreamEnd => {
                budget.decoder = Some(decoder);
                return Ok(plain);
            }
            _ if plain.len() == plain.capacity() => {
                plain.reserve(plain.len().max(4096).min(budget.left + 1));
            }
            _ => return Err(bad),
        }
    }
}

/// Predictors of rows of bytes (ISO 32000-1, 7.4.4.4).
fn undo_predictor(plain: Vec<u8>, parameters: Dict<'_>, bad: Refusal) -> Result<Vec<u8>, Refusal> {
    let number = |key: &str, default: i64| match parameters.get(key) {
        None => Ok(default),
        Some(Value::Integer(value)) => Ok(value),
        Some(_) => Err(bad),
    };
    let predictor = number("Predictor", 1)?;
    if predictor == 1 {
        return Ok(plain);
    }
    if number("Colors", 1)? != 1 || number("BitsPerComponent", 8)? != 8 {
        return Err(bad);
    }
    let width = usize::try_from(number("Columns", 1)?).map_err(|_| bad)?;
    match predictor {
        2 => undo_tiff(plain, width).ok_or(bad),
        10..=15 => undo_png(&plain, width, bad),
        _ => Err(bad),
    }
}

/// TIFF's predictor 2: each byte is the difference from the one on its left.
fn undo_tiff(mut plain: Vec<u8>, width: usize) -> Option<Vec<u8>> {
    if width == 0 || !plain.len().is_multiple_of(width) {
        return None;
    }
    for row in plain.chunks_exact_mut(width) {
        for column in 1..width {
            row[column] = row[column].wrapping_add(row[column - 1]);
        }
    }
    Some(plain)
}

/// PNG's predictors: each row starts with the filter it used.
fn undo_png(plain: &[u8], width: usize, bad: Refusal) -> Result<Vec<u8>, Refusal> {
    if width == 0 || width >= plain.len() || !plain.len().is_multiple_of(width + 1) {
        return if plain.is_empty() && width > 0 { Ok(Vec::new()) } else { Err(bad) };
    }
    let mut rows = Vec::with_capacity(plain.len());
    for row in plain.chunks_exact(width + 1) {
        let above = rows.len().checked_sub(width);
        for (column, &byte) in row[1..].iter().enumerate() {
            let up: u8 = above.map_or(0, |start| rows[start + column]);
            let left: u8 = if column > 0 { rows[rows.len() - 1] } else { 0 };
            let corner = match above {
                Some(start) if column > 0 => rows[start + column - 1],
                _ => 0,
            };
            let predicted = match row[0] {
                0 => 0,
                1 => left,
                2 => up,
                3 => left.midpoint(up),
                4 => paeth(left, up, corner),
                _ => return Err(bad),
            };
            rows.push(byte.wrapping_add(predicted));
        }
    }
    Ok(rows)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (i16::from(left), i16::from(up), i16::from(corner));
    let estimate = a + b - c;
    let (by_a, by_b, by_c) = ((estimate - a).abs(), (estimate - b).abs(), (estimate - c).abs());
    if by_a <= by_b && by_a <= by_c {
        left
    } else if by_b <= by_c {
        up
    } else {
        corner
    }
}
