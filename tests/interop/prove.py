"""Puts the judges to the test: what is sound passes, and what is not finds the judges that must object.

The signatures judged here are pyHanko's, so this says nothing of our own; it shows that a table of
accepted files means something, because the same judges refuse these.
"""

import io
import re
import sys
import tempfile
from pathlib import Path

import judges
import testpki
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

CORPUS = judges.WORK / "corpus"


def main():
    base = next(path for path in sorted(CORPUS.glob("*.pdf")) if judges.qpdf(path) == 0 and not judges.pdfsig(path))
    with tempfile.TemporaryDirectory() as folder, judges.Dss() as dss:
        folder = Path(folder)
        pki = testpki.make(folder / "pki")
        stranger = testpki.make(folder / "stranger")
        trust = judges.Trust(pki / "root.pem", (pki / "root.crl", pki / "issuing.crl"))
        revoked = judges.Trust(pki / "root.pem", (pki / "root.crl", pki / "revoked.crl"))
        foreign = judges.Trust(stranger / "root.pem", (stranger / "root.crl", stranger / "issuing.crl"))
        original = base.read_bytes()
        once = sign(original, pki, "First")
        changed = change_page(once)
        cases = [
            ("one signature is accepted", original, once, trust, set()),
            ("a second signature is accepted", once, sign(once, pki, "Second"), trust, set()),
            ("a covered byte changed", original, other_version(once), trust, {"dss", "pyhanko", "pdfsig", "openssl"}),
            ("a signature value changed", original, other_signature(once), trust, {"dss", "pyhanko", "pdfsig", "openssl"}),
            ("a page changed afterwards", original, changed, trust, {"dss", "pyhanko", "pdfsig"}),
            ("a page changed before the second signature", once, sign(changed, pki, "Second"), trust, {"dss", "pyhanko"}),
            ("an earlier signature is gone", once, sign(original, pki, "Second"), trust, {"dss", "pyhanko", "pdfsig"}),
            ("a cross-reference that needs repair", original, once + b"\nstartxref\n1\n%%EOF\n", trust, {"qpdf"}),
            ("a revoked certificate", original, once, revoked, {"dss", "pyhanko", "openssl"}),
            ("a stranger's certificate", original, once, foreign, {"dss", "pyhanko", "openssl"}),
        ]
        failed = sum(not holds(*case, folder, dss) for case in cases)
    print(f"{len(cases) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def holds(claim, before, after, trust, must_object, folder, dss):
    old, new = folder / "before.pdf", folder / "after.pdf"
    old.write_bytes(before)
    new.write_bytes(after)
    found = judges.objections(judges.facts(old, trust, dss), judges.facts(new, trust, dss), new, trust)
    good = must_object <= set(found) if must_object else not found
    expected = f"{', '.join(sorted(must_object))} object" if must_object else "nobody objects"
    print(f"judges: {claim}: {expected}: {'ok' if good else f'NO, found {found}'}", flush=True)
    return good


def sign(content, pki, field):
    signer = signers.SimpleSigner.load(pki / "person-key.pem", pki / "person.pem", ca_chain_files=(str(pki / "chain.pem"),))
    metadata = signers.PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    return signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content)), metadata, signer).getvalue()


def change_page(content):
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    stamp = generic.StreamObject(stream_data=b"q 1 0 0 rg 10 10 200 200 re f Q")
    writer.add_stream_to_page(0, writer.add_object(stamp))
    changed = io.BytesIO()
    writer.write(changed)
    return changed.getvalue()


def other_version(content):
    old = content[:8]
    return (b"%PDF-1.6" if old != b"%PDF-1.6" else b"%PDF-1.5") + content[8:]


def other_signature(content):
    """Turns one bit of the signature value, which stands last in the CMS, before the padding of the hole."""
    hole = list(re.finditer(rb"/Contents\s*<([0-9a-fA-F]+)>", content))[-1]
    last = hole.start(1) + len(hole[1].rstrip(b"0")) - 4
    turned = b"%x" % (int(content[last : last + 1], 16) ^ 1)
    return content[:last] + turned + content[last + 1 :]


if __name__ == "__main__":
    main()
