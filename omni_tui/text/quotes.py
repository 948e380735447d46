"""Telling what the writer wrote from what was only quoted or signed, line by line, in linear time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from omni_tui.text.plain_lead import plain_paragraphs
from omni_tui.text.signing import armour, names_a_device, signature_start

Kind = Literal["text", "quote", "signature"]

LEAD = 200
"""Characters of a message that a list shows."""
_MAX_LINE = 400
_MAX_LINES = 20_000
_HEADER_LINES = 8

_QUOTED = re.compile(r"[ \t\xa0]{0,3}[>＞](?!\d)")
# What ends the line that introduces a quote, and what the introduction begins with ("": anything).
_INTRODUCTIONS = (
    (("wrote:", "writes:", "wrote :"), ("on ", "at ")),
    (("écrit :", "écrit:"), ("le ",)),
    (("escribió:", "escribió :"), ("el ",)),
    (("escreveu:", "escreveu :"), ("em ", "a ")),
    (("scritto:",), ("il ",)),
    (("folgendes geschrieben:", "hat geschrieben:"), ("am ",)),
    (("написал:", "написал(а):", "пишет:"), ("",)),
    (("写道：", "写道:", "寫道：", "寫道:", "写道", "写到：", "写到:"), ("",)),
    (
        ("のメール:", "のメール：", "のメッセージ:", "書きました:", "書きました：", "さんは書きました", "<wrote>:"),
        ("",),
    ),
    (("작성:", "썼습니다:", "님이 작성:"), ("",)),
)
# Where the writer's name follows the verb.
_VERB_FIRST = re.compile(r"\b(?:schrieb|schreef|skrev)\b")
_VERB_FIRST_BEGINNINGS = ("am ", "op ", "den ")
_CLOCK = re.compile(r"\d{1,2}\s?[:：.h时時点點]\s?\d{2}")
_ENDINGS = (":", "：", "写道", "書きました", "さんは書きました")
# What a line without a colon needs to be looked at more closely: such an ending, or rules at its beginning.
_CANDIDATE_ENDINGS = ("写道", "書きました", "自我的", "forwarded message")
_RULES = frozenset("-_=*—─")
# A date, then an address and nothing more.
_DATED = re.compile(
    r"(?:\w{1,4}\.?, )?(?:\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{1,2} \w{3,10}\.? \d{4})"
    r".{0,120}<[^<>]{1,120}>\s*[:：]$"
)
# Some put the date behind the verb.
_WROTE_ON = re.compile(r"\bwrote on .{0,30}\d.{0,30}:$")
_SEPARATOR = re.compile(
    r"(?:[-_=*—─\s]|&nbsp;){2,60}(?:on .{1,200} wrote"
    r"|original(?: message| appointment)?|ursprüngliche (?:nachricht|(?:e-?)?mail)|message d['’]origine|mail original"
    r"|mensaje original|mensagem original|messaggio originale|oorspronkelijk bericht|original-?nachricht"
    r"|repl(?:y|ied) message|原始邮件|原始郵件|邮件原件|回复的原邮件|元のメッセージ|원본 메[시일]지)"
    r"(?:[-_=*—─\s]|&nbsp;){0,60}[:：]?\s*$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"[-\s]{2,60}(?:forwarded message|weitergeleitete nachricht|转发的?邮件|轉寄郵件|message transféré)"
    r"|begin forwarded message",
    re.IGNORECASE,
)
_RULE = re.compile(r"\s*[-_=─—]{3,200}\s*$")
# Where the links of an HTML mail lead, as listed below its text, and how the text names them.
_LISTED_LINK = re.compile(r"\[(\d{1,3})\] \S")
_NAMED_LINK = re.compile(r"\[(\d{1,3})[\]:]")
_RANKS: dict[Kind, int] = {"text": 0, "signature": 1, "quote": 2}
_FIELD = re.compile(r"[*\s>|]{0,4}([^\W\d][\w .\u3000-]{0,24}?)[*\s]{0,3}[:：|]")
_FROM = frozenset(
    ("from", "von", "de", "da", "van", "från", "发件人", "寄件者", "寄件人", "差出人", "보낸 사람", "发信人")
)
_FIELDS = (
    _FROM
    | frozenset(
        ("sent", "date", "to", "cc", "subject", "gesendet", "datum", "an", "betreff", "envoyé", "à", "objet", "enviado")
    )
    | frozenset(
        (
            "para",
            "asunto",
            "fecha",
            "发送时间",
            "日期",
            "时间",
            "收件人",
            "抄送",
            "主题",
            "寄件日期",
            "主旨",
            "送信日時",
            "日付",
            "发送日期",
            "抄送人",
            "宛先",
            "件名",
        )
    )
    | frozenset(("發送時間", "發件人", "主題", "副本", "收件者", "已傳送", "日時", "보낸 날짜", "받는 사람", "제목"))
)


@dataclass(frozen=True, slots=True)
class Part:
    """Lines of one kind that follow one another."""

    kind: Kind
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in its parts, all lines in order; ``visible`` is what the writer wrote, never empty for a text
    that says anything."""

    parts: tuple[Part, ...]
    visible: str


