"""What all held-out attacks need: a richer base, and objects by role after it was signed."""

import io

import pikepdf
from pikepdf import Array, Dictionary, Name

from line import role


def furnished(base, change):
    """The base with what `change(pdf, page)` adds to it, packed as the base is."""
    with pikepdf.open(io.BytesIO(base.content)) as pdf:
        change(pdf, pdf.pages[0])
        out = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.generate if base.name == "packed" else pikepdf.ObjectStreamMode.disable
        pdf.save(out, object_stream_mode=mode, static_id=True, compress_streams=False)
    return out.getvalue()


def roles(revision):
    """The number of every object that has a role."""
    found = {role(revision, number)[1:]: number for number in range(1, revision.size)}
    found.pop("", None)
    return found


def variants(base, attacks, **how):
    """One variant for every attack, which changes a revision and knows the roles."""
    for name, attack in attacks.items():
        revision, before = base.later(**how)
        attack(revision, roles(revision))
        yield name, before, revision.finish()


def with_resources(pdf, page, **categories):
    """Adds resources to the page, category by category."""
    for category, added in categories.items():
        known = page.obj.Resources.get("/" + category, Dictionary())
        kept = Dictionary({key: value for key, value in known.items()})
        for name, value in added.items():
            kept["/" + name] = value
        page.obj.Resources["/" + category] = kept


def annotate(page, *added):
    """Adds annotations to the page."""
    page.obj.Annots = Array(list(page.obj.get("/Annots", [])) + list(added))


def helvetica(**keys):
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, **keys)


def list_also(revision, holder, key, number):
    """Adds a reference to an array under a key, after what this revision has added already."""
    known = revision.keys.get(holder, {}).get("/" + key)
    if known is None:
        revision.with_items(holder, key, number)
    else:
        revision.with_keys(holder, **{key: known.rstrip()[:-1] + b" %d 0 R]" % number})
