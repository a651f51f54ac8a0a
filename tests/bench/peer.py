"""Whole approval cycles by privacyIDEA, a server whose push tokens ask a phone and wait for its signature.

    peer.py [CYCLES [OURS]]

privacyIDEA is under the AGPL: it is installed from PyPI and run as its own server, and spoken to over HTTP.
Nothing of it is imported, copied or shipped.

A cycle is five calls: a document system triggers a challenge, the phone polls for it, checks the server's signature
and sends its own, the system asks whether that came and has the transaction validated. The server runs as in its
makers' container image, by gunicorn, with one worker: calls that come one after another need no second one.
It is measured as it comes, and with what its makers' documentation names for speed as long as log and answers stay
signed. CPU is that of the server's processes; this program's, which is phone and document system, is beside it.

OURS holds what `figures cycle` printed in the same run. The ratio sets the peer's server alone against all of ours,
phone and document system included. A line of JSON comes last.
"""

import base64
import contextlib
import filecmp
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import urlencode

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

REPOSITORY = Path(__file__).resolve().parent.parent.parent
VENV = REPOSITORY / "target" / "bench-venv"
REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"

# The server loads much of itself with its first requests.
WARM_UPS = 10

# Seconds for a call; the first one waits until the server has started.
PATIENCE = 120

# Each saves work and leaves the log and the answers signed.
ADVICE = {
    "PI_LOGLEVEL": "40",
    "PI_AUDIT_NO_PRIVATE_KEY_CHECK": "true",
    "PI_RESPONSE_NO_PRIVATE_KEY_CHECK": "true",
    "PI_CHECK_RELOAD_CONFIG": "60",
    "PI_ENGINE_REGISTRY_CLASS": "shared",
}

USER = "an"


def main(cycles, ours):
    install()
    name = f"privacyIDEA {pinned('privacyIDEA')}"
    contestants = {f"{name}, as it comes": {}, f"{name}, by its makers' advice": ADVICE}
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        instance = Instance(Path(folder), listener)
        with instance.served({}):
            system = System(instance)
            phone = Phone(instance.port, *system.enrolls())
        taken = {}
        for contestant, settings in contestants.items():
            with instance.served(settings) as server:
                taken[contestant] = measure(server, system, phone, cycles)
    show(name, taken, cycles, ours)


def show(name, taken, cycles, ours):
    result = {"peer": name, "cycles": cycles, "load": os.getloadavg()[0], "milliseconds": taken}
    print(f"| whole cycle, {cycles} times, SQLite | CPU of the server | of phone and document system | wall, median | p95 |")
    print("|---|---|---|---|---|")
    for contestant, figures in taken.items():
        print(f"| {contestant} | {' | '.join(f'{value:.1f} ms' for value in figures.values())} |")
    if ours is not None:
        result["ours"] = ours
        result["ratios"] = {contestant: round(figures["server"] / ours, 1) for contestant, figures in taken.items()}
        print(f"\n| CPU, the peer's server beside all of ours ({ours:.1f} ms) | ratio |\n|---|---|")
        for contestant, ratio in result["ratios"].items():
            print(f"| {contestant} | {ratio} |")
    print(f"\n{json.dumps(result, ensure_ascii=False)}")


def install():
    """The peer in an environment of its own, made anew when its pins change."""
    installed = VENV / "installed"
    if installed.exists() and filecmp.cmp(REQUIREMENTS, installed, shallow=False):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    subprocess.run([VENV / "bin" / "python", "-m", "pip", "install", "--quiet", "--requirement", REQUIREMENTS], check=True)
    shutil.copy(REQUIREMENTS, installed)


def pinned(package):
    return re.search(rf"^{package}==(\S+)$", REQUIREMENTS.read_text(), re.MULTILINE)[1]


def measure(server, system, phone, cycles):
    """Milliseconds for one cycle."""
    prove(system, phone)
    for _ in range(WARM_UPS):
        cycle(system, phone)
    walls = []
    server_before, own_before = cpu_milliseconds(server), time.process_time()
    for _ in range(cycles):
        start = time.perf_counter()
        cycle(system, phone)
        walls.append((time.perf_counter() - start) * 1000)
    return {
        "server": (cpu_milliseconds(server) - server_before) / cycles,
        "script": (time.process_time() - own_before) * 1000 / cycles,
        "wall": statistics.median(walls),
        "p95": statistics.quantiles(walls, n=20)[-1],
    }


