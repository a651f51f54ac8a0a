"""What kind of file each PDF of the corpus is, by rules that anyone can apply again.

*Sound* is a file on which `qpdf --check` exits with 0, that is not encrypted and has a page. Every other
file has the first of these classes that fits:

    broken        qpdf --check exits with 2: errors
    encrypted     a trailer, or qpdf, names an encryption
    repaired      qpdf --check exits with 3: warnings, as a rule a repaired cross-reference
    no-page       the page tree is empty

A sound file has every trait that fits, and its class is the first of them:

    signed          a dictionary with /ByteRange and /Contents
    hybrid          a cross-reference table whose trailer names a stream, /XRefStm
    linearized      the first object has /Linearized
    many-revisions  three or more times %%EOF behind a startxref
    pdf-a           the XMP metadata names a part, pdfaid:part
    form            /AcroForm has fields
    rotated         a page is turned by other than a multiple of 360 degrees, inherited or not
    shifted         a page's visible area does not start at 0 0, or has a /UserUnit
    object-streams  objects in streams, /ObjStm
    xref-stream     the newest cross-reference section is a stream
    table           the newest cross-reference section is a table
"""

import io
import logging
import re
import subprocess
import warnings

SOUND_CLASSES = (
    "signed", "hybrid", "linearized", "many-revisions", "pdf-a", "form", "rotated", "shifted",
    "object-streams", "xref-stream", "table",
)
OTHER_CLASSES = ("broken", "encrypted", "repaired", "no-page")

# For the three signers in sequence.
SEQUENCES = 30


def classify(path):
    """The facts about one file: {"sound", "class", "traits", "qpdf"}."""
    content = path.read_bytes()
    check = subprocess.run(["qpdf", "--check", path], capture_output=True, timeout=120).returncode
    encrypted = subprocess.run(["qpdf", "--is-encrypted", path], capture_output=True, timeout=120).returncode == 0
    pages = subprocess.run(["qpdf", "--show-npages", path], capture_output=True, timeout=120).stdout.strip()
    if check not in (0, 3):
        other = "broken"
    elif encrypted:
        other = "encrypted"
    elif check == 3:
        other = "repaired"
    else:
        other = None if int(pages) else "no-page"
    traits = written(content) | opened(content)
    traits = [name for name in SOUND_CLASSES if name in traits]
    return {"sound": other is None, "class": other or traits[0], "traits": traits, "qpdf": check}


def sequences(files):
    """The files that three sign: of each class in turn the next sound file, in the order of SHA-256, until there are 30.

    Left out are files that may be refused (corpus.json names them): nobody can sign those.
    """
    waiting = {name: [file for file in files if file["sound"] and file["class"] == name] for name in SOUND_CLASSES}
    chosen = []
    while len(chosen) < SEQUENCES and any(waiting.values()):
        for name in SOUND_CLASSES:
            if waiting[name] and len(chosen) < SEQUENCES:
                chosen.append(waiting[name].pop(0)["sha256"])
    return chosen


def written(content):
    """Traits that show in the bytes themselves."""
    found = set()
    starts = re.findall(rb"startxref\s+(\d+)\s+%%EOF", content)
    newest = int(starts[-1]) if starts else 0
    table = content[newest:].lstrip().startswith(b"xref")
    found.add("table" if table else "xref-stream")
    if table and re.search(rb"trailer.*?/XRefStm\s", content[newest:], re.DOTALL):
        found.add("hybrid")
    if re.search(rb"/Linearized\s", content[:1024]):
        found.add("linearized")
    if len(starts) >= 3:
        found.add("many-revisions")
    if re.search(rb"pdfaid:part\s*(=\s*[\"']|>)\s*[1-4]", content):
        found.add("pdf-a")
    return found


def opened(content):
    """Traits of what a library finds in the file."""
    import pikepdf

    # The library reports every oddity of a foreign file; the rule needs only the verdict.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return traits(pdf, pikepdf)
    except (pikepdf.PdfError, pikepdf.PasswordError, RuntimeError, ValueError, TypeError):
        return set()


def traits(pdf, pikepdf):
    found = set()
    for page in pdf.pages:
        if int(inherited(page.obj, "/Rotate", 0)) % 360:
            found.add("rotated")
        box = inherited(page.obj, "/CropBox", None) or inherited(page.obj, "/MediaBox", None)
        if box is not None and any(float(edge) for edge in list(box)[:2]) or "/UserUnit" in page.obj:
            found.add("shifted")
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Type") == "/ObjStm":
            found.add("object-streams")
        if isinstance(item, pikepdf.Stream) and item.get("/Type") == "/Metadata" and b"pdfaid:part" in item.read_bytes():
            found.add("pdf-a")
        if isinstance(item, pikepdf.Dictionary) and "/ByteRange" in item and "/Contents" in item:
            found.add("signed")
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and isinstance(fields := form.get("/Fields"), pikepdf.Array) and len(fields):
        found.add("form")
    return found


def inherited(node, key, otherwise):
    """A page's value or its parents'; page trees that go in circles end the search."""
    for _ in range(50):
        if node is None:
            break
        if key in node:
            return node[key]
        node = node.get("/Parent")
    return otherwise
