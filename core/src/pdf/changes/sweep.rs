//! Whatever no rule has explained.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::ChangeKind;
use super::graph::walk;
use super::judge::Judge;
use super::structure::as_page;
use crate::pdf::read::{Document, ObjectId, Value};

/// More references than this are not followed back from a change to its pages.
const MAX_BACK: usize = 4_000_000;

/// Most pages that a finding lists.
const MAX_PAGES_LISTED: usize = 32;

/// Most changes that are traced; more are not told apart from these.
const MAX_TRACED: usize = 32;

/// Most nodes of the page tree whose pages are listed for one change.
const MAX_NODES: usize = 8;

/// Keys that lead back to what contains an object, or to another place of the document.
const BACK: [&str; 9] = ["Parent", "P", "Pg", "Prev", "Dest", "D", "IRT", "Popup", "StructParent"];

pub(super) fn check(judge: &mut Judge<'_, '_>) {
    let mut unexplained: Vec<u32> = judge
        .graph
        .edges
        .iter()
        .filter(|(number, edges)| {
            let role = judge.roles.get(number);
            !edges.iter().all(|edge| role.is_some_and(|role| role.covers(edge)))
        })
        .map(|(number, _)| *number)
        .collect();
    if unexplained.is_empty() {
        return;
    }
    unexplained.sort_unstable();
    let tracer = Tracer::of(judge.pair.new);
    for number in unexplained.into_iter().take(MAX_TRACED) {
        let (kind, pages) = tracer.trace(judge.pair.new, number);
        judge.found(kind, number, pages);
    }
}

/// What an object is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Content, resources or size of a page.
    Content,
    /// An annotation of a page.
    Annotation,
    /// The widget of a field.
    Widget,
    /// A key of the catalog.
    Catalog(ChangeKind),
}

/// What to do with references to what contains an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum BackLinks {
    Skipped,
    Followed,
}

/// All references of a state, backwards.
struct Tracer {
    /// From an object to those that refer to it, with the place that the reference is in.
    back: HashMap<u32, Vec<(u32, Via)>>,
    pages: HashMap<u32, u32>,
    /// The generations of objects that have another one than 0.
    generations: HashMap<u32, u16>,
    complete: bool,
}

/// How an object is referred to, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Via {
    Annots,
    Catalog(ChangeKind),
    /// To what contains it, or to another place.
    Back,
    Other,
}

impl Tracer {
    fn of(document: &Document<'_>) -> Self {
        let root = document.trailer().root.number;
        let form = document.catalog_dict().get("AcroForm").and_then(Value::reference);
        let mut back: HashMap<u32, Vec<(u32, Via)>> = HashMap::new();
        let mut count = 0;
        walk(document, |from, to, path| {
            let Some(from) = from else { return };
            count += 1;
            if count > MAX_BACK {
                return;
            }
            let path = path();
            let last = path.rsplit('/').next().unwrap_or_default();
            let leads_back = BACK.contains(&last) && !path.starts_with("OCProperties");
            let via = if leads_back {
                Via::Back
            } else if from == root {
                Via::Catalog(catalog_key(&path))
            } else if form.is_some_and(|form| form.number == from) && path == "XFA" {
                Via::Catalog(ChangeKind::Xfa)
            } else if path == "Annots" {
                Via::Annots
            } else {
                Via::Other
            };
            back.entry(to.number).or_default().push((from, via));
        });
        let pages = document.pages().iter().enumerate();
        let pages = pages.map(|(index, page)| (page.id.number, as_page(index))).collect();
        let numbered = document.object_ids().filter(|id| id.generation != 0);
        let generations = numbered.map(|id| (id.number, id.generation)).collect();
        Self { back, pages, generations, complete: count <= MAX_BACK }
    }

    /// What the change of an object comes down to, and on which pages.
    fn trace(&self, document: &Document<'_>, number: u32) -> (ChangeKind, Vec<u32>) {
        if let Some(kind) = self.own_kind(document, number) {
            return (kind, Vec::new());
        }
        if !self.complete {
            return (ChangeKind::TooMuch, Vec::new());
        }
        let mut found = self.places(document, number, BackLinks::Skipped);
        if found.is_empty() {
            // Only names that mostly lead back lead here: an attacker may have chosen them.
            found = self.places(document, number, BackLinks::Followed);
        }
        let Some(&(place, _)) = found.first() else { return (ChangeKind::Unknown, Vec::new()) };
        let pages = found.iter().filter(|(other, _)| *other == place).map(|(_, page)| *page);
        let pages = pages.take(MAX_PAGES_LISTED).collect();
        match place {
            Place::Content => (ChangeKind::PageContent, pages),
            Place::Annotation => (ChangeKind::Annotation, pages),
            Place::Widget => (ChangeKind::FieldAppearance, pages),
            Place::Catalog(kind) => (kind, Vec::new()),
        }
    }

