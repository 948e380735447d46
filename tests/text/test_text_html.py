"""HTML mail becomes readable text: nothing hidden shown, nothing said lost, in linear time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.html import html_to_text

PIECES = (
    *("<div>", "</div>", "<p>", "</p>", "<b>", "</b>", "<td>", "<tr>", "<table>", "</table>", "<ul>", "<ol>", "<li>"),
    *("</ul>", "<!--", "-->", "<br>", "<blockquote>", "</blockquote>", "<a href='http://x.example'>", "</a>", "<pre>"),
    *("</pre>", "<style>", "</style>", "<", ">", "&amp;", "&#x41;", "&#99999999999;", "<p style='display:none'>"),
    *("text", " ", "\n", "\xa0", '"', "'", "=", "/", "退款", "<img alt=x>", "<td style='font-size:0'>"),
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Hello <b>wor</b>ld", "Hello world"),
        ("<p>One</p>\n<p>Two</p>", "One\n\nTwo"),
        ("<div>a</div><div><br></div><div>b</div>", "a\n\nb"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<h1>Title</h1>Text", "Title\n\nText"),
        ("<ul><li>one<li>two<ul><li>in</ul></ul>end", "- one\n- two\n  - in\nend"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<table><tr><td>Item</td><td>Price</td><tr><td>Shoe</td><td>10</td></tr></table>", "Item  Price\nShoe  10"),
        ("<table><tr><td><p>A</p></td><td><p>B</p></td></tr></table>", "A  B"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ("<img src='cid:1' alt='Receipt'><img src=t.gif>", "[image: Receipt]"),
        ("<blockquote>said<br>before</blockquote>after", "> said\n> before\n\nafter"),
        ('<blockquote style="margin:0 0 0 40px;border:none">indented</blockquote>', "indented"),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "> a\n>\n> > b"),
        ('<div class="yahoo_quoted">old</div>', "> old"),
        ("a&nbsp;b &lt;c&gt; &#8364;", "a b <c> €"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<head><title>T</title><style>p{}</style></head><body>x<script>alert(1)</script></body>", "x"),
        ("<!-- no --><p>yes</p><![if !mso]>too<![endif]>", "yes\n\ntoo"),
        ("<p hidden>no</p><p style='DISPLAY : none'>no</p><span style='visibility:hidden'>no</span>yes", "yes"),
        ("<div style='display:none'><div>no</div>no</div>yes", "yes"),
        ("<div style='max-height:0;overflow:hidden'>no</div><div style='max-height:0.5em'>yes</div>", "yes"),
        ("<td style='font-size:0px'>no<div style='font-size:13px'>yes</div></td>", "yes"),
        ("<title>never closed<p>text", "never closed\n\ntext"),
        ("", ""),
    ],
)  # fmt: skip
def test_reading(html: str, text: str) -> None:
    assert html_to_text(html) == text


def test_links_say_where_they_lead() -> None:
    html = (
        '<a href="https://evil.example/login">https://bank.example</a>'
        ' <a href="https://shop.example">https://shop.example/</a>'
        ' <a href="javascript:alert(1)">js</a> <a href="https://evil.example/login">again</a>'
        ' <a href="mailto:a@b.example">a@b.example</a>'
    )
    assert html_to_text(html) == (
        "https://bank.example [1] https://shop.example/ js again [1] a@b.example\n\n[1] https://evil.example/login"
    )


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 20_000 + "hello" + "</div>" * 20_000,
        "<blockquote>" * 20_000 + "hello",
        "<table><tr><td>" * 20_000 + "hello",
        "<ul><li>" * 20_000 + "hello",
        "<select>" + "<option>" * 50_000 + "</select>hello",
        "<p " + " ".join(f"a{i}" for i in range(50_000)) + ">hello",
        "".join(f"<p><font id={i}></p>" for i in range(20_000)) + "hello",
        "<style>" * 50_000 + "hello",
        "hello" + "<!--" * 100_000,
        "hello" + '<a href="' * 100_000,
        "hello" + "<" * 200_000,
        "hello&#" + "9" * 100_000 + ";",
    ],
    ids=lambda html: html[:12],
)
def test_hostile_structure_still_says_hello(html: str) -> None:
    assert "hello" in html_to_text(html)


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join) | st.text(max_size=60))
def test_no_soup_raises(html: str) -> None:
    text = html_to_text(html)
    assert not text.startswith("\n")
    assert all(line == line.rstrip() for line in text.split("\n"))


@given(st.lists(st.sampled_from(["alpha", "beta", "gamma"]), min_size=1, max_size=6), st.data())
def test_visible_words_survive_any_wrapping(words: list[str], data: st.DataObject) -> None:
    wraps = st.sampled_from(
        [
            ("<p>", "</p>"),
            ("<table><tr><td>", "</table>"),
            ("<li>", "</li>"),
            (" <b>", "</b> "),
            ("<div>", "</i></div>"),
            ("<blockquote>", "</blockquote>"),
        ]
    )
    html = ""
    for word in words:
        before, after = data.draw(wraps)
        html += before + word + after
    assert [word for word in html_to_text(html).split() if word.isalpha()] == words
