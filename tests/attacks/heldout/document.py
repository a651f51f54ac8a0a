"""What the catalog and the trailer say: targets, files, structure, permissions, metadata that is more than that."""

from pikepdf import Array, Dictionary, Name, Stream, String

from heldout.common import furnished, helvetica, variants, with_resources
from line import CHANGED, line_stream
from revision import HELVETICA, form


def catalogued(base):
    """A base with destinations, an attached invoice, structure, and objects that serve two masters."""
    def change(pdf, page):
        invoice = Stream(pdf, b"<Invoice>1000</Invoice>", Type=Name.EmbeddedFile, Subtype=Name("/text/xml"), Role=Name.Invoice)
        file = pdf.make_indirect(Dictionary(
            Type=Name.Filespec, F=String("invoice.xml"), UF=String("invoice.xml"), EF=Dictionary(F=invoice), AFRelationship=Name.Data,
            Role=Name.File))
        names = Dictionary(
            Dests=Dictionary(Names=Array([String("Dieu 1"), Array([page.obj, Name.Fit])]), Role=Name.Targets),
            EmbeddedFiles=Dictionary(Names=Array([String("invoice.xml"), file])))
        names.Dests = pdf.make_indirect(names.Dests)
        pdf.Root.Names = pdf.make_indirect(names)
        pdf.Root.AF = Array([file])
        element = pdf.make_indirect(Dictionary(S=Name.P, ActualText=String("1000"), Alt=String("1000"), Pg=page.obj, Role=Name.Element))
        structure = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([element]), Role=Name.Structure))
        element.P = structure
        pdf.Root.StructTreeRoot = structure
        # One dictionary is the names of fonts and of extensions, one the fonts of the page and of the form.
        fonts = Dictionary({key: value for key, value in page.obj.Resources.Font.items()})
        fonts.F = helvetica()
        fonts.Role = Name.Fonts
        fonts = pdf.make_indirect(fonts)
        page.obj.Resources.Font = fonts
        pdf.Root.AcroForm.DR.Font = fonts
        shared = pdf.make_indirect(Dictionary(Role=Name.Shared))
        for key, value in page.obj.Resources.XObject.items():
            shared[key] = value
        page.obj.Resources.XObject = shared
        pdf.Root.Extensions = shared
        pdf.Root.PieceInfo = Dictionary(Trien=Dictionary(LastModified=String("D:20220101"), Private=shared))
        # The document's metadata is an invoice too, and the picture's metadata is its mask.
        meta = Stream(pdf, b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", Type=Name.Metadata, Subtype=Name.XML, Role=Name.Meta)
        pdf.Root.Metadata = meta
        file.EF.UF = meta
        glyph = Stream(pdf, b"600 0 0 0 500 700 d1 0 0 500 700 re f", Type=Name.Metadata, Subtype=Name.XML, Role=Name.GlyphMeta)
        page.obj.Metadata = glyph
        font = Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=Array([0, 0, 750, 750]), FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]),
            FirstChar=97, LastChar=97, Widths=Array([600]), CharProcs=Dictionary(a=glyph), Resources=Dictionary(),
            Encoding=Dictionary(Type=Name.Encoding, Differences=Array([97, Name.a])))
        fonts.HeldMeta = font
        page.contents_add(Stream(pdf, b"q 0 g BT /HeldMeta 20 Tf 100 210 Td (a) Tj ET Q"), prepend=False)
        # What the document says of itself is a graphics state of the page.
        info = pdf.make_indirect(Dictionary(Title=String("Hop dong"), ca=1, Role=Name.About))
        pdf.trailer.Info = info
        with_resources(pdf, page, ExtGState={"HeldAbout": info})
        page.contents_add(Stream(pdf, b"q /HeldAbout gs 0 g 200 200 60 30 re f Q"), prepend=False)

    return furnished(base, change)


def catalog(**keys):
    return lambda revision, at: revision.with_keys(revision.root, **keys)