    /// All that an object is part of, with the page where it is one's.
    fn places(
        &self,
        document: &Document<'_>,
        number: u32,
        back_links: BackLinks,
    ) -> BTreeSet<(Place, u32)> {
        let mut found: BTreeSet<(Place, u32)> = BTreeSet::new();
        let mut seen = HashSet::from([number]);
        let mut nodes = 0;
        let mut stack = vec![(number, self.is_a(document, number, "Subtype", "Widget"))];
        while let Some((at, widget)) = stack.pop() {
            if let Some(&page) = self.pages.get(&at) {
                // The page itself, or what is directly part of it.
                found.insert((Place::Content, page));
            }
            for &(from, via) in self.back.get(&at).into_iter().flatten() {
                match (via, self.pages.get(&from)) {
                    (Via::Back, _) if back_links == BackLinks::Skipped => {}
                    (Via::Annots, Some(&page)) => {
                        found
                            .insert((if widget { Place::Widget } else { Place::Annotation }, page));
                    }
                    (Via::Catalog(kind), _) => {
                        found.insert((Place::Catalog(kind), 0));
                    }
                    (_, Some(&page)) => {
                        found.insert((Place::Content, page));
                    }
                    _ if !seen.insert(from) => {}
                    _ if self.is_a(document, from, "Type", "Pages") => {
                        nodes += 1;
                        if nodes <= MAX_NODES {
                            let below = self.below(document, from);
                            found.extend(below.into_iter().map(|page| (Place::Content, page)));
                        }
                    }
                    _ => {
                        let is_widget = self.is_a(document, from, "Subtype", "Widget");
                        stack.push((from, widget || is_widget));
                    }
                }
            }
        }
        found
    }

    /// The pages below a node of the page tree.
    fn below(&self, document: &Document<'_>, node: u32) -> Vec<u32> {
        let mut below = Vec::new();
        for page in document.pages() {
            let mut at = Some(page.id);
            // The gate allows no loop and no deeper tree.
            while let Some(id) = at.filter(|_| below.len() < MAX_PAGES_LISTED) {
                if id.number == node {
                    below.extend(self.pages.get(&page.id.number).copied());
                    break;
                }
                let dict = document.object(id).and_then(|object| object.value.dict());
                at = dict.and_then(|dict| dict.get("Parent")).and_then(Value::reference);
            }
        }
        below
    }

    /// What some objects are, wherever they are referred to.
    fn own_kind(&self, document: &Document<'_>, number: u32) -> Option<ChangeKind> {
        let known = [
            ("Pages", ChangeKind::Pages),
            ("Catalog", ChangeKind::Catalog),
            ("Sig", ChangeKind::Signature),
            ("DocTimeStamp", ChangeKind::Signature),
            ("OCG", ChangeKind::OptionalContent),
            ("OCMD", ChangeKind::OptionalContent),
        ];
        let found = known.iter().find(|(name, _)| self.is_a(document, number, "Type", name));
        found.map(|(_, kind)| *kind)
    }

    fn is_a(&self, document: &Document<'_>, number: u32, key: &str, name: &str) -> bool {
        let generation = self.generations.get(&number).copied().unwrap_or(0);
        let object = document.object(ObjectId { number, generation });
        let value = object.and_then(|object| document.value(object.value.dict()?, key));
        value.and_then(Value::name).is_some_and(|value| value.is(name))
    }
}

/// What a change of something means that the catalog refers to.
fn catalog_key(path: &str) -> ChangeKind {
    match path.split('/').next().unwrap_or_default() {
        "Pages" => ChangeKind::Pages,
        "OCProperties" => ChangeKind::OptionalContent,
        "Names" | "OpenAction" | "AA" | "URI" | "Dests" => ChangeKind::Actions,
        "AcroForm" if path.starts_with("AcroForm/XFA") => ChangeKind::Xfa,
        "AcroForm" => ChangeKind::Field,
        "Perms" | "Legal" => ChangeKind::Signature,
        "DSS" | "Metadata" | "StructTreeRoot" | "Outlines" | "PieceInfo" => ChangeKind::Unknown,
        _ => ChangeKind::Catalog,
    }
}
