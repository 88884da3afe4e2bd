"""The sandbox's certificates: what it shows to a caller by HTTPS, right or wrong on purpose."""

import ipaddress
import os
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from orderflow_bridge.sandbox.faults import CertificateKind

_YEARS = timedelta(days=3650)
_ENDS = {
    CertificateKind.ENDED: timedelta(days=-1),
    CertificateKind.ENDS_SOON: timedelta(days=3, hours=1),
}
_SIGNS_CERTIFICATES = x509.KeyUsage(
    key_cert_sign=True,
    digital_signature=True,
    crl_sign=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    encipher_only=False,
    decipher_only=False,
)


class Authority:
    """Vouches for the sandbox's certificates. A shop that calls by HTTPS must trust `path`."""

    def __init__(self, path: Path) -> None:
        """`path` is the file of an earlier authority; if there is none, it is made."""
        self.path = path
        if not path.exists():
            self._make()

    def context(self, kind: CertificateKind | None) -> ssl.SSLContext:
        """Return a server's context with a new certificate for this machine, wrong as `kind` says.

        Raises ValueError or OSError if the file is there and cannot be read.
        """
        own, key = self._own()
        now = datetime.now(UTC)
        ends_at = now + (_ENDS[kind] if kind else timedelta(days=365))
        names = [x509.IPAddress(ipaddress.ip_address(each)) for each in ("127.0.0.1", "::1")]
        leaf = (
            _builder(_name("Sandbox OrderFlow"), own.subject, key, now - _YEARS, ends_at)
            .add_extension(
                x509.SubjectAlternativeName([x509.DNSName("localhost"), *names]), critical=False
            )
            .sign(key, hashes.SHA256())
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with tempfile.NamedTemporaryFile() as file:
            file.write(_key_pem(key) + leaf.public_bytes(serialization.Encoding.PEM))
            file.flush()
            context.load_cert_chain(file.name)
        return context

    def _own(self) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
        """Read the authority's certificate and key."""
        pem = self.path.read_bytes()
        key = serialization.load_pem_private_key(pem, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError(f"{self.path} holds another kind of key: delete it.")
        return x509.load_pem_x509_certificate(pem), key

    def _make(self) -> None:
        key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        name, limits = _name("Sandbox Authority"), x509.BasicConstraints(ca=True, path_length=0)
        builder = _builder(name, name, key, now - _YEARS, now + _YEARS)
        own = (
            builder.add_extension(limits, critical=True)
            .add_extension(_SIGNS_CERTIFICATES, critical=True)
            .sign(key, hashes.SHA256())
        )
        pem = own.public_bytes(serialization.Encoding.PEM)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(_key_pem(key) + pem)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _builder(
    name: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    begins_at: datetime,
    ends_at: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins_at)
        .not_valid_after(ends_at)
        # Without whose key it is and who signed it, Python 3.13 trusts no certificate.
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False
        )
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
