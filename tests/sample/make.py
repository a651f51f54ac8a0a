#!/usr/bin/env python3
"""Makes the documents that come with Triện: the demo's two-page Quyết định with its metadata, and the
sheet on which people practise in the app.

    make.py             writes server/assets/sample/ and core/assets/practice/
    make.py --check     compares instead; exit code 1 when anything differs

The decision's page follows Decree 30/2020/NĐ-CP, appendix I. Everything in it is fictitious: commune, province,
people and hand signature. The same bytes come out on every machine: nothing is compressed by a
library whose version may differ, and the document carries fixed dates and identifiers.
"""

import argparse
import io
import json
import os
import sys
import unicodedata
from pathlib import Path

from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

import hand
import practice
from text import ARTICLES, FACTS, GROUNDS, RECIPIENTS

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SAMPLE = Path("server/assets/sample")

# 16 November 2026, 08:00 in Việt Nam.
MADE_AT = "1794790800"

WIDTH, HEIGHT = A4
LEFT, RIGHT = 30 * mm, WIDTH - 17 * mm
TOP, BOTTOM = HEIGHT - 20 * mm, 20 * mm

# Cells 1-5 stand in two columns: issuing body on the left, quốc hiệu on the right.
ISSUER_MIDDLE = LEFT + 31 * mm
MOTTO_MIDDLE = RIGHT - 44 * mm
SIGNER_MIDDLE = RIGHT - 38 * mm
# Room for the hand signature between title and name (cell 7c), and for the seal over its left third.
SIGNING_SPACE = 31 * mm
STAMP_WIDTH, STAMP_HEIGHT = 66 * mm, 27 * mm


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the committed files")
    files = build()
    if parser.parse_args().check:
        sys.exit(compare(files))
    for name, content in files.items():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / name).write_bytes(content)
        print(f"{name}: {len(content)} bytes")


def build():
    """The committed files by name."""
    for style in ("Regular", "Bold", "Italic", "BoldItalic"):
        pdfmetrics.registerFont(TTFont(f"Tinos-{style}", HERE / "fonts" / f"Tinos-{style}.ttf"))
    pdfmetrics.registerFontFamily("Tinos-Regular", "Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic")
    os.environ["SOURCE_DATE_EPOCH"] = MADE_AT
    pdf, stamp = draw()
    facts = FACTS | {"appearance": stamp}
    return {
        SAMPLE / "quyet-dinh.pdf": pdf,
        SAMPLE / "quyet-dinh.json": (json.dumps(facts, ensure_ascii=False, indent=2) + "\n").encode(),
        SAMPLE / "chu-ky.png": hand.png(),
        Path("core/assets/practice/phieu-tap-ky.pdf"): practice.draw(),
    }


def compare(files):
    different = [name for name, content in files.items() if committed(name) != content]
    for name in different:
        print(f"{name} is not what {Path(__file__).name} makes", file=sys.stderr)
    if not different:
        print(f"{len(files)} sample files are what {Path(__file__).name} makes")
    return 1 if different else 0


def committed(name):
    path = ROOT / name
    return path.read_bytes() if path.exists() else b""


def draw():
    """The document, and where the signature goes."""
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=A4, pageCompression=0, invariant=1, pdfVersion=(1, 7), lang="vi-VN",
        initialFontName="Tinos-Regular")
    canvas.setTitle(f"{FACTS['metadata']['kind']} số {FACTS['metadata']['number']}")
    canvas.setSubject(FACTS["metadata"]["subject"])
    canvas.setAuthor(FACTS["metadata"]["issuer"])
    canvas.setCreator("Trien, tests/sample/make.py")

    page = Page(canvas)
    head(canvas)
    page.y = title(canvas, TOP - 43 * mm)
    body(page)
    stamp = foot(page)
    canvas.showPage()
    canvas.save()
    return output.getvalue(), stamp


class Page:
    """The running text: where the next line goes, and when a page is full."""

    def __init__(self, canvas):
        self.canvas = canvas
        self.number = 1
        self.y = TOP

    def paragraph(self, markup, style):
        rest = [Paragraph(nfc(markup), style)]
        while rest:
            part = rest.pop(0)
            _, height = part.wrap(RIGHT - LEFT, HEIGHT)
            if height <= self.y - BOTTOM:
                part.drawOn(self.canvas, LEFT, self.y - height)
                self.y -= height + style.spaceAfter
                continue
            rest = part.split(RIGHT - LEFT, self.y - BOTTOM)
            if len(rest) < 2:
                rest = [part]
                self.turn()
                continue
            first = rest.pop(0)
            _, height = first.wrap(RIGHT - LEFT, HEIGHT)
            first.drawOn(self.canvas, LEFT, self.y - height)
            self.turn()

    def turn(self):
        self.canvas.showPage()
        self.number += 1
        self.y = TOP
        # Decree 30/2020: Arabic numeral, size 13-14, middle of the top margin, from page 2.
        centred(self.canvas, WIDTH / 2 + 6.5 * mm, HEIGHT - 13 * mm, str(self.number), "Regular", 13)


