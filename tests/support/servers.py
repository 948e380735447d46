"""Fixtures: real servers, one set for a test session (with xdist: for each worker)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from support.certs import Certificate
from support.dovecot import Dovecot, available
from support.pymap_server import PymapServer
from support.smtp import SmtpServer, lmtp_delivery

PYMAP_USER = "agent@pymap.test"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """Shared: use mailboxes of your own, and leave it running. For unplugging take ``own_dovecot``."""
    if not available():
        pytest.skip("needs Dovecot and openssl: apt-get install dovecot-imapd dovecot-lmtpd openssl")
    with Dovecot() as server:
        yield server


@pytest.fixture
def own_dovecot() -> Iterator[Dovecot]:
    """A server for one test, which may kill it."""
    if not available():
        pytest.skip("needs Dovecot and openssl: apt-get install dovecot-imapd dovecot-lmtpd openssl")
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def _shared_smtp(dovecot: Dovecot) -> Iterator[SmtpServer]:
    certificate = Certificate(dovecot.cert, dovecot.dir / "key.pem")
    with SmtpServer(lmtp_delivery(dovecot.lmtp_port), certificate) as server:
        yield server


@pytest.fixture
def smtp(_shared_smtp: SmtpServer) -> Iterator[SmtpServer]:
    """Requires STARTTLS and AUTH, delivers into ``dovecot``; behaves well and has accepted nothing yet."""
    _shared_smtp.behave()
    _shared_smtp.accepted.clear()
    yield _shared_smtp
    _shared_smtp.behave()


@pytest.fixture
def shop(dovecot: Dovecot, smtp: SmtpServer) -> str:
    """The address of a fresh mailbox (password "secret") that may send through ``smtp``."""
    address = f"support{next(_numbers)}@shop.test"
    dovecot.add_user(address)
    smtp.add_user(address)
    return address


@pytest.fixture
def customer(dovecot: Dovecot) -> str:
    """The address of a customer's fresh mailbox (password "secret") in the same Dovecot."""
    address = f"customer{next(_numbers)}@example.test"
    dovecot.add_user(address)
    return address


@pytest.fixture(scope="session")
def pymap_server() -> Iterator[PymapServer]:
    """One user, ``PYMAP_USER``, password "secret"; no TLS."""
    with PymapServer({PYMAP_USER: "secret"}) as server:
        yield server
