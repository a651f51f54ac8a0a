"""Signs the corpus with our core and has six judges look at every result.

    judge.py SIGNER     SIGNER is the core's example `corpus_signer`, compiled

Every file is tried, sound or not (classes.py). One person signs each; on the thirty files that
corpus.json names, a second person and the office's seal follow. Files made by pdfa.py, which keep PDF/A-1,
-2 and -3, are signed by all three too.

Every sound file must be signed and accepted (acceptance.py), after each signature. Refusing one is allowed
for three reasons only, and only where corpus.json names the file; it also names files whose one page is
covered by an annotation, so that no stamp finds room, and files that pyHanko cannot read at all. Whatever else the core signs must be
accepted as well; other files it may refuse for any reason. The result is target/interop/report.json and
report.md; docs/corpus.md has the totals.
"""

import json
import shutil
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import acceptance
import control
import corpus
import judges
import pdfa
import report

SIGNED = judges.WORK / "signed"
SIGNERS = 3


def main():
    start = time.monotonic()
    listing = json.loads(corpus.LISTING.read_text())
    chosen = set(listing["files"]["three signers"])
    files = corpus.classified()
    for file in files:
        file["place"], file["signers"] = corpus.place(file["sha256"]), SIGNERS if file["sha256"][:12] in chosen else 1
    made = [{**file, "signers": SIGNERS} for file in pdfa.make(judges.WORK / "pdfa")]
    attempts = sign(sys.argv[1], files + made)
    trust = judges.Trust(SIGNED / "root.pem", tuple(sorted(SIGNED.glob("*.crl"))))
    rows = judge_all(files + made, attempts, trust)
    for row in rows:
        row["verdict"] = verdict(row, listing)
    sys.exit(report.write(rows, time.monotonic() - start))


def sign(signer, files):
    shutil.rmtree(SIGNED, ignore_errors=True)
    SIGNED.mkdir(parents=True)
    orders = "".join(f"{file['signers']}\t{file['place']}\n" for file in files)
    subprocess.run([signer, SIGNED], input=orders, text=True, check=True)
    attempts = {file["place"].name: [] for file in files}
    for line in (SIGNED / "outcomes.jsonl").read_text().splitlines():
        attempt = json.loads(line)
        attempts[attempt["file"]].append(attempt)
    return attempts


def judge_all(files, attempts, trust):
    """Two processes for the Python and command line judges, while one JVM answers for DSS and veraPDF."""
    with ProcessPoolExecutor(2) as pool, judges.Dss() as dss:
        waiting = [pool.submit(look, paths(file, attempts), trust) for file in files]
        jvm = []
        for number, file in enumerate(files, start=1):
            jvm.append(ask_jvm(file, paths(file, attempts), trust, dss))
            if number % 100 == 0:
                print(f"judges: DSS has seen {number} of {len(files)} files", flush=True)
        return [
            row(file, attempts[file["place"].name], found.result(), asked)
            for file, found, asked in zip(files, waiting, jvm)
        ]


def paths(file, attempts):
    """The file, and what each signer left of it; nothing when nobody signed."""
    signed = [attempt["signed"] for attempt in attempts[file["place"].name] if attempt["signed"]]
    return [str(file["place"]), *signed] if signed else []


def look(paths, trust):
    """The facts of all but the JVM about a chain of files. A base without a signature is no work for most."""
    found = []
    for number, path in enumerate(paths):
        if number == 0 and not has_signature(path):
            found.append({**judges.unsigned(judges.qpdf(path)), "overlaps": []})
            continue
        earlier = acceptance.ranges({"dss": {}, **found[-1]}) if found else ()
        lies_on = acceptance.overlaps(path) if number else []
        found.append({**judges.tools(path, trust, earlier), "overlaps": lies_on})
        if "error" in found[-1]["pyhanko"] and not found[0]["pyhanko"]:
            found[0]["pyhanko"] = judges.pyhanko(paths[0], trust)
        if number and any(isinstance(says, dict) and "error" in says for says in found[-1]["pyhanko"].values()):
            found[-1]["control"] = control.pyhanko_errors(paths[0])
    return found


def ask_jvm(file, paths, trust, dss):
    found, seconds = [], 0
    for number, path in enumerate(paths):
        start = time.monotonic()
        # A file's only signature has nothing after it that could look different.
        pages = judges.PICTURES if number > 1 or has_signature(paths[0]) else 0
        dss_says = dss.judge(path, trust, pages) if number or has_signature(path) else {}
        pdfa_says = dss.pdfa(path) if "pdf-a" in file["traits"] else {}
        found.append({"dss": dss_says, "pdfa": pdfa_says})
        seconds = max(seconds, time.monotonic() - start)
    return {"facts": found, "seconds": seconds}


def has_signature(path):
    return b"/ByteRange" in Path(path).read_bytes()


def row(file, attempts, looked, asked):
    """A file's line of the report: what was signed or refused, and who objects to which signature."""
    facts = [{**tools, **jvm} for tools, jvm in zip(looked, asked["facts"])]
    objections, abstentions = {}, set()
    for number, (before, after) in enumerate(zip(facts, facts[1:]), start=1):
        found = acceptance.objections(before, after)
        abstentions |= set(acceptance.abstentions(before, after))
        if after["overlaps"]:
            found.setdefault("overlap", []).append(str(after["overlaps"]))
        for judge_name, reasons in found.items():
            objections.setdefault(judge_name, []).extend(f"signature {number}: {reason}" for reason in reasons)
    return {
        **{key: value for key, value in file.items() if key != "place"},
        "signed": sum(attempt["signed"] is not None for attempt in attempts),
        "refused": next((attempt["refused"] for attempt in attempts if attempt["refused"]), None),
        "objections": objections,
        "abstentions": sorted(abstentions),
        "pdfa": [step["pdfa"] for step in facts if step["pdfa"].get("claims")],
        "seal_seen": asked["facts"][-1]["dss"] and seen_overlaps(asked["facts"][-1]["dss"]) if len(facts) > SIGNERS else None,
        "dss_seconds": round(asked["seconds"], 1),
    }


def seen_overlaps(dss_says):
    """The pages on which DSS sees annotations overlap, so that it shows whether the seal's was noticed."""
    return sorted({page for found in dss_says.values() if isinstance(found, dict) for page in found.get("overlapping_pages") or []})


def verdict(row, listing):
    name = f"{row['archive']}: {row['path']}"
    slug = (row["refused"] or "").split(":")[0]
    if name in listing["no room for a stamp"]:
        row["objections"].pop("overlap", None)
    unread = {reason.split(":")[0] for reason in row["abstentions"] if "before either" in reason}
    # DSS takes one of two names for the digest of Ed448 by the order of a hash table, and knows one of them.
    if row["objections"] or row["sound"] and any(name not in listing["not read"][judge_name] for judge_name in unread):
        return "objected"
    if row["signed"] == row["signers"]:
        return "accepted"
    if not row["sound"]:
        return "refused"
    return "refused" if not row["signed"] and name in listing["refusals"].get(slug, []) else "missed"


if __name__ == "__main__":
    main()
