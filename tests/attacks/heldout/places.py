"""Where objects stand: lengths elsewhere, sections that skip or collide, bytes in the hole of a signature."""

import re

from bases import LINE, ON_BLANK
from heldout.common import roles
from line import CHANGED, change_line, line_stream
from revision import HELVETICA, Revision, stream

NINES = HELVETICA[:-2] + b"/Encoding << /Type /Encoding /Differences [48 /nine /eight] >> >>"


def places(base):
    yield from lengths(base)
    yield from sections(base)
    yield from hidden_in_signed_bytes(base)
    yield from holes(base)
    yield from stretches(base)


# --- numbers that stand elsewhere ------------------------------------------------------


def with_a_length_elsewhere(base):
    """The line's stream holds two endings; which one counts is said by an object of its own."""
    revision = Revision(base.content)
    first = b"Q " + CHANGED
    data = first + b"\nendstream\nendobj\n999 0 obj\n<< >>\nstream\n" + LINE
    length = revision.add(b"%d" % len(data))
    revision.put(line_stream(revision), b"<< /Role /Line /Length %d 0 R >>\nstream\n" % length + data + b"\nendstream")
    return revision.finish()


def with_a_filter_elsewhere(base):
    """The line's stream is hexadecimal, as an object of its own says."""
    revision = Revision(base.content)
    names = revision.add(b"[/ASCIIHexDecode]")
    data = (b"Q " + LINE).hex().encode() + b">"
    revision.put(line_stream(revision), stream(data, b"/Role /Line /Filter %d 0 R" % names))
    return revision.finish()


def with_a_matrix_elsewhere(base):
    """The overlay's matrix is made of numbers that are objects."""
    revision = Revision(base.content)
    number = revision.add(b"290")
    overlay = base.roles["Overlay"]
    data = revision.pdf.get_object(overlay, 0).read_bytes()
    revision.put_stream(
        overlay, data, b"/Role /Overlay /Type /XObject /Subtype /Form /BBox [0 0 420 40] /Matrix [1 0 0 1 90 %d 0 R]" % number)
    return revision.finish()


def lengths(base):
    revision, before = base.later(furnish=with_a_length_elsewhere)
    short = before.index(b"\nendstream\nendobj\n999 0 obj") - before.index(b"Q " + CHANGED)
    place = length_object(before)
    revision.put(place, b"%d" % short)
    yield "length-elsewhere", before, revision.finish()
    revision, before = base.later(furnish=with_a_length_elsewhere)
    revision.put(place, b"null")
    yield "length-taken-away", before, revision.finish()
    revision, before = base.later(furnish=with_a_filter_elsewhere)
    names = revision.pdf.get_object(roles(revision)["Line"], 0).Filter.objgen[0]
    revision.put(names, b"[]")
    yield "filter-elsewhere", before, revision.finish()
    revision, before = base.later(furnish=with_a_matrix_elsewhere)
    height = int(re.search(rb"/Matrix \[1 0 0 1 90 (\d+) 0 R\]", before)[1])
    revision.put(height, b"20")
    yield "one-number-of-a-matrix", before, revision.finish()


def length_object(content):
    return int(re.search(rb"/Role /Line /Length (\d+) 0 R", content)[1])


# --- sections of cross-references ------------------------------------------------------


def sections(base):
    revision, before = base.later()
    body = revision.body(base.roles["Settings"])
    revision.put(base.roles["Settings"], body)
    whole = revision.finish()
    size = b"/Size %d" % (revision.size + (not revision.is_table))
    at = whole.rindex(size)
    few = b"/Size %d" % base.roles["Overlay"]
    yield "size-too-small", before, whole[:at] + few.ljust(len(size)) + whole[at + len(size) :]
    yield "first-revision-skipped", *skipped(base)
    yield "second-signature-skipped", *rolled_back(base, "skip")
    yield "second-signature-rolled-back", *rolled_back(base, "end")
    revision, before = base.later()
    change_line(revision)
    revision.trailer[b"/Encrypt"] = (
        b"<< /Filter /Standard /V 4 /R 4 /Length 128 /P -4 /O <%s> /U <%s> /CF << >> /StmF /Identity /StrF /Identity >>"
        % (b"00" * 32, b"00" * 32))
    yield "encrypted-with-nothing", before, revision.finish()
    if not base.later()[0].is_table:
        yield from packed_sections(base)
        return
    yield "hybrid-stream", *hybrid(base)
    for name, first in (("entry-twice-changed-first", True), ("entry-twice-changed-last", False)):
        yield name, *entry_twice(base, first)
    for name, previous in (("no-section-before", None), ("section-before-is-itself", "self")):
        yield name, *alone(base, previous)
    revision, before = base.later()
    change_line(revision)
    out = revision.finish()
    yield "entries-counted-from-one", before, counted_from_one(out)


