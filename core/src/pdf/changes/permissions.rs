//! What the signers of a state permit (ISO 32000-2, 12.8.2.2 and 12.8.2.4).

use crate::pdf::read::{Dict, Document, PdfString, SignatureField, Value};

/// Most references and field names of one signature that are read; more count as locking all.
const MAX_LISTED: usize = 4096;

/// The kinds of change that the most careful signer permits (`DocMDP`, `/P`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::pdf) enum Level {
    /// Nothing but timestamps and data for validation.
    Nothing = 1,
    /// Filling in forms and signing. This also holds where nobody certified the document.
    Forms = 2,
    /// Comments as well.
    Comments = 3,
}

/// Permissions of all signatures of a state together.
#[derive(Debug)]
pub(in crate::pdf) struct Permissions {
    pub level: Level,
    locks: Vec<Lock>,
}

#[derive(Debug)]
enum Lock {
    All,
    Include(Vec<String>),
    Exclude(Vec<String>),
}

impl Permissions {
    pub(in crate::pdf) fn of(document: &Document<'_>) -> Self {
        let mut found = Found { certified: Vec::new(), limits: Vec::new(), locks: Vec::new() };
        for signature in document.signatures() {
            found.read(document, signature);
        }
        // A lock never permits more than the author did.
        let certified = found.certified.into_iter().min().unwrap_or(Level::Forms);
        let level = found.limits.into_iter().min().map_or(certified, |limit| limit.min(certified));
        Self { level, locks: found.locks }
    }

    /// Whether a signer locked the field of this full name.
    pub(in crate::pdf) fn lock(&self, name: &str) -> bool {
        self.locks.iter().any(|lock| match lock {
            Lock::All => true,
            Lock::Include(names) => names.iter().any(|locked| within(name, locked)),
            Lock::Exclude(names) => !names.iter().any(|free| within(name, free)),
        })
    }
}

/// What the signatures say, one by one.
struct Found {
    certified: Vec<Level>,
    limits: Vec<Level>,
    locks: Vec<Lock>,
}

impl Found {
    fn read(&mut self, document: &Document<'_>, signature: &SignatureField) {
        let dict = |id| document.object(id).and_then(|object| object.value.dict());
        let lock = dict(signature.field).and_then(|field| document.value(field, "Lock"));
        if let Some(lock) = lock.and_then(Value::dict) {
            self.limits.extend(level(document, lock));
            self.locks.extend(read_lock(document, lock));
        }
        let references = dict(signature.dictionary)
            .and_then(|dict| document.value(dict, "Reference"))
            .and_then(Value::array);
        for reference in references.iter().flat_map(|list| list.iter()).take(MAX_LISTED) {
            if let Some(reference) = document.resolve(reference).dict() {
                self.transform(document, reference);
            }
        }
    }

    fn transform(&mut self, document: &Document<'_>, reference: Dict<'_>) {
        let Some(method) = document.value(reference, "TransformMethod").and_then(Value::name)
        else {
            return;
        };
        let parameters = document.value(reference, "TransformParams").and_then(Value::dict);
        if method.is("DocMDP") {
            // Without /P it is 2 (ISO 32000-2, table 257).
            let stated = parameters.and_then(|parameters| level(document, parameters));
            self.certified.push(stated.unwrap_or(Level::Forms));
        } else if method.is("FieldMDP") {
            let lock = parameters.and_then(|parameters| read_lock(document, parameters));
            // A lock that cannot be read locks everything.
            self.locks.push(lock.unwrap_or(Lock::All));
        }
    }
}

/// `/P`; a number that the standard does not know permits nothing.
fn level(document: &Document<'_>, dict: Dict<'_>) -> Option<Level> {
    Some(match document.value(dict, "P")?.integer() {
        Some(2) => Level::Forms,
        Some(3) => Level::Comments,
        _ => Level::Nothing,
    })
}

fn read_lock(document: &Document<'_>, dict: Dict<'_>) -> Option<Lock> {
    let action = document.value(dict, "Action").and_then(Value::name)?;
    let names = || -> Option<Vec<String>> {
        let fields = document.value(dict, "Fields").and_then(Value::array)?;
        let names: Option<Vec<String>> = fields
            .iter()
            .take(MAX_LISTED + 1)
            .map(|name| document.resolve(name).string().map(PdfString::text))
            .collect();
        names.filter(|names| names.len() <= MAX_LISTED)
    };
    Some(match names() {
        Some(names) if action.is("Include") => Lock::Include(names),
        Some(names) if action.is("Exclude") => Lock::Exclude(names),
        _ => Lock::All,
    })
}

/// Whether a field is the named one or one of its descendants.
fn within(field: &str, ancestor: &str) -> bool {
    field.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
