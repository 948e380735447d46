"""Cutting text into search tokens, and questions into full-text expressions that cannot be anything else.

Scripts written without spaces become overlapping pairs with the last character alone, ``退款申请`` →
``退款 款申 申请 请``: n characters are found as a phrase of n-1 pairs. One character is found by a token of its own,
marked by a character no text can bring into the index, so that it costs no more than a word. Words are folded and
lightly stemmed; the sender's name and the customer's are there once more, marked and whole, for ``from:`` and
``customer:``; so are the beginnings of words with figures, of which a shop has as many as orders. The tokens go, joined
by spaces, into an FTS5 table with ``tokenize='ascii'``, which takes whatever is not ASCII for a letter (in stores made
by older versions ``'unicode61 remove_diacritics 0'``, which takes the marks, of Unicode's category Co, for letters), or
into a ``tsvector``.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from operator import add

from omni_tui.text.folding import normalise, spaced
from omni_tui.text.known_words import BEGUN_LENGTHS, FIGURES, Stemmed, begun, stems
from omni_tui.text.stem import completions, stem

SEG_VERSION = 3
"""Changes whenever the same text gives other tokens: a store indexed with another one is indexed again."""

MAX_QUERY_CHARS = 1000
MAX_QUERY_TERMS = 32

SINGLE = "\ue000"
"""Begins the token of one character of a script written without spaces."""
SENDER = "\ue001"
"""Begins the tokens of who sent a message."""
CUSTOMER = "\ue002"
"""Begins the tokens of a customer's names and addresses."""
BEGUN = "\ue003"
"""Begins the tokens of what words with figures begin with: ``SO-77120`` has 7, 77, 771 and 7712."""
_NO_WORDS = frozenset((SINGLE, BEGUN))

_PAIRED = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0edc-\u0edf\u1000-\u102a"
    "\u103f\u1050-\u1055\u1780-\u17b3\u1100-\u11ff\u2e80-\u2fd5\u3005-\u3007\u3021-\u3029\u3031-\u3035"
    "\u303b\u303c\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003fffd"
)
_PIECE = re.compile(f"([{_PAIRED}]+)|([^\\W_{_PAIRED}]+)")
_ASCII_WORD = re.compile("([0-9a-z]+)")
_JOINERS = frozenset("-.@/+'’:#&_")


@dataclass(frozen=True, slots=True)
class Term:
    """Tokens that must follow one another; ``prefix``: the last may go on; ``others``: or one of these."""

    tokens: tuple[str, ...]
    prefix: bool = False
    others: tuple[str, ...] = ()


def index_tokens(text: str) -> str:
    """The tokens to index for ``text``, in order, joined by spaces; single characters stand behind them."""
    return _cut(text)[0]


def index_words(text: str) -> tuple[str, set[str]]:
    """:func:`index_tokens`, and the :func:`beginnings` of them."""
    tokens, words, _begun = _cut(text)
    return tokens, words


def all_tokens(text: str, stems: Callable[[list[str]], Stemmed] = stems) -> tuple[str, set[str]]:
    """The same, with the :func:`begun_tokens` behind the tokens. The words are those that ``stems`` gives once."""
    tokens, words, found = _cut(text, stems)
    return f"{tokens} {_marked_begun(found)}".strip() if found else tokens, words


def begun_tokens(words: Iterable[str]) -> str:
    """The tokens of what those of ``words`` that have a figure within their first five characters begin with."""
    return _marked_begun(begun(words))


def _marked_begun(found: set[str]) -> str:
    return BEGUN + f" {BEGUN}".join(sorted(found)) if found else ""


def begun_by(beginning: str) -> tuple[str, bool] | None:
    """The token that every document with a word of this ``beginning`` has, and whether no other document has it.

    None for what has no figure within its first five characters.
    """
    head = FIGURES.match(beginning)
    if head is None:
        return None
    figures = len(beginning) - head.end()
    length = max(length for length in BEGUN_LENGTHS if length <= figures)
    return BEGUN + beginning[: head.end() + length], length == figures


def _cut(text: str, stems: Callable[[list[str]], Stemmed] = stems) -> tuple[str, set[str], set[str]]:
    """All tokens in order, joined by spaces; those of them that are words; and what those with figures begin with."""
    found = spaced(text)
    if found is not None and not found[1]:
        words, kinds, begun = stems(found[0].split())
        return " ".join(words), kinds, begun
    if found is not None:
        folded, unspaced = found
        pieces = _ASCII_WORD.split(folded)  # every second one is a word
        words, kinds, begun = stems(pieces[1::2])
        runs = " \0 ".join(pieces[::2]).split()
    else:
        found_pieces = _PIECE.findall(normalise(text))
        words, kinds, begun = stems([word for _run, word in found_pieces if word])
        runs = [run or "\0" for run, _word in found_pieces]
        unspaced = "".join(dict.fromkeys("".join([run for run, _word in found_pieces])))
    tokens = _paired(runs, words)
    return f"{tokens} {SINGLE}" + f" {SINGLE}".join(unspaced) if unspaced else tokens, kinds, begun


