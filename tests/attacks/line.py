"""The line of text that most attacks change, and the field that they fill in."""

from revision import HELVETICA

CHANGED = b"q 1 g 90 390 420 40 re f 0 g BT /TrienF 20 Tf 100 400 Td (Tong so tien 9999 dong) Tj ET Q"
COVER = b"1 g 0 0 250 32 re f 0 g BT /F 20 Tf 5 8 Td (Tong so tien 9999 dong) Tj ET"


def line_stream(revision):
    """The content stream that draws the line."""
    for number in revision.contents():
        if b"Tong so tien" in revision.pdf.get_object(number, 0).read_bytes():
            return number
    raise ValueError("the line is not there")


def change_line(revision):
    revision.put_stream(line_stream(revision), b"Q " + CHANGED)
    return revision


def signature(revision):
    """The numbers of the signed field and of its signature."""
    for field in revision.pdf.Root.AcroForm.Fields:
        if str(field.get("/FT", "")) == "/Sig" and "/V" in field:
            return field.objgen[0], field.V.objgen[0]
    raise ValueError("nobody has signed")


def role(revision, number):
    found = revision.pdf.get_object(number, 0)
    try:
        return str(found.get("/Role", ""))
    except (AttributeError, TypeError, ValueError):
        return ""


def fill(base, revision, value, shown, in_place=False, font=HELVETICA):
    keys = b"/Type /XObject /Subtype /Form /BBox [0 0 200 24] /Resources << /Font << /F %s >> >>" % font
    data = b"/Tx BMC q BT /F 12 Tf 0 g 2 6 Td (%s) Tj ET Q EMC" % shown
    if in_place:
        revision.put_stream(base.roles["TextLook"], data, keys)
        look = base.roles["TextLook"]
    else:
        look = revision.add_stream(data, keys)
    revision.with_keys(base.roles["TextField"], V=b"(" + value + b")", AP=b"<< /N %d 0 R >>" % look)