def cycle(system, phone):
    transaction = system.triggers()
    phone.answers(phone.polls())
    if not (system.asks(transaction) and system.validates(transaction)):
        raise SystemExit("the peer did not take an approval")


def prove(system, phone):
    """Refuses to measure a server that takes what nobody approved."""
    stranger = rsa.generate_private_key(65537, phone.key.key_size)
    transaction = system.triggers()
    challenge = phone.polls()
    taken = phone.answers(challenge, key=stranger)
    if taken or system.asks(transaction) or system.validates(transaction):
        raise SystemExit("the peer took a signature by another key")
    phone.answers(challenge)
    if system.validates(secrets.token_hex(10)) or not system.validates(transaction) or system.validates(transaction):
        raise SystemExit("the peer took another transaction, or the same one twice")


class Instance:
    """A fresh server's configuration, keys, tables and administrator, as the guide to its installation has them."""

    def __init__(self, folder, listener):
        self.folder = folder
        self.listener = listener
        self.port = listener.getsockname()[1]
        self.password = secrets.token_urlsafe()
        self.environment = os.environ | {"PRIVACYIDEA_CONFIGFILE": f"{folder}/pi.cfg"}
        (folder / "pi.cfg").write_text(
            f"SECRET_KEY = '{secrets.token_urlsafe(24)}'\n"
            f"PI_PEPPER = '{secrets.token_urlsafe(24)}'\n"
            f"SQLALCHEMY_DATABASE_URI = 'sqlite:///{folder}/pi.sqlite'\n"
            f"PI_ENCFILE = '{folder}/enckey'\n"
            f"PI_AUDIT_KEY_PRIVATE = '{folder}/private.pem'\n"
            f"PI_AUDIT_KEY_PUBLIC = '{folder}/public.pem'\n"
            f"PI_LOGFILE = '{folder}/pi.log'\n"
            f"PI_UUID_FILE = '{folder}/uuid.txt'\n"
        )
        self.manage("setup", "create_enckey")
        self.manage("setup", "create_audit_keys")
        self.manage("setup", "create_tables")
        self.manage("admin", "add", "admin", "--password", self.password)

    def manage(self, *words):
        command = [VENV / "bin" / "pi-manage", *words]
        done = subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(f"pi-manage {words[0]} {words[1]}: {done.stdout}{done.stderr}")

    @contextlib.contextmanager
    def served(self, settings):
        """The id of a server's process that ends with the block."""
        command = [
            VENV / "bin" / "gunicorn", "--workers", "1", "--timeout", str(PATIENCE), "--worker-tmp-dir", "/dev/shm",
            "--bind", f"fd://{self.listener.fileno()}", f"privacyidea.app:create_app('production', '{self.folder}/pi.cfg', True)",
        ]
        environment = self.environment | {f"PRIVACYIDEA_{name}": value for name, value in settings.items()}
        with open(self.folder / "server.log", "wb") as log:
            server = subprocess.Popen(
                command, cwd=self.folder, env=environment, pass_fds=[self.listener.fileno()], stdout=log, stderr=subprocess.STDOUT
            )
        try:
            yield server.pid
        except BaseException:
            print((self.folder / "server.log").read_text()[-4000:], file=sys.stderr)
            raise
        finally:
            server.terminate()
            server.wait(PATIENCE)