def head(canvas):
    issuer = FACTS["header"]["issuer"]
    y = TOP - 10
    for line in issuer:
        centred(canvas, ISSUER_MIDDLE, y, line, "Bold", 12.5)
        y -= 15.5
    rule(canvas, ISSUER_MIDDLE, y + 11, width(issuer[-1], "Bold", 12.5) * 0.45)
    centred(canvas, ISSUER_MIDDLE, TOP - 58, f"Số: {FACTS['metadata']['number']}", "Regular", 13)

    centred(canvas, MOTTO_MIDDLE, TOP - 10, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Bold", 12)
    motto = "Độc lập - Tự do - Hạnh phúc"
    centred(canvas, MOTTO_MIDDLE, TOP - 26, motto, "Bold", 13.5)
    rule(canvas, MOTTO_MIDDLE, TOP - 31, width(motto, "Bold", 13.5))
    centred(canvas, MOTTO_MIDDLE, TOP - 58, FACTS["header"]["place_and_date"], "Italic", 13.5)


def title(canvas, y):
    middle = (LEFT + RIGHT) / 2
    centred(canvas, middle, y + 30, "QUYẾT ĐỊNH", "Bold", 14)
    lines = FACTS["header"]["subject_lines"]
    for line in lines:
        centred(canvas, middle, y + 13, line, "Bold", 14)
        y -= 17
    rule(canvas, middle, y + 23, width(lines[-1], "Bold", 14) * 0.4)
    centred(canvas, middle, y - 5, FACTS["header"]["authority"], "Bold", 13.5)
    return y - 17


def body(page):
    base = ParagraphStyle(
        "base", fontName="Tinos-Regular", fontSize=14, leading=18.2, alignment=TA_JUSTIFY,
        firstLineIndent=10 * mm, spaceAfter=6,
        allowWidows=0, allowOrphans=0,
    )
    ground = ParagraphStyle("ground", base, fontName="Tinos-Italic", spaceAfter=4)
    decides = ParagraphStyle("decides", base, fontName="Tinos-Bold", alignment=TA_CENTER, firstLineIndent=0, spaceAfter=8)
    for text in GROUNDS:
        page.paragraph(text, ground)
    page.paragraph("QUYẾT ĐỊNH:", decides)
    for article in ARTICLES:
        for text in article:
            page.paragraph(text, base)


def foot(page):
    """Recipients on the left, the signer on the right; gives the stamp as a submission names it."""
    canvas, top = page.canvas, page.y - 8
    y = top - 10
    place(canvas, LEFT, y, "Nơi nhận:", "BoldItalic", 12)
    for line in RECIPIENTS:
        y -= 14
        place(canvas, LEFT, y, line, "Regular", 11)

    y = top - 10
    for line in FACTS["signer"]["title_lines"]:
        centred(canvas, SIGNER_MIDDLE, y, line, "Bold", 13.5)
        y -= 17
    space_top = y + 11
    y = space_top - SIGNING_SPACE - 12
    if y < BOTTOM:
        raise SystemExit("the signer block does not fit on the page")
    centred(canvas, SIGNER_MIDDLE, y, FACTS["signer"]["name"], "Bold", 13.5)

    bottom = space_top - (SIGNING_SPACE + STAMP_HEIGHT) / 2
    return {
        "kind": "stamp",
        "page": page.number,
        "rect": {
            "left": hundredths(SIGNER_MIDDLE - STAMP_WIDTH / 2),
            "bottom": hundredths(bottom),
            "right": hundredths(SIGNER_MIDDLE + STAMP_WIDTH / 2),
            "top": hundredths(bottom + STAMP_HEIGHT),
        },
        "lines": [{"kind": "signed-at", "label": "Thời gian ký:"}],
        "image": "chu-ky.png",
    }


def hundredths(points):
    return round(points * 100)


def nfc(text):
    return unicodedata.normalize("NFC", text)


def width(text, style, size):
    return pdfmetrics.stringWidth(nfc(text), f"Tinos-{style}", size)


def place(canvas, x, y, text, style, size):
    canvas.setFont(f"Tinos-{style}", size)
    canvas.drawString(x, y, nfc(text))


def centred(canvas, middle, y, text, style, size):
    canvas.setFont(f"Tinos-{style}", size)
    canvas.drawCentredString(middle, y, nfc(text))


def rule(canvas, middle, y, length):
    canvas.setLineWidth(0.7)
    canvas.line(middle - length / 2, y, middle + length / 2, y)


if __name__ == "__main__":
    main()
