"""Views: built in or saved, in everyone's own order, edited by their owner, undone like everything else."""

from __future__ import annotations

import pytest
from support.shop import Shop

from omni_tui.desk import agents, inbox, triage, undo, view_edits, views
from omni_tui.desk.query import QueryError, parse
from omni_tui.model.conversation import Agent
from omni_tui.model.count import Count
from omni_tui.model.errors import Conflict, NotFound, UsageError
from omni_tui.model.outcome import Outcome
from omni_tui.model.view import View


def names(shop: Shop, agent: Agent | None = None) -> list[str]:
    return [view.name for view in views.listed(shop.store, agent or shop.agent) if not view.hidden]


def numbers(shop: Shop) -> dict[str, int]:
    return {view.name: view.number for view in views.listed(shop.store, shop.agent)}


def called(shop: Shop, name: str, agent: Agent | None = None) -> View:
    return views.named(views.listed(shop.store, agent or shop.agent), name)


def save(shop: Shop, name: str, query: str = "tag:refund", *, shared: bool = False) -> View:
    view_edits.save(shop.store, shop.agent, name, query, shared=shared)
    return called(shop, name)


def test_the_built_in_views_are_views_like_any_other(shop: Shop) -> None:
    shop.receive("lena@post.example")
    listed = views.listed(shop.store, shop.agent)
    assert listed == views.BUILT_IN
    assert [view.number for view in listed] == list(range(1, 10))
    assert {"inbox", "mine", "unassigned", "snoozed", "resolved", "spam", "waiting"} <= {view.name for view in listed}
    for view in listed:
        inbox.page(shop.store, shop.agent, parse(view.query, 0), sort=view.sort)
    counts = views.counts(shop.store, shop.agent, listed)
    assert [counts[id].number for id in ("inbox", "mine", "unassigned", "waiting")] == [1, 0, 1, 1]


def test_a_saved_view_has_a_number_a_count_and_is_found_by_both(shop: Shop) -> None:
    shop.receive("lena@post.example")
    shop.receive("max@post.example")
    triage.tag(shop.store, shop.agent, [shop.rows()[0].id], ["退款"])
    view = save(shop, "退款 今天", "tag:退款 is:open")
    assert (view.number, view.owner, view.shared, view.sort) == (6, "ana", False, "activity")
    assert called(shop, "6") == view
    assert numbers(shop)["resolved"] == 7
    assert views.counts(shop.store, shop.agent, [view]) == {view.id: Count(1)}
    triage.tag(shop.store, shop.agent, [shop.rows()[1].id], ["退款"])
    assert views.counts(shop.store, shop.agent, [view]) == {view.id: Count(2)}


def test_counts_stop_where_more_says_nothing(shop: Shop) -> None:
    for name in ("lena", "max", "ida"):
        shop.receive(f"{name}@post.example")
    triage.assign(shop.store, shop.agent, [shop.rows()[0].id, shop.rows()[1].id], shop.agent.login)
    for cap, wanted in (
        (2, ["2+", "2", "1", "2+", "0"]),
        (3, ["3", "2", "1", "3", "0"]),
        (0, ["3", "2", "1", "3", "0"]),
    ):
        counts = views.counts(shop.store, shop.agent, views.BUILT_IN, cap=cap)
        assert [str(counts[id]) for id in ("inbox", "mine", "unassigned", "waiting", "snoozed")] == wanted
    assert [str(count) for count in (Count(0), Count(1000), Count(1000, more=True))] == ["0", "1,000", "1,000+"]


def test_no_built_in_view_names_a_time_so_that_counts_need_not_ask_for_it() -> None:
    for view in views.BUILT_IN:
        assert parse(view.query, 0) == parse(view.query, 1 << 40)


def test_a_query_that_cannot_be_read_is_refused_with_its_character(shop: Shop) -> None:
    with pytest.raises(QueryError) as error:
        save(shop, "Refunds", "is:open tga:refund")
    assert error.value.position == 8
    with pytest.raises(UsageError, match="needs a query"):
        save(shop, "Refunds", "  ")
    assert names(shop) == [view.name for view in views.BUILT_IN]


def test_a_stored_query_nobody_can_read_any_more_has_no_count_and_stops_nothing(shop: Shop) -> None:
    view = save(shop, "Refunds")
    with shop.store.write() as tx:
        row = tx.one("view", id=view.id)
        assert row is not None
        fields = {name: row[name] for name in ("id", "name", "name_key", "sort", "shared", "deleted_at")}
        tx.run("set_view", **fields, query="mood:angry", now=tx.now)
    assert set(views.counts(shop.store, shop.agent, views.listed(shop.store, shop.agent))) == {
        view.id for view in views.BUILT_IN
    }


