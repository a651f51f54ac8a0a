//! Form fields, and the signatures among them (ISO 32000-1, 12.7 and 12.8).

use std::collections::HashSet;
use std::rc::Rc;

use super::appearance::{self, Field};
use super::doubts::Doubts;
use super::limits::{MAX_DEPTH, MAX_SIGNATURES};
use super::xref::Hidden;
use super::{Dict, Document, Name, ObjectId, Place, Refusal, SignatureField, Value};

/// Most bytes of all full field names; long partial names of parents repeat in each child.
const MAX_NAMES: usize = 16 * 1024 * 1024;

/// Longest text of a signature that is shown; a longer one counts as missing.
const MAX_TEXT: usize = 4096;

/// What the form holds.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// Full names of all fields.
    pub names: Vec<String>,
    /// Signatures, oldest first.
    pub signatures: Vec<SignatureField>,
    /// Whether a value is only shown by viewers that draw fields themselves.
    pub lacks_appearance: bool,
    /// What an earlier signer locked, as far as it concerns a new field.
    pub forbids_signing: Option<Refusal>,
}

/// What a field gives to its children.
#[derive(Clone)]
struct Inherited<'d> {
    name: Rc<str>,
    kind: Option<Name<'d>>,
    flags: i64,
    filled: Option<Value<'d>>,
}

struct Node<'d> {
    kids: Box<dyn Iterator<Item = Value<'d>> + 'd>,
    inherited: Inherited<'d>,
}

/// Walks the field tree.
pub(super) fn walk(
    document: &Document<'_>,
    catalog: Dict<'_>,
    doubts: &mut Doubts,
) -> Result<Form, Refusal> {
    let broken = Refusal::BadForm { object: 0 };
    let (form, signed) = (Form::default(), HashSet::new());
    let mut walker = Walker { document, form, signed, bytes: 0, doubts };
    match document.value(catalog, "AcroForm") {
        None => {}
        // Where an earlier signer forbade what comes next, that is what the person should hear.
        Some(Value::Dict(form)) => {
            walker.fields(form).map_err(|broken| walker.form.forbids_signing.unwrap_or(broken))?;
        }
        Some(_) => return Err(broken),
    }
    let permissions = document.value(catalog, "Perms").and_then(Value::dict);
    if let Some(certified) = permissions.and_then(|perms| document.value(perms, "DocMDP")) {
        let dict = certified.dict().ok_or(Refusal::BadCatalog)?;
        walker.note_lock(refuse_transforms(document, dict));
    }
    let mut form = walker.form;
    form.signatures.sort_by_key(|signature| signature.revision);
    if let Some(pair) = form.signatures.windows(2).find(|pair| pair[0].revision == pair[1].revision)
    {
        return Err(Refusal::BadSignature { object: pair[1].dictionary.number });
    }
    let signed_ends = form.signatures.iter().map(|s| document.revisions()[s.revision].end);
    for end in signed_ends {
        let hidden = document.xref.hidden.iter().find(|h| h.at < end && h.since >= end);
        if let Some(&Hidden { object, .. }) = hidden {
            return Err(Refusal::HiddenObject { object });
        }
    }
    Ok(form)
}

struct Walker<'d, 'a, 't> {
    document: &'d Document<'a>,
    form: Form,
    signed: HashSet<ObjectId>,
    bytes: usize,
    doubts: &'t mut Doubts,
}

impl<'d> Walker<'d, '_, '_> {
    /// Keeps the first reason not to sign.
    fn note_lock(&mut self, found: Result<(), Refusal>) {
        self.form.forbids_signing = self.form.forbids_signing.or(found.err());
    }

