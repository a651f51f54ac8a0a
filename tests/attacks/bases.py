"""Real documents, furnished with all that the attacks abuse, then signed by pyHanko.

Each has a line of text, text hidden under an overlay, a layer that is off, a text field, a box to
tick, and a signature field that waits. `/Role` names the objects, so that attacks find them.
"""

import asyncio
import datetime
import hashlib
import io
import re
import sys
from pathlib import Path

import pikepdf
from asn1crypto import keys
from asn1crypto import x509 as asn1x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pikepdf import Array, Dictionary, Name, Stream, String
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigSeedSubFilter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "interop"))
import testpki  # noqa: E402

from revision import Revision  # noqa: E402

# Two pages of a word processor with a classic table; thirty with object streams.
SOURCES = {"table": "6d2bef6d7b51.pdf", "packed": "0588a730f7b4.pdf"}

LINE = b"q 1 g 90 390 420 40 re f 0 g BT /TrienF 20 Tf 100 400 Td (Tong so tien 1000 dong) Tj ET Q"
HIDDEN = b"q 1 g 90 290 420 40 re f 0 g BT /TrienG 20 Tf 100 300 Td (Ben B tra 9000 dong) Tj ET /TrienO Do Q"
LAYER = b"q 1 g 90 240 420 40 re f 0 g /OC /TrienL BDC BT /TrienG 20 Tf 100 250 Td (Phu luc moi) Tj ET EMC Q"

# Where the line stands, and blank paper.
ON_LINE = (95, 392, 345, 424)
ON_BLANK = (95, 140, 295, 200)


class Base:
    """A furnished document, unsigned, with its objects by role."""

    def __init__(self, name, source, signer):
        self.name = name
        self.signer = signer
        self.content = furnish(source, packed=name == "packed")
        self.roles = {}
        with pikepdf.open(io.BytesIO(self.content)) as pdf:
            for item in pdf.objects:
                if isinstance(item, (Dictionary, Stream)) and "/Role" in item:
                    self.roles[str(item.Role)[1:]] = item.objgen[0]
        self.cache = {}

    def signed(self, certify=None, lock=None, furnish=None):
        """The document signed once; certified at a level, or with all fields locked."""
        key = (certify, lock, furnish)
        if key not in self.cache:
            content = furnish(self) if furnish else self.content
            self.cache[key] = self.signer.sign(content, "Ky1", certify=certify, lock=lock)
        return self.cache[key]

    def later(self, **how):
        """A revision after the signature, and the document before it."""
        before = self.signed(**how)
        return Revision(before), before


class Careless(signers.PdfSigner):
    """Signs whatever earlier signers forbade: that is what attackers do."""

    def _enforce_certification_constraints(self, reader):
        pass


class Signer:
    """A person with a certificate of our test authority."""

    def __init__(self, folder):
        self.pki = testpki.make(folder)
        self.key = signers.SimpleSigner.load(
            self.pki / "person-key.pem", self.pki / "person.pem", ca_chain_files=(str(self.pki / "chain.pem"),)
        )

    def authority(self):
        """A timestamping authority with an RSA key, which is all that pyHanko's dummy can use."""
        key = rsa.generate_private_key(65537, 2048)
        root = x509.load_pem_x509_certificate((self.pki / "root.pem").read_bytes())
        now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
        made = testpki.certificate("Test time", key, root, key, now, path_length=None)
        secret = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return timestamps.DummyTimeStamper(
            asn1x509.Certificate.load(made.public_bytes(Encoding.DER)), keys.PrivateKeyInfo.load(secret)
        )

    def sign(self, content, field, certify=None, lock=None, box=None, existing=False):
        metadata = signers.PdfSignatureMetadata(
            field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256",
            certify=certify is not None, docmdp_permissions=MDPPerm(certify or 2),
        )
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        new = None
        if not existing:
            locked = FieldMDPSpec(FieldMDPAction.ALL) if lock == "all" else None
            new = fields.SigFieldSpec(field, box=box, on_page=0, field_mdp_spec=locked)
        return Careless(metadata, self.key, new_field_spec=new).sign_pdf(writer).getvalue()


ROOM = 6000
UNSIGNED = b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [%s] /Contents <%s> >>" % (
    b" " * 80, b"0" * 2 * ROOM,
)


def signed_by_hand(signer, revision, choose):
    """Finishes a revision that holds UNSIGNED, and signs the parts that `choose` names."""
    content = bytearray(revision.finish())
    hole = re.search(rb"<0{%d}>" % (2 * ROOM), content)
    parts = choose(len(content), hole.start(), hole.end(), content)
    numbers = b" ".join(b"%d %d" % part for part in parts)
    at = content.rindex(b"/ByteRange [" + b" " * 80, 0, hole.start()) + len(b"/ByteRange [")
    content[at : at + len(numbers)] = numbers
    covered = b"".join(bytes(content[start : start + length]) for start, length in parts)
    cms = asyncio.run(signer.key.async_sign(hashlib.sha256(covered).digest(), "sha256", use_pades=True))
    digits = cms.dump().hex().encode()
    content[hole.start() + 1 : hole.start() + 1 + len(digits)] = digits
    return bytes(content)


