#!/usr/bin/env python3
"""Is told what happens (Standard Webhooks): Python ≥ 3.9 and standardwebhooks.

    receiver.py 127.0.0.1:8430

TRIEN_WEBHOOK_SECRET is what `trien webhook add` showed. The web server in front ends TLS and passes messages on.
"""

import os
import sqlite3
import sys
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

MAX_BODY = 65536
# Compares in constant time, and refuses what was signed more than five minutes ago or ahead.
WEBHOOK = Webhook(os.environ["TRIEN_WEBHOOK_SECRET"])
NEWS = threading.Event()


def inbox():
    """What was told. Messages come more than once; the primary key takes each once."""
    database = sqlite3.connect("inbox.db", timeout=5)
    database.execute("CREATE TABLE IF NOT EXISTS message (id TEXT PRIMARY KEY, type TEXT, request TEXT, done INTEGER DEFAULT 0)")
    return database


class Receiver(BaseHTTPRequestHandler):
    timeout = 10

    def do_POST(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            return self.answer(413)
        body = self.rfile.read(int(length))
        try:
            # The signature is over these very bytes: nothing may parse and write them anew before.
            message = WEBHOOK.verify(body, dict(self.headers))
        # The library says ValueError of headers and bodies that make no sense at all.
        except (WebhookVerificationError, ValueError):
            return self.answer(401)
        row = (self.headers["webhook-id"], message["type"], message["data"]["request"])
        with closing(inbox()) as database, database:
            database.execute("INSERT INTO message (id, type, request) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", row)
        # Taken as soon as it is kept; the work comes afterwards, since the sender waits ten seconds only.
        self.answer(204)
        NEWS.set()

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


def work():
    """Does what was told, also what was left when the program ended."""
    database = inbox()
    while True:
        NEWS.clear()
        for ident, kind, request in database.execute("SELECT id, type, request FROM message WHERE NOT done ORDER BY rowid").fetchall():
            # Here `request.completed` would have the signed document fetched, as trien.py does.
            print(kind, request, flush=True)
            with database:
                database.execute("UPDATE message SET done = 1 WHERE id = ?", (ident,))
        NEWS.wait()


def main(address):
    host, port = address.rsplit(":", 1)
    threading.Thread(target=work, daemon=True).start()
    ThreadingHTTPServer((host, int(port)), Receiver).serve_forever()


if __name__ == "__main__":
    main(sys.argv[1])
