//! What must not run: found in the original, left out of a copy if somebody asks.

use std::collections::BTreeSet;

use hayro_syntax::object::{Dict, Name, Object};
use serde::{Deserialize, Serialize};

/// What becomes of scripts, programs and automatic actions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActiveContent {
    /// A file that holds any gets no clean copy.
    #[default]
    Refused,
    /// They are left out, and listed.
    Removed,
}

/// Actions that run a script or a program, with the word by which people are told.
const ACTIONS: [(&[u8], &str); 5] = [
    (b"JavaScript", "javascript"),
    (b"Launch", "launch"),
    (b"ImportData", "import-data"),
    (b"Rendition", "rendition"),
    (b"RichMediaExecute", "rich-media"),
];

/// Sees to it that active content is left out.
#[derive(Debug)]
pub(super) struct Filter {
    active: ActiveContent,
    removed: BTreeSet<&'static str>,
}

impl Filter {
    pub(super) fn new(active: ActiveContent) -> Self {
        Self { active, removed: BTreeSet::new() }
    }

    /// What was left out, in order of the words.
    pub(super) fn removed(self) -> Vec<String> {
        self.removed.into_iter().map(str::to_owned).collect()
    }

    /// Whether a dictionary is an action that is left out.
    pub(super) fn drops(&mut self, dict: &Dict<'_>) -> bool {
        let kind = dict.get::<Name<'_>>("S");
        let found = kind.and_then(|kind| ACTIONS.iter().find(|(name, _)| **name == *kind));
        found.is_some_and(|(_, word)| self.drop(word))
    }

    /// Whether an entry is left out: actions that a viewer starts on its own. Other things may have
    /// the same name, such as a font.
    pub(super) fn drops_entry(&mut self, dict: &Dict<'_>, key: &[u8]) -> bool {
        key == b"AA"
            && dict.get::<Dict<'_>>(key).is_some_and(|of| holds_action(&of))
            && self.drop("automatic-actions")
    }

    /// Whether an entry of the catalog is left out. Going to a page is harmless.
    pub(super) fn drops_opening(&mut self, dict: &Dict<'_>) -> bool {
        let action = dict.get::<Dict<'_>>("OpenAction");
        action.is_some_and(|action| !turns_page(&action)) && self.drop("automatic-actions")
    }

    /// Whether an entry of the catalog's name dictionary is left out: scripts of the document.
    pub(super) fn drops_names(&mut self, key: &[u8]) -> bool {
        key == b"JavaScript" && self.drop("javascript")
    }

    fn drop(&mut self, word: &'static str) -> bool {
        if self.active == ActiveContent::Refused {
            return false;
        }
        self.removed.insert(word);
        true
    }
}

fn turns_page(action: &Dict<'_>) -> bool {
    let kind = action.get::<Name<'_>>("S");
    kind.is_some_and(|kind| *kind == *b"GoTo") && !action.contains_key("Next")
}

fn holds_action(triggers: &Dict<'_>) -> bool {
    let mut actions = triggers.keys().filter_map(|key| triggers.get::<Dict<'_>>(&*key));
    actions.any(|action| action.contains_key("S") && !turns_page(&action))
}

/// Whether a dictionary is a signature's.
pub(super) fn is_signature(dict: &Dict<'_>) -> bool {
    dict.contains_key("ByteRange")
        && matches!(dict.get::<Object<'_>>("Contents"), Some(Object::String(_)))
}
