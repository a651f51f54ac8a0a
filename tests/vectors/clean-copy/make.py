"""Writes the vectors of this folder: base.pdf, and what qpdf makes of it.

Encryption is random: the committed files are those of one run, and tests name their bytes.
"""

import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent

CONTENT = b"""q 0.8 0.1 0.1 rg 72 640 120 60 re f Q
q 90 0 0 90 380 600 cm /Im Do Q
BT /F 24 Tf 72 740 Td (Clean copy, page %d) Tj ET
BT /F 11 Tf 72 600 Td (Parentheses \\(and\\) more text, so that every page has its own.) Tj ET"""

OBJECTS = {
    1: b"<</Type/Catalog/Pages 2 0 R/Outlines 9 0 R/PageMode/UseOutlines/Lang(vi-VN)>>",
    # What is here is inherited: a copy has to give it to the pages.
    2: b"<</Type/Pages/Count 2/Kids[3 0 R 11 0 R]/MediaBox[0 0 595.276 841.89]/Resources 5 0 R>>",
    3: b"<</Type/Pages/Parent 2 0 R/Count 1/Kids[4 0 R]/Rotate 0>>",
    4: b"<</Type/Page/Parent 3 0 R/Contents[6 0 R]/Annots[12 0 R]>>",
    5: b"<</Font<</F 8 0 R/AA 8 0 R>>/XObject<</Im 7 0 R>>>>",
    8: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    9: b"<</Type/Outlines/First 10 0 R/Last 10 0 R/Count 1>>",
    10: b"<</Title<FEFF0054007200611EA5>/Parent 9 0 R/Dest[11 0 R/Fit]>>",
    11: b"<</Type/Page/Parent 2 0 R/Contents 13 0 R/Rotate 90>>",
    12: b"<</Type/Annot/Subtype/Link/Rect[72 590 300 615]/Border[0 0 1]/A<</S/GoTo/D[11 0 R/Fit]>>>>",
    14: b"<</Title(A \\(clean\\) copy)/Author<FEFF004E00670075007901EC006E>/CreationDate(D:20261123080000+07'00')>>",
}

STREAMS = {
    6: (b"", CONTENT % 1),
    7: (
        b"/Type/XObject/Subtype/Image/Width 3/Height 3/BitsPerComponent 8/ColorSpace/DeviceRGB",
        bytes(range(0, 27 * 9, 9)),
    ),
    13: (b"", CONTENT % 2),
}


def base():
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    starts = {}
    for number in range(1, 15):
        starts[number] = len(out)
        if number in STREAMS:
            keys, data = STREAMS[number]
            body = b"<<%s/Length %d>>\nstream\n%s\nendstream" % (keys, len(data), data)
        else:
            body = OBJECTS[number]
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    at = len(out)
    out += b"xref\n0 15\n0000000000 65535 f \n"
    for number in range(1, 15):
        out += b"%010d 00000 n \n" % starts[number]
    identifier = b"0123456789abcdef" * 2
    out += b"trailer\n<</Size 15/Root 1 0 R/Info 14 0 R/ID[<%s><%s>]>>\n" % (identifier, identifier)
    out += b"startxref\n%d\n%%%%EOF\n" % at
    return bytes(out)


def qpdf(name, *options):
    command = ["qpdf", HERE / "base.pdf", HERE / f"{name}.pdf", *options]
    subprocess.run(command, check=True)


def encrypt(name, user, bits, *options):
    weak = ["--allow-weak-crypto"] if bits != "256" else []
    qpdf(name, *weak, "--encrypt", user, "owner", bits, *options, "--")


def main():
    (HERE / "base.pdf").write_bytes(base())
    encrypt("owner-rc4-40", "", "40", "--modify=n")
    encrypt("owner-rc4-128", "", "128", "--use-aes=n", "--modify=none", "--print=none")
    encrypt("owner-aes-128", "", "128", "--use-aes=y", "--modify=none", "--cleartext-metadata")
    encrypt("owner-aes-256", "", "256", "--modify=none")
    qpdf("owner-aes-256-packed", "--object-streams=generate", "--encrypt", "", "owner", "256", "--")
    encrypt("user-aes-256", "mat-khau", "256")


if __name__ == "__main__":
    main()
