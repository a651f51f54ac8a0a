//! Every object in use, checked once and found again by its number.

use super::doubts::Doubts;
use super::filters::{all_known, ends_within};
use super::inflate::{Budget, unpack};
use super::lexer::{self, SyntaxError, is_blank, skip_blanks, skip_trivia, unsigned};
use super::object_streams::{Container, member, members, place_of, repeats};
use super::scan::{Marks, Scanner};
use super::stream::{StreamKeys, end_of_object, end_of_stream, head};
use super::xref::{Entry, Spot, Xref, find};
use super::{Object, ObjectId, Place, Refusal, Value};

/// Most blanks between where an entry points and its object.
const MAX_BLANKS: usize = 16;

/// Longest value of a filter that is an object of its own.
const MAX_SHORT: usize = 256;

/// Most entries whose object is looked for by its number.
const MAX_SEARCHES: usize = 64;

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
    /// Where it was found, which may be a little beside its entry.
    spot: Spot,
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

impl<'a> Objects<'a> {
    /// Checks all objects that the merged cross-reference has in use.
    pub(super) fn check(
        bytes: &'a [u8],
        xref: &Xref<'a>,
        budget: &mut Budget,
        doubts: &mut Doubts,
    ) -> Result<Self, Refusal> {
        let entries = &xref.entries;
        let mut gate =
            Gate { bytes, entries, doubts, seen: Seen::default(), stored: Vec::new(), searches: 0 };
        gate.stored.reserve(entries.len());
        let mut scanner = Scanner::with_entries(entries);
        let (_, marks) = scanner.scan(xref.trailer.raw(), 0).map_err(|error| refuse(error, 0))?;
        refuse_other_generation(marks)?;
        let containers = gate.containers(budget)?;
        gate.file_objects(&containers, &mut scanner)?;
        gate.members(&containers, &mut scanner)?;
        let Gate { seen, mut stored, .. } = gate;
        // Two runs that are sorted: those in the file, and those in object streams.
        stored.sort_by_key(|object| object.id.number);
        let dangling = scanner.dangling;
        // What was taken away by a later revision is still found by readers that ignore free
        // entries, the drawing one among them.
        let taken = |number| xref.stale.binary_search_by_key(&number, |id| id.number).is_ok();
        if dangling.iter().any(|&number| taken(number)) {
            doubts.differ_in_drawing();
        }
        doubts.lead_nowhere(dangling);
        Ok(Self { bytes, stored, containers, seen })
    }

    /// All objects that were found, by number.
    pub(super) fn ids(&self) -> impl Iterator<Item = ObjectId> + '_ {
        self.stored.iter().map(|stored| stored.id)
    }

    /// Where the object of this number was found.
    pub(super) fn spot(&self, number: u32) -> Option<Spot> {
        self.find(number).map(|stored| stored.spot)
    }

    /// The first byte of `N G obj`, if the object of this number lies in the file itself.
    pub(super) fn header(&self, number: u32) -> Option<usize> {
        match self.spot(number)? {
            Spot::File(at) => Some(index(at)),
            Spot::Member { .. } | Spot::Free => None,
        }
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
    doubts: &'e mut Doubts,
    seen: Seen,
    stored: Vec<Stored>,
    searches: usize,
}

impl Gate<'_, '_> {
    fn entry(&self, number: u32) -> Option<&Entry> {
        find(self.entries, number)
    }

