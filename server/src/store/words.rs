//! Words by which lists are searched, whatever the list is of.

use sqlx::AnyConnection;

use super::{Columns as _, StoreError};

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
