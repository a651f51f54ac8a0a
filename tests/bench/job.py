"""The whole job of a signature beside a bare SHA-256 over the same bytes, for documents large in two ways.

    job.py FIGURES

Large by their streams, as scans are: the cost should follow the hash. Large by their objects, as some
generators write: over 50,000 of them in object streams, where each has to be read. The job is gate, one
hash pass, revision with stamp, attributes, P-256 signature and CMS, to the bytes that are added to the
document; copying the document in memory to have both as one comes on top, where somebody needs that, and
has a column of its own. Then what opening costs in memory.
"""

import json
import random
import statistics
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

from sign import one_page

ROUNDS = 45
MEGA = 1_000_000


def main(figures):
    with tempfile.TemporaryDirectory() as folder:
        documents = {
            "10 MB, streams": scan(10 * MEGA),
            "50 MB, streams": scan(50 * MEGA),
            "10 MB, 60,000 objects in object streams": dense(10 * MEGA, 60_000),
            "50 MB, 60,000 objects in object streams": dense(50 * MEGA, 60_000),
            "10 MB, 60,000 objects in the file": loose(10 * MEGA, 60_000),
        }
        print("| whole job, median | SHA-256 alone | job | ratio | a further object | copy |\n|---|---|---|---|---|---|")
        for name, content in documents.items():
            path = Path(folder, "document.pdf")
            path.write_bytes(content)
            print(row(name, json.loads(subprocess.check_output([figures, "job", path, str(ROUNDS)]))))
        print("\n| opened as a phone does | file | peak memory beside the file | gate | first page, 1080 px |\n|---|---|---|---|---|")
        for name, content in {"50 MB of streams": scan(50 * MEGA), "5,000 pages": pages(5_000)}.items():
            path.write_bytes(content)
            taken = json.loads(subprocess.check_output([figures, "open", path]))
            print(
                f"| {name} | {len(content) / MEGA:.1f} MB | {taken['peak_kib'] / 1024 - len(content) / 2**20:.0f} MiB "
                f"| {taken['gate_ns'] / 1e6:.1f} ms | {taken['page_ns'] / 1e6:.0f} ms |"
            )


def row(name, taken):
    job, sha, copy = (statistics.median(taken[kind]) for kind in ("job", "sha256", "copy"))
    each = f"{(job - sha) / taken['objects']:.0f} ns" if taken["objects"] > 1000 else "–"
    return f"| {name} | {sha / 1e6:.2f} ms | {job / 1e6:.2f} ms | {job / sha:.2f} | {each} | {copy / 1e6:.2f} ms |"


def scan(size):
    """Pages of which each is one incompressible picture."""
    picture = random.Random(1).randbytes(500_000)
    return document([stream("", picture) for _ in range(size // len(picture))])


def loose(size, count):
    return document([b"<</Kind/Note/Number %d/Text(ghi ch\xc3\xba)>>" % n for n in range(count)] + filler(size - 110 * count))


def dense(size, count):
    """The same objects in object streams of 200, and a cross-reference stream."""
    small = [b"<</Kind/Note/Number %d/Text(ghi ch\xc3\xba)>>" % n for n in range(count)]
    return document(filler(size - 16 * count), small)


def filler(size):
    return [stream("", random.Random(2).randbytes(250_000)) for _ in range(max(size, 0) // 250_000)]


def pages(count):
    content = stream("", b"BT /F 12 Tf 72 760 Td (Trang) Tj ET")
    kids = b" ".join(b"%d 0 R" % (10 + n) for n in range(count))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 9 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    tree = b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, count)
    return written({2: tree, 9: content, **{10 + n: page for n in range(count)}}, {})


def document(large, small=()):
    """One page; `large` objects in the file from number 10, `small` ones in object streams behind them."""
    first = 10 + len(large)
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>"
    own = {2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: page, 4: stream("", b"BT /F 12 Tf 72 760 Td (Trien) Tj ET")}
    own |= {10 + at: content for at, content in enumerate(large)}
    return written(own, {first + at: content for at, content in enumerate(small)})


def written(own, members):
    own = {1: b"<</Type/Catalog/Pages 2 0 R>>", 5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", **own}
    entries = {}
    container = max([*own, *members]) + 1
    numbers = sorted(members)
    for start in range(0, len(numbers), 200):
        part = numbers[start : start + 200]
        offsets, body = [], b""
        for index, number in enumerate(part):
            offsets.append(b"%d %d" % (number, len(body)))
            entries[number] = (2, container, index)
            body += members[number] + b"\n"
        head = b" ".join(offsets) + b"\n"
        own[container] = stream(f"/Type/ObjStm/N {len(part)}/First {len(head)}/Filter/FlateDecode", zlib.compress(head + body, 6))
        container += 1
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    for number, content in own.items():
        entries[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    entries[container], start = (1, len(out), 0), len(out)
    rows = b"".join(
        kind.to_bytes(1) + spot.to_bytes(4) + last.to_bytes(2)
        for kind, spot, last in (entries.get(number, (0, 0, 0)) for number in range(container + 1))
    )
    trailer = f"/Type/XRef/W[1 4 2]/Size {container + 1}/Root 1 0 R/Filter/FlateDecode"
    out += b"%d 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (container, stream(trailer, zlib.compress(rows, 6)), start)
    return bytes(out)


def stream(keys, content):
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (keys.encode(), len(content), content)


if __name__ == "__main__":
    main(sys.argv[1])
