#!/usr/bin/env python3
"""Makes the fonts that stand in for serif and sans-serif ones that a document does not embed.

    pip install fonttools==4.60.1
    apt-get download fonts-croscore && dpkg-deb --extract fonts-croscore_*.deb croscore
    python3 make.py croscore/usr/share/fonts/truetype/croscore

The fonts are Debian's package fonts-croscore 20201225-1, Tinos and Arimo 1.33, as wide as Times New
Roman and Arial letter by letter. They are cut to the characters that the Latin encodings of PDF and
Vietnamese need. Letters have the names `uniXXXX`: all other names lead to them by their Unicode.
"""

import hashlib
import io
import sys
import zlib
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).parent

SOURCES = {
    "Arimo-Bold": "10724c3733f60cdec733da1a439de9100e1593ceb219cc4d03c443bef1feb9b6",
    "Arimo-BoldItalic": "8e057ec4b127ee4242b35cf66f31b558aa46eb5e6808047324bf2a6f1e8c86a6",
    "Arimo-Italic": "5f4917a32312ba8a011502e2147567d678984d820223367a2a4c5d6dda2a758c",
    "Arimo-Regular": "5c315974260455a02fad62495a0ae9a783bb53f0eccf807deb75c7967e7a81d6",
    "Tinos-Bold": "971d6af5fcb3a0c05535a92a635fb63a86ea5eb935639c9b864be33f3bfaba80",
    "Tinos-BoldItalic": "0cd67b90617a03a69a815e758d0649d00f2be48a0cb570615e94e8e5a13aae2e",
    "Tinos-Italic": "0f949a3fa0e23cd0ca94a0c4784bd8f9efb99c20070b9f73b5fd592b49c092ad",
    "Tinos-Regular": "cf264a22292950ca1679b2ade07e9e6ecb26c649ab70975d0e113f979efa827a",
}

CHARACTERS = (
    [*range(0x20, 0x7F), *range(0xA0, 0x180)]
    + [ord(c) for c in "ƏƒƠơƯưȘșȚțˆˇ˘˙˚˛˜˝"]
    + [0x300, 0x301, 0x303, 0x309, 0x323]
    + [*range(0x1EA0, 0x1EFA)]
    + [ord(c) for c in "–—‘’‚“”„†‡•…‰‹›⁄€₫№™Ω∂∆∏∑−√∞∫≈≠≤≥◊ﬁﬂ"]
)


def main(folder: Path) -> None:
    for name, digest in SOURCES.items():
        raw = (folder / f"{name}.ttf").read_bytes()
        if hashlib.sha256(raw).hexdigest() != digest:
            sys.exit(f"{name}.ttf is not that of fonts-croscore 20201225-1: {hashlib.sha256(raw).hexdigest()}")
        program = cut(raw)
        packed = zlib.compress(program, 9)
        (HERE / f"{name.lower()}.ttf.z").write_bytes(packed)
        print(f"{name}: {len(raw)} -> {len(program)} bytes, packed {len(packed)}")


def cut(raw: bytes) -> bytes:
    font = TTFont(io.BytesIO(raw), recalcTimestamp=False)
    options = subset.Options()
    options.hinting = False
    options.layout_features = []
    options.name_IDs = [0, 1, 2, 6, 13, 14]
    options.notdef_outline = True
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "gasp", "meta", "STAT"]
    options.glyph_names = True
    worker = subset.Subsetter(options)
    worker.populate(unicodes=CHARACTERS)
    worker.subset(font)
    names = {glyph: f"uni{code:04X}" for code, glyph in sorted(font.getBestCmap().items(), reverse=True)}
    order = [names.get(glyph, glyph) for glyph in font.getGlyphOrder()]
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return renamed(out.getvalue(), order)


def renamed(program: bytes, order: list[str]) -> bytes:
    font = TTFont(io.BytesIO(program), recalcTimestamp=False)
    font.setGlyphOrder(order)
    font["post"].formatType = 2.0
    font["post"].extraNames = []
    font["post"].mapping = {}
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