    fn fields(&mut self, form: Dict<'d>) -> Result<(), Refusal> {
        let document = self.document;
        self.form.lacks_appearance =
            document.value(form, "NeedAppearances") == Some(Value::Boolean(true));
        let roots = match document.value(form, "Fields") {
            None => return Ok(()),
            Some(Value::Array(roots)) => roots,
            // No list of fields, so no fields; some readers then look for them on the pages.
            Some(_) => {
                self.doubts.differ = true;
                return Ok(());
            }
        };
        let mut seen = HashSet::new();
        let inherited = Inherited { name: "".into(), kind: None, flags: 0, filled: None };
        let mut stack = vec![Node { kids: Box::new(roots.iter()), inherited }];
        while let Some(node) = stack.last_mut() {
            let Some(kid) = node.kids.next() else {
                stack.pop();
                continue;
            };
            let Value::Reference(id) = kid else {
                self.field_in_place(kid)?;
                continue;
            };
            // A field has one place. Met again, it is no other field, and readers go in circles or
            // give up.
            if !seen.insert(id.number) {
                self.doubts.differ = true;
                continue;
            }
            let dict = match document.object(id).map(|object| object.value) {
                Some(Value::Dict(dict)) => dict,
                // A field that was deleted, but not from the list.
                None | Some(Value::Null) => continue,
                Some(_) => {
                    self.doubts.differ = true;
                    continue;
                }
            };
            let inherited = node.inherited.clone();
            let inherited = self.field(id, dict, inherited)?;
            match document.value(dict, "Kids") {
                None => {}
                Some(Value::Array(_)) if stack.len() == MAX_DEPTH => return Err(Refusal::TooDeep),
                Some(Value::Array(kids)) => {
                    stack.push(Node { kids: Box::new(kids.iter()), inherited });
                }
                Some(_) => self.doubts.differ = true,
            }
        }
        Ok(())
    }

    /// A field must be an object of its own (12.7.3.1). One in place that says nothing of a field is
    /// none; any other is refused, because it could hold a signature that readers look for or not.
    fn field_in_place(&mut self, kid: Value<'d>) -> Result<(), Refusal> {
        let says_something =
            |kid: Dict<'_>| ["T", "FT", "V", "Kids"].iter().any(|key| kid.get(key).is_some());
        if kid.dict().is_some_and(says_something) {
            return Err(Refusal::BadForm { object: 0 });
        }
        self.doubts.differ = true;
        Ok(())
    }

    /// Notes one field or widget; gives what its children inherit.
    fn field(
        &mut self,
        id: ObjectId,
        dict: Dict<'d>,
        mut inherited: Inherited<'d>,
    ) -> Result<Inherited<'d>, Refusal> {
        let document = self.document;
        if let Some(Value::String(partial)) = document.value(dict, "T") {
            self.bytes += inherited.name.len() + 2 * partial.raw().len();
            if self.bytes > MAX_NAMES {
                return Err(Refusal::BadForm { object: id.number });
            }
            let partial = partial.text();
            inherited.name = if inherited.name.is_empty() {
                partial.into()
            } else {
                format!("{}.{partial}", inherited.name).into()
            };
            self.form.names.push(inherited.name.to_string());
        }
        inherited.kind = document.value(dict, "FT").and_then(Value::name).or(inherited.kind);
        inherited.flags =
            document.value(dict, "Ff").and_then(Value::integer).unwrap_or(inherited.flags);
        inherited.filled = dict.get("V").filter(|value| *value != Value::Null).or(inherited.filled);
        match inherited.filled {
            Some(value) if inherited.kind.is_some_and(|kind| kind.is("Sig")) => {
                self.signature(id, dict, value, &inherited.name)?;
            }
            Some(value) => {
                let subtype = document.value(dict, "Subtype").and_then(Value::name);
                let widget = subtype.is_some_and(|name| name.is("Widget"));
                let field = Field { kind: inherited.kind, flags: inherited.flags, value };
                if widget && appearance::is_missing(document, dict, field) {
                    self.form.lacks_appearance = true;
                }
            }
            None => {}
        }
        Ok(inherited)
    }

    fn signature(
        &mut self,
        field: ObjectId,
        field_dict: Dict<'d>,
        value: Value<'d>,
        name: &str,
    ) -> Result<(), Refusal> {
        let document = self.document;
        let bad = Refusal::BadSignature { object: field.number };
        let id = value.reference().ok_or(bad)?;
        let Some(object) = document.object(id) else { return Ok(()) };
        if object.value == Value::Null || !self.signed.insert(id) {
            return Ok(());
        }
        if self.form.signatures.len() == MAX_SIGNATURES {
            return Err(Refusal::TooManySignatures);
        }
        let bad = Refusal::BadSignature { object: id.number };
        let (Value::Dict(dict), Place::File { at }) = (object.value, object.place) else {
            return Err(bad);
        };
        self.note_lock(refuse_transforms(document, dict));
        self.note_lock(refuse_lock(document, field_dict));
        let byte_range = byte_range(dict).ok_or(bad)?;
        let revision = covered(document, dict, at, byte_range).ok_or(bad)?;
        let name_of = |key| document.value(dict, key).and_then(Value::name);
        let text_of = |key| {
            let string = document.value(dict, key).and_then(Value::string)?;
            (string.raw().len() <= MAX_TEXT).then(|| string.text())
        };
        self.form.signatures.push(SignatureField {
            name: name.to_owned(),
            field,
            dictionary: id,
            byte_range,
            revision,
            filter: name_of("Filter").ok_or(bad)?.text(),
            sub_filter: name_of("SubFilter").ok_or(bad)?.text(),
            signer: text_of("Name"),
            signed_at: text_of("M"),
        });
        Ok(())
    }
}

