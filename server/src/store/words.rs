//! Words by which lists are searched, whatever the list is of.

use sqlx::{AnyConnection, Row as _};

use super::{Columns as _, StoreError};
use crate::paging::Turn;

/// Greater than all that follows a word it is put after.
pub(super) const LAST: char = '\u{10FFFF}';

/// The words that begin so, if they are no more than `most`. `next` gives the first word from `$1` on and
/// below `$2`: one look-up a word, since a list of them all would read through everybody.
pub(super) async fn that_begin(
    connection: &mut AnyConnection,
    next: &'static str,
    beginning: &str,
    most: usize,
) -> Result<Option<Vec<String>>, StoreError> {
    let mut words: Vec<String> = Vec::new();
    let mut from = beginning.to_owned();
    let end = format!("{beginning}{LAST}");
    while words.len() <= most {
        let query = sqlx::query(next).bind(from).bind(end.clone());
        let Some(row) = query.fetch_optional(&mut *connection).await? else {
            return Ok(Some(words));
        };
        let word: String = row.get_as(0)?;
        from = format!("{word}\u{1}");
        words.push(word);
    }
    Ok(None)
}

/// A place in the list of those who have a word: what they are sorted by, and who.
pub(super) type Entry = (String, Vec<u8>);

/// Times that each of two lists is looked into, before they are walked along.
const LEAPS: usize = 32;

/// Looks for one entry of the list of `$1`: the first from (`$2`, `$3`) on, and the last up to there.
#[derive(Clone, Copy)]
pub(super) struct Looks {
    pub from: &'static str,
    pub up_to: &'static str,
}

/// Where the lists of two words first meet on a turn, or come close; none where they never do. Each list is looked
/// into where the other one stands, so that whatever lies between is passed by: who has two words of a name mostly
/// stands beside others who do.
pub(super) async fn meet(
    connection: &mut AnyConnection,
    looks: Looks,
    (one, other): (&str, &str),
    turn: Turn<Entry>,
) -> Result<Option<Entry>, StoreError> {
    let (next, mut at) = match turn {
        Turn::First => (looks.from, (String::new(), Vec::new())),
        Turn::After(place) => (looks.from, place),
        Turn::Before(place) => (looks.up_to, place),
    };
    for _ in 0..LEAPS {
        let Some(first) = entry(&mut *connection, next, one, &at).await? else { return Ok(None) };
        let Some(second) = entry(&mut *connection, next, other, &first).await? else {
            return Ok(None);
        };
        if first == second {
            return Ok(Some(first));
        }
        at = second;
    }
    Ok(Some(at))
}

async fn entry(
    connection: &mut AnyConnection,
    next: &'static str,
    word: &str,
    (sorting, id): &Entry,
) -> Result<Option<Entry>, StoreError> {
    let query = sqlx::query(next).bind(word.to_owned()).bind(sorting.clone()).bind(id.clone());
    let row = query.fetch_optional(connection).await?;
    row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).transpose()
}
