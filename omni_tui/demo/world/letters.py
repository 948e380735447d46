"""Sentences around the sentences: greetings, endings, signatures, what is quoted, and in which dress it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

from omni_tui.demo.world.files import Attached
from omni_tui.demo.world.mails import Letter, Look
from omni_tui.demo.world.people import SHOP, SHOP_ADDRESS
from omni_tui.demo.world.plans import Plan
from omni_tui.demo.world.quoting import Quoted, quoted
from omni_tui.demo.world.script import Language

_GREETINGS: dict[Language, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "en": (("Hi,", "Hello,", "Hi there,", "", "Hey Larkfell,"), ("Dear Larkfell team,", "Good morning,", "Dear all,")),
    "de": (
        ("Hallo,", "Moin,", "Hallo zusammen,", "Hallo liebes Team,"),
        ("Guten Tag,", "Sehr geehrte Damen und Herren,"),
    ),
    "zh": (("你好，", "您好，", "在吗？", ""), ("您好！", "客服您好：")),
}
_AGAIN: dict[Language, tuple[str, ...]] = {
    "en": ("Hi {agent},", "Hello {agent},", "Dear {agent},", ""),
    "de": ("Hallo {agent},", "Liebes Team,", "Guten Tag,"),
    "zh": ("您好，", "你好，", "", "{agent}您好，"),
}
_ENDINGS: dict[Language, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "en": (
        ("Thanks,\n{first}", "Cheers\n{first}", "{first}", "Best,\n{first}", "Thanks in advance\n{name}"),
        ("Kind regards,\n{name}", "Best regards\n{name}", "Yours sincerely,\n{name}"),
    ),
    "de": (
        ("Viele Grüße\n{first}", "Danke und Gruß\n{first}", "LG {first}", "Beste Grüße\n{name}"),
        ("Mit freundlichen Grüßen\n{name}", "Freundliche Grüße\n{name}"),
    ),
    "zh": (("谢谢", "谢谢！\n{name}", "", "麻烦了\n{name}"), ("此致\n{name}", "谢谢！\n{name}", "祝好\n{name}")),
}
_SHOP: dict[Language, tuple[str, str]] = {
    "en": ("Hi {first},", "Best wishes,\n{agent}\n{shop}"),
    "de": ("Guten Tag {name},", "Viele Grüße aus der Werkstatt\n{agent}\n{shop}"),
    "zh": ("{name}您好，", "祝好\n{agent}\n云雀岭户外 {shop}"),
}
_PHONE: dict[Language, str] = {
    "en": "Sent from my phone",
    "de": "Von unterwegs gesendet",
    "zh": "发自我的手机",
}
_FORWARD: dict[Language, tuple[str, str, str, str]] = {
    "en": ("---------- Forwarded message ---------", "From", "Date", "Subject"),
    "de": ("---------- Weitergeleitete Nachricht ---------", "Von", "Datum", "Betreff"),
    "zh": ("---------- 转发的邮件 ---------", "发件人", "日期", "主题"),
}
_PASSED_ON: dict[Language, str] = {
    "en": "Below is what {name} asked me to find out. Could you answer to me, please? I will pass it on.",
    "de": "anbei die Frage von {name}. Bitte antworten Sie direkt mir, ich gebe es weiter.",
    "zh": "下面是同事{name}的问题，请直接回复给我，我来转达。",
}
_NUDGES: dict[Language, tuple[str, ...]] = {
    "en": (
        "Is there any news on this? I have not heard anything yet.",
        "Just bringing this back to the top of your pile. A short answer would be enough.",
    ),
    "de": ("gibt es hierzu schon etwas Neues?", "ich wollte nur kurz nachfragen, ob meine Mail angekommen ist."),
    "zh": ("请问这个有进展了吗？一直没有收到回复。", "麻烦看一下我之前的邮件，谢谢。"),
}
_REPLY: dict[Language, str] = {"en": "Re: ", "de": "AW: ", "zh": "回复："}


@dataclass(frozen=True, slots=True)
class Written:
    """A letter, with its own words apart from what it quotes."""

    letter: Letter
    own: str


def customer(
    rng: Random,
    plan: Plan,
    text: str,
    message_id: str,
    at: int,
    *,
    files: Sequence[Attached] = (),
    answers: Quoted | None = None,
    ids: Sequence[str] = (),
) -> Written:
    """What the customer sends; ``answers`` is the shop's mail before it."""
    person, language = plan.person, plan.case.language
    greetings = _GREETINGS[language][person.formal] if answers is None else _AGAIN[language]
    greeting = rng.choice(greetings).format(agent=plan.agent)
    body = plan.fill(text)
    if answers is None and plan.colleague is not None:
        return _forwarding(rng, plan, body, message_id, at, files)
    if not greeting and language != "zh":
        body = body[0].upper() + body[1:]
    ending = rng.choice(_ENDINGS[language][person.formal]).format(first=person.first, name=person.name)
    blocks = [greeting, body, ending]
    if person.company:
        blocks.append(f"-- \n{person.name}\n{person.company}\n{person.street}, {person.city}")
    elif person.writes == "phone":
        blocks.append(_PHONE[language])
    own = "\n\n".join(block for block in blocks if block)
    subject, whole = plan.subject, own
    if answers is not None:
        subject = answered(plan.subject, person.writes, language)
        whole += "\n\n" + quoted(answers, person.writes, language, person.address)
    letter = Letter(
        message_id=message_id,
        at=at,
        from_name=person.name,
        from_address=person.address,
        to_name=SHOP if person.writes == "outlook" else "",
        to_address=SHOP_ADDRESS,
        subject=subject,
        text=whole + "\n",
        ids=ids,
        files=files,
        charset=_charset(person.writes, language),
        look=_look(rng, person.writes),
    )
    return Written(letter, own)


