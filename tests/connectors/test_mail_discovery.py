"""The servers of an address nobody knows the provider of: by its domain's own word, and by nobody else's."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.connectors.mail.discovery import autoconfig, dns
from omni_tui.connectors.mail.discovery.dns import MX, SRV, Record
from omni_tui.connectors.mail.discovery.finding import find_servers
from omni_tui.connectors.mail.hosting import _BY_MX, preset_for_mx
from omni_tui.connectors.mail.settings import MailSettings

OWN = b"""<?xml version="1.0" encoding="UTF-8"?>
<clientConfig version="1.1"><emailProvider id="shop.zz"><domain>shop.zz</domain>
<incomingServer type="pop3"><hostname>pop.shop.zz</hostname><port>995</port><socketType>SSL</socketType>
</incomingServer><incomingServer type="imap"><hostname>plain.shop.zz</hostname><port>143</port>
<socketType>plain</socketType></incomingServer>
<incomingServer type="imap"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port><socketType>SSL</socketType>
<username>%EMAILLOCALPART%</username></incomingServer>
<outgoingServer type="smtp"><hostname>smtp.shop.zz</hostname><port>587</port><socketType>STARTTLS</socketType>
<username>%EMAILADDRESS%</username></outgoingServer></emailProvider></clientConfig>"""


class Domain:
    """What DNS and the web say; ``asked`` is what was asked, in order."""

    def __init__(self, records: dict[tuple[str, int], tuple[Record, ...]], pages: dict[str, bytes]) -> None:
        self.records, self.pages = records, pages
        self.asked: list[str] = []

    def find(self, address: str) -> dict[str, object]:
        return find_servers(address, self._ask, self._fetch)

    def _ask(self, name: str, kind: int) -> tuple[Record, ...]:
        self.asked.append(name)
        return self.records.get((name, kind), ())

    def _fetch(self, url: str) -> bytes:
        self.asked.append(url)
        return self.pages.get(url, b"")


def test_a_known_provider_is_not_asked_for() -> None:
    domain = Domain({}, {})
    assert domain.find("me@gmail.com")["imap_host"] == "imap.gmail.com" and domain.asked == []


def test_a_domain_in_letters_of_its_own_is_asked_under_its_own_name() -> None:
    own = "xn--fa-hia.de"
    srv = {
        (f"_imaps._tcp.{own}", SRV): (Record(0, f"imap.{own}", 993),),
        (f"_submissions._tcp.{own}", SRV): (Record(0, f"smtp.{own}", 465),),
    }
    domain = Domain(srv, {})
    found = domain.find("me@Faß.de")
    assert (found["imap_host"], found["smtp_host"]) == (f"imap.{own}", f"smtp.{own}")
    assert all(own in each for each in domain.asked)


@pytest.mark.parametrize(
    "address", ["me@shop.test", "me@shop.example", "me@localhost", "me@", "me", "me@a..b", "me@.de"]
)
def test_of_names_that_are_nobodys_nobody_is_asked(address: str) -> None:
    domain = Domain({}, {})
    assert domain.find(address) == {} and domain.asked == []


def test_a_provider_is_known_by_who_takes_the_mail_in() -> None:
    domain = Domain({("shop.zz", MX): (Record(10, "shop-zz.mail.protection.outlook.com"),)}, {})
    assert domain.find("me@shop.zz")["smtp_host"] == "smtp.office365.com"
    assert domain.asked == ["shop.zz"]


def test_a_host_that_only_looks_like_one_is_none() -> None:
    for host in ("evil-google.com", "google.com.evil.example", "notmail.protection.outlook.com"):
        assert preset_for_mx(host) == {}


def test_what_is_found_are_settings_of_a_channel() -> None:
    for preset in _BY_MX.values():
        MailSettings("me@shop.zz", **preset)


def test_the_domains_own_file_is_read() -> None:
    domain = Domain({}, {"https://autoconfig.shop.zz/mail/config-v1.1.xml": OWN})
    assert domain.find("me@shop.zz") == {
        "imap_host": "imap.shop.zz",
        "imap_port": 993,
        "imap_tls": "tls",
        "smtp_host": "smtp.shop.zz",
        "smtp_port": 587,
        "smtp_tls": "starttls",
        "username": "me",
        "smtp_username": "me@shop.zz",
    }
    assert not any("me@" in asked for asked in domain.asked), "whose mailbox it is was told"
    MailSettings("me@shop.zz", **domain.find("me@shop.zz"))  # type: ignore[arg-type]


def test_no_entity_is_expanded_and_no_plain_server_taken() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "imap.evil.example">]>' + OWN.replace(b"imap.%EMAILDOMAIN%", b"&b;")
    assert autoconfig.servers(bomb, "me@shop.zz") == {}
    assert autoconfig.servers(bomb.decode().encode("utf-16"), "me@shop.zz") == {}
    assert autoconfig.servers(OWN.replace(b"STARTTLS", b"plain"), "me@shop.zz") == {}
    assert autoconfig.servers(OWN.replace(b"smtp.shop.zz", b"smtp.shop.zz/../x"), "me@shop.zz") == {}


@given(st.binary(max_size=300), st.text(max_size=30))
def test_no_file_raises(document: bytes, address: str) -> None:
    autoconfig.servers(document, address)
    autoconfig.servers(OWN[: len(document)] + document, address)


def test_srv_records_count_below_the_domain_or_at_a_known_host() -> None:
    records = {
        ("_imaps._tcp.shop.zz", SRV): (Record(0, "imap.evil.example", 993), Record(5, "mail.shop.zz", 9993)),
        ("_submission._tcp.shop.zz", SRV): (Record(0, "smtp.strato.de", 587),),
    }
    assert Domain(records, {}).find("me@shop.zz") == {
        "imap_host": "mail.shop.zz",
        "imap_port": 9993,
        "imap_tls": "tls",
        "smtp_host": "smtp.strato.de",
        "smtp_port": 587,
        "smtp_tls": "starttls",
    }
    del records[("_submission._tcp.shop.zz", SRV)]
    assert Domain(records, {}).find("me@shop.zz") == {}


@contextmanager
def name_server(*answers: bytes) -> Iterator[dns.Where]:
    """A FAKE name server: to each question its id, the question itself, and one of ``answers``."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(20)

        def serve() -> None:
            for answer in answers:
                question, whence = sock.recvfrom(4096)
                count = struct.unpack_from(">H", answer)[0]
                head = question[:2] + struct.pack(">HHHHH", 0x8180, 1, count, 0, 0)
                sock.sendto(head + question[12:] + answer[2:], whence)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield sock.getsockname()
        thread.join(20)


