"""Makes foreign/: documents signed, stamped and revoked by software that is not ours.

    target/interop/venv/bin/python tests/vectors/signatures/make-foreign.py

Certificates, lists and answers come from pyca/cryptography (OpenSSL inside), signatures and timestamps from pyHanko, the one
in the form adbe.pkcs7.sha1 from the openssl command. Every run makes new keys and other bytes; what is committed was made
once, at the second in foreign/made.json, around which the tests judge.
"""

import asyncio
import datetime
import hashlib
import json
import re
import subprocess
import tempfile
from io import BytesIO
from pathlib import Path

from asn1crypto import algos, cms, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key, load_pem_private_key
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, SimpleSigner, fields
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

HERE = Path(__file__).resolve().parent
OUT = HERE / "foreign"
# pyHanko appends right behind `%%EOF`, where readers want a new line.
BASE = (HERE.parent / "pdfrev-1" / "table.pdf").read_bytes() + b"\n"
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)


# The signature algorithms with SHA-3 (RFC 9688), which asn1crypto does not know by name.
SHA3_RSA = {"sha3_256": "14", "sha3_384": "15", "sha3_512": "16"}
SHA3_ECDSA = {"sha3_256": "10", "sha3_384": "11", "sha3_512": "12"}


class Party:
    """A key and its certificate; may issue others."""

    def __init__(self, name, key, issuer=None, *, authority=False, hash=None, pss=False, usage=None, purposes=None, extra=(),
                 organization=None, critical_purposes=False):
        self.key, self.hash, self.pss = key, hash, pss
        signer = issuer or self
        parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
        if organization:
            parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
        subject = x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, name)])
        usage = usage or ({"key_cert_sign", "crl_sign"} if authority else {"digital_signature", "content_commitment"})
        bits = ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
                "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"]
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(signer.certificate.subject if issuer else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOW - DAY)
            .not_valid_after(NOW + 365 * DAY)
            .add_extension(x509.BasicConstraints(authority, None), critical=True)
            .add_extension(x509.KeyUsage(**{bit: bit in usage for bit in bits}), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        if purposes:
            builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=critical_purposes)
        for extension, critical in extra:
            builder = builder.add_extension(extension, critical=critical)
        self.certificate = signer.sign(builder)
        self.serial = self.certificate.serial_number

    def sign(self, builder):
        pss = padding.PSS(padding.MGF1(self.hash), self.hash.digest_size) if self.pss else None
        digest = None if isinstance(self.key, ed25519.Ed25519PrivateKey) else self.hash or hashes.SHA256()
        return builder.sign(self.key, digest, rsa_padding=pss) if pss else builder.sign(self.key, digest)

    def der(self):
        return self.certificate.public_bytes(Encoding.DER)

    def asn1(self):
        return asn1_x509.Certificate.load(self.der())

    def private(self):
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    def crl(self, revoked=(), made=NOW):
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(made)
            .next_update(made + 30 * DAY)
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        for party, at in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(party.serial).revocation_date(at)
            builder = builder.add_revoked_certificate(entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), False).build())
        return self.sign(builder).public_bytes(Encoding.DER)

    def answer(self, party, issuer, status=ocsp.OCSPCertStatus.GOOD, at=None, digest=hashes.SHA1):
        """An OCSP response about `party`, signed by this key."""
        builder = ocsp.OCSPResponseBuilder().add_response(
            party.certificate, issuer.certificate, digest(), status, NOW, NOW + 30 * DAY, at,
            x509.ReasonFlags.key_compromise if at else None,
        ).responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate)
        if self is not issuer:
            builder = builder.certificates([self.certificate])
        return builder.sign(self.key, self.hash or hashes.SHA256()).public_bytes(Encoding.DER)


def p256():
    return ec.generate_private_key(ec.SECP256R1())


class Sha3Signer(SimpleSigner):
    """pyHanko's signer with an algorithm that its ASN.1 library cannot name."""

    async def async_sign_raw(self, data, digest_algorithm, dry_run=False):
        hash = getattr(hashes, digest_algorithm.upper())()
        key = load_der_private_key(self.signing_key.dump(), None)
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), hash)
        return key.sign(data, ec.ECDSA(hash))


