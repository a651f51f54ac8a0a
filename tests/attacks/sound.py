"""Documents that were signed several times and changed only as their signers permit."""

import io
import tarfile
from pathlib import Path

from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from bases import ON_BLANK
from line import fill
from revision import Revision

ABOVE = (310, 140, 510, 200)


def documents(furnished, signer, archives):
    for base in furnished:
        for name, content in made(base, signer):
            yield f"made-{base.name}-{name}", content
    for name, content in archived(archives):
        if b"/ByteRange" in content and accepted(content):
            yield f"found-{name}", content


def made(base, signer):
    once = base.signed()
    twice = signer.sign(once, "Ky2", box=ON_BLANK)
    yield "twice", twice
    yield "three-times", signer.sign(twice, "Ky3", box=ABOVE)
    yield "waiting-field", signer.sign(once, "KyCho", existing=True)
    yield "certified-and-signed", signer.sign(base.signed(certify=2), "Ky2")
    yield "filled", filled(base, once)
    yield "filled-and-signed", signer.sign(filled(base, once), "Ky2", box=ON_BLANK)
    yield "filled-in-place", filled(base, once, in_place=True)
    for name, content in (("once", once), ("certified-at-level-1", base.signed(certify=1))):
        kept = with_validation_data(content, signer)
        yield f"{name}-with-validation-data", kept
        stamped = with_timestamp(kept, signer)
        yield f"{name}-with-timestamp", stamped
        yield f"{name}-with-more-data", with_timestamp(with_validation_data(stamped, signer), signer)


def filled(base, content, in_place=False):
    revision = Revision(content)
    fill(base, revision, b"2500", b"2500", in_place)
    return revision.finish()


def with_validation_data(content, signer):
    store = SimpleCertificateStore()
    for name in ("root.pem", "person.pem"):
        store.register(load_cert_from_pemder(str(signer.pki / name)))
    signature = PdfFileReader(io.BytesIO(content)).embedded_signatures[0]
    out = io.BytesIO(content)
    DocumentSecurityStore.add_dss(out, sig_contents=signature.pkcs7_content.hex().encode(), certs=list(store))
    return out.getvalue()


def with_timestamp(content, signer):
    stamper = signers.PdfTimeStamper(signer.authority())
    return stamper.timestamp_pdf(IncrementalPdfFileWriter(io.BytesIO(content)), "sha256").getvalue()


_archived = {}


def archived(archives):
    """Every different PDF of the archives, by the name of its file."""
    if archives not in _archived:
        found = {}
        for archive in sorted(Path(archives).glob("*.tar.gz")):
            with tarfile.open(archive) as members:
                for member in members:
                    if member.isfile() and member.name.lower().endswith(".pdf"):
                        content = members.extractfile(member).read()
                        if b"/ByteRange" in content:
                            found.setdefault(content, Path(member.name).stem)
        _archived[archives] = [(name, content) for content, name in found.items()]
    return _archived[archives]


def accepted(content):
    """Whether pyHanko's own analysis of differences accepts all that came after each signature."""
    try:
        signatures = PdfFileReader(io.BytesIO(content), strict=False).embedded_signatures
        return bool(signatures) and all(fine(signature) for signature in signatures)
    except Exception:  # a judge may fail in any way on a foreign file; then it has not accepted it
        return False


def fine(signature):
    is_timestamp = signature.sig_object_type == "/DocTimeStamp"
    status = (validate_pdf_timestamp if is_timestamp else validate_pdf_signature)(signature)
    level = status.modification_level
    unmodified = level is None or level.name != "OTHER"
    return status.intact and status.valid and unmodified and (is_timestamp or bool(status.docmdp_ok))
