"""What a page draws with: glyphs, colours, patterns, masks, forms within forms, numbers that stand elsewhere."""

from pikepdf import Array, Dictionary, Name, Stream, String

from heldout.common import furnished, helvetica, variants, with_resources
from revision import HELVETICA, form

DRAWN = b"""
q 0 g BT /HeldGlyphs 20 Tf 100 210 Td (ab) Tj ET Q
q BT /HeldUnicode 20 Tf 300 210 Td (1000) Tj ET Q
q 1 0 0 rg 100 170 30 30 re f Q
q /HeldInk cs 1 scn 140 170 30 30 re f Q
q /Pattern cs /HeldTiles scn 180 170 60 30 re f Q
q 250 170 60 30 re W n /HeldShade sh Q
q /HeldState gs 0 g 320 170 60 30 re f Q
q /HeldOuter Do Q
q 60 0 0 30 390 170 cm /HeldPicture Do Q
/Span /HeldSpan BDC BT /TrienF 12 Tf 460 180 Td (1000) Tj ET EMC
"""


def painted(base):
    def change(pdf, page):
        glyph = {"a": b"600 0 0 0 500 700 d1 0 0 500 700 re f", "b": b"600 0 0 0 500 700 d1 0 0 500 100 re f"}
        procs = Dictionary({"/" + key: Stream(pdf, data, Role=Name("/Glyph" + key)) for key, data in glyph.items()})
        widths = pdf.make_indirect(Array([600, 600]))
        glyphs = Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 750, 750]), FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
            FirstChar=97, LastChar=98, Widths=widths, CharProcs=pdf.make_indirect(procs), Resources=Dictionary(),
            Encoding=pdf.make_indirect(Dictionary(Type=Name.Encoding, Differences=Array([97, Name.a, Name.b]), Role=Name.Codes)),
            Role=Name.Glyphs,
        )
        unicode = Stream(pdf, TO_UNICODE % b"0031", Role=Name.Unicode)
        tint = pdf.make_indirect(
            Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1, 1, 1]), C1=Array([0, 0, 0]), N=1, Role=Name.Tint)
        )
        shade_function = pdf.make_indirect(
            Dictionary(FunctionType=2, Domain=Array([0, 1]), C0=Array([1, 0, 0]), C1=Array([0, 0, 1]), N=1, Role=Name.ShadeFunction)
        )
        shade = Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=Array([250, 0, 310, 0]), Function=shade_function)
        tiles = Stream(pdf, b"0 0 5 5 re f", Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, XStep=10, YStep=10,
                       BBox=Array([0, 0, 10, 10]), Resources=Dictionary(), Role=Name.Tiles)
        mask = Stream(pdf, b"1 g 0 0 600 800 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 600, 800]),
                      Group=Dictionary(S=Name.Transparency, CS=Name.DeviceGray), Role=Name.MaskForm)
        state = Dictionary(Type=Name.ExtGState, SMask=Dictionary(Type=Name.Mask, S=Name.Luminosity, G=mask), Role=Name.State)
        # The outer form has no resources of its own, so that it takes those of the page.
        outer = Stream(pdf, b"/HeldInner Do", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 600, 800]), Role=Name.Outer)
        inner = Stream(pdf, b"0 g 100 130 60 30 re f", Type=Name.XObject, Subtype=Name.Form,
                       BBox=pdf.make_indirect(Array([0, 0, 600, 800])), Resources=Dictionary(), Role=Name.Inner)
        alpha = Stream(pdf, b"\xff" * 4, Type=Name.XObject, Subtype=Name.Image, Width=2, Height=2, BitsPerComponent=8,
                       ColorSpace=Name.DeviceGray, Role=Name.Alpha)
        picture = Stream(pdf, b"\x00\xff\xff\x00", Type=Name.XObject, Subtype=Name.Image, Width=2, Height=2, BitsPerComponent=8,
                         ColorSpace=Name.DeviceGray, SMask=alpha, Role=Name.Picture)
        with_resources(
            pdf, page,
            Font={"HeldGlyphs": pdf.make_indirect(glyphs), "HeldUnicode": pdf.make_indirect(helvetica(ToUnicode=unicode))},
            ColorSpace={"HeldInk": Array([Name.Separation, Name("/Muc"), Name.DeviceRGB, tint])},
            Pattern={"HeldTiles": tiles}, Shading={"HeldShade": pdf.make_indirect(shade)},
            ExtGState={"HeldState": pdf.make_indirect(state)},
            XObject={"HeldOuter": outer, "HeldInner": inner, "HeldPicture": picture},
            Properties={"HeldSpan": pdf.make_indirect(Dictionary(ActualText=String("1000"), Role=Name.Span))},
        )
        spaces = page.obj.Resources["/ColorSpace"]
        spaces["/Role"] = Name.Spaces
        page.obj.Resources["/ColorSpace"] = pdf.make_indirect(spaces)
        page.contents_add(Stream(pdf, DRAWN), prepend=False)

    return furnished(base, change)


