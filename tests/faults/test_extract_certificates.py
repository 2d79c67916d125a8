"""F5, S2, B3: certificates are always checked, and a bad one ends the talk with one sentence."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from raw_sockets import http, raw_server, server_tls
from small_company import QUICK, sap_b1
from told_source import AS_OF, fresh

from extract import extract_object
from extract.errors import Misconfigured, Stop
from extract.transport import Transport

NOW = datetime.now(UTC)


@dataclass(frozen=True)
class Pair:
    certificate: Path
    key: Path


@pytest.fixture
def issue(tmp_path: Path) -> Callable[..., Pair]:
    """Issue a certificate for this machine, signed by an authority of our own."""
    authority_key = ec.generate_private_key(ec.SECP256R1())
    authority = _name("Plant CA")
    root = _certificate(authority, authority, authority_key, authority_key, NOW + timedelta(1), [])
    (tmp_path / "ca.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))

    def make(ends: datetime = NOW + timedelta(days=1), host: str = "127.0.0.1") -> Pair:
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.IPAddress(ip_address(host))] if host[0].isdigit() else [x509.DNSName(host)]
        made = _certificate(_name("erp"), authority, key, authority_key, ends, names)
        pair = Pair(tmp_path / "erp.pem", tmp_path / "erp.key")
        pair.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        pair.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return pair

    return make


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    ends: datetime,
    names: list[x509.GeneralName],
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=30))
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signer, hashes.SHA256())


def door(address: str, ca_file: Path | None) -> Transport:
    return Transport(address, "sap_b1", ca_file=ca_file, ca_setting="SAP_B1_CA_FILE", limits=QUICK)


def test_a_private_authority_is_added_by_file(issue: Callable[..., Pair], tmp_path: Path) -> None:
    pair = issue()
    with raw_server(http(b"{}"), tls=server_tls(pair.certificate, pair.key)) as server:
        assert door(server.address, tmp_path / "ca.pem").send("GET", "/").status == 200


def test_b3_an_unknown_authority_is_named_with_its_remedy(issue: Callable[..., Pair]) -> None:
    pair = issue()
    with raw_server(http(b"{}"), tls=server_tls(pair.certificate, pair.key)) as server:
        with pytest.raises(Stop) as caught:
            door(server.address, None).send("GET", "/")
        assert str(caught.value) == (
            f"sap_b1: The certificate of 127.0.0.1:{server.port} is signed by an authority this"
            " machine does not know. Give its CA file in `SAP_B1_CA_FILE`."
        )
        assert server.requests == []


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        ({"ends": NOW - timedelta(days=1)}, "has expired"),
        ({"host": "other.example"}, "belongs to another host"),
        ({"host": "127.0.0.2"}, "belongs to another host"),
    ],
)
def test_f5_a_bad_certificate_ends_the_talk_without_a_second_try(
    issue: Callable[..., Pair], tmp_path: Path, made: dict[str, object], sentence: str
) -> None:
    pair = issue(**made)
    with raw_server(http(b"{}"), tls=server_tls(pair.certificate, pair.key)) as server:
        with pytest.raises(Stop, match=sentence):
            door(server.address, tmp_path / "ca.pem").send("GET", "/")
        assert server.requests == []


def test_f5_a_certificate_stops_the_system_for_the_run(
    issue: Callable[..., Pair], tmp_path: Path
) -> None:
    pair = issue()
    with raw_server(http(b"{}"), tls=server_tls(pair.certificate, pair.key)) as server:
        settings = {"SAP_B1_URL": server.address, "SAP_B1_COMPANY": "DB", "SAP_B1_USER": "u"}
        source = sap_b1({**settings, "SAP_B1_PASSWORD": "pass"})
        for name in ("Orders", "Items"):
            with pytest.raises(Stop, match="an authority this machine does not know") as caught:
                extract_object(source, name, fresh(tmp_path / name), AS_OF)
            assert caught.value.facts.object == name
    assert server.connections == 1


def test_s2_old_tls_is_refused(issue: Callable[..., Pair], tmp_path: Path) -> None:
    pair = issue()
    old = server_tls(pair.certificate, pair.key)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning):
        old.minimum_version = ssl.TLSVersion.TLSv1_1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with raw_server(http(b"{}"), tls=old) as server:
        with pytest.raises(Stop, match=r"TLS 1\.2 or newer"):
            door(server.address, tmp_path / "ca.pem").send("GET", "/")
        assert server.requests == []


def test_b3_a_ca_file_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nonsense")
    with pytest.raises(Misconfigured, match="`SAP_B1_CA_FILE`"):
        door("https://127.0.0.1:1", tmp_path / "ca.pem")