def record(kind: int, data: bytes) -> bytes:
    return b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 300, len(data)) + data


def test_records_are_read_with_their_pointers_and_in_order() -> None:
    mx = record(MX, struct.pack(">H", 20) + b"\x06backup\xc0\x0c") + record(
        MX, struct.pack(">H", 10) + b"\x02mx\x02de\0"
    )
    srv = record(SRV, struct.pack(">HHH", 1, 0, 993) + b"\x04mail\x04shop\x02zz\0")
    nothing = record(SRV, struct.pack(">HHH", 0, 0, 0) + b"\0")
    with name_server(b"\0\2" + mx, b"\0\1" + srv, b"\0\1" + nothing) as where:
        assert dns.ask("shop.zz", MX, (where,)) == (Record(10, "mx.de"), Record(20, "backup.shop.zz"))
        assert dns.ask("_imaps._tcp.shop.zz", SRV, (where,)) == (Record(1, "mail.shop.zz", 993),)
        assert dns.ask("_imap._tcp.shop.zz", SRV, (where,)) == ()


def test_names_that_cannot_be_asked_for_are_not() -> None:
    assert dns.ask("a" * 64 + ".de", MX, (("127.0.0.1", 9),)) == ()
    assert dns.ask("xn--\ud800.de", MX, (("127.0.0.1", 9),)) == ()


@given(st.binary(max_size=200), st.integers(0, 5))
def test_no_answer_raises(noise: bytes, count: int) -> None:
    head = b"\0\0" + struct.pack(">HHHHH", 0x8180, 1, count, 0, 0) + b"\x02de\0\0\x0f\0\x01"
    for kind in (MX, SRV):
        dns._records(head + noise, len(head), kind)
        dns._records(head + b"\xc0\x0c" + noise, len(head), kind)


def test_a_file_that_never_ends_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each piece comes in time, and the whole of it would take for ever."""
    monkeypatch.setattr(autoconfig, "WAIT_S", 0.2)
    over = threading.Event()

    def drip(listening: socket.socket) -> None:
        client, _peer = listening.accept()
        with client:
            client.recv(4096)
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while not over.wait(0.05):
                try:
                    client.sendall(b"<")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=drip, args=(listening,), daemon=True)
        server.start()
        guard = threading.Timer(30, over.set)
        guard.start()
        assert autoconfig.fetched(f"http://127.0.0.1:{listening.getsockname()[1]}/") == b""
        assert not over.is_set(), "it was waited for"
        guard.cancel()
        over.set()
        server.join(30)
