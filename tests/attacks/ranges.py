"""Signatures whose `/ByteRange` is not what a signature covers, made with a key of our own."""

import io

from pyhanko.pdf_utils.reader import PdfFileReader

import sound
from bases import UNSIGNED, signed_by_hand
from revision import Revision, stream


def attacks(furnished, archives):
    for base in furnished:
        for name, choose, place in (
            ("gap-holds-content", wide_gap, "behind"),
            ("gap-holds-earlier-content", wide_gap_before, "before"),
            ("end-not-covered", short_end, "behind"),
            ("first-part-twice", first_part_twice, "behind"),
            ("parts-overlap", overlapping, "behind"),
            ("three-parts", three_parts, "behind"),
            ("start-not-covered", late_start, "before"),
        ):
            before, after = signed_with(base, choose, place)
            yield f"{base.name}-{name}", before, after
    for name, content in sound.archived(archives):
        if name in ("one-byterange", "weird-byterange", "signature-gap-too-big", "tail-uncovered"):
            signatures = PdfFileReader(io.BytesIO(content), strict=False).embedded_signatures
            if signatures:
                yield f"pyhanko-{name}", content, content


def signed_with(base, choose, place):
    """Signs what `choose` says, with the line drawn by an object beside the signature; then changes the line."""
    revision = Revision(base.content)
    line = b"q 1 g 90 390 420 40 re f 0 g BT /TrienF 20 Tf 100 400 Td (Tong so tien 1000 dong) Tj ET Q"
    number = next(n for n in revision.contents() if b"Tong so tien" in revision.pdf.get_object(n, 0).read_bytes())
    if place == "before":
        revision.put(number, stream(b"Q " + line))
    held = revision.add(UNSIGNED)
    if place == "behind":
        revision.put(number, stream(b"Q " + line))
    revision.with_keys(base.roles["Waiting"], V=b"%d 0 R" % held)
    before = signed_by_hand(base.signer, revision, lambda size, hole, end, content: choose(
        size, hole, end, content.rindex(b"Tong so tien 1000")))
    return before, before.replace(b"Tong so tien 1000", b"Tong so tien 9999")


def wide_gap(size, hole, end, line):
    return [(0, hole), (line + 40, size - line - 40)]


def wide_gap_before(size, hole, end, line):
    return [(0, line - 10), (end, size - end)]


def short_end(size, hole, end, line):
    return [(0, hole), (end, line - 10 - end)]


def first_part_twice(size, hole, end, line):
    return [(0, hole), (0, hole)]


def overlapping(size, hole, end, line):
    return [(0, hole), (hole // 2, hole // 4)]


def three_parts(size, hole, end, line):
    return [(0, hole), (end, line - 10 - end), (line + 40, size - line - 40)]


def late_start(size, hole, end, line):
    return [(line + 40, hole - line - 40), (end, size - end)]
