"""What signers and authors permit, used for something else: comments, signatures, timestamps, validation data."""

import io

from bases import ON_BLANK, ON_LINE, UNSIGNED, all_but_the_hole, signed_by_hand
from certified import annotated, sneaky
from heldout.common import list_also, roles
from line import CHANGED, COVER, change_line, fill, line_stream, signature
from revision import Revision, form
from sound import with_timestamp, with_validation_data


def allowances(base):
    yield from comments(base)
    yield from signatures(base)
    yield from signed_fields(base)
    yield from timestamps(base)


def comments(base):
    """Certified with P = 3. Viewers draw these without any look, or only in print, or elsewhere."""
    for name, keys in (
        ("square", b"/Subtype /Square /IC [1 1 1] /C [1 1 1]"),
        ("circle", b"/Subtype /Circle /IC [1 1 1] /C [1 1 1] /BS << /W 30 >>"),
        ("line", b"/Subtype /Line /L [95 408 345 408] /C [1 1 1] /BS << /W 40 >>"),
        ("polygon", b"/Subtype /Polygon /Vertices [95 392 345 392 345 424 95 424] /IC [1 1 1] /C [1 1 1]"),
        ("polyline", b"/Subtype /PolyLine /Vertices [95 408 345 408] /C [1 1 1] /BS << /W 40 >>"),
        ("ink", b"/Subtype /Ink /InkList [[95 408 345 408]] /C [1 1 1] /BS << /W 40 >>"),
        ("stamp", b"/Subtype /Stamp /Name /Void"),
        ("strike-out", b"/Subtype /StrikeOut /QuadPoints [95 424 345 424 95 392 345 392] /C [0 0 0]"),
        ("free-text", b"/Subtype /FreeText /DA (/Helv 20 Tf 0 g) /C [1 1 1] /Contents (Tong so tien 9999 dong)"),
        ("rich-free-text", b"/Subtype /FreeText /DA (/Helv 2 Tf 0 g) /C [1 1 1] /Contents (x) /RC (<body><p>9999</p></body>)"),
        ("file", b"/Subtype /FileAttachment /FS << /Type /Filespec /F (9999.exe) >>"),
        ("popup", b"/Subtype /Popup /Open true"),
        ("watermark", b"/Subtype /Watermark"),
        ("link", b"/Subtype /Link /A << /S /URI /URI (https://example.org/) >>"),
        ("screen", b"/Subtype /Screen /MK << /BG [1 1 1] >>"),
    ):
        yield f"no-look-{name}", *annotated(base, 3, keys)
    yield "only-in-print", *annotated_with(base, b"/Subtype /Stamp /F 36", COVER)
    yield "grows-when-zoomed-out", *annotated_with(base, b"/Subtype /Stamp /F 28", b"1 g 0 0 250 32 re f", (95, 430, 115, 440))
    yield "strikes-out-with-a-hair", *annotated_with(base, b"/Subtype /Line /F 4", b"0 g 0 15 250 1.5 re f")
    yield "inverts-colours", *annotated_with(base, b"/Subtype /Stamp /F 4", b"/D gs 1 g 0 0 250 32 re f", more=b"/ExtGState << /D << /BM /Difference >> >>")
    yield "covers-one-digit", *annotated_with(base, b"/Subtype /Stamp /F 4", b"1 g 126 6 11 20 re f 0 g BT /F 20 Tf 126 8 Td (9) Tj ET")
    yield "covers-in-pale-grey", *annotated_with(base, b"/Subtype /Stamp /F 4", b"/A gs 1 g 0 0 250 32 re f", more=b"/ExtGState << /A << /ca .93 >> >>")
    yield "covers-in-a-layer", *in_a_layer(base)
    yield "state-switched-later", *state_switched(base)


def annotated_with(base, keys, look, rect=ON_LINE, more=b""):
    revision, before = base.later(certify=3)
    note(revision, keys, picture(revision, look, more), rect)
    return before, revision.finish()


