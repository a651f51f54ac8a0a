#!/usr/bin/env python3
"""Compares the core's pictures of pages with those that poppler draws of them.

    pictures.py DRAWER [--all] [--sheets FOLDER]

DRAWER is the core's example `pages`. The pages are the first and the last of the files in the corpus
archives (see corpus.py) that the core accepts: every third file, or `--all` of them. `--sheets`
writes pictures of the outliers to look at, the core's on the left.

Two readers never draw the same pixels: other anti-aliasing, other hinting, other stand-ins for fonts
that are missing. So both pictures are made small in grey, and what counts is how far the greys are
apart, on the whole page and in its worst part. Pages that are apart were looked at; what they are is
written in pictures.json. A page that is apart and not listed there fails.
"""

import argparse
import collections
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image, ImageChops, ImageOps, ImageStat

sys.path.insert(0, str(Path(__file__).resolve().parent))
import corpus

LARGEST = 5_000_000
HERE = Path(__file__).resolve().parent
KNOWN = HERE / "pictures.json"

WIDTH = 600
SMALLER = 6
PARTS = 10

# Greys from 0 to 255: the whole page, and the worst of its parts.
APART = {"page": 6.0, "part": 32.0}

# poppler gives up on nothing; some files of the corpus are made to keep readers busy.
SECONDS = 30


