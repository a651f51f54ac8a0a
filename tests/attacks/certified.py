"""Rohlmann et al., S&P 2021: what certified documents allow is abused, and what they forbid is done."""

from bases import ON_BLANK, ON_LINE, UNSIGNED, all_but_the_hole, signed_by_hand
from line import COVER, change_line, fill, signature
from revision import form


def annotated(base, level, keys, look=None):
    revision, before = base.later(certify=level)
    extra = b""
    if look is not None:
        extra = b" /AP << /N %d 0 R >>" % form(revision, look, (0, 0, 250, 32))
    note = revision.add(
        b"<< /Type /Annot /F 4 /P %d 0 R /Rect [%d %d %d %d] " % (revision.page(), *ON_LINE) + keys + extra + b" >>"
    )
    revision.with_items(revision.page(), "Annots", note)
    return before, revision.finish()


def evil_annotation(base):
    """Certified with P = 3, which allows annotations: they cover or add content."""
    text = b"/DA (/Helv 20 Tf 0 g) /Contents (Tong so tien 9999 dong)"
    for name, keys, look in (
        ("free-text", b"/Subtype /FreeText " + text, COVER),
        ("stamp", b"/Subtype /Stamp /Name /Approved", COVER),
        ("square", b"/Subtype /Square /IC [1 1 1] /C [1 1 1]", b"1 g 0 0 250 32 re f"),
        ("redaction", b"/Subtype /Redact /IC [1 1 1] /OverlayText (9999)", COVER),
        ("highlight", b"/Subtype /Highlight /QuadPoints [95 424 345 424 95 392 345 392] /C [1 1 1]", b"1 g 0 0 250 32 re f"),
        ("ink", b"/Subtype /Ink /InkList [[95 408 345 408]] /C [1 1 1] /BS << /W 40 >>", b"1 G 40 w 0 16 m 250 16 l S"),
        ("line", b"/Subtype /Line /L [95 408 345 408] /C [1 1 1] /BS << /W 40 >>", b"1 G 40 w 0 16 m 250 16 l S"),
        ("note-with-a-look", b"/Subtype /Text /Contents (x)", COVER),
        ("strike-out", b"/Subtype /StrikeOut /QuadPoints [95 424 345 424 95 392 345 392] /C [1 1 1]", COVER),
    ):
        yield name, *annotated(base, 3, keys, look)


def sneaky(base, level, keys=b"", rect=ON_LINE, look=COVER):
    revision, before = base.later(certify=level)
    picture = form(revision, look, (0, 0, 250, 32))
    field = revision.add(
        b"<< /Type /Annot /Subtype /Widget /FT /Sig /T (Ky9) /F 4 /P %d 0 R /Rect [%d %d %d %d] /AP << /N %d 0 R >> %s >>"
        % (revision.page(), *rect, picture, keys)
    )
    revision.with_items(revision.page(), "Annots", field)
    revision.with_items(base.roles["Form"], "Fields", field)
    return revision, before, field


def sneaky_signature(base):
    """Certified with P = 2, which allows signatures: their appearance covers or adds content."""
    for name, rect in (("over-text", ON_LINE), ("on-blank-paper", ON_BLANK)):
        revision, before, _ = sneaky(base, 2, rect=rect)
        yield f"unsigned-{name}", before, revision.finish()
    revision, before, _ = sneaky(base, 2, look=b"0 g 0 0 250 32 re f")
    yield "unsigned-black", before, revision.finish()
    for name, look in (("other-text", COVER), ("white", b"1 g 0 0 250 32 re f"), ("black", b"0 g 0 0 250 32 re f"),
                       ("one-digit", b"1 g 126 6 14 20 re f 0 g BT /F 20 Tf 127 8 Td (9) Tj ET")):
        revision, before, field = sneaky(base, 2, look=look)
        revision.with_keys_again(field, b" /V %d 0 R >>" % revision.add(UNSIGNED))
        yield f"signed-{name}", before, signed_by_hand(base.signer, revision, all_but_the_hole)
    revision, before = base.later(certify=2)
    picture = form(revision, COVER, (0, 0, 250, 32))
    revision.with_keys(base.roles["Waiting"], AP=b"<< /N %d 0 R >>" % picture, Rect=b"[%d %d %d %d]" % ON_LINE)
    yield "waiting-field-moved", before, revision.finish()
    revision, before, _ = sneaky(base, 2, keys=b"/V << /Type /Sig >>")
    yield "false-value", before, revision.finish()


def certification_bypass(base):
    """Against what the author permits, or with the permission taken away."""
    revision, before = base.later(certify=1)
    revision.with_keys(revision.root, Perms=None)
    change_line(revision)
    yield "permissions-removed", before, revision.finish()
    yield "annotation-at-level-1", *annotated(base, 1, b"/Subtype /FreeText /Contents (9999)", COVER)
    yield "annotation-at-level-2", *annotated(base, 2, b"/Subtype /FreeText /Contents (9999)", COVER)
    before = base.signed(certify=1)
    yield "signature-at-level-1", before, base.signer.sign(before, "Ky2", box=ON_BLANK)
    revision, before = base.later(certify=1)
    fill(base, revision, b"9999", b"9999")
    yield "form-filled-at-level-1", before, revision.finish()
    revision, before = base.later(certify=1)
    parameters = signature(revision)[1]
    weaker = b"[<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 3 /V /1.2 >> >>]"
    revision.with_keys(parameters, Reference=weaker)
    revision.with_keys(signature(revision)[0], V=b"%d 0 R" % parameters)
    change_line(revision)
    yield "weaker-reference", before, revision.finish()
    revision, before = base.later(lock="all")
    fill(base, revision, b"9999", b"9999")
    yield "locked-field", before, revision.finish()