def _forwarding(rng: Random, plan: Plan, body: str, message_id: str, at: int, files: Sequence[Attached]) -> Written:
    """The customer passes on what a colleague asked."""
    person, colleague, language = plan.person, plan.colleague, plan.case.language
    assert colleague is not None
    asked = datetime.fromtimestamp(at // 1000, UTC) - timedelta(hours=rng.uniform(1, 30))
    rule, sender, sent, subject = _FORWARD[language]
    title = plan.subject.partition(plan.mark)[2].strip()
    own = "\n\n".join(
        (
            rng.choice(_GREETINGS[language][1]),
            _PASSED_ON[language].format(name=colleague.name),
            rng.choice(_ENDINGS[language][1]).format(name=person.name),
            f"-- \n{person.name}\n{person.company}\n{person.street}, {person.city}",
            f"{rule}\n{sender}: {colleague.name} <{colleague.address}>\n{sent}: {asked:%d.%m.%Y %H:%M}\n"
            f"{subject}: {title}\n\n{body}\n\n{colleague.first}",
        )
    )
    letter = Letter(
        message_id=message_id,
        at=at,
        from_name=person.name,
        from_address=person.address,
        to_name=SHOP,
        to_address=SHOP_ADDRESS,
        subject=plan.subject,
        text=own + "\n",
        files=files,
        charset=_charset(person.writes, language),
    )
    return Written(letter, own)


def nudge(rng: Random, plan: Plan, message_id: str, at: int, ids: Sequence[str]) -> Written:
    """A customer who has waited long enough asks again, quoting nothing."""
    written = customer(rng, plan, rng.choice(_NUDGES[plan.case.language]), message_id, at, ids=ids)
    subject = answered(plan.subject, plan.person.writes, plan.case.language)
    return Written(replace(written.letter, subject=subject), written.own)


def shop(
    plan: Plan, text: str, message_id: str, at: int, *, files: Sequence[Attached], answers: Quoted, ids: Sequence[str]
) -> Written:
    """What the shop answers, quoting the customer."""
    language = plan.case.language
    opening, ending = _SHOP[language]
    names = {"first": plan.person.first, "name": plan.person.name, "agent": plan.agent, "shop": SHOP}
    own = f"{opening.format_map(names)}\n\n{plan.fill(text)}\n\n{ending.format_map(names)}"
    letter = Letter(
        message_id=message_id,
        at=at,
        from_name=SHOP,
        from_address=SHOP_ADDRESS,
        to_name=plan.person.name,
        to_address=plan.person.address,
        subject=answered(plan.subject, "plain", "en"),
        text=f"{own}\n\n{quoted(answers, 'gmail', language, SHOP_ADDRESS)}\n",
        ids=ids,
        files=files,
    )
    return Written(letter, own)


def answered(subject: str, writes: str, language: Language) -> str:
    """The subject of an answer, with the prefix that program puts before it once."""
    prefix = _REPLY[language] if writes in {"outlook", "qq"} else "Re: "
    return subject if subject.startswith(("Re: ", "AW: ", "回复：")) else prefix + subject


def _charset(writes: str, language: Language) -> str:
    if writes in {"qq", "outlook"} and language == "zh":
        return "gb18030"
    return "windows-1252" if writes == "outlook" and language == "de" else "utf-8"


def _look(rng: Random, writes: str) -> Look:
    if writes == "gmail":
        return "html"
    if writes == "outlook":
        return "html-only" if rng.random() < 0.3 else "html"
    return "plain"
