"""``channel try``: what a payload would become, and where the map misses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cli import run

from omni_tui.connectors.webhook import mapping
from omni_tui.connectors.webhook.settings import DEFAULT_MAP
from omni_tui.connectors.webhook.tracing import traced

PAYLOAD = {
    "form_id": 77,
    "fields": {
        "mail": "lena@posteo.example",
        "name": "陈思远",
        "message": "帐篷杆断了\x1b[31m",
        "when": "2026-11-22T08:00:00Z",
    },
    "files": [{"url": "https://shop.example/a.png"}],
}


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(
        '[channels.form]\nkind = "webhook"\nrelay = "https://relay.example.org"\nsource = "hello"\n'
        'map = { id = "form_id", sender = "fields.email | fields.phone", name = "fields.name",'
        ' text = "fields.message", time = "fields.when", attachments = "files" }\n'
        '[channels.post]\nkind = "mail"\naddress = "a@shop.example"\nimap_host = "localhost"\n'
        'smtp_host = "localhost"\n',
        "utf-8",
    )
    file.chmod(0o600)
    return file


@pytest.fixture
def sample(tmp_path: Path) -> str:
    file = tmp_path / "sample.json"
    file.write_text(json.dumps(PAYLOAD), "utf-8")
    return str(file)


def test_what_does_not_fit_is_pointed_at(config: Path, sample: str) -> None:
    ran = run("--config", str(config), "channel", "try", "form", sample)
    assert ran.code == 1
    assert "There is no sender at fields.email | fields.phone." in ran.err
    assert "There is nothing at fields.email; fields has mail, name, message, when." in ran.err
    assert "Did you mean fields.mail?" in ran.err
    assert "text  " in ran.out, "what was found is shown all the same"


def test_what_fits_is_shown_as_it_would_be_stored(config: Path, sample: str) -> None:
    ran = run("--config", str(config), "channel", "try", "form", sample, "--map", "sender=fields.mail")
    assert (ran.code, ran.err) == (0, "")
    assert "from: 陈思远 (lena@posteo.example)" in ran.out
    assert "https://shop.example/a.png" in ran.out
    assert "\x1b" not in ran.out
    ran = run("--config", str(config), "channel", "try", "form", sample, "--map", "sender=fields.mail", "--json")
    trial = json.loads(ran.out)["trial"]
    assert trial["message"] == {
        "external_id": "77",
        "sender": "lena@posteo.example",
        "name": "陈思远",
        "subject": "",
        "text": "帐篷杆断了\x1b[31m\nhttps://shop.example/a.png",
        "thread": "",
        "sent_at": 1795334400000,
        "files": [],
    }
    assert {each["name"]: each["found_at"] for each in trial["fields"]}["sender"] == "fields.mail"
    assert trial["content_type"] == "application/json"


def test_a_form_post_from_a_pipe(config: Path) -> None:
    words = ("--config", str(config), "channel", "try", "form", "-", "--map", "sender=email", "--map", "text=msg")
    ran = run(*words, "--json", stdin=b"email=a%40b.example&msg=%E4%BD%A0%E5%A5%BD&fields.when=soon")
    trial = json.loads(ran.out)["trial"]
    assert ran.code == 0
    assert (trial["message"]["text"], trial["content_type"]) == ("你好", "application/x-www-form-urlencoded")
    problems = {each["name"]: each["problem"] for each in trial["fields"] if each["problem"]}
    assert problems["time"] == "What stands at fields.when is no time."
    assert "email, msg" in problems["id"]


MULTIPART = (
    b'--X1\r\nContent-Disposition: form-data; name="email"\r\n\r\na@b.example\r\n'
    b'--X1\r\nContent-Disposition: form-data; name="msg"\r\n\r\n\xe4\xbd\xa0\xe5\xa5\xbd\r\n--X2 is no boundary\r\n'
    b'--X1\r\nContent-Disposition: form-data; name="topic"\r\n\r\ntents\r\n'
    b'--X1\r\nContent-Disposition: form-data; name="topic"\r\n\r\npoles\r\n'
    b'--X1\r\nContent-Disposition: form-data; name="photo"; filename="a.png"\r\n'
    b"Content-Type: image/png\r\n\r\n\x89PNG\r\n"
    b"--X1--\r\n"
)


def test_a_browser_s_form_with_files(config: Path) -> None:
    maps = ("--map", "sender=email", "--map", "text=msg", "--map", "subject=topic", "--map", "id=photo")
    trial = run("--config", str(config), "channel", "try", "form", *maps, "--json", stdin=MULTIPART).json["trial"]
    assert trial["message"]["text"] == "你好\n--X2 is no boundary"
    assert trial["message"]["subject"] == "tents\npoles"
    assert trial["message"]["external_id"] == "a.png"
    assert trial["message"]["files"] == ["a.png"]


def test_an_answer_is_shown_as_it_would_be_posted(config: Path, sample: str) -> None:
    text = config.read_text("utf-8").replace(
        'source = "hello"\n',
        'source = "hello"\nreply_url = "https://shop.example/api/s3cret"\nreply_headers = { "X-Key" = "s3cret" }\n',
    )
    config.write_text(text, "utf-8")
    ran = run("--config", str(config), "channel", "try", "form", sample, "--map", "sender=fields.mail")
    assert "-- an answer would be posted to shop.example" in ran.out
    assert '{"to": "lena@posteo.example", "thread": "", "text": "[what you answer]"' in ran.out
    assert "s3cret" not in ran.out + ran.err
    text = text.replace("api/s3cret", "threads/{{thread}}")
    config.write_text(text, "utf-8")
    ran = run("--config", str(config), "channel", "try", "form", sample, "--map", "sender=fields.mail")
    assert "needs a value that this conversation does not have" in ran.err


@given(
    body=st.binary(max_size=300), kind=st.sampled_from(["a", "multipart/form-data; boundary=X1", "multipart/form-data"])
)
def test_no_body_raises_anything_else(body: bytes, kind: str) -> None:
    for one in (body, MULTIPART[: len(body)] + body, body + MULTIPART):
        try:
            mapping.read(one, kind)
        except mapping.Unmapped:
            continue


@pytest.mark.parametrize(
    ("words", "stdin", "code", "says"),
    [
        (["form"], "<xml/>", 1, "neither JSON nor a form"),
        (["form", "--type", "application/json"], "a=b", 1, "neither JSON nor a form"),
        (["form"], "", 2, "nothing in it"),
        (["form", "/no/such/file"], "", 3, "no file"),
        (["post"], "{}", 2, "no webhook channel"),
        (["nobody"], "{}", 3, "no channel called nobody"),
        (["form", "--map", "sender"], "{}", 2, "names no place"),
        (["form", "--map", "colour=a"], "{}", 2, "not colour"),
    ],
)
def test_what_cannot_be_tried(config: Path, words: list[str], stdin: str, code: int, says: str) -> None:
    ran = run("--config", str(config), "channel", "try", *words, stdin=stdin.encode())
    assert (ran.code, says in ran.err) == (code, True), ran.err


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=20,
)


@given(payload=JSON, path=st.text(alphabet="abc.01| ", max_size=12))
def test_every_payload_can_be_traced(payload: object, path: str) -> None:
    for each in traced(payload, dict.fromkeys(DEFAULT_MAP, path), list(DEFAULT_MAP)):
        assert bool(each.found_at or each.problem)
        if each.near:
            assert mapping.find(payload, each.near) is not None


def test_a_huge_payload_is_traced_by_its_top(sample: str) -> None:
    deep: object = "end"
    for _ in range(400):
        deep = {"a": deep, **{f"k{number}": {"x": number} for number in range(50)}}
    (found,) = traced(deep, {"text": "nowhere.y"}, ["text"])
    assert "a, k0, k1" in found.problem
