"""Fields: values that are shown otherwise, fields under new names, looks that nobody compares."""

import io

from pikepdf import Array, Dictionary, Name, Stream, String
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, SigFieldSpec, SigSeedSubFilter

from bases import form as look_of
from heldout.common import annotate, furnished, roles, variants
from revision import HELVETICA, Revision

BOX = b"/Type /XObject /Subtype /Form /BBox [0 0 200 24] /Resources << /Font << /F %s >> %s >>"
NINES = b"/Encoding << /Type /Encoding /Differences [48 /eight 49 /nine] >>"


def form_of_many_kinds(base):
    """Adds inherited, repeated, chosen, comb, rich and wide fields, a button, and the number of a document."""
    def change(pdf, page):
        def look(shown, role, box=(0, 0, 200, 24)):
            return look_of(pdf, b"/Tx BMC q BT /F 12 Tf 0 g 2 6 Td (%s) Tj ET Q EMC" % shown, box, Role=Name("/" + role))

        def widget(rect, shown, role, **keys):
            return pdf.make_indirect(Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, P=page.obj, F=4, Rect=Array(rect), DA=String("/F 12 Tf 0 g"),
                AP=Dictionary(N=look(shown, role + "Look")), Role=Name("/" + role), **keys))

        heir = widget([100, 200, 300, 224], b"1000", "Heir", T=String("Gia"))
        parent = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("BenA"), V=String("1000"), Kids=Array([heir]), Role=Name.Parent))
        heir.Parent = parent
        both = [widget([100, 170, 300, 194], b"1000", "One"), widget([310, 170, 510, 194], b"1000", "Two")]
        twice = pdf.make_indirect(Dictionary(FT=Name.Tx, T=String("GiaHaiLan"), V=String("1000"), Kids=Array(both), Role=Name.Twice))
        for kid in both:
            kid.Parent = twice
        choice = widget([100, 60, 300, 84], b"Mua", "Choice", FT=Name.Ch, Ff=1 << 17, T=String("Loai"), V=String("a"),
                        Opt=Array([Array([String("a"), String("Mua")]), Array([String("b"), String("Ban")])]))
        comb = widget([310, 60, 510, 84], b"10", "Comb", FT=Name.Tx, Ff=1 << 24, MaxLen=4, T=String("MaSo"), V=String("10"))
        button = widget([100, 30, 300, 54], b"Huy", "Button", FT=Name.Btn, Ff=1 << 16, T=String("Nut"), MK=Dictionary(CA=String("Huy")))
        wide = widget([90, 390, 510, 430], b"", "Wide", FT=Name.Tx, T=String("GhiChu"), V=String(""))
        number = widget([310, 500, 510, 524], b"12/HD", "Number", FT=Name.Tx, T=String("Trien-so"), V=String("12/HD"))
        annotate(page, heir, *both, choice, comb, button, wide, number)
        for field in (parent, twice, choice, comb, button, wide, number):
            pdf.Root.AcroForm.Fields.append(field)

    return furnished(base, change)


def looks(revision, data, more=b"", font=HELVETICA):
    return revision.add_stream(data, BOX % (font, more))


def filled(revision, field, value, data, more=b"", font=HELVETICA, **keys):
    """Fills a field with a value and with a look of the attacker's."""
    revision.with_keys(field, V=value, AP=b"<< /N %d 0 R >>" % looks(revision, data, more, font), **keys)


def text(shown, before=b"", after=b""):
    return b"/Tx BMC q " + before + b" BT /F 12 Tf 0 g 2 6 Td (" + shown + b") Tj ET " + after + b" Q EMC"


def sum_of(data=text(b"2000"), value=b"(2000)", font=HELVETICA, more=b"", **keys):
    """Fills the sum with 2000, in ways that show something else or say more."""
    return lambda revision, at: filled(revision, at["TextField"], value, data, more, font, **keys)


def forms(base):
    yield from variants(base, VALUES)
    yield from variants(base, FIELDS, furnish=form_of_many_kinds)
    for name, attack in LOCKED.items():
        before = sealed(base)
        revision = Revision(before)
        attack(revision, roles(revision))
        yield name, before, revision.finish()


GLYPHS = b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [.001 0 0 .001 0 0] /FirstChar 48 /LastChar 50" \
    b" /Widths [600 600 600] /Encoding << /Type /Encoding /Differences [48 /x /x /x] >> /CharProcs << /x %d 0 R >> /Resources << >> >>"


