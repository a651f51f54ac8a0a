#!/usr/bin/env python3
"""Makes the stamp's font and colour profile. Run once; the results are committed and frozen.

    pip install fonttools==4.60.1
    python3 make.py /usr/share/fonts/truetype/croscore/Tinos-Regular.ttf

The font is Debian's package fonts-croscore 20201225-1, Tinos Regular 1.33 (SIL OFL 1.1). A change
of any output byte changes every revision that the builder makes: it needs a new builder name.
"""

import hashlib
import io
import struct
import sys
import zlib
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE = "cf264a22292950ca1679b2ade07e9e6ecb26c649ab70975d0e113f979efa827a"
HERE = Path(__file__).parent

CHARACTERS = (
    [*range(0x20, 0x7F), *range(0xA0, 0xAD), *range(0xAE, 0x100)]
    + [ord(c) for c in "ĂăĐđĨĩŨũƠơƯư"]
    + [*range(0x1EA0, 0x1EFA)]
    + [ord(c) for c in "–—‘’‚“”„†•…‰‹›€₫№™−"]
)


def font(source: Path) -> bytes:
    raw = source.read_bytes()
    if hashlib.sha256(raw).hexdigest() != SOURCE:
        sys.exit(f"{source} is not Tinos Regular 1.33")
    tinos = TTFont(io.BytesIO(raw), recalcTimestamp=False)
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.notdef_outline = True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "gasp", "meta", "STAT"]
    options.glyph_names = False
    worker = subset.Subsetter(options)
    worker.populate(unicodes=CHARACTERS)
    worker.subset(tinos)
    missing = [hex(c) for c in CHARACTERS if c not in tinos.getBestCmap()]
    if missing:
        print("not in the font, left out:", *missing)
    out = io.BytesIO()
    tinos.save(out, reorderTables=True)
    return out.getvalue()


def profile() -> bytes:
    """sRGB (IEC 61966-2-1) as an ICC version 2.1 matrix profile, D50-adapted."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(x: float, y: float, z: float) -> bytes:
        return b"XYZ \0\0\0\0" + fixed(x) + fixed(y) + fixed(z)

    def linear(v: float) -> float:
        return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4

    points = 64
    curve = b"curv\0\0\0\0" + struct.pack(">I", points)
    curve += b"".join(struct.pack(">H", round(linear(i / (points - 1)) * 65535)) for i in range(points))
    name = b"sRGB\0"
    description = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + bytes(4 + 4 + 2 + 1 + 67)
    tags = [
        (b"desc", description),
        (b"cprt", b"text\0\0\0\0public domain\0"),
        (b"wtpt", xyz(0.9642, 1.0, 0.8249)),
        (b"rXYZ", xyz(0.43607, 0.22249, 0.01392)),
        (b"gXYZ", xyz(0.38515, 0.71687, 0.09708)),
        (b"bXYZ", xyz(0.14307, 0.06061, 0.71410)),
        (b"rTRC", curve),
        (b"gTRC", curve),
        (b"bTRC", curve),
    ]
    table, body, placed = b"", b"", {}
    start = 128 + 4 + 12 * len(tags)
    for signature, data in tags:
        if data not in placed:
            placed[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        table += signature + struct.pack(">II", placed[data], len(data))
    header = struct.pack(
        ">I4sI4s4s4s6H4s4sI4s4sQI3i4s",
        start + len(body), b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ",
        2026, 1, 1, 0, 0, 0, b"acsp", b"\0\0\0\0", 0, b"\0\0\0\0", b"\0\0\0\0", 0, 0,
        0xF6D6, 0x10000, 0xD32D, b"\0\0\0\0",
    )  # fmt: skip
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def write(name: str, data: bytes) -> None:
    (HERE / name).write_bytes(data)
    print(f"{name}: {len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")


if __name__ == "__main__":
    ttf = font(Path(sys.argv[1]))
    print(f"font program: {len(ttf)} bytes, sha256 {hashlib.sha256(ttf).hexdigest()}")
    write("tinos-stamp.ttf.z", zlib.compress(ttf, 9))
    write("srgb.icc", profile())
