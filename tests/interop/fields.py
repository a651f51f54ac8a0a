"""Fields that wait, signed by our core and judged by others.

    fields.py FIELDS CHANGES     the core's examples `fields` and `changes`, compiled

**Number and date.** Real files without a signature and files that keep PDF/A get two empty fields; a leader
signs, and the office's seal writes number and date into them and locks them. Every judge accepts each step
(acceptance.py). Then somebody changes what was written in some of them, in four ways: pyHanko, DSS and our own
check each have to object, where DSS_IS_SILENT does not say otherwise.

**Fields of others.** pyHanko puts an empty signature field into real files, with and without lock and seed
values; our core signs in it, and every judge accepts. What our core refuses because of the author's demands
is refused by name.
"""

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import acceptance
import control
import corpus
import judges
import pdfa
import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, SigFieldSpec, SigSeedSubFilter, SigSeedValFlags, SigSeedValueSpec

FOLDER = judges.WORK / "fields"
FILES = 8
CHANGED = 4
NUMBER = "Trien-so"

# DSS compares what fields show, and does not look at a value that is not shown.
DSS_IS_SILENT = {"only the value"}


def main():
    signer, changes = sys.argv[1:]
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "made").mkdir(parents=True)
    bases = chosen()
    made = [file["place"] for file in pdfa.make(FOLDER / "made")]
    waiting = {place: case for case in demands() for place in place_field(*case, bases[:1])}
    orders = [("number", place) for place in [*bases, *made]] + [("waiting", place) for place in waiting]
    outcomes = follow(signer, orders)
    trust = judges.Trust(FOLDER / "root.pem", tuple(sorted(FOLDER.glob("*.crl"))))
    count = Count()
    with judges.Dss() as dss:
        for place in [*bases, *made]:
            sealed = number_and_date(place, outcomes[str(place)], trust, dss, changes, count)
            if sealed and place in [*bases[: CHANGED - 1], made[0]]:
                changed_afterwards(place, *sealed, trust, dss, changes, count)
        for place, case in waiting.items():
            signed_where_it_waits(place, case, outcomes[str(place)], trust, dss, count)
    print(f"{count.passed} passed, {count.failed} failed")
    sys.exit(1 if count.failed else 0)


class Count:
    passed = failed = 0

    def claim(self, what, holds, found=""):
        self.passed += bool(holds)
        self.failed += not holds
        if not holds:
            print(f"fields: {what}: NO, {found}", flush=True)


def chosen():
    """Of each class in turn the next sound file without a signature, that may be signed.

    Left out are forms that tell viewers to draw fields themselves, which take no fields; pages smaller than A6,
    on which a place and a date do not fit; and annotations written in place, among which pyHanko permits no
    change at all after a signature.
    """
    listing = json.loads(corpus.LISTING.read_text())
    never = {name for names in listing["refusals"].values() for name in names} | set(listing["not read"]["pyhanko"])
    files = [
        file for file in corpus.classified()
        if file["sound"] and "signed" not in file["traits"] and f"{file['archive']}: {file['path']}" not in never
    ]
    by_class = {}
    for file in files:
        place = corpus.place(file["sha256"])
        if len(by_class.setdefault(file["class"], [])) < 4 and takes_fields(place):
            by_class[file["class"]].append(place)
    turns = [place for places in zip(*(places for places in by_class.values() if len(places) >= 4)) for place in places]
    return turns[:FILES]


def takes_fields(place):
    with pikepdf.open(place) as pdf:
        page, form = pdf.pages[0], pdf.Root.get("/AcroForm", {})
        left, bottom, right, top = map(float, page.cropbox)
        in_place = any(not item.is_indirect for item in page.obj.get("/Annots", []))
        return right - left > 297 and top - bottom > 297 and not in_place and not form.get("/NeedAppearances", False)


def follow(signer, orders):
    text = "".join(f"{kind}\t{place}\n" for kind, place in orders)
    subprocess.run([signer, FOLDER], input=text, text=True, check=True)
    outcomes = {}
    for line in (FOLDER / "outcomes.jsonl").read_text().splitlines():
        outcome = json.loads(line)
        outcomes.setdefault(outcome["file"], []).append(outcome)
    return outcomes


