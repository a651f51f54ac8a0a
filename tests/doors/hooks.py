"""What schemathesis cannot know of an office: who may ask, and what there is to ask for."""

import base64
import hashlib
import itertools
import json
import os
import re
import secrets
import time
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import schemathesis
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from requests.auth import AuthBase

OFFICE = json.loads(Path(os.environ["DOORS_OFFICE"]).read_text())
SAMPLE = Path(OFFICE["sample"]).read_bytes()
# Whose token reaches the most.
TOKEN = [(r"admin/(certificates|exchange)", "ca-officer"), (r"admin/requests", "clerk"), (r"admin/(acts|stuck)", "auditor")]
NOBODY = "00000000-0000-7000-8000-000000000000"
COUNTS = defaultdict(itertools.count)


class Device:
    """Signs as a phone does: HTTP message signatures (RFC 9421) of the profile `trien-device`."""

    def __init__(self, ident, pem, passphrase):
        self.ident, self.key = ident, load_pem_private_key(pem.encode(), passphrase.encode())

    def sign(self, request):
        at = urlsplit(request.url)
        values = {"@method": request.method, "@authority": at.netloc, "@path": at.path, "@query": "?" + at.query}
        body = request.body.encode() if isinstance(request.body, str) else request.body
        if body:
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            request.headers["Content-Digest"] = f"sha-256=:{digest}:"
            values |= {"content-digest": request.headers["Content-Digest"], "content-type": request.headers.get("Content-Type", "")}
        covered = " ".join(f'"{name}"' for name in values)
        nonce = base64.urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")
        parameters = f'({covered});created={int(time.time())};nonce="{nonce}";keyid="{self.ident}";alg="ecdsa-p256-sha256";tag="trien-device"'
        lines = [f'"{name}": {value}' for name, value in values.items()] + [f'"@signature-params": {parameters}']
        r, s = decode_dss_signature(self.key.sign("\n".join(lines).encode(), ECDSA(hashes.SHA256())))
        # Of s and -s the profile takes the smaller one.
        order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
        s = min(s, order - s)
        raw = base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
        request.headers.update({"Signature-Input": f"trien={parameters}", "Signature": f"trien=:{raw}:"})


class Asker(AuthBase):
    """The credential that a route asks for, of whoever may do the most with it."""

    def __init__(self):
        self.device = Device(*OFFICE["device"])
        self.routes = [(re.compile(re.sub(r"\{\w+\}", "[^/]*", path) + "$"), method, scheme) for path, method, scheme in OFFICE["routes"]]

    def __call__(self, request):
        path = urlsplit(request.url).path
        scheme = next((one for pattern, method, one in self.routes if method == request.method and pattern.match(path)), None)
        if scheme == "api_key":
            request.headers["Authorization"] = f"Bearer {OFFICE['key']}"
        elif scheme == "admin_token":
            role = next((role for part, role in TOKEN if re.search(part, path)), "administrator")
            request.headers["Authorization"] = f"Bearer {OFFICE['tokens'][role]}"
        elif scheme == "device_signature":
            self.device.sign(request)
        return request


schemathesis.auth.set_from_requests(Asker())


@schemathesis.hook
def before_call(context, case, kwargs):
    """Every other question names what there is; the rest stays as it was made up."""
    given = case.path_parameters or {}
    turn, made_up = divmod(next(COUNTS[case.operation.label]), 2)
    if not made_up:
        parts = case.operation.path.split("/")
        for before, part in itertools.pairwise(parts):
            known, name = OFFICE["known"].get(before), part.strip("{}")
            if known and part.startswith("{") and name in given:
                given[name] = known[turn % len(known)]
        if (case.method, parts[-1]) == ("POST", "requests"):
            case.headers["Idempotency-Key"] = secrets.token_hex()
        if isinstance(case.body, dict):
            case.body = {name: fill(name, value) for name, value in case.body.items()}
            if str(case.media_type).startswith("multipart/") and "document" in case.body:
                case.body["document"] = SAMPLE
    # schemathesis also takes what answers named: whoever ends the own token learns nothing more.
    if case.method != "GET":
        for name, value in given.items():
            if value in OFFICE["own"]:
                given[name] = NOBODY


def fill(name, value):
    """Fields that name something get what there is."""
    known = OFFICE["fields"].get(name)
    if known is not None and isinstance(value, type(known)):
        return known
    if isinstance(value, dict):
        return {name: fill(name, one) for name, one in value.items()}
    if isinstance(value, list):
        return [fill(name, one) for one in value]
    return value


@schemathesis.serializer("application/ocsp-request")
def as_it_is(context, value):
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def after_call(context, case, response):
    why = response.json().get("code") if response.headers.get("content-type") == ["application/problem+json"] else None
    with open(os.environ["DOORS_ASKED"], "a") as asked:
        asked.write(json.dumps([case.operation.method.upper(), case.operation.path, response.status_code, why]) + "\n")
