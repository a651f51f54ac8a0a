package vn.trien.present

import vn.trien.core.Judgement
import vn.trien.core.Outcome

/** A signature in one line, with the reasons against it; a sound one needs none. */
internal fun signatureLine(judgement: Judgement, otherName: String, changes: List<String> = emptyList()): SignatureLine {
    val against = judgement.answers.filter { it.outcome != Outcome.OK }.map { against(it.reason) }
    val later = changes.distinct().map { words("verify-change-$it") }
    return SignatureLine(judgement.name ?: otherName, judgement.verdict, against + later)
}

// What the command line says here names options of its own.
private fun against(reason: String): Words = when (reason) {
    "no-trusted-issuer" -> words("app-verify-no-trusted-issuer")
    "no-revocation-list" -> words("app-verify-no-revocation-list")
    else -> words("verify-$reason")
}