def drawn_glyphs(revision, at):
    glyph = revision.add_stream(b"600 0 0 0 500 700 d1 0 0 90 700 re f")
    filled(revision, at["TextField"], b"(2000)", text(b"2000"), font=GLYPHS % glyph)


def picture_over_value(revision, at):
    inner = looks(revision, b"1 g 0 0 200 24 re f 0 g BT /F 12 Tf 2 6 Td (9999) Tj ET")
    filled(revision, at["TextField"], b"(2000)", text(b"2000", after=b"/X Do"), more=b"/XObject << /X %d 0 R >>" % inner)


def painted_over_value(shown):
    return text(b"2000", after=b"1 g 0 0 200 24 re f 0 g " + shown)


def state_look(revision, at):
    """The look is chosen by a state, and the state that shows the value is not the one that is shown."""
    revision.with_keys(
        at["TextField"], V=b"(2000)", AS=b"/B",
        AP=b"<< /N << /A %d 0 R /B %d 0 R >> >>" % (looks(revision, text(b"2000")), looks(revision, text(b"9999"))))


def downs(revision, at):
    revision.with_keys(
        at["TextField"], V=b"(2000)",
        AP=b"<< /N %d 0 R /D %d 0 R /R %d 0 R >>" % tuple(looks(revision, text(shown)) for shown in (b"2000", b"9999", b"9999")))


def value_in_a_stream(revision, at):
    filled(revision, at["TextField"], b"%d 0 R" % revision.add_stream(b"9999"), text(b"2000"))


def shared_look(revision, at):
    """The tick's look and the unticked look trade places under a tick that is legitimate."""
    revision.with_keys(at["Box"], V=b"/Co", AS=b"/Co", AP=b"<< /N << /Off %d 0 R /Co %d 0 R >> >>" % (at["OnLook"], at["OffLook"]))


VALUES = {
    "codes-mean-other-digits": sum_of(data=text(b"1000"), value=b"(1000)", font=HELVETICA[:-2] + NINES + b">>"),
    "glyphs-drawn-otherwise": drawn_glyphs,
    "value-not-painted": sum_of(data=text(b"2000", before=b"3 Tr", after=b"0 Tr BT /F 12 Tf 60 6 Td (9) Tj 3 0 Td (999) Tj ET")),
    "value-out-of-the-box": sum_of(data=b"/Tx BMC q BT /F 12 Tf 0 g 900 6 Td (2000) Tj ET Q EMC"),
    "value-in-white": sum_of(data=b"/Tx BMC q BT /F 12 Tf 1 g 2 6 Td (2000) Tj ET 0 g 40 4 9 12 re f Q EMC"),
    "value-painted-over": sum_of(data=painted_over_value(b"30 6 30 12 re f")),
    "picture-over-the-value": picture_over_value,
    "value-clipped": sum_of(data=text(b"2000", before=b"0 0 1 1 re W n")),
    "value-cut-off": sum_of(data=text(b"2000", before=b"0 0 9 24 re W n")),
    "value-shrunk": sum_of(data=text(b"2000").replace(b"12 Tf", b"0.01 Tf")),
    "value-struck-out": sum_of(data=text(b"2000", after=b"0 g 2 9 40 2 re f")),
    "value-mirrored": sum_of(data=text(b"2000", before=b"-1 0 0 1 60 0 cm")),
    "value-backwards": sum_of(data=b"/Tx BMC q BT /F 12 Tf 0 g 60 6 Td (2) Tj -9 0 Td (1) Tj ET Q EMC", value=b"(21)"),
    "digit-beside-the-value": sum_of(data=text(b"2000", after=b"0 g 32 5 2 9 re f")),
    "value-in-a-layer-off": lambda revision, at: filled(
        revision, at["TextField"], b"(2000)", b"/OC /L BDC " + text(b"2000") + b" EMC",
        more=b"/Properties << /L %d 0 R >>" % at["Layer"]),
    "value-transparent": sum_of(data=text(b"2000", before=b"/G gs"), more=b"/ExtGState << /G << /ca 0 >> >>"),
    "value-by-replaced-text": sum_of(data=b"/Span << /ActualText (2000) >> BDC " + text(b"9999") + b" EMC"),
    "look-by-state": state_look,
    "looks-when-pressed": downs,
    "value-in-a-stream": value_in_a_stream,
    "rich-value": sum_of(RV=b"(<body><p>9999</p></body>)", Ff=b"33554432"),
    "default-value": sum_of(DV=b"(9999)"),
    "value-written-right-to-left": sum_of(value=b"<feff202e0039003000300030>", data=text(b"9000")),
    "default-look-in-white": sum_of(DA=b"(/F 1 Tf 1 g)"),
    "characteristics": sum_of(MK=b"<< /BG [0 0 0] /BC [0 0 0] /R 180 >>", BS=b"<< /W 90 >>"),
    "password-flag": sum_of(Ff=b"8192"),
    "shortest-length": sum_of(MaxLen=b"1"),
    "other-names": sum_of(TU=b"(So tien khac)", TM=b"(khac)"),
    "moved-by-its-look": sum_of(Rect=b"[100 380 300 404]"),
    "viewers-draw-anew": lambda revision, at: (
        sum_of()(revision, at), revision.with_keys(at["Form"], NeedAppearances=b"true", DA=b"(/F 1 Tf 1 g)")),
    "fonts-of-the-form": lambda revision, at: (
        sum_of()(revision, at), revision.with_keys(at["Form"], DR=b"<< /Font << /F %s >> >>" % (HELVETICA[:-2] + NINES + b">>"))),
    "order-of-calculation": lambda revision, at: revision.with_keys(at["Form"], CO=b"[%d 0 R]" % at["TextField"]),
    "tick-that-looks-unticked": shared_look,
    "tick-of-another-name": lambda revision, at: revision.with_keys(
        at["Box"], V=b"/Khong", AS=b"/Khong", AP=b"<< /N << /Off %d 0 R /Khong %d 0 R >> >>" % (at["OffLook"], at["OnLook"])),
    "field-not-listed": lambda revision, at: revision.with_keys(at["Form"], Fields=b"[%d 0 R %d 0 R]" % (at["TextField"], at["Box"])),
    "field-becomes-a-button": sum_of(FT=b"/Btn", Ff=b"65536"),
}


