"""Six judges of signed PDFs that nobody here wrote, and what each says of one file.

Each judge answers with facts per signature, named by its byte range; what "accepted" means is in
acceptance.py, which compares the facts about a signed file with those about the file before.
"""

import json
import logging
import re
import signal
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

WORK = Path(__file__).resolve().parent.parent.parent / "target" / "interop"

# pyHanko, pdfsig and qpdf have this long for one file; a judge that has not answered has not accepted.
SECONDS = 240

# DSS draws a page as it was signed and as it is now, in files of at most so many pages: its own default.
PICTURES = 10

# What the judges find is in their answers; pyHanko also logs each finding with its trace.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Trust:
    """All that a judge may rely on: one root (PEM) and revocation lists (DER or PEM). Nothing is fetched."""

    root: Path
    crls: tuple

    def lists(self):
        for path in self.crls:
            content = Path(path).read_bytes()
            yield pem.unarmor(content)[2] if pem.detect(content) else content


class Dss:
    """The European Commission's DSS and veraPDF: one JVM that answers one line per order."""

    def __init__(self):
        classpath = f"{WORK}/dss/classes:{WORK}/dss/lib/*"
        self.errors = open(WORK / "dss.log", "w")
        self.process = subprocess.Popen(
            ["java", "-XX:MaxRAMPercentage=50", "-Djava.awt.headless=true", "-cp", classpath, "judge.Judge"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True, encoding="utf-8",
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.errors.close()

    def order(self, *words):
        self.process.stdin.write("\t".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the DSS process ended: see {WORK}/dss.log")
        return json.loads(line)

    def judge(self, path, trust, pages=PICTURES):
        """Each signature's facts. Pages are compared as pictures where a signature has something after it."""
        answer = self.order("validate", path, trust.root, ",".join(map(str, trust.crls)), pages)
        if "error" in answer:
            return {"error": answer["error"]}
        return {tuple(found["byte_range"]): found for found in answer["signatures"]}


    def pdfa(self, path):
        """{"claims": "1b", "conforms": …, "failed": [rule and message, …]}

        To be asked of files that claim a part: veraPDF takes any other for PDF/A-1b.
        """
        return self.order("pdfa", path)


def pyhanko(path, trust):
    context = {
        "trust_roots": [load_cert_from_pemder(str(trust.root))],
        "crls": list(trust.lists()),
        "allow_fetching": False,
        "revocation_mode": "require",
    }
    with open(path, "rb") as file:
        try:
            with deadline():
                signatures = PdfFileReader(file, strict=False).embedded_regular_signatures
                return {tuple(map(int, found.byte_range)): pyhanko_facts(found, context) for found in signatures}
        except Exception as error:  # a judge may fail in any way on a hostile file; that is its answer
            return {"error": f"{type(error).__name__}: {error}"}


@contextmanager
def deadline():
    def late(*_):
        raise TimeoutError(f"no answer within {SECONDS} s")

    signal.signal(signal.SIGALRM, late)
    signal.alarm(SECONDS)
    try:
        yield
    finally:
        signal.alarm(0)


def pyhanko_facts(signature, context):
    try:
        status = validate_pdf_signature(signature, ValidationContext(**context))
    except TimeoutError:
        raise
    except Exception as error:  # likewise
        return {"bottom_line": False, "error": f"{type(error).__name__}: {error}"}
    level = status.modification_level
    return {
        "bottom_line": status.bottom_line,
        "intact": status.intact,
        "valid": status.valid,
        "trusted": status.trusted,
        "unmodified": bool(status.docmdp_ok) and (level is None or level.name != "OTHER"),
        "modification": level.name if level else None,
        "coverage": status.coverage.name if status.coverage else None,
    }


def pdfsig(path):
    # -nocert: which root to trust is for the judges that can be told.
    run = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, errors="replace", timeout=SECONDS)
    facts = {}
    for block in re.split(r"^Signature #\d+:$", run.stdout, flags=re.MULTILINE)[1:]:
        ranges = re.search(r"Signed Ranges: \[(\d+) - (\d+)\], \[(\d+) - (\d+)\]", block)
        verdict = re.search(r"Signature Validation: (.*)", block)
        if ranges:
            start, hole, after, end = map(int, ranges.groups())
            facts[(start, hole - start, after, end - after)] = {
                "verdict": verdict[1].strip() if verdict else None,
                "total": "- Total document signed" in block,
            }
    return facts


def qpdf(path):
    """0 nothing found, 3 warnings, 2 errors; more is worse, so in this order."""
    run = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, errors="replace", timeout=SECONDS)
    return {0: 0, 3: 1}.get(run.returncode, 2)


def openssl(path, byte_range, trust):
    """Checks the CMS in the hole over the bytes around it, chain and revocation included. None: no objection."""
    content = Path(path).read_bytes()
    start, length, after, rest = byte_range
    hole = content[start + length : after].strip()
    try:
        padded = bytes.fromhex(hole[1:-1].decode("ascii"))
    except ValueError:
        return "the hole does not hold one hexadecimal string"
    with tempfile.TemporaryDirectory() as folder:
        cms, covered, anchors = (Path(folder) / name for name in ("cms.der", "covered", "anchors.pem"))
        cms.write_bytes(padded)
        covered.write_bytes(content[start : start + length] + content[after : after + rest])
        anchors.write_bytes(trust.root.read_bytes() + b"".join(map(crl_as_pem, trust.lists())))
        run = subprocess.run(
            ["openssl", "cms", "-verify", "-cades", "-binary", "-purpose", "any", "-crl_check_all", "-inform", "DER",
             "-in", cms, "-content", covered, "-CAfile", anchors, "-out", "/dev/null"],
            capture_output=True, text=True, timeout=60,
        )
    return None if run.returncode == 0 else (run.stderr.strip().splitlines() or ["no reason given"])[-1]


def crl_as_pem(der):
    return x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)


def tools(path, trust, earlier=()):
    """What all but the JVM's judges say; `earlier` are the byte ranges that openssl need not look at."""
    found = {"pyhanko": pyhanko(path, trust), "pdfsig": pdfsig(path), "qpdf": qpdf(path)}
    new = (set(found["pyhanko"]) | set(found["pdfsig"])) - set(earlier) - {"error"}
    return {**found, "openssl": {byte_range: openssl(path, byte_range, trust) for byte_range in new}}


def unsigned(qpdf_says):
    """What all judges say of a file without a signature: nothing, but qpdf looks at every file."""
    return {"dss": {}, "pyhanko": {}, "pdfsig": {}, "openssl": {}, "qpdf": qpdf_says}