@pytest.mark.parametrize("name", ["", "   ", "3", "-x", "n" * 41])
def test_what_cannot_be_a_name(shop: Shop, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        save(shop, name)


def test_a_name_is_taken_once(shop: Shop) -> None:
    save(shop, "Ｒefunds")
    with pytest.raises(Conflict, match="another view called"):
        save(shop, "refunds")
    with pytest.raises(Conflict, match="built in"):
        save(shop, "Inbox")
    assert len(names(shop)) == 10


def test_a_shared_view_is_everyones_to_see_and_its_owners_to_change(shop: Shop) -> None:
    wei = agents.who(shop.store, "wei")
    mine = save(shop, "Refunds")
    assert "Refunds" not in names(shop, wei)
    view_edits.share(shop.store, shop.agent, mine)
    theirs = called(shop, "refunds", wei)
    assert (theirs.id, theirs.owner, theirs.shared, theirs.number) == (mine.id, "ana", True, 6)
    for edit in (view_edits.delete, view_edits.unshare):
        with pytest.raises(Conflict, match="is ana's"):
            edit(shop.store, wei, theirs)
    view_edits.hide(shop.store, wei, theirs)
    assert "Refunds" in names(shop) and "Refunds" not in names(shop, wei)
    view_edits.unshare(shop.store, shop.agent, called(shop, "Refunds"))
    with pytest.raises(NotFound):
        called(shop, "Refunds", wei)


def test_one_name_twice_means_ones_own(shop: Shop) -> None:
    wei = agents.who(shop.store, "wei")
    view_edits.save(shop.store, wei, "Refunds", "tag:refund assignee:me")
    save(shop, "Refunds", shared=True)
    assert called(shop, "Refunds", wei).owner == "wei"
    assert called(shop, "Refunds").owner == "ana"


def test_order_and_hiding_are_each_agents_own(shop: Shop) -> None:
    wei = agents.who(shop.store, "wei")
    view_edits.move(shop.store, shop.agent, called(shop, "waiting"), 1)
    view_edits.hide(shop.store, shop.agent, called(shop, "bulk"))
    assert names(shop)[:2] == ["waiting", "inbox"] and "bulk" not in names(shop)
    assert called(shop, "bulk").number == 0 and called(shop, "1").name == "waiting"
    assert names(shop, wei) == [view.name for view in views.BUILT_IN]
    # One that is saved later keeps its place behind what it stands behind by itself.
    save(shop, "Refunds")
    assert names(shop).index("Refunds") == names(shop).index("snoozed") + 1
    view_edits.unhide(shop.store, shop.agent, called(shop, "bulk"))
    assert "bulk" in names(shop)


def test_the_last_view_in_sight_stays(shop: Shop) -> None:
    for name in names(shop)[1:]:
        view_edits.hide(shop.store, shop.agent, called(shop, name))
    with pytest.raises(Conflict, match="last view"):
        view_edits.hide(shop.store, shop.agent, called(shop, "inbox"))


def test_built_in_views_are_not_renamed_or_deleted(shop: Shop) -> None:
    for edit in (view_edits.delete, view_edits.unshare):
        with pytest.raises(Conflict, match="built in"):
            edit(shop.store, shop.agent, called(shop, "spam"))
    with pytest.raises(Conflict, match="built in"):
        view_edits.rename(shop.store, shop.agent, called(shop, "spam"), "Junk")


EDITS = {
    "save": lambda shop: view_edits.save(shop.store, shop.agent, "Late", "is:waiting"),
    "change": lambda shop: view_edits.change(shop.store, shop.agent, called(shop, "Refunds"), "tag:x", sort="waiting"),
    "rename": lambda shop: view_edits.rename(shop.store, shop.agent, called(shop, "Refunds"), "退款"),
    "share": lambda shop: view_edits.share(shop.store, shop.agent, called(shop, "Refunds")),
    "delete": lambda shop: view_edits.delete(shop.store, shop.agent, called(shop, "Refunds")),
    "move": lambda shop: view_edits.move(shop.store, shop.agent, called(shop, "Refunds"), 1),
    "hide": lambda shop: view_edits.hide(shop.store, shop.agent, called(shop, "Refunds")),
}


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_goes_back_and_is_done_again(shop: Shop, edit: str) -> None:
    save(shop, "Refunds")
    before = views.listed(shop.store, shop.agent)
    outcome: Outcome = EDITS[edit](shop)
    after = views.listed(shop.store, shop.agent)
    assert outcome.views and outcome.act_id and after != before
    undone = undo.undo(shop.store, shop.agent)
    assert (undone.verb, undone.changed, undone.refused) == (f"view {edit}", (), ()) and undone.views
    assert views.listed(shop.store, shop.agent) == before
    undo.redo(shop.store, shop.agent)
    assert views.listed(shop.store, shop.agent) == after


def test_a_deleted_view_does_not_come_back_over_one_of_its_name(shop: Shop) -> None:
    view_edits.delete(shop.store, shop.agent, save(shop, "Refunds"))
    wei = agents.who(shop.store, "wei")
    view_edits.save(shop.store, wei, "Refunds", "tag:refund", shared=True)
    assert "another view called" in undo.undo(shop.store, shop.agent).refused[0]
    assert called(shop, "Refunds").owner == "wei"


def test_an_edit_on_an_outdated_picture_of_the_same_field_is_refused_and_of_another_one_merges(shop: Shop) -> None:
    shown = save(shop, "Refunds")
    view_edits.rename(shop.store, shop.agent, shown, "Returns")
    with pytest.raises(Conflict, match="name is Returns now"):
        view_edits.rename(shop.store, shop.agent, shown, "Back")
    view_edits.change(shop.store, shop.agent, shown, "tag:returns")
    assert called(shop, "Returns").query == "tag:returns"
    view_edits.delete(shop.store, shop.agent, shown)
    with pytest.raises(NotFound, match="gone"):
        view_edits.share(shop.store, shop.agent, shown)


def test_doing_what_is_so_already_leaves_no_trace(shop: Shop) -> None:
    view = save(shop, "Refunds", shared=True)
    outcome = view_edits.share(shop.store, shop.agent, view)
    assert (outcome.views, outcome.act_id) == ((), "")
    assert undo.undo(shop.store, shop.agent).verb == "view save"
