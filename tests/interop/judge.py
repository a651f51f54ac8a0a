"""Signs every file of the corpus twice with our core and has five judges look at the results.

    judge.py SIGNER     SIGNER is the core's example `corpus_signer`, compiled

SIGNER FOLDER FILE… writes into FOLDER: root.pem, *.crl, the signed files, and outcomes.jsonl with one
line per attempt, {"file": name, "base": path, "signed": path or null, "refused": slug or null}; the
base of a second signature is the file with the first.

The result is target/interop/report.json and report.md. Refusing a file is allowed, up to 5 of the 25, and
each refusal is listed; signing one in a way that any judge objects to is not.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import judges

SIGNED = judges.WORK / "signed"
LEAST_ACCEPTED = 20


def main():
    listing = json.loads((Path(__file__).parent / "corpus.json").read_text())["files"]
    attempts = sign(sys.argv[1], [f"{file['sha256'][:12]}.pdf" for file in listing])
    trust = judges.Trust(SIGNED / "root.pem", tuple(sorted(SIGNED.glob("*.crl"))))
    rows = []
    with judges.Dss() as dss:
        for file in listing:
            rows.append({**file, **judge(attempts[f"{file['sha256'][:12]}.pdf"], trust, dss)})
            print(f"judges: {rows[-1]['verdict']}: {file['path']} ({file['class']}) {reasons(rows[-1])}", flush=True)
    counts = {verdict: sum(row["verdict"] == verdict for row in rows) for verdict in ("accepted", "refused", "objected")}
    write_report(rows, counts)
    enough = counts["accepted"] >= LEAST_ACCEPTED
    print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()), f"of {len(rows)}")
    if not enough:
        print(f"at least {LEAST_ACCEPTED} must be accepted")
    failed = counts["objected"] + (0 if enough or counts["objected"] else 1)
    print(f"{counts['accepted']} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def sign(signer, names):
    shutil.rmtree(SIGNED, ignore_errors=True)
    SIGNED.mkdir(parents=True)
    subprocess.run([signer, SIGNED, *(judges.WORK / "corpus" / name for name in names)], check=True)
    attempts = {name: [] for name in names}
    for line in (SIGNED / "outcomes.jsonl").read_text().splitlines():
        attempt = json.loads(line)
        attempts[attempt["file"]].append(attempt)
    return attempts


def judge(attempts, trust, dss):
    """A file is accepted when it was signed twice and nobody objects to either result."""
    objections = {}
    refusals = [attempt["refused"] for attempt in attempts if attempt["refused"]]
    for number, attempt in enumerate(attempts, start=1):
        if attempt["signed"]:
            base, signed = Path(attempt["base"]), Path(attempt["signed"])
            found = judges.objections(judges.facts(base, trust, dss), judges.facts(signed, trust, dss), signed, trust)
            for judge_name, found_reasons in found.items():
                objections.setdefault(judge_name, []).extend(f"signature {number}: {reason}" for reason in found_reasons)
    signed_once = any(attempt["signed"] for attempt in attempts)
    if objections or (refusals and signed_once) or not attempts:
        verdict = "objected"
    else:
        verdict = "refused" if refusals else "accepted"
    return {"verdict": verdict, "refused": refusals, "objections": objections}


def reasons(row):
    return "; ".join([*row["refused"], *(f"{judge}: {', '.join(found)}" for judge, found in row["objections"].items())])


def write_report(rows, counts):
    (judges.WORK / "report.json").write_text(json.dumps({"counts": counts, "files": rows}, indent=1, ensure_ascii=False))
    table = ["| file | class | traits | verdict | reason |", "|---|---|---|---|---|"]
    for row in rows:
        name = f"{row['archive'].split('-')[0].split('_')[0]}: {row['path'].split('/', 1)[1]}"
        cells = [name, row["class"], ", ".join(row["traits"]), row["verdict"], reasons(row).replace("|", "\\|")]
        table.append("| " + " | ".join(cells) + " |")
    (judges.WORK / "report.md").write_text("\n".join(table) + "\n")


if __name__ == "__main__":
    main()