def picture(revision, data, more=b""):
    helvetica = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return revision.add_stream(
        data, b"/Type /XObject /Subtype /Form /BBox [0 0 250 32] /Resources << /Font << /F %s >> %s >>" % (helvetica, more))


def note(revision, keys, look, rect=ON_LINE):
    number = revision.add(
        b"<< /Type /Annot /P %d 0 R /Rect [%d %d %d %d] %s /AP << /N %d 0 R >> >>" % (revision.page(), *rect, keys, look))
    list_also(revision, revision.page(), "Annots", number)
    return number


def in_a_layer(base):
    """The stamp belongs to a layer of its own, which the settings do not know: it is shown."""
    revision, before = base.later(certify=3)
    layer = revision.add(b"<< /Type /OCG /Name (x) /Usage << /View << /ViewState /OFF >> /Print << /PrintState /ON >> >> >>")
    note(revision, b"/Subtype /Stamp /F 4 /OC %d 0 R" % layer, picture(revision, COVER))
    return before, revision.finish()


def state_switched(base):
    """A stamp of two states is added on the paper, and a third revision switches it to the state that covers."""
    revision, before = base.later(certify=3)
    states = (picture(revision, b""), picture(revision, COVER))
    number = revision.add(
        b"<< /Type /Annot /Subtype /Stamp /F 4 /P %d 0 R /Rect [%d %d %d %d] /AS /A /AP << /N << /A %d 0 R /B %d 0 R >> >> >>"
        % (revision.page(), *ON_LINE, *states))
    revision.with_items(revision.page(), "Annots", number)
    third = Revision(revision.finish())
    third.with_keys(number, AS=b"/B")
    return before, third.finish()


def by_hand(base, rect=ON_BLANK, look=b"0 g BT /F 20 Tf 5 8 Td (Ky) Tj ET", more=None, keys=b"", **how):
    """A second signature that is sound, in a field and with a revision of the attacker's."""
    revision, before, field = sneaky(base, 2, rect=rect, look=look, keys=keys)
    revision.with_keys_again(field, b" /V %d 0 R >>" % revision.add(UNSIGNED))
    if more:
        more(base, revision, field)
    return before, signed_by_hand(base.signer, revision, all_but_the_hole)


def signatures(base):
    """A second, sound signature that does more than to sign."""
    hair = b"0 g 0 15 250 1.5 re f"
    digit = b"0 g BT /F 20 Tf 121 8 Td (9) Tj ET"
    yield "signature-strikes-out", *by_hand(base, rect=ON_LINE, look=hair)
    yield "signature-adds-a-digit", *by_hand(base, rect=ON_LINE, look=digit)
    yield "signature-inverts", *by_hand(base, rect=ON_LINE, look=b"", more=difference)
    yield "signature-by-state", *by_hand(base, more=by_state)
    yield "signature-on-two-places", *by_hand(base, more=two_places)
    yield "signature-only-in-print", *by_hand(base, rect=ON_LINE, look=COVER, more=lambda _, revision, field: revision.put(
        field, revision.objects[field].replace(b"/F 4 ", b"/F 36 ")))
    yield "signature-over-another-page", *by_hand(base, rect=(0, 0, 600, 800), look=b"1 g 0 0 250 32 re f", more=on_page_two)
    yield "signature-takes-the-name-of-the-sum", *by_hand(base, more=lambda _, revision, field: revision.put(
        field, revision.objects[field].replace(b"(Ky9)", b"(SoTien)")))
    yield "signature-fills-the-form-wrongly", *by_hand(base, more=lambda base, revision, _: fill(base, revision, b"2000", b"9999"))
    yield "signature-removes-the-sum", *by_hand(base, more=lambda base, revision, _: revision.with_keys(
        revision.page(), Annots=revision.keys[revision.page()]["/Annots"].replace(b"%d 0 R" % base.roles["TextField"], b"")))
    yield "signature-tells-viewers-to-draw", *by_hand(base, more=lambda base, revision, _: revision.with_keys(
        base.roles["Form"], NeedAppearances=b"true", DA=b"(/F 1 Tf 1 g)"))
    yield "signature-withdraws-the-flags", *by_hand(base, more=lambda base, revision, _: revision.with_keys(base.roles["Form"], SigFlags=b"0"))
    yield "signature-takes-over-permissions", *by_hand(base, more=permissions)
    yield "signature-with-a-comment", *by_hand(base, more=lambda base, revision, _: note(
        revision, b"/Subtype /FreeText /F 4 /Contents (9999)", picture(revision, COVER), ON_BLANK))
    yield "signature-brings-a-script", *by_hand(base, keys=b"/AA << /E << /S /URI /URI (https://example.org/) >> >>")
    yield "signature-that-is-a-field-too", *by_hand(base, keys=b"/Kids [] /DV (9999) /MK << /BG [1 1 1] /CA (9999) >>")
    yield "changed-under-a-signature", *by_hand(base, more=lambda _, revision, __: change_line(revision))
    yield "changed-and-changed-back", *changed_back(base)
    yield "signature-of-rubbish", *rubbish(base)


