"""Two agents in two terminals and the command line on one store: each sees what the other does. On both engines."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.postgres import Databases
from support.shop import Shop
from support.tmux import Terminal, environment, inbox_command

from omni_tui.config.load import load_settings
from omni_tui.engine.child import start_if_needed


@pytest.fixture
def shop(tmp_path: Path, location: Path | str) -> Iterator[Shop]:
    tmp_path.chmod(0o700)
    made = Shop(tmp_path / "store", location)
    made.receive("lena@post.example", "Where is my parcel?", subject="Order 4417")
    made.receive("wei@post.example", "A question on sizes", subject="Lamp sizes")
    yield made
    made.store.close()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text("")
    return file


def omni_tui(shop: Shop, config: Path, *words: str) -> str:
    command = [*inbox_command(config, shop.store.location), *words]
    done = subprocess.run(command, env=environment(config.parent), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_agents_and_the_command_line_see_each_other(shop: Shop, config: Path) -> None:
    command = inbox_command(config, shop.store.location)
    with (
        Terminal([*command, "--as", "ana"], environment(config.parent)) as ana,
        Terminal([*command, "--as", "wei"], environment(config.parent)) as wei,
    ):
        for each in (ana, wei):
            each.wait_for("Order 4417", "Lamp sizes")
        # A customer writes.
        shop.receive("max@post.example", "Is it waterproof?", subject="Garden hose")
        for each in (ana, wei):
            each.wait_for("Garden hose")
        # An agent resolves the newest on the screen; it leaves the other's.
        ana.press("k", "k", "k")
        ana.wait_for("> N  mail  max@post.example")
        ana.press("e")
        ana.wait_for("Lamp sizes", gone="Garden hose")
        wei.wait_for("Lamp sizes", gone="Garden hose")
        # The command line tags one: both see it.
        ref = shop.one("lamp").ref
        omni_tui(shop, config, "tag", str(ref), "--tag", "urgent")
        for each in (ana, wei):
            each.wait_for("urgent")
        # What one begins to write, the other knows of; and what is answered is answered for both.
        for each in (ana, wei):
            each.press("k", "k", "k")
            each.wait_for("> N  mail  wei@post.example")
        wei.press("Enter")
        wei.wait_for("A question on sizes")
        wei.press("r")
        wei.wait_for("REPLY")
        wei.type("Three sizes there are.")
        wei.wait_for("Three sizes there are.")
        wei.press("C-j")
        ana.press("Enter")
        ana.wait_for("Three sizes there are.")
    listed = json.loads(omni_tui(shop, config, "list", "is:any", "--json"))
    assert {row["subject"] for row in listed["conversations"]} == {"Order 4417", "Lamp sizes", "Garden hose"}
    shown = omni_tui(shop, config, "search", "waterproof")
    assert "Is it waterproof?" in shown
    assert "Three sizes there are." in omni_tui(shop, config, "show", str(ref))


def test_the_command_line_says_what_a_database_needs(empty_database: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    config = tmp_path / "shop.toml"

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = inbox_command(config, empty_database)
        return subprocess.run(
            [*command, *words], env=environment(tmp_path), capture_output=True, text=True, timeout=60, check=False
        )

    made = run("init")
    assert made.returncode == 0 and "omni-tui store migrate" in made.stderr
    refused = run("list")
    assert refused.returncode == 3 and "omni-tui store migrate" in refused.stderr
    assert "Would bring" in run("store", "migrate", "--dry-run").stderr
    assert "Made a store" in run("store", "migrate").stderr
    assert "is ready" in run("store", "migrate").stderr
    assert run("list").returncode == 0
    assert run("backup").returncode == 1


def test_an_inbox_on_a_database_starts_no_engine_unless_told(shop: Shop, tmp_path: Path, databases: Databases) -> None:
    file = tmp_path / "team.toml"
    kept = f'path = "{shop.store.location}"' if shop.store.dialect == "sqlite" else f'url = "{shop.store.location}"'
    file.write_text(f'[store]\n{kept}\n[channels.shop]\nkind = "mail"\n')
    assert load_settings(file).starts_engine is (shop.store.dialect == "sqlite")
    file.write_text(f"[store]\n{kept}\n[engine]\nautostart = true\n")
    assert load_settings(file).starts_engine
    file.write_text(f'[store]\n{kept}\n[engine]\nautostart = false\n[channels.shop]\nkind = "mail"\n')
    assert start_if_needed(load_settings(file), shop.store) is None