def main():
    arguments = argparse.ArgumentParser(usage=__doc__)
    arguments.add_argument("drawer")
    arguments.add_argument("--all", action="store_true")
    arguments.add_argument("--sheets", type=Path)
    options = arguments.parse_args()
    known = json.loads(KNOWN.read_text())
    reasons = {page: reason for reason, pages in known.items() for page in pages}
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        files = write_files(folder, 1 if options.all else 3)
        answers = draw(options.drawer, files, folder)
        pages = [page for answer in answers for page in pages_of(answer)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            measured = list(pool.map(lambda page: measure(page, folder), pages))
        sys.exit(report(answers, measured, reasons, options))


def write_files(folder, step):
    """Every different PDF of the archives under its checksum, or a fixed share of them."""
    corpus.fetch()
    chosen = {}
    for archive in json.loads(corpus.LISTING.read_text())["archives"]:
        for _, content in corpus.pdfs(archive):
            name = hashlib.sha256(content).hexdigest()[:12]
            if int(name, 16) % step == 0 and len(content) <= LARGEST:
                chosen[name] = content
    for name, content in chosen.items():
        (folder / f"{name}.pdf").write_bytes(content)
    return [folder / f"{name}.pdf" for name in sorted(chosen)]


def draw(drawer, files, folder):
    """Each process has its share of the files."""
    count = os.cpu_count()

    def share(number):
        listed = "".join(f"{file}\n" for file in files[number::count])
        command = [drawer, str(WIDTH), str(folder)]
        done = subprocess.run(command, input=listed, capture_output=True, text=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    with ThreadPoolExecutor(count) as pool:
        return [answer for answers in pool.map(share, range(count)) for answer in answers]


def pages_of(answer):
    for picture in answer.get("pictures", []):
        name = f"{Path(answer['file']).stem}-{picture['page']}"
        yield {"name": name, "file": answer["file"], "findings": answer["findings"], **picture}


def measure(page, folder):
    if "error" in page:
        return {**page, "apart": None}
    ours = Image.open(page["png"]).convert("RGB")
    theirs = poppler(page, folder)
    if theirs is None:
        return {**page, "apart": None, "error": "poppler-drew-nothing"}
    return {**page, "apart": distance(ours, theirs), "ours": ours, "theirs": theirs}


def poppler(page, folder):
    out = folder / f"{page['name']}-poppler"
    number = str(page["page"] + 1)
    command = ["pdftoppm", "-png", "-cropbox", "-singlefile", "-f", number, "-l", number]
    # A size in pixels would be that of the page before it is turned.
    command += ["-r", str(72 * WIDTH / page["points"]), page["file"], out]
    try:
        subprocess.run(command, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return None
    drawn = out.with_name(out.name + ".png")
    return Image.open(drawn).convert("RGB") if drawn.exists() else None


def distance(ours, theirs):
    # poppler rounds up, and knows no larger units of a page.
    if abs(ours.width / ours.height / (theirs.width / theirs.height) - 1) > 0.02:
        return {"page": 255.0, "part": 255.0}
    theirs = theirs.resize(ours.size) if theirs.size != ours.size else theirs
    apart = ImageChops.difference(small(ours), small(theirs))
    width, height = max(1, apart.width // PARTS), max(1, apart.height // PARTS)
    # Parts that overlap by half: what lies on the border of two is seen in a third.
    parts = [
        ImageStat.Stat(apart.crop((x, y, x + width, y + height))).mean[0]
        for x in range(0, max(1, apart.width - width + 1), max(1, width // 2))
        for y in range(0, max(1, apart.height - height + 1), max(1, height // 2))
    ]
    return {"page": ImageStat.Stat(apart).mean[0], "part": max(parts)}


def small(picture):
    return picture.convert("L").reduce(min(SMALLER, *picture.size))


def report(answers, measured, reasons, options):
    refused = sum("refused" in answer for answer in answers)
    print(f"pictures: {len(answers)} files, {refused} refused, {len(measured)} pages of the others")
    drawn = [page for page in measured if page["apart"]]
    for kind in APART:
        values = sorted(page["apart"][kind] for page in drawn)
        at = lambda share: values[min(len(values) - 1, int(share * len(values)))]
        print(f"pictures: greys apart, {kind}: half {at(0.5):.1f}, 90 % {at(0.9):.1f}, 99 % {at(0.99):.1f}, most {values[-1]:.1f}")
    took = sorted(page["milliseconds"] for page in drawn)
    print(f"pictures: drawn in {took[len(took) // 2]} ms, at most {took[-1]} ms")
    outliers = [page for page in measured if is_outlier(page)]
    outliers.sort(key=lambda page: page["name"])
    if options.sheets:
        sheets(outliers, options.sheets)
    unknown = [page for page in outliers if page["name"] not in reasons]
    counted = collections.Counter(reasons.get(page["name"], "not looked at") for page in outliers)
    for reason, count in counted.most_common():
        print(f"pictures: {count} apart: {reason}")
    for page in unknown:
        print(f"pictures: NOT KNOWN: {page['name']}: {what(page)}")
    if options.all:
        gone = sorted(set(reasons) - {page["name"] for page in outliers})
        if gone:
            print(f"pictures: no more apart: {' '.join(gone)}")
    print(f"{len(measured) - len(unknown)} passed, {len(unknown)} failed")
    return 1 if unknown or not drawn else 0


def is_outlier(page):
    return not page["apart"] or any(page["apart"][kind] > most for kind, most in APART.items())


def what(page):
    apart = page["apart"]
    seen = page["error"] if not apart else f"page {apart['page']:.1f}, part {apart['part']:.1f}"
    return f"{seen} {' '.join(page['findings'])}"


def sheets(outliers, folder):
    folder.mkdir(parents=True, exist_ok=True)
    drawn = [page for page in outliers if page["apart"]]
    for start in range(0, len(drawn), 6):
        sheet = Image.new("RGB", (3 * 820, 2 * 620), "lightgrey")
        names = []
        for place, page in enumerate(drawn[start : start + 6]):
            x, y = place % 3 * 820, place // 3 * 620
            for side, picture in enumerate((page["ours"], page["theirs"])):
                sheet.paste(ImageOps.contain(picture, (400, 600)), (x + side * 405, y))
            names.append(f"{page['name']}: {what(page)}")
        sheet.save(folder / f"{start // 6:03}.png")
        (folder / f"{start // 6:03}.txt").write_text("\n".join(names) + "\n")


if __name__ == "__main__":
    main()