def signer_of(party, chain, pss=False, md="sha256"):
    store = SimpleCertificateStore()
    store.register_multiple([other.asn1() for other in chain])
    key = keys.PrivateKeyInfo.load(party.private())
    if md.startswith("sha3_"):
        last_arc = (SHA3_RSA if isinstance(party.key, rsa.RSAPrivateKey) else SHA3_ECDSA)[md]
        mechanism = algos.SignedDigestAlgorithm({"algorithm": f"2.16.840.1.101.3.4.3.{last_arc}"})
        return Sha3Signer(party.asn1(), key, store, signature_mechanism=mechanism)
    return SimpleSigner(party.asn1(), key, store, prefer_pss=pss)


def sign(signer, md="sha256", *, base=BASE, stamper=None, form=fields.SigSeedSubFilter.PADES, context=None, long_term=False, reserve=None):
    meta = PdfSignatureMetadata(
        field_name=f"Sig{base.count(b'/ByteRange') + 1}", md_algorithm=md, subfilter=form, embed_validation_info=context is not None,
        validation_context=context, use_pades_lta=long_term, reason=None,
    )
    out = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(base))
    PdfSigner(meta, signer, timestamper=stamper).sign_pdf(writer, bytes_reserved=reserve, output=out)
    return out.getvalue()


def write(name, content):
    (OUT / name).write_bytes(content)


def algorithms():
    """One document for every algorithm: the certificate is signed with it too."""
    rsa_3072 = rsa.generate_private_key(65537, 3072)
    rsa_2048 = rsa.generate_private_key(65537, 2048)
    p384, p521 = ec.generate_private_key(ec.SECP384R1()), ec.generate_private_key(ec.SECP521R1())
    with tempfile.TemporaryDirectory() as folder:
        pem = Path(folder) / "short.pem"
        subprocess.run(["openssl", "genrsa", "-traditional", "-out", pem, "1024"], check=True, capture_output=True)
        rsa_1024 = load_pem_private_key(pem.read_bytes(), None, unsafe_skip_rsa_key_validation=True)
    table = [
        ("rsa-2048-sha-256", rsa_2048, "sha256", hashes.SHA256(), False),
        ("rsa-3072-sha-384", rsa_3072, "sha384", hashes.SHA384(), False),
        ("rsa-3072-sha-512", rsa_3072, "sha512", hashes.SHA512(), False),
        ("rsa-3072-sha3-256", rsa_3072, "sha3_256", hashes.SHA3_256(), False),
        ("pss-3072-sha-256", rsa_3072, "sha256", hashes.SHA256(), True),
        ("pss-3072-sha-384", rsa_3072, "sha384", hashes.SHA384(), True),
        ("pss-2048-sha-512", rsa_2048, "sha512", hashes.SHA512(), True),
        ("p256-sha-256", p256(), "sha256", hashes.SHA256(), False),
        ("p256-sha-512", p256(), "sha512", hashes.SHA512(), False),
        ("p256-sha3-256", p256(), "sha3_256", hashes.SHA3_256(), False),
        ("p384-sha-384", p384, "sha384", hashes.SHA384(), False),
        ("p384-sha3-384", p384, "sha3_384", hashes.SHA3_384(), False),
        ("p521-sha-512", p521, "sha512", hashes.SHA512(), False),
        ("p521-sha-256", p521, "sha256", hashes.SHA256(), False),
        ("p521-sha3-512", p521, "sha3_512", hashes.SHA3_512(), False),
        ("ed25519", ed25519.Ed25519PrivateKey.generate(), "sha512", hashes.SHA512(), False),
        ("rsa-1024-sha-256", rsa_1024, "sha256", hashes.SHA256(), False),
        ("rsa-2048-sha-1", rsa_2048, "sha1", hashes.SHA256(), False),
        ("p256-sha-1", p256(), "sha1", hashes.SHA256(), False),
    ]
    for name, key, md, hash, pss in table:
        # Each key signs its own issuer: the chain is made with the algorithm under test.
        root = Party("Gốc " + name, key, authority=True, hash=hash, pss=pss)
        person = Party("Nguyễn Văn An", key, root, hash=hash, pss=pss)
        write(f"algorithm-{name}.pdf", sign(signer_of(person, [root], pss, md), md))
        write(f"algorithm-{name}.crt", root.der())
        write(f"algorithm-{name}.crl", root.crl())
    return table


