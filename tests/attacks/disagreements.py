"""What readers and validators read differently: ends of file, objects that are there twice, object streams."""

import pikepdf

from bases import LINE
from line import CHANGED, change_line, line_stream
from revision import stream


def several_ends(base):
    revision, before = base.later()
    whole = change_line(revision).finish()
    yield "old-end-repeated", before, whole + before[before.rindex(b"startxref") :]
    yield "end-without-reference", before, whole + b"%%EOF\n"
    yield "rubbish-behind-the-end", before, whole + b"x" * 40
    yield "end-in-a-comment", before, whole.rstrip() + b" % and so on\n"
    yield "two-ends-at-once", before, whole + b"startxref\n%d\n%%%%EOF\n" % revision.previous
    yield "end-cut", before, whole[: whole.rindex(b"%%EOF")]


def duplicate_objects(base):
    revision, before = base.later()
    number = line_stream(revision)
    twin = b"%d 0 obj\n" % number + stream(b"Q " + LINE) + b"\nendobj\n"
    # Both in the revision, and the section names the second.
    revision, before = base.later()
    revision.base = before + twin
    yield "twice-in-the-revision", before, change_line(revision).finish()
    revision, before = base.later()
    change_line(revision)
    revision.generations[number] = 1
    yield "another-generation", before, revision.finish()
    revision, before = base.later()
    page = revision.body(revision.page())
    extra = revision.add_stream(b"q " + CHANGED + b" Q")
    revision.put(revision.page(), page.rstrip()[:-2] + b" /Contents %d 0 R >>" % extra)
    yield "key-twice", before, revision.finish()
    revision, before = base.later()
    change_line(revision)
    out = revision.finish()
    yield "entry-beside-the-object", before, shifted(out, revision, number)
    revision, before = base.later()
    change_line(revision)
    revision.put(revision.size, b"<< /Length 4 >>\nstream\n%d 0 obj\n<< >>\nendstream" % number)
    revision.freed.append(number)
    del revision.objects[number]
    yield "freed-and-hidden", before, revision.finish() + twin


def shifted(out, revision, number):
    """The entry of an object points a few bytes beside it."""
    at = out.rindex(b"%d 0 obj\n" % number)
    if revision.is_table:
        return out.replace(b"%010d 00000 n" % at, b"%010d 00000 n" % (at - 2))
    return out.replace(b"\x01" + at.to_bytes(4, "big"), b"\x01" + (at - 2).to_bytes(4, "big"))


def colliding_object_streams(base):
    """The page stands in several object streams, or in one that replaces another."""
    def packed(revision, members, keys=b""):
        pairs, bodies = b"", b""
        for number, body in members:
            pairs += b"%d %d " % (number, len(bodies))
            bodies += body + b" "
        return revision.add_stream(pairs + bodies, b"/Type /ObjStm /N %d /First %d %s" % (len(members), len(pairs), keys))

    def start():
        revision, before = base.later()
        if revision.is_table:
            return None
        content = revision.add_stream(b"q " + CHANGED + b" Q")
        page = revision.with_keys_of(revision.page(), Contents=b"%d 0 R" % content)
        return revision, before, revision.page(), page

    started = start()
    if started is None:
        return
    revision, before, number, page = started
    revision.members[number] = (packed(revision, [(number, page)]), 0)
    yield "page-in-a-later-stream", before, revision.finish()
    revision, before, number, page = start()
    revision.members[number] = (packed(revision, [(number, revision.body(number)), (number, page)]), 1)
    yield "page-twice-in-one-stream", before, revision.finish()
    revision, before, number, page = start()
    container = packed(revision, [(number, page)])
    packed(revision, [(number, revision.body(number))], b"/Extends %d 0 R" % container)
    revision.members[number] = (container, 0)
    yield "page-in-two-streams", before, revision.finish()
    revision, before, number, page = start()
    held = container_of(before, revision)
    data = revision.pdf.get_object(held, 0).read_bytes()
    dictionary = revision.pdf.get_object(held, 0)
    first, count = int(dictionary.First), int(dictionary.N)
    old = unpacked(data, first, count)
    if number in old:
        old[number] = page
    revision.put(held, object_stream(list(old.items())))
    yield "the-stream-itself-replaced", before, revision.finish()
    revision, before, number, page = start()
    revision.members[number] = (packed(revision, [(number, page)]), 7)
    yield "index-beyond-the-stream", before, revision.finish()
    revision, before, number, page = start()
    revision.members[number] = (packed(revision, [(number + 1, b"null"), (number, page)]), 0)
    yield "number-of-another", before, revision.finish()
    revision, before, number, page = start()
    revision.members[number] = (packed(revision, [(number, page)]), 0)
    revision.put(number, revision.body(number))
    yield "page-in-the-file-and-in-a-stream", before, revision.finish()


def container_of(content, revision):
    """An object stream of the signed file, the one that holds the first page."""
    best = None
    for item in revision.pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Type") == "/ObjStm":
            members = unpacked(item.read_bytes(), int(item.First), int(item.N))
            best = item.objgen[0]
            if revision.page() in members:
                return best
    return best


def unpacked(data, first, count):
    numbers = [int(word) for word in data[:first].split()][: 2 * count]
    pairs = list(zip(numbers[::2], numbers[1::2]))
    ends = [at for _, at in pairs[1:]] + [len(data) - first]
    return {number: data[first + at : first + end].strip() for (number, at), end in zip(pairs, ends)}


def object_stream(members):
    pairs, bodies = b"", b""
    for number, body in members:
        pairs += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
    return stream(pairs + bodies, b"/Type /ObjStm /N %d /First %d" % (len(members), len(pairs)))
