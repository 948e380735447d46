"""The notation in which cases are written, and the cases read from it.

One case::

    == kind weight tag,tag @group     the head; @group limits the products it is about
    ? subject                         an alternative subject
    > text                            the customer writes; the text goes on over the next lines
    | text                            ... or this instead
    +photo                            a file with the text above
    < text                            the shop answers
    ! text                            what the customer writes when answered live, | text: or this
    !! text                           ... and when answered once more

``@group`` at the start of a subject or of a first text limits it to products of that group. Words in braces
are filled in by ``history``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal

from omni_tui.demo.world import cases_de, cases_en, cases_zh

Language = Literal["en", "zh", "de"]
Who = Literal["customer", "shop"]


@dataclass(frozen=True, slots=True)
class Text:
    """One way to put it, with the kinds of its files; ``group`` limits the products it fits."""

    text: str
    group: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One mail of a case, in one of several wordings."""

    who: Who
    texts: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of conversation. ``answers`` are what the customer says to the first and second live reply."""

    kind: str
    language: Language
    weight: int
    tags: tuple[str, ...]
    group: str
    subjects: tuple[Text, ...]
    turns: tuple[Turn, ...]
    answers: tuple[tuple[Text, ...], ...]

    @property
    def business(self) -> bool:
        """Whether a company writes."""
        return "b2b" in self.tags


@cache
def cases(language: Language) -> tuple[Case, ...]:
    """All cases of a language, in the order they are written."""
    source = {"en": cases_en.CASES, "de": cases_de.CASES, "zh": cases_zh.CASES}[language]
    return tuple(_case(block, language) for block in source.split("\n== ")[1:])


def _case(block: str, language: Language) -> Case:
    head, _, body = block.partition("\n")
    kind, weight, tags, *group = head.split()
    subjects: list[Text] = []
    turns: list[tuple[Who, list[Text]]] = []
    answers: list[list[Text]] = []
    texts: list[Text] = []
    for mark, text in _statements(body, "" if language == "zh" else " "):
        if mark == "+":
            last = texts[-1]
            texts[-1] = Text(last.text, last.group, (*last.files, text))
            continue
        if mark == "?":
            texts = subjects
        elif mark in {">", "<"}:
            texts = []
            turns.append(("customer" if mark == ">" else "shop", texts))
        elif mark in {"!", "!!"}:
            texts = []
            answers.append(texts)
        texts.append(_text(text))
    return Case(
        kind=kind,
        language=language,
        weight=int(weight),
        tags=tuple(tags.split(",")),
        group=group[0][1:] if group else "",
        subjects=tuple(subjects),
        turns=tuple(Turn(who, tuple(alternatives)) for who, alternatives in turns),
        answers=tuple(tuple(alternatives) for alternatives in answers),
    )


def _statements(body: str, joint: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for line in body.strip().splitlines():
        mark, _, rest = line.partition(" ")
        if mark in {"?", ">", "|", "<", "!", "!!"}:
            found.append((mark, rest))
        elif line.startswith("+"):
            found.append(("+", line[1:]))
        else:
            mark, text = found[-1]
            found[-1] = (mark, text + joint + line)
    return found


def _text(text: str) -> Text:
    if not text.startswith("@"):
        return Text(text)
    group, _, rest = text.partition(" ")
    return Text(rest, group[1:])
