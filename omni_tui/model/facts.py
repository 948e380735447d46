"""What a message tells beyond its text: who vouches for its sender, what is odd about them, what it brings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the channel's own mail ``server`` found out about the sender (RFC 8601), ``''`` where it says nothing.

    Results are ``pass``, ``fail``, ``softfail``, ``neutral``, ``none``, ``policy``, ``permerror`` or ``temperror``.
    """

    server: str = ""
    dmarc: str = ""
    dkim: str = ""
    spf: str = ""

    @property
    def trouble(self) -> str:
        """The method that failed with its result, ``dmarc fail``; ``''`` where nothing speaks against the sender.

        DMARC settles it where there is one. Without it a failed SPF or DKIM tells something only if the other did
        not pass, for forwarders break either.
        """
        if self.dmarc not in ("", "none"):
            return "dmarc fail" if self.dmarc == "fail" else ""
        if self.spf in ("fail", "softfail") and self.dkim != "pass":
            return f"spf {self.spf}"
        return "dkim fail" if self.dkim == "fail" and self.spf != "pass" else ""


@dataclass(frozen=True, slots=True)
class SenderWarning:
    """Something about the sender to look at twice; ``detail`` is what to look at.

    ``kind`` is ``name_is_address`` (the name shows an address of another domain), ``name_mixes_scripts``,
    ``domain_lookalike`` (letters that pass for others), ``domain_foreign`` (not in Latin letters) or
    ``claims_address`` (an address they typed, which nothing proves; ``proved_address`` once they answered our mail from
    there, ``seconded_address`` once another mail came from it).
    """

    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Invite:
    """An event of a calendar. Times in epoch milliseconds; where only a day or a local time is known, that in words."""

    method: str = ""
    summary: str = ""
    start_at: int | None = None
    start_local: str = ""
    end_at: int | None = None
    end_local: str = ""
    location: str = ""
    organiser: str = ""
    answer: str = ""
    attendee: str = ""
    repeats: bool = False
    more: int = 0


@dataclass(frozen=True, slots=True)
class Card:
    """An address card attached."""

    name: str = ""
    organisation: str = ""
    mails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a delivery report says of one recipient: ``action`` is ``failed``, ``delayed``, ``delivered``…"""

    address: str
    action: str
    status: str = ""
    diagnostic: str = ""


@dataclass(frozen=True, slots=True)
class Sealing:
    """How a part of a mail is sealed: ``pgp`` and ``smime`` are encrypted, ``signed`` has a signature beside it and
    ``smime_signed`` had one around it, neither checked, ``smime_shut`` could not be taken out of its signature,
    ``tnef`` is Outlook's own packing that could not be opened.
    """

    kind: str


@dataclass(frozen=True, slots=True)
class PageSeen:
    """A page of the shop, its address and title, that a visitor has open ``since`` (epoch milliseconds)."""

    page: str = ""
    title: str = ""
    since: int = 0


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a visitor writes from, as their browser says: the page and its title, the language (BCP 47).

    ``offline``: nobody was there to answer at once. ``trail`` are the pages they opened since, the newest first;
    ``left_at`` is when they closed the last of them (0: it is open).
    """

    page: str = ""
    title: str = ""
    language: str = ""
    offline: bool = False
    trail: tuple[PageSeen, ...] = ()
    left_at: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """All of it; of most messages there is nothing."""

    verdict: Verdict | None = None
    warnings: tuple[SenderWarning, ...] = ()
    invites: tuple[Invite, ...] = ()
    cards: tuple[Card, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    visit: Visit | None = None
    sealings: tuple[Sealing, ...] = ()


NO_FACTS = Facts()
