#!/usr/bin/env python3
"""Has documents signed: Python ≥ 3.9 and requests.

    trien.py submit ID FILE.pdf SIGNER SUBJECT   queues a document and prints the request; ID is your own for it
    trien.py follow                              prints what happens, and fetches what is completed
    trien.py fetch REQUEST                       the signed document and its evidence
    trien.py recall REQUEST WHY                  takes a request back

TRIEN_SERVER, TRIEN_UNIT and TRIEN_API_KEY say where, for which unit and as whom. With TRIEN_CLIENT_ID, the key's id,
the key is changed for a token of some minutes (OAuth2).
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

import requests

PAUSES = [1, 2, 4, 8, 16, 32]
MAY_PASS = {429, 502, 503, 504}


class Refused(Exception):
    """A problem document (RFC 9457): programs go by `kind`, people read the rest."""

    def __init__(self, answer):
        try:
            problem = answer.json()
            self.kind = problem["type"].removeprefix("urn:trien:problem:")
            super().__init__(f"{self.kind}: {problem['title']} {problem['detail']}")
        except (ValueError, KeyError):
            self.kind = None
            super().__init__(f"status {answer.status_code}, and no problem document")


class Trien:
    def __init__(self, server, key, client=None):
        self.api = server.rstrip("/") + "/api/v1/"
        self.key, self.client = key, client
        self.token, self.expires = None, 0
        self.session = requests.Session()

    def submit(self, ident, unit, pdf, signer, subject):
        people = self.ask("GET", "people", params={"unit": unit}).json()
        (person,) = [one["id"] for one in people if one["name"] == signer]
        content = pdf.read_bytes()
        request = {
            "unit": unit,
            "classification": "open",
            "sha256": hashlib.sha256(content).hexdigest(),
            "metadata": {"subject": subject, "kind": "Quyết định", "issuer": "UBND xã Mây Ngàn"},
            "steps": [{"role": "approve", "signers": [{"person": person}]}],
        }
        parts = {
            "request": (None, json.dumps(request), "application/json"),
            "document": (pdf.name, content, "application/pdf"),
        }
        # The same key for the same paper, however often this runs: it is queued once.
        return self.ask("POST", "requests", files=parts, headers={"Idempotency-Key": ident}).json()["request"]

    def changes(self, cursor, interval=5):
        """Pages of what happened after `cursor`, without end, each with the cursor to keep once it is dealt with."""
        tag = None
        while True:
            answer = self.ask("GET", "changes", params={"cursor": cursor}, headers={"If-None-Match": tag})
            # While nothing happens the answer is 304, without a body.
            page = {"changes": []} if answer.status_code == 304 else answer.json()
            if page["changes"]:
                tag, cursor = None, page["cursor"]
                yield page["changes"], cursor
            else:
                tag = answer.headers["ETag"]
                time.sleep(interval)

    def decisions(self, request):
        return self.ask("GET", f"requests/{request}/decisions").json()

    def fetch(self, request):
        Path(f"{request}.signed.pdf").write_bytes(self.ask("GET", f"requests/{request}/document").content)
        for decision in (one["decision"] for one in self.decisions(request)):
            evidence = self.ask("GET", f"requests/{request}/evidence/{decision}").content
            Path(f"{request}.{decision}.evidence").write_bytes(evidence)

    def recall(self, request, why):
        self.ask("POST", f"requests/{request}/recall", json={"why": why})

    def ask(self, method, path, headers=(), **more):
        """Asks again where that may help (429, 503, no answer): every call here may be repeated."""
        for pause in [*PAUSES, None]:
            try:
                headers = {**dict(headers), "Authorization": f"Bearer {self.credential()}"}
                answer = self.session.request(method, self.api + path, headers=headers, timeout=60, **more)
            except (requests.ConnectionError, requests.Timeout):
                if pause is None:
                    raise
            else:
                if answer.ok:
                    return answer
                if pause is None or answer.status_code not in MAY_PASS:
                    raise Refused(answer)
                asked = answer.headers.get("Retry-After", "")
                pause = max(pause, int(asked) if asked.isdigit() else 0)
            time.sleep(pause)

    def credential(self):
        """The key itself, or a token for it (OAuth2 client credentials, RFC 6749 §4.4)."""
        if self.client is None:
            return self.key
        if time.monotonic() >= self.expires:
            grant = {"grant_type": "client_credentials"}
            answer = requests.post(self.api + "oauth/token", grant, auth=(self.client, self.key), timeout=60)
            answer.raise_for_status()
            made = answer.json()
            self.token, self.expires = made["access_token"], time.monotonic() + made["expires_in"] - 60
        return self.token


def follow(trien):
    """Goes on where it was when it last ran."""
    kept = Path("cursor")
    cursor = int(kept.read_text()) if kept.exists() else 0
    for changes, cursor in trien.changes(cursor, float(os.environ.get("TRIEN_INTERVAL", 5))):
        for change in changes:
            heed(trien, change)
        # Kept only now: what was not dealt with is read again.
        new = Path("cursor.new")
        new.write_text(str(cursor))
        new.replace(kept)


def heed(trien, change):
    """Acts on a change; names that are not known yet are only shown."""
    outcome, request = change["outcome"], change["request"]
    print(outcome, request, flush=True)
    if outcome == "completed":
        trien.fetch(request)
    elif outcome in ("rejected", "returned"):
        last = trien.decisions(request)[-1]
        print(f"{last['person']['name']}: {last['reason']}", flush=True)


def main(act, *words):
    env = os.environ
    trien = Trien(env["TRIEN_SERVER"], env["TRIEN_API_KEY"], env.get("TRIEN_CLIENT_ID"))
    try:
        if act == "submit":
            ident, pdf, signer, subject = words
            print(trien.submit(ident, env["TRIEN_UNIT"], Path(pdf), signer, subject))
        elif act == "follow":
            follow(trien)
        elif act == "fetch":
            trien.fetch(*words)
        elif act == "recall":
            trien.recall(*words)
        else:
            sys.exit(__doc__)
    except Refused as refused:
        sys.exit("too late: it was decided already" if refused.kind == "request-ended" else str(refused))


if __name__ == "__main__":
    main(*sys.argv[1:] or ["help"])
