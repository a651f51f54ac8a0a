"""The published attacks on signed PDFs, one generator a family.

A generator takes a furnished base and yields variants: a name, the document before the attack, and the
document after it. Attackers only append, unless the family is about what a signature covers.
"""

import certified
import disagreements
import parts
import shadows
import wrapping

FAMILIES = {
    "universal-signature-forgery": wrapping.universal_signature_forgery,
    "incremental-saving": wrapping.incremental_saving,
    "signature-wrapping": wrapping.signature_wrapping,
    "shadow-hide": shadows.shadow_hide,
    "shadow-replace": shadows.shadow_replace,
    "shadow-hide-and-replace": shadows.shadow_hide_and_replace,
    "evil-annotation": certified.evil_annotation,
    "sneaky-signature": certified.sneaky_signature,
    "certification-bypass": certified.certification_bypass,
    "several-ends": disagreements.several_ends,
    "duplicate-objects": disagreements.duplicate_objects,
    "colliding-object-streams": disagreements.colliding_object_streams,
    "optional-content": parts.optional_content,
    "form-appearance-swap": parts.form_appearance_swap,
    "javascript": parts.javascript,
    "xfa": parts.xfa,
}
