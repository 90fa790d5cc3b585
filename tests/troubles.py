"""What can stand between us and a portal, played on loopback: bad certificates, old TLS, silence, name servers."""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dh, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID
from twisted.names import dns

# The 1024-bit group of RFC 2409 6.2, as old servers use it.
_OAKLEY_2 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)
AIA = "http://ca.example.vn/trung-gian.crt"


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def issue(name: str, signer: Pair | None = None, *, authority: bool = False, days: int = 30) -> Pair:
    """A certificate for a name or address; `days` below 0: expired."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(signer.certificate.subject if signer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=60))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
    )
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = builder.add_extension(own, critical=False)
    if signer:
        theirs = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
        place = x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(AIA))
        builder = builder.add_extension(theirs, critical=False)
        builder = builder.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
    if not authority:
        alternative = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
        builder = builder.add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
    return Pair(builder.sign((signer.key if signer else key), hashes.SHA256()), key)


def context(folder: Path, leaf: Pair, *chain: Pair) -> ssl.SSLContext:
    """A server's context with the leaf and the certificates it sends along."""
    path = folder / f"{leaf.certificate.serial_number}.pem"
    key = leaf.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(b"".join(pair.pem for pair in (leaf, *chain)) + key)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(path)
    return made


def old(made: ssl.SSLContext, folder: Path) -> ssl.SSLContext:
    """The same server as it was in 2012: TLS 1.2 with a DH group of 1024 bits and nothing else."""
    parameters = dh.DHParameterNumbers(_OAKLEY_2, 2).parameters()
    path = folder / "dh1024.pem"
    path.write_bytes(parameters.parameter_bytes(serialization.Encoding.PEM, serialization.ParameterFormat.PKCS3))
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers("DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")
    made.load_dh_params(path)
    return made


@contextmanager
def silence() -> Iterator[int]:
    """A port that answers no connection at all, as a firewall that drops packets: its queue is full."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        waiting = []
        for _ in range(8):
            client = socket.socket()
            client.setblocking(False)
            client.connect_ex(server.getsockname())
            waiting.append(client)
        yield server.getsockname()[1]
        for client in waiting:
            client.close()


@contextmanager
def slammed() -> Iterator[int]:
    """A port whose server hears the question and hangs up."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(4096)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()


def free_port() -> int:
    """A port that nothing listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def name_server(records: dict[str, str]) -> Iterator[str]:
    """A name server: name -> address, 'SERVFAIL'; every other name does not exist. Gives 'address:port'."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            data, plain = self.request
            message = dns.Message()
            message.fromStr(data)
            name = str(message.queries[0].name).lower()
            found = records.get(name)
            message.answer = 1
            message.rCode = dns.ENAME if found is None else dns.ESERVER if found == "SERVFAIL" else dns.OK
            if message.rCode == dns.OK and message.queries[0].type == dns.A:
                message.answers = [dns.RRHeader(name, dns.A, ttl=60, payload=dns.Record_A(found))]
            plain.sendto(message.toStr(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}"
        server.shutdown()
