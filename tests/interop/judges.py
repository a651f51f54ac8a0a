"""Five judges of signed PDFs that nobody here wrote, and what "accepted" means.

Each judge answers with facts per signature, named by its byte range; `objections` compares the facts
about a signed file with those about the file before.
"""

import json
import logging
import re
import subprocess
import tempfile
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
    """The European Commission's DSS: one JVM that answers one line per order."""

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
        self.process.wait(timeout=60)
        self.errors.close()

    def order(self, *words):
        self.process.stdin.write("\t".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the DSS process ended: see {WORK}/dss.log")
        return json.loads(line)

    def judge(self, path, trust):
        answer = self.order("validate", path, trust.root, ",".join(map(str, trust.crls)))
        if "error" in answer:
            return {"error": answer["error"]}
        return {tuple(found["byte_range"]): found for found in answer["signatures"]}


def pyhanko(path, trust):
    context = {
        "trust_roots": [load_cert_from_pemder(str(trust.root))],
        "crls": list(trust.lists()),
        "allow_fetching": False,
        "revocation_mode": "require",
    }
    with open(path, "rb") as file:
        try:
            signatures = PdfFileReader(file, strict=False).embedded_regular_signatures
        except Exception as error:  # a judge may fail in any way on a hostile file; that is its answer
            return {"error": f"{type(error).__name__}: {error}"}
        return {tuple(map(int, found.byte_range)): pyhanko_facts(found, context) for found in signatures}


def pyhanko_facts(signature, context):
    try:
        status = validate_pdf_signature(signature, ValidationContext(**context))
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
    run = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, errors="replace", timeout=120)
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
    run = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, text=True, errors="replace", timeout=120)
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


def facts(path, trust, dss):
    return {"dss": dss.judge(path, trust), "pyhanko": pyhanko(path, trust), "pdfsig": pdfsig(path), "qpdf": qpdf(path)}


def objections(before, after, signed, trust):
    """What the judges hold against the signed file, as {judge: [reason, …]}; empty means accepted.

    New signatures must be good in every respect; signatures that were there before must be what they were.
    """
    found = {}

    def object_if(condition, judge, reason):
        if condition:
            found.setdefault(judge, []).append(reason)

    object_if(after["qpdf"] > before["qpdf"], "qpdf", f"worse than before: {before['qpdf']} became {after['qpdf']}")
    for judge in ("dss", "pyhanko"):
        object_if("error" in after[judge], judge, f"cannot read the file: {after[judge].get('error')}")
        if "error" in after[judge]:
            return found
    earlier = set(before["pdfsig"]) | set(before["pyhanko"]) | set(before["dss"])
    new = sorted((set(after["pyhanko"]) | set(after["dss"]) | set(after["pdfsig"])) - earlier - {"error"})
    object_if(not new, "pyhanko", "no new signature found")
    for byte_range in new:
        judge_new(byte_range, after, object_if, is_last=byte_range == new[-1])
        reason = openssl(signed, byte_range, trust)
        object_if(reason, "openssl", reason)
    for judge in ("dss", "pyhanko", "pdfsig"):
        for byte_range, was in before[judge].items():
            if byte_range != "error":
                judge_earlier(judge, byte_range, was, after[judge].get(byte_range), object_if)
    return found


def judge_new(byte_range, after, object_if, is_last):
    dss = after["dss"].get(byte_range, {})
    verdict = f"{dss.get('indication')} {dss.get('subindication')} {dss.get('errors')}"
    object_if(dss.get("indication") != "TOTAL_PASSED", "dss", verdict)
    object_if(dss.get("undefined_changes"), "dss", f"undefined changes: {dss.get('undefined_changes')}")
    pyhanko_says = after["pyhanko"].get(byte_range, {})
    object_if(not pyhanko_says.get("bottom_line"), "pyhanko", str(pyhanko_says))
    pdfsig_says = after["pdfsig"].get(byte_range, {})
    object_if(pdfsig_says.get("verdict") != "Signature is Valid.", "pdfsig", str(pdfsig_says))
    object_if(is_last and not pdfsig_says.get("total"), "pdfsig", "the last signature does not cover the whole file")


def judge_earlier(judge, byte_range, was, now, object_if):
    name = f"the earlier signature {list(byte_range)}"
    if now is None:
        object_if(True, judge, f"{name} is gone")
    elif judge == "dss":
        same = (was["indication"], was["subindication"]) == (now["indication"], now["subindication"])
        object_if(not same, judge, f"{name} became {now['indication']} {now['subindication']}")
        more = set(now["undefined_changes"]) - set(was["undefined_changes"])
        object_if(more, judge, f"{name} has undefined changes: {sorted(more)}")
    elif judge == "pyhanko":
        worse = [key for key in ("bottom_line", "intact", "valid", "trusted", "unmodified") if was.get(key) and not now.get(key)]
        object_if(worse, judge, f"{name} is no longer {worse}: {now}")
    else:
        object_if(was["verdict"] != now["verdict"], judge, f"{name} became {now['verdict']}")
