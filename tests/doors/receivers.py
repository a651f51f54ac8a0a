"""The examples that are told what happens: genuine messages are taken once, and no other."""

import base64
import hashlib
import hmac
import json
import subprocess
import sys
import threading
import time

import requests
from clients import EXAMPLES
from fronts import TlsFront
from office import end, free_port, wait_for

RECEIVERS = {
    "python": (lambda port: [sys.executable, EXAMPLES / "python/receiver.py", f"127.0.0.1:{port}"]),
    "java": (lambda port: ["java", EXAMPLES / "java/Receiver.java", str(port)]),
}


class Receiver:
    """One language's example behind a front that ends TLS, with a webhook that leads to it."""

    def __init__(self, name, office, context):
        self.name, self.folder, self.port = name, office.folder / f"receiver-{name}", free_port()
        self.folder.mkdir()
        self.front = TlsFront(context, self.port)
        self.webhook, self.secret = office.webhook(self.front.url)
        self.env = {**office.env, "TRIEN_WEBHOOK_SECRET": self.secret}
        self.lines, self.process = [], None
        self.start()

    def start(self):
        with open(self.folder / "errors", "a") as errors:
            self.process = subprocess.Popen(
                RECEIVERS[self.name](self.port), cwd=self.folder, env=self.env, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        threading.Thread(target=lambda out: self.lines.extend(out), args=(self.process.stdout,), daemon=True).start()
        wait_for(lambda: requests.get(f"http://127.0.0.1:{self.port}/", timeout=5) is not None, self.name)

    def told(self, outcome, request):
        return sum(f"request.{outcome}" in line and request in line for line in self.lines)

    def post(self, headers, body):
        return requests.post(f"http://127.0.0.1:{self.port}/trien", body, headers=headers, timeout=10).status_code

    def signed(self, ident, body, at=None):
        """As the specification says, by hand: the judge is neither of the two libraries."""
        at = int(time.time()) if at is None else at
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        mac = hmac.new(key, f"{ident}.{at}.".encode() + body, hashlib.sha256).digest()
        return {"webhook-id": ident, "webhook-timestamp": str(at), "webhook-signature": "v1," + base64.b64encode(mac).decode()}

    def stop(self):
        end(self.process)


def is_told(receiver, claim, office, request):
    """What the server sends is taken: once, after the receiver was away, and also by the secret that was renewed."""
    name = receiver.name
    wait_for(lambda: receiver.told("completed", request), f"{name} to be told")
    taken = wait_for(lambda: all_taken(office, receiver), "all messages to be taken")
    change = next(one["change"] for one in taken if (one["request"], one["outcome"]) == (request, "completed"))
    calls = receiver.front.calls
    office.run("webhook", "replay", receiver.webhook, change)
    wait_for(lambda: receiver.front.calls > calls and all_taken(office, receiver), "the message to be sent again")
    time.sleep(0.5)
    claim(f"{name} is told by the server, twice, and acts once", receiver.told("completed", request) == 1, receiver.lines)
    receiver.stop()
    office.run("webhook", "renew-secret", receiver.webhook)
    later = office.submit(f"Trong lúc {name} nghỉ")
    wait_for(lambda: any(one["state"] == "waiting" and one["attempts"] for one in told_of(office, receiver)), "a message that nobody takes")
    receiver.start()
    wait_for(lambda: receiver.told("queued", later), f"{name} to be told again")
    claim(f"{name} is told what came while it was away, and believes the secret of before", True)


def told_of(office, receiver):
    return office.ask(f"webhooks/{receiver.webhook}/deliveries")


def all_taken(office, receiver):
    """What its webhook was told, as soon as nothing waits any more."""
    told = told_of(office, receiver)
    return told if told and all(one["state"] == "taken" for one in told) else None


def refuses_forgeries(receiver, claim):
    name = receiver.name
    body = json.dumps({"type": "request.completed", "timestamp": "x", "data": {"request": "forged"}}).encode()
    good = receiver.signed("msg_1", body)
    forged = {
        "nothing": {},
        "another id": good | {"webhook-id": "msg_2"},
        "another time": good | {"webhook-timestamp": str(int(good["webhook-timestamp"]) - 1)},
        "another version": good | {"webhook-signature": good["webhook-signature"].replace("v1,", "v9,")},
        "no base64": good | {"webhook-signature": "v1,?"},
        "no comma": good | {"webhook-signature": "v1"},
        "no time": good | {"webhook-timestamp": "soon"},
        "a time without end": good | {"webhook-timestamp": "9" * 18},
        "six minutes ago": receiver.signed("msg_1", body, int(time.time()) - 360),
        "in six minutes": receiver.signed("msg_1", body, int(time.time()) + 360),
    }
    answers = {what: receiver.post(headers, body) for what, headers in forged.items()}
    answers["another body"] = receiver.post(good, body.replace(b"forged", b"FORGED"))
    answers["no text"] = receiver.post(good, b"\xff" + body)
    answers["too large"] = receiver.post(good, b"x" * 70000)
    claim(f"{name} refuses what is forged or stale", all(400 <= status < 500 for status in answers.values()), answers)
    claim(f"{name} keeps nothing of it", not receiver.told("completed", "forged"), receiver.lines)
    claim(f"{name} takes the genuine one", receiver.post(good, body) == 204)
    claim(f"{name} answers its second copy as if it were new", receiver.post(good, body) == 204)
    wait_for(lambda: receiver.told("completed", "forged"), "it")
    time.sleep(0.5)
    claim(f"{name} acts on it once", receiver.told("completed", "forged") == 1, receiver.lines)
    two = good | {"webhook-id": "msg_3"}
    two["webhook-signature"] = "v1,AAAA " + receiver.signed("msg_3", body, int(two["webhook-timestamp"]))["webhook-signature"]
    claim(f"{name} looks at each of several signatures", receiver.post(two, body) == 204)
