"""What of a mail only a key opens, or only the program that packed it: told, since nobody should have to guess."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from omni_tui.text.mail.structure import Leaf

Kind = Literal["pgp", "smime", "signed", "smime_signed", "smime_shut", "tnef"]

_SMIME = frozenset(("application/pkcs7-mime", "application/x-pkcs7-mime"))
# Signatures that stand beside what they sign (RFC 8551, section 3.5.3; RFC 3156, section 5).
_DETACHED = frozenset(("application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"))
_NAMELESS = "application/octet-stream"
_TNEF = frozenset(("application/ms-tnef", "application/vnd.ms-tnef"))
# RFC 9580, sections 6.2 and 7.
_ARMOURS: tuple[tuple[Kind, str], ...] = (
    ("pgp", "-----BEGIN PGP MESSAGE-----"),
    ("signed", "-----BEGIN PGP SIGNED MESSAGE-----"),
)
_LOOKED_AT = 4_000


@dataclass(frozen=True, slots=True)
class Sealing:
    """``pgp`` and ``smime`` are encrypted, ``signed`` has a signature beside it, ``smime_signed`` was taken out of one,
    neither of them checked, ``smime_shut`` could not be, ``tnef`` is Outlook's own packing that could not be opened.
    """

    kind: Kind


def is_packed(leaf: Leaf) -> bool:
    """Whether a part is, or says it is, a winmail.dat."""
    return leaf.mime in _TNEF or leaf.filename.lower() == "winmail.dat"


def is_smime(leaf: Leaf) -> bool:
    """Whether a part is signed or encrypted around its content, by its type or, where that was lost, by the name of
    its file (RFC 8551, section 3.8)."""
    return leaf.mime in _SMIME or (leaf.mime == _NAMELESS and leaf.filename.lower().endswith(".p7m"))


def sealings(found: Sequence[Leaf], text: str, shut: Collection[str], *, unwrapped: bool) -> tuple[Sealing, ...]:
    """How the parts of a mail are sealed, each way once; of most mails nothing is. ``shut`` are the places of those
    that Outlook packed and that could not be opened.
    """
    kinds: dict[Kind, None] = {"smime_signed": None} if unwrapped else {}
    for leaf in found:
        if is_smime(leaf):
            signed = leaf.params.get("smime-type", "").lower() == "signed-data"
            kinds["smime_shut" if signed else "smime"] = None
        elif leaf.mime == "application/pgp-encrypted":
            kinds["pgp"] = None
        elif leaf.mime in _DETACHED:
            kinds["signed"] = None
        elif leaf.part in shut:
            kinds["tnef"] = None
    if "-----BEGIN PGP" in (beginning := text[:_LOOKED_AT]):
        kinds |= {kind: None for kind, armour in _ARMOURS if armour in beginning}
    return tuple(Sealing(kind) for kind in kinds)
