"""Paragraphs of format=flowed are whole again (RFC 3676), and parts that lost their beginning are read."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.steps import grows_like_its_size

from omni_tui.text.mail import parse
from omni_tui.text.mail.flowed import unflow

WORDS = st.text("ab> -退.", min_size=1, max_size=12).filter(lambda text: not text.endswith(" "))


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("a \n\nb", "a\n\nb"),
        (">> one \n>> two\n> three", "> > one two\n> three"),
        ("> quoted \nanswer", "> quoted\nanswer"),
        (" >no quote\n From here", ">no quote\nFrom here"),
        ("bye \n-- \nAna \nShop", "bye\n-- \nAna Shop"),
        ("> -- \n> Bo", "> -- \n> Bo"),
        ("last ", "last"),
        (">\n> x", ">\n> x"),
        ("", ""),
    ],
)
def test_paragraphs_are_put_together(sent: str, read: str) -> None:
    assert unflow(sent, delsp=False) == read


def test_the_space_that_was_added_goes_where_the_sender_says_so() -> None:
    assert unflow("我想申请 \n退款\n谢谢", delsp=True) == "我想申请退款\n谢谢"
    assert unflow("very long  \nword", delsp=True) == "very long word"


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ("format=flowed", "one two\n> three four"),
        ("format=Flowed; delsp=yes", "onetwo\n> threefour"),
        ("format=fixed", "one \ntwo\n> three \n> four"),
        ("delsp=yes", "one \ntwo\n> three \n> four"),
    ],
)
def test_a_mail_says_whether_its_text_flows(parameters: str, text: str) -> None:
    raw = f"Content-Type: text/plain; charset=utf-8; {parameters}\r\n\r\none \r\ntwo\r\n> three \r\n> four".encode()
    assert parse(raw).text == text


def test_html_is_never_flowed() -> None:
    assert parse(b"Content-Type: text/html; format=flowed\r\n\r\n<pre>a \r\nb</pre>").text == "a\nb"


@given(st.lists(st.tuples(st.integers(0, 3), st.lists(WORDS, min_size=1, max_size=4)), max_size=8), st.booleans())
def test_what_was_broken_as_the_standard_says_comes_back(paragraphs: list[tuple[int, list[str]]], delsp: bool) -> None:
    sent: list[str] = []
    for depth, words in paragraphs:
        pieces = [word + (" " if delsp else "") + " " for word in words[:-1]] + [words[-1]]
        # Stuffed always, as the standard allows; "-- " would be a signature.
        sent += [">" * depth + " " + ("x" + piece if piece == "-- " else piece) for piece in pieces]
    wanted = [
        ("> " * depth + "".join(("x" if word + " " == "-- " and not delsp else "") + word + " " for word in words[:-1])
         + words[-1])
        for depth, words in paragraphs
    ]  # fmt: skip
    read = unflow("\n".join(sent), delsp=delsp).split("\n") if sent else []
    assert [line.rstrip() for line in read] == [line.rstrip() for line in wanted]


@pytest.mark.parametrize("piece", ["a \n", "> a \n", ">", " ", ">>>> x\n> x \n", "-- \n"])
def test_it_takes_time_as_the_text_is_long(piece: str) -> None:
    grows_like_its_size(lambda text: unflow(text, delsp=True), piece, 50_000)


def test_a_first_part_that_ran_together_with_its_multipart_is_read() -> None:
    raw = (
        b"Content-Type: multipart/alternative; boundary=b\r\nContent-Type: text/plain; charset=utf-8\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n\r\n"
        b"--b\r\nContent-Type: text/html\r\n\r\n<p>Other</p>\r\n--b--\r\n"
    )
    assert parse(raw).text.strip() == "Grüße"
    assert parse(raw.replace(b"Content-Type: text/plain; charset=utf-8\r\n", b"")).text.strip() == "Other"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"?garbage", "?garbage"),
        (b"?" + base64.b64encode("Größe, as you wrote".encode()), "Größe, as you wrote"),
        (base64.b64encode(b"Hello world") + b" ignored", "Hello world"),
    ],
)
def test_base64_that_is_none_is_shown_as_it_stands(body: bytes, text: str) -> None:
    raw = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body
    assert parse(raw).text == text


def test_sixteen_bits_of_which_one_byte_went_lost() -> None:
    raw = b"Content-Type: text/plain; charset=utf-16le\r\n\r\n" + "退款 please".encode("utf-16le") + b"\n"
    assert parse(raw).text == "退款 please\ufffd"