# --- number and date -------------------------------------------------------------------------


def number_and_date(place, steps, trust, dss, changes, count):
    refused = next((step["refused"] for step in steps if step["refused"]), None)
    if refused == "no blank paper for two rows":
        return None
    count.claim(f"{place.name} takes fields, signature and seal", refused is None, refused)
    if refused:
        return None
    paths = [place, *(Path(step["made"]) for step in steps)]
    archival = b"pdfaid:part" in place.read_bytes()
    found = [facts(path, trust, dss, archival) for path in paths]
    broken = []
    acceptance.pdfa(found[0]["pdfa"], found[1]["pdfa"], lambda bad, judge, why: bad and broken.append((judge, why)))
    worse = found[1]["qpdf"] > found[0]["qpdf"]
    count.claim(f"{place.name}: the empty fields harm nothing", not worse and not broken, broken or "qpdf")
    if any(isinstance(says, dict) and "error" in says for says in found[3]["pyhanko"].values()):
        found[3]["control"] = control.pyhanko_errors(str(place))
    for number in (2, 3):
        held = acceptance.objections(found[number - 1], found[number])
        count.claim(f"{place.name}: step {number - 1} is accepted", not held, held)
    count.claim(f"{place.name}: our check has nothing to say", not ours(changes, paths[3]), ours(changes, paths[3]))
    text = subprocess.run(["pdftotext", "-layout", paths[3], "-"], capture_output=True, text=True).stdout
    count.claim(f"{place.name}: poppler shows the number", "120/QĐ-UBND" in text)
    return paths[3], found[3]


def changed_afterwards(place, path, found, trust, dss, changes, count):
    for way, change in WAYS.items():
        changed = FOLDER / f"{place.stem}.changed.pdf"
        changed.write_bytes(change(path.read_bytes()))
        after = facts(changed, trust, dss, archival=False)
        objectors = who_objects(found, after)
        if ours(changes, changed):
            objectors.add("ours")
        silent = "control" in found
        expected = ({"ours"} if silent else {"pyhanko", "ours"}) | (set() if way in DSS_IS_SILENT else {"dss"})
        count.claim(f"{place.name}: {way} is noticed", expected <= objectors, f"only by {sorted(objectors)}")


def facts(path, trust, dss, archival):
    return {**judges.tools(path, trust), "dss": dss.judge(path, trust), "pdfa": dss.pdfa(path) if archival else {}}


def who_objects(before, after):
    found = set()
    for judge in ("dss", "pyhanko"):
        for byte_range, was in before[judge].items():
            said = []
            acceptance.judge_earlier(judge, byte_range, was, after[judge].get(byte_range), lambda bad, who, why: bad and said.append(why))
            if said:
                found.add(judge)
    return found


def ours(changes, path):
    answer = json.loads(subprocess.run([changes, path], capture_output=True, text=True, check=True).stdout)
    if "refused" in answer:
        return ["refused"]
    return sorted({change["kind"] for signature in answer["signatures"] for change in signature["changes"]})


def rewritten(content, change):
    writer = IncrementalPdfFileWriter(io.BytesIO(content), strict=False)
    form = writer.root["/AcroForm"]
    field = next(item.get_object() for item in form["/Fields"] if item.get_object().get("/T") == NUMBER)
    change(writer, field)
    writer.update_container(field)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def draw(writer, field, text):
    """A look of its own, with a font that every reader has."""
    font = generic.DictionaryObject({
        generic.pdf_name("/Type"): generic.pdf_name("/Font"), generic.pdf_name("/Subtype"): generic.pdf_name("/Type1"),
        generic.pdf_name("/BaseFont"): generic.pdf_name("/Helvetica"),
    })
    left, bottom, right, top = map(float, field["/Rect"])
    look = generic.StreamObject({
        generic.pdf_name("/Type"): generic.pdf_name("/XObject"), generic.pdf_name("/Subtype"): generic.pdf_name("/Form"),
        generic.pdf_name("/BBox"): generic.ArrayObject(map(generic.FloatObject, (0, 0, right - left, top - bottom))),
        generic.pdf_name("/Resources"): generic.DictionaryObject({
            generic.pdf_name("/Font"): generic.DictionaryObject({generic.pdf_name("/F"): font}),
        }),
    }, stream_data=f"BT /F 10 Tf 2 2 Td ({text}) Tj ET".encode())
    field["/AP"] = generic.DictionaryObject({generic.pdf_name("/N"): writer.add_object(look)})


