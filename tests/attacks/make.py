"""Makes the attacks of docs/security.md on real signed documents, and drops those that attack nothing.

    make.py CORPUS ARCHIVES FOLDER     writes FOLDER/<family>/<variant>.pdf, FOLDER/sound/ and FOLDER/made.json

CORPUS holds the documents of tests/interop/corpus.json, ARCHIVES the archives that they come from.

**A variant counts only if somebody is deceived**: a validator that we did not write (pyHanko without its
analysis of differences, or pdfsig) still calls the old signature intact, or a viewer that we did not write
(poppler, mupdf) shows another page than before. Each family must have five that count.
"""

import hashlib
import io
import json
import logging
import subprocess
import sys
import tempfile
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature

import bases
import ranges
import sound
from families import FAMILIES
from heldout import HELD_OUT

FEWEST = 5


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    corpus, archives, folder = map(Path, sys.argv[1:])
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch, ProcessPoolExecutor() as workers:
        furnished, signer = bases.all_bases(corpus, scratch)
        table = [family(name, attacks, folder, workers) for name, attacks in all_families(furnished, archives)]
        controls = write(folder / "sound", sound.documents(furnished, signer, archives))
    short = [row for row in table if len(row["counted"]) < FEWEST]
    (folder / "made.json").write_text(json.dumps({"families": table, "sound": controls}, indent=1))
    for row in table:
        print(f"{row['family']:30} {len(row['counted']):3} count, {len(row['dropped']):2} dropped")
    print(f"{'sound, signed several times':30} {len(controls):3}")
    print(f"made in {time.monotonic() - began:.0f} s")
    print(f"{len(table) - len(short)} passed, {len(short)} failed")
    sys.exit(1 if short else 0)


def all_families(furnished, archives):
    for name, generate in {**FAMILIES, **HELD_OUT}.items():
        yield name, lambda generate=generate: (
            (f"{base.name}-{variant}", before, after) for base in furnished for variant, before, after in generate(base)
        )
    yield "byte-ranges", lambda: ranges.attacks(furnished, archives)
    yield "pyhanko-tricky-updates", lambda: tricky(archives)


def family(name, attacks, folder, workers):
    counted, dropped = [], []
    room = folder / name
    room.mkdir(parents=True, exist_ok=True)
    variants = list(attacks())
    paths = [room / f"{variant}.pdf" for variant, _, _ in variants]
    for path, (_, _, after) in zip(paths, variants):
        path.write_bytes(after)
    before, after = ([variant[part] for variant in variants] for part in (1, 2))
    for (variant, _, _), path, by in zip(variants, paths, workers.map(deceived, before, after, paths)):
        if by:
            counted.append({"variant": variant, "file": str(path), "deceived": by})
        else:
            path.unlink()
            dropped.append(variant)
    return {"family": name, "counted": counted, "dropped": dropped}


def deceived(before, after, path):
    """Who takes the attack for the signed document, or shows something else instead of it."""
    if pyhanko_says_intact(after):
        return "pyhanko"
    if pdfsig_says_valid(path):
        return "pdfsig"
    old = path.with_suffix(".before")
    old.write_bytes(before)
    try:
        for viewer in (poppler, mupdf):
            shown = viewer(path)
            if shown and shown != viewer(old):
                return viewer.__name__
    finally:
        old.unlink()
    return None


def pyhanko_says_intact(content):
    try:
        signature = PdfFileReader(io.BytesIO(content), strict=False).embedded_signatures[0]
        status = validate_pdf_signature(signature, skip_diff=True)
        return status.intact and status.valid
    except Exception:  # a judge may fail in any way on a hostile file; then it is not deceived
        return False


def pdfsig_says_valid(path):
    run = subprocess.run(["pdfsig", "-nocert", str(path)], capture_output=True, text=True, errors="replace", timeout=60)
    return "Signature Validation: Signature is Valid." in run.stdout


def poppler(path):
    run = subprocess.run(["pdftoppm", "-r", "50", "-f", "1", "-l", "1", str(path)], capture_output=True, timeout=60)
    return hashlib.sha256(run.stdout).digest() if run.stdout else None


def mupdf(path):
    run = subprocess.run(
        ["mutool", "draw", "-q", "-r", "50", "-F", "ppm", "-o", "-", str(path), "1"], capture_output=True, timeout=60
    )
    return hashlib.sha256(run.stdout).digest() if run.stdout else None


def tricky(archives):
    """Updates that pyHanko's own tests expect to be refused."""
    for name, content in sound.archived(archives):
        if "sneaky" in name or name == "extensions-indirect-not-all-paths":
            yield name, signed_state(content), content


def signed_state(content):
    signature = PdfFileReader(io.BytesIO(content), strict=False).embedded_signatures[0]
    _, _, second, length = map(int, signature.byte_range)
    return content[: second + length]


def write(folder, documents):
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in documents:
        path = folder / f"{name}.pdf"
        path.write_bytes(content)
        written.append(str(path))
    return written


if __name__ == "__main__":
    # Foreign libraries report every oddity of a hostile file; only the verdict counts here.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    main()
