//! Every object in use, checked once and found again by its number.

use super::inflate::{Budget, unpack};
use super::lexer::{self, SyntaxError, is_blank, skip_blanks, skip_trivia, unsigned};
use super::scan::{Marks, Scanner};
use super::stream::{end_of_object, end_of_stream, head};
use super::xref::{Entry, Spot, Xref};
use super::{Dict, Object, ObjectId, Place, Refusal, Value};

/// All objects in use.
#[derive(Debug)]
pub(super) struct Objects<'a> {
    bytes: &'a [u8],
    stored: Vec<Stored>,
    containers: Vec<Container>,
    pub seen: Seen,
}

/// What the objects hold that somebody has to look at again.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The first object that runs a script or a program.
    pub active: Option<u32>,
    /// Actions that start on their own (`/AA`).
    pub triggers: Vec<Trigger>,
    /// Whether any object embeds a file.
    pub embedded: bool,
}

/// The value of an `/AA`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trigger {
    /// The object that it is part of.
    pub object: u32,
    /// The object stream, when it lies in one.
    container: Option<u32>,
    at: usize,
}

#[derive(Clone, Copy, Debug)]
struct Stored {
    id: ObjectId,
    /// The value, in the file or in its object stream.
    at: u32,
    end: u32,
    body: Body,
}

#[derive(Clone, Copy, Debug)]
enum Body {
    File,
    Stream { data: u32, data_end: u32 },
    Member { container: u32 },
}

/// An object stream, unpacked.
#[derive(Debug)]
struct Container {
    number: u32,
    section: u16,
    bytes: Vec<u8>,
    members: Vec<Member>,
}

#[derive(Debug)]
struct Member {
    number: u32,
    at: usize,
    end: usize,
}

impl<'a> Objects<'a> {
    /// Checks all objects that the merged cross-reference has in use.
    pub(super) fn check(
        bytes: &'a [u8],
        xref: &Xref<'a>,
        budget: &mut Budget,
    ) -> Result<Self, Refusal> {
        let entries = &xref.entries;
        let gate = Gate { bytes, entries, stale: &xref.stale };
        gate.refuse_stale(Scanner::with_stale(&xref.stale).marks_of(xref.trailer.raw()))?;
        let containers = gate.containers(budget)?;
        let mut seen = Seen::default();
        let mut stored = Vec::with_capacity(entries.len());
        gate.file_objects(&containers, &mut stored, &mut seen)?;
        gate.members(&containers, &mut stored, &mut seen)?;
        stored.sort_unstable_by_key(|object| object.id.number);
        Ok(Self { bytes, stored, containers, seen })
    }

    /// The object of this number and generation.
    pub(super) fn get(&self, id: ObjectId) -> Option<Object<'_>> {
        let stored = self.find(id.number).filter(|stored| stored.id == id)?;
        let source = match stored.body {
            Body::File | Body::Stream { .. } => self.bytes,
            Body::Member { container } => &self.containers.get(index(container))?.bytes,
        };
        let at = index(stored.at);
        let raw = source.get(at..index(stored.end))?;
        let value = Value::whole(raw)?;
        let place = match stored.body {
            Body::File => Place::File { at },
            Body::Stream { data, data_end } => {
                Place::Stream { at, data: source.get(index(data)..index(data_end))? }
            }
            Body::Member { container } => {
                Place::ObjectStream { number: self.containers.get(index(container))?.number }
            }
        };
        Some(Object { id, raw, value, place })
    }

    /// The value of an `/AA` that the gate noticed.
    pub(super) fn trigger(&self, trigger: Trigger) -> Option<Value<'_>> {
        let source = match trigger.container {
            None => self.bytes,
            Some(container) => &self.containers.get(index(container))?.bytes,
        };
        Value::read(source, trigger.at).map(|(value, _)| value)
    }

    /// Numbers are mostly dense, so the first guess mostly hits.
    fn find(&self, number: u32) -> Option<&Stored> {
        let first = self.stored.first()?.id.number;
        let guess = self.stored.get(index(number.checked_sub(first)?));
        guess.filter(|stored| stored.id.number == number).or_else(|| {
            let at = self.stored.binary_search_by_key(&number, |stored| stored.id.number).ok()?;
            self.stored.get(at)
        })
    }
}

struct Gate<'a, 'e> {
    bytes: &'a [u8],
    entries: &'e [Entry],
    stale: &'e [ObjectId],
}

impl Gate<'_, '_> {
    /// Refuses a reference to what a later revision took away: some readers still find it.
    fn refuse_stale(&self, marks: Marks) -> Result<(), Refusal> {
        let Some(ObjectId { number: object, .. }) = marks.stale else { return Ok(()) };
        Err(match self.entry(object) {
            Some(_) => Refusal::RenumberedObject { object },
            None => Refusal::FreedObject { object },
        })
    }

