"""Where well-known providers keep their mail servers, from their public help pages and Thunderbird's ISPDB."""

from __future__ import annotations

from typing import Any

from omni_tui.text.i18n import _

_GMAIL = {"imap_host": "imap.gmail.com", "smtp_host": "smtp.gmail.com"}
# Microsoft's own page for personal accounts names another host for sending than that for organisations (see hosting).
_OUTLOOK = {"imap_host": "outlook.office365.com", "smtp_host": "smtp-mail.outlook.com"}
_ICLOUD = {"imap_host": "imap.mail.me.com", "smtp_host": "smtp.mail.me.com"}
_FASTMAIL = {"imap_host": "imap.fastmail.com", "smtp_host": "smtp.fastmail.com", "smtp_tls": "tls"}
_YAHOO = {"imap_host": "imap.mail.yahoo.com", "smtp_host": "smtp.mail.yahoo.com", "smtp_tls": "tls"}
_GMX = {"imap_host": "imap.gmx.net", "smtp_host": "mail.gmx.net"}
_WEB_DE = {"imap_host": "imap.web.de", "smtp_host": "smtp.web.de"}
_QQ = {"imap_host": "imap.qq.com", "smtp_host": "smtp.qq.com", "smtp_tls": "tls"}
_EXMAIL = {"imap_host": "imap.exmail.qq.com", "smtp_host": "smtp.exmail.qq.com", "smtp_tls": "tls"}
_163 = {"imap_host": "imap.163.com", "smtp_host": "smtp.163.com", "smtp_tls": "tls"}
_126 = {"imap_host": "imap.126.com", "smtp_host": "smtp.126.com", "smtp_tls": "tls"}
_YEAH = {"imap_host": "imap.yeah.net", "smtp_host": "smtp.yeah.net", "smtp_tls": "tls"}
_ALIYUN = {"imap_host": "imap.aliyun.com", "smtp_host": "smtp.aliyun.com", "smtp_tls": "tls"}
_ZOHO = {"imap_host": "imap.zoho.com", "smtp_host": "smtp.zoho.com", "smtp_tls": "tls"}
_YANDEX = {"imap_host": "imap.yandex.com", "smtp_host": "smtp.yandex.com", "smtp_tls": "tls"}
_AOL = {"imap_host": "imap.aol.com", "smtp_host": "smtp.aol.com", "smtp_tls": "tls"}
# Proton's Bridge runs beside us, with a certificate of its own that ca_file has to name.
_PROTON = {
    "imap_host": "127.0.0.1",
    "imap_port": 1143,
    "imap_tls": "starttls",
    "smtp_host": "127.0.0.1",
    "smtp_port": 1025,
}

_BY_DOMAIN: dict[str, dict[str, Any]] = {
    "gmail.com": _GMAIL,
    "googlemail.com": _GMAIL,
    "outlook.com": _OUTLOOK,
    "hotmail.com": _OUTLOOK,
    "live.com": _OUTLOOK,
    "msn.com": _OUTLOOK,
    "icloud.com": _ICLOUD,
    "me.com": _ICLOUD,
    "mac.com": _ICLOUD,
    "fastmail.com": _FASTMAIL,
    "fastmail.fm": _FASTMAIL,
    "yahoo.com": _YAHOO,
    "yahoo.de": _YAHOO,
    "yahoo.fr": _YAHOO,
    "yahoo.es": _YAHOO,
    "yahoo.it": _YAHOO,
    "yahoo.co.uk": _YAHOO,
    "yahoo.co.in": _YAHOO,
    "yahoo.com.br": _YAHOO,
    "ymail.com": _YAHOO,
    "rocketmail.com": _YAHOO,
    "aol.com": _AOL,
    "proton.me": _PROTON,
    "protonmail.com": _PROTON,
    "pm.me": _PROTON,
    "gmx.net": _GMX,
    "gmx.de": _GMX,
    "gmx.at": _GMX,
    "gmx.ch": _GMX,
    "gmx.com": {"imap_host": "imap.gmx.com", "smtp_host": "mail.gmx.com"},
    "web.de": _WEB_DE,
    "qq.com": _QQ,
    "foxmail.com": _QQ,
    "vip.qq.com": _QQ,
    "exmail.qq.com": _EXMAIL,
    "163.com": _163,
    "126.com": _126,
    "yeah.net": _YEAH,
    "aliyun.com": _ALIYUN,
    "zoho.com": _ZOHO,
    "zohomail.com": _ZOHO,
    "yandex.com": _YANDEX,
    "yandex.ru": _YANDEX,
}

_HOSTS = frozenset(preset["imap_host"] for preset in _BY_DOMAIN.values()) - {_PROTON["imap_host"], _AOL["imap_host"]}
"""Servers that write their verdict on a sender into a mail, and remove what others wrote there."""
_OWN_COPY = ("gmail.com", "googlemail.com", "office365.com", "outlook.com", "hotmail.com", "live.com")


def preset_for(address: str) -> dict[str, Any]:
    """Settings for the provider of ``address``, as for a channel's table; empty if it is not known."""
    return dict(_BY_DOMAIN.get(address.rpartition("@")[2].casefold(), {}))


def saves_sent_itself(smtp_host: str) -> bool:
    """Whether the provider puts what is sent over SMTP into the Sent folder: a copy of ours would be a second."""
    host = smtp_host.casefold().rstrip(".")
    if host == "smtp-relay.gmail.com":
        return False  # it relays for a whole organisation (support.google.com/a/answer/2956491)
    return any(host == each or host.endswith("." + each) for each in _OWN_COPY)


def is_known_host(imap_host: str) -> bool:
    """Whether the mailbox lies with one of the providers above."""
    return imap_host.casefold().rstrip(".") in _HOSTS


def password_hint(host: str) -> str:
    """What this provider wants as the password of a mail program; empty if nothing special is known."""
    host = "." + host.casefold()
    if host.endswith((".gmail.com", ".googlemail.com")):
        return _(
            "Gmail wants an app password: myaccount.google.com/apppasswords (needs 2-step verification), "
            "or a sign-in with --set oauth=google (docs/email.md)."
        )
    if host.endswith((".office365.com", ".outlook.com")):
        return _(
            "Microsoft has turned passwords off: sign in with --set oauth=microsoft (docs/email.md). "
            "IMAP has to be allowed in the mailbox's settings (Forwarding and IMAP) or by the administrator."
        )
    if host.endswith(".me.com"):
        return _("iCloud wants an app-specific password: account.apple.com, Sign-In and Security.")
    if host.endswith(".fastmail.com"):
        return _("Fastmail wants an app password: Settings, Privacy & Security.")
    if host.endswith((".yahoo.com", ".aol.com")):
        return _("Yahoo wants an app password: Account security, Generate app password.")
    if host.endswith((".gmx.net", ".gmx.com", ".web.de")):
        return _("Allow IMAP and POP3 access in the provider's mail settings first.")
    if host.endswith((".qq.com", ".163.com", ".126.com", ".yeah.net")):
        return _("Use the authorisation code (授权码) from the provider's POP3/IMAP/SMTP settings, not the password.")
    if host.endswith((".aliyun.com", ".zoho.com", ".zoho.eu", ".zoho.in")):
        return _("Allow IMAP access in the provider's settings first; with two-factor login use an app password.")
    if host.endswith((".yandex.com", ".yandex.ru")):
        return _("Yandex wants an app password, and IMAP allowed in its mail settings.")
    if host == ".127.0.0.1":
        return _("This is Proton's Bridge on this machine: user name and password are those that Bridge shows.")
    return ""
