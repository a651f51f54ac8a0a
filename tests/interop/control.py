"""The control for a judge that fails: does pyHanko fail in the same way on signatures of its own?"""

import io
import tempfile
from functools import cache
from pathlib import Path

import judges
import testpki
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter


def sign(content, pki, field):
    """A signature that pyHanko makes."""
    signer = signers.SimpleSigner.load(pki / "person-key.pem", pki / "person.pem", ca_chain_files=(str(pki / "chain.pem"),))
    metadata = signers.PdfSignatureMetadata(field_name=field, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
    writer = IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
    return signers.sign_pdf(writer, metadata, signer).getvalue()


@cache
def pyhanko_errors(path):
    """What pyHanko's difference analysis fails with on `path` when pyHanko itself has signed it twice."""
    with tempfile.TemporaryDirectory() as folder:
        pki, twice = testpki.make(Path(folder) / "pki"), Path(folder) / "twice.pdf"
        trust = judges.Trust(pki / "root.pem", (pki / "root.crl", pki / "issuing.crl"))
        try:
            twice.write_bytes(sign(sign(Path(path).read_bytes(), pki, "First"), pki, "Second"))
        except Exception as error:  # then there is nothing to compare with
            return {f"cannot sign: {type(error).__name__}"}
        before, after = judges.pyhanko(path, trust), judges.pyhanko(twice, trust)
        return {after[own]["error"] for own in set(after) - set(before) - {"error"} if "error" in after[own]}
