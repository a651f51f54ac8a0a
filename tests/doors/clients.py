"""The examples that have documents signed, each run as its reader would run it, and what comes of it."""

import shutil
import subprocess
import sys
import threading
from pathlib import Path

import requests
from office import LEADER, SAMPLE, end, wait_for

EXAMPLES = Path(__file__).parents[2] / "docs/examples"
GSON = "/usr/share/java/gson.jar"
CLIENTS = {
    "curl": ["bash", EXAMPLES / "curl/trien.sh"],
    "python": [sys.executable, EXAMPLES / "python/trien.py"],
    "java": ["java", "-Dfile.encoding=UTF-8", "-cp", GSON, EXAMPLES / "java/Trien.java"],
}
# What an office's files are called.
PAPER = "Quyết định số 15 (bản trình).pdf"


class Client:
    """One language's example, in a folder of its own."""

    def __init__(self, name, office, line, oauth):
        self.name, self.folder = name, office.folder / name
        self.folder.mkdir()
        shutil.copy(SAMPLE, self.folder / PAPER)
        self.env = {**office.env, "TRIEN_SERVER": line.base, "TRIEN_UNIT": office.unit, "TRIEN_API_KEY": office.key, "TRIEN_INTERVAL": "1"}
        # Java takes the letters of its command line from the locale.
        self.env |= {"LC_ALL": "C.UTF-8"} | ({"TRIEN_CLIENT_ID": office.key_id} if oauth else {})
        self.following, self.lines = None, []

    def run(self, *words):
        return subprocess.run([*CLIENTS[self.name], *words], cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=180)

    def submit(self, ident, subject="Thí điểm ký số trên thiết bị di động"):
        return self.run("submit", f"{self.name}-{ident}", PAPER, LEADER, subject)

    def follow(self):
        with open(self.folder / "follow.err", "a") as errors:
            self.following = subprocess.Popen(
                [*CLIENTS[self.name], "follow"], cwd=self.folder, env=self.env, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        threading.Thread(target=lambda out: self.lines.extend(map(str.strip, out)), args=(self.following.stdout,), daemon=True).start()

    def hears(self, line):
        def is_there():
            if self.following.poll() is not None:
                raise RuntimeError(f"{self.name} follows no more: {(self.folder / 'follow.err').read_text()}")
            return line in self.lines

        wait_for(is_there, f"{line!r} among {self.lines}")

    def cursor(self):
        kept = self.folder / "cursor"
        return int(kept.read_text()) if kept.exists() else 0

    def evidence(self, request):
        return list(self.folder.glob(f"{request}.*.evidence"))


def story(name, claim, office, line, oauth):
    """From a submission over a bad line to the signed file, a refusal and a recall."""
    client = Client(name, office, line, oauth)
    try:
        signed = submits_once(client, claim, office, line)
        client.follow()
        follows(client, claim, office, signed)
        takes_back(client, claim, office, signed)
    finally:
        if client.following:
            end(client.following)
    fetches(client, claim, office, signed)


def submits_once(client, claim, office, line):
    before = len(office.ask("requests?limit=200")["requests"])
    line.faults, line.keys = ["busy", "lost"], []
    first = client.submit("1")
    request = first.stdout.strip()
    claim(f"{client.name} submits over a line that turns it away, then loses an answer", first.returncode == 0 and request, first)
    claim(f"{client.name} asks again with the same key", line.keys == [f"{client.name}-1"] * 3, line.keys)
    claim(f"{client.name} gets the same request for the same paper", client.submit("1").stdout.strip() == request)
    queued = office.ask("requests?limit=200")["requests"]
    claim(f"{client.name} has queued it once", len(queued) == before + 1, f"{before}, then {len(queued)}")
    kept = next(one for one in queued if one["id"] == request)["documents"][0]["name"]
    claim(f"{client.name} names the file as it is called", kept == PAPER, kept)
    other = client.submit("1", "Một văn bản khác")
    claim(f"{client.name} tells an id that was used before", other.returncode == 1 and other.stderr.strip(), other)
    return request


def follows(client, claim, office, request):
    client.hears(f"queued {request}")
    office.approve(request)
    client.hears(f"completed {request}")
    signed = client.folder / f"{request}.signed.pdf"
    # The cursor is kept last: whoever ends it before has the same told again.
    reached = office.ask(f"changes?cursor={client.cursor()}")["cursor"]
    wait_for(lambda: client.cursor() == reached, "the cursor")
    end(client.following)
    claim(f"{client.name} follows to a document that a stranger verifies", office.verify(signed, client.evidence(request)) == 0)
    torn = client.folder / "torn.pdf"
    torn.write_bytes(signed.read_bytes().replace(b"%PDF-1.", b"%PDF-9.", 1))
    claim("and the verifier is one that can say no", office.verify(torn, client.evidence(request)) != 0)
    # From here on it is told only what comes after: the cursor was kept.
    client.lines.clear()
    client.follow()
    refused = client.submit("2").stdout.strip()
    client.hears(f"queued {refused}")
    office.reject(refused, "Sai thẩm quyền")
    client.hears(f"{LEADER}: Sai thẩm quyền")
    claim(f"{client.name} goes on from its cursor", not any(request in line for line in client.lines), client.lines)


def takes_back(client, claim, office, signed):
    request = client.submit("3").stdout.strip()
    done = client.run("recall", request, "Trình nhầm")
    again = client.run("recall", request, "Trình nhầm")
    claim(f"{client.name} takes a request back, twice if need be", (done.returncode, again.returncode) == (0, 0), (done, again))
    client.hears(f"recalled {request}")
    claim(f"{client.name}: the server agrees", office.ask(f"requests/{request}")["state"] == {"state": "recalled"})
    late = client.run("recall", signed, "Trình nhầm")
    claim(f"{client.name} says when it is too late", late.returncode == 1 and "too late" in late.stderr, late)


def fetches(client, claim, office, request):
    signed = client.folder / f"{request}.signed.pdf"
    before = signed.read_bytes()
    for kept in [signed, *client.evidence(request)]:
        kept.unlink()
    # The rest went with tokens.
    client.env.pop("TRIEN_CLIENT_ID", None)
    done = client.run("fetch", request)
    claim(f"{client.name} fetches it once more, with the key itself", done.returncode == 0 and signed.read_bytes() == before, done)
    claim(f"{client.name}: the evidence of today verifies too", office.verify(signed, client.evidence(request)) == 0)


def polls_cheaply(claim, office):
    """What the feed says to whoever asks with the tag of the last answer."""
    ask = {"Authorization": f"Bearer {office.key}"}
    cursor = office.ask("requests?limit=200")["cursor"]
    address = f"{office.base}/api/v1/changes?cursor={cursor}"
    first = requests.get(address, headers=ask, timeout=30)
    again = requests.get(address, headers={**ask, "If-None-Match": first.headers["ETag"]}, timeout=30)
    claim("who asks again with the tag gets 304 and no body", (again.status_code, again.content) == (304, b""), again.status_code)