def second_widget(revision, at):
    """The sum gets a second place, over the line."""
    widget = revision.add(
        b"<< /Type /Annot /Subtype /Widget /F 4 /P %d 0 R /Parent %d 0 R /Rect [95 392 345 424] /AP << /N %d 0 R >> >>"
        % (revision.page(), at["Twice"], looks(revision, b"1 g 0 0 200 24 re f " + text(b"1000"))))
    revision.with_items(at["Twice"], "Kids", widget)
    revision.with_items(revision.page(), "Annots", widget)


def one_of_two(revision, at):
    revision.with_keys(at["Twice"], V=b"(2000)")
    revision.with_keys(at["One"], AP=b"<< /N %d 0 R >>" % looks(revision, text(b"2000")))
    revision.with_keys(at["Two"], AP=b"<< /N %d 0 R >>" % looks(revision, text(b"9999")))


def inherited(revision, at):
    """The value of the parent changes, and the child's look with it, but the child has a value of its own."""
    revision.with_keys(at["Parent"], V=b"(2000)")
    revision.with_keys(at["Heir"], V=b"(9999)", AP=b"<< /N %d 0 R >>" % looks(revision, text(b"2000")))


FIELDS = {
    "second-widget-over-the-line": second_widget,
    "two-widgets-differ": one_of_two,
    "value-of-parent-and-child": inherited,
    "parent-renamed": lambda revision, at: revision.with_keys(at["Parent"], T=b"(BenB)"),
    "child-of-another-parent": lambda revision, at: (
        revision.with_keys(at["Heir"], Parent=b"%d 0 R" % at["Twice"]), revision.with_items(at["Twice"], "Kids", at["Heir"])),
    "choices-mean-something-else": lambda revision, at: revision.with_keys(at["Choice"], Opt=b"[[(a) (Ban)] [(b) (Mua)]]"),
    "choice-shows-another": lambda revision, at: filled(revision, at["Choice"], b"(b)", text(b"Mua"), I=b"[1]"),
    "choice-not-offered": lambda revision, at: filled(revision, at["Choice"], b"(Cho khong)", text(b"Cho khong")),
    "index-of-another-choice": lambda revision, at: revision.with_keys(at["Choice"], I=b"[1]"),
    "comb-of-other-width": lambda revision, at: filled(revision, at["Comb"], b"(10)", text(b"10"), MaxLen=b"99"),
    "comb-draws-more": lambda revision, at: filled(
        revision, at["Comb"], b"(10)", b"/Tx BMC q BT /F 12 Tf 0 g 2 6 Td (1) Tj 25 0 Td (0) Tj 25 0 Td (0) Tj 25 0 Td (0) Tj ET Q EMC"),
    "caption-of-a-button": lambda revision, at: revision.with_keys(
        at["Button"], MK=b"<< /CA (Dong y) >>", AP=b"<< /N %d 0 R >>" % looks(revision, text(b"Dong y"))),
    "wide-field-covers-the-line": lambda revision, at: filled(
        revision, at["Wide"], b"(Tong so tien 9999 dong)", b"/Tx BMC q 1 g 0 0 200 24 re f BT /F 9 Tf 0 g 2 6 Td (Tong so tien 9999 dong) Tj ET Q EMC"),
    "wide-field-strikes-the-line-out": lambda revision, at: filled(
        revision, at["Wide"], b"(x)", b"/Tx BMC q BT /F 2 Tf 0 g 190 1 Td (x) Tj ET 0 g 0 9 200 .7 re f Q EMC"),
    "wide-field-adds-a-digit": lambda revision, at: filled(
        revision, at["Wide"], b"(9)", b"/Tx BMC q 0.476 0 0 0.6 0 0 cm BT /F 20 Tf 0 g 121 10 Td (9) Tj ET Q EMC"),
    "field-turned-into-two": lambda revision, at: (
        revision.with_items(at["Form"], "Fields", revision.add(
            b"<< /FT /Tx /T (Trien-so) /V (99/HD) /Kids [%d 0 R] >>" % at["Number"])),
        filled(revision, at["Number"], b"(99/HD)", text(b"99/HD"))),
}