    /// Unpacks every object stream that an entry names; they come back in order of number.
    fn containers(&mut self, budget: &mut Budget) -> Result<Vec<Container>, Refusal> {
        let mut numbers: Vec<u32> = Vec::new();
        for entry in self.entries {
            if let Spot::Member { container, .. } = entry.spot
                && numbers.last() != Some(&container)
            {
                numbers.push(container);
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        let mut places = Vec::with_capacity(numbers.len());
        for object in numbers {
            let entry = self.entry(object).filter(|entry| entry.generation == 0);
            let Some(&Entry { spot: Spot::File(at), section, .. }) = entry else {
                return Err(Refusal::BadEntry { object });
            };
            places.push((self.header(at), object, section));
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
            let length = self.length(object, dict.get("Length"), &[])?;
            let (data_end, end) =
                end_of_stream(self.bytes, data, length).ok_or(Refusal::BadStream { object })?;
            free = end;
            let bytes = unpack(object, dict, &self.bytes[data..data_end], budget)?;
            let members = members(object, dict, &bytes)?;
            // An entry's index tells them apart for us, its number alone for others.
            self.doubts.differ |= repeats(&members);
            containers.push(Container { number: object, section, bytes, members });
        }
        containers.sort_unstable_by_key(|container| container.number);
        Ok(containers)
    }

    /// `/Length` of a stream, in place or as a plain number elsewhere.
    fn length(
        &self,
        object: u32,
        length: Option<Value<'_>>,
        containers: &[Container],
    ) -> Result<usize, Refusal> {
        let bad = Refusal::BadStream { object };
        let length = match length {
            Some(Value::Integer(length)) => u64::try_from(length).ok(),
            Some(Value::Reference(id)) => {
                let entry = self.entry(id.number).filter(|e| e.generation == id.generation);
                match entry.map(|entry| entry.spot) {
                    Some(Spot::File(at)) => plain_number(self.bytes, index(at), id),
                    Some(Spot::Member { container, index }) => member(containers, container, index)
                        .and_then(|(container, member)| {
                            let (value, end) = unsigned(&container.bytes, member.at())?;
                            lexer::ends_token(&container.bytes, end).then_some(value)
                        }),
                    Some(Spot::Free) | None => None,
                }
            }
            _ => None,
        };
        length.and_then(|length| usize::try_from(length).ok()).ok_or(bad)
    }

    /// Where an object's header starts: at its entry, or behind a few blanks there.
    fn header(&mut self, at: u32) -> usize {
        let at = index(at);
        let near = self.bytes.len().min(at.saturating_add(MAX_BLANKS));
        let header = skip_blanks(&self.bytes[..near], at.min(near));
        if header > at {
            self.doubts.loosely_written();
        }
        header
    }

    /// Checks what lies in the file itself, in the order of the bytes: objects that do not overlap
    /// are read once.
    fn file_objects(
        &mut self,
        containers: &[Container],
        scanner: &mut Scanner<'_>,
    ) -> Result<(), Refusal> {
        let mut places: Vec<(usize, ObjectId)> = Vec::with_capacity(self.entries.len());
        for entry in self.entries {
            if let Spot::File(at) = entry.spot {
                places.push((self.header(at), entry.id()));
            }
        }
        places.sort_unstable();
        let mut free = 0;
        for (at, id) in places {
            let object = id.number;
            if at < free {
                return Err(Refusal::Overlap { object });
            }
            let head = head(self.bytes, at, scanner)
                .map_err(|error| refuse(error, object))?
                .filter(|head| head.id == id)
                .ok_or(Refusal::BadEntry { object })?;
            let body = if let (Some(dict), Some(data)) = (head.dict, head.data) {
                let keys = StreamKeys::of(dict).ok_or(Refusal::BadObject { object })?;
                let length = self.length(object, keys.length, containers)?;
                let (data_end, end) =
                    end_of_stream(self.bytes, data, length).ok_or(Refusal::BadStream { object })?;
                free = end;
                if !self.knows_filters(keys.filter, containers) {
                    self.doubts.differ_in_drawing();
                    self.doubts.undecodable.push(id);
                }
                if keys.filter.is_none() && ends_within(&self.bytes[data..data_end]) {
                    self.doubts.differ = true;
                }
                Body::Stream { data: narrow(data), data_end: narrow(data_end) }
            } else {
                free = end_of_object(self.bytes, head.end).ok_or(Refusal::BadObject { object })?;
                Body::File
            };
            refuse_other_generation(head.marks)?;
            self.seen.note(id, head.marks, None, &scanner.triggers);
            let spot = Spot::File(narrow(at));
            self.stored.push(Stored { id, spot, at: narrow(head.at), end: narrow(head.end), body });
        }
        Ok(())
    }

    /// Whether every filter is one that all readers know. Of others some skip the filter, and take
    /// packed data for plain, and some the stream.
    fn knows_filters(&self, filter: Option<Value<'_>>, containers: &[Container]) -> bool {
        let known = |value: Value<'_>| match value {
            Value::Reference(id) => self.short_value(id, containers).is_some_and(all_known),
            value => all_known(value),
        };
        match filter {
            Some(Value::Array(filters)) => filters.iter().all(known),
            Some(filter) => known(filter),
            None => true,
        }
    }

    /// A short value that is an object of its own. Nothing long is read: many streams may share it.
    fn short_value<'v>(&'v self, id: ObjectId, containers: &'v [Container]) -> Option<Value<'v>> {
        let entry = self.entry(id.number).filter(|entry| entry.generation == id.generation)?;
        let (window, at) = match entry.spot {
            Spot::File(at) => {
                let at = skip_blanks(self.bytes, index(at));
                let window = self.bytes.get(at..self.bytes.len().min(at + MAX_SHORT))?;
                let (_, end) = lexer::object_header(window, 0).filter(|&(found, _)| found == id)?;
                (window, end)
            }
            Spot::Member { container, index } => {
                let (container, member) = member(containers, container, index)?;
                let end = member.end().min(member.at() + MAX_SHORT);
                (container.bytes.get(member.at()..end)?, 0)
            }
            Spot::Free => return None,
        };
        Value::read(window, skip_trivia(window, at)).map(|(value, _)| value)
    }

    /// Checks what lies in object streams.
    fn members(
        &mut self,
        containers: &[Container],
        scanner: &mut Scanner<'_>,
    ) -> Result<(), Refusal> {
        let mut near = 0;
        for entry in self.entries {
            let Spot::Member { container, index } = entry.spot else { continue };
            let object = entry.number;
            let at = place_of(containers, container, near).ok_or(Refusal::BadEntry { object })?;
            let container = &containers[at];
            let Some(index) = self.numbered(container, index, object)? else { continue };
            near = at;
            // An object stream that was itself replaced later: readers disagree about which holds.
            if container.section < entry.section {
                return Err(Refusal::BadEntry { object });
            }
            let member = &container.members[index];
            let bytes = &container.bytes[..member.end()];
            let (end, marks) =
                scanner.scan(bytes, member.at()).map_err(|error| refuse(error, object))?;
            let id = ObjectId { number: object, generation: 0 };
            let rest = skip_trivia(bytes, end);
            if rest != member.end() {
                self.let_stream_pass(id, bytes, member.at(), rest)?;
            }
            refuse_other_generation(marks)?;
            let position = narrow(at);
            self.seen.note(id, marks, Some(position), &scanner.triggers);
            let body = Body::Member { container: position };
            let spot = Spot::Member { container: container.number, index: narrow(index) };
            self.stored.push(Stored { id, spot, at: member.at, end: narrow(end), body });
        }
        Ok(())
    }

    /// The member that an entry means. Where its index names another object, some readers go by the
    /// number and others find nothing; we go by the number, as the object stream itself states it.
    fn numbered(
        &mut self,
        container: &Container,
        index: u32,
        object: u32,
    ) -> Result<Option<usize>, Refusal> {
        let bad = Refusal::BadEntry { object };
        let index = usize::try_from(index).map_err(|_| bad)?;
        if container.members.get(index).is_some_and(|member| member.number == object) {
            return Ok(Some(index));
        }
        self.doubts.differ_in_drawing();
        // Many wrong entries must not each look through a long stream.
        self.searches += 1;
        if self.searches > MAX_SEARCHES {
            return Err(bad);
        }
        Ok(container.members.iter().position(|member| member.number == object))
    }

    /// A stream within an object stream: what stands there is a dictionary, and the data behind it
    /// count for nothing (ISO 32000-1, 7.5.7). Some readers take it for a stream.
    fn let_stream_pass(
        &mut self,
        id: ObjectId,
        bytes: &[u8],
        at: usize,
        rest: usize,
    ) -> Result<(), Refusal> {
        if !bytes[at..].starts_with(b"<<") || lexer::keyword(bytes, rest, b"stream").is_none() {
            return Err(Refusal::BadObject { object: id.number });
        }
        self.doubts.differ_in_drawing();
        self.doubts.excess.push(id);
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

/// Reads an object that is one plain number. Nothing long is read: many streams may share it.
fn plain_number(bytes: &[u8], at: usize, id: ObjectId) -> Option<u64> {
    let window = bytes.get(at..bytes.len().min(at.saturating_add(64)))?;
    let header = skip_blanks(window, 0);
    let (_, end) = lexer::object_header(window, header).filter(|&(found, _)| found == id)?;
    let (value, end) = unsigned(window, skip_blanks(window, end))?;
    window.get(end).filter(|&&byte| is_blank(byte))?;
    lexer::keyword(window, skip_blanks(window, end), b"endobj")?;
    Some(value)
}

/// Refuses a reference by a generation that the object does not have: some readers find it all the
/// same, others nothing.
fn refuse_other_generation(marks: Marks) -> Result<(), Refusal> {
    match marks.other_generation {
        None => Ok(()),
        Some(ObjectId { number: object, .. }) => Err(Refusal::RenumberedObject { object }),
    }
}

fn refuse(error: SyntaxError, object: u32) -> Refusal {
    match error {
        SyntaxError::Malformed => Refusal::BadObject { object },
        SyntaxError::DuplicateKey => Refusal::DuplicateKey { object },
        SyntaxError::TooDeep => Refusal::TooDeep,
    }
}

pub(super) fn index(value: u32) -> usize {
    usize::try_from(value).expect("usize holds 32 bits on every platform we build for")
}

pub(super) fn narrow(value: usize) -> u32 {
    u32::try_from(value).expect("files and unpacked streams are far below 4 GiB")
}
