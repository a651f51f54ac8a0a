"""What stands between document systems and servers: a front that ends TLS, and a line that fails."""

import socket
import ssl
import subprocess
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseRequestHandler, ThreadingTCPServer

# RFC 9110 §7.6.1, and what a proxy writes itself.
HOP_BY_HOP = {"connection", "upgrade", "http2-settings", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


def authority(folder):
    """A certificate for `localhost`, with the authority that vouches for it."""
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    (folder / "names").write_text("subjectAltName=DNS:localhost")
    for words in (
        ["req", "-x509", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Test", "-days", "30", *curve],
        ["req", "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=localhost", *curve],
        ["x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30"]
        + ["-extfile", "names", "-out", "leaf.pem"],
    ):
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "leaf.pem", folder / "leaf.key")
    return context


class TlsFront(ThreadingTCPServer):
    """Ends TLS and passes everything on, as the web server of a document system does."""

    daemon_threads = allow_reuse_address = True

    def __init__(self, context, port):
        super().__init__(("127.0.0.1", 0), _Through)
        self.context, self.behind, self.calls = context, port, 0
        self.url = f"https://localhost:{self.server_address[1]}/trien"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Through(BaseRequestHandler):
    def handle(self):
        try:
            with (
                self.server.context.wrap_socket(self.request, server_side=True) as outside,
                socket.create_connection(("127.0.0.1", self.server.behind), timeout=10) as inside,
            ):
                inside.settimeout(None)
                back = threading.Thread(target=pump, args=(inside, outside), daemon=True)
                back.start()
                pump(outside, inside, self.count)
                back.join()
        # Whoever is not there yet is asked again by the sender.
        except OSError:
            pass

    def count(self):
        self.server.calls += 1


def pump(source, sink, passed=lambda: None):
    try:
        while chunk := source.recv(65536):
            passed()
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class BadLine(ThreadingHTTPServer):
    """Passes requests on, and does to the next submissions what `faults` says: `busy` turns one away, `lost` loses the answer."""

    daemon_threads = True

    def __init__(self, port):
        super().__init__(("127.0.0.1", 0), _Passing)
        self.behind, self.faults, self.keys = port, [], []
        self.base = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Passing(BaseHTTPRequestHandler):
    def pass_on(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = None
        if (self.command, self.path) == ("POST", "/api/v1/requests"):
            self.server.keys.append(self.headers["Idempotency-Key"])
            fault = self.server.faults.pop(0) if self.server.faults else None
        if fault == "busy":
            self.send_response(503)
            self.send_header("Retry-After", "1")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        inside = HTTPConnection("127.0.0.1", self.server.behind, timeout=60)
        kept = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        inside.request(self.command, self.path, body, kept)
        answer = inside.getresponse()
        content = answer.read()
        inside.close()
        if fault == "lost":
            self.close_connection = True
            return None
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        return None

    do_GET = do_POST = pass_on

    def log_message(self, *_):
        pass
