//! Object streams, unpacked (ISO 32000-1, 7.5.7).

use super::lexer::{skip_trivia, unsigned};
use super::objects::{index, narrow};
use super::{Dict, Refusal, Value};

/// An object stream, unpacked.
#[derive(Debug)]
pub(super) struct Container {
    pub number: u32,
    pub section: u16,
    pub bytes: Vec<u8>,
    pub members: Vec<Member>,
}

#[derive(Debug)]
pub(super) struct Member {
    pub number: u32,
    pub at: u32,
    pub end: u32,
}

impl Member {
    pub fn at(&self) -> usize {
        index(self.at)
    }

    pub fn end(&self) -> usize {
        index(self.end)
    }
}

/// Reads the pairs of numbers that an object stream starts with (ISO 32000-1, 7.5.7).
pub(super) fn members(object: u32, dict: Dict<'_>, bytes: &[u8]) -> Result<Vec<Member>, Refusal> {
    let bad = Refusal::BadFilter { object };
    let whole = |key: &str| match dict.get(key) {
        Some(Value::Integer(value)) => usize::try_from(value).map_err(|_| bad),
        _ => Err(bad),
    };
    if !dict.get("Type").and_then(Value::name).is_some_and(|name| name.is("ObjStm")) {
        return Err(bad);
    }
    let (count, first) = (whole("N")?, whole("First")?);
    let pairs = bytes.get(..first).ok_or(bad)?;
    // A pair takes four bytes at least, whatever the count says.
    let mut members: Vec<Member> = Vec::with_capacity(count.min(pairs.len() / 4 + 1));
    let mut at = skip_trivia(pairs, 0);
    for _ in 0..count {
        let (number, end) = unsigned(pairs, at).ok_or(bad)?;
        let (offset, end) = unsigned(pairs, skip_trivia(pairs, end)).ok_or(bad)?;
        at = skip_trivia(pairs, end);
        let start = usize::try_from(offset).ok().and_then(|offset| first.checked_add(offset));
        let start = skip_trivia(bytes, start.filter(|&start| start < bytes.len()).ok_or(bad)?);
        if let Some(previous) = members.last_mut() {
            // The drawing reader skips a member that does not start behind the one before.
            if start <= previous.at() {
                return Err(bad);
            }
            previous.end = narrow(start);
        }
        let number = u32::try_from(number).map_err(|_| bad)?;
        members.push(Member { number, at: narrow(start), end: narrow(bytes.len()) });
    }
    if at != pairs.len() {
        return Err(bad);
    }
    Ok(members)
}

/// Where an object stream is among sorted ones. Objects of one stream mostly follow one another, so
/// the one found last comes first.
pub(super) fn place_of(containers: &[Container], number: u32, near: usize) -> Option<usize> {
    if containers.get(near).is_some_and(|container| container.number == number) {
        return Some(near);
    }
    containers.binary_search_by_key(&number, |container| container.number).ok()
}

pub(super) fn member(
    containers: &[Container],
    number: u32,
    index: u32,
) -> Option<(&Container, &Member)> {
    let at = containers.binary_search_by_key(&number, |container| container.number).ok()?;
    let container = &containers[at];
    Some((container, container.members.get(usize::try_from(index).ok()?)?))
}

pub(super) fn repeats(members: &[Member]) -> bool {
    let mut numbers: Vec<u32> = members.iter().map(|member| member.number).collect();
    numbers.sort_unstable();
    numbers.windows(2).any(|pair| pair[0] == pair[1])
}