class System:
    """The document system, with an administrator's session."""

    def __init__(self, instance):
        """One user out of a file, whose tokens ask for challenges instead of being sent any."""
        self.port = instance.port
        self.session = {}
        login = self.call("POST", "/auth", username="admin", password=instance.password)
        self.session = {"PI-Authorization": login["result"]["value"]["token"]}
        users = instance.folder / "users"
        users.write_text(f"{USER}:x:1000:1000:Nguyễn Văn An,,,:/:/bin/false\n")
        self.call("POST", "/resolver/people", type="passwdresolver", fileName=str(users))
        self.call("POST", "/realm/office", resolvers="people")
        self.call("POST", "/defaultrealm/office")
        action = f"push_firebase_configuration=poll only, push_registration_url=http://127.0.0.1:{self.port}/ttype/push"
        self.call("POST", "/policy/push", scope="enrollment", action=action, active=True)

    def enrolls(self):
        detail = self.call("POST", "/token/init", type="push", user=USER, genkey=1)["detail"]
        return detail["serial"], detail["enrollment_credential"]

    def triggers(self):
        answer = self.call("POST", "/validate/triggerchallenge", user=USER)
        if answer["result"]["value"] != 1:
            raise SystemExit(f"no challenge: {answer}")
        return answer["detail"]["transaction_id"]

    def asks(self, transaction):
        answer = self.call("GET", "/validate/polltransaction", transaction_id=transaction)
        return answer["result"]["value"]

    def validates(self, transaction):
        answer = self.call("POST", "/validate/check", user=USER, transaction_id=transaction, **{"pass": ""})
        return answer["result"]["value"]

    def call(self, method, path, **parameters):
        return call(self.port, method, path, parameters, self.session)


class Phone:
    """Holds an RSA key, and gives the second half of the enrollment when it is made."""

    def __init__(self, port, serial, credential):
        self.port = port
        self.serial = serial
        self.key = rsa.generate_private_key(65537, 4096)
        public = self.key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        enrolled = self.call(
            "POST", enrollment_credential=credential, fbtoken="none", pubkey=base64.urlsafe_b64encode(public).decode()
        )
        self.server_key = serialization.load_der_public_key(base64.b64decode(enrolled["detail"]["public_key"]))

    def polls(self):
        """The one challenge that is open, checked to be the server's."""
        now = datetime.now(timezone.utc).isoformat()
        (challenge,) = self.call("GET", timestamp=now, signature=self.signs(f"{self.serial}|{now}"))["result"]["value"]
        told = "|".join(challenge[key] for key in ("nonce", "url", "serial", "question", "title", "sslverify"))
        signature = base64.b32decode(challenge["signature"])
        self.server_key.verify(signature, told.encode(), padding.PKCS1v15(), hashes.SHA256())
        return challenge["nonce"]

    def answers(self, nonce, key=None):
        return self.call("POST", signature=self.signs(f"{nonce}|{self.serial}", key))["result"]["value"]

    def signs(self, text, key=None):
        signature = (key or self.key).sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
        return base64.b32encode(signature).decode()

    def call(self, method, **parameters):
        return call(self.port, method, "/ttype/push", {"serial": self.serial, **parameters}, {})


def call(port, method, path, parameters, headers):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    query, body = f"?{urlencode(parameters)}", None
    if method == "POST":
        query, body = "", json.dumps(parameters)
        headers = headers | {"Content-Type": "application/json"}
    with contextlib.closing(connection):
        connection.request(method, path + query, body, headers)
        answer = json.loads(connection.getresponse().read())
    if not answer["result"]["status"]:
        raise SystemExit(f"{method} {path}: {answer['result']}")
    return answer


def cpu_milliseconds(root):
    """Processor time of a process and its children, counted as tests/bench/cycle.rs counts ours."""
    children = Path(f"/proc/{root}/task/{root}/children").read_text().split()
    ticks = 0
    for process in [root, *children]:
        # utime, stime, and those of children that have ended (proc(5), fields 14 to 17).
        ticks += sum(map(int, Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[11:15]))
    return ticks * 1000 / os.sysconf("SC_CLK_TCK")


def cpu_of_ours(path):
    """Milliseconds for one of our cycles, out of the table that `figures cycle` prints."""
    row = re.search(r"^\| submit, sync, decide, receipt; all processes \| ([0-9.]+) ms \|", Path(path).read_text(), re.MULTILINE)
    if row is None:
        raise SystemExit(f"{path}: no figure of ours")
    return float(row[1])


if __name__ == "__main__":
    # Whoever ends this program ends the server with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    main(int(sys.argv[1]) if sys.argv[1:] else 50, cpu_of_ours(sys.argv[2]) if sys.argv[2:] else None)
