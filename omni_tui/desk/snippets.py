"""The snippets an agent sees; finding one by name or a few letters of it; saving, sharing and deleting them.

Whose they are, and how edits are undone, is that of views (:mod:`omni_tui.desk.kept`).
"""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.desk import kept
from omni_tui.desk.acts import Act
from omni_tui.model.conversation import Agent
from omni_tui.model.errors import NotFound, UsageError
from omni_tui.model.ids import uuid7
from omni_tui.model.outcome import Outcome
from omni_tui.model.snippet import Snippet
from omni_tui.store import Store, Writer
from omni_tui.text.clean import clean_line, storable
from omni_tui.text.i18n import _

SNIPPETS = kept.Kind(
    entity="snippet",
    columns=("body",),
    row="snippet",
    write="set_snippet",
    name_taken="snippet_name_taken",
    taken=_("There is another snippet called {name}."),
    changed=_("The snippet {name} was changed in another window."),
    left=_("The snippet {name} has changed since and was left as it is."),
    gone=_("The snippet {name} is gone."),
    theirs=_("The snippet {name} is {owner}'s."),
    instead=_("Save one like it under another name."),
)
LONGEST_BODY = 20_000


def listed(store: Store, agent: Agent) -> tuple[Snippet, ...]:
    """Every snippet ``agent`` sees: their own, and those colleagues share; by name."""
    with store.read() as tx:
        rows = tx.all("snippets_of", agent_id=agent.id)
    return tuple(Snippet(row["id"], row["name"], row["body"], row["owner"], bool(row["shared"])) for row in rows)


def named(snippets: Sequence[Snippet], name: str, agent: Agent) -> Snippet:
    """The snippet called ``name``, the agent's own before one a colleague shares. Raises NotFound with the nearest
    name, or all of them."""
    wanted = kept.key_of(" ".join(name.split()))
    meant = [each for each in snippets if wanted in (kept.key_of(each.name), each.id)]
    if meant:
        return min(meant, key=lambda each: each.owner != agent.login)
    import difflib  # only a mistake is worth its import

    names = [each.name for each in snippets]
    near = difflib.get_close_matches(wanted, names, n=1)
    hint = _("Did you mean {near}?").format(near=near[0]) if near else _known(names)
    raise NotFound(_("There is no snippet {name}.").format(name=repr(clean_line(name))), hint)


def matching(snippets: Sequence[Snippet], letters: str) -> tuple[Snippet, ...]:
    """Those whose name has ``letters`` in order, the closest first: at its beginning, at a word's, then by how far
    apart they lie."""
    wanted = kept.key_of(letters)
    found = []
    for order, each in enumerate(snippets):
        rank = _rank(kept.key_of(each.name), wanted)
        if rank is not None:
            found.append((rank, order, each))
    return tuple(each for _rank_, _order, each in sorted(found, key=lambda hit: hit[:2]))


def _rank(name: str, wanted: str) -> tuple[int, int] | None:
    at = name.find(wanted)
    if at >= 0:
        return (0 if at == 0 else 1 if name[at - 1] in " -_/." else 2, at)
    first, place = -1, -1
    for letter in wanted:
        place = name.find(letter, place + 1)
        if place < 0:
            return None
        first = place if first < 0 else first
    return (3, place - first)


def save(store: Store, agent: Agent, name: str, body: str, *, shared: bool = False) -> Outcome:
    """Keep a text under a name. Raises UsageError for a name or text that cannot be one, Conflict for a name that is
    taken."""
    name, body = snippet_name(name), snippet_body(body)

    def saved(tx: Writer) -> Outcome:
        act = Act(tx, "snippet save", agent)
        id = uuid7()
        tx.run(
            "insert_snippet",
            id=id,
            agent_id=agent.id,
            name=name,
            name_key=kept.key_of(name),
            body=body,
            shared=int(shared),
            now=tx.now,
        )
        kept.record(tx, act, SNIPPETS, id, "kept", "1")
        return Outcome("snippet save", (), act_id=act.id, snippets=(name,))

    return store.act_durably(saved)


def change(store: Store, agent: Agent, snippet: Snippet, body: str) -> Outcome:
    """Give a snippet another text. Raises Conflict if it is no longer as ``snippet`` shows it."""
    return _edit(store, agent, "snippet change", snippet, (("body", snippet.body, snippet_body(body)),))


def rename(store: Store, agent: Agent, snippet: Snippet, name: str) -> Outcome:
    """Call a snippet something else."""
    return _edit(store, agent, "snippet rename", snippet, (("name", snippet.name, snippet_name(name)),))


def share(store: Store, agent: Agent, snippet: Snippet) -> Outcome:
    """Let every agent use a snippet."""
    return _edit(store, agent, "snippet share", snippet, (("shared", str(int(snippet.shared)), "1"),))


def unshare(store: Store, agent: Agent, snippet: Snippet) -> Outcome:
    """Keep a snippet to oneself again."""
    return _edit(store, agent, "snippet unshare", snippet, (("shared", str(int(snippet.shared)), "0"),))


def delete(store: Store, agent: Agent, snippet: Snippet) -> Outcome:
    """Throw a snippet away; what was written with it stays."""
    return _edit(store, agent, "snippet delete", snippet, (("kept", "1", "0"),))


def snippet_name(name: str) -> str:
    """A name as it is kept: one line, single spaces. Raises UsageError."""
    words = " ".join(storable(clean_line(name)).split())
    if not words or len(words) > kept.LONGEST_NAME or words.startswith("-") or ":" in words.replace("：", ":"):
        raise UsageError(
            _("{name} cannot be the name of a snippet.").format(name=repr(clean_line(name))),
            _("A name has up to {longest} characters, does not begin with a dash and has no colon.").format(
                longest=kept.LONGEST_NAME
            ),
        )
    return words


def snippet_body(body: str) -> str:
    """A text as it is kept, without empty lines around it. Raises UsageError."""
    text = storable(body.replace("\r\n", "\n").replace("\r", "\n")).strip("\n")
    if not text.strip():
        raise UsageError(_("A snippet needs a text."), _("Such as: Hello {customer_first}, ..."))
    if len(text) > LONGEST_BODY:
        raise UsageError(_("A snippet has at most {most} characters.").format(most=f"{LONGEST_BODY:,}"))
    return text


def _edit(store: Store, agent: Agent, verb: str, snippet: Snippet, changes: Sequence[kept.Change]) -> Outcome:
    act_id, name = kept.edit(store, agent, SNIPPETS, verb, snippet, changes)
    return Outcome(verb, (), act_id=act_id, snippets=(name,) if name else ())


def _known(names: Sequence[str]) -> str:
    if not names:
        return _("There are none yet. Save one: omni-tui snippet save NAME TEXT")
    return _("Snippets: {names}").format(names=", ".join(names))
