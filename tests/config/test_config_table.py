"""The validator, for settings of connectors as for our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.config.limits import Range
from omni_tui.config.table import nearest, read_table


@dataclass(frozen=True, slots=True)
class Sample:
    host: str
    port: Annotated[int, Range(1, 65535)] = 993
    rate: float = 1.0
    tls: Literal["tls", "none"] = "tls"
    limit: int | None = None
    tags: tuple[str, ...] = ()
    flag: bool = False

    def __post_init__(self) -> None:
        if self.host == "nowhere":
            raise ValueError("nowhere is no host")


def wrong(table: Mapping[str, Any]) -> dict[str, str]:
    instance, problems = read_table(Sample, table, "f.toml", "channels.x")
    assert instance is None
    return {problem.key: problem.message for problem in problems}


def test_defaults_and_optional_values() -> None:
    assert read_table(Sample, {"host": "a"}, "f.toml", "") == (Sample("a"), ())
    read, problems = read_table(Sample, {"host": "a", "limit": 3, "rate": 2, "tags": ["x"]}, "f.toml", "")
    assert problems == ()
    assert read == Sample("a", rate=2.0, limit=3, tags=("x",))
    assert type(read.rate) is float


def test_missing_and_out_of_range() -> None:
    assert wrong({"port": 70000}) == {
        "channels.x.port": "must be from 1 to 65535",
        "channels.x.host": "is missing",
    }


def test_what_the_dataclass_refuses_is_a_problem_of_the_table() -> None:
    assert wrong({"host": "nowhere"}) == {"channels.x": "nowhere is no host"}


def test_a_misspelled_key_is_not_compared_with_keys_already_given() -> None:
    _, problems = read_table(Sample, {"host": "a", "hosst": "b"}, "f.toml", "")
    assert [problem.near for problem in problems] == [""]


def test_nearest_forgives_case_and_dashes() -> None:
    assert nearest("Imap-Host", ["imap_host", "smtp_host"]) == "imap_host"
    assert nearest("zebra", ["imap_host"]) == ""


words = st.text("ab1 .-\u00e9\u4e2d\x1b", max_size=8)
toml_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["host", "port", "rate", "tls", "limit", "tags", "flag", "x"]), toml_values))
def test_any_table_is_read_or_explained(table: dict[str, Any]) -> None:
    instance, problems = read_table(Sample, table, "f.toml", "")
    assert (instance is None) == bool(problems)
    if instance is not None:
        assert set(table) <= set(Sample.__dataclass_fields__)
        assert isinstance(instance.host, str)
        assert type(instance.port) is int
        assert isinstance(instance.tags, tuple)
