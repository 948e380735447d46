"""What connections trust is read once, and again when it changed."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from support.certs import make_certificate

from omni_tui.connectors.mail.endpoint import Endpoint, tls_context
from omni_tui.model.errors import Permanent


def test_a_certificate_that_was_replaced_is_heeded_by_the_next_connection(tmp_path: Path) -> None:
    pem = make_certificate(tmp_path).cert.read_text()
    file = tmp_path / "trusted.pem"
    endpoint = Endpoint("IMAP", "localhost", 993, "tls", "", str(file), False, 30)
    with pytest.raises(Permanent):
        tls_context(endpoint)
    file.write_text(pem)
    first = tls_context(endpoint)
    assert ssl.PEM_cert_to_DER_cert(pem) in first.get_ca_certs(binary_form=True)
    assert tls_context(endpoint) is first
    file.write_text("no certificate")
    with pytest.raises(Permanent):
        tls_context(endpoint)
