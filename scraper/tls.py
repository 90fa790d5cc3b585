"""A look at a server's TLS: version, certificate, chain, and in words what is wrong with them; no page is read."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID
from OpenSSL import SSL
from service_identity import CertificateError, VerificationError
from service_identity.pyopenssl import verify_hostname, verify_ip_address

# X509_V_ERR_* of OpenSSL's x509_vfy.h.
_EXPIRED, _SELF_SIGNED, _NO_ISSUER = (9, 10), (18, 19), (2, 20, 21, 27)


@dataclass(frozen=True, slots=True)
class Handshake:
    """What a server showed."""

    address: str
    version: str  # "TLSv1.3"
    cipher: str
    issuer: str
    expires_at: datetime
    problem: str | None  # why the certificate cannot be trusted, and what to do


def examine(host: str, port: int = 443, timeout: float = 10.0) -> Handshake:
    """Shake hands once; OSError or SSL.Error when it comes to nothing."""
    errors: list[int] = []
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_default_verify_paths()
    context.set_verify(SSL.VERIFY_PEER, _listen(errors))
    with socket.create_connection((host, port), timeout) as plain:
        connection = SSL.Connection(context, plain)
        if not _is_address(host):
            connection.set_tlsext_host_name(host.encode("idna"))
        connection.set_connect_state()
        _shake(connection, plain, timeout)
        chain = [certificate.to_cryptography() for certificate in connection.get_peer_cert_chain() or []]
        return Handshake(
            address=str(plain.getpeername()[0]),
            version=connection.get_protocol_version_name(),
            cipher=connection.get_cipher_name() or "",
            issuer=_name(chain[0].issuer),
            expires_at=chain[0].not_valid_after_utc,
            problem=_problem(host, errors, chain) or _misnamed(connection, host),
        )


@lru_cache(maxsize=64)
def complaint(host: str, port: int) -> str | None:
    """What is wrong with the server's certificate, asked once; None when that cannot be told."""
    try:
        return examine(host, port).problem
    except (OSError, SSL.Error):
        return None


def _listen(errors: list[int]) -> Callable[..., bool]:
    """A verify callback that notes OpenSSL's complaints and lets the handshake go on: no page is read by it."""

    def verify(_connection: object, _certificate: object, error: int, _depth: int, ok: int) -> bool:
        if not ok:
            errors.append(error)
        return True

    return verify


def _problem(host: str, errors: list[int], chain: list[x509.Certificate]) -> str | None:
    leaf, last = chain[0], chain[-1]
    if any(error in _EXPIRED for error in errors):
        return f"its certificate was valid only until {leaf.not_valid_after_utc:%d/%m/%Y}: its office has to renew it"
    if any(error in _NO_ISSUER for error in errors):
        issuer = _name(last.issuer)
        source = _issuer_url(last)
        where = f" from {source}" if source else ""
        return (
            f"its certificate chain is incomplete or of an authority unknown here: the certificate of {issuer!r} is "
            f"missing. Fetch it{where}, append it to a copy of your system's CA file and name that in SSL_CERT_FILE"
        )
    if any(error in _SELF_SIGNED for error in errors):
        return (
            f"its certificate is signed by {_name(last.subject)!r}, which nobody here vouches for. If its office "
            "confirms that certificate, append it to a copy of your system's CA file and name that in SSL_CERT_FILE"
        )
    return f"its certificate is not valid (OpenSSL's reason {errors[0]})" if errors else None


def _misnamed(connection: SSL.Connection, host: str) -> str | None:
    try:
        (verify_ip_address if _is_address(host) else verify_hostname)(connection, host)
    except (VerificationError, CertificateError):
        return f"its certificate is not for {host}: the portal may have another name"
    return None


def _shake(connection: SSL.Connection, plain: socket.socket, timeout: float) -> None:
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        try:
            connection.do_handshake()
            return
        except SSL.WantReadError:
            select.select([plain], [], [], 0.5)
        except SSL.WantWriteError:
            select.select([], [plain], [], 0.5)
    raise TimeoutError("the TLS handshake got no answer")


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _name(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME) or list(name)
    return str(found[0].value) if found else "unnamed"


def _issuer_url(certificate: x509.Certificate) -> str | None:
    """Where the issuer's certificate can be fetched, as the certificate itself says (RFC 5280 4.2.2.1)."""
    try:
        access = certificate.extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS).value
    except x509.ExtensionNotFound:
        return None
    assert isinstance(access, x509.AuthorityInformationAccess)
    issuers = [a.access_location for a in access if a.access_method == AuthorityInformationAccessOID.CA_ISSUERS]
    return next((str(place.value) for place in issuers if isinstance(place, x509.UniformResourceIdentifier)), None)
