//! Pages of ordered lists: where one begins, and where those beside it do.

/// Where a page begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Turn<P> {
    /// At the beginning.
    #[default]
    First,
    /// After a place.
    After(P),
    /// Before a place; such a page is read in the opposite order.
    Before(P),
}

impl<P> Turn<P> {
    /// The same turn in another order of places.
    pub(crate) fn map<Q>(&self, place: impl FnOnce(&P) -> Q) -> Turn<Q> {
        match self {
            Self::First => Turn::First,
            Self::After(from) => Turn::After(place(from)),
            Self::Before(from) => Turn::Before(place(from)),
        }
    }
}

/// A page, and where those beside it begin.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page<T, P> {
    /// What is on it, in order.
    pub items: Vec<T>,
    /// The page before ends before this.
    pub previous: Option<P>,
    /// The next page begins after this.
    pub next: Option<P>,
}

/// A page of at most `most`, out of what was found for it in any order. Each way that was gone gave one
/// more than fits, where there was one: that is how a further page shows.
pub(crate) fn cut<T, P: Ord>(
    mut found: Vec<T>,
    most: usize,
    turn: &Turn<P>,
    place: impl Fn(&T) -> P,
) -> Page<T, P> {
    found.sort_by_key(&place);
    // What was found along two ways is there twice.
    found.dedup_by(|one, other| place(one) == place(other));
    let more = found.len() > most;
    match turn {
        Turn::Before(_) => drop(found.drain(..found.len().saturating_sub(most))),
        Turn::First | Turn::After(_) => found.truncate(most),
    }
    let (first, last) = (found.first().map(&place), found.last().map(&place));
    let (previous, next) = match turn {
        Turn::First => (None, last.filter(|_| more)),
        Turn::After(_) => (first, last.filter(|_| more)),
        Turn::Before(_) => (first.filter(|_| more), last),
    };
    Page { items: found, previous, next }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(found: &[u32], turn: &Turn<u32>) -> (Vec<u32>, Option<u32>, Option<u32>) {
        let Page { items, previous, next } = cut(found.to_vec(), 2, turn, |one| *one);
        (items, previous, next)
    }

    #[test]
    fn a_page_leads_on_where_something_follows_and_back_where_something_came_before() {
        assert_eq!(page(&[], &Turn::First), (vec![], None, None));
        assert_eq!(page(&[2, 1], &Turn::First), (vec![1, 2], None, None));
        assert_eq!(page(&[3, 1, 2], &Turn::First), (vec![1, 2], None, Some(2)));
        assert_eq!(page(&[5, 4], &Turn::After(3)), (vec![4, 5], Some(4), None));
        assert_eq!(page(&[5, 4, 6], &Turn::After(3)), (vec![4, 5], Some(4), Some(5)));
        assert_eq!(page(&[5, 4, 3], &Turn::Before(6)), (vec![4, 5], Some(4), Some(5)));
        assert_eq!(page(&[2, 1], &Turn::Before(3)), (vec![1, 2], None, Some(2)));
    }

    #[test]
    fn what_two_ways_found_stands_there_once() {
        assert_eq!(page(&[2, 1, 2], &Turn::First), (vec![1, 2], None, None));
    }
}
