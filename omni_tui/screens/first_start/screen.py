"""The first minutes: look around in a demo shop, or connect a mailbox."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from omni_tui.engine.presets import password_hint, preset_for
from omni_tui.screens.chrome.footer import Footer
from omni_tui.screens.chrome.footer_lines import Hint
from omni_tui.screens.context import Context
from omni_tui.screens.draw.ink import BLANK, Line, Span
from omni_tui.screens.draw.lines import Lines
from omni_tui.screens.first_start.verb import Form, Tried, run, server
from omni_tui.screens.first_start.words import choice_lines, nothing_lines, testing_lines, tried_lines
from omni_tui.screens.keys.first import KeysFirst
from omni_tui.screens.keys.names import token
from omni_tui.screens.overlay.field import Field
from omni_tui.screens.store_link import in_daemon
from omni_tui.text.i18n import _

_KEYS = frozenset({"Enter", "Esc", "Tab", "S-Tab", "Down", "Up"})
_NAMES = ("address", "password", "imap", "smtp")


class FirstStart(KeysFirst, inherit_bindings=False):
    """Asks what to begin with; ends with :class:`Chosen`."""

    CSS_PATH = "screen.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-normal")]  # noqa: RUF012  as in Textual
    VERTICAL_BREAKPOINTS = [(0, "-short"), (32, "-tall")]  # noqa: RUF012
    AUTO_FOCUS = ""

    class Chosen(Message):
        """``demo``: show the demo shop. ``again``: a mailbox is configured now."""

        def __init__(self, what: str) -> None:
            super().__init__()
            self.what = what

    def __init__(self, context: Context, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._ctx = context
        self._choice = Lines(context, "base", id="first-choice")
        self._said = Lines(context, "base", id="first-said")
        self._footer = Footer(context)
        self._fields = {name: Field(frozenset(), id=f"first-{name}", password=name == "password") for name in _NAMES}
        self._hints = {name: Lines(context, "base", classes="hint") for name in _NAMES}
        self._tried: Tried | None = None
        self._form: Form | None = None
        self._testing = False

    def compose(self) -> ComposeResult:
        labels = {
            "address": _("address"),
            "password": _("password"),
            "imap": _("IMAP server"),
            "smtp": _("SMTP server"),
        }
        with Vertical(id="first-body"):
            yield self._choice
            with Vertical(id="first-form"):
                for name in _NAMES:
                    label = Lines(self._ctx, "base", classes="label")
                    label.show([(Span("   "), Span(labels[name], "muted"))])
                    with Horizontal(classes="row"):
                        yield label
                        yield self._fields[name]
                        yield self._hints[name]
                yield self._said
        yield self._footer

    def on_mount(self) -> None:
        self._paint()

    @property
    def in_form(self) -> bool:
        """Whether a mailbox is being described."""
        return self.has_class("-form")

    def _paint(self) -> None:
        self._choice.show(choice_lines(in_form=self.in_form))
        kept = {"password": _("kept private")}
        for name, hint in self._hints.items():
            hint.show([(Span("  "), Span(kept.get(name, ""), "faint"))])
        if self.in_form:
            word = _("open the inbox") if self._tried is not None and self._tried.ok else _("try it")
            keys = [Hint("Enter", word, 1), Hint("Tab", _("next field"), 2), Hint("Esc", _("back"), 3)]
        else:
            keys = [Hint("1", _("demo shop"), 1), Hint("2", _("connect a mailbox"), 2)]
        self._footer.hints([*keys, Hint("C-q", _("quit"), 4)])
        self._footer.trouble((Span(_("no configuration yet"), "muted"),))

    def _say(self, lines: list[Line]) -> None:
        self._said.styles.height = max(8, len(lines))
        self._said.show(lines)

    def takes(self, event: events.Key | events.Paste) -> bool:
        """The keys that choose, walk from field to field, and try; a password typed fast stays in its field."""
        if isinstance(event, events.Paste):
            return False
        key, field = token(event), self.focused
        if isinstance(field, Field):
            if key in _KEYS:
                self._walk(field, key)
            return key in _KEYS
        if key == "1":
            self.post_message(self.Chosen("demo"))
        elif key in ("2", "Enter"):
            self.add_class("-form")
            self._say(nothing_lines())
            self._paint()
            self.set_focus(self._fields["address"])
        elif key in ("q", "Esc"):
            self.run_worker(self.app.action_quit(), group="quit")
        return key not in ("C-q", "C-z")

    def _walk(self, field: Field, key: str) -> None:
        """Enter tries or opens, Tab walks, Escape goes back to the choice."""
        if key == "Esc":
            self.workers.cancel_group(self, "try")
            self._testing = False
            self.remove_class("-form")
            self.set_focus(None)
            self._paint()
        elif key == "Enter":
            # After the letters that are still on their way to the field.
            field.call_later(self._enter)
        else:
            step = -1 if key in ("S-Tab", "Up") else 1
            at = next((n for n, name in enumerate(_NAMES) if self._fields[name] is field), 0)
            self.set_focus(self._fields[_NAMES[(at + step) % len(_NAMES)]])
            if at == 0:
                self.run_worker(self._fill_in(), group="preset", exclusive=True)

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was tried is no longer what is written."""
        event.stop()
        if self._tried is not None:
            self._tried = None
            self._say(nothing_lines())
            self._paint()

    async def _fill_in(self) -> None:
        """Servers of a known provider, where none were typed."""
        address = self._fields["address"].value.strip()
        preset = await in_daemon(lambda: preset_for("mail", address))
        hint = await in_daemon(lambda: password_hint("mail", str(preset.get("imap_host", ""))))
        for name in ("imap", "smtp"):
            host = str(preset.get(f"{name}_host", ""))
            if host and not self._fields[name].value:
                tls = str(preset.get(f"{name}_tls", ""))
                with self.prevent(Input.Changed):
                    self._fields[name].value = f"{host} {tls}".strip()
                self._hints[name].show([(Span("  "), Span(_("known provider"), "faint"))])
        if hint and self._tried is None and not self._testing:
            self._say([BLANK, (Span("   "), Span(hint, "caution")), *nothing_lines()])

    def _enter(self) -> None:
        if self._testing:
            return
        if self._tried is not None and self._tried.ok:
            self.run_worker(self._save(), group="try", exclusive=True)
            return
        values = {name: field.value.strip() for name, field in self._fields.items()}
        for name in ("address", "password"):
            if not values[name]:
                self.set_focus(self._fields[name])
                return
        imap, smtp = server(values["imap"]), server(values["smtp"])
        self._form = Form(values["address"], self._fields["password"].value, imap, smtp)
        self.run_worker(self._try(), group="try", exclusive=True)

    async def _try(self) -> None:
        assert self._form is not None
        await self._fill_in()
        form = self._form
        if not form.imap.host:
            imap, smtp = server(self._fields["imap"].value), server(self._fields["smtp"].value)
            form = self._form = Form(form.address, form.password, imap, smtp)
        self._testing = True
        self._say(testing_lines(form.address))
        try:
            self._tried = await run(form, self._ctx.settings.file, save=False)
        finally:
            self._testing = False
        self._say(tried_lines(self._tried, self.size.width))
        self._paint()

    async def _save(self) -> None:
        assert self._form is not None
        saved = await run(self._form, self._ctx.settings.file, save=True)
        if saved.ok:
            self.post_message(self.Chosen("again"))
            return
        self._tried = saved
        self._say(tried_lines(saved, self.size.width))
        self._paint()
