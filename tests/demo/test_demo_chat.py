"""What is typed on the demo shop's page is in its inbox, and the answer on the page."""

from __future__ import annotations

import time
from pathlib import Path

import httpx

from omni_tui.demo.run import staged, start_note
from omni_tui.desk import agents, inbox, query, replies
from omni_tui.store import open_store

HANG_S = 30.0


def test_the_shops_page_and_its_chat(tmp_path: Path) -> None:
    with (
        staged(tmp_path / "shop", 7, traffic=False) as stage,
        httpx.Client(base_url=stage.page, timeout=HANG_S) as page,
    ):
        assert stage.page in start_note(stage.page)
        shown = page.get("/")
        assert '<script src="/chat/shop.js" async>' in shown.text
        assert page.get("/chat/shop.js").headers["content-type"].startswith("text/javascript")
        page.headers["Origin"] = stage.page.rstrip("/")
        made = page.post("/chat/shop/session", json={"name": "陈思远"}).json()
        page.headers["Authorization"] = f"Bearer {made['token']}"
        named = stage.page.rstrip("/").replace("127.0.0.1", "localhost")
        assert page.get("/chat/shop/hello", headers={"Origin": named}).status_code == 200
        sent = page.post("/chat/shop/messages", json={"id": "m" * 16, "text": "帐篷杆断了", "page": stage.page})
        assert sent.status_code == 200
        store = open_store(stage.place.store, create=False)
        you = agents.who(store, "sam")
        deadline = time.monotonic() + HANG_S
        while not (found := inbox.page(store, you, query.parse("kind:chat", 0))):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        assert [row.customer for row in found] == ["陈思远"]
        replies.reply(store, you, found[0].id, "Eine neue ist unterwegs.")
        store.close()
        # As the page does: from behind what it has, so that nothing but what is new ends the wait.
        heard, after, state = [], 0, ""
        while not any(entry["side"] == "agent" for entry in heard):
            assert time.monotonic() < deadline
            told = page.get("/chat/shop/poll", params={"after": after, "state": state, "wait": 5}).json()
            heard, state = [*heard, *told["entries"]], told["state"]
            after = max((entry["seq"] for entry in heard), default=0)
        assert heard[-1]["text"] == "Eine neue ist unterwegs."
