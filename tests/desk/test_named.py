"""What a message names that one can go to."""

from __future__ import annotations

from support.shop import Shop

from omni_tui.desk import thread
from omni_tui.desk.named import named_in


def test_what_stands_in_a_link_is_named_by_the_link_alone(shop: Shop) -> None:
    long = f"https://shop.example/?{'x' * 2000},+49301234567,ana@post.example"
    shop.receive(
        "lena@post.example", f"See {long} and (https://shop.example/a?to=max@post.example), or ben@post.example."
    )
    opened = thread.open_thread(shop.store, shop.agent, shop.one().id)
    named = [(each.kind, each.value) for each in named_in(opened.messages[-1], opened.head.ref)]
    assert named == [
        ("link", long[:2000]),
        ("link", "https://shop.example/a?to=max@post.example"),
        ("address", "lena@post.example"),
        ("address", "ben@post.example"),
    ]
