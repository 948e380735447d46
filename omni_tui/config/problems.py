"""What is wrong in a configuration, as the error that is shown."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.model.errors import ConfigError, ConfigProblem
from omni_tui.text.i18n import _


def refused(problems: Sequence[ConfigProblem], hint: str = "") -> ConfigError:
    """The error that tells of all ``problems``, a line for each, with the likeliest spelling where there is one."""
    return ConfigError("\n".join(map(_line, problems)), tuple(problems), hint)


def _line(problem: ConfigProblem) -> str:
    said = f"{problem.place}: {problem.message}"
    return f"{said} ({_('Did you mean {near}?').format(near=problem.near)})" if problem.near else said
