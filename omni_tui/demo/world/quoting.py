"""How mail programs repeat the mail they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from omni_tui.demo.world.script import Language


@dataclass(frozen=True, slots=True)
class Quoted:
    """The mail being answered."""

    name: str
    address: str
    at: int
    subject: str
    text: str


def quoted(mail: Quoted, writes: str, language: Language, to: str) -> str:
    """The lines a program that ``writes`` puts under an answer to ``mail``; ``to`` is who writes it."""
    when = datetime.fromtimestamp(mail.at // 1000, UTC)
    if writes == "qq":
        return (
            "------------------ 原始邮件 ------------------\n"
            f'发件人: "{mail.name}" <{mail.address}>;\n'
            f"发送时间: {when.year}年{when.month}月{when.day}日 {when:%H:%M}\n"
            f'收件人: "{to}";\n主题: {mail.subject}\n\n{mail.text}'
        )
    if writes == "outlook":
        return _outlook(mail, language, to, when)
    opening = {
        "en": f"On {when:%a, %d %b %Y} at {when:%H:%M}, {mail.name} <{mail.address}> wrote:",
        "de": f"Am {when:%d.%m.%Y} um {when:%H:%M} schrieb {mail.name} <{mail.address}>:",
        "zh": f"{mail.name} <{mail.address}> 于{when.year}年{when.month}月{when.day}日 {when:%H:%M}写道：",
    }[language]
    lines = "\n".join(f"> {line}" if line and line[0] != ">" else f">{line}" for line in mail.text.split("\n"))
    return f"{opening}\n\n{lines}"


def _outlook(mail: Quoted, language: Language, to: str, when: datetime) -> str:
    labels = {
        "en": ("-----Original Message-----", "From", "Sent", "To", "Subject"),
        "de": ("-----Ursprüngliche Nachricht-----", "Von", "Gesendet", "An", "Betreff"),
        "zh": ("-----邮件原件-----", "发件人", "发送时间", "收件人", "主题"),
    }[language]
    rule, sender, sent, recipient, subject = labels
    return (
        f"{rule}\n{sender}: {mail.name} <{mail.address}>\n{sent}: {when:%d.%m.%Y %H:%M}\n"
        f"{recipient}: {to}\n{subject}: {mail.subject}\n\n{mail.text}"
    )
