"""Files made to be read in two ways: what readers show of them, and what our core says.

    crafted.py SIGHT     SIGHT is the core's example `sight`, compiled

Every trick in crafted/cases.py becomes a file. poppler (pdftoppm), MuPDF (mutool) and hayro draw it, and
what they show is read off in colours. A file on which any two of them differ must be refused by our core, or
accepted with a finding that tells the signer; a file that is accepted without a finding must look to us
as it does to everybody else. Files stay in target/interop/crafted for a closer look.
"""

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from crafted.cases import CASES

FOLDER = Path(__file__).resolve().parent.parent.parent / "target" / "interop" / "crafted"
WIDTH = 50
READERS = ("poppler", "mupdf", "hayro")

# A colour counts when it fills a hundredth of the page; edges are mixtures and count for nothing.
COLOURS = {b"\x00\xff\x00": "green", b"\xff\x00\x00": "red", b"\x00\x00\xff": "blue"}

# Tricks that work on none of these readers any more would prove nothing.
LEAST_DIFFERING = 25


def main():
    for tool in ("pdftoppm", "mutool"):
        if not shutil.which(tool):
            sys.exit(f"crafted: {tool} is missing")
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name, make in CASES.items():
        (FOLDER / f"{name}.pdf").write_bytes(make())
    verdicts = judge(sys.argv[1])
    rows = [look(name, verdicts[name]) for name in CASES]
    print_table(rows)
    failed = sum(row["failure"] is not None for row in rows)
    differing = sum(row["differ"] for row in rows)
    if differing < LEAST_DIFFERING:
        print(f"crafted: readers differ on {differing} files only, {LEAST_DIFFERING} expected")
        failed += 1
    print(f"crafted: {len(rows)} files, readers differ on {differing}; {summary(rows)}")
    print(f"{len(rows) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def judge(sight):
    files = [FOLDER / f"{name}.pdf" for name in CASES]
    run = subprocess.run([sight, FOLDER, *files], stdout=subprocess.PIPE, text=True, timeout=120, check=True)
    return {verdict["file"]: verdict for verdict in map(json.loads, run.stdout.splitlines())}


def look(name, verdict):
    path = FOLDER / f"{name}.pdf"
    scale = ["-scale-to-x", str(WIDTH), "-scale-to-y", "-1"]
    draw("pdftoppm", *scale, path, FOLDER / f"{name}-poppler")
    draw("mutool", "draw", "-q", "-w", str(WIDTH), "-F", "ppm", "-o", FOLDER / f"{name}-mupdf-%d.ppm", path)
    shown = {reader: reading(f"{name}-{reader}") for reader in (*READERS, "ours")}
    findings = [finding["finding"] for finding in verdict["findings"]]
    differ = len({shown[reader] for reader in READERS}) > 1
    failure = None
    if not verdict["refused"] and not findings:
        if differ:
            failure = "accepted without a finding, though readers differ"
        elif shown["ours"] != shown["poppler"]:
            failure = f"we alone show {shown['ours']}"
    said = verdict["refused"] or ", ".join(findings) or "accepted"
    return {"name": name, "shown": shown, "differ": differ, "said": said, "failure": failure, **verdict}


def draw(*command):
    """A reader may fail in any way on such a file; what it drew before counts."""
    try:
        subprocess.run(command, capture_output=True, timeout=20)
    except subprocess.TimeoutExpired:
        pass


def reading(stem):
    pages = sorted(FOLDER.glob(f"{stem}-*.ppm"))
    return " | ".join(page_reading(page.read_bytes()) for page in pages) or "nothing"


def page_reading(ppm):
    """Which colours a page shows, and how tall it is when it is not square."""
    magic, size, _, pixels = ppm.split(b"\n", 3)
    assert magic == b"P6"
    width, height = map(int, size.split())
    counts = Counter(pixels[at : at + 3] for at in range(0, len(pixels), 3))
    seen = [name for colour, name in COLOURS.items() if counts[colour] * 100 > width * height]
    shape = round(10 * height / width)
    return "+".join(seen or ["blank"]) + (f" {shape}:10" if shape != 10 else "")


def print_table(rows):
    heads = ("file", *READERS, "our core")
    cells = [(row["name"], *(row["shown"][reader] for reader in READERS), row["said"]) for row in rows]
    widths = [max(len(line[column]) for line in (heads, *cells)) for column in range(len(heads))]
    for line, row in zip((heads, *cells), ({"failure": None}, *rows), strict=True):
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        print(text + (f"   NO: {row['failure']}" if row["failure"] else ""))


def summary(rows):
    refused = sum(bool(row["refused"]) for row in rows)
    plain = sum(row["said"] == "accepted" for row in rows)
    return f"{refused} refused, {len(rows) - refused - plain} with a finding, {plain} without"


if __name__ == "__main__":
    main()
