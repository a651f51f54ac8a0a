"""Asks our core about every attack and every sound document that make.py wrote.

    run.py FOLDER PROGRAM     PROGRAM is the example `changes` of trien-core

An attack is caught when the gate refuses the file, when the integrity of a signature fails, or when a change
after a signature is found. A sound document is one false alarm if any change is found in it. What limits.py names
is known not to be caught, and has to be taken off there once it is.
"""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from limits import unseen


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder, program = Path(sys.argv[1]), sys.argv[2]
    made = json.loads((folder / "made.json").read_text())
    began = time.monotonic()
    attacks = [(row["family"], item) for row in made["families"] for item in row["counted"]]
    answers = ask(program, [item["file"] for _, item in attacks] + made["sound"])
    passed = [item for _, item in attacks if caught(answers[item["file"]]) is None]
    missed = [item["file"] for item in passed if not unseen(item["variant"])]
    limits = [item["file"] for item in passed if unseen(item["variant"])]
    seen = [item["file"] for _, item in attacks if unseen(item["variant"]) and item not in passed]
    alarms = [path for path in made["sound"] if "signatures" in answers[path] and findings(answers[path])]
    refused = [path for path in made["sound"] if "refused" in answers[path]]
    table(made, answers)
    for path in missed:
        print(f"NOT CAUGHT {path}: {answers[path]}")
    for path in limits:
        print(f"not seen, as stated: {Path(path).name}")
    for path in seen:
        print(f"CAUGHT, but named in limits.py: {path}")
    for path in alarms:
        print(f"FALSE ALARM {path}: {findings(answers[path])}")
    for path in refused:
        print(f"refused by the gate, so not judged: {Path(path).name}: {answers[path]['refused']}")
    judged = len(made["sound"]) - len(refused)
    print(f"{len(attacks)} attacks, {len(missed)} not caught and {len(limits)} not seen as stated; {judged} sound documents judged, {len(alarms)} false alarms")
    print(f"asked in {time.monotonic() - began:.0f} s")
    failed = len(missed) + len(seen) + len(alarms)
    print(f"{len(attacks) + judged - failed - len(limits)} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def ask(program, paths):
    def one(share):
        return subprocess.run([program, *share], capture_output=True, text=True, check=True, timeout=600).stdout

    workers = os.cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        answers = [json.loads(line) for out in pool.map(one, (paths[n::workers] for n in range(workers))) for line in out.splitlines()]
    return {answer["file"]: answer for answer in answers}


def caught(answer):
    if "refused" in answer:
        return "gate: " + answer["refused"]
    if found := findings(answer):
        return "finding: " + ", ".join(found)
    if not answer["signatures"]:
        return "no signature left"
    if any(signature["integrity"] == "failed" for signature in answer["signatures"]):
        return "integrity"
    return None


def findings(answer):
    return sorted({change["kind"] for signature in answer["signatures"] for change in signature["changes"]})


def table(made, answers):
    print(f"{'family':30} {'variants':>8} {'caught':>6}  how")
    for row in made["families"]:
        how = Counter(caught(answers[item["file"]]) for item in row["counted"])
        ways = "; ".join(f"{count} {way}" for way, count in how.most_common() if way)
        print(f"{row['family']:30} {len(row['counted']):8} {len(row['counted']) - how[None]:6}  {ways}")


if __name__ == "__main__":
    main()
