"""Files of a browser's form: they come along, whatever somebody made up about them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from support.chat import PNG

from omni_tui.connectors.enclosed import EnclosedFile, enclose
from omni_tui.connectors.webhook.arriving import message_of
from omni_tui.connectors.webhook.forms import MOST_FILES, files_of
from omni_tui.connectors.webhook.settings import DEFAULT_MAP
from omni_tui.model.events import RemoteMessage
from omni_tui.text.mail import parse

KIND = "multipart/form-data; boundary=X1"
PATHS = {**DEFAULT_MAP, "sender": "email", "text": "msg"}


def part(name: str, value: bytes, file: str | None = None, mime: str = "") -> bytes:
    more = "" if file is None else f'; filename="{file}"'
    kind = f"\r\nContent-Type: {mime}" if mime else ""
    return f'--X1\r\nContent-Disposition: form-data; name="{name}"{more}{kind}\r\n\r\n'.encode() + value + b"\r\n"


def message(body: bytes) -> RemoteMessage:
    return message_of("form", PATHS, body, KIND, event_id="e", locator="1", received_at=1)


def test_a_photo_comes_with_the_form() -> None:
    body = (
        part("email", b"lena@posteo.example")
        + part("msg", "断了".encode())
        + part("phone", b"+49 30 1")
        + part("photo", PNG, "断了的杆.png", "image/png")
        + part("none", b"", "", "application/octet-stream")
        + b"--X1--\r\n"
    )
    found = message(body)
    assert (found.unreadable, found.text) == ("", "断了")
    ((name, mime, size),) = [(one.name, one.mime, one.size) for one in found.attachments]
    assert (name, mime, size) == ("断了的杆.png", "image/png", len(PNG))
    assert "+49 30 1" in parse(found.raw).text, "what the map does not name stays in the source"


def test_a_photo_alone_is_a_message() -> None:
    found = message(part("email", b"a@b.example") + part("photo", PNG, "a.png", "image/png") + b"--X1--")
    assert (found.unreadable, found.text, len(found.attachments)) == ("", "", 1)
    assert message(part("email", b"a@b.example") + b"--X1--").unreadable


def test_there_is_an_end_of_files() -> None:
    body = b"".join(part(f"f{number}", b"x", f"{number}.txt") for number in range(50))
    assert len(files_of(body + b"--X1--", KIND)) == MOST_FILES


@given(
    name=st.text(max_size=40) | st.just('a"\r\nX-Evil: 1\r\n\r\n.png') | st.just("../../etc/passwd"),
    mime=st.text(max_size=30) | st.sampled_from(["multipart/mixed; boundary=a", "message/rfc822", "text/html\r\nX: 1"]),
    data=st.binary(max_size=200) | st.just(b"--a\r\nContent-Type: text/plain\r\n\r\nx\r\n--a--"),
)
def test_a_made_up_name_or_type_is_no_header_and_no_part(name: str, mime: str, data: bytes) -> None:
    name = name.encode("utf-8", "replace").decode()
    raw, found = enclose("text", [EnclosedFile(name, mime, data)])
    assert [one.size for one in found] == [len(data)]
    assert b"\nX-Evil:" not in raw
    assert b"\nX: 1" not in raw
    assert found[0].mime.partition("/")[0] not in ("multipart", "message")
