"""pyhanko-certvalidator judges certificates of an office's own authority by OCSP answers and revocation lists.

A server is run as an office runs it; what it publishes is fetched into files, and only files are judged. Each claim comes
with what must be objected to, so that a judge who looks at nothing fails here.

    status.py TRIEN
"""

import asyncio
import base64
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError


class Office:
    """An office in a folder, and a server that runs."""

    def __init__(self, trien, folder):
        self.trien, self.folder = trien, folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        said = self.run("init", "--unit", "UBND xã Mây", "--allow-software-keys", "--origin", self.origin)
        self.unit = re.search(r"^unit +(\S+)", said, re.M).group(1)

    def environment(self):
        return {"TRIEN_DATA": str(self.folder / "data"), "TRIEN_PHONE_PASSPHRASE": "mật khẩu của máy", "PATH": os.environ["PATH"]}

    def run(self, *words):
        done = subprocess.run([self.trien, *words], capture_output=True, text=True, cwd=self.folder, env=self.environment())
        if done.returncode != 0:
            raise RuntimeError(f"{words}: {done.stderr}")
        return done.stdout

    def __enter__(self):
        command = [self.trien, "serve", "--listen", f"127.0.0.1:{self.port}"]
        log = (self.folder / "server.log").open("w")
        self.server = subprocess.Popen(command, cwd=self.folder, env=self.environment(), stdout=log, stderr=log)
        for _ in range(200):
            try:
                self.get("/readyz")
                return self
            except OSError:
                time.sleep(0.1)
        raise RuntimeError((self.folder / "server.log").read_text())

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()

    def get(self, path):
        return urllib.request.urlopen(self.origin + path, timeout=10).read()

    def enroll(self, name):
        """Enrolls a phone; gives its device and its entry in the register."""
        person = self.run("person", "add", "--unit", self.unit, "--name", name, "--position", "Chủ tịch").split()[0]
        link = self.run("invite", person).split()[0]
        said = self.run("phone", "--folder", person, "enroll", link, "--wait", "0")
        digits = re.search(r"code +(\d+ ?\d+)", said).group(1)
        device = self.run("device", "list").split()[0]
        self.run("device", "approve", device, "--code", digits)
        return device, self.run("certificates", "list").split()[0]

    def chain(self, entry):
        """The certificate, its issuer and the root."""
        text = self.run("certificates", "show", entry, "--pem").encode()
        return [asn1_x509.Certificate.load(der) for _, _, der in pem.unarmor(text, multiple=True)]

    def list_of(self, authority):
        name = authority.sha256.hex()[:16]
        return asn1_crl.CertificateList.load(self.get(f"/api/v1/crl/{name}.crl"))

    def answer(self, certificate, issuer, how):
        """Asks the responder: by GET, or by POST with a nonce that must come back."""
        read = [x509.load_der_x509_certificate(it.dump()) for it in (certificate, issuer)]
        asked = ocsp.OCSPRequestBuilder().add_certificate(*read, hashes.SHA256())
        nonce = os.urandom(32)
        if how == "post":
            asked = asked.add_extension(x509.OCSPNonce(nonce), critical=False)
        der = asked.build().public_bytes(serialization.Encoding.DER)
        if how == "get":
            answer = self.get("/api/v1/ocsp/" + urllib.parse.quote(base64.b64encode(der), safe=""))
        else:
            head = {"Content-Type": "application/ocsp-request"}
            request = urllib.request.Request(self.origin + "/api/v1/ocsp", der, head)
            answer = urllib.request.urlopen(request, timeout=10).read()
            given = ocsp.load_der_ocsp_response(answer).extensions.get_extension_for_class(x509.OCSPNonce)
            assert given.value.nonce == nonce, "another nonce"
        return asn1_ocsp.OCSPResponse.load(answer)


def judge(chain, lists=(), answers=()):
    """None where the chain is good and nobody revoked it, else what the validator says."""
    leaf, issuing, root = chain
    context = ValidationContext(
        trust_roots=[root], crls=list(lists), ocsps=list(answers), allow_fetching=False, revocation_mode="require"
    )
    validator = CertificateValidator(leaf, intermediate_certs=[issuing], validation_context=context)
    try:
        asyncio.run(validator.async_validate_usage({"non_repudiation"}))
        return None
    except (PathError, ValidationError) as error:
        return error


def forged(answer):
    """The same answer with one bit of its signature changed."""
    der = bytearray(answer.dump())
    signature = answer.basic_ocsp_response["signature"].native
    at = bytes(der).index(signature) + len(signature) - 1
    der[at] ^= 1
    return asn1_ocsp.OCSPResponse.load(bytes(der))


def main():
    trien = str(Path(sys.argv[1]).resolve())
    claims = []
    with tempfile.TemporaryDirectory() as folder, Office(trien, Path(folder)) as office:
        (device, entry), (other, another) = office.enroll("Nguyễn Văn An"), office.enroll("Trần Thị Bình")
        chain, others = office.chain(entry), office.chain(another)
        leaf, issuing, root = chain
        of_root = office.list_of(root)
        good = [office.answer(leaf, issuing, how) for how in ("get", "post")]
        before = office.list_of(issuing)
        claims += [
            ("good by the lists alone", judge(chain, [of_root, before]), None),
            ("good by an answer asked with GET", judge(chain, [of_root], good[:1]), None),
            ("good by an answer asked with POST", judge(chain, [of_root], good[1:]), None),
            ("nothing at all is not enough", judge(chain), ValidationError),
            ("the root's list alone is not enough", judge(chain, [of_root]), ValidationError),
            ("an answer about somebody else is not enough", judge(others, [of_root], good), ValidationError),
            ("a forged answer is not enough", judge(chain, [of_root], [forged(good[0])]), ValidationError),
        ]
        office.run("device", "suspend", other)
        claims.append(("a suspended one is objected to", judge(others, [of_root], [office.answer(others[0], issuing, "get")]), RevokedError))
        office.run("device", "resume", other)
        claims.append(("a resumed one is good again", judge(others, [of_root], [office.answer(others[0], issuing, "post")]), None))
        office.run("device", "revoke", device, "--reason", "key-compromise")
        claims += [
            ("a revoked one is objected to by its answer", judge(chain, [of_root], [office.answer(leaf, issuing, "get")]), RevokedError),
            ("a revoked one is objected to by its list", judge(chain, [of_root, office.list_of(issuing)]), RevokedError),
            ("another one stays good", judge(others, [of_root, office.list_of(issuing)]), None),
        ]
    failed = 0
    for claim, said, expected in claims:
        holds = said is None if expected is None else isinstance(said, expected)
        failed += not holds
        if not holds:
            print(f"status: {claim}: {said!r}")
    print(f"{len(claims) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
