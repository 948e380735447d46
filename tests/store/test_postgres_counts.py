"""What a screen shows beside its views costs one round trip, however many views there are."""

from __future__ import annotations

from support.postgres import Databases
from support.proxy import Proxy

from omni_tui.desk import views
from omni_tui.model.conversation import Agent
from omni_tui.store import open_store


def test_the_counts_of_all_built_in_views_are_one_round_trip(database: str, databases: Databases) -> None:
    with Proxy(databases.port) as proxy:
        store = open_store(database.replace(f":{databases.port}/", f":{proxy.port}/"))
        try:
            store.data_version()
            before = proxy.rounds
            found = views.counts(store, Agent("a", "a", "A"), views.BUILT_IN)
            # What is said at leave-taking is heard with the next question.
            store.data_version()
            assert proxy.rounds - before <= 2
            assert {str(count) for count in found.values()} == {"0"} and len(found) == len(views.BUILT_IN)
        finally:
            store.close()
