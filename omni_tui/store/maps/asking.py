"""What the maps tell of a query, before any document is looked at: which conversations each branch can match.

A branch that nothing can match is left out. Where few can, they are named one by one, and are where to look; of more,
the condition on a conversation begins with its bit. Whatever the maps leave is looked at as it would be without them,
so the same is found; but for single words, of which a bit tells all: there only what has changed since is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from omni_tui.store import gin
from omni_tui.store.filter import Told
from omni_tui.store.maps.bits import members, of_refs, together
from omni_tui.store.maps.tokens import FIGURES, beginning, begun_pair, bucket, is_pairable, pair
from omni_tui.store.search_docs import is_current
from omni_tui.store.words import AllOf, AnyOf, Words, terms

if TYPE_CHECKING:
    from omni_tui.store.filter import Branch, Where
    from omni_tui.store.foreseen import Question
    from omni_tui.store.session import Row
    from omni_tui.store.store import Tx
    from omni_tui.text.segment import Term

FEW = 1500
"""Conversations that are named one by one."""
HIGHEST = 1 << 24
"""Reference numbers from here on are no longer a matter of bits."""
_MOST_UNMAPPED = 4000
"""Conversations without a map that are candidates of every question."""
_RARE = 300
"""Documents with a word that are looked up where another word would do."""
_TELLING = 2
"""Maps that leave more than one in so many conversations tell too little."""

_COUNTERS = ("segmentation", "maps_ready")
# PostgreSQL answers an EXISTS here by a look at all words there are.
_PARTS = """
SELECT w.word, w.own, m.place, m.bits
  FROM (SELECT k.word, (SELECT 1 FROM search_map_words o WHERE o.word = k.word) IS NOT NULL AS own,
               COALESCE((SELECT o.number FROM search_map_words o WHERE o.word = k.word),
                        (SELECT o.number FROM search_map_words o WHERE o.word = k.wider)) AS number
          FROM {keys}) w
 CROSS JOIN search_maps m
 WHERE m.place >= w.number * 1048576 AND m.place < (w.number + 1) * 1048576
   AND (SELECT c.value FROM counters c WHERE c.name = 'maps_ready') = 1
