"""The command line in Chinese: the help of every verb, and what is said of a command line that cannot be read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from omni_tui.cli.catalogue import GROUPS, PLACES
from omni_tui.cli.typer_words import SAID, in_words

CHINESE = re.compile(r"[\u4e00-\u9fff]")

_EVERY_HELP = """
import sys
from omni_tui.cli.main import main
for words in {names!r}:
    print("@@", words)
    sys.stdout.flush()
    main([*words.split(), "--help"], None)
"""


def _run(*words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LANG": "zh_CN.UTF-8", "PYTHONUTF8": "1", "COLUMNS": "100"}
    return subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, encoding="utf-8")


@pytest.fixture(scope="module")
def helps() -> dict[str, str]:
    """The help of every verb and every group, by its words."""
    names = ["", *GROUPS, *PLACES]
    environment = {**os.environ, "LANGUAGE": "zh_CN", "PYTHONUTF8": "1", "COLUMNS": "100"}
    environment.pop("LC_ALL", None)
    ran = subprocess.run(
        [sys.executable, "-c", _EVERY_HELP.format(names=names)],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    pages = re.split(r"^@@ (.*)\n", ran.stdout, flags=re.MULTILINE)[1:]
    found = dict(zip(pages[::2], pages[1::2], strict=True))
    assert set(found) == set(names), ran.stderr
    return found


def test_every_verb_is_explained_in_chinese(helps: dict[str, str]) -> None:
    """Each option, argument and verb that a help lists has Chinese words beside it or below it."""
    for name, page in helps.items():
        assert page.startswith("用法："), name
        assert "显示此帮助并退出。" in page, name
        before_examples = re.split(r"^示例:", page, flags=re.MULTILINE)[0]
        entries = re.split(r"\n  (?=\S)", before_examples)[1:]
        assert entries, name
        for entry in entries:
            assert CHINESE.search(entry), (name, entry)


def test_a_wrong_command_line_is_refused_in_chinese(home: object) -> None:
    for words, said in (
        (("list", "--nope"), "没有选项 --nope"),
        (("reply",), "缺少参数 'REF'。"),
        (("list", "--limit", "x"), "'--limit' / '-n' 的值无效：'x' 不是有效的 int range。"),
        (("list", "--limit", "0"), "'--limit' / '-n' 的值无效：0 不在 1<=x<=100000 范围内。"),
        (("list", "--sort", "x"), "'--sort' 的值无效：'x' 不是 'activity', 'waiting', 'priority' 之一。"),
        (("list", "--limit"), "选项 '--limit' 需要一个值。"),
        (("status", "x"), "多余的参数（x）"),
        (("lst",), "没有 'lst' 这个命令。"),
    ):
        ran = _run("-m", "omni_tui", *words)
        assert ran.returncode == 2, ran
        assert said in ran.stderr, ran.stderr


def test_a_wrong_configuration_is_refused_in_chinese(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text("[agent]\nlogni = 1\n", encoding="utf-8")
    ran = _run("-m", "omni_tui", "--config", str(file), "list")
    assert ran.returncode == 2, ran
    assert "是否想输入 login？" in ran.stderr
    assert "ou mean" not in ran.stderr


def test_in_english_they_stay_as_typer_says_them() -> None:
    """Taking a sentence apart and putting it together again changes nothing."""
    for sentence in SAID:
        said = sentence.format_map(_Anything())
        assert in_words(said) == said


class _Anything(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"<{key}>"