def skipped(base):
    """The line was changed and restored before anybody signed; the restoring revision is passed over."""
    before = base.signed(furnish=changed_and_restored)
    ends = [int(at) for at in re.findall(rb"startxref\s+(\d+)\s+%%EOF", before)]
    revision = Revision(before)
    line = line_stream(revision)
    behind = before.index(b"Q " + LINE, ends[-3])
    for number, at in objects(before, before.rindex(b"%%EOF", 0, behind)).items():
        if number != line:
            revision.moved[number] = at
    revision.previous = ends[-3]
    return before, revision.finish()


def changed_and_restored(base):
    revision = Revision(base.content)
    line = line_stream(revision)
    revision.put_stream(line, b"Q " + CHANGED)
    again = Revision(revision.finish())
    again.put_stream(line, b"Q " + LINE)
    return again.finish()


def objects(content, start=0):
    """Where the last definition of each object stands, from a place on."""
    return {int(match[1]): match.start(1) for match in re.finditer(rb"(?:^|[\r\n])(\d+) 0 obj\b", content) if match.start() >= start}


def rolled_back(base, way):
    """A later signature vanishes, as if nobody had signed a second time."""
    once = base.signed()
    before = base.signer.sign(once, "Ky2", box=ON_BLANK)
    revision = Revision(once)
    if way == "end":
        return before, before + b"startxref\n%d\n%%%%EOF\n" % revision.previous
    revision.base = before
    revision.size = Revision(before).size
    revision.put(base.roles["Settings"], revision.body(base.roles["Settings"]))
    return before, revision.finish()


def hybrid(base):
    """A table that says nothing, with a stream beside it that names the change."""
    revision, before = base.later()
    line = line_stream(revision)
    changed = len(before) + 1
    extra = b"\n%d 0 obj\n" % line + stream(b"Q " + CHANGED) + b"\nendobj\n"
    at = len(before) + len(extra)
    row = b"\x01" + changed.to_bytes(4, "big") + bytes(2)
    keys = b"/Type /XRef /W [1 4 2] /Index [%d 1] /Size %d /Root %d 0 R" % (line, revision.size + 1, revision.root)
    extra += b"%d 0 obj\n" % revision.size + stream(row, keys) + b"\nendobj\n"
    revision.base = before + extra
    revision.freed.append(0)
    revision.trailer[b"/XRefStm"] = b"%d" % at
    return before, revision.finish()


def entry_twice(base, first):
    """The section names an object twice: once where it was, once where it is changed."""
    revision, before = base.later()
    line = line_stream(revision)
    old = objects(before)[line]
    whole = change_line(revision).finish()
    row = b"%d 1\n%010d 00000 n \n" % (line, old)
    place = whole.rindex(b"trailer\n") if first else whole.rindex(b"xref\n%d 1" % line) + len(b"xref\n")
    return before, whole[:place] + row + whole[place:]


def alone(base, previous):
    """The last section names all objects itself, so that nobody needs the ones before."""
    revision, before = base.later()
    line = line_stream(revision)
    revision.moved = {number: at for number, at in objects(before).items() if number != line}
    change_line(revision)
    whole = revision.finish()
    at = whole.rindex(b"/Prev ")
    end = re.compile(rb"/Prev \d+").match(whole, at).end()
    new = b"" if previous is None else b"/Prev %d" % int(re.findall(rb"startxref\s+(\d+)", whole)[-1])
    return before, whole[:at] + new.ljust(end - at) + whole[end:]


def counted_from_one(content):
    at = content.rindex(b"\nxref\n") + 6
    words = content[at : content.index(b"\n", at)].split()
    return content[:at] + b"%d 1" % (int(words[0]) + 1) + content[content.index(b"\n", at) :]