def fold(text: str) -> Folded:
    """The text in parts: the writer's own words, quotes of earlier mails, signatures.

    Answers between quoted lines stay text. Forwarded mails are not folded: they are what the writer shows.
    What follows the first 20,000 lines is taken for more of the same.
    """
    runs = _runs(text)
    return Folded(tuple(Part(kind, tuple(lines)) for kind, lines in runs), _shown(runs))


def visible(text: str) -> str:
    """What the writer wrote, without quotes and signatures; all of it if nothing would be left."""
    return _shown(_runs(text))


def lead(text: str) -> str:
    """The first words of a message without what it quotes, as one line."""
    beginning = text[: LEAD * 10]
    return _plain_lead(beginning) or _first_words(visible(beginning))


def _first_words(text: str) -> str:
    """The first ``LEAD`` characters of a text with single spaces for its blanks, fewer if there are no more."""
    if len(words := " ".join(text[: LEAD + LEAD // 4].split())) >= LEAD:
        return words[:LEAD]
    # So many words are longer than what is wanted, with the spaces between them.
    return " ".join(text.split(maxsplit=LEAD // 2 + 1))[:LEAD]


def _plain_lead(text: str) -> str:
    """The same where no line needs a look of its own; else ``""``."""
    said = plain_paragraphs(text, LEAD)
    words = _first_words(said)
    last = said[said.rfind("\n") + 1 :]
    return words if len(words) == LEAD and not names_a_device(last) else ""


def _runs(text: str) -> list[tuple[Kind, list[str]]]:
    """Lines of one kind after another."""
    lines = text.split("\n")
    kinds = _kinds(lines[:_MAX_LINES])
    kinds += [kinds[-1]] * (len(lines) - len(kinds))
    if not any(kind == "text" and line.strip() for kind, line in zip(kinds, lines, strict=True)):
        kinds = ["text"] * len(lines)
    if kinds.count("text") == len(lines):
        return [("text", lines)]
    found: list[tuple[Kind, list[str]]] = []
    start = 0
    for kind, run in groupby(kinds):
        end = start + len(list(run))
        found.append((kind, lines[start:end]))
        start = end
    return found


def _shown(runs: list[tuple[Kind, list[str]]]) -> str:
    pieces = ("\n".join(lines).strip("\n") for kind, lines in runs if kind == "text")
    return "\n\n".join(piece.rstrip() for piece in pieces if piece.strip())


def _kinds(lines: list[str]) -> list[Kind]:
    kinds: list[Kind] = ["text"] * len(lines)
    quoted = [index for index, line in enumerate(lines) if (">" in line or "＞" in line) and _QUOTED.match(line)]
    for index in quoted:
        kinds[index] = "quote"
    last_quoted = quoted[-1] if quoted else -1
    following: list[int] = []
    for index, line in enumerate(lines):
        if kinds[index] == "quote" or not _is_candidate(line) or len(line) > _MAX_LINE:
            continue
        if _FORWARD.match(line):
            break  # a forwarded mail follows
        rest = -1
        if _SEPARATOR.match(line) or _is_header_block(lines, index):
            rest = _back_over_rule(lines, index)
        else:
            start, certain = _introduction(lines, index)
            if start >= 0 and not following:
                following = _next_filled(lines)
            after = following[index] if start >= 0 else -1
            if after >= 0:
                if kinds[after] == "quote":
                    kinds[start : index + 1] = ["quote"] * (index + 1 - start)
                elif certain and last_quoted < index:
                    rest = start
        if rest >= 0:
            kinds[rest:] = ["quote"] * (len(lines) - rest)
            break
    _mark_blanks(lines, kinds)
    links = _links(lines)
    _mark_signatures(lines, kinds, links)
    for index in armour(lines):
        kinds[index] = "signature"
    if links < len(lines):
        _mark_links(lines, kinds, links)
    return kinds


def _is_candidate(line: str) -> bool:
    """Whether a line may introduce a quote, or head or rule off another mail. Asked of every line."""
    if ":" in line or "：" in line:
        return True
    words = line.strip()
    return (words[:1] in _RULES and words[1:2] in _RULES) or words.endswith(_CANDIDATE_ENDINGS)


def _next_filled(lines: list[str]) -> list[int]:
    """For each line the next one that is not blank, -1 after the last."""
    following = [-1] * len(lines)
    last = -1
    for index in range(len(lines) - 1, -1, -1):
        following[index] = last
        if lines[index].strip():
            last = index
    return following


def _introduction(lines: list[str], index: int) -> tuple[int, bool]:
    """Where the sentence that introduces a quote and ends on this line begins, -1 if none does.

    Also whether it is certain enough to be believed where no ``>`` follows: it has its usual beginning, and
    names an address or a time of day.
    """
    line = _plain(lines[index])
    if not line.endswith(_ENDINGS):
        return -1, False
    begin, usual = -1, False
    for endings, beginnings in _INTRODUCTIONS:
        if line.endswith(endings):
            begin, usual = _beginning(lines, index, beginnings)
            break
    else:
        if _DATED.match(line):
            begin, usual = index, True
        elif _WROTE_ON.search(line):
            begin = index
        elif any(_VERB_FIRST.search(_plain(part)) for part in lines[max(0, index - 2) : index + 1]):
            begin, usual = _beginning(lines, index, _VERB_FIRST_BEGINNINGS)
            begin = begin if usual else -1
    sentence = " ".join(lines[begin : index + 1]) if begin >= 0 else ""
    return begin, usual and ("@" in sentence or _CLOCK.search(sentence) is not None)


def _beginning(lines: list[str], index: int, beginnings: tuple[str, ...]) -> tuple[int, bool]:
    """The nearest line from ``index`` back, at most three, on which the introduction can begin, and whether
    it begins as usual."""
    for start in range(index, max(-1, index - 4), -1):
        head = _plain(lines[start])
        if not head:
            break
        if head.startswith(beginnings) and (beginnings != ("",) or _names_somebody(head)):
            return start, True
    return index, False


def _plain(line: str) -> str:
    return line.replace("\xa0", " ").replace("\u202f", " ").strip(" \t*_").lower() if len(line) <= _MAX_LINE else ""


def _names_somebody(line: str) -> bool:
    return "@" in line or "<" in line or any(char.isdigit() for char in line)


def _is_header_block(lines: list[str], index: int) -> bool:
    """Whether a sender's line begins the header of a quoted mail: two more fields follow closely."""
    if _field_name(lines[index]) not in _FROM:
        return False
    around = (*lines[max(0, index - 1) : index], *lines[index + 1 : index + 1 + _HEADER_LINES])
    return sum(_field_name(line) in _FIELDS for line in around) >= 2


def _field_name(line: str) -> str:
    """What stands before the colon of a header line, in lower case; some space the two characters of a word out."""
    match = _FIELD.match(line[:_MAX_LINE])
    name = match[1].strip().lower() if match is not None else ""
    return (
        name
        if name.isascii()
        else name.replace("\u3000", "").replace(" ", "")
        if "\u4e00" <= name[:1] <= "\u9fff"
        else name
    )


def _back_over_rule(lines: list[str], index: int) -> int:
    """The line a quoted mail's header begins on, a ruled line and blank ones before it included."""
    start = index
    # A few programs name the date before the sender.
    if start and _field_name(lines[start - 1]) in _FIELDS:
        start -= 1
    for before in range(start - 1, max(-1, start - 4), -1):
        if _RULE.match(lines[before][:_MAX_LINE]) and lines[before].strip() not in ("", "--"):
            start = before
        elif lines[before].strip():
            break
    return start


def _links(lines: list[str]) -> int:
    """Where the list of links at the end begins; behind the last line where there is none."""
    start = len(lines)
    while start and (not lines[start - 1].strip() or _LISTED_LINK.match(lines[start - 1])):
        start -= 1
    return start if any(line.strip() for line in lines[start:]) else len(lines)


def _mark_links(lines: list[str], kinds: list[Kind], start: int) -> None:
    """The links listed from ``start`` on are those of whoever names them, the writer's words before all else."""
    owners: dict[str, Kind] = {}
    for line, kind in zip(lines[:start], kinds, strict=False):
        for number in _NAMED_LINK.findall(line) if "[" in line else ():
            if _RANKS[kind] < _RANKS[owners.get(number, "quote")]:
                owners[number] = kind
    for index in range(start, len(lines)):
        listed = _LISTED_LINK.match(lines[index])
        if listed is not None:
            kinds[index] = owners.get(listed[1], "quote" if "quote" in kinds else "text")


def _mark_blanks(lines: list[str], kinds: list[Kind]) -> None:
    """Blank lines between two quoted ones are quoted."""
    if "quote" not in kinds:
        return
    last = -1
    for index, line in enumerate(lines):
        if not line.strip():
            continue
        if last >= 0 and kinds[last] == kinds[index] == "quote":
            kinds[last + 1 : index] = ["quote"] * (index - last - 1)
        last = index


def _mark_signatures(lines: list[str], kinds: list[Kind], links: int) -> None:
    """Signatures stand at the end of a run of text: from ``-- `` on, or what the device adds."""
    start = 0
    for kind, run in groupby(kinds[:links]):
        end = start + len(list(run))
        if kind == "text":
            cut = signature_start(lines, start, end)
            if start and cut < end and not any(line.strip() for line in lines[start:cut]):
                cut = start  # nothing but the gap below a quote
            kinds[cut:end] = ["signature"] * (end - cut)
        start = end
