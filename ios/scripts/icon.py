#!/usr/bin/env python3
"""Draws the app's icon from the seal of the Android app (android/app/src/main/res/drawable/seal.xml): white strokes on the office's red.

    ios/scripts/icon.py        writes App/Assets.xcassets/AppIcon.appiconset/AppIcon.png
"""

import math
import re
import struct
import xml.etree.ElementTree as ElementTree
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
RESOURCES = ROOT / "android/app/src/main/res"
ICON = ROOT / "ios/App/Assets.xcassets/AppIcon.appiconset/AppIcon.png"
NAMESPACE = "{http://schemas.android.com/apk/res/android}"
PIXELS = 1024
# Android's launchers cut an icon down to the middle two thirds of its drawing.
SEEN = 72.0


def strokes():
    """The segments of the seal, and how wide they are."""
    vector = ElementTree.parse(RESOURCES / "drawable/seal.xml").getroot()
    path = vector.find("path")
    segments, first, at = [], None, None
    for command, numbers in re.findall("([MLHVZ])([^MLHVZ]*)", path.get(NAMESPACE + "pathData")):
        values = [float(number) for number in re.findall("[0-9.]+", numbers)]
        if command == "M":
            first = at = tuple(values)
            continue
        after = {"L": lambda: tuple(values), "H": lambda: (values[0], at[1]), "V": lambda: (at[0], values[0]), "Z": lambda: first}[command]()
        segments.append((at, after))
        at = after
    return segments, float(path.get(NAMESPACE + "strokeWidth"))


def distance(point, segment):
    (x, y), ((ax, ay), (bx, by)) = point, segment
    dx, dy = bx - ax, by - ay
    along = max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
    return math.hypot(x - ax - along * dx, y - ay - along * dy)


def main():
    segments, width = strokes()
    theme = (RESOURCES / "values/theme.xml").read_text(encoding="utf-8")
    red = bytes.fromhex(re.search(r'"seal_red">#([0-9A-F]{6})', theme)[1])
    unit, start = SEEN / PIXELS, (108 - SEEN) / 2
    rows = bytearray()
    for row in range(PIXELS):
        rows.append(0)
        for column in range(PIXELS):
            point = (start + (column + 0.5) * unit, start + (row + 0.5) * unit)
            edge = (width / 2 - min(distance(point, segment) for segment in segments)) / unit
            white = max(0.0, min(1.0, edge + 0.5))
            rows += bytes(round(part + (255 - part) * white) for part in red)
    header = struct.pack(">IIBBBBB", PIXELS, PIXELS, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b"")]
    png = b"\x89PNG\r\n\x1a\n"
    for name, body in chunks:
        png += struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
    ICON.write_bytes(png)


if __name__ == "__main__":
    main()
