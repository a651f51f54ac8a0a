"""Signs the same 100 kB document with our core, pyHanko and DSS, in turns, in one run.

Each makes what the others make: a revision with an invisible signature, PAdES B-B, P-256 and SHA-256, chain
included, no timestamp, in memory from bytes to bytes, with the quickest key at hand. Ours once more with the
stamp that a leader's signature has. Ours always checks what the key gave; DSS does so when it is asked to
(`isValidSignatureValue`), and is measured both ways. A program that has just started works slower, a JVM many
times: all are measured in their first signatures, and once more when they get no quicker.
"""

import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "interop"))

import judges
import testpki
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter

TURNS = 5
ROUNDS = 40
SIZE = 100_000

# Signatures that are made before those that count, until a contestant gets no quicker.
WARM = {"Trien": 4_000, "pyHanko": 40, "DSS": 3_000}


def main(figures, document):
    """Leaves the document that was signed at `document`."""
    with tempfile.TemporaryDirectory() as folder, judges.Dss() as dss:
        pki = testpki.make(folder)
        document.write_bytes(one_page(SIZE))
        contestants = {
            "Trien": lambda rounds: ours(figures, document, "invisible", rounds),
            "Trien, with a stamp": lambda rounds: ours(figures, document, "stamp", rounds),
            "pyHanko 0.38.0": lambda rounds: pyhanko(document.read_bytes(), pki, rounds),
            "DSS 6.4": lambda rounds: dss_signs(dss, "sign", document, pki, rounds),
            "DSS 6.4, checking what the key gave": lambda rounds: dss_signs(dss, "sign-checked", document, pki, rounds),
        }
        first = in_turns(contestants, lambda name: 0)
        for name, sign in contestants.items():
            sign(warm(name))
        # Ours is a new process each time, and not warm by what it did before.
        later = in_turns(contestants, lambda name: warm(name) if name.startswith("Trien") else 0)
    print(f"| sign {SIZE // 1000} kB, PAdES B-B, {TURNS * ROUNDS} times | first, p50 | p95 | warm, p50 | p95 |\n|---|---|---|---|---|")
    for name in contestants:
        figures_of = [f"{value / 1e6:.2f} ms" for taken in (first, later) for value in middle_and_tail(taken[name])]
        print(f"| {name} | {' | '.join(figures_of)} |")


def warm(name):
    return next(rounds for contestant, rounds in WARM.items() if name.startswith(contestant))


def in_turns(contestants, before):
    """What each signature took, without the first `before(name)` of each turn, in nanoseconds."""
    taken = {name: [] for name in contestants}
    for _ in range(TURNS):
        for name, sign in contestants.items():
            taken[name].extend(sign(before(name) + ROUNDS)[-ROUNDS:])
    return taken


def middle_and_tail(nanoseconds):
    return statistics.median(nanoseconds), statistics.quantiles(nanoseconds, n=20)[-1]


def ours(figures, document, look, rounds):
    return json.loads(subprocess.check_output([figures, "sign", look, document, str(rounds)]))["nanoseconds"]


def dss_signs(dss, order, document, pki, rounds):
    return dss.order(order, document, pki / "person.p12", rounds)["nanoseconds"]


def pyhanko(content, pki, rounds):
    signer = signers.SimpleSigner.load(pki / "person-key.pem", pki / "person.pem", ca_chain_files=(str(pki / "chain.pem"),))
    nanoseconds = []
    for round_ in range(-5, rounds):
        start = time.perf_counter_ns()
        metadata = signers.PdfSignatureMetadata(field_name="Bench", subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256")
        signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(content)), metadata, signer)
        if round_ >= 0:
            nanoseconds.append(time.perf_counter_ns() - start)
    return nanoseconds


def one_page(size):
    """A page of text and an attachment-like stream that nothing compresses, `size` bytes together."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        stream(b"BT /F 12 Tf 72 760 Td (Trien) Tj ET"),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        stream(b"x" * (size - 900)),
    ]
    out, offsets = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R/ID[<%b><%b>]>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, b"00" * 16, b"00" * 16, start)
    return bytes(out)


def stream(content):
    return b"<</Length %d>>\nstream\n%b\nendstream" % (len(content), content)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
