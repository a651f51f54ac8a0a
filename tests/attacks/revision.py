"""Writes later revisions of a PDF by hand, so that nothing stands between an attack and its bytes."""

import io
import re

import pikepdf


class Revision:
    """Objects that a later revision writes, then the section that names them, in the kind of the base."""

    def __init__(self, base):
        self.base = base
        self.objects = {}
        self.generations = {}
        self.freed = []
        # Where the section says that objects are, against what is written: offset, or (stream, index).
        self.moved = {}
        self.members = {}
        self.keys = {}
        self.pdf = pikepdf.open(io.BytesIO(base))
        self.previous = int(re.findall(rb"startxref\s+(\d+)\s+%%EOF", base)[-1])
        self.is_table = base[self.previous :].lstrip().startswith(b"xref")
        self.size = int(self.pdf.trailer.Size)
        self.root = self.pdf.trailer.Root.objgen[0]
        self.trailer = {}

    # --- what is there ---------------------------------------------------------------

    def body(self, number):
        """An object as it is now; of a stream, the dictionary."""
        found = self.pdf.get_object(number, 0)
        if isinstance(found, pikepdf.Stream):
            return b"<< " + b" ".join(
                key.encode() + b" " + unparse(value) for key, value in found.items() if key != "/Length"
            ) + b" >>"
        return found.unparse(resolved=True)

    def page(self, index=0):
        return self.pdf.pages[index].obj.objgen[0]

    def contents(self, index=0):
        """The numbers of the page's content streams."""
        contents = self.pdf.pages[index].obj.Contents
        found = [contents] if isinstance(contents, pikepdf.Stream) else list(contents)
        return [stream.objgen[0] for stream in found]

    def content(self, index=0):
        """What the page draws."""
        page = self.pdf.pages[index]
        parts = page.obj.Contents
        parts = [parts] if isinstance(parts, pikepdf.Stream) else list(parts)
        return b"\n".join(part.read_bytes() for part in parts)

    # --- what is written -------------------------------------------------------------

    def add(self, body):
        number = self.size
        self.size += 1
        return self.put(number, body)

    def put(self, number, body, generation=0):
        self.objects[number] = body
        self.generations[number] = generation
        self.size = max(self.size, number + 1)
        return number

    def add_stream(self, data, keys=b""):
        return self.add(stream(data, keys))

    def put_stream(self, number, data, keys=b""):
        return self.put(number, stream(data, keys))

    def with_keys(self, number, **keys):
        """Writes a dictionary again with other values for some keys; None takes a key away."""
        return self.put(number, self.with_keys_of(number, **keys))

    def with_keys_again(self, number, end):
        """Puts another end to a dictionary of this revision."""
        return self.put(number, self.objects[number].rstrip()[:-2] + end)

    def with_keys_of(self, number, **keys):
        """The dictionary as `with_keys` would write it."""
        found = self.pdf.get_object(number, 0)
        kept = self.keys.setdefault(number, {k: unparse(v) for k, v in found.items() if k != "/Length"})
        kept.update({"/" + key: value for key, value in keys.items()})
        return b"<< " + b" ".join(k.encode() + b" " + v for k, v in kept.items() if v is not None) + b" >>"

    def with_items(self, holder, key, *numbers):
        """Adds references to an array under a key, wherever the array is."""
        items = [unparse(item) for item in self.pdf.get_object(holder, 0).get("/" + key, [])]
        items += [b"%d 0 R" % number for number in numbers]
        return self.with_keys(holder, **{key: b"[" + b" ".join(items) + b"]"})

    def finish(self, sign=None):
        out = bytearray(self.base)
        if not out.endswith(b"\n"):
            out += b"\n"
        places = {}
        for number, body in self.objects.items():
            places[number] = len(out)
            out += b"%d %d obj\n" % (number, self.generations[number]) + body + b"\nendobj\n"
        places.update(self.moved)
        at = len(out)
        keys = {b"/Root": b"%d 0 R" % self.root, b"/Prev": b"%d" % self.previous}
        keys.update(self.trailer)
        old = self.pdf.trailer
        for name in ("/Info", "/ID"):
            if name in old and name.encode() not in keys:
                keys[name.encode()] = unparse(old[name])
        if self.is_table:
            out += b"xref\n"
            for number in sorted({*places, *self.freed}):
                if number in places:
                    out += b"%d 1\n%010d %05d n \n" % (number, places[number], self.generations.get(number, 0))
                else:
                    out += b"%d 1\n%010d %05d f \n" % (number, 0, 1)
            keys[b"/Size"] = b"%d" % self.size
            out += b"trailer\n<< " + b" ".join(k + b" " + v for k, v in keys.items()) + b" >>\n"
        else:
            own = self.size
            places[own] = at
            rows, index = b"", b""
            for number in sorted({*places, *self.freed, *self.members}):
                index += b"%d 1 " % number
                if number in self.members:
                    container, place = self.members[number]
                    rows += b"\x02" + container.to_bytes(4, "big") + place.to_bytes(2, "big")
                elif number in places:
                    rows += b"\x01" + places[number].to_bytes(4, "big") + self.generations.get(number, 0).to_bytes(2, "big")
                else:
                    rows += bytes(6) + b"\x01"
            keys.update({b"/Type": b"/XRef", b"/W": b"[1 4 2]", b"/Size": b"%d" % (own + 1), b"/Index": b"[" + index + b"]"})
            out += b"%d 0 obj\n" % own + stream(rows, b" ".join(k + b" " + v for k, v in keys.items())) + b"\nendobj\n"
        out += b"startxref\n%d\n%%%%EOF\n" % at
        return bytes(out)


def stream(data, keys=b""):
    return b"<< " + keys + b" /Length %d >>\nstream\n" % len(data) + data + b"\nendstream"


def form(revision, data, box=(0, 0, 200, 60)):
    """A form XObject with Helvetica as /F."""
    return revision.add_stream(
        data,
        b"/Type /XObject /Subtype /Form /BBox [%d %d %d %d] /Resources << /Font << /F %s >> >>" % (*box, HELVETICA),
    )


HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def unparse(value):
    if isinstance(value, pikepdf.Object):
        return b"%d %d R" % value.objgen if value.is_indirect else value.unparse()
    return (str(value).lower() if isinstance(value, bool) else str(value)).encode()
