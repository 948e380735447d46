"""Providers that host the mail of other people's domains, known by the servers that take it in (MX).

From their public help pages and from Thunderbird's ISPDB, which lists such names among a provider's domains.
"""

from __future__ import annotations

from typing import Any

from omni_tui.connectors.mail.presets import preset_for


def _tls(imap: str, smtp: str) -> dict[str, Any]:
    return {"imap_host": imap, "smtp_host": smtp, "smtp_tls": "tls"}


_ALIYUN = _tls("imap.qiye.aliyun.com", "smtp.qiye.aliyun.com")
_NETEASE = _tls("imap.qiye.163.com", "smtp.qiye.163.com")
_EXCHANGE = {"imap_host": "outlook.office365.com", "smtp_host": "smtp.office365.com"}
_IONOS = _tls("imap.1und1.de", "smtp.1und1.de")

# The hosts of these names, and those below them.
_BY_MX: dict[str, dict[str, Any]] = {
    "google.com": preset_for("@gmail.com"),
    "googlemail.com": preset_for("@gmail.com"),
    "mail.protection.outlook.com": _EXCHANGE,
    "olc.protection.outlook.com": preset_for("@outlook.com"),
    "mx.microsoft": _EXCHANGE,
    # Under other countries' names of Yahoo (yahoo.ca) and AOL (aim.com), and at hosts of one name for both.
    "am0.yahoodns.net": preset_for("@yahoo.com"),
    "gm0.yahoodns.net": preset_for("@aol.com"),
    "messagingengine.com": preset_for("@fastmail.com"),
    "mail.icloud.com": preset_for("@icloud.com"),
    "protonmail.ch": preset_for("@proton.me"),
    "zoho.com": preset_for("@zoho.com"),
    "zoho.eu": _tls("imap.zoho.eu", "smtp.zoho.eu"),
    "zoho.in": _tls("imap.zoho.in", "smtp.zoho.in"),
    "mx.yandex.net": preset_for("@yandex.com"),
    "mxbiz1.qq.com": preset_for("@exmail.qq.com"),
    "mxbiz2.qq.com": preset_for("@exmail.qq.com"),
    "qiye163mx01.mxmail.netease.com": _NETEASE,
    "qiye163mx02.mxmail.netease.com": _NETEASE,
    "qiye.aliyun.com": _ALIYUN,
    "mxhichina.com": _ALIYUN,
    "kundenserver.de": _IONOS,
    "schlund.de": _IONOS,
    "rzone.de": _tls("imap.strato.de", "smtp.strato.de"),
    "mail.ovh.net": _tls("ssl0.ovh.net", "ssl0.ovh.net"),
    "one.com": _tls("imap.one.com", "send.one.com"),
    "emailsrvr.com": _tls("secure.emailsrvr.com", "secure.emailsrvr.com"),
}
_HOSTS = frozenset(str(preset[key]) for preset in _BY_MX.values() for key in ("imap_host", "smtp_host"))


def preset_for_mx(host: str) -> dict[str, Any]:
    """Settings, as for a channel's table, of the provider that takes mail in at ``host``; empty if it is not known."""
    labels = host.casefold().rstrip(".").split(".")
    names = (".".join(labels[start:]) for start in range(len(labels)))
    return dict(next((_BY_MX[name] for name in names if name in _BY_MX), {}))


def is_hosting(host: str) -> bool:
    """Whether ``host`` is a mail server of one of them."""
    return host in _HOSTS
