"""The Chinese catalogue: nothing is left out, nothing is left English, and what is filled in stays the same."""

from __future__ import annotations

import calendar
import gettext
import re
import string
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.catalogue import load

from omni_tui.text.i18n import DOMAIN, LOCALE_DIR, language

catalogue = load()
PO = LOCALE_DIR / "zh_CN" / "LC_MESSAGES" / "omni_tui.po"

CHINESE = re.compile(r"[\u4e00-\u9fff]")
AS_THEY_ARE = {
    "[y/N]",
    "ID",
    "Webhooks",
    "omni-tui merge 1043 --into 1042",
    # Figures beside each other.
    *("{found} of {all}", "  {done} of {total}", " {index} of {count}", "{what}: {done:,} of {total:,}"),
    "{status} on {channel}",
    # A cell wide each: the letters before a row, which ? explains.
    *"FNSRPDL",
    # Months stand within a date: 11月2日.
    *calendar.month_abbr,
    *calendar.month_name,
}
"""What is the same in both languages, or has no Chinese character in Chinese."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the catalogue says to each sentence and its plural, and the sentences of the code that it knows."""

    by_sentence: dict[tuple[str, str], str]
    sentences: list[Any]

    def to(self, each: Any) -> str:
        """What it says to a sentence of the code."""
        return self.by_sentence[each.singular, each.plural]


@pytest.fixture(scope="module")
def told() -> Told:
    """Read once, and by one worker: it is all of the code."""
    entries = catalogue.read_po(PO.read_text(encoding="utf-8"))
    return Told(entries, [each for each in catalogue.sentences() if (each.singular, each.plural) in entries])


def _fields(text: str) -> Counter[str]:
    """What is filled in, with its format, and the braces that stay for a later filling."""
    found: Counter[str] = Counter()
    for literal, name, spec, conversion in string.Formatter().parse(text):
        if name is not None:
            found[f"{name}!{conversion}:{spec}"] += 1
        found["{"] += literal.count("{")
        found["}"] += literal.count("}")
    return found


def test_it_is_what_the_code_says(capsys: pytest.CaptureFixture[str]) -> None:
    """Both files are those that ``make catalogue`` writes, and no sentence is without its translation."""
    assert catalogue.main(["--check"]) == 0, capsys.readouterr().err
    assert "not translated" not in capsys.readouterr().err


def test_every_placeholder_is_kept(told: Told) -> None:
    wrong = [
        (each.singular, told.to(each))
        for each in told.sentences
        if _fields(told.to(each)) != _fields(each.plural or each.singular)
    ]
    assert not wrong


def test_lines_and_edges_are_kept(told: Told) -> None:
    """As many lines, and the same blanks at both ends: words are put beside others by them."""
    wrong = {
        each.singular
        for each in told.sentences
        if told.to(each).count("\n") != each.singular.count("\n") or _edges(told.to(each)) != _edges(each.singular)
    }
    # A full-width mark at the end brings its own room.
    assert wrong == {" and {count} more", " (again {time})", "; or it ", "Usage: "}


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def test_nothing_is_left_english(told: Told) -> None:
    english = {
        each.singular
        for each in told.sentences
        if not CHINESE.search(told.to(each)) and re.search(r"[A-Za-z]{2}", _bare(each.singular))
    }
    assert english <= AS_THEY_ARE


def _bare(text: str) -> str:
    """Without what is filled in."""
    return re.sub(r"\{[^{}]*\}", "", text)


def test_sentences_have_full_width_marks(told: Told) -> None:
    """No half-width comma, colon or stop directly behind a Chinese character."""
    half = re.compile(r"[\u4e00-\u9fff]([,;:!?]|\.(?!\.))")
    assert not [each for each in told.by_sentence.values() if half.search(each)]


