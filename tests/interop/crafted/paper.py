"""A PDF written by hand, with every chance to write it wrongly.

What a reader shows is read off in colours: the true page is a green square, whatever a trick wants to
show instead is red, and white means that nothing was drawn. No text, so no fonts to differ in.
"""

import zlib

GREEN = b"0 1 0 rg 20 20 60 60 re f"
RED = b"1 0 0 rg 20 20 60 60 re f"
BLUE = b"0 0 1 rg 20 20 60 60 re f"

CATALOG = "<</Type/Catalog/Pages 2 0 R>>"
PAGES = "<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Resources<<>>/Contents 4 0 R>>"


class Paper:
    """Objects are appended; a section then names those that came since the last one."""

    def __init__(self, header=b"%PDF-1.7\n%\xc3\xa9\xc3\xa9\n"):
        self.bytes = bytearray(header)
        self.rows = {0: ("f", 0, 65535)}
        self.size = 1
        self.last = None

    @classmethod
    def page(cls, catalog=CATALOG, pages=PAGES, page=PAGE, content=GREEN, **keywords):
        """One page with one square."""
        paper = cls(**keywords).object(1, catalog).object(2, pages).object(3, page)
        return paper.stream(4, content) if content is not None else paper

    def raw(self, content, number=None, generation=0, skip=0):
        """Any bytes; with a number the next section says that this object starts `skip` bytes in."""
        if number is not None:
            self.row(number, ("n", len(self.bytes) + skip, generation))
        self.bytes += content.encode("latin-1") if isinstance(content, str) else content
        return self

    def object(self, number, body, generation=0):
        return self.raw(f"{number} {generation} obj\n{body}\nendobj\n", number, generation)

    def orphan(self, number, body):
        """An object that no section names."""
        return self.raw(f"{number} 0 obj\n{body}\nendobj\n")

    def stream(self, number, data, keys="", length=None, generation=0, listed=True):
        length = len(data) if length is None else length
        head = f"{number} {generation} obj\n<<{keys}/Length {length}>>\nstream\n".encode("latin-1")
        body = head + data + b"\nendstream\nendobj\n"
        return self.raw(body, number if listed else None, generation)

    def packed(self, number, members, listed=True, keys="/Type/ObjStm", rows=True):
        """An object stream of (number, body) pairs."""
        pairs, bodies = "", ""
        for index, (member, body) in enumerate(members):
            pairs += f"{member} {len(bodies)} "
            bodies += body + " "
            if rows:
                self.row(member, ("c", number, index))
        keys += f"/N {len(members)}/First {len(pairs)}/Filter/FlateDecode"
        return self.stream(number, zlib.compress((pairs + bodies).encode("latin-1")), keys, listed=listed)

    def row(self, number, row):
        self.rows[number] = row
        self.size = max(self.size, number + 1)
        return self

    def free(self, number, generation=0):
        return self.row(number, ("f", 0, generation))

    def table(self, keys="", root="/Root 1 0 R", size=None, first=0, eol=b" \n", prev=None, start=None):
        """Ends with a classic table; `start` is what startxref says instead of the truth."""
        at = len(self.bytes)
        text = b"xref\n"
        for number, (kind, place, generation) in sorted(self.rows.items()):
            place, kind = (0, "f") if kind == "c" else (place, kind)
            text += b"%d 1\n%010d %05d %s%s" % (number + first, place, generation, kind.encode(), eol)
        prev = self.last if prev is None else prev
        keys += f"/Prev {prev}" if prev is not None else ""
        text += f"trailer\n<</Size {size or self.size}{root}{keys}>>\n".encode("latin-1")
        return self._end(text, at, start)

    def xref_stream(self, keys="", root="/Root 1 0 R", dict_keys="/Type/XRef", size=None):
        """Ends with a cross-reference stream, which becomes the object after the last."""
        own, at = self.size, len(self.bytes)
        self.row(own, ("n", at, 0))
        index, data = self._packed_rows()
        keys += f"/Prev {self.last}" if self.last is not None else ""
        keys = f"{dict_keys}/Size {size or self.size}{root}/W[1 4 2]/Index[{index}]{keys}"
        self.stream(own, data, keys, listed=False)
        return self._end(b"", at, None)

    def complement(self, number):
        """The rows so far as a cross-reference stream without an end, for /XRefStm; returns its place."""
        at = len(self.bytes)
        self.rows.pop(0, None)
        index, data = self._packed_rows()
        size = max(self.size, number + 1)
        self.stream(number, data, f"/Type/XRef/Size {size}/W[1 4 2]/Index[{index}]", listed=False)
        self.rows = {}
        return at

    def _packed_rows(self):
        kinds = {"f": 0, "n": 1, "c": 2}
        index = " ".join(f"{number} 1" for number in sorted(self.rows))
        rows = (row for _, row in sorted(self.rows.items()))
        return index, b"".join(
            bytes([kinds[kind]]) + place.to_bytes(4, "big") + (last & 0xFFFF).to_bytes(2, "big") for kind, place, last in rows
        )

    def _end(self, section, at, start):
        self.bytes += section + f"startxref\n{at if start is None else start}\n%%EOF\n".encode()
        self.last, self.rows = at, {}
        return self

    def done(self):
        return bytes(self.bytes)
