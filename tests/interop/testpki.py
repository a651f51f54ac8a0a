"""A root, an issuing authority and a person's P-256 certificate, made by a library that is not ours.

With it the judges are put to the test before they judge anything of ours: see prove.py.
"""

import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)
PASSWORD = b"bench"


def make(folder):
    """Writes root.pem, person.pem, person-key.pem, chain.pem, person.p12, root.crl, issuing.crl and revoked.crl."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    keys = {who: ec.generate_private_key(ec.SECP256R1()) for who in ("root", "issuing", "person")}
    root = certificate("Test root", keys["root"], None, keys["root"], now, path_length=1)
    issuing = certificate("Test issuing", keys["issuing"], root, keys["root"], now, path_length=0)
    person = certificate("Nguyễn Văn An", keys["person"], issuing, keys["issuing"], now, path_length=None)
    write = {
        "root.pem": root.public_bytes(Encoding.PEM),
        "person.pem": person.public_bytes(Encoding.PEM),
        "chain.pem": issuing.public_bytes(Encoding.PEM) + root.public_bytes(Encoding.PEM),
        "person-key.pem": keys["person"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "person.p12": serialize_key_and_certificates(
            b"person", keys["person"], person, [issuing, root], BestAvailableEncryption(PASSWORD)
        ),
        "root.crl": revocation_list(root, keys["root"], now, []),
        "issuing.crl": revocation_list(issuing, keys["issuing"], now, []),
        "revoked.crl": revocation_list(issuing, keys["issuing"], now, [person]),
    }
    for name, content in write.items():
        (folder / name).write_bytes(content)
    return folder


def certificate(name, key, issuer, issuer_key, now, path_length):
    is_authority = path_length is not None
    subject = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = dict.fromkeys(
        ["key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"], False
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + 30 * DAY)
        .add_extension(x509.BasicConstraints(is_authority, path_length), critical=True)
        .add_extension(
            x509.KeyUsage(digital_signature=not is_authority, content_commitment=not is_authority,
                          key_cert_sign=is_authority, crl_sign=is_authority, **usage),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


def revocation_list(issuer, key, now, revoked):
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(now)
        .next_update(now + 7 * DAY)
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
    )
    for certificate in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(now - DAY / 2)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