def test_short_words_stay_short(told: Told) -> None:
    """Where room is fixed: four cells for a kind of channel, an age and the word before a note, one for a letter."""
    from omni_tui.text.cells import width

    words = {"mail": 4, "chat": 4, "now": 4, "NOTE": 4, "me": 5, "new": 6, " NOTE ": 6, " REPLY ": 7}
    for word, most in (words | dict.fromkeys(tuple("FNSRPDL"), 1)).items():
        assert width(told.by_sentence[word, ""]) <= most, word


def test_gettext_reads_what_was_compiled(told: Told) -> None:
    """The .mo by the standard library's reader says what the .po says, plurals too."""
    read = gettext.translation(DOMAIN, LOCALE_DIR, ["zh_CN"])
    for (singular, plural), words in told.by_sentence.items():
        if singular and plural:
            assert {read.ngettext(singular, plural, count) for count in (0, 1, 2, 21)} == {words}
        elif singular:
            assert read.gettext(singular) == words


texts = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.just("\n"), min_size=1)


@given(st.lists(st.tuples(texts, st.just("") | texts, texts), unique_by=lambda entry: entry[:2]))
def test_a_po_says_what_was_written(entries: list[tuple[str, str, str]]) -> None:
    found = [catalogue.Sentence(singular, plural, ("a.py",)) for singular, plural, _told in entries]
    told = {(singular, plural): text for singular, plural, text in entries}
    header = catalogue.HEADERS["zh_CN"]
    assert catalogue.read_po(catalogue.write_po(header, found, told)) == told | {("", ""): header}


def test_a_sentence_that_is_no_plain_text_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "omni_tui"
    folder.mkdir()
    (folder / "one.py").write_text('_(f"{count} lines")\n')
    with pytest.raises(SystemExit, match=r"omni_tui/one\.py:1"):
        catalogue.sentences(folder)


def test_a_sentence_with_and_without_a_plural_is_refused(tmp_path: Path) -> None:
    """A .po has one entry for a sentence; msgfmt refuses two."""
    folder = tmp_path / "omni_tui"
    folder.mkdir()
    (folder / "one.py").write_text('_("{count} more")\nngettext("{count} more", "{count} more ones", 2)\n')
    with pytest.raises(SystemExit, match="ngettext"):
        catalogue.sentences(folder)


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, ""),
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_CN.GB18030"}, "zh_CN"),
        ({"LANG": "zh_SG.UTF-8"}, "zh_CN"),
        ({"LANG": "zh-Hans-CN"}, "zh_CN"),
        ({"LANG": "zh"}, "zh_CN"),
        ({"LANG": "en_US.UTF-8"}, ""),
        ({"LANG": "de_DE.UTF-8"}, ""),
        ({"LANG": "zh_TW.UTF-8"}, ""),
        ({"LANG": "zh_HK.UTF-8", "LANGUAGE": "zh_HK:zh_CN"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, ""),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LC_MESSAGES": "zh_CN.UTF-8", "LC_ALL": "C.UTF-8"}, ""),
        ({"LANG": "en_US.UTF-8", "LANGUAGE": "zh_CN"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "en:zh_CN"}, ""),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "de:zh_CN"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LANGUAGE": "de"}, "zh_CN"),
        ({"LANGUAGE": "zh_CN"}, "zh_CN"),
        ({"LC_ALL": "C", "LANGUAGE": "zh_CN"}, ""),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "", "LANGUAGE": ""}, "zh_CN"),
    ],
)
def test_the_environment_chooses(environment: dict[str, str], name: str) -> None:
    assert language(environment) == name


def test_english_opens_no_catalogue() -> None:
    """Neither a file nor the parser: what an English command says first costs nothing."""
    code = "import sys; from omni_tui.text.i18n import _; assert _('Reply') == 'Reply'; print('gettext' in sys.modules)"
    environment = {"LANG": "en_US.UTF-8"}
    ran = subprocess.run([sys.executable, "-S", "-c", code], env=environment, cwd=catalogue.ROOT, capture_output=True)
    assert ran.stdout == b"False\n", ran.stderr