def all_but_the_hole(size, hole, end, content):
    return [(0, hole), (end, size - end)]


def furnish(source, packed):
    pdf = pikepdf.open(source)
    page = pdf.pages[0]
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    line_font = pdf.make_indirect(Dictionary(**helvetica_keys(), Role=Name.LineFont))
    other_font = pdf.make_indirect(Dictionary(**helvetica_keys(), Role=Name.OtherFont))
    overlay = form(pdf, b"1 g 0 0 420 40 re f 0 g", (0, 0, 420, 40), Role=Name.Overlay, Matrix=Array([1, 0, 0, 1, 90, 290]))
    layer = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("Phu luc"), Role=Name.Layer))
    resources = page.obj.get("/Resources", Dictionary())
    resources = Dictionary({key: value for key, value in resources.items()})
    for category, name, value in (
        ("/Font", "/TrienF", line_font), ("/Font", "/TrienG", other_font),
        ("/XObject", "/TrienO", overlay), ("/Properties", "/TrienL", layer),
    ):
        kept = Dictionary({key: item for key, item in resources.get(category, Dictionary()).items()})
        kept[name] = value
        resources[category] = kept
    page.obj.Resources = resources
    page.contents_add(Stream(pdf, b"q"), prepend=True)
    page.contents_add(Stream(pdf, b"Q " + LINE), prepend=False)
    page.contents_add(Stream(pdf, HIDDEN + b"\n" + LAYER), prepend=False)
    settings = pdf.make_indirect(Dictionary(OFF=Array([layer]), Order=Array([layer]), Role=Name.Settings))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=settings)
    pdf.Root.AcroForm = pdf.make_indirect(
        Dictionary(Fields=Array(list(widgets(pdf, page, helvetica))), SigFlags=1, Role=Name.Form,
                   DR=Dictionary(Font=Dictionary(F=helvetica)), DA=String("/F 12 Tf 0 g"))
    )
    for marked, role in ((pdf.Root, Name.Catalog), (page.obj, Name.FirstPage)):
        marked.Role = role
    out = io.BytesIO()
    mode = pikepdf.ObjectStreamMode.generate if packed else pikepdf.ObjectStreamMode.disable
    pdf.save(out, object_stream_mode=mode, static_id=True)
    return out.getvalue()


def helvetica_keys():
    return {"Type": Name.Font, "Subtype": Name.Type1, "BaseFont": Name.Helvetica}


def form(pdf, data, box, **keys):
    resources = Dictionary(Font=Dictionary(F=Dictionary(**helvetica_keys())))
    return Stream(pdf, data, Type=Name.XObject, Subtype=Name.Form, BBox=Array(box), Resources=resources, **keys)


def widgets(pdf, page, helvetica):
    annotation = {"Type": Name.Annot, "Subtype": Name.Widget, "P": page.obj, "F": 4}
    text = form(pdf, b"/Tx BMC q BT /F 12 Tf 0 g 2 6 Td (1000) Tj ET Q EMC", (0, 0, 200, 24), Role=Name.TextLook)
    off = form(pdf, b"", (0, 0, 20, 20), Role=Name.OffLook)
    on = form(pdf, b"0 g 2 2 16 16 re f", (0, 0, 20, 20), Role=Name.OnLook)
    found = [
        Dictionary(**annotation, FT=Name.Tx, T=String("SoTien"), V=String("1000"), DA=String("/F 12 Tf 0 g"),
                   Rect=Array([100, 500, 300, 524]), AP=Dictionary(N=text), Role=Name.TextField),
        Dictionary(**annotation, FT=Name.Btn, T=String("DongY"), V=Name.Off, AS=Name.Off, Role=Name.Box,
                   Rect=Array([100, 540, 120, 560]), AP=Dictionary(N=Dictionary(Off=off, Co=on))),
        Dictionary(**annotation, FT=Name.Sig, T=String("KyCho"), Rect=Array([100, 580, 300, 620]), Role=Name.Waiting),
    ]
    found = [pdf.make_indirect(field) for field in found]
    known = list(page.obj.get("/Annots", []))
    page.obj.Annots = Array(known + found)
    return found


def all_bases(corpus, folder):
    signer = Signer(Path(folder) / "pki")
    return [Base(name, corpus / source, signer) for name, source in SOURCES.items()], signer

