"""Mail that is signed around its text is opened, mail that is encrypted or packed says so; nothing damaged raises."""

from __future__ import annotations

import base64
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.certs import make_certificate

from omni_tui.text.mail import ParsedMail, parse, part_bytes
from omni_tui.text.mail.cms import NoContent, signed_content

INNER = (
    b'Content-Type: multipart/mixed; boundary="i"\r\n\r\n--i\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n'
    + "Bitte um Rückgabe.".encode()
    + b'\r\n--i\r\nContent-Type: text/csv; name="a.csv"\r\n\r\na,b\r\n--i--\r\n'
)


def kinds(mail: ParsedMail) -> list[str]:
    return [each.kind for each in mail.sealings]


@pytest.fixture(scope="module")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The command that makes mails of INNER, with somebody's key."""
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("openssl is not installed")
    folder = tmp_path_factory.mktemp("cms")
    made = make_certificate(folder)
    (folder / "inner").write_bytes(INNER)
    options = ["-subject", "signed", "-from", "ana@example.test", "-signer", str(made.cert), "-inkey", str(made.key)]
    return [program, "cms", "-in", str(folder / "inner"), *options]


def made(openssl: list[str], *options: str) -> bytes:
    return subprocess.run([*openssl, *options], check=True, capture_output=True).stdout


@pytest.mark.parametrize("form", [(), ("-stream",)], ids=["whole", "in pieces"])
def test_a_signature_around_a_mail_is_taken_off(openssl: list[str], form: tuple[str, ...]) -> None:
    raw = made(openssl, "-sign", "-nodetach", *form)
    assert "Rückgabe".encode() not in raw
    mail = parse(raw)
    assert (mail.subject, mail.text.strip(), kinds(mail)) == ("signed", "Bitte um Rückgabe.", ["smime_signed"])
    (file,) = mail.attachments
    assert part_bytes(raw, file.part) == ("a.csv", "text/csv", b"a,b")


def forwarded(signed: bytes, mime: str = "") -> bytes:
    """As a mailing list passes it on: the signed mail as one part, its own footer as another."""
    head, _gap, body = signed.replace(b"\r\n", b"\n").partition(b"\n\n")
    kept = b"\n".join(
        line for line in head.split(b"\n") if not line.lower().startswith((b"from:", b"subject:", b"mime-v"))
    )
    kept = mime.encode() or kept
    return (
        b"From: list@example.test\nSubject: passed on\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=o\n\n"
        b"--o\n" + kept + b"\n\n" + body + b"\n--o\nContent-Type: text/plain\n\nTo leave this list write us.\n--o\n"
        b"Content-Type: image/png; name=logo.png\n\nPNG\n--o--\n"
    )


@pytest.mark.parametrize(
    "mime",
    ["", "Content-Type: application/octet-stream; name=smime.p7m\nContent-Transfer-Encoding: base64"],
    ids=["as it was", "by its name alone"],
)
def test_a_signed_part_of_another_mail_is_read(openssl: list[str], mime: str) -> None:
    raw = forwarded(made(openssl, "-sign", "-nodetach"), mime)
    mail = parse(raw)
    assert (mail.subject, kinds(mail)) == ("passed on", ["smime_signed"])
    assert mail.text.startswith("Bitte um Rückgabe.") and "To leave this list" in mail.text
    assert [part_bytes(raw, each.part) for each in mail.attachments] == [
        ("a.csv", "text/csv", b"a,b"),
        ("logo.png", "image/png", b"PNG"),
    ]
    # Stored when it was still a file.
    assert part_bytes(raw, "1")[0] == "smime.p7m"


def test_a_signature_around_a_signed_mail_is_taken_off_too(openssl: list[str], tmp_path: Path) -> None:
    (tmp_path / "once").write_bytes(made(openssl, "-sign", "-nodetach"))
    twice = [*openssl[:3], str(tmp_path / "once"), *openssl[4:], "-sign", "-nodetach"]
    mail = parse(subprocess.run(twice, check=True, capture_output=True).stdout)
    assert (mail.text.strip(), kinds(mail)) == ("Bitte um Rückgabe.", ["smime_signed"])


def test_a_sealed_part_beside_a_signed_one_stays_and_is_told(openssl: list[str]) -> None:
    raw = forwarded(made(openssl, "-sign", "-nodetach")).replace(
        b"Content-Type: image/png; name=logo.png\n\nPNG",
        b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\n\nMAA=",
    )
    mail = parse(raw)
    assert "Bitte um Rückgabe." in mail.text and kinds(mail) == ["smime_signed", "smime"]


def test_a_signature_beside_a_mail_is_a_file_and_told(openssl: list[str]) -> None:
    mail = parse(made(openssl, "-sign"))
    assert mail.text.strip() == "Bitte um Rückgabe." and kinds(mail) == ["signed"]
    assert [each.name for each in mail.attachments] == ["a.csv", "smime.p7s"]


@pytest.mark.parametrize(
    ("head", "body", "kind"),
    [
        ("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "MAA=", "smime"),
        ("application/pkcs7-mime; smime-type=signed-data; name=smime.p7m", "MAA=", "smime_shut"),
        (
            'multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b',
            "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream;"
            " name=encrypted.asc\n\n-----BEGIN PGP MESSAGE-----\n--b--\n",
            "pgp",
        ),
        ("text/plain", "-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n", "pgp"),
        (
            "text/plain",
            "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHi\n-----BEGIN PGP SIGNATURE-----\n",
            "signed",
        ),
        (
            "multipart/signed; boundary=b",
            "--b\n\nHi\n--b\nContent-Type: application/pgp-signature; name=signature.asc\n\nx\n--b--\n",
            "signed",
        ),
        ("multipart/mixed; boundary=b", "--b\n\nHi\n--b\nContent-Type: application/ms-tnef\n\nx\n--b--\n", "tnef"),
        (
            "multipart/mixed; boundary=b",
            "--b\n\nHi\n--b\nContent-Type: application/octet-stream; name=WINMAIL.DAT\n\nx\n--b--\n",
            "tnef",
        ),
    ],
)
def test_what_cannot_be_opened_or_checked_is_told(head: str, body: str, kind: str) -> None:
    raw = f"From: ana@example.test\nMIME-Version: 1.0\nContent-Type: {head}\nContent-Transfer-Encoding: 7bit\n\n{body}"
    assert kinds(parse(raw.encode())) == [kind]


def test_an_ordinary_mail_is_not_sealed() -> None:
    assert parse(b"Subject: my smime.p7m\n\nWhat is application/pkcs7-mime?").sealings == ()


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    for each in (data, b"\x30\x80" + data, b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80" + data):
        try:
            signed_content(each)
        except NoContent:
            continue


@given(data=st.data())
def test_a_damaged_one_is_still_a_mail(openssl: list[str], data: st.DataObject) -> None:
    whole = Path(openssl[3]).with_name("whole")
    if not whole.exists():
        whole.write_bytes(made(openssl, "-sign", "-nodetach"))
    head, _gap, body = whole.read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")
    der = bytearray(base64.b64decode(body))
    for _time in range(data.draw(st.integers(1, 4))):
        der[data.draw(st.integers(0, min(len(der) - 1, 300)))] = data.draw(st.integers(0, 255))
    parse(head + b"\n\n" + base64.encodebytes(bytes(der[: data.draw(st.integers(1, len(der)))])))
