"""Certificates for private servers, made by the openssl command."""

from __future__ import annotations

import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate: as ``ca_file`` of a client it makes its server trusted."""

    cert: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        """What a server needs to present it."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.cert, self.key)
        return context


_CA_CONFIG = """
[ca]
default_ca = here
[here]
database = {dir}/index.txt
new_certs_dir = {dir}
rand_serial = yes
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
"""


def make_certificate(directory: Path, name: str = "localhost", *, expired: bool = False) -> Certificate:
    """A certificate for ``name``; "localhost" is valid for 127.0.0.1 too."""
    certificate = Certificate(directory / "cert.pem", directory / "key.pem")
    names = "DNS:localhost,IP:127.0.0.1" if name == "localhost" else f"DNS:{name}"
    request = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={name}"]
    request += ["-addext", f"subjectAltName={names}", "-keyout", str(certificate.key)]
    if not expired:
        _openssl(*request, "-x509", "-days", "2", "-out", str(certificate.cert))
        return certificate
    # "req" makes none of the past; a certificate authority of one's own does.
    (directory / "index.txt").touch()
    (directory / "ca.conf").write_text(_CA_CONFIG.format(dir=directory))
    _openssl(*request, "-out", str(directory / "request.pem"))
    signing = ["ca", "-selfsign", "-batch", "-notext", "-config", str(directory / "ca.conf")]
    signing += ["-startdate", "20200101000000Z", "-enddate", "20200102000000Z", "-keyfile", str(certificate.key)]
    _openssl(*signing, "-in", str(directory / "request.pem"), "-out", str(certificate.cert))
    return certificate


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, stdin=subprocess.DEVNULL)
