//! Form fields, and the signatures among them (ISO 32000-1, 12.7 and 12.8).

use std::collections::HashSet;
use std::rc::Rc;

use super::limits::{MAX_DEPTH, MAX_SIGNATURES};
use super::xref::Hidden;
use super::{Dict, Document, Name, ObjectId, Place, Refusal, SignatureField, Value};

/// Most bytes of all full field names; long partial names of parents repeat in each child.
const MAX_NAMES: usize = 16 * 1024 * 1024;

/// What the form holds.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// Full names of all fields.
    pub names: Vec<String>,
    /// Signatures, oldest first.
    pub signatures: Vec<SignatureField>,
    /// Whether a value is only shown by viewers that draw fields themselves.
    pub lacks_appearance: bool,
}

#[derive(Clone)]
struct Visit<'d> {
    value: Value<'d>,
    depth: usize,
    name: Rc<str>,
    kind: Option<Name<'d>>,
    filled: Option<Value<'d>>,
}

/// Walks the field tree.
pub(super) fn walk(document: &Document<'_>, catalog: Dict<'_>) -> Result<Form, Refusal> {
    let broken = Refusal::BadForm { object: 0 };
    let mut walker = Walker { document, form: Form::default(), signed: HashSet::new(), bytes: 0 };
    match document.value(catalog, "AcroForm") {
        None => {}
        Some(Value::Dict(form)) => walker.fields(form)?,
        Some(_) => return Err(broken),
    }
    let permissions = document.value(catalog, "Perms").and_then(Value::dict);
    if let Some(certified) = permissions.and_then(|perms| document.value(perms, "DocMDP")) {
        let dict = certified.dict().ok_or(Refusal::BadCatalog)?;
        refuse_transforms(document, dict)?;
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

struct Walker<'d, 'a> {
    document: &'d Document<'a>,
    form: Form,
    signed: HashSet<ObjectId>,
    bytes: usize,
}

impl<'d> Walker<'d, '_> {
    fn fields(&mut self, form: Dict<'d>) -> Result<(), Refusal> {
        let document = self.document;
        self.form.lacks_appearance =
            document.value(form, "NeedAppearances") == Some(Value::Boolean(true));
        let roots = match document.value(form, "Fields") {
            None => return Ok(()),
            Some(Value::Array(roots)) => roots,
            Some(_) => return Err(Refusal::BadForm { object: 0 }),
        };
        let mut seen = HashSet::new();
        let root = |value| Visit { value, depth: 1, name: "".into(), kind: None, filled: None };
        let mut stack: Vec<Visit<'d>> = roots.iter().map(root).collect();
        while let Some(visit) = stack.pop() {
            let Value::Reference(id) = visit.value else {
                return Err(Refusal::BadForm { object: 0 });
            };
            let broken = Refusal::BadForm { object: id.number };
            if !seen.insert(id.number) {
                return Err(broken);
            }
            if visit.depth > MAX_DEPTH {
                return Err(Refusal::TooDeep);
            }
            let dict = match document.object(id).map(|object| object.value) {
                Some(Value::Dict(dict)) => dict,
                // A field that was deleted, but not from the list.
                None | Some(Value::Null) => continue,
                Some(_) => return Err(broken),
            };
            let below = self.field(id, dict, visit)?;
            match document.value(dict, "Kids") {
                None => {}
                Some(Value::Array(kids)) => {
                    stack.extend(kids.iter().map(|value| Visit { value, ..below.clone() }));
                }
                Some(_) => return Err(broken),
            }
        }
        Ok(())
    }

    /// Notes one field or widget; gives what its children inherit.
    fn field(
        &mut self,
        id: ObjectId,
        dict: Dict<'d>,
        mut visit: Visit<'d>,
    ) -> Result<Visit<'d>, Refusal> {
        let document = self.document;
        if let Some(Value::String(partial)) = document.value(dict, "T") {
            let partial = partial.text();
            self.bytes += visit.name.len() + partial.len() + 1;
            if self.bytes > MAX_NAMES {
                return Err(Refusal::BadForm { object: id.number });
            }
            visit.name = if visit.name.is_empty() {
                partial.into()
            } else {
                format!("{}.{partial}", visit.name).into()
            };
            self.form.names.push(visit.name.to_string());
        }
        visit.kind = document.value(dict, "FT").and_then(Value::name).or(visit.kind);
        visit.filled = dict.get("V").filter(|value| *value != Value::Null).or(visit.filled);
        visit.depth += 1;
        let signs = visit.kind.is_some_and(|kind| kind.is("Sig"));
        match visit.filled {
            Some(value) if signs => self.signature(id, dict, value, &visit.name)?,
            Some(_) => {
                let widget = document
                    .value(dict, "Subtype")
                    .and_then(Value::name)
                    .is_some_and(|name| name.is("Widget"));
                if widget && document.value(dict, "AP").is_none() {
                    self.form.lacks_appearance = true;
                }
            }
            None => {}
        }
        Ok(visit)
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
        refuse_transforms(document, dict)?;
        refuse_lock(document, field_dict)?;
        let byte_range = byte_range(dict).ok_or(bad)?;
        let revision = covered(document, dict, at, byte_range).ok_or(bad)?;
        let name_of = |key| document.value(dict, key).and_then(Value::name);
        let text_of = |key| document.value(dict, key).and_then(Value::string).map(|s| s.text());
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
    let own = revision.checked_sub(1).is_none_or(|before| hole >= revisions[before].end);
    own.then_some(revision)
}

/// Refuses what an earlier signer locked, as far as it concerns a new field.
fn refuse_transforms(document: &Document<'_>, signature: Dict<'_>) -> Result<(), Refusal> {
    let Some(references) = document.value(signature, "Reference").and_then(Value::array) else {
        return Ok(());
    };
    for reference in references.iter().take(MAX_SIGNATURES) {
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