def difference(base, revision, field):
    look = picture(revision, b"/D gs 1 g 0 0 250 32 re f", b"/ExtGState << /D << /BM /Difference >> >>")
    revision.with_keys_again(field, b" /AP << /N %d 0 R >> >>" % look)
    first = revision.objects[field]
    at = first.index(b"/AP <<")
    revision.put(field, first[:at] + first[first.index(b">>", at) + 2 :])


def by_state(base, revision, field):
    body = revision.objects[field]
    at = body.index(b"/AP <<")
    states = b"/AS /B /AP << /N << /A %d 0 R /B %d 0 R >> >>" % (picture(revision, b""), picture(revision, COVER))
    body = body[:at] + states + body[body.index(b">>", at) + 2 :]
    revision.put(field, body.replace(b"[%d %d %d %d]" % ON_BLANK, b"[%d %d %d %d]" % ON_LINE))


def two_places(base, revision, field):
    widget = revision.add(
        b"<< /Type /Annot /Subtype /Widget /F 4 /P %d 0 R /Parent %d 0 R /Rect [%d %d %d %d] /AP << /N %d 0 R >> >>"
        % (revision.page(), field, *ON_LINE, picture(revision, COVER)))
    revision.with_keys_again(field, b" /Kids [%d 0 R] >>" % widget)
    list_also(revision, revision.page(), "Annots", widget)


def on_page_two(base, revision, field):
    known = revision.keys[revision.page()]["/Annots"]
    revision.with_keys(revision.page(), Annots=known.replace(b" %d 0 R]" % field, b"]"))
    revision.put(field, revision.objects[field].replace(b"/P %d 0 R" % revision.page(), b"/P %d 0 R" % revision.page(1)))
    revision.with_items(revision.page(1), "Annots", field)


def permissions(base, revision, field):
    value = next(number for number, body in revision.objects.items() if body.startswith(UNSIGNED[:20]))
    revision.with_keys(revision.root, Perms=b"<< /DocMDP %d 0 R >>" % value)


def changed_back(base):
    """One change, a second signature, and the change back: each signer saw another document."""
    revision, before = base.later()
    original = revision.pdf.get_object(line_stream(revision), 0).read_bytes()
    signed = base.signer.sign(change_line(revision).finish(), "Ky2")
    last = Revision(signed)
    last.put_stream(line_stream(last), original)
    return before, last.finish()


def rubbish(base):
    """A signature of nobody, on blank paper, with words."""
    revision, before, field = sneaky(base, 2, rect=ON_BLANK, look=COVER)
    hollow = UNSIGNED.replace(b"[" + b" " * 80 + b"]", b"[0 10 20 10]").replace(b"0" * 12000, b"30800000")
    revision.with_keys_again(field, b" /V %d 0 R >>" % revision.add(hollow))
    return before, revision.finish()


