"""Compares what the core says of signatures made by others with what pyHanko says.

    earlier.py JUDGE    JUDGE is the core's example `earlier`: cargo build --package trien-core --all-features --example earlier

Two sets. All PDFs with a signature in the corpus archives, each judged at the time that it states, with the authorities
that sign themselves inside it as roots; and the documents of tests/vectors/signatures/foreign with their roots, lists and
answers, for which the whole verdict is compared. A difference counts as a failure unless one of the RULES explains it, and
a rule that explains nothing is a failure too.
"""

import asyncio
import datetime
import hashlib
import io
import json
import logging
import re
import subprocess
import sys
import tarfile
import tempfile
from collections import Counter
from pathlib import Path

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature, async_validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy, RevocationCheckingPolicy, RevocationCheckingRule

HERE = Path(__file__).resolve().parent
ARCHIVES = HERE.parent.parent / "target" / "interop" / "archives"
VECTORS = HERE.parent / "vectors" / "signatures" / "foreign"

def asking(signers):
    """Lists for authorities and `signers` for the signer, whatever the certificates say of where they are published."""
    policy = RevocationCheckingPolicy(ee_certificate_rule=signers, intermediate_ca_cert_rule=RevocationCheckingRule.CRL_REQUIRED)
    return CertRevTrustPolicy(policy)


def openssl_accepts(content):
    """Whether the openssl command verifies the last signature, whosever certificate it is."""
    start, end, rest = map(int, re.findall(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)", content)[-1])
    with tempfile.TemporaryDirectory() as folder:
        cms, covered = Path(folder) / "cms", Path(folder) / "covered"
        cms.write_bytes(bytes.fromhex(content[start + 1 : end - 1].decode()))
        covered.write_bytes(content[:start] + content[end : end + rest])
        words = ["openssl", "cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", cms, "-content", covered]
        return subprocess.run([*words, "-out", "/dev/null"], capture_output=True).returncode == 0


def openssl_calls_good(theirs):
    """Whether the openssl command verifies an OCSP answer that was given and finds the signer good in it."""
    signer = theirs["signature"].signer_cert
    issuer = next(cert for cert in theirs["signature"].other_embedded_certs if cert.subject == signer.issuer)
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("signer.pem", "issuer.pem", "root.pem")]
        for path, der in zip(paths, (signer.dump(), issuer.dump(), theirs["root"].read_bytes())):
            path.write_bytes(pem.armor("CERTIFICATE", der))
        for answer in (file for file in theirs["lists"] if file.suffix == ".ocsp"):
            for digest in ("-sha1", "-sha256"):
                words = ["openssl", "ocsp", "-respin", answer, "-issuer", paths[1], digest, "-cert", paths[0], "-CAfile", paths[2]]
                said = subprocess.run([*words, "-attime", str(theirs["at"])], capture_output=True, text=True)
                if "Response verify OK" in said.stderr and "signer.pem: good" in said.stdout:
                    return True
    return False


# Why the two may differ. Each is a function of what both found on one signature.
RULES = {
    "SHA-3": (
        "pyHanko has no name for signatures with SHA-3 (RFC 9688); the openssl command must accept them",
        lambda ours, theirs: "SHA3" in ours.get("algorithm", "") and openssl_accepts(theirs["content"]),
    ),
    "Ed448": (
        "Ed448 with SHAKE256 is not computed here: cannot be determined",
        lambda ours, theirs: ours["integrity"]["reason"] == "algorithm-unsupported" and theirs["algorithm"] == "ed448",
    ),
    "byte range": (
        "a ByteRange that is not two parts around exactly the signature is no signature here; pyHanko calls its coverage unclear",
        lambda ours, theirs: ours["integrity"]["reason"] in ("missing", "signature-unreadable") and theirs["coverage"] == "UNCLEAR",
    ),
    "purpose": (
        "a key for TLS servers alone signs no documents here (RFC 5280 section 4.2.1.12); pyHanko looks only where it is told to",
        lambda ours, theirs: ours["key_usage"]["reason"] == "key-for-other" and theirs["trusted"],
    ),
    "OCSP alone": (
        "pyHanko finds no answer among those handed to it; the openssl command must verify the same file and call the signer good",
        lambda ours, theirs: ours["revocation"]["reason"] == "not-revoked" and openssl_calls_good(theirs),
    ),
    "revoked later": (
        "revoked after a timestamp is no failure here; pyHanko's plain mode asks whether it is revoked at the time of asking",
        lambda ours, theirs: ours["revocation"]["reason"] == "revoked-later" and ours["time"]["source"] == "timestamp",
    ),
}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    logging.disable(logging.CRITICAL)
    used, failures, count = Counter(), [], 0
    with tempfile.TemporaryDirectory() as folder, Judge(sys.argv[1]) as judge:
        rows = [*corpus_rows(judge, Path(folder)), *vector_rows(judge)]
    for file, field, ours, theirs, agree in rows:
        count += 1
        rule = "" if agree else next((name for name, (_, explains) in RULES.items() if explains(ours, theirs)), None)
        if rule is None:
            failures.append((file, field))
        elif rule:
            used[rule] += 1
        print(f"{file[:52]:<53}{field[:12]:<13}{say_ours(ours):<42}{say_theirs(theirs):<34}{'DIFFERENT' if rule is None else rule}")
    for name, (why, _) in RULES.items():
        print(f"rule {name}: {used[name]} times: {why}")
    unused = [name for name in RULES if not used[name]]
    for name in unused:
        print(f"rule {name} explains nothing any more")
    for file, field in failures:
        print(f"unexplained: {file} {field}")
    print(f"{count - len(failures)} passed, {len(failures) + len(unused)} failed")
    sys.exit(1 if failures or unused else 0)


