"""Which links a text names: whole, without the sentence around them, and in time linear to its length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_tui.text.links import host_of, links_in, misleads


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See https://shop.example/a?b=1#c.", ["https://shop.example/a?b=1#c"]),
        ("(https://shop.example/a_(b)) and <https://x.example>", ["https://shop.example/a_(b)", "https://x.example"]),
        ("请看https://shop.example/订单，谢谢", ["https://shop.example/"]),
        ("请看https://shop.example谢谢", ["https://shop.example"]),
        ("https://müller.example/weg", ["https://müller.example/weg"]),
        ("https://例子.测试/路", ["https://例子.测试/"]),
        ("https://paypal.example@evil.example/login", ["https://paypal.example@evil.example/login"]),
        ("http://192.0.2.7:8080/x!", ["http://192.0.2.7:8080/x"]),
        ("Write to mailto:ann@shop.example.", ["mailto:ann@shop.example"]),
        ("javascript:alert(1) ftp://x.example file:///etc/passwd www.x.example", []),
        ("https://a.example https://a.example", ["https://a.example"]),
        # Not the beginning of a name: that would be another host.
        (f"https://shop.example.{'in.' * 10}evil.example", [f"https://shop.example.{'in.' * 10}evil.example"]),
        ("https://shop.xn--p1ai/x", ["https://shop.xn--p1ai/x"]),
        ("https://shop.example.co1/x https://shop.example_x https://192.0.2.7777/", []),
    ],
)
def test_links_of_a_text(text: str, links: list[str]) -> None:
    assert list(links_in(text)) == links


def test_the_host_is_what_the_network_sees() -> None:
    (link,) = links_in("https://paypal.example@xn--e1awd7f.example/")
    assert host_of(link) == "xn--e1awd7f.example"
    assert host_of("https://FAß.example/") == "xn--fa-hia.example"
    assert misleads("https://faß.example", "https://fass.example/")


@given(st.text(st.sampled_from("htps:/.@a-1%?#()[]é中 \n"), max_size=200) | st.text(max_size=80))
def test_what_is_found_stands_in_the_text_and_can_be_opened(text: str) -> None:
    for link in links_in(text):
        assert link in text
        assert link.split(":")[0].lower() in ("http", "https", "mailto")
        assert not any(char.isspace() or ord(char) < 0x20 for char in link)


@pytest.mark.parametrize("piece", ["https://", "https://a.", "https://a@", "https://a.example/(", "mailto:a@b."])
def test_no_text_takes_long(piece: str) -> None:
    assert len(links_in(piece * 20_000)) < 20_000
