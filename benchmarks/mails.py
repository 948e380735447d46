"""A support mailbox, the same every time: conversations in three languages, quoted, with HTML and attachments.

About half of all mails are over 6 kB; 45 % have an HTML part, 12 % an attachment of 1 to 200 kB, one reply in
twelve has lost its threading headers, one Chinese mail in ten is in GB18030.
"""

from __future__ import annotations

import html
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, parseaddr
from pathlib import Path

from benchmarks import people, words

SHOP = ("Shop Support", "support@shop.example")
WITH_HTML, WITH_FILE, UNTHREADED, OLD_CHARSET = 0.45, 0.12, 1 / 12, 0.1

_STYLE = "font-family:Helvetica,Arial,sans-serif;font-size:14px;line-height:20px;color:#2b2b2b;margin:0 0 12px 0"


@dataclass(frozen=True, slots=True)
class Mail:
    """``sent`` tells that it is ours and lies in the folder of sent mail; ``at`` is its time in epoch seconds."""

    raw: bytes
    at: int
    sent: bool


@dataclass(slots=True)
class _Talk:
    """A conversation under way."""

    customer: people.Customer
    subject: str
    ids: list[str] = field(default_factory=list)
    last: str = ""


def mailbox(count: int, until: int, seed: int = 2026) -> list[Mail]:
    """``count`` mails in the order of their times, the last an hour or so before ``until`` (epoch seconds)."""
    dice = random.Random(seed)
    customers = [people.customer(dice, n, words.language(dice)) for n in range(max(1, count // 9))]
    found: list[Mail] = []
    while len(found) < count:
        found.extend(
            _conversation(dice, dice.choice(customers), until - dice.randrange(3600, 300 * 86_400), len(found))
        )
    return sorted(found[:count], key=lambda mail: mail.at)


def maildir(folder: Path, own: str) -> list[Mail]:
    """The mails that lie in ``cur`` of a Maildir, in the order of their files' times; ``own`` is our address.

    Raises FileNotFoundError where there is no Maildir.
    """
    found: list[Mail] = []
    for path in (folder / "cur").iterdir():
        raw = path.read_bytes()
        _name, author = parseaddr(str(message_from_bytes(raw.partition(b"\n\n")[0]).get("From", "")))
        found.append(Mail(raw, int(path.stat().st_mtime), author.casefold() == own.casefold()))
    return sorted(found, key=lambda mail: mail.at)


def _conversation(dice: random.Random, customer: people.Customer, end: int, number: int) -> Iterator[Mail]:
    subject = words.sentence(dice, customer.language, dice.randint(3, 7)).rstrip(".。")
    talk = _Talk(customer, f"{subject} SO-{10_000 + number}")
    length = min(8, 1 + int(dice.expovariate(0.45)))
    for place in range(length):
        at = end - (length - place) * dice.randrange(1800, 40_000)
        ours = place % 2 == 1
        yield Mail(_mail(dice, talk, f"{number}.{place}.{_word(dice)}@bench.example", at, ours), at, ours)


def _mail(dice: random.Random, talk: _Talk, id: str, at: int, ours: bool) -> bytes:
    mail = EmailMessage(policy=SMTP)
    customer = (talk.customer.name, talk.customer.address)
    author, to = (SHOP, customer) if ours else (customer, SHOP)
    mail["Received"] = f"from mx.example by mail.shop.example with ESMTPS id {_word(dice)}; {_date(at)}"
    mail["From"], mail["To"] = formataddr(author), formataddr(to)
    mail["Subject"] = f"Re: {talk.subject}" if talk.ids else talk.subject
    mail["Date"] = _date(at)
    mail["Message-ID"] = f"<{id}>"
    if talk.ids and (ours or dice.random() > UNTHREADED):
        mail["In-Reply-To"] = f"<{talk.ids[-1]}>"
        mail["References"] = " ".join(f"<{each}>" for each in talk.ids)
    said = words.paragraphs(dice, talk.customer.language, int(min(1500, dice.lognormvariate(5.0, 0.6))))
    quoted = "\n".join(f"> {line}" for line in talk.last.splitlines()[:60])
    text = f"{said}\n\n-- \n{author[0]}\n" + (f"\nOn {_date(at - 3600)}, {to[0]} wrote:\n{quoted}\n" if quoted else "")
    old = talk.customer.language == "zh" and dice.random() < OLD_CHARSET
    mail.set_content(text, charset="gb18030" if old else "utf-8", cte="base64" if old else "quoted-printable")
    if dice.random() < WITH_HTML:
        mail.add_alternative(_html(text), subtype="html", cte="quoted-printable")
    if dice.random() < WITH_FILE:
        size = int(min(200_000, 1000 + dice.expovariate(1 / 25_000)))
        # Repeated noise: incompressible enough, and quick to make.
        noise = dice.randbytes(997)
        data = (noise * (size // 997 + 1))[:size]
        mail.add_attachment(data, maintype="image", subtype="jpeg", filename=f"photo-{dice.randrange(9999)}.jpg")
    for n, part in enumerate(each for each in mail.walk() if each.is_multipart()):
        part.set_boundary(f"=_{n}_{id.partition('@')[0]}")
    talk.ids.append(id)
    talk.last = text
    return mail.as_bytes()


def _html(text: str) -> str:
    """The text as mail programs write it: much markup around little."""
    lines = "".join(f'<p style="{_STYLE}">{html.escape(line)}</p>\n' for line in text.splitlines() if line)
    return f'<html><head><meta charset="utf-8"><style>p {{ margin: 0 }}</style></head><body>{lines}</body></html>\n'


def _date(at: int) -> str:
    return format_datetime(datetime.fromtimestamp(at, UTC))


def _word(dice: random.Random) -> str:
    return f"{dice.getrandbits(60):x}"