    fn entry(&self, number: u32) -> Option<&Entry> {
        let at = self.entries.binary_search_by_key(&number, |entry| entry.number).ok()?;
        self.entries.get(at)
    }

    /// Unpacks every object stream that an entry names; they come back in order of number.
    fn containers(&self, budget: &mut Budget) -> Result<Vec<Container>, Refusal> {
        let mut numbers: Vec<u32> = self
            .entries
            .iter()
            .filter_map(|entry| match entry.spot {
                Spot::Member { container, .. } => Some(container),
                _ => None,
            })
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let mut places = Vec::with_capacity(numbers.len());
        for object in numbers {
            let entry = self.entry(object).filter(|entry| entry.generation == 0);
            let Some(&Entry { spot: Spot::File(at), section, .. }) = entry else {
                return Err(Refusal::BadEntry { object });
            };
            places.push((index(at), object, section));
        }
        places.sort_unstable();
        let mut scanner = Scanner::default();
        let mut containers = Vec::with_capacity(places.len());
        let mut free = 0;
        for (at, object, section) in places {
            if at < free {
                return Err(Refusal::Overlap { object });
            }
            let head = head(self.bytes, at, &mut scanner)
                .map_err(|error| refuse(error, object))?
                .filter(|head| head.id == ObjectId { number: object, generation: 0 })
                .ok_or(Refusal::BadEntry { object })?;
            let (Some(dict), Some(data)) = (head.dict, head.data) else {
                return Err(Refusal::BadEntry { object });
            };
            let length = self.length(object, dict, &[])?;
            let (data_end, end) =
                end_of_stream(self.bytes, data, length).ok_or(Refusal::BadStream { object })?;
            free = end;
            let bytes = unpack(object, dict, &self.bytes[data..data_end], budget)?;
            let members = members(object, dict, &bytes)?;
            containers.push(Container { number: object, section, bytes, members });
        }
        containers.sort_unstable_by_key(|container| container.number);
        Ok(containers)
    }

    /// `/Length` of a stream, in place or as a plain number elsewhere.
    fn length(
        &self,
        object: u32,
        dict: Dict<'_>,
        containers: &[Container],
    ) -> Result<usize, Refusal> {
        let bad = Refusal::BadStream { object };
        let length = match dict.get("Length") {
            Some(Value::Integer(length)) => u64::try_from(length).ok(),
            Some(Value::Reference(id)) => {
                let entry = self.entry(id.number).filter(|e| e.generation == id.generation);
                match entry.map(|entry| entry.spot) {
                    Some(Spot::File(at)) => plain_number(self.bytes, index(at), id),
                    Some(Spot::Member { container, index }) => member(containers, container, index)
                        .and_then(|(container, member)| {
                            let (value, end) = unsigned(&container.bytes, member.at)?;
                            lexer::ends_token(&container.bytes, end).then_some(value)
                        }),
                    Some(Spot::Free) | None => None,
                }
            }
            _ => None,
        };
        length.and_then(|length| usize::try_from(length).ok()).ok_or(bad)
    }

    /// Checks what lies in the file itself, in the order of the bytes: objects that do not overlap
    /// are read once.
    fn file_objects(
        &self,
        containers: &[Container],
        stored: &mut Vec<Stored>,
        seen: &mut Seen,
    ) -> Result<(), Refusal> {
        let mut places: Vec<(u32, ObjectId)> = self
            .entries
            .iter()
            .filter_map(|entry| match entry.spot {
                Spot::File(at) => Some((at, entry.id())),
                _ => None,
            })
            .collect();
        places.sort_unstable();
        let mut scanner = Scanner::with_stale(self.stale);
        let mut free = 0;
        for (at, id) in places {
            let object = id.number;
            let at = index(at);
            if at < free {
                return Err(Refusal::Overlap { object });
            }
            let head = head(self.bytes, at, &mut scanner)
                .map_err(|error| refuse(error, object))?
                .filter(|head| head.id == id)
                .ok_or(Refusal::BadEntry { object })?;
            let body = if let (Some(dict), Some(data)) = (head.dict, head.data) {
                // Names that some readers take for `/Filter` and others for a file elsewhere.
                if dict.get("F").is_some() || dict.get("DP").is_some() {
                    return Err(Refusal::BadObject { object });
                }
                let length = self.length(object, dict, containers)?;
                let (data_end, end) =
                    end_of_stream(self.bytes, data, length).ok_or(Refusal::BadStream { object })?;
                free = end;
                Body::Stream { data: narrow(data), data_end: narrow(data_end) }
            } else {
                free = end_of_object(self.bytes, head.end).ok_or(Refusal::BadObject { object })?;
                Body::File
            };
            self.refuse_stale(head.marks)?;
            seen.note(id, head.marks, None, &scanner.triggers);
            stored.push(Stored { id, at: narrow(head.at), end: narrow(head.end), body });
        }
        Ok(())
    }

