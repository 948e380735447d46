"""Textual themes made of the same token table, for what its own widgets draw: text fields and their cursor."""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

from omni_tui.screens.draw.tones import GROUNDS, Tones

INKS = ("text", "soft", "muted", "faint", "accent", "alarm", "caution")


def variables(tones: Tones) -> dict[str, str]:
    """The tokens as CSS variables ``$omni-…``."""
    if not tones.flat:
        return {f"omni-{name}": tones.colours[name] for name in (*GROUNDS, *INKS)}
    inks = {"accent": "ansi_cyan", "alarm": "ansi_red", "caution": "ansi_yellow"}
    if not tones.is_dark:
        inks |= {"accent": "ansi_blue", "caution": "ansi_magenta"}
    return {f"omni-{name}": inks.get(name, "ansi_default") for name in (*GROUNDS, *INKS)}


def textual_theme(tones: Tones) -> Theme:
    """The theme Textual registers; its name is ours with a prefix."""
    name = f"omni-{tones.name}"
    if tones.flat:
        return Theme(
            name=name,
            ansi=True,
            dark=tones.is_dark,
            primary="ansi_blue",
            accent="ansi_cyan",
            warning="ansi_yellow",
            error="ansi_red",
            foreground="ansi_default",
            background="ansi_default",
            surface="ansi_default",
            panel="ansi_default",
            boost="ansi_default",
            variables={
                **BUILTIN_THEMES["ansi-dark" if tones.is_dark else "ansi-light"].variables,
                **variables(tones),
                "input-cursor-text-style": "reverse",
                "input-selection-background": "ansi_default",
                "input-selection-foreground": "ansi_default",
            },
        )
    colours = tones.colours
    return Theme(
        name=name,
        dark=tones.is_dark,
        primary=colours["accent"],
        accent=colours["accent"],
        warning=colours["caution"],
        error=colours["alarm"],
        foreground=colours["text"],
        background=colours["base"],
        surface=colours["raised"],
        panel=colours["side"],
        variables={
            **variables(tones),
            "input-cursor-background": colours["accent"],
            "input-cursor-foreground": colours["side"],
            "input-selection-background": colours["sel"],
            "input-selection-foreground": colours["text"],
        },
    )
