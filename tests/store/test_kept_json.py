"""Parties and names of messages are kept as the encoder of the standard library writes them."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from omni_tui.model.address import Address
from omni_tui.store.messages import addresses, keys_json, parties_json

WORDS = st.text(st.characters(blacklist_categories=["Cs"]) | st.sampled_from('"\\\n\x00é漢\u2028'), max_size=12)
PARTIES = st.lists(st.builds(Address, WORDS, WORDS), max_size=3)


@given(to=PARTIES, cc=PARTIES)
def test_parties_are_kept_as_json(to: list[Address], cc: list[Address]) -> None:
    kept = parties_json(to=to, cc=tuple(cc))
    groups = {name: [[each.address, each.name] for each in group] for name, group in (("to", to), ("cc", cc)) if group}
    assert kept == json.dumps(groups, ensure_ascii=False)
    assert addresses(kept, "to") == tuple(to)


@given(st.lists(WORDS | st.just("\ud800"), max_size=4))
def test_names_a_message_replies_to_are_kept_as_json(keys: list[str]) -> None:
    assert keys_json(tuple(keys)) == json.dumps(keys)
