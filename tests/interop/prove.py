"""Puts the judges to the test: what is sound passes, and what is not finds the judges that must object.

The signatures judged here are pyHanko's, so this says nothing of our own; it shows that a table of
accepted files means something, because the same judges refuse these.
"""

import io
import re
import sys
import tempfile
from pathlib import Path

import acceptance
import corpus
import judges
import pdfa
import pikepdf
import testpki
from control import sign
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

def main():
    base = next(corpus.place(file["sha256"]) for file in corpus.classified() if file["class"] == "table")
    with tempfile.TemporaryDirectory() as folder, judges.Dss() as dss:
        folder = Path(folder)
        pki = testpki.make(folder / "pki")
        stranger = testpki.make(folder / "stranger")
        trust = judges.Trust(pki / "root.pem", (pki / "root.crl", pki / "issuing.crl"))
        revoked = judges.Trust(pki / "root.pem", (pki / "root.crl", pki / "revoked.crl"))
        foreign = judges.Trust(stranger / "root.pem", (stranger / "root.crl", stranger / "issuing.crl"))
        original = base.read_bytes()
        archival = {made["path"]: made["place"].read_bytes() for made in pdfa.make(folder / "pdfa")}
        rgb = archival["pdf-a-2b-no-intent.pdf"]
        once = sign(original, pki, "First")
        changed = change_page(once)
        cases = [
            ("one signature is accepted", original, once, trust, set()),
            ("a second signature is accepted", once, sign(once, pki, "Second"), trust, set()),
            ("a covered byte changed", original, other_version(once), trust, {"dss", "pyhanko", "pdfsig", "openssl"}),
            ("a signature value changed", original, other_signature(once), trust, {"dss", "pyhanko", "pdfsig", "openssl"}),
            ("a page changed afterwards", original, changed, trust, {"dss", "pyhanko", "pdfsig"}),
            ("a page changed before the second signature", once, sign(changed, pki, "Second"), trust, {"dss", "pyhanko"}),
            ("an earlier signature is gone", once, sign(original, pki, "Second"), trust, {"dss", "pyhanko", "pdfsig"}),
            ("a cross-reference that needs repair", original, once + b"\nstartxref\n1\n%%EOF\n", trust, {"qpdf"}),
            ("a revoked certificate", original, once, revoked, {"dss", "pyhanko", "openssl"}),
            ("a page drawn over after the first signature", once, sign(draw_over(once), pki, "Second"), trust, {"dss", "pyhanko"}),
            ("a PDF/A file with a further signature", rgb, sign(rgb, pki, "First"), trust, set()),
            ("a colour that PDF/A-2 forbids", rgb, sign(change_page(rgb), pki, "First"), trust, {"verapdf"}),
            ("a script in a PDF/A-1 file", archival["pdf-a-1b.pdf"], add_script(archival["pdf-a-1b.pdf"]), trust, {"verapdf"}),
            ("a PDF/A-3 file that no longer says so", archival["pdf-a-3a.pdf"], forget(archival["pdf-a-3a.pdf"]), trust, {"verapdf"}),
            ("a stranger's certificate", original, once, foreign, {"dss", "pyhanko", "openssl"}),
        ]
        failed = sum(not holds(*case, folder, dss) for case in cases) + (not stamps_that_overlap_are_found(folder))
    print(f"{len(cases) + 1 - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def holds(claim, before, after, trust, must_object, folder, dss):
    old, new = folder / "before.pdf", folder / "after.pdf"
    old.write_bytes(before)
    new.write_bytes(after)
    # The made files write their claim uncompressed.
    archival = b"pdfaid:part" in before
    found = acceptance.objections(facts(old, trust, dss, archival), facts(new, trust, dss, archival))
    good = must_object <= set(found) if must_object else not found
    expected = f"{', '.join(sorted(must_object))} object" if must_object else "nobody objects"
    print(f"judges: {claim}: {expected}: {'ok' if good else f'NO, found {found}'}", flush=True)
    return good


def facts(path, trust, dss, archival):
    pdfa_says = dss.pdfa(path) if archival else {}
    return {**judges.tools(path, trust), "dss": dss.judge(path, trust), "pdfa": pdfa_says}


def change_page(content):
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    stamp = generic.StreamObject(stream_data=b"q 1 0 0 rg 10 10 200 200 re f Q")
    writer.add_stream_to_page(0, writer.add_object(stamp))
    changed = io.BytesIO()
    writer.write(changed)
    return changed.getvalue()


def draw_over(content):
    """Changes what the page draws and nothing else: the content stream itself is overridden."""
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    page = writer.root["/Pages"]["/Kids"][0]
    drawing = page.raw_get("/Contents")
    stamp = writer.add_object(generic.StreamObject(stream_data=b"q 1 0 0 rg 10 10 200 200 re f Q"))
    page["/Contents"] = generic.ArrayObject([*(drawing if isinstance(drawing, generic.ArrayObject) else [drawing]), stamp])
    writer.update_container(page)
    changed = io.BytesIO()
    writer.write(changed)
    return changed.getvalue()


def add_script(content):
    writer = IncrementalPdfFileWriter(io.BytesIO(content))
    script = generic.DictionaryObject({generic.pdf_name("/S"): generic.pdf_name("/JavaScript"), generic.pdf_name("/JS"): generic.pdf_string("0")})
    writer.root["/OpenAction"] = script
    writer.update_root()
    changed = io.BytesIO()
    writer.write(changed)
    return changed.getvalue()


def forget(content):
    with pikepdf.open(io.BytesIO(content)) as pdf:
        del pdf.Root.Metadata
        changed = io.BytesIO()
        pdf.save(changed)
    return changed.getvalue()


def stamps_that_overlap_are_found(folder):
    """A seal may lie on its own signature, and on nothing else; two persons' stamps may not meet."""
    def drawn(*fields):
        path = folder / "overlap.pdf"
        pdf = pikepdf.new()
        page = pdf.add_blank_page()
        page.obj.Annots = pikepdf.Array([
            pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, T=pikepdf.String(name), Rect=[left, 10, left + 50, 60])
            for name, left in fields
        ])
        pdf.save(path)
        return acceptance.overlaps(path)

    apart = drawn(("Trien-1-a", 10), ("Trien-2-b", 70), ("Note", 200))
    seal = drawn(("Trien-1-a", 10), ("Trien-2-b", 70), ("Trien-3-c", 80))
    persons, foreign = drawn(("Trien-1-a", 10), ("Trien-2-b", 50)), drawn(("Trien-1-a", 10), ("Note", 50))
    good = not apart and not seal and bool(persons) and bool(foreign)
    print(f"judges: stamps on one another are found, a seal on its own signature is none: {'ok' if good else 'NO'}")
    return good


def other_version(content):
    old = content[:8]
    return (b"%PDF-1.6" if old != b"%PDF-1.6" else b"%PDF-1.5") + content[8:]


def other_signature(content):
    """Turns one bit of the signature value, which stands last in the CMS, before the padding of the hole."""
    hole = list(re.finditer(rb"/Contents\s*<([0-9a-fA-F]+)>", content))[-1]
    last = hole.start(1) + len(hole[1].rstrip(b"0")) - 4
    turned = b"%x" % (int(content[last : last + 1], 16) ^ 1)
    return content[:last] + turned + content[last + 1 :]


if __name__ == "__main__":
    main()