    /// Checks what lies in object streams.
    fn members(
        &self,
        containers: &[Container],
        stored: &mut Vec<Stored>,
        seen: &mut Seen,
    ) -> Result<(), Refusal> {
        let mut scanner = Scanner::with_stale(self.stale);
        for entry in self.entries {
            let Spot::Member { container, index } = entry.spot else { continue };
            let object = entry.number;
            let (container, member) = member(containers, container, index)
                .filter(|(_, member)| member.number == object)
                .ok_or(Refusal::BadEntry { object })?;
            // An object stream that was itself replaced later: readers disagree about which holds.
            if container.section < entry.section {
                return Err(Refusal::BadEntry { object });
            }
            let bytes = &container.bytes[..member.end];
            let (end, marks) =
                scanner.scan(bytes, member.at).map_err(|error| refuse(error, object))?;
            if skip_trivia(bytes, end) != member.end {
                return Err(Refusal::BadObject { object });
            }
            let id = ObjectId { number: object, generation: 0 };
            self.refuse_stale(marks)?;
            let position =
                narrow(containers.partition_point(|other| other.number < container.number));
            seen.note(id, marks, Some(position), &scanner.triggers);
            let body = Body::Member { container: position };
            stored.push(Stored { id, at: narrow(member.at), end: narrow(end), body });
        }
        Ok(())
    }
}

impl Seen {
    fn note(&mut self, id: ObjectId, marks: Marks, container: Option<u32>, triggers: &[usize]) {
        let object = id.number;
        if marks.active && self.active.is_none() {
            self.active = Some(object);
        }
        self.triggers.extend(triggers.iter().map(|&at| Trigger { object, container, at }));
        self.embedded |= marks.embedded;
    }
}

/// Reads the pairs of numbers that an object stream starts with (ISO 32000-1, 7.5.7).
fn members(object: u32, dict: Dict<'_>, bytes: &[u8]) -> Result<Vec<Member>, Refusal> {
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
    let mut members: Vec<Member> = Vec::new();
    let mut at = skip_trivia(pairs, 0);
    for _ in 0..count {
        let (number, end) = unsigned(pairs, at).ok_or(bad)?;
        let (offset, end) = unsigned(pairs, skip_trivia(pairs, end)).ok_or(bad)?;
        at = skip_trivia(pairs, end);
        let start = usize::try_from(offset).ok().and_then(|offset| first.checked_add(offset));
        let start = skip_trivia(bytes, start.filter(|&start| start < bytes.len()).ok_or(bad)?);
        if let Some(previous) = members.last_mut() {
            // The drawing reader skips a member that does not start behind the one before.
            if start <= previous.at {
                return Err(bad);
            }
            previous.end = start;
        }
        let number = u32::try_from(number).map_err(|_| bad)?;
        members.push(Member { number, at: start, end: bytes.len() });
    }
    if at != pairs.len() {
        return Err(bad);
    }
    Ok(members)
}

fn member(containers: &[Container], number: u32, index: u32) -> Option<(&Container, &Member)> {
    let at = containers.binary_search_by_key(&number, |container| container.number).ok()?;
    let container = &containers[at];
    Some((container, container.members.get(usize::try_from(index).ok()?)?))
}

/// Reads an object that is one plain number. Nothing long is read: many streams may share it.
fn plain_number(bytes: &[u8], at: usize, id: ObjectId) -> Option<u64> {
    let window = bytes.get(at..bytes.len().min(at.saturating_add(64)))?;
    let (_, end) = lexer::object_header(window, 0).filter(|&(found, _)| found == id)?;
    let (value, end) = unsigned(window, skip_blanks(window, end))?;
    window.get(end).filter(|&&byte| is_blank(byte))?;
    lexer::keyword(window, skip_blanks(window, end), b"endobj")?;
    Some(value)
}

fn refuse(error: SyntaxError, object: u32) -> Refusal {
    match error {
        SyntaxError::Malformed => Refusal::BadObject { object },
        SyntaxError::DuplicateKey => Refusal::DuplicateKey { object },
        SyntaxError::TooDeep => Refusal::TooDeep,
    }
}

fn index(value: u32) -> usize {
    usize::try_from(value).expect("usize holds 32 bits on every platform we build for")
}

fn narrow(value: usize) -> u32 {
    u32::try_from(value).expect("files and unpacked streams are far below 4 GiB")
}
