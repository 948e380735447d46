"""Which folder holds what was sent."""

from __future__ import annotations

from collections.abc import Sequence

from omni_tui.connectors.mail.imap import FolderName

# As mail programs and providers name it where the server does not tell by RFC 6154.
_SENT_NAMES = (
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "sent-mail",
    "已发送",
    "已发送邮件",
    "已发邮件",
    "已发送消息",
    "已傳送",
    "寄件備份",
    "gesendet",
    "gesendete objekte",
    "gesendete elemente",
    "gesendete nachrichten",
    "envoyés",
    "éléments envoyés",
    "messages envoyés",
    "enviados",
    "elementos enviados",
    "mensagens enviadas",
    "posta inviata",
    "inviata",
    "verzonden",
    "verzonden items",
    "wysłane",
    "отправленные",
    "送信済み",
    "送信済みメール",
    "보낸편지함",
)


def find_sent(folders: Sequence[FolderName], configured: str = "") -> str | None:
    """The configured folder if it is there, else the one marked ``\\Sent``, else one with a usual name."""
    open_to_use = [f for f in folders if b"\\noselect" not in f.flags and b"\\nonexistent" not in f.flags]
    if configured:
        return next((f.name for f in open_to_use if f.name == configured), None)
    for folder in open_to_use:
        if b"\\sent" in folder.flags:
            return folder.name
    by_name = {f.name.rpartition(f.delimiter)[2].casefold(): f.name for f in reversed(open_to_use)}
    return next((by_name[name] for name in _SENT_NAMES if name in by_name), None)
