"""Themes: every text can be read on every ground, the user's own colours win, and both change while one works."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.style import Style
from support.inbox import inbox, settings_for
from support.shop import Shop
from support.terminal import Terminal

from omni_tui.config.load import load_settings
from omni_tui.config.settings import TOKENS
from omni_tui.model.errors import ConfigError
from omni_tui.screens.context import look_of
from omni_tui.screens.draw.themes import INKS
from omni_tui.screens.draw.tones import COLOURS, GROUNDS, THEMES, Tones, contrast, tones_for


def _ratio(tones: Tones, ink: str, ground: str) -> float:
    """The contrast of what is really drawn: on some grounds an ink is drawn stronger than its token."""
    style = tones.style(ink, ground)
    assert style.color is not None and style.bgcolor is not None
    return contrast(str(style.color.name), str(style.bgcolor.name))


@pytest.mark.parametrize("name", COLOURS)
def test_every_text_can_be_read_on_every_ground(name: str) -> None:
    """WCAG 2.2: 4.5:1 for text (1.4.3), 7:1 in the themes of high contrast (1.4.6)."""
    tones = tones_for(name)
    least = 7.0 if name.startswith("contrast") else 4.5
    weak = {
        (ink, ground): round(_ratio(tones, ink, ground), 2)
        for ink in INKS
        for ground in GROUNDS
        if _ratio(tones, ink, ground) < least
    }
    assert weak == {}


@pytest.mark.parametrize("name", COLOURS)
def test_every_word_in_a_block_can_be_read(name: str) -> None:
    tones = tones_for(name)
    for role in ("accent", "alarm", "caution"):
        assert _ratio(tones, f"{role} block", "base") >= (7.0 if name.startswith("contrast") else 4.5)


@pytest.mark.parametrize("name", COLOURS)
def test_every_text_can_be_read_in_256_colours(name: str) -> None:
    """What a terminal without 24 bits shows in their place is no worse than 3.5:1."""
    tones = tones_for(name)
    weak = {
        (ink, ground): round(ratio, 2)
        for ink in INKS
        for ground in GROUNDS
        if (ratio := contrast(*_in_256(tones.style(ink, ground)))) < 3.5
    }
    assert weak == {}


def _in_256(style: Style) -> tuple[str, str]:
    assert style.color is not None and style.bgcolor is not None
    shown = (each.downgrade(ColorSystem.EIGHT_BIT).get_truecolor() for each in (style.color, style.bgcolor))
    ink, ground = (each.hex for each in shown)
    return ink, ground


def test_the_ratio_is_that_of_the_recommendation() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", COLOURS)
def test_the_cursor_and_notes_are_grounds_of_their_own(name: str) -> None:
    colours = COLOURS[name]
    assert set(colours) == set(TOKENS)
    for ground in ("sel", "blur", "note"):
        assert colours[ground] not in (colours["base"], colours["side"])


def test_colours_of_ones_own_stand_over_the_themes(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[screen]\ntheme = "light"\n[screen.colours]\naccent = "#123456"\nbase = "#fffff0"\n')
    tones = look_of(load_settings(file).screen).tones
    assert (tones.colours["accent"], tones.colours["base"]) == ("#123456", "#fffff0")
    assert tones.colours["text"] == COLOURS["light"]["text"]
    assert not tones.is_dark


def test_a_wrong_colour_is_told_at_its_key(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        '[screen.colours]\naccnt = "#123456"\nbase = "white"\ntext = "#fff"\n[screen]\n'.replace("[screen]\n", "")
    )
    with pytest.raises(ConfigError) as refused:
        load_settings(file)
    told = {problem.key: (problem.message, problem.near) for problem in refused.value.problems}
    assert told["screen.colours.accnt"][1] == "accent"
    assert "#1b1d22" in told["screen.colours.base"][0]
    assert set(told) == {"screen.colours.accnt", "screen.colours.base", "screen.colours.text"}


async def test_the_theme_changes_while_one_works(shop: Shop) -> None:
    async with inbox(shop, settings=settings_for(shop)) as screen:
        await screen.shows("Lena Hoffmann")
        for name in (*THEMES, "dark"):
            await screen.press("colon")
            await screen.type(f"theme {name}")
            await screen.press("enter")
            await screen.until(lambda name=name: screen.app._look.tones.name == name)  # type: ignore[misc]
            await screen.shows(f'theme = "{name}"')
            assert "Lena Hoffmann" in screen.text()
            if name in COLOURS:
                wanted = {COLOURS[name]["side"], COLOURS[name]["sel"]}
                await screen.until(lambda wanted=wanted: wanted <= _grounds(screen))  # type: ignore[misc]
            else:
                await screen.until(lambda: not _grounds(screen) - {"default"})


async def test_an_edge_stands_where_something_stands_beside_the_list(shop: Shop) -> None:
    async with inbox(shop, (80, 24), settings=settings_for(shop, theme="ansi")) as screen:
        await screen.until(lambda: screen.line(1).startswith("> N mail Lena Hoffmann"))
        assert "|" not in screen.text()
        # The cell that an edge would take is the row's.
        assert [screen.line(y)[-2:] for y in (1, 2, 3)] == ["m ", "h ", "h "]
        await screen.pilot.resize_terminal(120, 40)
        await screen.until(lambda: {line[45] for line in screen.lines()[10:38]} == {"|"})
        await screen.press("+")
        await screen.lacks("|")


async def test_a_file_that_goes_is_no_place_to_keep_a_theme_in(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMNI_TUI_CONFIG", "/etc/mine.toml")
    async with inbox(shop, settings=replace(settings_for(shop), kept=False)) as screen:
        await screen.shows("Lena Hoffmann")
        await screen.press("colon")
        await screen.type("theme light")
        await screen.press("enter")
        await screen.shows('In an inbox of your own: theme = "light" under [screen] in /etc/mine.toml')


async def test_the_palette_offers_the_themes(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.press("ctrl+p")
        await screen.type("theme")
        await screen.press("enter")
        await screen.shows("High contrast, light")
        await screen.type("high contrast, light")
        await screen.press("enter")
        await screen.until(lambda: screen.app._look.tones.name == "contrast-light")


async def test_a_theme_there_is_not_is_told(shop: Shop) -> None:
    async with inbox(shop) as screen:
        await screen.press("colon")
        await screen.type("theme drak")
        await screen.press("enter")
        await screen.shows("There is no theme drak.")


@pytest.mark.parametrize(("density", "between"), [("compact", 1), ("normal", 2), ("roomy", 3)])
async def test_the_density_of_the_list(shop: Shop, density: str, between: int) -> None:
    async with inbox(shop) as screen:
        await screen.shows("Ben Carver")
        await screen.press("colon")
        await screen.type(f"density {density}")
        await screen.press("enter")
        await screen.shows(f'density = "{density}"')
        places = [n for n, line in enumerate(screen.lines()) if re.search("Lena|陈思远|Ben Carver", line[:46])]
        assert [b - a for a, b in itertools.pairwise(places)][:2] == [between, between]
        assert all(len(line) <= 120 for line in screen.lines())


def test_without_colour_no_colour_is_sent_whatever_the_theme(shop: Shop) -> None:
    terminal = Terminal(shop, {"NO_COLOR": "1"})
    terminal.until(b"Lena Hoffmann")
    terminal.keys(":theme light\r")
    terminal.until(b"To keep it")
    terminal.keys("\x11")
    terminal.ends()
    coloured = [
        m for m in re.findall(rb"\x1b\[([0-9;]*)m", terminal.seen) if re.search(rb"(^|;)(3[0-8]|4[0-8]|9\d)", m)
    ]
    assert coloured == []
    terminal.close()


def _grounds(screen: object) -> set[str]:
    app = screen.app  # type: ignore[attr-defined]
    strips = app.screen._compositor.render_strips()
    return {
        str(segment.style.bgcolor.name)
        for strip in strips
        for segment in strip
        if segment.style and segment.style.bgcolor
    }
