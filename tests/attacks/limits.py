"""Attacks that the core does not see, as docs/security.md says. Whoever teaches it to takes them off here."""

NOT_SEEN = {
    "signature-strikes-out": "a signer's own look may cross what is written, as seals do",
    "signature-adds-a-digit": "a signer's own look may stand beside what is written",
}


def unseen(variant):
    """Whether a variant, named after its base, is one of them."""
    return any(variant.endswith("-" + name) for name in NOT_SEEN)
