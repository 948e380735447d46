"""Mail passed on: who wrote what is inside, in the forms of many mail programs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.mail import parse
from omni_tui.text.mail.forward import forwarded, inner_block

FORMS = {
    "gmail": "FYI\n\n---------- Forwarded message ---------\nFrom: Lena Koch <lena@post.example>\n"
    "Date: Mon, 3 Nov 2025 at 10:00\nSubject: Where is it?\nTo: <ana@shop.example>\n\nHello",
    "thunderbird": "-------- Forwarded Message --------\nSubject: \tWhere is it?\nDate: \tMon, 3 Nov 2025\n"
    "From: \tLena Koch <lena@post.example>\nTo: \tana@shop.example\n\n\nHello",
    "apple": "Begin forwarded message:\n\n> From: Lena Koch <lena@post.example>\n> Subject: Where is it?\n"
    "> Date: 3 November 2025\n> To: ana@shop.example\n> \n> Hello",
    "outlook": "________________________________\nFrom: Lena Koch <lena@post.example>\nSent: Monday, November 3\n"
    "To: Ana\nSubject: Where is it?\n\nHello",
    "outlook-mailto": "-----Original Message-----\nFrom: Lena Koch [mailto:lena@post.example]\nSent: Monday\n"
    "To: Ana\nSubject: Where is it?\n\nHello",
    "outlook-bold": "*From:* Lena Koch <lena@post.example>\n*Sent:* Monday\n*Subject:* Where is it?\n\nHello",
    "de": "Von: Lena Koch <lena@post.example>\nGesendet: Montag, 3. Nov. 2025\nAn: Ana\nBetreff: Where is it?\n\nHallo",
    "fr": "De : Lena Koch <lena@post.example>\nEnvoyé : lundi 3 nov. 2025\nÀ : Ana\nObjet : Where is it?\n\nBonjour",
    "es": "De: Lena Koch [mailto:lena@post.example]\nEnviado el: lunes\nPara: Ana\nAsunto: Where is it?\n\nHola",
    "qq": '------------------ 原始邮件 ------------------\n发件人: "Lena Koch" <lena@post.example>;\n'
    '发送时间: 2025年11月3日\n收件人: "Ana"<ana@shop.example>;\n主题: Where is it?\n\n你好',
    "163": "---- 转发的消息 ----\n发件人：Lena Koch<lena@post.example>\n"
    "日期：2025年11月3日\n主题：Where is it?\n\n你好",
}


@pytest.mark.parametrize("form", FORMS)
def test_who_wrote_what_is_passed_on(form: str) -> None:
    found = inner_block(FORMS[form])
    assert found is not None
    assert (found.author.name, found.author.address) == ("Lena Koch", "lena@post.example")
    assert found.subject == "Where is it?"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "From: me to you\n\nwith love",
        "From: lena@post.example is where it came from.\nSo I say.",
        "Subject: no sender\nDate: today",
        "From: a@b.example, c@d.example\nSubject: two",
        "To: x@y.example\nSubject: only",
    ],
)
def test_what_is_no_such_block(text: str) -> None:
    assert inner_block(text) is None


def test_only_a_subject_that_says_so_or_a_message_attached() -> None:
    quoted = f"Subject: Re: hello\r\nFrom: ana@shop.example\r\n\r\n{FORMS['outlook']}".encode()
    assert forwarded(quoted, parse(quoted)) is None
    for mark in ("Fwd", "FW", "WG", "TR", "RV", "转发"):
        raw = quoted.replace(b"Re:", f"{mark}:".encode())
        assert forwarded(raw, parse(raw)) is not None, mark
    attached = (
        b'From: ana@shop.example\r\nSubject: see\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\n\r\nFYI\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        b"From: Lena <lena@post.example>\r\nSubject: =?utf-8?q?W=C3=B6?=\r\n\r\n"
        b"Hello\r\n--b--\r\n"
    )
    found = forwarded(attached, parse(attached))
    assert found is not None and (found.author.address, found.subject) == ("lena@post.example", "Wö")


@given(st.text(max_size=2000))
def test_anything_can_be_looked_at(text: str) -> None:
    inner_block(text)


@given(
    st.lists(
        st.sampled_from(["From: ", "a@b.example", "\n", "Subject:", ">", "*", " ", "<", "[mailto:", ";"]), max_size=400
    )
)
def test_nor_what_looks_like_one(pieces: list[str]) -> None:
    found = inner_block("".join(pieces))
    assert found is None or "@" in found.author.address
