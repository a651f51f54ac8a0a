"""What "accepted" means: nobody objects to the signed file, compared with the file before.

A new signature is good in every respect: DSS says TOTAL_PASSED and sees no undefined change, pyHanko's
bottom line is true, pdfsig finds it valid and the whole file covered, openssl verifies CMS, chain and
revocation. Signatures that were there before are what they were. qpdf finds no more than before, and
veraPDF no rule broken that was kept. No stamp lies on another annotation, but a seal on its own signature.

A judge abstains from a file that it could not read before we signed. pyHanko abstains from an earlier
signature where its difference analysis fails and control.py shows that it fails in the same way when
pyHanko itself has signed that file twice.
"""

import pikepdf

FIELD = "Trien-"


def objections(before, after):
    """What the judges hold against the signed file, as {judge: [reason, …]}; empty means accepted."""
    found = {}

    def object_if(condition, judge, reason):
        if condition:
            found.setdefault(judge, []).append(reason)

    object_if(after["qpdf"] > before["qpdf"], "qpdf", f"worse than before: {before['qpdf']} became {after['qpdf']}")
    pdfa(before.get("pdfa", {}), after.get("pdfa", {}), object_if)
    for judge in ("dss", "pyhanko"):
        if could_never_read(judge, before, after):
            continue
        object_if("error" in after[judge], judge, f"cannot read the file: {after[judge].get('error')}")
        if "error" in after[judge]:
            return found
    earlier = ranges(before)
    new = sorted(ranges(after) - earlier)
    object_if(not new, "pyhanko", "no new signature found")
    for byte_range in new:
        judge_new(byte_range, before, after, object_if, is_last=byte_range == new[-1])
    for judge in ("dss", "pyhanko", "pdfsig"):
        for byte_range, was in before[judge].items():
            if byte_range != "error" and not fails_by_itself(judge, byte_range, after):
                judge_earlier(judge, byte_range, was, after[judge].get(byte_range), object_if)
    return found


def ranges(facts):
    """The signatures that anybody found."""
    return (set(facts["pyhanko"]) | set(facts["dss"]) | set(facts["pdfsig"])) - {"error"}


def abstentions(before, after):
    """Who has nothing to say about the signed file, and why."""
    found = [f"{judge}: could not read the file before either" for judge in ("dss", "pyhanko") if could_never_read(judge, before, after)]
    if any(fails_by_itself("pyhanko", byte_range, after) for byte_range in before["pyhanko"]):
        found.append("pyhanko: fails on an earlier signature, and on its own in this file: " + "; ".join(sorted(after["control"])))
    return found


def could_never_read(judge, before, after):
    return "error" in before[judge] and "error" in after[judge]


def fails_by_itself(judge, byte_range, after):
    now = after[judge].get(byte_range) if judge == "pyhanko" else None
    return isinstance(now, dict) and now.get("error") is not None and now["error"] in after.get("control", ())


def judge_new(byte_range, before, after, object_if, is_last):
    dss = after["dss"].get(byte_range, {})
    verdict = f"{dss.get('indication')} {dss.get('subindication')} {dss.get('errors')}"
    object_if(dss.get("indication") != "TOTAL_PASSED" and not could_never_read("dss", before, after), "dss", verdict)
    object_if(dss.get("undefined_changes"), "dss", f"undefined changes: {dss.get('undefined_changes')}")
    object_if(dss.get("visual_difference_pages"), "dss", f"pages look different: {dss.get('visual_difference_pages')}")
    pyhanko_says = after["pyhanko"].get(byte_range, {})
    silent = could_never_read("pyhanko", before, after)
    object_if(not pyhanko_says.get("bottom_line") and not silent, "pyhanko", str(pyhanko_says))
    pdfsig_says = after["pdfsig"].get(byte_range, {})
    object_if(pdfsig_says.get("verdict") != "Signature is Valid.", "pdfsig", str(pdfsig_says))
    object_if(is_last and not pdfsig_says.get("total"), "pdfsig", "the last signature does not cover the whole file")
    openssl_says = after["openssl"].get(byte_range, "was not shown the signature")
    object_if(openssl_says, "openssl", openssl_says)


def judge_earlier(judge, byte_range, was, now, object_if):
    name = f"the earlier signature {list(byte_range)}"
    if now is None:
        object_if(True, judge, f"{name} is gone")
    elif judge == "dss":
        same = (was["indication"], was["subindication"]) == (now["indication"], now["subindication"])
        object_if(not same, judge, f"{name} became {now['indication']} {now['subindication']}")
        for kind in ("undefined_changes", "visual_difference_pages"):
            more = set(now[kind] or []) - set(was[kind] or [])
            object_if(more, judge, f"{name} has more {kind}: {sorted(more)}")
    elif judge == "pyhanko":
        worse = [key for key in ("bottom_line", "intact", "valid", "trusted", "unmodified") if was.get(key) and not now.get(key)]
        object_if(worse, judge, f"{name} is no longer {worse}: {now}")
    else:
        object_if(was["verdict"] != now["verdict"], judge, f"{name} became {now['verdict']}")


def pdfa(before, after, object_if):
    """A file that claims to be PDF/A breaks no rule that it kept before."""
    if not before.get("claims"):
        return
    broken = sorted(set(after.get("failed", [])) - set(before.get("failed", [])))
    object_if(after.get("error"), "verapdf", f"cannot read the file: {after.get('error')}")
    object_if(after.get("claims") != before["claims"], "verapdf", f"no longer claims to be PDF/A-{before['claims']}")
    object_if(broken, "verapdf", f"PDF/A-{before['claims']} broken: {broken}")
    object_if(before.get("conforms") and not after.get("conforms"), "verapdf", "conformed before, and no longer does")


def overlaps(path):
    """What our stamps lie on, as (page from 1, field, other field or kind of annotation)."""
    found = []
    with pikepdf.open(path) as pdf:
        for number, page in enumerate(pdf.pages, start=1):
            annotations = [drawn for item in page.obj.get("/Annots", []) if (drawn := named_rectangle(item))]
            ours = [one for one in annotations if one[0].startswith(FIELD)]
            found += [
                (number, name, other)
                for name, rectangle in ours
                for other, place in annotations
                if other != name and meet(rectangle, place) and not is_seal_on_signature(name, other)
            ]
    return found


def named_rectangle(annotation):
    edges = [float(edge) for edge in annotation.get("/Rect", [])] if isinstance(annotation, pikepdf.Dictionary) else []
    if len(edges) != 4:
        return None
    left, bottom, right, top = edges
    name = str(annotation.get("/T", annotation.get("/Subtype", "")))
    return name, (min(left, right), min(bottom, top), max(left, right), max(bottom, top))


def meet(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def is_seal_on_signature(one, other):
    """Field 3 is the office's seal, which stands over the left third of signature 2 (Decree 30/2020, appendix I)."""
    return {one[: len(FIELD) + 2], other[: len(FIELD) + 2]} == {f"{FIELD}2-", f"{FIELD}3-"}
