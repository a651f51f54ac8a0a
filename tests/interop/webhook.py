"""Messages to document systems, verified by the official library of Standard Webhooks.

    webhook.py EXAMPLE

EXAMPLE makes a secret and signs the body that it is given.
"""

import json
import subprocess
import sys

from standardwebhooks import Webhook, WebhookVerificationError

BODIES = ["{}", '{"type":"request.completed"}', json.dumps({"type": "đã ký", "x": "a.b" * 999}, ensure_ascii=False)]


def main(example):
    for body in BODIES:
        said = subprocess.run([example, body], check=True, capture_output=True, text=True)
        secret, identifier, timestamp, signature = said.stdout.splitlines()
        headers = {"webhook-id": identifier, "webhook-timestamp": timestamp, "webhook-signature": signature}
        assert Webhook(secret).verify(body, headers) == json.loads(body)
        for name, wrong in [("webhook-id", "other"), ("webhook-timestamp", str(int(timestamp) - 1))]:
            assert not holds(secret, body, headers | {name: wrong}), name
        assert not holds(secret, body + " ", headers)
    print(f"{len(BODIES)} messages verified by standardwebhooks, {3 * len(BODIES)} changed ones refused")


def holds(secret, body, headers):
    try:
        Webhook(secret).verify(body, headers)
    except WebhookVerificationError:
        return False
    return True


if __name__ == "__main__":
    main(*sys.argv[1:])
