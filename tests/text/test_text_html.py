"""HTML mail becomes readable text: nothing hidden shown, nothing said lost, in linear time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.steps import grows_like_its_size

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
        ("<table><tr><td>Item</td><td>Price</td><tr><td>Shoe</td><td>10</td></tr></table>", "Item  Price\nShoe     10"),
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
        "https://bank.example [1: evil.example!] https://shop.example/ js again [1] a@b.example\n\n[1] https://evil.example/login"
    )


@pytest.mark.parametrize(
    ("text", "href", "mark"),
    [
        ("https://bank.example", "https://evil.example/x", " [1: evil.example!]"),
        ("www.bank.example", "https://bank.example.evil.example/x", " [1: bank.example.evil.example!]"),
        ("bank.example/login", "http://evil.example", " [1: evil.example!]"),
        ("click", "https://bank.example@evil.example/", " [1: evil.example!]"),
        ("bank.example", "https://bаnk.example/", " [1: xn--bnk-6cd.example!]"),  # a Cyrillic letter
        ("www.shop.example", "https://click.mail.shop.example/x?y", " [1]"),
        ("shop.co.uk", "https://other.co.uk", " [1: other.co.uk!]"),
        ("see manual.pdf", "https://shop.example/m", " [1]"),
        ("manual.pdf", "https://shop.example/m", " [1]"),
        ("version 3.11", "https://shop.example/m", " [1]"),
        ("our shop", "https://shop.example", " [1]"),
        ("https://shop.example/a", "https://shop.example/a", ""),
    ],
)  # fmt: skip
def test_a_link_that_says_another_host_shows_the_true_one(text: str, href: str, mark: str) -> None:
    assert html_to_text(f'<a href="{href}">{text}</a>').split("\n")[0] == text + mark


@pytest.mark.parametrize(
    "hidden",
    [
        '<span style="color:#fff">no</span>',
        '<font color="white">no</font>',
        '<span style="color: rgb(255, 255, 255)">no</span>',
        '<div style="background:#222;"><span style="color:#222">no</span></div>',
        '<table><tr><td bgcolor="#000000"><font color="#010101">no</font></td></tr></table>',
        '<div style="color:#fefefe;background-color:white"><p>no</p></div>',
        '<div style="height:0;overflow:hidden">no</div>',
        '<div style="width:0px; max-height:0; overflow:hidden">no</div>',
        '<p style="text-indent:-9999px">no</p>',
        '<p style="opacity:0">no</p>',
        '<p style="mso-hide:all">no</p>',
        '<img style="display:none" alt="no">',
    ],
)
def test_what_nobody_sees_is_left_out(hidden: str) -> None:
    assert html_to_text(f"<p>yes</p>{hidden}<p>too</p>") == "yes\n\ntoo"


@pytest.mark.parametrize(
    "seen",
    [
        '<div style="background:#222"><span style="color:#fff">yes</span></div>',
        '<td bgcolor="navy"><font color="white">yes</font></td>',
        '<a class="button" href=""><span style="color:#fff">yes</span></a>',
        '<div style="background:url(x.png)"><span style="color:#fff">yes</span></div>',
        '<style>body{background:#000}</style><span style="color:#fff">yes</span>',
        '<body bgcolor="black">yes</body>',
        '<div style="color:#ffffff80">yes</div>',
        '<div style="color:#fff"><span style="color:#000">yes</span></div>',
        '<div style="color:#fff">yes</div>',  # all there is
        '<div style="max-height:0.5em">yes</div>',
    ],
)
def test_what_is_seen_stays(seen: str) -> None:
    assert html_to_text(seen) == "yes"


def test_a_table_reads_in_rows() -> None:
    html = (
        "<table border=1><thead><tr><th>Item<th>Count<th>Price</thead><tbody>"
        "<tr><td>Case, <b>red</b></td><td align=right>2</td><td>80 &euro;</td></tr>"
        "<tr><td>Strap</td><td></td><td>9 &euro;</td></tr></tbody></table>"
    )
    assert html_to_text(html).split("\n") == [
        "Item       Count  Price",
        "Case, red      2   80 €",
        "Strap               9 €",
    ]


SOUPS = (
    *("<p>", "<div>x", "<table><tr><td>", "<a href=x>", "<", "&#1", "<blockquote><ul><li>", "<style>a", "<!--", "<br>"),
    *("<a href='http://a.example'>b.example</a>", "<p style='color:#fff;background:#fff'>", " ", "<font color=white>x"),
    "<span style='display:none'>x</span>",
)


@pytest.mark.parametrize("piece", SOUPS)
def test_reading_takes_time_as_the_mail_is_long(piece: str) -> None:
    grows_like_its_size(html_to_text, piece, 20_000)


def test_no_more_is_read_than_anybody_would() -> None:
    assert len(html_to_text("x " * 5_000_000)) <= 2_000_000
    assert html_to_text("<b>x</b>" * 1_000_000).count("x") < 110_000


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
