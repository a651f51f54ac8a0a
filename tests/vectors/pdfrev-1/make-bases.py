#!/usr/bin/env python3
"""Writes the small documents that the builder's vectors start from. The results are committed.

Made for Trien, Apache-2.0. Each document is the smallest that shows one way of writing a PDF.
"""

from pathlib import Path

HERE = Path(__file__).parent


def content(text: str) -> bytes:
    drawn = f"BT /F1 14 Tf 40 40 Td ({text}) Tj ET\n0.8 w 20 20 m 100 20 l S".encode()
    return b"<< /Length %d >>\nstream\n" % len(drawn) + drawn + b"\nendstream"


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
ID = b"[<000102030405060708090A0B0C0D0E0F> <000102030405060708090A0B0C0D0E0F>]"


def with_table(objects: dict[tuple[int, int], bytes], info: str, newline: bytes) -> bytes:
    """A classic file: header, objects in order, one table, trailer."""
    out = b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n"
    offsets = {}
    for (number, generation), value in objects.items():
        offsets[number] = (len(out), generation)
        out += b"%d %d obj\n" % (number, generation) + value + b"\nendobj\n"
    start = len(out)
    size = max(offsets) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d %05d n \n" % offsets[number]
    out += b"trailer\n<< /Size %d /Root 1 0 R %s/ID %s >>\n" % (size, info.encode(), ID)
    return out + b"startxref\n%d\n%%%%EOF" % start + newline


def with_streams(plain: dict[int, bytes], packed: dict[int, bytes]) -> bytes:
    """A modern file: an object stream and a cross-reference stream, neither compressed."""
    out = b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n"
    number_of_pack = max([*plain, *packed]) + 1
    heads, bodies = b"", b""
    for number, value in packed.items():
        heads += b"%d %d " % (number, len(bodies))
        bodies += value + b"\n"
    pack = b"<< /Type /ObjStm /N %d /First %d /Length %d >>\nstream\n" % (
        len(packed), len(heads), len(heads) + len(bodies),
    )  # fmt: skip
    pack += heads + bodies + b"\nendstream"
    entries = {0: (0, 0, 65535)}
    for number, value in {**plain, number_of_pack: pack}.items():
        entries[number] = (1, len(out), 0)
        out += b"%d 0 obj\n" % number + value + b"\nendobj\n"
    for index, number in enumerate(packed):
        entries[number] = (2, number_of_pack, index)
    number_of_xref = number_of_pack + 1
    entries[number_of_xref] = (1, len(out), 0)
    start = len(out)
    table = b"".join(
        kind.to_bytes(1, "big") + place.to_bytes(4, "big") + index.to_bytes(2, "big")
        for _, (kind, place, index) in sorted(entries.items())
    )
    out += (
        b"%d 0 obj\n<< /Type /XRef /W [1 4 2] /Size %d /Root 1 0 R /ID %s /Length %d >>\nstream\n"
        % (number_of_xref, number_of_xref + 1, ID, len(table))
    )
    return out + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def page(extra: str) -> bytes:
    return (
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R "
        f"/Resources << /Font << /F1 5 0 R >> >> {extra} >>"
    ).encode()


LINK = "<< /Type /Annot /Subtype /Link /Rect [10 10 30 30] /Border [0 0 0] /Dest [3 0 R /Fit] >>"
FIELD = (
    b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (note) /V (x) /DA (/Helv 9 Tf) "
    b"/Rect [50 60 150 80] /F 4 /P 3 0 R /AP << /N 7 0 R >> >>"
)
FIELD_LOOK = (
    b"<< /Type /XObject /Subtype /Form /BBox [0 0 100 20] /Resources << >> /Length 18 >>\n"
    b"stream\n0.9 g 0 0 99 19 re f\nendstream"
).replace(b"/Length 18", b"/Length 20")

PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"


def table() -> bytes:
    """Table; nothing to splice into; no newline at the end."""
    return with_table(
        {
            (1, 0): b"<</Type/Catalog/Pages 2 0 R>>",
            (2, 0): PAGES,
            (3, 0): page("/MediaBox [0 0 595.276 841.89]"),
            (4, 0): content("table"),
            (5, 0): FONT,
            (6, 0): b"<< /Producer (Trien) >>",
        },
        "/Info 6 0 R ",
        b"",
    )


def form() -> bytes:
    """Table; form and annotations written in place; CropBox moved."""
    return with_table(
        {
            (1, 0): b"<< /Type /Catalog /Pages 2 0 R "
            b"/AcroForm << /Fields [6 0 R] /DR << >> /SigFlags 0 >> >>",
            (2, 0): PAGES,
            (3, 0): page(
                "/MediaBox [0 0 700 900] /CropBox [50 -10 650.5 850] "
                f"/Annots [ {LINK} 6 0 R %last\n]"
            ),
            (4, 0): content("form"),
            (5, 0): FONT,
            (6, 0): FIELD,
            (7, 0): FIELD_LOOK,
        },
        "",
        b"\r\n",
    )


