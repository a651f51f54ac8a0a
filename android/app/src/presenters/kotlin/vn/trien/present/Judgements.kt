package vn.trien.present

import vn.trien.core.Judgement
import vn.trien.core.Outcome

/** A signature in one line, with the reasons against it; a sound one needs none. */
internal fun signatureLine(judgement: Judgement, otherName: String, changes: List<String> = emptyList()): SignatureLine {
    val against = judgement.answers.filter { it.outcome != Outcome.OK }.map { words("verify-${it.reason}") }
    val later = changes.distinct().map { words("verify-change-$it") }
    return SignatureLine(judgement.name ?: otherName, judgement.verdict, against + later)
}