class Office:
    """A root, an issuing authority, and all whom the revocation tests are about."""

    def __init__(self):
        self.root = Party("Gốc xã Minh Tân", p256(), authority=True)
        self.issuing = Party("Cấp chứng thư xã Minh Tân", p256(), self.root, authority=True)
        self.person = Party("Nguyễn Thị Hạnh", p256(), self.issuing)
        stamping = {"purposes": [ExtendedKeyUsageOID.TIME_STAMPING], "critical_purposes": True}
        self.tsa = Party("Dấu thời gian", rsa.generate_private_key(65537, 2048), self.issuing, **stamping)
        answering = {"purposes": [ExtendedKeyUsageOID.OCSP_SIGNING]}
        self.responder = Party("Trả lời OCSP", p256(), self.issuing, extra=[(x509.OCSPNoCheck(), False)], **answering)
        self.clerk = Party("Lê Thu Hà", self.tsa.key, self.issuing)
        self.unsure = Party("Trả lời OCSP khác", p256(), self.issuing, **answering)

    def signer(self, party=None):
        return signer_of(party or self.person, [self.issuing, self.root])

    def stamper(self, at=NOW, party=None, include=True):
        party = party or self.tsa
        store = SimpleCertificateStore()
        store.register_multiple([self.issuing.asn1()] if include else [])
        return DummyTimeStamper(party.asn1(), keys.PrivateKeyInfo.load(party.private()), store, fixed_dt=at)

    def context(self):
        crls = [asn1 for asn1 in map(cms.CertificateList.load if hasattr(cms, "CertificateList") else lambda der: der,
                                     [self.root.crl(), self.issuing.crl()])]
        return ValidationContext(
            trust_roots=[self.root.asn1()], other_certs=[self.issuing.asn1(), self.tsa.asn1()], crls=crls,
            ocsps=[self.responder.answer(self.person, self.issuing)], allow_fetching=False, revocation_mode="require",
            moment=NOW, time_tolerance=DAY,
        )


def revocation(office):
    later = NOW + 2 * HOUR
    write("office.crt", office.root.der())
    write("office-root.crl", office.root.crl())
    write("office-good.crl", office.issuing.crl(made=later))
    write("office-at-signing.crl", office.issuing.crl())
    write("office-revoked-before.crl", office.issuing.crl([(office.person, NOW - HOUR)], later))
    write("office-revoked-after.crl", office.issuing.crl([(office.person, NOW + HOUR)], later))
    write("office-tsa-revoked.crl", office.issuing.crl([(office.tsa, NOW + HOUR)], later))
    revoked = ocsp.OCSPCertStatus.REVOKED
    write("office-good.ocsp", office.issuing.answer(office.person, office.issuing))
    write("office-delegated.ocsp", office.responder.answer(office.person, office.issuing, digest=hashes.SHA256))
    write("office-unsure.ocsp", office.unsure.answer(office.person, office.issuing))
    write("office-person.ocsp", office.person.answer(office.person, office.issuing))
    write("office-revoked.ocsp", office.issuing.answer(office.person, office.issuing, revoked, NOW - HOUR))
    write("office-other.ocsp", office.issuing.answer(office.tsa, office.issuing))

    write("claimed.pdf", sign(office.signer()))
    stamped = sign(office.signer(), stamper=office.stamper())
    write("stamped.pdf", stamped)
    write("stamped-otherwise.pdf", with_other_stamp(stamped, office))
    write("stamped-by-a-person.pdf", sign(office.signer(), stamper=office.stamper(party=office.clerk)))
    write("stamped-with-sha-1.pdf", sign(office.signer(), "sha256", stamper=weak(office.stamper())))
    long_term = sign(office.signer(), stamper=office.stamper(), context=office.context(), long_term=True)
    # pyHanko adds what the last timestamp itself needs behind it; the first part is whole without.
    write("long-term-updated.pdf", long_term)
    write("long-term.pdf", long_term[: covered_to(long_term)])
    write("adobe.pdf", sign(office.signer(), stamper=office.stamper(), context=office.context(),
                            form=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED))
    write("sha-1-inside.pdf", sha1_inside(office))


def weak(stamper):
    stamper.override_md = "sha1"
    return stamper