def waiting() -> bytes:
    """Table; a form that waits: for a number, and for a signature whose widget is a child of it."""
    look = FIELD_LOOK.replace(b"0.9 g 0 0 99 19 re f", b"% nothing drawn yet ")
    return with_table(
        {
            (1, 0): b"<< /Type /Catalog /Pages 2 0 R /AcroForm 10 0 R >>",
            (2, 0): PAGES,
            (3, 0): page("/MediaBox [0 0 595 842] /Annots [6 0 R 9 0 R]"),
            (4, 0): content("waiting"),
            (5, 0): FONT,
            (6, 0): b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (number) /DA (/Helv 0 Tf 0 g) "
            b"/Rect [80 700 200 720] /F 4 /P 3 0 R /AP << /N 7 0 R >> >>",
            (7, 0): look,
            (8, 0): b"<< /FT /Sig /T (office) /Kids [9 0 R] /Lock 11 0 R >>",
            (9, 0): b"<< /Type /Annot /Subtype /Widget /Parent 8 0 R /Rect [300 100 400 200] /F 4 "
            b"/P 3 0 R >>",
            (10, 0): b"<< /Fields [6 0 R 8 0 R] /SigFlags 1 >>",
            (11, 0): b"<< /Type /SigFieldLock /Action /Include /Fields [(number)] >>",
        },
        "",
        b"\n",
    )


def generation() -> bytes:
    """Table; a page whose object has a generation, which its override keeps."""
    return with_table(
        {
            (1, 0): b"<< /Type /Catalog /Pages 2 0 R >>",
            (2, 0): PAGES.replace(b"3 0 R", b"3 7 R"),
            (3, 7): page("/MediaBox [0 0 595 842]"),
            (4, 0): content("generation"),
            (5, 0): FONT,
        },
        "",
        b"\n",
    )


def rotated(degrees: int, extra: str = "") -> bytes:
    """Table; a page that is turned, not at the origin."""
    return with_table(
        {
            (1, 0): b"<< /Type /Catalog /Pages 2 0 R >>",
            (2, 0): PAGES,
            (3, 0): page(f"/MediaBox [-30 20 565 862] /Rotate {degrees} {extra}/Annots []"),
            (4, 0): content(f"rotated {degrees}"),
            (5, 0): FONT,
        },
        "",
        b"\n",
    )


def stream() -> bytes:
    """Cross-reference stream; all objects in the file."""
    return with_streams(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: PAGES,
            3: page("/MediaBox [0 0 595 842]"),
            4: content("xref stream"),
            5: FONT,
        },
        {6: b"<< /Producer (Trien) >>"},
    )


def packed() -> bytes:
    """Object stream with catalog, page, form, /Fields and /Annots, each an object of its own."""
    return with_streams(
        {4: content("packed"), 7: FIELD_LOOK},
        {
            1: b"<</Type/Catalog/Pages 2 0 R/AcroForm 8 0 R>>",
            2: PAGES,
            3: page("/MediaBox [0 0 595 842] /Annots 10 0 R"),
            5: FONT,
            6: FIELD,
            8: b"<</Fields 9 0 R/SigFlags 3>>",
            9: b"[6 0 R]",
            10: b"[6 0 R]",
        },
    )


def pdf_a() -> bytes:
    """Table; claims PDF/A, so that pictures get a stencil instead of a soft mask."""
    claim = b'<x xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="1" pdfaid:conformance="B"/>'
    return with_table(
        {
            (1, 0): b"<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R >>",
            (2, 0): PAGES,
            (3, 0): page("/MediaBox [0 0 595 842]"),
            (4, 0): content("PDF/A"),
            (5, 0): FONT,
            (6, 0): b"<< /Type /Metadata /Subtype /XML /Length %d >>\nstream\n" % len(claim) + claim + b"\nendstream",
        },
        "",
        b"\n",
    )


if __name__ == "__main__":
    documents = {
        "table": table(),
        "form": form(),
        "waiting": waiting(),
        "generation": generation(),
        "rotated-90": rotated(90),
        "rotated-180": rotated(180),
        "rotated-270": rotated(270, "/UserUnit 2 "),
        "stream": stream(),
        "packed": packed(),
        "pdf-a": pdf_a(),
    }
    for name, document in documents.items():
        (HERE / f"{name}.pdf").write_bytes(document)
        print(f"{name}.pdf: {len(document)} bytes")
