"""Makes files that keep PDF/A, in every part and level that an office may send: see `KINDS`.

The corpus has few of them. Each has a page of vector graphics with an sRGB output intent, unless its name
says otherwise; veraPDF confirms in every run that they conform before anybody signs.
"""

from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

PROFILE = Path(__file__).resolve().parent.parent.parent / "core" / "assets" / "stamp-font" / "srgb.icc"

# name: part, level, how it differs
KINDS = {
    "1a": (1, "A", ()),
    "1b": (1, "B", ()),
    "1b-form": (1, "B", ("form",)),
    "1b-no-intent": (1, "B", ("no-intent",)),
    "2a": (2, "A", ()),
    "2b": (2, "B", ("object-streams",)),
    "2b-no-intent": (2, "B", ("no-intent",)),
    "2b-rotated": (2, "B", ("rotated",)),
    "2u-linearized": (2, "U", ("linearized",)),
    "3a": (3, "A", ()),
    "3b-attachment": (3, "B", ("attachment",)),
    "3b-form": (3, "B", ("form", "object-streams")),
}

XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>{level}</pdfaid:conformance></rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def make(folder):
    """Writes the files; gives them as corpus.py gives those of the archives."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, (part, level, traits) in KINDS.items():
        place = folder / f"pdf-a-{name}.pdf"
        write(place, part, level, traits)
        files.append({
            "archive": "made", "path": place.name, "sha256": None, "place": place, "sound": True,
            "class": "pdf-a", "traits": ["pdf-a", *traits], "qpdf": 0,
        })
    return files


def write(place, part, level, traits):
    pdf = pikepdf.new()
    tagged = level == "A"
    drawing = b"q 0 0 0 rg 72 700 200 40 re f Q" if "no-intent" not in traits else b"q 72 700 200 40 re W n Q"
    page = pdf.make_indirect(Dictionary(
        Type=Name.Page, MediaBox=[0, 0, 595, 842], Resources=Dictionary(),
        Contents=Stream(pdf, b"/P <</MCID 0>> BDC " + drawing + b" EMC" if tagged else drawing),
    ))
    pdf.pages.append(pikepdf.Page(page))
    page = pdf.pages[0].obj
    root = pdf.Root
    root.Metadata = pdf.make_indirect(Stream(
        pdf, XMP.format(part=part, level=level).encode(), Type=Name.Metadata, Subtype=Name.XML,
    ))
    if "no-intent" not in traits:
        profile = pdf.make_indirect(Stream(pdf, PROFILE.read_bytes(), N=3))
        intent = Dictionary(
            Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier=String("sRGB"),
            Info=String("sRGB"), DestOutputProfile=profile,
        )
        root.OutputIntents = Array([intent])
    if "rotated" in traits:
        page.Rotate = 90
    if "form" in traits:
        add_form(pdf, page)
    if "attachment" in traits:
        attach(pdf)
    if tagged:
        add_structure(pdf, page)
    pdf.save(
        place, deterministic_id=True, compress_streams=False, linearize="linearized" in traits,
        force_version="1.4" if part == 1 else "1.7",
        object_stream_mode=pikepdf.ObjectStreamMode.generate if "object-streams" in traits else pikepdf.ObjectStreamMode.disable,
    )


def add_structure(pdf, page):
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    paragraph = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.P, P=root, Pg=page, K=0))
    root.K = paragraph
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=[0, [paragraph]]))
    page.StructParents = 0
    pdf.Root.StructTreeRoot = root
    pdf.Root.MarkInfo = Dictionary(Marked=True)
    pdf.Root.Lang = String("vi-VN")


def add_form(pdf, page):
    look = pdf.make_indirect(Stream(
        pdf, b"0.5 g 0 0 100 20 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 100, 20], Resources=Dictionary(),
    ))
    field = pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("Number"), Rect=[72, 600, 172, 620],
        F=4, P=page, AP=Dictionary(N=look),
    ))
    page.Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=[field])


def attach(pdf):
    content = pdf.make_indirect(Stream(
        pdf, b"so;ngay\n1;16-11-2026\n", Type=Name.EmbeddedFile, Subtype=Name("/text/csv"),
        Params=Dictionary(ModDate=String("D:20261116080000+07'00'"), Size=21),
    ))
    file = pdf.make_indirect(Dictionary(
        Type=Name.Filespec, F=String("so.csv"), UF=String("so.csv"), AFRelationship=Name.Data, Desc=String("data"),
        EF=Dictionary(F=content, UF=content),
    ))
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=[String("so.csv"), file]))
    pdf.Root.AF = Array([file])
