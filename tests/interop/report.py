"""The table over all files, and its totals."""

import json
from collections import Counter

import classes
import judges

JUDGES = ("dss", "pyhanko", "pdfsig", "openssl", "qpdf", "verapdf", "overlap")
VERDICTS = ("accepted", "refused", "missed", "objected")


def write(rows, seconds):
    """Prints what failed and the totals; gives the exit code."""
    found = totals(rows)
    (judges.WORK / "report.json").write_text(json.dumps({"totals": found, "files": rows}, indent=1, ensure_ascii=False))
    (judges.WORK / "report.md").write_text(markdown(rows, found))
    failed = [row for row in rows if row["verdict"] in ("missed", "objected")]
    for row in failed:
        print(f"judges: {row['verdict']}: {name(row)} ({row['class']}) {reasons(row)}", flush=True)
    claims = proven(rows)
    for claim, holds in claims.items():
        print(f"judges: {claim}: {'ok' if holds else 'NO'}")
    print(json.dumps(found, ensure_ascii=False, indent=1))
    print(f"judges: {seconds / 60:.1f} minutes for signing and judging")
    count = len(failed) + sum(not holds for holds in claims.values())
    print(f"{len(rows) - len(failed) + sum(claims.values())} passed, {count} failed")
    return 1 if count else 0


def proven(rows):
    """What must hold of the run as a whole, so that a table of accepted files means something."""
    made = [row for row in rows if row["archive"] == "made"]
    conform = {row["pdfa"][0]["claims"][0] for row in rows if row["pdfa"] and row["pdfa"][0]["conforms"]}
    return {
        "every class of sound files is there": {row["class"] for row in rows if row["sound"]} == set(classes.SOUND_CLASSES),
        "every made PDF/A file conforms before it is signed": all(row["pdfa"] and row["pdfa"][0]["conforms"] for row in made),
        "there are conforming files of PDF/A-1, -2 and -3": conform >= {"1", "2", "3"},
        "DSS saw every seal on its own signature": all(row["seal_seen"] for row in rows if row["signed"] == 3),
    }


def totals(rows):
    corpus = [row for row in rows if row["archive"] != "made"]
    sound, other = ([row for row in corpus if row["sound"] is kind] for kind in (True, False))
    sequences = [row for row in corpus if row["signers"] == 3]
    archival = [row for row in rows if row["pdfa"] and row["pdfa"][0]["conforms"]]
    return {
        "sound": verdicts(sound),
        "sound by class": {kind: verdicts([row for row in sound if row["class"] == kind]) for kind in classes.SOUND_CLASSES},
        "other": verdicts(other),
        "other by class": {kind: verdicts([row for row in other if row["class"] == kind]) for kind in classes.OTHER_CLASSES},
        "three signers": verdicts(sequences),
        "pdf/a that conforms": {
            part: verdicts([row for row in archival if row["pdfa"][0]["claims"][0] == part]) for part in "123"
        },
        "refused, sound": dict(Counter(slug(row) for row in sound if row["verdict"] == "refused")),
        "refused, other": dict(sorted(Counter(slug(row) for row in other if row["verdict"] == "refused").items())),
        "abstentions": {name(row): row["abstentions"] for row in rows if row["abstentions"]},
        "signatures judged": sum(row["signed"] for row in rows),
    }


def verdicts(rows):
    counts = Counter(row["verdict"] for row in rows)
    return {"files": len(rows), **{verdict: counts[verdict] for verdict in VERDICTS if counts[verdict]}}


def markdown(rows, found):
    lines = [
        "Who objects to which file. `+`: accepted by that judge, `?`: abstains, `.`: has not seen the file; veraPDF sees what claims to be PDF/A.",
        "",
        "| file | sound | class | traits | signed | " + " | ".join(JUDGES) + " | verdict | refused, or why not accepted |",
        "|---" * (len(JUDGES) + 7) + "|",
    ]
    for row in rows:
        cells = [
            name(row), "yes" if row["sound"] else "no", row["class"], ", ".join(row["traits"]), f"{row['signed']} of {row['signers']}",
            *(mark(row, judge) for judge in JUDGES), row["verdict"], reasons(row).replace("|", "\\|"),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", "```json", json.dumps(found, indent=1, ensure_ascii=False), "```", ""])


def mark(row, judge):
    if judge in row["objections"]:
        return "NO"
    if any(reason.startswith(judge) for reason in row["abstentions"]):
        return "?"
    return "+" if row["signed"] and (judge != "verapdf" or row["pdfa"]) else "."


def name(row):
    return f"{row['archive']}: {row['path']}"


def slug(row):
    return row["refused"].split(":")[0]


def reasons(row):
    return "; ".join(filter(None, [row["refused"], *(f"{judge}: {', '.join(found)}" for judge, found in row["objections"].items()), *row["abstentions"]]))