def _paired(runs: list[str], words: list[str]) -> str:
    """The pairs of all ``runs``, in order, joined by spaces; in place of each that is a NUL stands one of ``words``.

    Every character with the next one and a space behind it, made by moving whole arrays: a tenth of the time that pair
    after pair takes. A line end stands around each run, so that its last character stands alone; before its first one
    stands what made a pair with the line end.
    """
    places = array("I", "\n".join(["", *runs, ""]).encode("utf-32-le"))
    triples = array("I", " ".encode("utf-32-le")) * (3 * len(places))
    triples[0::3] = places
    triples[1:-3:3] = places[1:]
    pairs = triples.tobytes().decode("utf-32-le")[1:].split("\n \n")
    word = iter(words)
    return " ".join([next(word) if each == "\0 \0" else each[2:] for each in pairs[:-1]])


def beginnings(tokens: str) -> set[str]:
    """Those of ``tokens`` that a question may name by their beginning; pairs and single characters are none."""
    words = set(tokens.split())
    if tokens.isascii():
        return words
    return {word for word in words if word[0] not in _NO_WORDS and not _is_run(word)}


def _is_run(word: str) -> bool:
    """Whether ``word`` begins with a character of a script cut in pairs."""
    found = _PIECE.match(word)
    return found is not None and found.lastindex == 1


def marked_tokens(mark: str, text: str) -> str:
    """The tokens of a name or an address for questions about it alone: unstemmed, each behind ``mark``."""
    # Who writes writes again.
    return _known_mark(mark, text) if len(text) <= 200 else _marked(mark, text)


def _marked(mark: str, text: str) -> str:
    out: list[str] = []
    for match in _PIECE.finditer(normalise(text)):
        run, word = match.groups()
        out.extend((word,) if word is not None else _pairs(run, closed=True))
    return " ".join(mark + token for token in out)


_known_mark = lru_cache(maxsize=512)(_marked)


def marked_terms(mark: str, text: str) -> tuple[Term, ...]:
    """What must be found for ``text`` among :func:`marked_tokens`: its words as beginnings."""
    terms: list[Term] = []
    for pieces in _groups(normalise(text[:MAX_QUERY_CHARS]), exact=False)[:MAX_QUERY_TERMS]:
        tokens: list[str] = []
        for place, (paired, piece) in enumerate(pieces, 1):
            tokens.extend(_pairs(piece, closed=place < len(pieces)) if paired else (piece,))
        terms.append(Term(tuple(mark + token for token in tokens), prefix=True))
    return tuple(terms)


def query_terms(text: str, *, exact: bool = False, prefix: bool = False) -> tuple[Term, ...]:
    """What must all be found for ``text``: one term for each word, or one for all of it when ``exact``.

    Pieces that stand together (``SO-1042``, a mail address, ``iPhone手机壳``) are one term. ``prefix`` lets
    the last word of each term go on.
    """
    terms: list[Term] = []
    for pieces in _groups(normalise(text[:MAX_QUERY_CHARS]), exact=exact):
        if len(terms) == MAX_QUERY_TERMS:
            break
        terms.append(_term(pieces, prefix=prefix))
    return tuple(terms)


def _groups(text: str, *, exact: bool) -> list[list[tuple[bool, str]]]:
    """The pieces of a query, as (cut in pairs?, text), grouped by what stands together."""
    groups: list[list[tuple[bool, str]]] = []
    end = -1
    for match in _PIECE.finditer(text):
        gap = text[end : match.start()] if end >= 0 else " "
        if not groups or not (exact or not gap or gap in _JOINERS):
            groups.append([])
        groups[-1].append((match.group(1) is not None, match.group()))
        end = match.end()
    return groups


def _term(pieces: list[tuple[bool, str]], *, prefix: bool) -> Term:
    tokens: list[str] = []
    for paired, piece in pieces[:-1]:
        tokens.extend(_pairs(piece, closed=True) if paired else (stem(piece),))
    paired, last = pieces[-1]
    if paired and len(last) == 1 and not tokens:
        return Term((SINGLE + last,))
    if paired:
        tokens.extend(_pairs(last, closed=False))
        return Term(tuple(tokens), prefix=len(last) == 1)
    if not prefix:
        return Term((*tokens, stem(last)))
    return Term((*tokens, last), prefix=True, others=completions(last))


def _pairs(run: str, *, closed: bool) -> list[str]:
    """The overlapping pairs of a run; ``closed``: with its last character alone, as the index has it."""
    pairs = list(map(add, run, run[1:]))
    if closed or not pairs:
        pairs.append(run[-1])
    return pairs


def fts5_term(term: Term) -> str:
    """The FTS5 expression of one term.

    Tokens are letters and digits inside quotes, so nothing that was typed is ever query syntax.
    """
    phrase = f'"{" ".join(term.tokens)}"' + ("*" if term.prefix else "")
    if not term.others:
        return phrase
    head = "".join(token + " " for token in term.tokens[:-1])
    return "(" + " OR ".join((phrase, *(f'"{head}{other}"' for other in term.others))) + ")"