def packed_sections(base):
    """A classic table behind streams, and rows of kinds that nobody knows."""
    revision, before = base.later()
    revision.is_table = True
    yield "table-behind-streams", before, change_line(revision).finish()
    revision, before = base.later()
    overlay = base.roles["Overlay"]
    revision.put(overlay, b"null")
    whole = revision.finish()
    at = whole.rindex(b"%d 0 obj\nnull" % overlay)
    yield "row-of-an-unknown-kind", before, whole.replace(b"\x01" + at.to_bytes(4, "big"), b"\x07" + at.to_bytes(4, "big"))


# --- objects within signed bytes that were not objects ----------------------------------


def with_hidden_objects(base):
    """A font that means other digits stands in a stream, in a comment and in a text string of the signed bytes."""
    revision = Revision(base.content)
    font = b"%d 0 obj " % base.roles["LineFont"] + NINES + b" endobj"
    revision.add_stream(b"in a stream\n" + font + b"\n", b"/Role /Holder")
    text = font.replace(b"(", b"").replace(b")", b"")
    revision.add(b"<< /Role /Speaker /Note (in a text " + text + b") >>")
    revision.add(b"<< /Role /Commenter % in a comment " + font + b"\n >>")
    revision.add_stream(b"in a font\n" + font.replace(b"Helvetica", b"Courier") + b"\n", b"/Role /Second")
    return revision.finish()


def hidden_in_signed_bytes(base):
    for name, mark in (("stream", b"in a stream\n"), ("text", b"in a text "), ("comment", b"in a comment ")):
        revision, before = base.later(furnish=with_hidden_objects)
        revision.moved[base.roles["LineFont"]] = before.index(mark) + len(mark)
        yield f"object-from-a-{name}", before, revision.finish()
    revision, before = base.later(furnish=with_hidden_objects)
    revision.moved[base.roles["Overlay"]] = objects(before)[base.roles["TextLook"]] if revision.is_table else before.index(b"in a stream\n")
    yield "entry-of-another-object", before, revision.finish()


# --- the hole of a signature --------------------------------------------------------------


def hole(content):
    match = re.search(rb"/Contents\s*(<[0-9A-Fa-f]+>)", content)
    digits = match[1][1:-1]
    head = bytes.fromhex(digits[:8].decode())
    length = 4 + int.from_bytes(head[2:4], "big")
    return match.start(1), match.end(1), digits[: 2 * length]


def holes(base):
    """The zeros behind a signature are not covered by it, and make room."""
    before = base.signed()
    start, end, digits = hole(before)
    room = end - start

    def filled(rest):
        return before[:start] + (b"<" + digits + b">" + rest).ljust(room) + before[end:]

    yield "hole-holds-a-reason", before, filled(b" /Reason (Dong y 9999) /Name (Giam doc)")
    yield "hole-holds-other-contents", before, filled(b" /Contents <00>")
    yield "hole-holds-another-range", before, filled(b" /ByteRange [0 10 20 10]")
    font = b"%d 0 obj " % base.roles["LineFont"] + NINES + b" endobj"
    for name, rest, mark in (
        ("hole-holds-an-object-in-a-comment", b" %" + font + b"\n", b"%"),
        ("hole-holds-an-object-in-a-text", b" /Location (" + font + b")", b"("),
    ):
        content = filled(rest)
        revision = Revision(before)
        revision.base = content
        revision.moved[base.roles["LineFont"]] = content.index(mark + font) + 1
        yield name, before, revision.finish()


# --- bytes before, behind and between ----------------------------------------------------


def stretches(base):
    before = base.signed()
    revision, _ = base.later()
    whole = change_line(revision).finish()
    yield "comment-between-revisions", before, changed_behind(before, b"%PDF-1.4\n% another beginning\n")
    yield "change-and-blanks-behind", before, whole + b"\n" * 2000
    empty = Revision(before)
    empty.put(base.roles["Settings"], empty.body(base.roles["Settings"]))
    again = Revision(empty.finish())
    yield "change-in-the-third-revision", before, change_line(again).finish()
    unused = Revision(before)
    number = unused.add_stream(b"Q " + CHANGED)
    third = Revision(unused.finish())
    third.with_keys(third.page(), Contents=b"%d 0 R" % number)
    yield "object-first-and-use-later", before, third.finish()


def changed_behind(before, between):
    revision = Revision(before)
    revision.base = before + between
    return change_line(revision).finish()
