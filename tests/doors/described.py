"""Whether the server does what its description says: schemathesis asks every route, as everyone who may.

What schemathesis makes up names nothing that exists, so `hooks.py` puts in what this office has.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import requests
from office import PASSWORD, SAMPLE

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
SEED, EXAMPLES = 8, 8
METHODS = ("get", "put", "post", "delete")

# Routes that are not asked, and why. A name that the description does not have is a failure.
LEFT_OUT = {
    "GET /api/v1/openapi.json": "schemathesis begins with it, and does not ask it again",
    "GET /api/v1/events": "stays open until something happens",
    "DELETE /api/v1/admin/token": "ends the token that the test asks with",
    "POST /api/v1/admin/exchange/source": "makes an outside authority certify phones: no later phone would get its certificate",
}


class Console:
    """Somebody who sits before the console's pages."""

    def __init__(self, office):
        self.base, self.session = office.base, requests.Session()
        self.session.headers["Origin"] = office.base

    def post(self, path, **fields):
        answer = self.session.post(f"{self.base}/console/{path}", fields, allow_redirects=False, timeout=60)
        if answer.status_code >= 400:
            raise RuntimeError(f"{path}: {answer.status_code}")
        return answer

    def set_up(self, code, login):
        self.post("setup", code=code, name="Nguyễn Thị Hạnh", login=login, password=PASSWORD, again=PASSWORD)

    def sign_in(self, login):
        self.post("sign-in", login=login, password=PASSWORD)

    def token(self):
        page = self.session.get(f"{self.base}/console/sessions", timeout=60).text
        shown = re.search(r'name="token" value="([^"]+)"', page).group(1)
        made = self.post("sessions/tokens", token=shown, label="thử", verbs="sensitive", days="1", password=PASSWORD)
        return re.search(r"trien_admin_[\w-]+", made.text).group()


class Administrator:
    def __init__(self, office, token):
        self.base, self.token = office.base, token

    def ask(self, method, path, **more):
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = requests.request(method, f"{self.base}/api/v1/admin/{path}", headers=headers, timeout=60, **more)
        if answer.status_code >= 400:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None


def staff(office):
    """An administrator, and a token of each of those who administer: nobody holds all roles. While no phone is in use, one
    person may give them all."""
    tokens, told = {}, Console(office)
    told.set_up(office.setup_code, "hanh")
    tokens["administrator"] = told.token()
    hanh = Administrator(office, tokens["administrator"])

    for login, role in [("chung", "ca-officer"), ("thu", "clerk"), ("kiem", "auditor")]:
        grants = [{"unit": office.unit, "role": role}]
        hanh.ask("POST", "accounts", json={"login": login, "name": "Trần Văn Bình", "password": PASSWORD, "grants": grants})
        its = Console(office)
        its.sign_in(login)
        tokens[role] = its.token()
    return hanh, tokens


def found(office, hanh, tokens):
    """What there is, by the part of a path before it."""
    unit = hanh.ask("POST", "units", json={"name": "Phòng Thử", "parent": office.unit})["id"]
    people = [
        hanh.ask("POST", "people", json={"name": f"Lê Văn {name}", "position": "Chuyên viên", "unit": unit})["id"]
        for name in ("An", "Ba", "Tư")
    ]
    invitations = [hanh.ask("POST", f"people/{person}/invitations") for person in people[:2]]
    wave = {"name": "Đợt thử", "who": "everybody", "first_day": "2030-01-01", "last_day": "2030-01-31", "units": [unit]}
    waves = [hanh.ask("POST", "waves", json=wave)]
    # A post that ends leaves a report.
    ends = {"kind": "ends", "from": {"unit": unit, "title": "Chuyên viên"}}
    seen = hanh.ask("POST", f"people/{people[2]}/plan", json=ends)["seen"]
    hanh.ask("POST", f"people/{people[2]}/change", json={"change": ends, "seen": seen, "why": "Nghỉ hưu"})
    officer, clerk = Administrator(office, tokens["ca-officer"]), Administrator(office, tokens["clerk"])
    requests_ = [one["id"] for one in clerk.ask("GET", "requests")["requests"]]
    decided = [(one, clerk.ask("GET", f"requests/{one}")["decisions"]) for one in requests_]
    some = next(decisions[0]["decision"] for _, decisions in decided if decisions)
    documents = [one["documents"][0]["current"]["sha256"] for one in office.ask("requests")["requests"]]
    return {
        "units": [office.unit, unit],
        "people": [office.person, *people],
        "invitations": [one["id"] for one in invitations],
        "waves": [one["id"] for one in waves],
        "accounts": [one["id"] for one in hanh.ask("GET", "accounts")["accounts"]],
        "devices": [one["id"] for one in hanh.ask("GET", "devices")["devices"]],
        "certificates": [one["id"] for one in officer.ask("GET", "certificates")["certificates"]],
        "changes": [one["id"] for one in hanh.ask("GET", "changes")["reports"]],
        # In step: each decision is of its request.
        "requests": requests_,
        "evidence": [decisions[0]["decision"] if decisions else some for _, decisions in decided],
        "documents": documents,
        "webhooks": [one["id"] for one in office.ask("webhooks")],
        "counts": ["csv", "xlsx"],
        "reminders": ["csv", "xlsx"],
        "revocations": ["csv", "xlsx"],
        "imports": ["people", "units"],
        "exports": ["people.csv", "units.csv"],
        "levels": ["1"],
        "crl": [address.rsplit("/", 1)[1] for address in office.lists()],
    }


