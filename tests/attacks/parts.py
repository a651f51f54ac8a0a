"""Parts of a document that change what it shows: layers, forms, scripts, XFA."""

from line import fill, role
from revision import HELVETICA, Revision


def optional_content(base):
    layer, settings = base.roles["Layer"], base.roles["Settings"]
    revision, before = base.later()
    revision.with_keys(settings, OFF=b"[]", ON=b"[%d 0 R]" % layer)
    yield "settings-in-place", before, revision.finish()
    revision, before = base.later()
    revision.with_keys(settings, BaseState=b"/ON", OFF=b"[]")
    yield "base-state", before, revision.finish()
    revision, before = base.later()
    revision.with_keys(revision.root, OCProperties=b"<< /OCGs [%d 0 R] /D << /ON [%d 0 R] >> >>" % (layer, layer))
    yield "other-settings", before, revision.finish()
    revision, before = base.later()
    revision.with_keys(revision.root, OCProperties=None)
    yield "no-settings", before, revision.finish()
    revision, before = base.later()
    revision.put(layer, b"<< /Type /OCMD /OCGs [] /P /AnyOff >>")
    yield "layer-becomes-a-rule", before, revision.finish()
    revision, before = base.later()
    revision.put(layer, b"null")
    yield "layer-removed", before, revision.finish()


def form_appearance_swap(base):
    revision, before = base.later()
    fill(base, revision, b"1000", b"9999")
    yield "new-look", before, revision.finish()
    revision, before = base.later()
    fill(base, revision, b"1000", b"9999", in_place=True)
    yield "look-in-place", before, revision.finish()
    revision, before = base.later()
    fill(base, revision, b"2000", b"9999")
    yield "value-and-look-differ", before, revision.finish()
    revision, before = base.later()
    revision.with_keys(base.roles["Box"], AS=b"/Co")
    yield "box-ticked-without-value", before, revision.finish()
    revision, before = base.later()
    revision.put_stream(base.roles["OffLook"], b"0 g 2 2 16 16 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 20 20]")
    yield "look-of-unticked", before, revision.finish()
    revision, before = base.later()
    revision.with_keys(base.roles["TextField"], Rect=b"[100 420 300 444]")
    yield "field-moved", before, revision.finish()
    revision, before = base.later()
    revision.with_keys(base.roles["TextField"], F=b"2")
    yield "field-hidden", before, revision.finish()
    revision, before = base.later()
    says_two = revision.add_stream(
        b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange"
        b" 1 beginbfchar <32> <0032> endbfchar endcmap end")
    draws_nine = b"/Encoding << /Type /Encoding /Differences [50 /nine] >> /ToUnicode %d 0 R >>" % says_two
    fill(base, revision, b"2000", b"2000", font=HELVETICA[:-2] + draws_nine)
    yield "letters-that-are-others", before, revision.finish()


def javascript(base):
    script = b"<< /S /JavaScript /JS (this.getField\\('SoTien'\\).value = '9999') >>"
    revision, before = base.later()
    revision.with_keys(revision.root, OpenAction=script)
    yield "when-opened", before, revision.finish()
    revision, before = base.later()
    revision.with_keys(revision.root, Names=b"<< /JavaScript << /Names [(a) %s] >> >>" % script)
    yield "named", before, revision.finish()
    revision, before = base.later()
    revision.with_keys(revision.root, AA=b"<< /WP %s >>" % script)
    yield "before-printing", before, revision.finish()
    revision, before = base.later()
    revision.with_keys(revision.page(), AA=b"<< /O %s >>" % script)
    yield "when-the-page-opens", before, revision.finish()
    revision, before = base.later()
    revision.with_keys(base.roles["TextField"], AA=b"<< /F %s >>" % script)
    yield "when-formatted", before, revision.finish()
    revision, before = base.later()
    revision.with_keys(base.roles["Box"], A=script)
    yield "when-clicked", before, revision.finish()


def xfa(base):
    def with_xfa(base):
        revision = Revision(base.content)
        parts = revision.add_stream(PACKET % b"1000", b"/Role /Packet")
        revision.with_keys(base.roles["Form"], XFA=b"[(template) %d 0 R]" % parts)
        return revision.finish()

    revision, before = base.later()
    revision.with_keys(base.roles["Form"], XFA=b"%d 0 R" % revision.add_stream(PACKET % b"9999"))
    yield "added", before, revision.finish()
    revision, before = base.later()
    revision.with_keys(base.roles["Form"], XFA=b"(" + PACKET % b"9999" + b")")
    yield "added-in-place", before, revision.finish()
    revision, before = base.later(furnish=with_xfa)
    packet = next(n for n in range(1, revision.size) if role(revision, n) == "/Packet")
    revision.put_stream(packet, PACKET % b"9999")
    yield "packet-replaced", before, revision.finish()
    revision, before = base.later(furnish=with_xfa)
    more = revision.add_stream(b"<data>9999</data>")
    revision.with_keys(base.roles["Form"], XFA=b"[(template) %d 0 R (datasets) %d 0 R]" % (packet, more))
    yield "data-added", before, revision.finish()
    revision, before = base.later(furnish=with_xfa)
    revision.with_keys(base.roles["Form"], XFA=None)
    yield "removed", before, revision.finish()


PACKET = b"<template xmlns='http://www.xfa.org/schema/xfa-template/3.3/'><subform><draw>%s</draw></subform></template>"