def document(base):
    yield from variants(base, {
        "opens-as-a-portfolio": portfolio,
        "opens-the-attachments": catalog(PageMode=b"/UseAttachments"),
        "opens-at-the-end": lambda revision, at: revision.with_keys(
            revision.root, OpenAction=b"[%d 0 R /FitR 0 0 1 1]" % revision.page(len(revision.pdf.pages) - 1)),
        "base-of-links": catalog(URI=b"<< /Base (https://example.org/) >>"),
        "preferences": catalog(ViewerPreferences=b"<< /HideMenubar true /HideToolbar true /PrintPageRange [1 1] /Direction /R2L >>"),
        "page-labels": catalog(PageLabels=b"<< /Nums [0 << /P (Trang 9) >>] >>"),
        "reading-threads": lambda revision, at: revision.with_keys(
            revision.root, Threads=b"[%d 0 R]" % revision.add(b"<< /Type /Thread /I << /Title (9999) >> >>")),
        "requirements": catalog(Requirements=b"[<< /Type /Requirement /S /EnableJavaScripts >>]"),
        "old-version": catalog(Version=b"/1.0"),
        "language": catalog(Lang=b"(ar)"),
        "output-intents": lambda revision, at: revision.with_keys(
            revision.root, OutputIntents=b"[<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (x) /DestOutputProfile %d 0 R >>]"
            % revision.add_stream(b"x", b"/N 3")),
        "usage-rights": catalog(Perms=b"<< /UR3 << /Type /Sig /Filter /Adobe.PPKLite >> >>"),
        "legal-notes": catalog(Legal=b"<< /JavaScriptActions 0 /Attestation (9999) >>"),
    })
    yield from variants(base, {
        "named-target": lambda revision, at: revision.with_keys(at["Targets"], Names=b"[(Dieu 1) [%d 0 R /Fit]]" % revision.page(1)),
        "attached-invoice": lambda revision, at: revision.put_stream(at["Invoice"], b"<Invoice>9999</Invoice>", b"/Type /EmbeddedFile"),
        "attachment-means-something-else": lambda revision, at: revision.with_keys(at["File"], AFRelationship=b"/Unspecified", Desc=b"(9999)"),
        "structure-text": lambda revision, at: revision.with_keys(at["Element"], ActualText=b"(9999)", Alt=b"(9999)"),
        "structure-classes": lambda revision, at: revision.with_keys(at["Structure"], RoleMap=b"<< /P /Artifact >>"),
        "structure-taken-away": catalog(StructTreeRoot=None),
        "metadata-that-is-an-invoice": lambda revision, at: revision.put_stream(
            at["Meta"], b"<Invoice>9999</Invoice>", b"/Type /Metadata /Subtype /XML"),
        "page-metadata-that-is-a-glyph": lambda revision, at: revision.put_stream(
            at["GlyphMeta"], b"600 0 0 0 500 700 d1 0 0 50 70 re f", b"/Type /Metadata /Subtype /XML"),
        "information-that-is-a-state": lambda revision, at: revision.with_keys(at["About"], ca=b"0"),
        "extensions-that-are-pictures": lambda revision, at: revision.with_keys(
            at["Shared"], TrienO=b"%d 0 R" % form(revision, b"0 g BT /F 20 Tf 90 300 Td (9999) Tj ET", (0, 0, 600, 800))),
        "fonts-of-the-form-and-the-page": lambda revision, at: revision.with_keys(at["Fonts"], TrienF=other_font(revision)),
        "information-becomes-the-page": lambda revision, at: information(revision),
        "validation-data-that-is-content": lambda revision, at: validation_data(revision, line_stream(revision)),
        "validation-data-with-more": lambda revision, at: revision.with_keys(
            revision.root, DSS=b"<< /Type /DSS /Certs [] /Names << /EmbeddedFiles << /Names [(a) << /F (9999) >>] >> >> >>"),
        "validation-data-that-is-an-invoice": lambda revision, at: validation_data(revision, at["Invoice"]),
        "validation-data-by-signature-that-is-a-font": validation_data_font,
        "metadata-takes-the-content": metadata_takes_content,
    }, furnish=catalogued)


def other_font(revision):
    return b"%d 0 R" % revision.add(HELVETICA[:-2] + b"/Encoding << /Type /Encoding /Differences [48 /nine /eight] >> >>")


def portfolio(revision, at):
    """Acrobat shows the file within instead of the pages."""
    file = revision.add_stream(b"%PDF-1.4 9999", b"/Type /EmbeddedFile")
    names = b"<< /EmbeddedFiles << /Names [(a.pdf) << /Type /Filespec /F (a.pdf) /EF << /F %d 0 R >> >>] >> >>" % file
    revision.with_keys(revision.root, Names=names, Collection=b"<< /Type /Collection /View /H /D (a.pdf) >>")


def information(revision):
    """The trailer calls the page its information, and the page changes under that name."""
    content = revision.add_stream(b"q " + CHANGED + b" Q")
    revision.with_keys(revision.page(), Contents=b"%d 0 R" % content, Title=b"(Hop dong)")
    revision.trailer[b"/Info"] = b"%d 0 R" % revision.page()


def validation_data(revision, number):
    revision.put_stream(number, b"Q " + CHANGED)
    revision.with_keys(revision.root, DSS=b"<< /Type /DSS /Certs [%d 0 R] >>" % number)


def validation_data_font(revision, at):
    font = at["LineFont"]
    revision.put(font, HELVETICA[:-2] + b"/Encoding << /Type /Encoding /Differences [48 /nine /eight] >> >>")
    revision.with_keys(revision.root, DSS=b"<< /Type /DSS /VRI << /%s %d 0 R >> >>" % (b"A" * 40, font))


def metadata_takes_content(revision, at):
    number = line_stream(revision)
    revision.put_stream(number, b"Q " + CHANGED, b"/Type /Metadata /Subtype /XML")
    revision.with_keys(revision.root, Metadata=b"%d 0 R" % number)
