//! One act, read out of its statement.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};
use sqlx::AnyConnection;
use trien_core::env::UnixSecond;
use trien_core::id::{AccountId, DeviceId, PersonId, UnitId};

use crate::flow::FlowError;
use crate::flow::act::kind::Kind;
use crate::store::act::{ActFound, Author as By, Subject};
use crate::store::{StoreError, account, directory};

/// Names that one act's values are told by.
const MOST_NAMES: usize = 40;

/// Who did something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Author {
    /// Whoever can run the program on the server's data folder.
    CommandLine,
    /// The server itself.
    Server,
    /// Somebody who signed in, or showed a token; with the full name.
    Account(AccountId, String),
    /// A phone, with its person's name.
    Device(DeviceId, String),
}

/// One value before and after an act.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its name in statements.
    pub field: String,
    /// What it was; none where there was nothing.
    pub before: Option<String>,
    /// What it is now; none where there is nothing.
    pub after: Option<String>,
}

/// An act, as lists show it.
#[derive(Clone, Debug, PartialEq)]
pub struct ActView {
    /// Where its statement stands in the log.
    pub leaf: u64,
    /// When it was recorded.
    pub at: UnixSecond,
    /// What was done.
    pub kind: Kind,
    /// By whom.
    pub by: Author,
    /// The person that it concerns, with the name of today.
    pub person: Option<(PersonId, String)>,
    /// The units that it concerns, with the names of today.
    pub units: Vec<(UnitId, String)>,
    /// What it was done to, as addresses name it, where that has a page or identifier.
    pub subject: Option<String>,
    /// Why, in the words of whoever did it, or of whoever asked for it.
    pub why: Option<String>,
    /// The act of the same moment that it follows from.
    pub with: Option<Kind>,
    /// What it changed.
    pub changes: Vec<Change>,
    /// The statement, letter by letter as the log holds it.
    pub statement: String,
}

impl ActView {
    /// Where the console shows what was done something to.
    #[must_use]
    pub fn link(&self) -> Option<String> {
        let of_person = || self.person.as_ref().map(|(id, _)| format!("/console/people/{id}"));
        let of = |pages: &str| self.subject.as_ref().map(|id| format!("/console/{pages}/{id}"));
        if self.kind == Kind::PostOrUnitChanged {
            return of("changes");
        }
        match self.kind.subject() {
            Subject::Device => of("devices"),
            Subject::Unit => of("units"),
            Subject::Account => of("accounts"),
            Subject::Wave => of("waves"),
            Subject::Entry => of("certificates"),
            Subject::Template => of("templates"),
            _ => of_person(),
        }
    }
}

/// Reads an act.
pub(super) async fn view(
    connection: &mut AnyConnection,
    leaf: u64,
    found: ActFound,
) -> Result<ActView, FlowError> {
    let damaged = || FlowError::from(StoreError::Corrupt("statement"));
    let kind = Kind::from_slug(&found.kind).ok_or_else(damaged)?;
    let statement: Value = serde_json::from_str(&found.body).map_err(|_| damaged())?;
    let said = statement.as_object().ok_or_else(damaged)?;
    let word = |name: &str| said.get(name).and_then(Value::as_str).map(str::to_owned);
    let with = word("with");
    let with = with.and_then(|name| Kind::ALL.iter().copied().find(|kind| kind.name() == name));
    let name = found.by_name.unwrap_or_default();
    let by = match found.author {
        By::CommandLine => Author::CommandLine,
        By::Server => Author::Server,
        By::Account(id) => Author::Account(id, name),
        By::Device(id) => Author::Device(id, name),
    };
    let names = names(connection, said).await?;
    Ok(ActView {
        leaf,
        at: found.at,
        kind,
        by,
        person: found.person,
        units: found.units,
        subject: named_subject(&found.subject),
        why: word("why").or_else(|| word("for")),
        with,
        changes: changes(said, &names),
        statement: found.body,
    })
}

fn named_subject(subject: &[u8]) -> Option<String> {
    // All identifiers look alike, whatever they are of.
    let id = subject.try_into().ok().map(UnitId::from_bytes);
    id.map(|id| id.to_string())
}

/// The names of the units, people and accounts among the values.
async fn names(
    connection: &mut AnyConnection,
    said: &Map<String, Value>,
) -> Result<BTreeMap<String, String>, FlowError> {
    let mut ids = BTreeSet::new();
    for side in ["before", "after"] {
        gather(said.get(side).unwrap_or(&Value::Null), &mut ids);
    }
    let mut names = BTreeMap::new();
    for id in ids.into_iter().take(MOST_NAMES) {
        if let Ok(unit) = id.parse()
            && let Some(row) = directory::unit(connection, unit).await?
        {
            names.insert(id, row.view.name);
        } else if let Ok(person) = id.parse()
            && let Some(row) = directory::person(connection, person).await?
        {
            names.insert(id, row.view.name);
        } else if let Ok(account) = id.parse()
            && let Some(row) = account::by_id(connection, account).await?
        {
            names.insert(id, row.name);
        }
    }
    Ok(names)
}

fn gather(value: &Value, ids: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if text.parse::<UnitId>().is_ok() => {
            ids.insert(text.clone());
        }
        Value::Array(all) => all.iter().for_each(|one| gather(one, ids)),
        Value::Object(all) => all.values().for_each(|one| gather(one, ids)),
        _ => {}
    }
}

fn changes(said: &Map<String, Value>, names: &BTreeMap<String, String>) -> Vec<Change> {
    let side = |name: &str| match said.get(name) {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(fields)) => fields.clone(),
        // As releases before had it: one value, without its name.
        Some(value) => Map::from_iter([("value".to_owned(), value.clone())]),
    };
    let (before, after) = (side("before"), side("after"));
    // Rows of a table are in the statement; here they would bury the rest.
    let fields = before.keys().chain(after.keys()).filter(|name| *name != "rows");
    let fields: BTreeSet<&String> = fields.collect();
    let told = |value: Option<&Value>| value.and_then(|value| tell(value, names));
    fields
        .into_iter()
        .map(|field| Change {
            field: field.clone(),
            before: told(before.get(field)),
            after: told(after.get(field)),
        })
        .filter(|change| change.before.is_some() || change.after.is_some())
        .collect()
}

fn tell(value: &Value, names: &BTreeMap<String, String>) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(names.get(text).unwrap_or(text).clone()),
        Value::Array(all) => {
            let all: Vec<String> = all.iter().filter_map(|one| tell(one, names)).collect();
            (!all.is_empty()).then(|| all.join("; "))
        }
        // A role, and where or whose.
        Value::Object(all) if all.contains_key("role") => {
            let part = |name: &str| all.get(name).and_then(|value| tell(value, names));
            let place = part("unit").or_else(|| part("account")).unwrap_or_default();
            part("role").map(|role| format!("{role} ({place})"))
        }
        Value::Object(all) => {
            let one = |(name, value): (&String, &Value)| {
                tell(value, names).map(|told| format!("{name}: {told}"))
            };
            let all: Vec<String> = all.iter().filter_map(one).collect();
            (!all.is_empty()).then(|| all.join(", "))
        }
        other => Some(other.to_string()),
    }
}