def seen(base):
    """The base with a signature that is seen, and a second, unseen one."""
    if "seen" not in base.cache:
        base.cache["seen"] = base.signer.sign(base.signer.sign(base.content, "Ky1", box=ON_BLANK), "Ky2")
    return base.cache["seen"]


def signed_fields(base):
    """The signatures themselves, after they were made."""
    for name, attack in (
        ("look-of-a-signature", lambda revision, field, value: revision.with_keys(
            field, AP=b"<< /N %d 0 R >>" % form(revision, b"0 g BT /F 20 Tf 5 8 Td (Giam doc) Tj ET"))),
        ("signature-moved", lambda revision, field, value: revision.with_keys(field, Rect=b"[%d %d %d %d]" % ON_LINE)),
        ("signature-hidden", lambda revision, field, value: revision.with_keys(field, F=b"2")),
        ("signature-renamed", lambda revision, field, value: revision.with_keys(field, T=b"(Giam doc)", TU=b"(Giam doc)")),
        ("reason-of-a-signature", lambda revision, field, value: revision.with_keys(value, Reason=b"(Dong y 9999)", Name=b"(Giam doc)")),
        ("signatures-trade-fields", trade),
        ("signature-in-two-fields", twice),
        ("signature-not-listed", lambda revision, field, value: revision.with_keys(
            form_of(revision), Fields=b"[" + b" ".join(b"%d 0 R" % item.objgen[0] for item in fields_of(revision)
                                                       if item.objgen[0] != second(revision)) + b"]")),
        ("signature-taken-back", lambda revision, field, value: revision.with_keys(second(revision), V=None)),
    ):
        before = seen(base)
        revision = Revision(before)
        attack(revision, *signature(revision))
        yield name, before, revision.finish()


def form_of(revision):
    return revision.pdf.Root.AcroForm.objgen[0]


def fields_of(revision):
    return list(revision.pdf.Root.AcroForm.Fields)


def second(revision):
    return [field.objgen[0] for field in fields_of(revision) if str(field.get("/T", "")) == "Ky2"][0]


def trade(revision, field, value):
    other = second(revision)
    revision.with_keys(field, V=b"%d 0 R" % revision.pdf.get_object(other, 0).V.objgen[0])
    revision.with_keys(other, V=b"%d 0 R" % value)


def twice(revision, field, value):
    waiting = roles(revision)["Waiting"]
    revision.with_keys(waiting, V=b"%d 0 R" % value, AP=b"<< /N %d 0 R >>" % form(revision, b"0 g BT /F 20 Tf 5 8 Td (Giam doc) Tj ET"))


def timestamps(base):
    """A document timestamp or validation data over a change."""
    revision, before = base.later()
    yield "timestamp-over-a-change", before, with_timestamp(change_line(revision).finish(), base.signer)
    revision, before = base.later(certify=1)
    fill(base, revision, b"9999", b"9999")
    yield "timestamp-over-a-forbidden-form", before, with_timestamp(revision.finish(), base.signer)
    revision, before = base.later()
    yield "validation-data-over-a-change", before, with_validation_data(change_line(revision).finish(), base.signer)
    before = with_timestamp(with_validation_data(base.signed(), base.signer), base.signer)
    revision = Revision(before)
    store = revision.pdf.Root.DSS
    certificate = store.Certs[0].objgen[0]
    revision.put_stream(certificate, b"Q " + CHANGED)
    revision.with_items(revision.page(), "Contents", certificate)
    yield "validation-data-drawn", before, revision.finish()
    revision = Revision(before)
    field = next(item for item in fields_of(revision) if "/V" in item and item.V.get("/Type") == "/DocTimeStamp").objgen[0]
    look = form(revision, COVER, (0, 0, 250, 32))
    revision.with_keys(field, Rect=b"[%d %d %d %d]" % ON_LINE, AP=b"<< /N %d 0 R >>" % look, F=b"4")
    revision.with_items(revision.page(), "Annots", field)
    yield "timestamp-gets-a-place", before, revision.finish()
