"""What a page inherits, how it is turned and cut, and which pages there are."""

from pikepdf import Array, Dictionary, Name, Stream, String

from heldout.common import annotate, furnished, variants


def stacked(base):
    """A base with two stamps on one place, the sum that holds above a sum that does not, and a link."""
    def change(pdf, page):
        for role, sum_ in (("Below", b"9999"), ("Above", b"1000")):
            look = Stream(
                pdf, b"1 g 0 0 200 30 re f 0 g BT /F 20 Tf 5 8 Td (%s) Tj ET" % sum_, Type=Name.XObject, Subtype=Name.Form,
                BBox=Array([0, 0, 200, 30]),
                Resources=Dictionary(Font=Dictionary(F=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))),
            )
            annotate(page, pdf.make_indirect(Dictionary(
                Type=Name.Annot, Subtype=Name.Stamp, F=4, P=page.obj, Rect=Array([100, 100, 300, 130]), AP=Dictionary(N=look),
                Role=Name("/" + role))))
        annotate(page, pdf.make_indirect(Dictionary(
            Type=Name.Annot, Subtype=Name.Link, F=4, P=page.obj, Rect=Array([100, 60, 300, 90]), Role=Name.Link,
            A=Dictionary(S=Name.URI, URI=String("https://example.org/one")))))
        page.obj.Annots = pdf.make_indirect(page.obj.Annots)

    return furnished(base, change)


def pages(base):
    yield from variants(base, {
        "turned-by-the-tree": lambda revision, at: revision.with_keys(tree(revision), Rotate=b"180"),
        "cut-by-the-tree": lambda revision, at: revision.with_keys(tree(revision), CropBox=b"[0 430 595 842]"),
        "cut-by-an-elsewhere-box": elsewhere_box,
        "user-unit": lambda revision, at: revision.with_keys(revision.page(), UserUnit=b"9"),
        "art-and-trim-boxes": lambda revision, at: revision.with_keys(revision.page(), TrimBox=b"[0 430 595 842]", ArtBox=b"[0 430 595 842]"),
        "group-of-the-page": lambda revision, at: revision.with_keys(revision.page(), Group=b"<< /S /Transparency /CS /DeviceCMYK /K true /I true >>"),
        "order-of-pages": lambda revision, at: revision.with_keys(tree(revision), Kids=kids(revision, lambda all: [all[1], all[0], *all[2:]])),
        "a-page-twice": lambda revision, at: revision.with_keys(
            tree(revision), Kids=kids(revision, lambda all: [all[0], *all]), Count=b"%d" % (len(revision.pdf.pages) + 1)),
        "last-page-not-counted": lambda revision, at: revision.with_keys(tree(revision), Count=b"%d" % (len(revision.pdf.pages) - 1)),
        "page-becomes-a-node": page_becomes_a_node,
        "shown-for-a-moment": lambda revision, at: revision.with_keys(revision.page(), Dur=b"0.1", Trans=b"<< /S /R >>"),
        "page-hands-out-files": lambda revision, at: revision.with_keys(revision.page(), AF=b"[<< /Type /Filespec /F (9999.xml) >>]"),
        "output-intent-of-the-page": lambda revision, at: revision.with_keys(
            revision.page(), OutputIntents=b"[<< /Type /OutputIntent /S /GTS_PDFX /OutputConditionIdentifier (x) >>]"),
        "viewport": lambda revision, at: revision.with_keys(revision.page(), VP=b"[<< /Type /Viewport /BBox [0 0 600 800] /Measure << /Type /Measure /R (1 = 9999) >> >>]"),
    })
    yield from variants(base, {
        "stamps-change-places": lambda revision, at: annotations(revision, swapped(at)),
        "upper-stamp-not-listed": lambda revision, at: annotations(revision, lambda all: [n for n in all if n != at["Above"]]),
        "upper-stamp-hidden": lambda revision, at: revision.with_keys(at["Above"], F=b"6"),
        "upper-stamp-in-a-layer": lambda revision, at: revision.with_keys(at["Above"], OC=b"%d 0 R" % at["Layer"]),
        "stamp-on-another-page": lambda revision, at: revision.with_items(revision.page(1), "Annots", at["Below"]),
        "link-leads-elsewhere": lambda revision, at: revision.with_keys(at["Link"], A=b"<< /S /URI /URI (https://example.org/two) >>"),
        "link-over-the-page": lambda revision, at: revision.with_keys(at["Link"], Rect=b"[0 0 600 800]", Border=b"[0 0 90]", C=b"[1 1 1]"),
    }, furnish=stacked)


def tree(revision):
    return revision.pdf.pages[0].obj.Parent.objgen[0]


def kids(revision, choose):
    known = [kid.objgen[0] for kid in revision.pdf.get_object(tree(revision), 0).Kids]
    return b"[" + b" ".join(b"%d 0 R" % number for number in choose(known)) + b"]"


def elsewhere_box(revision, at):
    """The page is written anew with a box that stands elsewhere, and that a last revision could change again."""
    revision.with_keys(revision.page(), MediaBox=b"%d 0 R" % revision.add(b"[0 430 595 842]"))


def page_becomes_a_node(revision, at):
    twin = revision.add(revision.body(revision.page()))
    revision.put(revision.page(), b"<< /Type /Pages /Parent %d 0 R /Count 2 /Kids [%d 0 R %d 0 R] >>" % (tree(revision), twin, twin))
    revision.put(twin, revision.body(revision.page()))


def annotations(revision, choose):
    array = revision.pdf.pages[0].obj.Annots
    known = [item.objgen[0] for item in array]
    revision.put(array.objgen[0], b"[" + b" ".join(b"%d 0 R" % number for number in choose(known)) + b"]")


def swapped(at):
    other = {at["Below"]: at["Above"], at["Above"]: at["Below"]}
    return lambda all: [other.get(number, number) for number in all]