def hole_of(pdf):
    start, end = map(int, re.findall(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)", pdf)[-1])
    return start, end


def covered_to(pdf):
    _, end, rest = map(int, re.findall(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)", pdf)[-1])
    return end + rest


def refilled(pdf, der):
    start, end = hole_of(pdf)
    filling = der.hex().encode().ljust(end - start - 2, b"0")
    assert len(filling) == end - start - 2, "the hole is too small"
    return pdf[: start + 1] + filling + pdf[end - 1 :]


def with_other_stamp(pdf, office):
    """The same signature under a genuine timestamp on something else."""
    start, end = hole_of(pdf)
    info = cms.ContentInfo.load(bytes.fromhex(pdf[start + 1 : end - 1].decode()), strict=False)
    other = asyncio.run(office.stamper().async_timestamp(hashlib.sha256(b"something else").digest(), "sha256"))
    for attribute in info["content"]["signer_infos"][0]["unsigned_attrs"]:
        if attribute["type"].native == "signature_time_stamp_token":
            attribute["values"] = cms.SetOfContentInfo([other])
    return refilled(pdf, info.dump(force=True))


def sha1_inside(office):
    """adbe.pkcs7.sha1, which pyHanko reads but does not write: the digest of the document stands inside the CMS."""
    pdf = sign(office.signer(), form=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    pdf = pdf.replace(b"/adbe.pkcs7.detached", b"/adbe.pkcs7.sha1    ")
    start, end = hole_of(pdf)
    digest = hashlib.sha1(pdf[:start] + pdf[end:]).digest()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "digest").write_bytes(digest)
        (folder / "key.pem").write_bytes(office.person.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        (folder / "person.pem").write_bytes(office.person.certificate.public_bytes(Encoding.PEM))
        (folder / "issuing.pem").write_bytes(office.issuing.certificate.public_bytes(Encoding.PEM))
        subprocess.run(
            ["openssl", "cms", "-sign", "-binary", "-nodetach", "-md", "sha1", "-in", folder / "digest", "-signer", folder / "person.pem",
             "-inkey", folder / "key.pem", "-certfile", folder / "issuing.pem", "-outform", "DER", "-out", folder / "cms"],
            check=True, capture_output=True,
        )
        return refilled(pdf, (folder / "cms").read_bytes())


def rules():
    """Chains that keep to or break a rule of RFC 5280, and keys that are for something else."""
    key = p256()
    root = Party("Gốc quy tắc", key, authority=True)
    policy = x509.ObjectIdentifier("2.999.1.2")
    policies = (x509.CertificatePolicies([x509.PolicyInformation(policy, None)]), False)
    demands = (x509.PolicyConstraints(0, None), True)
    names = (x509.NameConstraints([x509.DirectoryName(x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Xã Minh Tân")]))], None), True)
    demanding = Party("Cấp theo chính sách", p256(), root, authority=True, extra=[policies, demands])
    constrained = Party("Cấp trong xã", p256(), root, authority=True, extra=[names])
    parties = {
        "policy-kept": (Party("Giữ chính sách", p256(), demanding, extra=[policies]), demanding),
        "policy-missing": (Party("Thiếu chính sách", p256(), demanding), demanding),
        "name-permitted": (Party("Trong xã", p256(), constrained, organization="XÃ  Minh Tân"), constrained),
        "name-forbidden": (Party("Ngoài xã", p256(), constrained, organization="Xã Khác"), constrained),
        "key-for-servers": (Party("Máy chủ", p256(), root, purposes=[ExtendedKeyUsageOID.SERVER_AUTH]), root),
        "key-for-mail": (Party("Thư", p256(), root, purposes=[ExtendedKeyUsageOID.EMAIL_PROTECTION]), root),
        "key-for-agreement": (Party("Thỏa thuận khóa", p256(), root, usage={"key_agreement"}), root),
    }
    write("rules.crt", root.der())
    for name, party in [("root", root), ("demanding", demanding), ("constrained", constrained)]:
        write(f"rules-{name}.crl", party.crl())
    for name, (party, issuer) in parties.items():
        write(f"rules-{name}.pdf", sign(signer_of(party, [issuer, root])))


def main():
    OUT.mkdir(exist_ok=True)
    for old in OUT.iterdir():
        old.unlink()
    algorithms()
    revocation(Office())
    rules()
    (OUT / "made.json").write_text(json.dumps({"at": int(NOW.timestamp())}) + "\n")
    print(f"{len(list(OUT.iterdir()))} files, {sum(file.stat().st_size for file in OUT.iterdir())} bytes")


if __name__ == "__main__":
    main()