def other_number(writer, field):
    field["/V"] = generic.pdf_string("999/QD-UBND")
    draw(writer, field, "999/QD-UBND")


def only_the_look(writer, field):
    draw(writer, field, "999/QD-UBND")


def only_the_value(_, field):
    field["/V"] = generic.pdf_string("999/QD-UBND")


def emptied(writer, field):
    del field["/V"]
    draw(writer, field, "")


WAYS = {
    "another number": lambda content: rewritten(content, other_number),
    "only the look": lambda content: rewritten(content, only_the_look),
    "only the value": lambda content: rewritten(content, only_the_value),
    "an emptied field": lambda content: rewritten(content, emptied),
}


# --- fields of others ------------------------------------------------------------------------


def demands():
    """What pyHanko asks of the signature: name, keywords of the field, and the refusal to expect."""
    lock = lambda action, names=None: {"field_mdp_spec": FieldMDPSpec(action, names)}  # noqa: E731
    seed = lambda **words: {"seed_value_dict": SigSeedValueSpec(**words)}  # noqa: E731
    pades = [SigSeedSubFilter.PADES]
    return [
        ("plain", {}, None),
        ("unseen", {"box": None}, None),
        ("lock-one", lock(FieldMDPAction.INCLUDE, ["khac"]), None),
        ("lock-others", lock(FieldMDPAction.EXCLUDE, ["khac"]), None),
        ("lock-all", lock(FieldMDPAction.ALL), None),
        ("lock-permission", {**lock(FieldMDPAction.ALL), "doc_mdp_update_value": fields.MDPPerm.FILL_FORMS}, None),
        ("seed-format", seed(flags=SigSeedValFlags.SUBFILTER | SigSeedValFlags.DIGEST_METHOD, subfilters=pades, digest_methods=["sha256"]), None),
        ("seed-reason", seed(flags=SigSeedValFlags.REASONS, reasons=["Phê duyệt", "Từ chối"]), None),
        ("seed-other-reason", seed(flags=SigSeedValFlags.REASONS, reasons=["Từ chối"]), "Reasons"),
        ("seed-old-format", seed(flags=SigSeedValFlags.SUBFILTER, subfilters=[SigSeedSubFilter.ADOBE_PKCS7_DETACHED]), "SubFilter"),
        ("seed-digest", seed(flags=SigSeedValFlags.DIGEST_METHOD, digest_methods=["sha512"]), "DigestMethod"),
        ("seed-certify", seed(seed_signature_type=fields.SeedSignatureType(fields.MDPPerm.NO_CHANGES)), "MDP"),
    ]


def place_field(name, words, _, bases):
    for base in bases:
        writer = IncrementalPdfFileWriter(io.BytesIO(base.read_bytes()), strict=False)
        words = {"box": (60, 60, 240, 120), **words}
        fields.append_signature_field(writer, SigFieldSpec("Cho.ký" if "lock" in name else "Cho", on_page=0, **words))
        place = FOLDER / "made" / f"{base.stem}-{name}.pdf"
        with open(place, "wb") as out:
            writer.write(out)
        yield place


def signed_where_it_waits(place, case, steps, trust, dss, count):
    name, _, refusal = case
    said = steps[-1]["refused"]
    if refusal:
        count.claim(f"{place.name} is refused for {refusal}", said and f"({refusal})" in said, said)
        return
    count.claim(f"{place.name} is signed where it waits", said is None, said)
    if said is None:
        before, after = (facts(Path(path), trust, dss, archival=False) for path in (place, steps[-1]["made"]))
        held = acceptance.objections(before, after)
        count.claim(f"{place.name}: the signature is accepted", not held, held)


if __name__ == "__main__":
    main()
