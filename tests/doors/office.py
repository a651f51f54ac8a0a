"""An office with a server, a leader with a phone without a screen, and the key of a document system."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from pathlib import Path

import requests

SAMPLE = Path(__file__).parents[2] / "server/assets/sample/quyet-dinh.pdf"
LEADER = "Trần Minh Khuê"
PASSWORD = "bảy con trâu gặm cỏ non"
PATIENCE = 60
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Office:
    """A server in a folder of its own, as an administrator would set it up on the command line."""

    def __init__(self, trien, folder, webhooks_trust):
        self.trien, self.folder = Path(trien).resolve(), folder
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        config = folder / "trien.toml"
        config.write_text(
            f'listen = "127.0.0.1:{self.port}"\nwebhook-private = ["127.0.0.0/8", "::1/128"]\nwebhook-ca = "{webhooks_trust}"\n'
        )
        self.env = {**os.environ, "TRIEN_DATA": str(folder / "office"), "TRIEN_CONFIG": str(config)}
        self.env |= {"TRIEN_PHONE_FOLDER": str(folder / "phone"), "TRIEN_PHONE_PASSPHRASE": "only a test"}
        self.said = self.run("init", "--unit", "UBND xã Mây Ngàn", "--allow-software-keys")
        self.unit = ID.search(self.said).group()
        self.server = None

    def __enter__(self):
        try:
            self.open()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def open(self):
        self.start()
        self.setup_code = wait_for(lambda: re.search(r"/console/setup#(\S+)", self.log()), "the setup's code").group(1)
        added = self.run("person", "add", "--unit", self.unit, "--name", LEADER, "--position", "Chủ tịch")
        self.person = ID.search(added).group()
        made = self.ran("api-key", "create", "--unit", self.unit, "--scope", "submit,read", "--label", "QLVB")
        self.key = made.stdout.strip()
        self.env |= {"TRIEN_SERVER": self.base, "TRIEN_API_KEY": self.key}
        self.key_id = re.search(r"key (\S+):", made.stderr).group(1)

    def ran(self, *words, check=True, **more):
        words = [str(self.trien), *map(str, words)]
        done = subprocess.run(words, env=self.env, capture_output=True, text=True, timeout=120, **more)
        if check and done.returncode:
            raise RuntimeError(f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def run(self, *words):
        done = self.ran(*words)
        return done.stdout + done.stderr

    def log(self):
        return (self.folder / "server.log").read_text()

    def start(self):
        with open(self.folder / "server.log", "a") as log:
            self.server = subprocess.Popen([self.trien, "serve", "--log", "text"], env=self.env, stdout=log, stderr=log)

        def is_up():
            if self.server.poll() is not None:
                raise RuntimeError(f"the server ended:\n{self.log()}")
            return requests.get(f"{self.base}/readyz", timeout=30).ok

        wait_for(is_up, "the server")

    def stop(self):
        if self.server:
            end(self.server)

    def enroll_phone(self):
        """A phone of the leader, approved by the digits that it shows."""
        link = re.search(r"https?://\S+/e#\S+", self.run("invite", self.person)).group()
        words = [self.trien, "phone", "enroll", link]
        enrolling = subprocess.Popen(words, env=self.env, stdout=subprocess.PIPE, text=True)
        try:
            code = next(found for line in enrolling.stdout if (found := re.search(r"^code\s+([\d ]+\d)", line))).group(1)
            waiting = next(line for line in self.run("device", "list").splitlines() if "pending" in line)
            self.run("device", "approve", waiting.split()[0], "--code", code)
            enrolling.stdout.read()
            if enrolling.wait(PATIENCE):
                raise RuntimeError("the phone was not enrolled")
        finally:
            end(enrolling)

    def submit(self, subject):
        words = ["submit", SAMPLE, "--signer", LEADER, "--subject", subject, "--json"]
        return json.loads(self.ran(*words).stdout)["request"]

    def approve(self, request):
        self.run("phone", "sync")
        self.run("phone", "approve", request, "--yes")

    def reject(self, request, reason):
        self.run("phone", "sync")
        self.run("phone", "reject", request, "--reason", reason)

    def verify(self, signed, evidence):
        """What a stranger finds who has the office's root, its log's key and its lists of revoked certificates."""
        lists = []
        for address in self.lists():
            kept = self.folder / address.rsplit("/", 1)[1]
            kept.write_bytes(requests.get(address, timeout=30).content)
            lists += ["--crl", kept]
        office = self.folder / "office"
        trust = ["--trust", office / "root.pem", "--log-key", office / "log.pub", "--require-evidence"]
        return self.ran("verify", signed, *evidence, *trust, *lists, check=False).returncode

    def lists(self):
        """Where the lists of revoked certificates are."""
        return sorted(set(re.findall(r"https?://\S+\.crl", self.said)))

    def webhook(self, url):
        """Gives the webhook's id and its secret."""
        shown = self.run("webhook", "add", "--key", self.key_id, url)
        return re.search(r"webhook (\S+?):?\s", shown).group(1), re.search(r"whsec_\S+", shown).group()

    def ask(self, path):
        answer = requests.get(f"{self.base}/api/v1/{path}", headers={"Authorization": f"Bearer {self.key}"}, timeout=30)
        answer.raise_for_status()
        return answer.json()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(held, what, patience=PATIENCE):
    """Asks until it holds; whoever cannot be reached yet does not hold."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            if found := held():
                return found
        except (requests.ConnectionError, requests.Timeout):
            pass
        time.sleep(0.1)
    raise TimeoutError(f"waited {patience} s for {what}")


def end(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
