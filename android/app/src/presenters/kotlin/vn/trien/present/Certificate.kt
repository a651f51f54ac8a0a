package vn.trien.present

import java.io.ByteArrayInputStream
import java.security.cert.CertificateException
import java.security.cert.CertificateFactory
import java.security.cert.X509Certificate
import java.time.Duration
import java.time.Instant

/** What a person wants to know of their certificate. */
data class CertificateFacts(val subject: String, val issuer: String, val serial: String, val from: Instant, val until: Instant)

/** How long before its end the app says so. */
private val WARNING: Duration = Duration.ofDays(30)

/** Whether a certificate can be used, and for how long yet. */
enum class Validity { GOOD, ENDING, ENDED }

fun CertificateFacts.validity(now: Instant): Validity = when {
    now > until -> Validity.ENDED
    now + WARNING > until -> Validity.ENDING
    else -> Validity.GOOD
}

/** Reads a certificate for showing it; the core judges, this does not. */
fun certificateFacts(der: ByteArray): CertificateFacts? = try {
    val factory = CertificateFactory.getInstance("X.509")
    val certificate = factory.generateCertificate(ByteArrayInputStream(der)) as X509Certificate
    CertificateFacts(
        subject = commonName(certificate.subjectX500Principal.name),
        issuer = commonName(certificate.issuerX500Principal.name),
        serial = certificate.serialNumber.toString(16).uppercase(),
        from = certificate.notBefore.toInstant(),
        until = certificate.notAfter.toInstant(),
    )
} catch (_: CertificateException) {
    null
}

// RFC 2253 escapes what would end the name by a backslash.
private fun commonName(name: String): String =
    COMMON_NAME.find(name)?.groupValues?.get(1)?.replace(Regex("\\\\(.)"), "$1") ?: name

private val COMMON_NAME = Regex("(?:^|,)CN=((?:\\\\.|[^,\\\\])*)")