def own(office, hanh, tokens):
    """What asks, and what it stands on: acts are for the rest."""
    accounts = [one["id"] for one in hanh.ask("GET", "accounts")["accounts"]]
    devices = [one["id"] for one in hanh.ask("GET", "devices")["devices"]]
    used = [Administrator(office, token).ask("GET", "token")["id"] for token in tokens.values()]
    entries = [one["id"] for one in Administrator(office, tokens["ca-officer"]).ask("GET", "certificates")["certificates"]]
    return [office.unit, office.person, *accounts, *devices, *used, *entries]


def asked(office, folder, hanh, tokens):
    """Runs schemathesis; gives what it said, and the routes that it asked with the statuses that came."""
    description = requests.get(f"{office.base}/api/v1/openapi.json", timeout=60).json()
    routes = [
        (path, method.upper(), next(iter(route["security"][0]), None))
        for path, methods in description["paths"].items()
        for method, route in methods.items()
        if method in METHODS
    ]
    status = office.run("phone", "status")
    there = {
        "sample": str(SAMPLE),
        "key": office.key,
        "tokens": tokens,
        "device": [re.search(r"device\s+(\S+)", status).group(1), next((folder / "phone").rglob("auth.pem")).read_text(), "only a test"],
        "routes": routes,
        "known": found(office, hanh, tokens),
        "own": own(office, hanh, tokens),
        "fields": {
            **dict.fromkeys(("unit", "parent", "into"), office.unit),
            **{"person": office.person, "sha256": hashlib.sha256(SAMPLE.read_bytes()).hexdigest()},
            **dict.fromkeys(("name", "position", "label", "subject", "issuer", "why"), "Thử"),
            **{"grants": [{"unit": office.unit, "role": "clerk"}], "units": [office.unit], "login": "moi", "reference": "QLVB-1"},
            **{"steps": [{"role": "approve", "signers": [{"person": office.person}]}], "to": office.person},
            **dict.fromkeys(("fields", "attachment", "image"), []),
            "expires_at": int((time.time() + 864000) * 1000),
            **{"password": PASSWORD, "who": "everybody", "first_day": "2031-01-01", "last_day": "2031-01-31"},
        },
    }
    (folder / "office.json").write_text(json.dumps(there))
    words = ["run", f"{office.base}/api/v1/openapi.json", "--checks", CHECKS, "--phases", "examples,fuzzing"]
    words += ["--max-examples", str(EXAMPLES), "--seed", str(SEED), "--generation-database", "none", "--no-shrink", "--no-color"]
    words += ["--continue-on-failure", "--warnings", "off", "--suppress-health-check", "all", "--request-timeout", "60"]
    # `hooks.py` gives each question its credential; made-up ones would be refused before anything else is looked at.
    words += ["--generation-with-security-parameters", "false"]
    words += ["--output-sanitize", "false", "--output-truncate", "false"]
    for name in LEFT_OUT:
        words += ["--exclude-name", name]
    env = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(Path(__file__).parent)}
    env |= {"DOORS_OFFICE": str(folder / "office.json"), "DOORS_ASKED": str(folder / "asked")}
    tool = Path(sys.executable).with_name("schemathesis")
    done = subprocess.run([tool, *words], cwd=folder, env=env, capture_output=True, text=True, timeout=1200)
    (folder / "schemathesis.log").write_text(done.stdout + done.stderr)
    seen = [json.loads(line) for line in (folder / "asked").read_text().splitlines()]
    return done, description, seen


def check(claim, office, folder, hanh, tokens):
    done, description, seen = asked(office, folder, hanh, tokens)
    print(done.stdout)
    claim("the server does what its description says", done.returncode == 0, f"{folder}/schemathesis.log {done.stderr}")
    described = {f"{method.upper()} {path}" for path, methods in description["paths"].items() for method in methods if method in METHODS}
    visited = {f"{method} {path}" for method, path, *_ in seen}
    claim("what is left out is described", not LEFT_OUT.keys() - described, LEFT_OUT.keys() - described)
    claim("all else was asked", described - visited == LEFT_OUT.keys(), described - visited - LEFT_OUT.keys())
    taken = {f"{method} {path}" for method, path, status, _ in seen if status < 400}
    print(f"{len(seen)} questions; refused each time: {', '.join(sorted(visited - taken)) or 'none'}")
