"""Attacks that were written without a look at the core's rules, and counted before the core judged them.

They use other means than families.py: everything that a page draws with, what it inherits, what the catalog
says, forms, allowances of signers, and the bytes between objects. A generator is like those of families.py.
"""

from heldout import allowances, document, forms, paint, pages, places

HELD_OUT = {
    "held-out-paint": paint.paint,
    "held-out-pages": pages.pages,
    "held-out-document": document.document,
    "held-out-forms": forms.forms,
    "held-out-allowances": allowances.allowances,
    "held-out-places": places.places,
}