fn byte_range(dict: Dict<'_>) -> Option<[u64; 4]> {
    let numbers: Option<Vec<u64>> = dict
        .get("ByteRange")?
        .array()?
        .iter()
        .take(5)
        .map(|value| value.integer().and_then(|value| u64::try_from(value).ok()))
        .collect();
    numbers?.try_into().ok()
}

/// Index of the revision that the range covers wholly, but for exactly the `/Contents` string.
fn covered(
    document: &Document<'_>,
    dict: Dict<'_>,
    at: usize,
    byte_range: [u64; 4],
) -> Option<usize> {
    let contents = dict.range("Contents")?;
    if dict.raw().get(contents.start) != Some(&b'<')
        || dict.raw().get(contents.start + 1) == Some(&b'<')
    {
        return None;
    }
    let [start, hole, hole_end, rest] =
        byte_range.map(|value| usize::try_from(value).unwrap_or(usize::MAX));
    if start != 0 || hole != at + contents.start || hole_end != at + contents.end {
        return None;
    }
    let end = hole_end.checked_add(rest)?;
    let revisions = document.revisions();
    let revision = revisions.iter().position(|r| (r.end..=r.end_with_blanks).contains(&end))?;
    if document.xref.end_apart == Some(revisions[revision].end) {
        return None;
    }
    let own = revision.checked_sub(1).is_none_or(|before| hole >= revisions[before].end);
    own.then_some(revision)
}

/// Refuses what an earlier signer locked, as far as it concerns a new field.
fn refuse_transforms(document: &Document<'_>, signature: Dict<'_>) -> Result<(), Refusal> {
    let Some(references) = document.value(signature, "Reference").and_then(Value::array) else {
        return Ok(());
    };
    if references.iter().nth(MAX_SIGNATURES).is_some() {
        return Err(Refusal::ChangesForbidden);
    }
    for reference in references.iter() {
        let Some(reference) = document.resolve(reference).dict() else { continue };
        let Some(method) = document.value(reference, "TransformMethod").and_then(Value::name)
        else {
            continue;
        };
        let parameters = document.value(reference, "TransformParams").and_then(Value::dict);
        let get = |key| parameters.and_then(|parameters| document.value(parameters, key));
        if method.is("DocMDP") && get("P").and_then(Value::integer) == Some(1) {
            return Err(Refusal::ChangesForbidden);
        }
        if method.is("FieldMDP") && locks_new_fields(get("Action")) {
            return Err(Refusal::FieldsLocked);
        }
    }
    Ok(())
}

/// `/Lock` of a field that is signed.
fn refuse_lock(document: &Document<'_>, field: Dict<'_>) -> Result<(), Refusal> {
    let Some(lock) = document.value(field, "Lock").and_then(Value::dict) else { return Ok(()) };
    if document.value(lock, "P").and_then(Value::integer) == Some(1) {
        return Err(Refusal::ChangesForbidden);
    }
    if locks_new_fields(document.value(lock, "Action")) {
        return Err(Refusal::FieldsLocked);
    }
    Ok(())
}

/// All fields, or all but some: a field that comes later is among them.
fn locks_new_fields(action: Option<Value<'_>>) -> bool {
    action.and_then(Value::name).is_some_and(|name| name.is("All") || name.is("Exclude"))
}
