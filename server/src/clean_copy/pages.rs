//! The pages of the original, each with what it inherits.

use std::collections::HashSet;

use hayro_syntax::Pdf;
use hayro_syntax::object::array::ArrayIter;
use hayro_syntax::object::{Array, Dict, MaybeRef, Name, Object};
use trien_core::pdf::read::Refusal;
use trien_core::pdf::read::limits::{MAX_DEPTH, MAX_PAGES};

use super::NoCleanCopy;

/// What a page takes from the nodes above it.
pub(super) const INHERITED: [&str; 4] = ["Resources", "MediaBox", "CropBox", "Rotate"];

/// Where a page finds what it inherits: for each key, the nearest dictionary that has it.
pub(super) type Above<'a> = [Option<Dict<'a>>; INHERITED.len()];

/// One page.
pub(super) struct PageSource<'a> {
    pub dict: Dict<'a>,
    pub above: Above<'a>,
}

/// All pages in order. They are those that are drawn: where the page tree is so broken that the
/// drawing reader looks for pages everywhere, their order would be a guess.
pub(super) fn all(pdf: &Pdf) -> Result<Vec<PageSource<'_>>, NoCleanCopy> {
    let found = walk(pdf)?;
    let drawn = pdf.pages();
    let same = found.len() == drawn.len()
        && found.iter().zip(drawn.iter()).all(|(found, drawn)| found.dict == *drawn.raw());
    match same {
        true if found.is_empty() => Err(Refusal::NoPage.into()),
        true => Ok(found),
        false => Err(NoCleanCopy::Unreadable),
    }
}

struct Node<'a> {
    kids: ArrayIter<'a>,
    above: Above<'a>,
}

impl<'a> Node<'a> {
    fn new(dict: &Dict<'a>, above: &Above<'a>) -> Option<Self> {
        let kids = dict.get::<Array<'a>>("Kids")?.raw_iter();
        let nearest = |index: usize| {
            if dict.contains_key(INHERITED[index]) {
                Some(dict.clone())
            } else {
                above[index].clone()
            }
        };
        Some(Self { kids, above: std::array::from_fn(nearest) })
    }
}

// As the drawing reader does it: what is no node is a page, and a node met twice counts once.
fn walk(pdf: &Pdf) -> Result<Vec<PageSource<'_>>, NoCleanCopy> {
    let xref = pdf.xref();
    let root = xref.get::<Dict<'_>>(xref.root_id()).and_then(|root| root.get::<Dict<'_>>("Pages"));
    let root = root.ok_or(NoCleanCopy::Unreadable)?;
    let mut visited: HashSet<_> = root.obj_id().into_iter().collect();
    let mut pages = Vec::new();
    let mut stack = vec![Node::new(&root, &Above::default()).ok_or(NoCleanCopy::Unreadable)?];
    while let Some(node) = stack.last_mut() {
        let Some(kid) = node.kids.next() else {
            stack.pop();
            continue;
        };
        let dict = match kid {
            MaybeRef::Ref(id) if !visited.insert(id.into()) => continue,
            MaybeRef::Ref(id) => xref.get::<Dict<'_>>(id.into()),
            MaybeRef::NotRef(Object::Dict(dict)) => Some(dict),
            MaybeRef::NotRef(_) => None,
        };
        let Some(dict) = dict else { continue };
        if dict.get::<Name<'_>>("Type").is_some_and(|kind| *kind == *b"Pages") {
            let Some(node) = Node::new(&dict, &node.above) else { continue };
            if stack.len() == MAX_DEPTH {
                return Err(Refusal::TooDeep.into());
            }
            stack.push(node);
        } else {
            if pages.len() == MAX_PAGES {
                return Err(Refusal::TooManyPages.into());
            }
            pages.push(PageSource { dict, above: node.above.clone() });
        }
    }
    Ok(pages)
}