"""
_KEYS = {
    "sqlite": "(SELECT e.value AS word, json_extract(:wider, '$[' || e.key || ']') AS wider FROM json_each(:keys) e) k",
    "postgresql": "unnest(CAST(:keys AS text[]), CAST(:wider AS text[])) AS k(word, wider)",
}
_UNMAPPED = "SELECT u.ref FROM search_unmapped u LIMIT :limit"
_RANGE = "SELECT (SELECT min(v.ref) FROM conversations v), (SELECT max(v.ref) FROM conversations v)"
_BIT = {
    # Of what stands before the first, substr would tell the last.
    "sqlite": "v.ref >= :{name}_first AND substr(:{name}, v.ref - :{name}_first + 1, 1) = x'31'",
    # Said this way PostgreSQL takes it for true of most rows, and walks the list as it would without.
    "postgresql": "CASE WHEN v.ref BETWEEN :{name}_first AND :{name}_last"
    " THEN get_bit(CAST(:{name} AS bytea), v.ref - :{name}_first) ELSE 0 END <> 0",
}


def told(tx: Tx, where: Where, worth: Callable[[Branch], bool]) -> Where:
    """``where`` with what the maps tell of those of its branches of which it is ``worth`` knowing."""
    keys = _keys(words for branch in where.branches if worth(branch) for words in (*branch.words, *branch.without))
    maps = _read(tx, keys) if keys else None
    if maps is None:
        return where
    for branch in where.branches:
        for words in branch.words if worth(branch) else ():
            _look_up(tx, words, maps)
    values = dict(where.values)
    branches = []
    for number, branch in enumerate(where.branches):
        known = _known(tx, branch, maps, f"map{number}", values) if worth(branch) else branch
        if known is not None:
            branches.append(known)
    return replace(where, branches=tuple(branches), values=values)


def worded(branch: Branch) -> bool:
    """Whether documents decide, so that a list is looked through for them."""
    return branch.worded


def meeting(branch: Branch) -> bool:
    """Whether it takes more than a look at the newest documents with one word."""
    if branch.without or len(branch.words) > 1:
        return True
    return any(isinstance(words, AllOf | AnyOf) or len(words.tokens) > 1 or words.prefix for words in branch.words)


@dataclass(frozen=True, slots=True)
class _Maps:
    """``bits`` by key, each with whether it is the key's own and not one of more words; those without any map."""

    bits: dict[str, tuple[int, bool]]
    unmapped: int
    everything: int
    rare: dict[Term, int] = field(default_factory=dict)
    """All conversations with terms that few have."""

    def possible(self, branch: Branch) -> int:
        """The conversations that the branch may match, as far as its words tell."""
        found = self.everything
        for words in branch.words:
            found &= self._may_have(words)
        for words in branch.without:
            found &= ~self._sure_to_have(words)
        return found | self.unmapped

    def size(self, words: Words) -> int:
        """How many conversations may have the words; 0 where one of them is rare."""
        return 0 if self.is_rare(words) else self._may_have(words).bit_count()

    def is_rare(self, node: Words) -> bool:
        if isinstance(node, AllOf):
            return any(map(self.is_rare, node.nodes))
        if isinstance(node, AnyOf):
            return all(map(self.is_rare, node.nodes))
        keys = [*node.tokens[:-1], *(key for key, _exact in _last(node))]
        return not all(self.bits.get(key, (0, False))[1] for key in keys)

    def settles(self, node: Words) -> bool:
        """Whether those that may have the words are those that have them."""
        if isinstance(node, AllOf):
            return False
        if isinstance(node, AnyOf):
            return all(map(self.settles, node.nodes))
        return self._exactly(node) is not None

    def _may_have(self, node: Words) -> int:
        """Conversations among which are all that have the words."""
        if isinstance(node, AnyOf):
            found = 0
            for inner in node.nodes:
                found |= self._may_have(inner)
            return found
        found = self.everything
        if isinstance(node, AllOf):
            for inner in node.nodes:
                found &= self._may_have(inner)
            return found
        if node in self.rare:
            return self.rare[node]
        for token in node.tokens[:-1]:
            found &= self._of(token)
        last = 0
        for key, _exact in _last(node):
            last |= self._of(key)
        found &= last
        for one in _pairs(node):
            found &= self._following(one)
        return found

    def _sure_to_have(self, node: Words) -> int:
        """Conversations that have the words; there may be more. Words that must meet in a document may not do so."""
        if isinstance(node, AllOf):
            return 0
        found = 0
        if isinstance(node, AnyOf):
            for inner in node.nodes:
                found |= self._sure_to_have(inner)
        elif len(node.tokens) == 1:
            for key, exact in _last(node):
                bits, own = self.bits.get(key, (0, False))
                if exact and own:
                    found |= bits
        else:
            found = self._exactly(node) or 0
        return found

    def _exactly(self, term: Term) -> int | None:
        """The conversations that have the term, where the maps tell all of it."""
        if len(term.tokens) == 1:
            keys = _last(term)
        elif len(term.tokens) == 2:
            keys = [(one.key, one.exact) for one in _pairs(term) if self._is_told(one)]
        else:
            return None  # that each two of them stand together somewhere does not tell
        found = 0
        for key, exact in keys:
            bits, own = self.bits.get(key, (0, False))
            if not (exact and own):
                return None
            found |= bits
        return found if keys else None

    def _following(self, one: _Pair) -> int:
        """Conversations among which are all that have two words in a row."""
        return self._of(one.key) if self._is_told(one) else self.everything

    def _is_told(self, one: _Pair) -> bool:
        """Whether what there is of a pair tells of it: a bucket does of words with maps alone."""
        return all(self.bits.get(word, (0, False))[1] for word in one.words)

    def _of(self, key: str) -> int:
        return self.bits[key][0] if key in self.bits else self.everything


@dataclass(frozen=True, slots=True)
class _Pair:
    """``key`` of two tokens in a row, or ``wider`` that stands for it; ``words`` are those that must have maps."""

    key: str
    wider: str
    words: tuple[str, ...] = ()
    exact: bool = True
    """Whether no document counts for ``key`` that has not these two."""


def _look_up(tx: Tx, node: Words, maps: _Maps) -> None:
    """Learn what has the rare ones of some words any of which will do: without them all others tell nothing."""
    if not isinstance(node, AllOf | AnyOf):
        return
    for inner in node.nodes:
        _look_up(tx, inner, maps)
    if isinstance(node, AllOf) or maps.is_rare(node):
        return
    from omni_tui.store.matching import Matcher

    for term in node.nodes:
        if not isinstance(term, AllOf | AnyOf) and maps.is_rare(term) and term not in maps.rare:
            words = Matcher(tx, term)
            if words.number(_RARE + 1) <= _RARE:
                maps.rare[term] = of_refs(_refs(tx, words.newest(_RARE)))


def _refs(tx: Tx, docs: Sequence[Row]) -> Iterator[int]:
    from omni_tui.store.matching import listed, listing
    from omni_tui.store.narrowed import conversations_of

    sql = f"SELECT v.ref FROM {listed(tx, 'ids')} CROSS JOIN conversations v WHERE v.id = j.id"
    return (row[0] for row in tx.query(sql, {"ids": listing(tx, conversations_of(tx, docs))}))


def _keys(groups: Iterable[Words]) -> dict[str, str]:
    """What there may be maps of that tell of the words, each with what stands for it where it has none."""
    return dict(key for words in groups for term in terms(words) for key in _keys_of(term))


