package vn.trien.present

import vn.trien.core.Authority
import vn.trien.core.Finding
import vn.trien.core.KeyHome
import vn.trien.core.OnPaper
import vn.trien.core.Role
import vn.trien.core.RouteState
import vn.trien.core.SheetSigner
import vn.trien.core.Urgency
import vn.trien.core.Verb
import vn.trien.core.Verdict

/** The urgency as the office writes it; ordinary papers bear no mark. */
fun urgencyWords(urgency: Urgency): Words? = when (urgency) {
    Urgency.NORMAL -> null
    Urgency.URGENT -> words("app-urgency-urgent")
    Urgency.VERY_URGENT -> words("app-urgency-very-urgent")
    Urgency.FLASH -> words("app-urgency-flash")
}

fun roleWords(role: Role): Words = when (role) {
    Role.REVIEW -> words("app-role-review")
    Role.INITIAL -> words("app-role-initial")
    Role.APPROVE -> words("app-role-approve")
    Role.SEAL -> words("app-role-seal")
    Role.RECEIVE -> words("app-role-receive")
}

/** The button with which a role agrees. */
fun agreeWords(role: Role): Words = when (role) {
    Role.REVIEW, Role.RECEIVE -> words("app-agree-review")
    Role.INITIAL -> words("app-agree-initial")
    Role.APPROVE -> words("app-agree-approve")
    Role.SEAL -> words("app-agree-seal")
}

fun verbWords(verb: Verb): Words = when (verb) {
    Verb.APPROVE -> words("app-verb-approved")
    Verb.REJECT -> words("app-verb-rejected")
    Verb.RETURN -> words("app-verb-returned")
}

/** Where a request stands once it needs nobody any more; nothing while a step is open. */
fun endWords(state: RouteState): Words? = when (state) {
    is RouteState.Open -> null
    is RouteState.Completed -> words("app-end-completed")
    is RouteState.Rejected -> words("app-end-rejected")
    is RouteState.Returned -> words("app-end-returned")
    is RouteState.Recalled -> words("app-end-recalled")
    is RouteState.Expired -> words("app-end-expired")
}

/** Whose key signs the document after the decision. */
fun signerWords(signer: SheetSigner): Words = when (signer.home) {
    KeyHome.TOKEN -> words("app-sign-elsewhere-token", "name" to signer.subject)
    KeyHome.SIM -> words("app-sign-elsewhere-sim", "name" to signer.subject)
    KeyHome.REMOTE, KeyHome.PHONE -> words("app-sign-elsewhere-remote", "name" to signer.subject)
}

/** The same once it was decided: the document is not signed yet. */
fun awaitedSignerWords(signer: SheetSigner): Words = when (signer.home) {
    KeyHome.TOKEN -> words("app-approved-elsewhere-token", "name" to signer.subject)
    KeyHome.SIM -> words("app-approved-elsewhere-sim", "name" to signer.subject)
    KeyHome.REMOTE, KeyHome.PHONE -> words("app-approved-elsewhere-remote", "name" to signer.subject)
}

fun findingWords(finding: Finding): Words = when (finding) {
    is Finding.SignedBefore -> words("pdf-finding-signed-before", "count" to finding.count)
    is Finding.ChangedAfterSignature -> words("pdf-finding-changed-after-signature")
    is Finding.OptionalContent -> words("pdf-finding-optional-content")
    is Finding.FieldWithoutAppearance -> words("pdf-finding-field-without-appearance")
    is Finding.EmbeddedFiles -> words("pdf-finding-embedded-files")
    is Finding.Xfa -> words("pdf-finding-xfa")
    is Finding.ContentChangedAfterSignature -> words("pdf-finding-content-changed-after-signature")
    is Finding.FontNotEmbedded -> words("pdf-finding-font-not-embedded")
    is Finding.CleanCopy -> words("pdf-finding-clean-copy")
    is Finding.ReadersMayDiffer -> words("pdf-finding-readers-may-differ")
    is Finding.AnnotationMayDiffer -> words("pdf-finding-annotation-may-differ")
}

fun verdictWords(verdict: Verdict): Words = when (verdict) {
    Verdict.VALID -> words("verify-verdict-valid")
    Verdict.NOT_VALID -> words("verify-verdict-not-valid")
    Verdict.UNDETERMINED -> words("verify-verdict-undetermined")
}

fun positionOf(authority: Authority): String = when (authority) {
    is Authority.Own -> authority.position
    is Authority.Delegated -> authority.position
}

/** Why a document also goes on paper. */
fun paperWords(why: OnPaper): Words = when (why) {
    is OnPaper.Legislation -> words("app-paper-legislation")
    is OnPaper.Finance -> words("app-paper-finance")
    is OnPaper.Personnel -> words("app-paper-personnel")
    is OnPaper.Complaints -> words("app-paper-complaints")
    is OnPaper.Other -> Words.Theirs(why.reason)
}

/** The document's number, or its kind while it has none. */
fun headline(metadata: vn.trien.core.Metadata): String = metadata.number ?: metadata.kind
