"""Templates with ``{{name}}`` in them, each place escaped as what is around it needs.

What a customer or an agent wrote stands in none of them as anything but a value: a JSON text in JSON, percent-encoded
in a form, in an address and in a header.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote, quote_plus

from omni_tui.text.i18n import _

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
NAMES = ("sender", "name", "thread", "subject", "text", "id", "ref")
_PLACE = re.compile(r"\{\{\s*(\w*)\s*\}\}")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SAFE = " !\"#$&'()*+,/:;<=>?@[]^`{|}~-._"


class NoPlace(ValueError):
    """A value that cannot stand where the template has it: another address would come of it."""


def in_json(value: str) -> str:
    """A JSON text with its quotes."""
    return json.dumps(value, ensure_ascii=False)


def in_form(value: str) -> str:
    """A value of ``application/x-www-form-urlencoded``."""
    return quote_plus(value)


def in_header(value: str) -> str:
    """Printable ASCII as it is, all else percent-encoded, so that no line ends in it."""
    return quote(value, safe=_SAFE)


def in_address(value: str) -> str:
    """One segment of a path, or one value of a query. Raises :class:`NoPlace`."""
    if value in ("", ".", ".."):
        raise NoPlace(value)
    return quote(value, safe="")


def filled(template: str, values: Mapping[str, str], escape: Callable[[str], str] = in_json) -> str:
    """The template with a value, escaped, in each of its places; one that has none is empty."""
    return _PLACE.sub(lambda found: escape(values.get(found[1], "")), template)


def check_body(template: str, kind: str) -> None:
    """Raise ``ValueError`` with a sentence unless the template makes what its kind says."""
    _check_names("reply_body", template)
    if kind == FORM:
        return
    if "json" not in kind:
        raise ValueError(_("reply_body is JSON or a form, so Content-Type cannot be {kind}").format(kind=kind))
    try:
        json.loads(filled(template, {}))
    except ValueError as error:
        raise ValueError(
            _('reply_body is no JSON: {reason}. A place brings its own quotes: {{"text": {place}}}').format(
                reason=error, place="{{text}}"
            )
        ) from error


def check_address(template: str) -> None:
    """Raise ``ValueError`` with a sentence for an address that cannot be called, or whose host is no constant."""
    if not template.startswith(("https://", "http://")):
        raise ValueError(_("reply_url must be an https:// or http:// address"))
    host = re.split(r"[/?#]", template.partition("://")[2], maxsplit=1)[0]
    if not host:
        raise ValueError(_("reply_url must be an https:// or http:// address"))
    if "{{" in host:
        raise ValueError(_("reply_url cannot have a place in its host: a customer would say where answers go"))
    _check_names("reply_url", template)


def check_header(name: str, template: str) -> None:
    """Raise ``ValueError`` with a sentence for what is no header."""
    if not _HEADER.fullmatch(name) or not all(" " <= one <= "~" for one in template):
        raise ValueError(_("reply_headers: {name} is no header, or its value is not plain ASCII").format(name=name))
    _check_names(f"reply_headers.{name}", template)


def _check_names(where: str, template: str) -> None:
    unknown = next((found[0] for found in _PLACE.finditer(template) if found[1] not in NAMES), None)
    if unknown is not None:
        known = ", ".join(f"{{{{{name}}}}}" for name in NAMES)
        raise ValueError(_("{where} knows {known}, not {unknown}").format(where=where, known=known, unknown=unknown))