def sealed(base):
    """The number is written and locked by a second signature, as a seal does."""
    if "sealed" not in base.cache:
        once = base.signed(furnish=form_of_many_kinds)
        lock = FieldMDPSpec(FieldMDPAction.INCLUDE, fields=["Trien-so", "BenA"])
        metadata = signers.PdfSignatureMetadata(field_name="Dau", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
        signer = signers.PdfSigner(metadata, base.signer.key, new_field_spec=SigFieldSpec("Dau", on_page=0, field_mdp_spec=lock))
        base.cache["sealed"] = signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(once))).getvalue()
    return base.cache["sealed"]


def number(value=b"(99/HD)", shown=b"99/HD", **keys):
    return lambda revision, at: filled(revision, at["Number"], value, text(shown), **keys)


def number_look_in_place(revision, at):
    revision.put_stream(at["NumberLook"], text(b"99/HD"), BOX % (HELVETICA, b""))


def under_the_lock(revision, at):
    """A new field of the same name, filled, over the locked one."""
    look = looks(revision, b"1 g 0 0 200 24 re f " + text(b"99/HD"))
    field = revision.add(
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (Trien-so) /V (99/HD) /DA (/F 12 Tf 0 g) /F 4 /P %d 0 R /Rect [310 500 510 524]"
        b" /AP << /N %d 0 R >> >>" % (revision.page(), look))
    revision.with_items(at["Form"], "Fields", field)
    revision.with_items(revision.page(), "Annots", field)


def lock_of(revision):
    return next(item for item in revision.pdf.objects if isinstance(item, Dictionary) and item.get("/T") == "Dau")


LOCKED = {
    "locked-number-filled": number(),
    "locked-number-renamed": number(T=b"(So)"),
    "locked-number-in-other-letters": number(T=b"<feff0054007200690065006e002d0073006f>"),
    "locked-number-with-a-dot": number(T=b"(Trien-so.x)"),
    "locked-number-under-a-parent": lambda revision, at: number(
        Parent=b"%d 0 R" % revision.add(b"<< /T (x) /Kids [%d 0 R] >>" % at["Number"]))(revision, at),
    "locked-number-look": number_look_in_place,
    "locked-number-value": lambda revision, at: revision.with_keys(at["Number"], V=b"(99/HD)"),
    "locked-parent-child": lambda revision, at: filled(revision, at["Heir"], b"(9999)", text(b"9999")),
    "lock-taken-off": lambda revision, at: (
        revision.with_keys(lock_of(revision).objgen[0], Lock=None), number()(revision, at)),
    "second-number-over-the-locked": under_the_lock,
    "locked-number-becomes-a-signature": lambda revision, at: revision.with_keys(at["Number"], FT=b"/Sig", V=None),
    "locked-number-withdrawn": lambda revision, at: revision.with_keys(at["Number"], F=b"2"),
}