def _keys_of(term: Term) -> Iterator[tuple[str, str]]:
    for key in (*term.tokens[:-1], *(key for key, _exact in _last(term))):
        yield key, beginning(key)[0]
    for one in _pairs(term):
        yield one.key, one.wider


def _pairs(term: Term) -> Iterator[_Pair]:
    """What there may be of each two tokens in a row."""
    whole = term.tokens[:-1] if term.prefix else term.tokens
    for first, second in pairwise(whole):
        if is_pairable(first) and is_pairable(second):
            yield _Pair(pair(first, second), bucket(first, second), (first, second))
    if term.prefix and len(term.tokens) > 1 and not term.others:
        start = term.tokens[-1]
        if (begun := begun_pair(term.tokens[-2], start)) is not None:
            yield _Pair(*begun, exact=len(start) <= FIGURES)


def _last(term: Term) -> list[tuple[str, bool]]:
    """The keys a document must have one of for the last token, each with whether no document has it otherwise."""
    last = term.tokens[-1]
    if not term.prefix:
        return [(last, True)]
    from omni_tui.text.segment import begun_by

    return [begun_by(last) or beginning(last), *((other, True) for other in term.others)]


def _read(tx: Tx, keys: dict[str, str]) -> _Maps | None:
    """The maps for ``keys``; None where there are none that hold."""
    from omni_tui.store.matching import listing  # whoever asks for words has it

    values = {"keys": listing(tx, list(keys)), "wider": listing(tx, list(keys.values()))}
    parts: Question = _PARTS.format(keys=_KEYS[tx.dialect]), values
    unmapped: Question = (_UNMAPPED, {"limit": _MOST_UNMAPPED + 1})
    refs: Question = (_RANGE, {})
    # On PostgreSQL a round trip costs more than a question: all goes out at once, with what each word asks for anyway.
    ahead: list[Question] = [parts, unmapped, refs, (gin.EXTENT, {})] if tx.dialect == "postgresql" else []
    tx.foresee([("counter", {"name": name}) for name in _COUNTERS], ahead)
    if not tx.value("counter", name="maps_ready") or not is_current(tx):
        return None
    found, without, ((first, last),) = tx.queries((parts, unmapped, refs))
    if not found or len(without) > _MOST_UNMAPPED or first is None or first < 0 or last >= HIGHEST:
        return None
    everything = (1 << last + 1) - (1 << first)
    return _Maps(_bits_of(found), of_refs(row[0] for row in without), everything)


def _bits_of(rows: list[Row]) -> dict[str, tuple[int, bool]]:
    parts: dict[tuple[str, bool], list[tuple[int, bytes]]] = {}
    for word, own, place, stored in rows:
        parts.setdefault((word, bool(own)), []).append((place % (1 << 20), stored))
    return {word: (together(of_word), own) for (word, own), of_word in parts.items()}


def _known(tx: Tx, branch: Branch, maps: _Maps, name: str, values: dict[str, Any]) -> Branch | None:
    """The branch with what the maps tell, bound as ``name``…; None if nothing can match."""
    found = maps.possible(branch)
    number = found.bit_count()
    if not number:
        return None
    if number * _TELLING > maps.everything.bit_count():
        return branch
    few = f"{name}_few" if number <= FEW else ""
    sizes, settled = tuple(map(maps.size, branch.words)), frozenset(_settled(branch, maps))
    if few:
        values[few] = _listed(tx, members(found))
    elif 0 in sizes:
        return branch  # what is rare is looked up
    told = Told(number, sizes, settled, _bit(tx, maps.unmapped, f"{name}_unmapped", values), few)
    return replace(branch, sql=f"{_bit(tx, found, name, values)} AND {branch.sql}", told=told)


def _settled(branch: Branch, maps: _Maps) -> Iterator[str]:
    """The names of the groups of which a conversation's bit tells whether it has them."""
    for letter, groups in (("g", branch.words), ("n", branch.without)):
        yield from (f"{letter}{n}" for n, words in enumerate(groups) if maps.settles(words))


def _bit(tx: Tx, bits: int, name: str, values: dict[str, Any]) -> str:
    """The condition that ``conversations v`` is in a set, bound as ``name``…"""
    if not bits:
        return "1 = 0"
    first = (bits & -bits).bit_length() - 1
    values[f"{name}_first"] = first
    if tx.dialect == "sqlite":
        values[name] = f"{bits >> first:b}"[::-1].encode()
    else:
        values[f"{name}_last"] = bits.bit_length() - 1
        values[name] = (bits >> first).to_bytes((bits.bit_length() - first + 7) // 8, "little")
    return f"({_BIT[tx.dialect].format(name=name)})"


def _listed(tx: Tx, refs: list[int]) -> str:
    numbers = ",".join(map(str, refs))
    return f"[{numbers}]" if tx.dialect == "sqlite" else f"{{{numbers}}}"
