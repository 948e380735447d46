"""A live chat beside a shop's mailbox, filled without a relay."""

from __future__ import annotations

from omni_tui.desk import channels, ingest
from omni_tui.model.address import Address
from omni_tui.model.capabilities import Capabilities
from omni_tui.model.conversation import ConversationRow
from omni_tui.model.events import Batch, Event, Received, RemoteMessage, Typing, Visited
from omni_tui.model.facts import Facts, SenderWarning, Visit
from support.shop import Shop

CHAT = Capabilities(media_out=True, typing=True, seen_receipts=True, claims=True)


class Web:
    """A live chat beside the shop's mailbox."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.id = channels.register(shop.store, "web", "chat", "help", CHAT)
        self._count = 0

    def say(
        self,
        visitor: str,
        text: str,
        claim: str = "",
        *,
        offline: bool = False,
        user: str = "",
        name: str = "Visitor",
        page: str = "",
        language: str = "",
    ) -> None:
        self._count += 1
        key = f"{visitor}:k{self._count}"
        message = RemoteMessage(
            external_id=key,
            locator=key,
            author=Address(f"web:user:{user}" if user else f"web:{visitor}", name),
            text=text,
            receipt_at=self.shop.now(),
            subject="Chat: Tents",
            key=f"web:{key}",
            reply_keys=(f"web:{visitor}",),
            vouched=bool(user),
            facts=Facts(
                warnings=(SenderWarning("claims_address", claim),) if claim else (),
                visit=Visit(page, "Tents" if page else "", language, offline) if offline or page or language else None,
            ),
        )
        assert self._take(Received(message)) == 1

    def types(self, visitor: str, on: bool = True) -> None:
        self._take(Typing(f"web:{visitor}", on))

    def opens(self, visitor: str, page: str, since: int, *, here: bool = True) -> None:
        """The visitor opens a page of the shop, or has closed it."""
        self._take(Visited(f"web:{visitor}", f"https://shop.example/{page}", page.title(), since, here))

    def _take(self, event: Event) -> int:
        shop = self.shop
        return ingest.ingest(shop.store, self.id, "events", Batch((event,), "{}"), shop.rules, shop.epoch).new


def chats(shop: Shop) -> list[ConversationRow]:
    """The conversations that began in the chat."""
    return [row for row in shop.rows() if row.subject.startswith("Chat")]


def chat(shop: Shop) -> ConversationRow:
    """The only one."""
    (row,) = chats(shop)
    return row
