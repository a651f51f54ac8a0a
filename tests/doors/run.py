"""The doors for document systems: the examples under docs/, run as their readers would, and the API's description.

    run.py TRIEN FOLDER

FOLDER is made anew; what the server and the examples said stays there.
"""

import shutil
import sys
import traceback
from pathlib import Path

import clients
import described
import receivers
import requests
from fronts import BadLine, authority
from office import Office


class Claims:
    """Counts what held."""

    def __init__(self):
        self.passed = self.failed = 0

    def __call__(self, what, held, seen=""):
        if held:
            self.passed += 1
            print(f"ok      {what}", flush=True)
        else:
            self.failed += 1
            print(f"FAILED  {what}: {seen}", flush=True)

    def part(self, what, tell, *more):
        """One part; whatever breaks off in it is a failure, and the next one is told all the same."""
        try:
            tell(*more)
        except Exception:
            self(what, False, traceback.format_exc())


def main(trien, folder):
    folder = Path(folder).resolve()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    claim = Claims()
    context = authority(folder)
    with Office(trien, folder, folder / "ca.pem") as office:
        hanh, tokens = described.staff(office)
        office.enroll_phone()
        paths = requests.get(f"{office.base}/api/v1/openapi.json", timeout=60).json()["paths"]
        told = [receivers.Receiver(name, office, context) for name in receivers.RECEIVERS]
        try:
            line, tokens_are_given = BadLine(office.port), "/api/v1/oauth/token" in paths
            claim("tokens are given for keys (OAuth2)", tokens_are_given)
            for name in clients.CLIENTS:
                claim.part(name, clients.story, name, claim, office, line, tokens_are_given)
            claim.part("the feed", clients.polls_cheaply, claim, office)
            signed = office.submit("Để báo cho hệ thống văn bản")
            office.approve(signed)
            for receiver in told:
                claim.part(receiver.name, receivers.is_told, receiver, claim, office, signed)
                claim.part(receiver.name, receivers.refuses_forgeries, receiver, claim)
        finally:
            for receiver in told:
                receiver.stop()
        claim.part("the description", described.check, claim, office, folder, hanh, tokens)
    print(f"{claim.passed} passed, {claim.failed} failed")
    return 1 if claim.failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
