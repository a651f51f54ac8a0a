"""Wake-ups, opened by http-ece and judged by py-vapid, which nobody here wrote.

    wake_up.py EXAMPLE

EXAMPLE encrypts for the subscription that it is given (RFC 8291) and says who sends (RFC 8292).
"""

import base64
import json
import os
import subprocess
import sys

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

ROUNDS = 20


def encode(value):
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def main(example):
    nonces = set()
    for _ in range(ROUNDS):
        key, auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)
        point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        said = subprocess.run([example, encode(point), encode(auth)], check=True, capture_output=True, text=True)
        body, authorization = said.stdout.splitlines()
        opened = http_ece.decrypt(decode(body), private_key=key, auth_secret=auth, version="aes128gcm")
        wake_up = json.loads(opened)
        assert set(wake_up) == {"v", "t", "n"} and wake_up["v"] == 1 and wake_up["t"] == "sync", wake_up
        assert len(decode(wake_up["n"])) == 16
        nonces.add(wake_up["n"])
        # RFC 8292 §3 has a space after the comma, which py-vapid does not read.
        assert Vapid02.verify(authorization.replace(", ", ",")), authorization
        claims = json.loads(decode(authorization.split("t=")[1].split(",")[0].split(".")[1]))
        assert claims["aud"] == "https://push.example.vn" and claims["sub"].startswith("https://"), claims
    assert len(nonces) == ROUNDS
    print(f"{ROUNDS} wake-ups opened by http-ece, {ROUNDS} senders verified by py-vapid")


if __name__ == "__main__":
    main(*sys.argv[1:])
