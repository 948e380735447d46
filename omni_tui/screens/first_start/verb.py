"""Runs ``omni-tui channel add`` as a program of its own: the screen never talks to a mail server."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from omni_tui.model.errors import OmniError
from omni_tui.screens.own_verb import run_verb
from omni_tui.text.clean import clean_line
from omni_tui.text.i18n import _


@dataclass(frozen=True, slots=True)
class Server:
    """A host as typed: ``imap.shop.example``, ``imap.shop.example:143 starttls``."""

    host: str
    port: int = 0
    tls: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What was filled in. Servers left empty are the provider's, if it is known."""

    address: str
    password: str
    imap: Server
    smtp: Server
    username: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong: in words, what to do, and the server's own words."""

    message: str
    hint: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """The outcome of a try: problems, or what a first sync would bring."""

    problems: tuple[Problem, ...]
    open: int = 0
    total: int = 0

    @property
    def ok(self) -> bool:
        """Whether everything worked."""
        return not self.problems


def server(text: str) -> Server:
    """Read ``host``, ``host:port`` or either followed by ``tls``, ``starttls`` or ``none``."""
    words = text.replace(",", " ").split()
    tls = next((word.lower() for word in words[1:] if word.lower() in ("tls", "starttls", "none")), "")
    ports = [word for word in words[1:] if word.isdigit()]
    host, _colon, port = (words[0] if words else "").partition(":")
    number = port or (ports[0] if ports else "")
    return Server(host, int(number) if number.isdigit() and len(number) < 6 else 0, tls)


def arguments(form: Form, *, save: bool) -> list[str]:
    """The arguments of the verb; the password is not among them."""
    words = ["channel", "add", "--json", "--password-stdin", "--address", form.address]
    words.append("--untested" if save else "--dry-run")
    if form.username:
        words += ["--username", form.username]
    for name, one in (("imap", form.imap), ("smtp", form.smtp)):
        if one.host:
            words += [f"--{name}-host", one.host]
        if one.port:
            words += [f"--{name}-port", str(one.port)]
        if one.tls:
            words += [f"--{name}-tls", one.tls]
    return words


async def run(form: Form, config: Path, *, save: bool) -> Tried:
    """Try the mailbox, or with ``save`` write it into the configuration (it was tried before)."""
    password = form.password.encode("utf-8", "surrogateescape") + b"\n"
    try:
        ended = await run_verb(arguments(form, save=save), {"OMNI_TUI_CONFIG": str(config)}, password)
    except OmniError as error:
        return Tried((Problem(error.message, error.hint),))
    return outcome(ended.out, ended.err, ended.code)


def outcome(out: bytes, err: bytes, code: int) -> Tried:
    """What the verb said, from its JSON; its narration where there is none."""
    try:
        document: dict[str, Any] = json.loads(out)
        report = document.get("report")
    except ValueError:
        document, report = {}, None
    if document.get("kind") == "error":
        return Tried((Problem(_text(document, "message"), _text(document, "hint")),))
    if isinstance(report, dict):
        failed = [check for check in report.get("checks", ()) if check.get("error")]
        problems = tuple(Problem(_text(c, "error"), _text(c, "hint"), _text(c, "detail")) for c in failed)
        preview = report.get("preview") or {}
        return Tried(problems, int(preview.get("open", 0)), int(preview.get("total", 0)))
    if code == 0 and document:
        return Tried(())
    said = clean_line(err.decode("utf-8", "replace").strip()) or _("It ended with status {code}.").format(code=code)
    return Tried((Problem(said),))


def _text(record: dict[str, Any], key: str) -> str:
    return clean_line(str(record.get(key) or ""))