class Judge:
    """The core, asked line by line."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()

    def report(self, file, roots, lists, at):
        parts = [str(file), ";".join(map(str, roots)), ";".join(map(str, lists)), str(int(at))]
        self.process.stdin.write("\t".join(parts) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def corpus_rows(judge, folder):
    """Integrity, and whether certificate, key and chain hold: the archives have no revocation lists."""
    for name, content in signed_pdfs():
        path = folder / "document.pdf"
        path.write_bytes(content)
        for signature in signatures_of(content):
            end = sum(list(map(int, signature.byte_range))[2:4])
            try:
                roots = [cert for cert in [*signature.other_embedded_certs, signature.signer_cert] if cert.self_issued]
                at = signature.self_reported_timestamp or datetime.datetime.now(datetime.timezone.utc)
            except ValueError:
                roots, at = [], datetime.datetime.now(datetime.timezone.utc)
            files = []
            for number, root in enumerate(roots):
                files.append(folder / f"{number}.crt")
                files[-1].write_bytes(root.dump())
            report = judge.report(path, files, [], at.timestamp())
            ours = ours_of(report, signature.field_name, end, len(content))
            context = dict(trust_roots=roots, allow_fetching=False, revocation_mode="soft-fail", moment=at)
            theirs = theirs_of(signature, context) | {"content": content}
            holds = all(ours[key]["outcome"] == "ok" for key in ("validity", "key_usage", "chain"))
            integrity = (ours["integrity"]["outcome"] == "ok") == theirs["intact"]
            agree = integrity and (not theirs["intact"] or holds == theirs["trusted"])
            yield name, signature.field_name or "", ours, theirs, agree


def vector_rows(judge):
    """The whole verdict on each signature."""
    at = json.loads((VECTORS / "made.json").read_text())["at"] + 3 * 3600
    for path in sorted(VECTORS.glob("*.pdf")):
        for label, root, lists in material_of(path):
            content = path.read_bytes()
            report = judge.report(path, [root], lists, at)
            for signature in signatures_of(content):
                end = sum(list(map(int, signature.byte_range))[2:4])
                ours = ours_of(report, signature.field_name, end, len(content))
                crls = [asn1_crl.CertificateList.load(file.read_bytes()) for file in lists if file.suffix == ".crl"]
                answers = [asn1_ocsp.OCSPResponse.load(file.read_bytes()) for file in lists if file.suffix == ".ocsp"]
                # pyHanko finds what a document carries only in its own long-term modes, so it is handed over.
                if path.name.startswith("long-term"):
                    crls, answers = stored_in(content)
                if path.name == "adobe.pdf":
                    inside = [VECTORS / "office-root.crl", VECTORS / "office-at-signing.crl"]
                    crls = [asn1_crl.CertificateList.load(file.read_bytes()) for file in inside]
                only_answers = answers and not path.name.startswith("long-term")
                rule = RevocationCheckingRule.OCSP_REQUIRED if only_answers else RevocationCheckingRule.CRL_REQUIRED
                context = dict(
                    trust_roots=[x509.Certificate.load(root.read_bytes())], crls=crls, ocsps=answers, allow_fetching=False,
                    revinfo_policy=asking(rule), moment=datetime.datetime.fromtimestamp(at, datetime.timezone.utc),
                )
                theirs = theirs_of(signature, context)
                theirs |= {"content": content, "signature": signature, "root": root, "lists": lists, "at": at}
                agree = (verdict(ours) == "valid") == theirs["bottom_line"]
                yield f"{path.name} {label}", signature.field_name, ours, theirs, agree


def material_of(path):
    """Root and lists that each document is judged with."""
    name = path.name
    if name.startswith("algorithm-"):
        return [("", path.with_suffix(".crt"), [path.with_suffix(".crl")])]
    if name.startswith("rules-"):
        lists = ["rules-root.crl", "rules-demanding.crl", "rules-constrained.crl"]
        return [("", VECTORS / "rules.crt", [VECTORS / file for file in lists])]
    if name.startswith(("long-term", "adobe")):
        return [("", VECTORS / "office.crt", [])]
    sets = ["good.crl"]
    if name in ("claimed.pdf", "stamped.pdf"):
        sets += ["revoked-before.crl", "revoked-after.crl"]
    if name == "stamped.pdf":
        sets += ["tsa-revoked.crl"]
    if name == "claimed.pdf":
        sets += ["good.ocsp", "delegated.ocsp", "person.ocsp", "unsure.ocsp", "other.ocsp", "revoked.ocsp"]
    return [(one, VECTORS / "office.crt", [VECTORS / "office-root.crl", VECTORS / f"office-{one}"]) for one in sets]


def stored_in(content):
    """What the dictionary /DSS holds."""
    dss = PdfFileReader(io.BytesIO(content), strict=False).root["/DSS"]
    crls = [asn1_crl.CertificateList.load(item.get_object().data) for item in dss["/CRLs"]]
    return crls, [asn1_ocsp.OCSPResponse.load(item.get_object().data) for item in dss["/OCSPs"]]


def signed_pdfs():
    seen = set()
    for archive in sorted(ARCHIVES.glob("*.tar.gz")):
        with tarfile.open(archive) as files:
            for member in files:
                if not member.isfile() or not member.name.lower().endswith(".pdf"):
                    continue
                content = files.extractfile(member).read()
                digest = hashlib.sha256(content).digest()
                if re.search(rb"/ByteRange", content) and digest not in seen:
                    seen.add(digest)
                    yield Path(member.name).name, content


def signatures_of(content):
    """Encrypted files have none for pyHanko without a password, and are refused by us."""
    try:
        return list(PdfFileReader(io.BytesIO(content), strict=False).embedded_signatures)
    except Exception:  # a hostile file may fail in any way
        return []


def ours_of(report, field, end, size):
    missing = {"outcome": "cannot-be-determined", "reason": "missing"}
    for found in report["signatures"]:
        if found["field"] == field or (not found["field"] and found["coverage"].get("bytes", size) == end):
            return found
    return {key: missing for key in ("integrity", "validity", "key_usage", "chain", "revocation")}


def verdict(ours):
    findings = [ours, *ours.get("timestamps", [])]
    outcomes = {of[key]["outcome"] for of in findings for key in ("integrity", "validity", "key_usage", "chain", "revocation")}
    if "failed" in outcomes:
        return "not-valid"
    return "undetermined" if "cannot-be-determined" in outcomes else "valid"


def theirs_of(signature, context):
    facts = {"intact": False, "trusted": False, "bottom_line": False, "algorithm": "", "coverage": None}
    try:
        is_stamp = signature.sig_object.get("/Type") == "/DocTimeStamp"
        validate = async_validate_pdf_timestamp if is_stamp else async_validate_pdf_signature
        status = asyncio.run(validate(signature, ValidationContext(**context)))
        facts |= {
            "intact": bool(status.intact and status.valid),
            "trusted": bool(status.trusted),
            "bottom_line": bool(status.intact and status.valid and status.trusted and stamp_holds(status)),
            "algorithm": status.pkcs7_signature_mechanism,
            "coverage": status.coverage.name if status.coverage else None,
        }
    except Exception as error:  # likewise; that is its answer
        facts["error"] = f"{type(error).__name__}: {error}"
    return facts


def stamp_holds(status):
    stamp = getattr(status, "timestamp_validity", None)
    return stamp is None or (stamp.intact and stamp.valid and stamp.trusted)


def say_ours(ours):
    worst = next((ours[key]["reason"] for key in ("integrity", "validity", "key_usage", "chain", "revocation")
                  if ours[key]["outcome"] == "failed"), None)
    worst = worst or next((ours[key]["reason"] for key in ("integrity", "validity", "key_usage", "chain", "revocation")
                           if ours[key]["outcome"] != "ok"), "")
    return f"{verdict(ours)} {worst}".strip()


def say_theirs(theirs):
    if "error" in theirs:
        return theirs["error"][:32]
    return " ".join(key if theirs[key] else f"not-{key}" for key in ("intact", "trusted"))


if __name__ == "__main__":
    main()
