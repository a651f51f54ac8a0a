//! What a signature locks: the fields that its revision fills in, or what its field asks for.

use crate::pdf::append::reference;
use crate::pdf::fields::Field;
use crate::pdf::read::{Document, ObjectId, PdfString, Value};
use crate::pdf::recipe::Recipe;
use crate::pdf::revise::{BuildError, text_string};

/// Most field names of a lock that are copied.
const MAX_LISTED: usize = 1024;

/// A field lock (ISO 32000-2, 12.7.5.5): the widget promises it, the signature makes it true.
#[derive(Debug)]
pub(super) struct Lock {
    action: &'static str,
    fields: Option<Vec<String>>,
    /// `/P`: what the document permits from now on (ISO 32000-2, table 236).
    permission: Option<u8>,
}

impl Lock {
    /// The lock of the signature after `recipe`; none where nothing is filled in and the field that
    /// waits has none.
    pub fn of(
        base: &Document<'_>,
        recipe: &Recipe,
        waiting: Option<&Field<'_>>,
    ) -> Result<Option<Self>, BuildError> {
        let filled: Vec<String> =
            recipe.fill.iter().map(|fill| fill.field.as_str().to_owned()).collect();
        let own = waiting.and_then(|field| base.value(field.dict, "Lock"));
        let Some(own) = own.filter(|value| *value != Value::Null) else {
            if let (Some(field), false) = (waiting, filled.is_empty()) {
                // The lock would have to be added to a field that others made.
                return Err(BuildError::LeftOpen(field.name.clone()));
            }
            let lock = Self { action: "Include", fields: Some(filled), permission: None };
            return Ok((!recipe.fill.is_empty()).then_some(lock));
        };
        let unreadable = || BuildError::SeedValue { field: recipe.field.clone(), entry: "Lock" };
        let lock = Self::read(base, own).ok_or_else(unreadable)?;
        if filled.iter().all(|name| lock.covers(name)) {
            Ok(Some(lock))
        } else {
            Err(BuildError::LeftOpen(recipe.field.clone()))
        }
    }

    fn read(base: &Document<'_>, value: Value<'_>) -> Option<Self> {
        let dict = value.dict()?;
        let action = base.value(dict, "Action").and_then(Value::name)?;
        let action = ["All", "Include", "Exclude"].into_iter().find(|known| action.is(known))?;
        let permission = match base.value(dict, "P") {
            None | Some(Value::Null) => None,
            Some(value) => {
                Some(u8::try_from(value.integer()?).ok().filter(|p| (1..=3).contains(p))?)
            }
        };
        if action == "All" {
            return Some(Self { action, fields: None, permission });
        }
        let names = base.value(dict, "Fields").and_then(Value::array)?;
        let names: Option<Vec<String>> = names
            .iter()
            .take(MAX_LISTED + 1)
            .map(|name| base.resolve(name).string().map(PdfString::text))
            .collect();
        let fields = names.filter(|names| names.len() <= MAX_LISTED)?;
        Some(Self { action, fields: Some(fields), permission })
    }

    fn covers(&self, name: &str) -> bool {
        let listed = self.fields.iter().flatten().any(|field| {
            name.strip_prefix(field.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        });
        match self.action {
            "Include" => listed,
            "Exclude" => !listed,
            _ => true,
        }
    }

    /// `/Lock` of the widget.
    pub fn dictionary(&self) -> Vec<u8> {
        format!("<< /Type /SigFieldLock{} >>", self.parameters()).into_bytes()
    }

    /// `/Reference` of the signature: the same as transform parameters (ISO 32000-2, table 258).
    pub fn references(&self, root: ObjectId) -> String {
        let data = reference(root);
        let mut references = format!(
            "[<< /Type /SigRef /TransformMethod /FieldMDP /Data {data}\n\
             /TransformParams << /Type /TransformParams /V /1.2{} >> >>",
            self.parameters()
        );
        if let Some(permission) = self.permission {
            references += &format!(
                " << /Type /SigRef /TransformMethod /DocMDP /Data {data}\n\
                 /TransformParams << /Type /TransformParams /V /1.2 /P {permission} >> >>"
            );
        }
        references + "]"
    }

    fn parameters(&self) -> String {
        let fields = self.fields.iter().map(|names| {
            let names: Vec<String> = names.iter().map(|name| text_string(name)).collect();
            format!(" /Fields [{}]", names.join(" "))
        });
        format!(" /Action /{}{}", self.action, fields.collect::<String>())
    }
}
