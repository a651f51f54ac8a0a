"""Mladenov et al., CCS 2019: universal signature forgery, incremental saving, signature wrapping."""

import re

from line import CHANGED, change_line, line_stream, signature
from revision import Revision, stream


def universal_signature_forgery(base):
    """The signature object is broken so that verifiers give up without saying so."""
    for name, keys in (
        ("contents-missing", {"Contents": None}), ("contents-null", {"Contents": b"null"}),
        ("contents-empty", {"Contents": b"<>"}), ("contents-zero", {"Contents": b"<00>"}),
        ("range-missing", {"ByteRange": None}), ("range-null", {"ByteRange": b"null"}),
        ("range-negative", {"ByteRange": b"[-1 -1 -1 -1]"}), ("range-empty", {"ByteRange": b"[]"}),
        ("range-letters", {"ByteRange": b"[0 /a /b /c]"}),
    ):
        revision, before = base.later()
        change_line(revision)
        revision.with_keys(signature(revision)[1], **keys)
        yield name, before, revision.finish()


def incremental_saving(base):
    """Content is appended, with or without what readers expect of a revision."""
    revision, before = base.later()
    whole = change_line(revision).finish()
    yield "plain", before, whole
    added = whole[len(before) :]
    body = added[: added.rindex(b"startxref")]
    objects = added[: re.search(rb"(\nxref\n|\n\d+ 0 obj\n<< /Root)", added).start() + 1]
    yield "without-startxref", before, before + body
    yield "objects-alone", before, before + objects
    yield "objects-and-trailer", before, before + objects + b"trailer\n<< /Root %d 0 R >>\n%%%%EOF\n" % revision.root
    yield "old-end-again", before, before + objects + before[before.rindex(b"startxref") :]
    revision, before = base.later()
    change_line(revision)
    field, value = signature(revision)
    copy = re.search(rb"\n%d 0 obj\s(.*?)\sendobj" % value, before, re.DOTALL)[1]
    revision.put(value, copy)
    yield "with-the-signature-again", before, revision.finish()


def signature_wrapping(base):
    """Signed bytes are moved, so that a new cross-reference fits in before them."""
    before = base.signed()
    numbers = [int(n) for n in re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)", before)[0]]
    _, hole, second, length = numbers
    yield from (
        (name, before, wrapped(before, hole, second, length, pad, style))
        for name, pad, style in (
            ("range-in-the-hole", 0, "range"), ("second-part-far-away", 4096, "range"),
            ("range-first", 0, "front"), ("no-new-range", 0, "none"), ("range-in-a-comment", 512, "comment"),
            ("range-in-another-object", 64, "object"),
        )
    )


def wrapped(before, hole, second, length, pad, style):
    revision = Revision(before)
    number = line_stream(revision)
    tail = before[second : second + length]
    cms = before[hole:second]
    old_xref = revision.previous
    malicious = b"%d 0 obj\n" % number + stream(b"Q " + CHANGED) + b"\nendobj\n"
    # All other objects stand where they were, or as much later as the second part was moved.
    inserted = b" >>\nendobj\n" + malicious
    at_malicious = hole + len(cms) + 60 + len(b" >>\nendobj\n")
    xref_at = max(old_xref, hole + len(cms) + 60 + len(inserted) + 16)
    places = {n: at for n, at in offsets(before).items()}
    rows = {}
    shift_to = xref_at + 8000 + 20 * (max(places) + 2) + pad
    for n, at in places.items():
        rows[n] = at if at < hole else at - second + shift_to
    rows[number] = at_malicious
    table = b"xref\n0 1\n0000000000 65535 f \n"
    table += b"".join(b"%d 1\n%010d 00000 n \n" % (n, at) for n, at in sorted(rows.items()) if n)
    root = revision.root
    table += b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (max(rows) + 1, root, xref_at)
    new = b"/ByteRange [0 %d %d %d]" % (hole, shift_to, length)
    mark = {"range": cms + new, "front": new + cms, "none": cms, "comment": cms + b"\n%" + new + b"\n", "object": cms}[style]
    out = before[:hole] + mark
    out = out.ljust(hole + len(cms) + 60, b" ") + inserted
    if style == "object":
        out += b"9999 0 obj\n<< " + new + b" >>\nendobj\n"
    out = out.ljust(xref_at, b" ") + table
    # What is left of the signature's dictionary belongs to nobody.
    out = out.ljust(shift_to, b" ")
    return out + tail


def offsets(content):
    return {int(match[1]): match.start(1) for match in re.finditer(rb"(?:^|[\r\n])(\d+) 0 obj\b", content)}