TO_UNICODE = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange" \
    b" 1 beginbfchar <31> <%s> endbfchar endcmap end"


def referred(revision, number, key):
    """The number of what a dictionary names under a key."""
    return revision.pdf.get_object(number, 0)["/" + key].objgen[0]


def paint(base):
    yield from variants(base, {
        "type3-glyph": lambda revision, at: revision.put_stream(at["Glypha"], b"600 0 0 0 500 700 d1 0 0 50 700 re f"),
        "type3-glyphs-swapped": glyphs_swapped,
        "type3-codes": lambda revision, at: revision.with_keys(at["Codes"], Differences=b"[97 /b /a]"),
        "type3-widths-elsewhere": lambda revision, at: revision.put(referred(revision, at["Glyphs"], "Widths"), b"[9000 600]"),
        "type3-matrix": lambda revision, at: revision.with_keys(at["Glyphs"], FontMatrix=b"[0 0 0 0 0 0]"),
        "to-unicode": lambda revision, at: revision.put_stream(at["Unicode"], TO_UNICODE % b"0039"),
        "actual-text-of-a-span": lambda revision, at: revision.with_keys(at["Span"], ActualText=b"(9999)"),
        "default-rgb": lambda revision, at: revision.with_keys(at["Spaces"], DefaultRGB=b"[/CalRGB << /WhitePoint [.95 1 1.09] /Gamma [9 9 9] >>]"),
        "separation-tint": lambda revision, at: revision.with_keys(at["Tint"], C1=b"[1 1 1]"),
        "shading-function": lambda revision, at: revision.with_keys(at["ShadeFunction"], C0=b"[1 1 1]", C1=b"[1 1 1]"),
        "tiling-cell": lambda revision, at: revision.put_stream(
            at["Tiles"], b"", b"/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /XStep 10 /YStep 10 /BBox [0 0 10 10] /Resources << >>"),
        "soft-mask-form": lambda revision, at: revision.put_stream(
            at["MaskForm"], b"0 g 0 0 600 800 re f",
            b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Group << /S /Transparency /CS /DeviceGray >>"),
        "state-alpha": lambda revision, at: revision.with_keys(at["State"], SMask=b"/None", ca=b"0"),
        "state-transfer": lambda revision, at: revision.with_keys(
            at["State"], SMask=b"/None", TR=b"<< /FunctionType 2 /Domain [0 1] /C0 [1] /C1 [1] /N 1 >>"),
        "inner-form-box-elsewhere": lambda revision, at: revision.put(referred(revision, at["Inner"], "BBox"), b"[0 0 1 1]"),
        "outer-form-gets-resources": lambda revision, at: revision.put_stream(
            at["Outer"], b"/HeldInner Do", b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << /XObject << /HeldInner %d 0 R >> >>"
            % form(revision, b"0 g BT /F 20 Tf 100 130 Td (9999) Tj ET", (0, 0, 600, 800))),
        "picture-mask": lambda revision, at: revision.put_stream(
            at["Alpha"], b"\0" * 4, b"/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray"),
        "picture-decode": lambda revision, at: revision.put_stream(
            at["Picture"], b"\x00\xff\xff\x00",
            b"/Type /XObject /Subtype /Image /Width 2 /Height 2 /BitsPerComponent 8 /ColorSpace /DeviceGray /Decode [1 0]"),
        "inner-form-refers-outside": lambda revision, at: revision.put_stream(
            at["Inner"], b"0 g 100 130 60 30 re f",
            b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << >> /Ref << /F (other.pdf) /Page 0 >>"),
        "outer-form-group": lambda revision, at: revision.put_stream(
            at["Outer"], b"/HeldInner Do", b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Group << /S /Transparency /I true /K true >>"),
        "inner-form-in-a-layer": lambda revision, at: revision.put_stream(
            at["Inner"], b"0 g 100 130 60 30 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] /Resources << >> /OC %d 0 R" % at["Layer"]),
        "space-not-named-any-more": lambda revision, at: revision.put(at["Spaces"], b"<< >>"),
        "glyph-font-becomes-helvetica": lambda revision, at: revision.put(at["Glyphs"], HELVETICA),
    }, furnish=painted)


def glyphs_swapped(revision, at):
    procs = referred(revision, at["Glyphs"], "CharProcs")
    revision.put(procs, b"<< /a %d 0 R /b %d 0 R >>" % (at["Glyphb"], at["Glypha"]))
